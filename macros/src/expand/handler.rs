//! Who answers: registers and interrupt inputs.

use super::{emit, hook};
use crate::model::{Device, Irq};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote_spanned};
use syn::Path;

pub(super) fn methods(device: &Device) -> TokenStream {
    let mut methods = access(device);
    methods.extend(irq_in(device));
    methods.extend(irq_out(device));
    methods
}

fn access(device: &Device) -> TokenStream {
    let krate = &device.krate;
    if !device.regions().any(|(_, region)| region.kind.is_handled()) {
        return TokenStream::new();
    }
    let reads = arms(device, &emit!(read(device, cx, offset, size)));
    let writes = arms(device, &emit!(write(device, cx, offset, size, value)));
    emit! {
        fn __read(
            device: #krate::Entered<'_, Self>,
            cx: &mut #krate::Cx<'_, Self>,
            region: #krate::RegionKey,
            offset: u64,
            size: u8,
        ) -> u64 {
            match region.field {
                #reads
                _ => 0,
            }
        }

        fn __write(
            device: #krate::Entered<'_, Self>,
            cx: &mut #krate::Cx<'_, Self>,
            region: #krate::RegionKey,
            offset: u64,
            size: u8,
            value: u64,
        ) {
            match region.field {
                #writes
                _ => {}
            }
        }
    }
}

fn arms(device: &Device, call: &TokenStream) -> TokenStream {
    let krate = &device.krate;
    let handled = device.regions().enumerate().filter(|(_, (_, region))| region.kind.is_handled());
    let arms = handled.map(|(index, (field, region))| {
        let index = index as u16;
        let span = field.ident.span();
        let ops = region
            .ops
            .as_ref()
            .map_or_else(|| quote_spanned!(span=> Self), |ops| ops.to_token_stream());
        emit!(#index => <#ops as #krate::__private::field::OpsFor<Self>>::#call,)
    });
    emit!(#(#arms)*)
}

/// Mentions the fields, too: there is nothing in them to be used, and they are not dead.
fn irq_in(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let mut used = Vec::new();
    let mut arms = Vec::new();
    for (index, (field, irq)) in device.irqs().enumerate() {
        let Irq::In { handler, .. } = irq else {
            continue;
        };
        let signature = in_signature(krate);
        used.push(&field.ident);
        arms.push(hook::arm(index, handler, &signature, &emit!(device, cx, pin, level)));
    }
    if arms.is_empty() {
        return TokenStream::new();
    }
    emit! {
        fn __irq_in(
            device: #krate::Entered<'_, Self>,
            cx: &mut #krate::Cx<'_, Self>,
            field: usize,
            pin: u16,
            level: bool,
        ) {
            #(let _ = |device: &Self| { let _ = &device.#used; };)*
            match field {
                #(#arms)*
                _ => {}
            }
        }
    }
}

fn in_signature(krate: &Path) -> TokenStream {
    emit!(fn(#krate::Entered<'_, Self>, &mut #krate::Cx<'_, Self>, u16, bool))
}

fn irq_out(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let outputs = device.irqs().enumerate().filter(|(_, (_, irq))| matches!(irq, Irq::Out { .. }));
    let arms: Vec<TokenStream> = outputs
        .map(|(index, (field, _))| {
            let (ident, ty) = (&field.ident, &field.ty);
            emit!(#index => <#ty as #krate::__private::field::IrqOutField>::lines(&self.#ident),)
        })
        .collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    emit! {
        fn __irq_out(&self, field: usize) -> &[#krate::IrqOut] {
            match field {
                #(#arms)*
                _ => &[],
            }
        }
    }
}
