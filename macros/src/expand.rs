//! The implementation that is generated.

use crate::model::Device;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;

/// Implements the trait. After mistakes the implementation is there but empty, so that code which
/// uses the type does not add errors of its own.
pub(crate) fn expand(device: &Device, after_mistakes: bool) -> TokenStream {
    let Device { ident, generics, krate, .. } = device;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let name = name(device);
    let regions = if after_mistakes { TokenStream::new() } else { regions(device) };
    quote! {
        #[automatically_derived]
        impl #parameters #krate::Device for #ident #arguments #bounds {
            const METADATA: #krate::Metadata = #krate::Metadata {
                name: #name,
                regions: &[#regions],
            };
        }
    }
}

fn name(device: &Device) -> TokenStream {
    let ident = device.ident.unraw().to_string();
    device.name.as_ref().map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream)
}

fn regions(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let names = device.regions.iter().map(|field| field.unraw().to_string());
    quote!(#(#krate::Region { field: #names },)*)
}
