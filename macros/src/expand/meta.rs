//! `META`: what is known without an instance.

use super::emit;
use super::property;
use crate::attr::Sizes;
use crate::model::{Child, Device, Field, Irq, Kind, Placement, Region, Size};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident};
use syn::{Expr, Ident, Path};

pub(super) fn meta(device: &Device) -> TokenStream {
    let Device { krate, name, .. } = device;
    let type_fields = type_fields(device);
    let lists = [
        ("properties", property::metas(device)),
        ("regions", regions(device)),
        ("irqs", irqs(device)),
        ("children", children(device)),
        ("buses", buses(device)),
        ("links", links(device)),
        ("states", states(device)),
    ];
    let lists = lists.into_iter().filter(|(_, items)| !items.is_empty()).map(|(list, items)| {
        let list = format_ident!("{list}");
        emit!(#list: &[#(#items,)*],)
    });
    emit! {
        const NAME: &'static str = #name;
        const META: &'static #krate::Meta = &#krate::Meta {
            #type_fields
            #(#lists)*
            ..#krate::Meta::named(#name)
        };
    }
}

fn type_fields(device: &Device) -> TokenStream {
    let krate = &device.krate;
    let some = |field: &str, value: Option<&Expr>| {
        let field = format_ident!("{field}");
        value.map(|value| emit!(#field: #value,))
    };
    let bus = device.parent.as_ref().map(
        |parent| emit!(bus: ::core::option::Option::Some(<#parent as #krate::BusType>::NAME),),
    );
    let unplug = device.unplug_by_request.then(|| emit!(unplug: #krate::Unplug::Request,));
    let identity = (!device.identity.is_empty()).then(|| {
        let words = device.identity.iter().map(|(word, _)| word.to_string());
        let numbers = device.identity.iter().map(|(_, number)| number);
        emit!(identity: &[#((#words, #numbers)),*],)
    });
    let version = some("version", device.version.as_ref());
    let hotpluggable = some("hotpluggable", device.hotpluggable.as_ref());
    let user_creatable = some("user_creatable", device.user_creatable.as_ref());
    let is_abstract = some("is_abstract", device.is_abstract.as_ref());
    emit!(#bus #version #hotpluggable #user_creatable #is_abstract #unplug #identity)
}

fn regions(device: &Device) -> Vec<TokenStream> {
    device.regions().map(|(field, region)| region_meta(device, field, region)).collect()
}

fn region_meta(device: &Device, field: &Field, region: &Region) -> TokenStream {
    let krate = &device.krate;
    let name = field.name();
    let kind = kind(device, &region.kind);
    let ty = &field.ty;
    let marker = format_ident!("{}", region.kind.type_name());
    let count = field.count().is_none_or(|count| count != 1).then(|| {
        emit!(count: <#ty as #krate::__private::field::RegionField<#krate::region::#marker>>::COUNT,)
    });
    let (bind, size, stride) = match &region.size {
        Size::Fixed(size) => {
            (Some(emit!(let size: u64 = #size;)), emit!(#krate::Size::Fixed(size)), emit!(size))
        }
        Size::From(_) => (None, emit!(#krate::Size::Computed), emit!(0)),
    };
    let inside = region.place.as_ref().map(|place| inside(device, place, stride));
    let rest = region_rest(krate, region);
    let meta = emit! {
        #krate::RegionMeta { #count #inside #rest ..#krate::RegionMeta::new(#name, #kind, #size) }
    };
    bind.map_or_else(|| meta.clone(), |bind| emit!({ #bind #meta }))
}

fn region_rest(krate: &Path, region: &Region) -> TokenStream {
    let some = |field: &str, value: Option<&Expr>| {
        let field = format_ident!("{field}");
        value.map(|value| emit!(#field: #value,))
    };
    let export =
        region.export.as_ref().map(|export| emit!(export: ::core::option::Option::Some(#export),));
    let spec = spec(krate, region);
    let enabled = some("enabled", region.enabled.as_ref());
    let unmergeable = some("unmergeable", region.unmergeable.as_ref());
    let migrate = some("migrate", region.migrate.as_ref());
    emit!(#export #spec #enabled #unmergeable #migrate)
}

fn kind(device: &Device, kind: &Kind) -> TokenStream {
    let krate = &device.krate;
    let variant = format_ident!("{}", kind.type_name());
    let Kind::Alias { of, offset } = kind else {
        return emit!(#krate::RegionKind::#variant);
    };
    let of = number(device, of);
    let offset = or_zero(offset.as_deref());
    emit!(#krate::RegionKind::Alias { of: #of, offset: #offset })
}

fn spec(krate: &Path, region: &Region) -> Option<TokenStream> {
    if region.valid.is_none() && region.implemented.is_none() && !region.is_big {
        return None;
    }
    let valid = sizes(krate, region.valid.unwrap_or_default());
    let implemented = sizes(krate, region.implemented.unwrap_or_default());
    let endian = format_ident!("{}", if region.is_big { "Big" } else { "Little" });
    Some(emit! {
        spec: #krate::IoSpec {
            valid: #valid,
            implemented: #implemented,
            endian: #krate::Endian::#endian,
        },
    })
}

fn sizes(krate: &Path, sizes: Sizes) -> TokenStream {
    let Sizes { min, max, unaligned } = sizes;
    emit!(#krate::Sizes { min: #min, max: #max, unaligned: #unaligned })
}

fn inside(device: &Device, place: &Placement, stride: TokenStream) -> TokenStream {
    let krate = &device.krate;
    let field = number(device, &place.inside);
    let at = or_zero(place.at.as_ref());
    let stride = place.stride.as_ref().map_or(stride, |stride| stride.to_token_stream());
    let priority = or_zero(place.priority.as_ref());
    emit! {
        inside: ::core::option::Option::Some(#krate::Inside {
            field: #field,
            at: #at,
            stride: #stride,
            priority: #priority,
        }),
    }
}

fn or_zero(expr: Option<&Expr>) -> TokenStream {
    expr.map_or_else(|| emit!(0), |expr| expr.to_token_stream())
}

/// The number of a region, which the checks have found.
fn number(device: &Device, region: &Ident) -> u16 {
    device.region(region).map_or(0, |(index, ..)| index as u16)
}

fn irqs(device: &Device) -> Vec<TokenStream> {
    let krate = &device.krate;
    let meta = |(field, irq): (&Field, &Irq)| {
        let (name, ty) = (field.name(), &field.ty);
        let (direction, of) = match irq {
            Irq::Out { .. } => (format_ident!("Out"), format_ident!("IrqOutField")),
            Irq::In { .. } => (format_ident!("In"), format_ident!("IrqInField")),
        };
        emit! {
            #krate::IrqMeta {
                name: #name,
                direction: #krate::IrqDirection::#direction,
                count: <#ty as #krate::__private::field::#of>::COUNT,
            }
        }
    };
    device.irqs().map(meta).collect()
}

fn children(device: &Device) -> Vec<TokenStream> {
    device.children().map(|(field, child)| child_meta(device, field, child)).collect()
}

fn child_meta(device: &Device, field: &Field, child: &Child) -> TokenStream {
    let krate = &device.krate;
    let (name, ty) = (field.name(), &field.ty);
    let of = emit!(<#ty as #krate::__private::field::ChildField>);
    let inside = match &child.place {
        Some(place) => inside(device, place, emit!(0)),
        None => emit!(inside: ::core::option::Option::None,),
    };
    emit! {
        #krate::ChildMeta {
            name: #name,
            count: #of::COUNT,
            device: <#of::Device as #krate::Device>::META,
            #inside
            cell: #krate::__private::cell_of::<#of::Device>(),
        }
    }
}

fn buses(device: &Device) -> Vec<TokenStream> {
    let krate = &device.krate;
    device
        .buses()
        .map(|(field, bus)| {
            let (name, bus) = (field.name(), &bus.bus);
            emit!(#krate::BusMeta { name: #name, bus: <#bus as #krate::BusType>::NAME })
        })
        .collect()
}

fn links(device: &Device) -> Vec<TokenStream> {
    let krate = &device.krate;
    device
        .links()
        .map(|(field, link)| {
            let (name, ty) = (field.name(), &field.ty);
            let of = emit!(<#ty as #krate::__private::field::LinkField>::Device);
            let required =
                link.required.as_ref().map_or_else(|| emit!(false), |expr| expr.to_token_stream());
            emit! {
                #krate::LinkMeta {
                    name: #name,
                    target: <#of as #krate::Device>::NAME,
                    required: #required,
                }
            }
        })
        .collect()
}

fn states(device: &Device) -> Vec<TokenStream> {
    let krate = &device.krate;
    device
        .states()
        .map(|(field, state)| {
            let (name, skip) = (field.name(), state.skip);
            let since = state.since_tokens();
            emit!(#krate::StateMeta { name: #name, since: #since, skip: #skip })
        })
        .collect()
}
