//! Where regions and children lie.

use super::claim::Claims;
use super::number::{known, known_or_zero};
use crate::model::{Child, Device, Field, Kind, Placement, Region, Size};
use crate::words::listed;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, Type};

pub(super) fn check(device: &Device, claims: &mut Claims<'_>) {
    let are_found = targets(device, claims);
    exports(device, claims);
    for (index, (field, region)) in device.regions().enumerate() {
        size(index, field, region, claims);
        stride(index, field, region, claims);
    }
    for (index, (field, child)) in device.children().enumerate() {
        child_stride(index, field, child, claims);
    }
    if !are_found || cycle(device, claims) {
        return;
    }
    for (index, (field, region)) in device.regions().enumerate() {
        window(device, index, field, region, claims);
    }
    let things = things(device);
    for thing in &things {
        thing.inside(device, claims);
    }
    siblings(&things, claims);
}

/// Whether `in` and `of` name what belongs there.
fn targets(device: &Device, claims: &mut Claims<'_>) -> bool {
    let mut are_found = true;
    for (_, region) in device.regions() {
        if let Some(place) = &region.place {
            are_found &= container(device, &place.inside, claims);
        }
        if let Kind::Alias { of, .. } = &region.kind {
            are_found &= target(device, of, claims);
        }
    }
    for (_, child) in device.children() {
        if let Some(place) = &child.place {
            are_found &= container(device, &place.inside, claims);
        }
    }
    are_found
}

fn container(device: &Device, name: &Ident, claims: &mut Claims<'_>) -> bool {
    if !target(device, name, claims) {
        return false;
    }
    match device.region(name) {
        Some((.., region)) if !matches!(region.kind, Kind::Container) => {
            claims.wrong(name, format!("`{name}` is no container; {}", containers(device)));
            false
        }
        found => found.is_some(),
    }
}

fn target(device: &Device, name: &Ident, claims: &mut Claims<'_>) -> bool {
    if device.region(name).is_some() {
        return true;
    }
    let field = device.fields.iter().find(|field| field.ident.unraw() == name.unraw());
    match field {
        None => claims.wrong(name, format!("there is no field `{name}`; {}", regions(device))),
        Some(Field { role: crate::model::Role::Broken, .. }) => {}
        Some(_) => claims.wrong(name, format!("`{name}` is no region; {}", regions(device))),
    }
    false
}

fn containers(device: &Device) -> String {
    let containers = device.regions().filter(|(_, region)| matches!(region.kind, Kind::Container));
    offer(containers.map(|(field, _)| field), "containers")
}

fn regions(device: &Device) -> String {
    offer(device.regions().map(|(field, _)| field), "regions")
}

fn offer<'a>(fields: impl Iterator<Item = &'a Field>, what: &str) -> String {
    let names: Vec<String> = fields.map(|field| format!("`{}`", field.name())).collect();
    match names.as_slice() {
        [] => format!("the device has no {what}"),
        names => format!("the {what} are {}", listed(names, "and")),
    }
}

fn exports(device: &Device, claims: &mut Claims<'_>) {
    let mut taken: Vec<(i128, i128, String)> = Vec::new();
    for (field, region) in device.regions() {
        let Some((export, (first, count))) = region
            .export
            .as_ref()
            .and_then(|export| Some((export, known(export).zip(field.count())?)))
        else {
            continue;
        };
        let end = first + i128::from(count);
        let other = taken.iter().find(|(start, stop, _)| first < *stop && *start < end);
        if let Some((.., other)) = other {
            claims.wrong(export, format!("`{other}` is exported under this number already"));
        }
        taken.push((first, end, field.name()));
    }
}

