//! What the derive knows about one type.

mod field;
mod region;

pub(crate) use field::{Bus, Child, Field, Irq, Link, Property, Role, Sort, State};
pub(crate) use region::{Kind, Placement, Region, Size};

use crate::attr::Words;
use crate::problems::Problems;
use crate::words::Place;
use syn::ext::IdentExt as _;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprPath, Fields, GenericParam, Generics, Ident, LitStr,
    Path, Type, parse_quote,
};

/// One type with `#[derive(Device)]`.
pub(crate) struct Device {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// Where the `devmodel` crate is to be found.
    pub(crate) krate: Path,
    /// The name of the device type; the name of the Rust type if none was given.
    pub(crate) name: LitStr,
    pub(crate) parent: Option<Type>,
    /// `lock = "shared"`, for its place.
    pub(crate) shared: Option<LitStr>,
    pub(crate) hotpluggable: Option<Expr>,
    pub(crate) user_creatable: Option<Expr>,
    pub(crate) is_abstract: Option<Expr>,
    pub(crate) version: Option<Expr>,
    pub(crate) unplug_by_request: bool,
    pub(crate) identity: Vec<(Ident, Expr)>,
    pub(crate) hooks: Hooks,
    pub(crate) fields: Vec<Field>,
}

/// What the author does at the steps of the device's life.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) realize: Option<ExprPath>,
    pub(crate) unrealize: Option<ExprPath>,
    pub(crate) finalize: Option<ExprPath>,
    pub(crate) enter: Option<ExprPath>,
    pub(crate) hold: Option<ExprPath>,
    pub(crate) exit: Option<ExprPath>,
    pub(crate) post_load: Option<ExprPath>,
}

impl Device {
    pub(crate) fn read(input: &DeriveInput, problems: &mut Problems) -> Self {
        let words = type_words(&input.attrs, problems);
        let ident = input.ident.clone();
        refuse_lifetimes(&input.generics, problems);
        Self {
            generics: input.generics.clone(),
            krate: words.module("crate").unwrap_or_else(|| parse_quote!(::devmodel)),
            name: words
                .text("name")
                .unwrap_or_else(|| LitStr::new(&ident.unraw().to_string(), ident.span())),
            parent: words.a_type("parent"),
            shared: words.text("lock").filter(|lock| lock.value() == "shared"),
            hotpluggable: words.expr("hotpluggable"),
            user_creatable: words.expr("user_creatable"),
            is_abstract: words.expr("abstract"),
            version: words.expr("version"),
            unplug_by_request: words.text("unplug").is_some_and(|who| who.value() == "request"),
            identity: words.numbers("identity").to_vec(),
            hooks: Hooks::read(&words),
            fields: fields(input, problems),
            ident,
        }
    }

    /// Whether nothing depends on type or constant parameters, so that constants can be checked where
    /// the type is declared.
    pub(crate) fn is_concrete(&self) -> bool {
        self.generics.params.is_empty()
    }

    pub(crate) fn properties(&self) -> impl Iterator<Item = (&Field, &Property)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Property(property) => Some((field, property)),
            _ => None,
        })
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = (&Field, &Region)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Region(region) => Some((field, region.as_ref())),
            _ => None,
        })
    }

    pub(crate) fn irqs(&self) -> impl Iterator<Item = (&Field, &Irq)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Irq(irq) => Some((field, irq)),
            _ => None,
        })
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = (&Field, &Child)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Child(child) => Some((field, child)),
            _ => None,
        })
    }

    pub(crate) fn buses(&self) -> impl Iterator<Item = (&Field, &Bus)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Bus(bus) => Some((field, bus)),
            _ => None,
        })
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = (&Field, &Link)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::Link(link) => Some((field, link)),
            _ => None,
        })
    }

    pub(crate) fn states(&self) -> impl Iterator<Item = (&Field, &State)> {
        self.fields.iter().filter_map(|field| match &field.role {
            Role::State(state) => Some((field, state)),
            _ => None,
        })
    }

    /// The number of a region among the regions.
    pub(crate) fn region(&self, name: &Ident) -> Option<(usize, &Field, &Region)> {
        self.regions()
            .enumerate()
            .find(|(_, (field, _))| field.ident.unraw() == name.unraw())
            .map(|(index, (field, region))| (index, field, region))
    }
}

impl Hooks {
    fn read(words: &Words) -> Self {
        let phase = |phase| words.words("reset").and_then(|reset| reset.hook(phase));
        Self {
            realize: words.hook("realize"),
            unrealize: words.hook("unrealize"),
            finalize: words.hook("finalize"),
            enter: phase("enter"),
            hold: phase("hold"),
            exit: phase("exit"),
            post_load: words.hook("post_load"),
        }
    }
}

fn type_words(attributes: &[Attribute], problems: &mut Problems) -> Words {
    let mut words = Words::default();
    for attribute in attributes {
        if attribute.path().is_ident("device") {
            words.add(attribute, Place::Device, problems);
        } else if let Some(name) = field::role_name(attribute) {
            problems.at(attribute.path(), format!("`#[{name}]` belongs on a field"));
        }
    }
    words
}

fn refuse_lifetimes(generics: &Generics, problems: &mut Problems) {
    for parameter in &generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            problems
                .at(lifetime, "a device borrows nothing: it lives as long as its machine likes");
        }
    }
}

fn fields(input: &DeriveInput, problems: &mut Problems) -> Vec<Field> {
    let mut refuse = |why| {
        problems.at(&input.ident, why);
        Vec::new()
    };
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                fields.named.iter().filter_map(|field| Field::read(field, problems)).collect()
            }
            Fields::Unit => Vec::new(),
            Fields::Unnamed(_) => refuse("a device needs fields with names"),
        },
        Data::Enum(_) | Data::Union(_) => refuse("a device is a struct"),
    }
}
