//! Saving and loading.

use super::{emit, hook};
use crate::model::{Device, Field, State};
use proc_macro2::TokenStream;

pub(super) fn methods(device: &Device) -> TokenStream {
    let mut methods = TokenStream::new();
    if saved(device).next().is_some() {
        methods.extend(save(device));
    }
    if saved(device).next().is_some() || device.hooks.post_load.is_some() {
        methods.extend(load(device));
    }
    methods
}

fn saved(device: &Device) -> impl Iterator<Item = (&Field, &State)> {
    device.states().filter(|(_, state)| !state.skip)
}

fn save(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let fields = saved(device).map(|(field, state)| {
        let (ident, name, since) = (&field.ident, field.name(), state.since_tokens());
        let ty = &field.ty;
        emit! {
            <#ty as #krate::__private::field::Saved>::save(&self.#ident, #name, #since, writer)?;
        }
    });
    emit! {
        fn __save(
            &self,
            writer: &mut #krate::__private::StateWriter,
        ) -> ::core::result::Result<(), #krate::StateError> {
            #(#fields)*
            ::core::result::Result::Ok(())
        }
    }
}

fn load(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let fields = saved(device).map(|(field, state)| {
        let (ident, name, since) = (&field.ident, field.name(), state.since_tokens());
        let ty = &field.ty;
        emit! {
            <#ty as #krate::__private::field::Saved>::load(&mut self.#ident, #name, #since, reader)?;
        }
    });
    let result = emit!(::core::result::Result<(), #krate::StateError>);
    let end = device.hooks.post_load.as_ref().map_or_else(
        || emit!(::core::result::Result::Ok(())),
        |post_load| {
            let signature = emit!(fn(&mut Self, &mut #krate::Cx<'_, Self>, u32) -> #result);
            hook::call(post_load, &signature, &emit!(self, cx, reader.version()))
        },
    );
    emit! {
        fn __load(
            &mut self,
            cx: &mut #krate::Cx<'_, Self>,
            reader: &mut #krate::__private::StateReader<'_>,
        ) -> #result {
            let _ = &cx;
            #(#fields)*
            #end
        }
    }
}
