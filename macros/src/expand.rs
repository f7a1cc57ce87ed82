//! The implementation that is generated.
//!
//! Most of it is data: `META`, which the runtime interprets. Code is generated only for what depends on
//! the types of fields. All paths are absolute, and the names of locals are hygienic: expressions of
//! the author see none of them.

mod handler;
mod hook;
mod meta;
mod part;
mod property;
mod start;
mod state;

use crate::check::Claim;
use crate::model::Device;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// `quote!` with locals that expressions of the author don't see.
macro_rules! emit {
    ($($token:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($token)*)
    };
}
pub(crate) use emit;

/// Implements the trait for a device without mistakes.
pub(crate) fn expand(device: &Device, claims: &[Claim]) -> TokenStream {
    let inline = if device.is_concrete() { TokenStream::new() } else { inline(device, claims) };
    let body = [
        meta::meta(device),
        part::depth(device),
        start::init(device, &inline),
        property::methods(device),
        handler::methods(device),
        part::methods(device),
        hook::methods(device),
        state::methods(device),
    ];
    let implementation = implement(device, &body.into_iter().collect());
    if !device.is_concrete() {
        return implementation;
    }
    let checks = checks(device, claims);
    emit!(#implementation #checks)
}

/// The frame of the implementation, with what does not depend on fields.
pub(crate) fn implement(device: &Device, body: &TokenStream) -> TokenStream {
    let Device { ident, generics, krate, .. } = device;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let lock = match &device.shared {
        Some(lock) => {
            let krate = respanned(krate, lock.span());
            quote_spanned!(lock.span()=> #krate::Shared)
        }
        None => emit!(#krate::Exclusive),
    };
    let parent = match &device.parent {
        Some(parent) => parent.to_token_stream(),
        None => emit!(#krate::NoBus),
    };
    emit! {
        #[automatically_derived]
        impl #parameters #krate::Device for #ident #arguments #bounds {
            type Lock = #lock;
            type Parent = #parent;
            #body
        }
    }
}

/// Claims about constants, where the type is declared.
fn checks(device: &Device, claims: &[Claim]) -> TokenStream {
    let Device { ident, krate, .. } = device;
    let claims = claims.iter().map(|claim| {
        let Claim { message, .. } = claim;
        let condition = claim.condition(krate, &emit!(<#ident as #krate::Device>::META));
        quote_spanned!(claim.culprit=> const _: () = ::core::assert!(#condition, #message);)
    });
    let depth = device.children().next().map(|(child, _)| {
        let span = child.ident.span();
        quote_spanned!(span=> const _: usize = <#ident as #krate::Device>::DEPTH;)
    });
    emit!(#(#claims)* #depth)
}

/// Claims about constants of a generic type, to be checked when one is made.
fn inline(device: &Device, claims: &[Claim]) -> TokenStream {
    let krate = &device.krate;
    let claims = claims.iter().map(|claim| {
        let Claim { message, .. } = claim;
        let condition = claim.condition(krate, &emit!(<Self as #krate::Device>::META));
        quote_spanned!(claim.culprit=> const { ::core::assert!(#condition, #message) };)
    });
    let depth =
        device.children().next().map(|_| emit!(let _ = const { <Self as #krate::Device>::DEPTH };));
    emit!(#(#claims)* #depth)
}

/// Tokens that messages show at another place.
fn respanned(tokens: impl ToTokens, span: Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        token.set_span(span.resolved_at(token.span()));
        token
    };
    tokens.to_token_stream().into_iter().map(respan).collect()
}
