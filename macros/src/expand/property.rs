//! Properties, and what is computed from them.

use super::emit;
use crate::model::{Device, Field, Property, Size, Sort};
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Expr, Type};

pub(super) fn metas(device: &Device) -> Vec<TokenStream> {
    device.properties().map(|(field, property)| meta(device, field, property)).collect()
}

fn meta(device: &Device, field: &Field, property: &Property) -> TokenStream {
    let krate = &device.krate;
    let (name, ty) = (property.name(field), &field.ty);
    let of = emit!(<#ty as #krate::PropertyType>);
    let default = property.default.as_ref().map_or_else(
        || emit!(#of::ZERO),
        |default| match Sort::of(ty, default) {
            Sort::Bool => emit!(#krate::DefaultValue::Bool(#default)),
            Sort::Text => emit!(#krate::DefaultValue::Text(#default)),
            Sort::Number => {
                let number = number(ty, default);
                emit!(#krate::DefaultValue::Number(#number))
            }
        },
    );
    let bound = |bound: Option<&Expr>, otherwise: TokenStream| {
        bound.map_or(otherwise, |bound| number(ty, bound))
    };
    let min = bound(property.min.as_ref(), emit!(#of::MIN));
    let max = bound(property.max.as_ref(), emit!(#of::MAX));
    emit! {
        #krate::PropertyMeta {
            name: #name,
            kind: #of::KIND,
            default: #default,
            min: #min,
            max: #max,
        }
    }
}

/// A number of the field's type; one of another type is a mistake at the number.
fn number(ty: &Type, number: &Expr) -> TokenStream {
    emit!({ let number: #ty = #number; number as i128 })
}

pub(super) fn methods(device: &Device) -> TokenStream {
    let mut methods = region_size(device);
    if device.properties().next().is_some() {
        methods.extend(set_property(device));
        methods.extend(property(device));
    }
    methods
}

fn set_property(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let arms = device.properties().enumerate().map(|(index, (field, _))| {
        let (ident, ty) = (&field.ident, &field.ty);
        emit! {
            #index => {
                if let ::core::option::Option::Some(value) =
                    <#ty as #krate::PropertyType>::from_value(value)
                {
                    self.#ident = value;
                }
            }
        }
    });
    emit! {
        fn __set_property(&mut self, property: usize, value: &#krate::Value) {
            match property {
                #(#arms)*
                _ => {}
            }
        }
    }
}

fn property(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let arms = device.properties().enumerate().map(|(index, (field, _))| {
        let (ident, ty) = (&field.ident, &field.ty);
        emit!(#index => <#ty as #krate::PropertyType>::to_value(&self.#ident),)
    });
    emit! {
        fn __property(&self, property: usize) -> #krate::Value {
            match property {
                #(#arms)*
                _ => #krate::Value::Bool(false),
            }
        }
    }
}

/// Reads every region, too: they are data, and need no other use to be alive.
fn region_size(device: &Device) -> TokenStream {
    if device.regions().next().is_none() {
        return TokenStream::new();
    }
    let used = device.regions().map(|(field, _)| &field.ident);
    let arms = device.regions().enumerate().filter_map(|(index, (_, region))| match &region.size {
        Size::Fixed(_) => None,
        Size::From(size) => {
            let (index, inputs) = (index as u16, inputs(device, size));
            Some(emit!(#index => { #inputs #size }))
        }
    });
    emit! {
        fn __region_size(&self, field: u16) -> u64 {
            #(let _ = &self.#used;)*
            match field {
                #(#arms)*
                _ => 0,
            }
        }
    }
}

/// The properties that occur in an expression, as locals that it sees.
fn inputs(device: &Device, size: &Expr) -> TokenStream {
    let krate = &device.krate;
    let names = crate::check::names(size.to_token_stream());
    let inputs =
        device.properties().filter(|(field, _)| names.contains(&field.name())).map(|(field, _)| {
            let (ident, ty) = (&field.ident, &field.ty);
            emit! {
                #[allow(unused_variables)]
                let #ident = <#ty as #krate::__private::field::SizeInput>::input(&self.#ident);
            }
        });
    emit!(#(#inputs)*)
}
