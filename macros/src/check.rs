//! What must hold for a device as a whole.
//!
//! What tokens tell is checked here. What needs the value of a constant becomes a [`Claim`], which the
//! compiler checks.

mod claim;
mod map;
mod number;
mod property;

pub(crate) use claim::Claim;
pub(crate) use property::names;

use crate::model::{Device, Irq};
use crate::problems::Problems;
use claim::Claims;
use quote::quote;
use syn::spanned::Spanned as _;

/// Reports what no single attribute shows, and returns what remains to be checked.
pub(crate) fn check(device: &Device, problems: &mut Problems) -> Vec<Claim> {
    let mut claims = Claims::new(problems);
    name(device, &mut claims);
    property::check(device, &mut claims);
    map::check(device, &mut claims);
    irqs(device, &mut claims);
    states(device, &mut claims);
    claims.into_rest()
}

fn name(device: &Device, claims: &mut Claims<'_>) {
    let text = device.name.value();
    if text.is_empty() || text.contains(char::is_whitespace) {
        claims.wrong(&device.name, "the name of a device is one word");
    }
}

fn irqs(device: &Device, claims: &mut Claims<'_>) {
    for (index, (field, irq)) in device.irqs().enumerate() {
        let (Irq::Out { count } | Irq::In { count, .. }) = irq;
        let Some(count) = count else {
            continue;
        };
        let name = field.name();
        let holds =
            field.count().zip(number::known(count)).map(|(has, said)| i128::from(has) == said);
        let message = format!("`{name}` has another number of lines than `count` says");
        claims.claim(holds, count.span(), message, "has_lines", quote!(#index, #count));
    }
}

fn states(device: &Device, claims: &mut Claims<'_>) {
    for (index, (field, state)) in device.states().enumerate() {
        let Some(since) = &state.since else {
            continue;
        };
        let version = device.version.as_ref().map_or(Some(1), number::known);
        let holds = number::known(since).zip(version).map(|(since, version)| since <= version);
        let message = format!(
            "`{}` is newer than the device: raise `version = ..` on the struct",
            field.name()
        );
        claims.claim(holds, since.span(), message, "is_known", quote!(#index));
    }
}
