//! What is generated after mistakes.

use crate::expand::{emit, implement};
use crate::model::Device;
use proc_macro2::TokenStream;

/// Implements the trait without content, so that code which uses the type does not add errors of its
/// own: one mistake is one message.
pub(crate) fn expand(device: &Device) -> TokenStream {
    let Device { krate, name, .. } = device;
    if device.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let body = emit! {
        const META: &'static #krate::Meta = &#krate::Meta::named(#name);

        fn __init() -> Self {
            ::core::panic!("the declaration has mistakes")
        }
    };
    implement(device, &body)
}
