//! The derive of the `devmodel` crate; its documentation is there.
//!
//! One stage, one file: attributes become a model, the model is checked, the model is expanded.

mod attr;
mod check;
mod expand;
mod fallback;
#[cfg(test)]
mod golden;
mod model;
mod problems;
mod words;

use model::Device;
use problems::Problems;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Describes a device type and connects it with the runtime; see the `devmodel` crate.
#[proc_macro_derive(
    Device,
    attributes(device, property, region, irq, child, bus, linked, state, vmstate, init)
)]
pub fn derive_device(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive(&input).into()
}

fn derive(input: &DeriveInput) -> proc_macro2::TokenStream {
    let mut problems = Problems::new();
    let device = Device::read(input, &mut problems);
    let claims = check::check(&device, &mut problems);
    match problems.into_compile_errors() {
        None => expand::expand(&device, &claims),
        Some(errors) => {
            let implementation = fallback::expand(&device);
            quote::quote!(#errors #implementation)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Expansions, for review: `NAME.rs` becomes `NAME.expanded.rs`.
    fn check(name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
        let source = std::fs::read_to_string(folder.join(name).with_extension("rs")).unwrap();
        let expanded = super::derive(&syn::parse_str(&source).unwrap());
        let text = prettyplease::unparse(&syn::parse2(expanded).unwrap());
        crate::golden::check(&format!("tests/expand/{name}.expanded.rs"), &text);
    }

    #[test]
    fn a_device_without_fields() {
        check("empty");
    }

    #[test]
    fn a_device_with_everything() {
        check("full");
    }

    #[test]
    fn a_device_with_parameters() {
        check("generic");
    }

    #[test]
    fn a_device_with_mistakes() {
        check("mistakes");
    }
}
