//! What the derive knows about one field.

use super::region::{Placement, Region};
use crate::attr::Words;
use crate::problems::Problems;
use crate::words::Place;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, ExprPath, Ident, Lit, LitStr, Meta, Token, Type, TypeArray};

/// A field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) role: Role,
    /// What it starts as.
    pub(crate) init: Option<Expr>,
}

/// What a field is for.
pub(crate) enum Role {
    /// Nothing that the framework knows of.
    Plain,
    Property(Property),
    Region(Box<Region>),
    Irq(Irq),
    Child(Child),
    Bus(Bus),
    Link(Link),
    State(State),
    /// What it is for is not clear; that has been reported.
    Broken,
}

pub(crate) struct Property {
    pub(crate) name: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
}

pub(crate) enum Irq {
    Out { count: Option<Expr> },
    In { count: Option<Expr>, handler: ExprPath },
}

pub(crate) struct Child {
    pub(crate) place: Option<Placement>,
}

pub(crate) struct Bus {
    pub(crate) bus: Type,
    pub(crate) event: Option<ExprPath>,
}

pub(crate) struct Link {
    pub(crate) required: Option<Expr>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) skip: bool,
    pub(crate) since: Option<Expr>,
}

/// The attributes that say what a field is for.
const ROLES: [&str; 7] = ["property", "region", "irq", "child", "bus", "linked", "state"];

/// The types that mean nothing without their attribute.
const TYPES: [(&str, &str); 6] = [
    ("Region", "#[region(..)]"),
    ("IrqOut", "#[irq(out)]"),
    ("IrqIn", "#[irq(in, handler = ..)]"),
    ("Child", "#[child]"),
    ("Bus", "#[bus(..)]"),
    ("Link", "#[linked]"),
];

/// The attributes of one field.
#[derive(Default)]
struct Attributes<'a> {
    role: Option<(&'static str, &'a Attribute)>,
    init: Option<&'a Attribute>,
    vmstate: Option<(&'a Attribute, Words)>,
}

/// The name of an attribute of fields.
pub(crate) fn role_name(attribute: &Attribute) -> Option<&'static str> {
    ROLES.iter().chain(&["init", "vmstate"]).find(|name| attribute.path().is_ident(name)).copied()
}

impl Field {
    pub(crate) fn read(field: &syn::Field, problems: &mut Problems) -> Option<Self> {
        let ident = field.ident.clone()?;
        let attributes = Attributes::read(&field.attrs, problems);
        let role = attributes.role(&ident, &field.ty, problems).unwrap_or(Role::Broken);
        let init = attributes.init(&role, problems);
        if attributes.role.is_none() {
            want_attribute(&field.ty, problems);
        }
        Some(Self { ident, ty: bare(&field.ty).clone(), role, init })
    }

    /// The name of the field, for people.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// How many elements the field has, if its type says it.
    pub(crate) fn count(&self) -> Option<u64> {
        match &self.ty {
            Type::Array(TypeArray { len: Expr::Lit(len), .. }) => match &len.lit {
                Lit::Int(len) => len.base10_parse().ok(),
                _ => None,
            },
            Type::Path(path) => {
                let last = path.path.segments.last()?;
                TYPES.iter().any(|(name, _)| last.ident == name).then_some(1)
            }
            _ => None,
        }
    }
}

impl<'a> Attributes<'a> {
    fn read(all: &'a [Attribute], problems: &mut Problems) -> Self {
        let mut found = Self::default();
        for attribute in all {
            match role_name(attribute) {
                Some("init") => found.init = Some(attribute),
                Some("vmstate") => found.add_vmstate(attribute, problems),
                Some(role) => found.add_role(role, attribute, problems),
                None if attribute.path().is_ident("device") => misplaced(attribute, problems),
                None => {}
            }
        }
        found
    }

    fn add_role(&mut self, role: &'static str, attribute: &'a Attribute, problems: &mut Problems) {
        match self.role {
            None => self.role = Some((role, attribute)),
            Some((first, _)) if first == role => problems.at(attribute.path(), "said twice"),
            Some((first, _)) => {
                problems.at(attribute.path(), format!("the field is a `{first}` already"));
            }
        }
    }

    fn add_vmstate(&mut self, attribute: &'a Attribute, problems: &mut Problems) {
        match &mut self.vmstate {
            None => {
                let words = Words::read(attribute, Place::Vmstate, problems);
                self.vmstate = Some((attribute, words));
            }
            Some((_, words)) => words.add(attribute, Place::Vmstate, problems),
        }
    }

    fn role(&self, ident: &Ident, ty: &Type, problems: &mut Problems) -> Option<Role> {
        if let Some((attribute, _)) = &self.vmstate
            && self.role.is_none_or(|(role, _)| role != "state")
        {
            problems.at(attribute.path(), "`#[vmstate(..)]` belongs on a field with `#[state]`");
        }
        let Some((role, attribute)) = self.role else {
            return Some(Role::Plain);
        };
        match role {
            "property" => Some(Role::Property(Property::read(attribute, problems))),
            "region" => Region::read(attribute, ident, problems).map(Box::new).map(Role::Region),
            "irq" => Irq::read(attribute, problems).map(Role::Irq),
            "child" => Some(Role::Child(Child::read(attribute, ty, problems))),
            "bus" => Bus::read(attribute, problems).map(Role::Bus),
            "linked" => Some(Role::Link(Link::read(attribute, problems))),
            _ => Some(Role::State(self.state(attribute, problems))),
        }
    }

