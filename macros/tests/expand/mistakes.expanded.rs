::core::compile_error! {
    "`buffer` needs `size = ..` or `size_from = ..`"
}
::core::compile_error! {
    "the name of a device is one word"
}
#[automatically_derived]
impl ::devmodel::Device for Demo {
    type Lock = ::devmodel::Exclusive;
    type Parent = ::devmodel::NoBus;
    const META: &'static ::devmodel::Meta = &::devmodel::Meta::named("two words");
    fn __init() -> Self {
        ::core::panic!("the declaration has mistakes")
    }
}
