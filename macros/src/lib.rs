//! The derive of the `devmodel` crate; its documentation is there.
//!
//! One stage, one file: attributes become a model, the model is checked, the model is expanded.

mod attr;
mod check;
mod expand;
mod model;
mod problems;

use model::Device;
use problems::Problems;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Describes a device type; see the `devmodel` crate.
#[proc_macro_derive(Device, attributes(device))]
pub fn derive_device(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let mut problems = Problems::new();
    let device = Device::read(&input, &mut problems);
    check::check(&device, &mut problems);
    let errors = problems.into_compile_errors();
    let implementation = expand::expand(&device, errors.is_some());
    quote::quote!(#errors #implementation).into()
}
