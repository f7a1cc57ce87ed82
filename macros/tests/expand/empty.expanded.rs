#[automatically_derived]
impl ::devmodel::Device for Nothing {
    type Lock = ::devmodel::Exclusive;
    type Parent = SysBus;
    const NAME: &'static str = "nothing";
    const META: &'static ::devmodel::Meta = &::devmodel::Meta {
        bus: ::core::option::Option::Some(<SysBus as ::devmodel::BusType>::NAME),
        hotpluggable: true,
        ..::devmodel::Meta::named("nothing")
    };
    fn __init() -> Self {
        Self {}
    }
    fn __finalize(&mut self) {
        {
            let hook: fn(&mut Self) = Self::end;
            hook(self)
        }
    }
}