fn size(index: usize, field: &Field, region: &Region, claims: &mut Claims<'_>) {
    if let Size::Fixed(size) = &region.size {
        let message = format!("`{}` has the size 0", field.name());
        let holds = known(size).map(|size| size != 0);
        claims.claim(holds, size.span(), message, "has_size", quote!(#index));
    }
}

fn stride(index: usize, field: &Field, region: &Region, claims: &mut Claims<'_>) {
    let Some(place) = &region.place else {
        return;
    };
    if !has_place_for(field, place, claims) {
        return;
    }
    let is_array = field.count() != Some(1);
    let message =
        format!("elements of `{}` overlap: they are larger than the stride", field.name());
    match (&place.stride, &region.size) {
        (Some(stride), size) => {
            let size = if let Size::Fixed(size) = size { known(size) } else { None };
            let holds = known(stride).zip(size).map(|(stride, size)| size <= stride);
            claims.claim(holds, stride.span(), message, "has_stride", quote!(#index));
        }
        (None, Size::From(size)) if matches!(field.ty, Type::Array(_)) => {
            claims.wrong(size, "an array of a computed size needs `stride = ..`");
        }
        (None, Size::From(size)) if is_array => {
            claims.claim(None, size.span(), message, "has_stride", quote!(#index));
        }
        _ => {}
    }
}

fn child_stride(index: usize, field: &Field, child: &Child, claims: &mut Claims<'_>) {
    let Some(place) = &child.place else {
        return;
    };
    if has_place_for(field, place, claims) && field.count() != Some(1) {
        let culprit = place.stride.as_ref().map_or_else(|| place.inside.span(), |s| s.span());
        let message =
            format!("elements of `{}` overlap: they are larger than the stride", field.name());
        claims.claim(None, culprit, message, "has_child_stride", quote!(#index));
    }
}

/// Whether a stride is said of arrays alone.
fn has_place_for(field: &Field, place: &Placement, claims: &mut Claims<'_>) -> bool {
    let is_single = field.count() == Some(1) && !matches!(field.ty, Type::Array(_));
    match &place.stride {
        Some(stride) if is_single => {
            claims.wrong(stride, format!("`{}` is no array: it has no stride", field.name()));
            false
        }
        _ => true,
    }
}

/// Whether some region contains or shows itself.
fn cycle(device: &Device, claims: &mut Claims<'_>) -> bool {
    for (index, (field, _)) in device.regions().enumerate() {
        let mut path = vec![index];
        if leads_to(device, index, index, &mut path) {
            if path.iter().any(|step| *step < index) {
                continue;
            }
            let names: Vec<String> = path
                .iter()
                .filter_map(|step| device.regions().nth(*step))
                .map(|(field, _)| format!("`{}`", field.name()))
                .collect();
            let way = names.join(" -> ");
            claims.wrong(&field.ident, format!("the region would be seen in itself: {way}"));
            return true;
        }
    }
    false
}

/// Whether what is seen in `from` includes `goal`; then `path` is the way there.
fn leads_to(device: &Device, from: usize, goal: usize, path: &mut Vec<usize>) -> bool {
    for next in seen_in(device, from) {
        if next == goal {
            path.push(next);
            return true;
        }
        if path.contains(&next) {
            continue;
        }
        path.push(next);
        if leads_to(device, next, goal, path) {
            return true;
        }
        path.pop();
    }
    false
}

/// The regions that lie in a region or that it shows.
fn seen_in(device: &Device, region: usize) -> Vec<usize> {
    let number = |name: &Ident| device.region(name).map(|(index, ..)| index);
    let shown = device.regions().nth(region).and_then(|(_, region)| match &region.kind {
        Kind::Alias { of, .. } => number(of),
        _ => None,
    });
    let inside = device.regions().enumerate().filter(|(_, (_, other))| {
        other.place.as_ref().and_then(|place| number(&place.inside)) == Some(region)
    });
    inside.map(|(index, _)| index).chain(shown).collect()
}

fn window(device: &Device, index: usize, field: &Field, region: &Region, claims: &mut Claims<'_>) {
    let (Kind::Alias { of, offset }, Size::Fixed(size)) = (&region.kind, &region.size) else {
        return;
    };
    let Some((_, _, Region { size: Size::Fixed(target), .. })) = device.region(of) else {
        return;
    };
    let end = known_or_zero(offset.as_deref()).zip(known(size)).map(|(offset, size)| offset + size);
    let holds = end.zip(known(target)).map(|(end, target)| end <= target);
    let culprit = offset.as_ref().map_or_else(|| size.span(), |offset| offset.span());
    let message = format!("`{}` shows more than there is of `{of}`", field.name());
    claims.claim(holds, culprit, message, "is_window", quote!(#index));
}

/// Something that lies in a container.
struct Thing<'a> {
    field: &'a Field,
    place: &'a Placement,
    /// The size of an element, if it is said.
    size: Option<&'a Expr>,
    is_child: bool,
    index: usize,
}

fn things(device: &Device) -> Vec<Thing<'_>> {
    let regions = device.regions().enumerate().filter_map(|(index, (field, region))| {
        let size = match &region.size {
            Size::Fixed(size) => Some(size),
            Size::From(_) => None,
        };
        Some(Thing { field, place: region.place.as_ref()?, size, is_child: false, index })
    });
    let children = device.children().enumerate().filter_map(|(index, (field, child))| {
        Some(Thing { field, place: child.place.as_ref()?, size: None, is_child: true, index })
    });
    regions.chain(children).collect()
}

impl Thing<'_> {
    fn culprit(&self) -> Span {
        self.place.at.as_ref().map_or_else(|| self.place.inside.span(), |at| at.span())
    }

    /// The first byte and the one after the last, of what is no array.
    fn extent(&self) -> Option<(i128, i128)> {
        if self.field.count() != Some(1) {
            return None;
        }
        let at = known_or_zero(self.place.at.as_ref())?;
        Some((at, at + known(self.size?)?))
    }

    fn inside(&self, device: &Device, claims: &mut Claims<'_>) {
        let Self { field, place, index, .. } = self;
        let name = field.name();
        if self.is_child {
            let message = format!("`{name}` has no export 0 that could lie in a container");
            claims.claim(None, place.inside.span(), message, "has_export", quote!(#index));
        }
        let Some((.., Region { size: Size::Fixed(size), .. })) = device.region(&place.inside)
        else {
            return;
        };
        if self.size.is_none() && !self.is_child {
            return;
        }
        let holds = self.extent().zip(known(size)).map(|((_, end), size)| end <= size);
        let message = format!("`{name}` exceeds `{}`", place.inside);
        let test = if self.is_child { "is_child_inside" } else { "is_inside" };
        claims.claim(holds, self.culprit(), message, test, quote!(#index));
    }

    fn is_clear_of(&self, other: &Self) -> Option<bool> {
        let priority = |thing: &Self| known_or_zero(thing.place.priority.as_ref());
        if priority(self)? != priority(other)? {
            return Some(true);
        }
        let ((start, end), (other_start, other_end)) = (self.extent()?, other.extent()?);
        Some(end <= other_start || other_end <= start)
    }
}

fn siblings(things: &[Thing<'_>], claims: &mut Claims<'_>) {
    for (number, thing) in things.iter().enumerate() {
        for other in &things[..number] {
            if thing.place.inside != other.place.inside {
                continue;
            }
            let is_computed = |thing: &Thing<'_>| thing.size.is_none() && !thing.is_child;
            if is_computed(thing) || is_computed(other) {
                continue;
            }
            let (name, other_name) = (thing.field.name(), other.field.name());
            let message =
                format!("`{name}` overlaps `{other_name}`: say with `prio` which one answers");
            let placed = [placed(other), placed(thing)];
            let holds = thing.is_clear_of(other);
            claims.claim(holds, thing.culprit(), message, "is_clear", quote!(#(#placed),*));
        }
    }
}

fn placed(thing: &Thing<'_>) -> TokenStream {
    let index = thing.index;
    if thing.is_child { quote!(true, #index) } else { quote!(false, #index) }
}
