//! Properties, and sizes that are computed from them.

use super::claim::Claims;
use super::number::known;
use crate::model::{Device, Field, Property, Size, Sort};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use std::collections::BTreeSet;
use syn::spanned::Spanned as _;

pub(super) fn check(device: &Device, claims: &mut Claims<'_>) {
    for (index, (field, property)) in device.properties().enumerate() {
        name(device, index, field, property, claims);
        if !bounds_belong(field, property, claims) {
            continue;
        }
        if range(index, field, property, claims) {
            default(index, field, property, claims);
        }
    }
    sizes(device, claims);
}

fn name(
    device: &Device,
    index: usize,
    field: &Field,
    property: &Property,
    claims: &mut Claims<'_>,
) {
    let name = property.name(field);
    let mut earlier = device.properties().take(index);
    if earlier.any(|(field, property)| property.name(field) == name) {
        claims.wrong(&field.ident, format!("there is a property `{name}` already"));
    }
    if name.is_empty() || name.contains(char::is_whitespace) {
        claims.wrong(&property.name, "the name of a property is one word");
    }
}

fn bounds_belong(field: &Field, property: &Property, claims: &mut Claims<'_>) -> bool {
    if !matches!(Sort::of_type(&field.ty), Some(Sort::Bool | Sort::Text)) {
        return true;
    }
    let bounds = [("min", &property.min), ("max", &property.max)];
    for (word, bound) in bounds {
        if let Some(bound) = bound {
            claims.wrong(bound, format!("`{}` is no number: it has no `{word}`", field.name()));
        }
    }
    bounds.iter().all(|(_, bound)| bound.is_none())
}

/// Whether the range has a value in it, or may have.
fn range(index: usize, field: &Field, property: &Property, claims: &mut Claims<'_>) -> bool {
    let (Some(min), Some(max)) = (&property.min, &property.max) else {
        return true;
    };
    let holds = known(min).zip(known(max)).map(|(min, max)| min <= max);
    let message = format!("`min` of `{}` is larger than its `max`", field.name());
    claims.claim(holds, min.span(), message, "has_range", quote!(#index));
    holds != Some(false)
}

fn default(index: usize, field: &Field, property: &Property, claims: &mut Claims<'_>) {
    let Property { min, max, default, .. } = property;
    let is_number = Sort::of_type(&field.ty) == Some(Sort::Number);
    let value = default.as_ref().map_or(Some(0).filter(|_| is_number), known);
    let low = value.zip(min.as_ref().map_or(Some(i128::MIN), known));
    let high = value.zip(max.as_ref().map_or(Some(i128::MAX), known));
    let holds = low.zip(high).map(|((value, min), (_, max))| min <= value && value <= max);
    let is_open = min.is_none() && max.is_none();
    let holds = if default.is_none() && is_open { Some(true) } else { holds };
    let culprit = default.as_ref().map_or_else(|| field.ident.span(), |default| default.span());
    let message = if default.is_some() {
        format!("the default of `{}` is no value that it may have", field.name())
    } else {
        format!("0 is no value that `{}` may have: say `default = ..`", field.name())
    };
    claims.claim(holds, culprit, message, "has_default", quote!(#index));
}

/// A size is computed before the device's own fields mean anything.
fn sizes(device: &Device, claims: &mut Claims<'_>) {
    for (_, region) in device.regions() {
        let Size::From(size) = &region.size else {
            continue;
        };
        let names = names(size.to_token_stream());
        let is_property = |field: &Field| device.properties().any(|(p, _)| p.ident == field.ident);
        let others = device.fields.iter().filter(|field| !is_property(field));
        for other in others.filter(|field| names.contains(&field.name())) {
            let why = "is no property: a size is computed from properties alone";
            claims.wrong(size, format!("`{}` {why}", other.name()));
        }
    }
}

/// Every name that stands by itself: neither behind a dot nor part of a path.
pub(crate) fn names(tokens: TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut before = ' ';
    for token in tokens {
        match &token {
            TokenTree::Ident(name) if before != '.' && before != ':' => {
                let name = name.to_string();
                found.insert(name.strip_prefix("r#").map_or(name.clone(), str::to_owned));
            }
            TokenTree::Group(group) => found.extend(names(group.stream())),
            _ => {}
        }
        before = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
    }
    found
}