    fn state(&self, attribute: &Attribute, problems: &mut Problems) -> State {
        Words::read(attribute, Place::State, problems);
        self.vmstate.as_ref().map_or_else(State::default, |(_, words)| State {
            skip: words.get("skip").is_some(),
            since: words.expr("since"),
        })
    }

    fn init(&self, role: &Role, problems: &mut Problems) -> Option<Expr> {
        let attribute = self.init?;
        let instead = match role {
            Role::Plain | Role::State(_) | Role::Bus(_) => {
                return problems.take(attribute.parse_args());
            }
            Role::Broken => return None,
            Role::Property(_) => "a property starts as its `default`",
            _ => "the framework makes it",
        };
        problems.at(attribute.path(), format!("`#[init(..)]` has no place here: {instead}"));
        None
    }
}

impl State {
    /// The version in which the field first appeared.
    pub(crate) fn since_tokens(&self) -> TokenStream {
        self.since.as_ref().map_or_else(|| quote!(1), |since| since.to_token_stream())
    }
}

/// What sort of value a property has, as far as tokens tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Bool,
    Number,
    Text,
}

impl Sort {
    /// The type decides, else the value.
    pub(crate) fn of(ty: &Type, value: &Expr) -> Self {
        match (Self::of_type(ty), value) {
            (Some(sort), _) => sort,
            (None, Expr::Lit(lit)) if matches!(lit.lit, Lit::Bool(_)) => Self::Bool,
            (None, Expr::Lit(lit)) if matches!(lit.lit, Lit::Str(_)) => Self::Text,
            _ => Self::Number,
        }
    }

    /// The sort of a type that is known by name.
    pub(crate) fn of_type(ty: &Type) -> Option<Self> {
        let Type::Path(path) = ty else {
            return None;
        };
        match path.path.segments.last()?.ident.to_string().as_str() {
            "bool" => Some(Self::Bool),
            "String" => Some(Self::Text),
            "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
                Some(Self::Number)
            }
            _ => None,
        }
    }
}

impl Property {
    /// The name by which it is set.
    pub(crate) fn name(&self, field: &Field) -> String {
        self.name.as_ref().map_or_else(|| field.name().replace('_', "-"), LitStr::value)
    }

    fn read(attribute: &Attribute, problems: &mut Problems) -> Self {
        let words = Words::read(attribute, Place::Property, problems);
        Self {
            name: words.text("name"),
            default: words.expr("default"),
            min: words.expr("min"),
            max: words.expr("max"),
        }
    }
}

impl Irq {
    fn read(attribute: &Attribute, problems: &mut Problems) -> Option<Self> {
        let words = Words::read(attribute, Place::Irq, problems);
        let count = words.expr("count");
        match (words.get("out"), words.get("in"), words.get("handler")) {
            (Some(_), None, None) => return Some(Self::Out { count }),
            (None, Some(_), Some(_)) => {
                return Some(Self::In { count, handler: words.hook("handler")? });
            }
            (None, Some(missing), None) => {
                problems.at(&missing.at, "an input needs `handler = ..`");
            }
            (Some(_), None, Some(handler)) => {
                problems.at(&handler.at, "an output has no handler: the device drives it");
            }
            (Some(_), Some(both), _) => problems.at(&both.at, "a line is `out` or `in`, not both"),
            (None, None, _) => {
                problems.at(attribute.path(), "say `#[irq(out)]` or `#[irq(in, handler = ..)]`")
            }
        }
        None
    }
}

impl Child {
    fn read(attribute: &Attribute, ty: &Type, problems: &mut Problems) -> Self {
        let words = Words::read(attribute, Place::Child, problems);
        let place = Placement::read(&words, problems);
        if let Some(place) = &place
            && place.stride.is_none()
            && matches!(bare(ty), Type::Array(_))
        {
            problems.at(&place.inside, "an array of children needs `stride = ..`");
        }
        Self { place }
    }
}

impl Bus {
    fn read(attribute: &Attribute, problems: &mut Problems) -> Option<Self> {
        let Meta::List(list) = &attribute.meta else {
            problems.at(attribute.path(), "say the type of the bus: `#[bus(SysBus)]`");
            return None;
        };
        let parse = |input: ParseStream<'_>| {
            let bus = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            let mut words = Words::default();
            words.parse(input, Place::Bus, problems);
            Ok(Self { bus, event: words.hook("event") })
        };
        let parsed = parse.parse2(list.tokens.clone());
        problems.take(parsed)
    }
}

impl Link {
    fn read(attribute: &Attribute, problems: &mut Problems) -> Self {
        let words = Words::read(attribute, Place::Link, problems);
        Self { required: words.expr("required") }
    }
}

fn misplaced(attribute: &Attribute, problems: &mut Problems) {
    let roles: Vec<String> =
        ROLES.iter().chain(&["init", "vmstate"]).map(|role| format!("`#[{role}]`")).collect();
    let roles = crate::words::listed(&roles, "and");
    problems
        .at(attribute.path(), format!("`#[device]` belongs on the struct; a field takes {roles}"));
}

/// A type without the parentheses, or the invisible ones of a macro, around it.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// Reports a field that the framework's types make something, but no attribute.
fn want_attribute(ty: &Type, problems: &mut Problems) {
    let element = match bare(ty) {
        Type::Array(array) => bare(&array.elem),
        other => other,
    };
    let Type::Path(path) = element else {
        return;
    };
    let Some(last) = path.path.segments.last() else {
        return;
    };
    if let Some((name, attribute)) = TYPES.iter().find(|(name, _)| last.ident == name) {
        problems.at(ty, format!("a `{name}` is nothing by itself: it needs `{attribute}`"));
    }
}
