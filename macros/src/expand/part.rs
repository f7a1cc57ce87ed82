//! What else is there: children, links and buses.

use super::{emit, hook, respanned};
use crate::model::Device;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// `DEPTH`, if there are children.
pub(super) fn depth(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let depth = device.children().fold(None, |rest, (field, _)| {
        let ty = &field.ty;
        let rest = rest.unwrap_or_else(|| emit!(1));
        let krate = respanned(krate, field.ident.span());
        Some(quote_spanned! {field.ident.span()=>
            #krate::__private::field::deeper(
                <<#ty as #krate::__private::field::ChildField>::Device as #krate::Device>::DEPTH,
                #rest,
            )
        })
    });
    depth.map_or_else(TokenStream::new, |depth| emit!(const DEPTH: usize = #depth;))
}

pub(super) fn methods(device: &Device) -> TokenStream {
    let mut methods = adopt(device);
    methods.extend(link(device));
    methods.extend(bus(device));
    methods.extend(bus_event(device));
    methods
}

fn adopt(device: &Device) -> TokenStream {
    let krate = &device.krate;
    if device.children().next().is_none() {
        return TokenStream::new();
    }
    let arms = device.children().enumerate().map(|(index, (field, _))| {
        let (ident, ty) = (&field.ident, &field.ty);
        emit! {
            #index => <#ty as #krate::__private::field::ChildField>::adopt(
                &mut self.#ident,
                element,
                child,
            ),
        }
    });
    emit! {
        fn __adopt(&mut self, field: usize, element: u16, child: &#krate::__private::ChildCell) {
            match field {
                #(#arms)*
                _ => {}
            }
        }
    }
}

fn link(device: &Device) -> TokenStream {
    let krate = &device.krate;
    if device.links().next().is_none() {
        return TokenStream::new();
    }
    let arms = device.links().enumerate().map(|(index, (field, _))| {
        let (ident, ty) = (&field.ident, &field.ty);
        emit! {
            #index => <#ty as #krate::__private::field::LinkField>::set(&mut self.#ident, target),
        }
    });
    emit! {
        fn __link(
            &mut self,
            field: usize,
            target: ::core::option::Option<&#krate::__private::ChildCell>,
        ) -> bool {
            match field {
                #(#arms)*
                _ => false,
            }
        }
    }
}

fn bus(device: &Device) -> TokenStream {
    let krate = &device.krate;
    if device.buses().next().is_none() {
        return TokenStream::new();
    }
    let any = emit!(#krate::__private::Arc<dyn #krate::__private::AnyBus>);
    let arms = device.buses().enumerate().map(|(index, (field, bus))| {
        let (ident, ty, bus) = (&field.ident, &field.ty, &bus.bus);
        emit! {
            #index => ::core::option::Option::Some(
                <#ty as #krate::__private::field::BusField<#bus>>::any(&self.#ident),
            ),
        }
    });
    emit! {
        fn __bus(&self, field: usize) -> ::core::option::Option<#any> {
            match field {
                #(#arms)*
                _ => ::core::option::Option::None,
            }
        }
    }
}

fn bus_event(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let signature =
        emit!(fn(#krate::Entered<'_, Self>, &mut #krate::Cx<'_, Self>, #krate::BusEvent));
    let heard = device
        .buses()
        .enumerate()
        .filter_map(|(index, (_, bus))| Some((index, bus.event.as_ref()?)));
    let arms: Vec<TokenStream> = heard
        .map(|(index, event)| hook::arm(index, event, &signature, &emit!(device, cx, event)))
        .collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    emit! {
        fn __bus_event(
            device: #krate::Entered<'_, Self>,
            cx: &mut #krate::Cx<'_, Self>,
            field: usize,
            event: #krate::BusEvent,
        ) {
            match field {
                #(#arms)*
                _ => {}
            }
        }
    }
}
