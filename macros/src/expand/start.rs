//! What fields start as.

use super::emit;
use crate::model::{Device, Field, Irq, Role};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident};
use syn::Path;

/// `__init`; `checks` is evaluated with it.
pub(super) fn init(device: &Device, checks: &TokenStream) -> TokenStream {
    let mut numbers = Numbers::default();
    let fields = device.fields.iter().map(|field| {
        let ident = &field.ident;
        let start = numbers.start(&device.krate, field);
        emit!(#ident: #start,)
    });
    let inside = inside(device);
    emit! {
        fn __init() -> Self {
            #checks
            #inside
            Self { #(#fields)* }
        }
    }
}

/// What a field starts as that the framework does not make.
pub(super) fn initial(krate: &Path, field: &Field) -> TokenStream {
    if let Some(init) = &field.init {
        return init.to_token_stream();
    }
    let ty = &field.ty;
    emit!(<#ty as #krate::__private::field::Initial>::initial())
}

/// Says of the fields that are the author's own that they are in a device.
fn inside(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let own =
        device.fields.iter().filter(|field| matches!(field.role, Role::Plain | Role::State(_)));
    let types = own.map(|field| &field.ty);
    emit!(#(#krate::__private::field::has_inside::<#types>();)*)
}

/// How many regions and properties have come so far.
#[derive(Default)]
struct Numbers {
    region: u16,
    property: usize,
}

impl Numbers {
    fn start(&mut self, krate: &Path, field: &Field) -> TokenStream {
        let ty = &field.ty;
        let of = emit!(#krate::__private::field);
        match &field.role {
            Role::Plain | Role::State(_) | Role::Bus(_) | Role::Broken => initial(krate, field),
            Role::Property(_) => {
                let number = self.property;
                self.property += 1;
                let default =
                    emit!(&<Self as #krate::Device>::META.properties[#number].default.to_value());
                emit!(#of::start(<#ty as #krate::PropertyType>::from_value(#default)))
            }
            Role::Region(region) => {
                let number = self.region;
                self.region += 1;
                let kind = format_ident!("{}", region.kind.type_name());
                emit!(<#ty as #of::RegionField<#krate::region::#kind>>::new(#number))
            }
            Role::Irq(Irq::Out { .. }) => emit!(<#ty as #of::IrqOutField>::new()),
            Role::Irq(Irq::In { .. }) => emit!(<#ty as #of::IrqInField>::new()),
            Role::Child(_) => emit!(<#ty as #of::ChildField>::new()),
            Role::Link(_) => emit!(<#ty as #of::LinkField>::new()),
        }
    }
}
