#[automatically_derived]
impl<T: Device, const N: usize> ::devmodel::Device for Row<T, N>
where
    T: Sync,
{
    type Lock = ::devmodel::Exclusive;
    type Parent = ::devmodel::NoBus;
    const NAME: &'static str = "Row";
    const META: &'static ::devmodel::Meta = &::devmodel::Meta {
        regions: &[
            {
                let size: u64 = 8 * N as u64;
                ::devmodel::RegionMeta {
                    ..::devmodel::RegionMeta::new(
                        "type",
                        ::devmodel::RegionKind::Reserved,
                        ::devmodel::Size::Fixed(size),
                    )
                }
            },
        ],
        children: &[
            ::devmodel::ChildMeta {
                name: "items",
                count: <[Child<
                    T,
                >; N] as ::devmodel::__private::field::ChildField>::COUNT,
                device: <<[Child<
                    T,
                >; N] as ::devmodel::__private::field::ChildField>::Device as ::devmodel::Device>::META,
                inside: ::core::option::Option::None,
                cell: ::devmodel::__private::cell_of::<
                    <[Child<T>; N] as ::devmodel::__private::field::ChildField>::Device,
                >(),
            },
        ],
        ..::devmodel::Meta::named("Row")
    };
    const DEPTH: usize = ::devmodel::__private::field::deeper(
        <<[Child<
            T,
        >; N] as ::devmodel::__private::field::ChildField>::Device as ::devmodel::Device>::DEPTH,
        1,
    );
    fn __init() -> Self {
        const {
            ::core::assert!(
                ::devmodel::__private::field::has_size(< Self as ::devmodel::Device >
                ::META, 0usize), "`type` has the size 0"
            )
        };
        let _ = const { <Self as ::devmodel::Device>::DEPTH };
        Self {
            items: <[Child<T>; N] as ::devmodel::__private::field::ChildField>::new(),
            r#type: <Region<
                Reserved,
            > as ::devmodel::__private::field::RegionField<
                ::devmodel::region::Reserved,
            >>::new(0u16),
        }
    }
    fn __region_size(&self, field: u16) -> u64 {
        let _ = &self.r#type;
        match field {
            _ => 0,
        }
    }
    fn __adopt(
        &mut self,
        field: usize,
        element: u16,
        child: &::devmodel::__private::ChildCell,
    ) {
        match field {
            0usize => {
                <[Child<
                    T,
                >; N] as ::devmodel::__private::field::ChildField>::adopt(
                    &mut self.items,
                    element,
                    child,
                )
            }
            _ => {}
        }
    }
}
