//! The author's functions, called with the types that they must have.

use super::{emit, start};
use crate::model::{Device, Hooks};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote_spanned};
use syn::ExprPath;

pub(super) fn methods(device: &Device) -> TokenStream {
    let Device { krate, hooks, .. } = device;
    let cx = emit!(&mut #krate::Cx<'_, Self>);
    let failure = emit!(::core::result::Result<(), #krate::RealizeError>);
    let realize = hooks.realize.as_ref().map(|realize| {
        let cx = emit!(&mut #krate::RealizeCx<'_, Self>);
        let call = call(realize, &emit!(fn(&mut Self, #cx) -> #failure), &emit!(self, cx));
        emit!(fn __realize(&mut self, cx: #cx) -> #failure { #call })
    });
    let unrealize = hooks.unrealize.as_ref().map(|unrealize| {
        let call = call(unrealize, &emit!(fn(&mut Self, #cx)), &emit!(self, cx));
        emit!(fn __unrealize(&mut self, cx: #cx) { #call })
    });
    let finalize = hooks.finalize.as_ref().map(|finalize| {
        let call = call(finalize, &emit!(fn(&mut Self)), &emit!(self));
        emit!(fn __finalize(&mut self) { #call })
    });
    let reset = reset(device);
    emit!(#realize #unrealize #finalize #reset)
}

/// A call that is a mistake at the name of the function if that has another type.
pub(super) fn call(hook: &ExprPath, signature: &TokenStream, with: &TokenStream) -> TokenStream {
    let hook = function(hook);
    emit!({ let hook: #signature = #hook; hook(#with) })
}

/// A call that is an arm of a `match`.
pub(super) fn arm(
    index: usize,
    hook: &ExprPath,
    signature: &TokenStream,
    with: &TokenStream,
) -> TokenStream {
    let call = call(hook, signature, with);
    emit!(#index => #call,)
}

/// A bare name is one of the type's own functions.
fn function(hook: &ExprPath) -> TokenStream {
    match hook.path.get_ident() {
        Some(name) if hook.qself.is_none() => quote_spanned!(name.span()=> Self::#name),
        _ => hook.to_token_stream(),
    }
}

fn reset(device: &Device) -> TokenStream {
    let Device { krate, hooks, .. } = device;
    let Hooks { enter, hold, exit, .. } = hooks;
    let phase = |hook: Option<&ExprPath>| {
        hook.map_or_else(
            || emit!({}),
            |hook| call(hook, &emit!(fn(&mut Self, &mut #krate::Cx<'_, Self>)), &emit!(self, cx)),
        )
    };
    if [enter, hold, exit].iter().all(|hook| hook.is_none()) && device.states().next().is_none() {
        return TokenStream::new();
    }
    let enter = if enter.is_some() { phase(enter.as_ref()) } else { set_back(device) };
    let (hold, exit) = (phase(hold.as_ref()), phase(exit.as_ref()));
    emit! {
        fn __reset(&mut self, cx: &mut #krate::Cx<'_, Self>, phase: #krate::ResetPhase) {
            let _ = &cx;
            match phase {
                #krate::ResetPhase::Enter => #enter
                #krate::ResetPhase::Hold => #hold
                #krate::ResetPhase::Exit => #exit
            }
        }
    }
}

/// Sets the state back to what it starts as.
fn set_back(device: &Device) -> TokenStream {
    let states = device.states().map(|(field, _)| {
        let (ident, start) = (&field.ident, start::initial(&device.krate, field));
        emit!(self.#ident = #start;)
    });
    emit!({ #(#states)* })
}
