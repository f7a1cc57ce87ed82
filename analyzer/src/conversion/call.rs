//! Calls on regions made by hand.

use super::device::Device;
use super::names;
use super::range_of;
use crate::vocabulary::{FrameworkWords, RegionInit, RustWords, named};
use std::ops::Range;
use syn::{
    Expr, ExprForLoop, ExprMethodCall, FnArg, GenericArgument, Lit, Member, Pat, PatType,
    Signature, Stmt, Type,
};

/// A region made by hand, or an element of an array of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) field: String,
    pub(super) element: Element,
}

/// Which element of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// The field itself.
    Whole,
    /// The one that a loop is at.
    Each,
    /// Some other.
    Other,
}

/// What a call does.
#[derive(Clone)]
pub(super) enum Act<'t> {
    /// Makes the region.
    Init { init: &'t RegionInit, call: &'t ExprMethodCall, target: Option<String> },
    /// Puts it into a container.
    Put { inside: Spot, at: &'t Expr, priority: Option<&'t Expr> },
    /// Says what a word says.
    Set { word: &'t str, value: Option<&'t Expr> },
    /// Shows or hides it.
    Enable { value: &'t Expr },
    /// Does what the framework does anyway.
    Teardown,
}

/// A call on a region made by hand.
#[derive(Clone)]
pub(super) struct Call<'t> {
    pub(super) act: Act<'t>,
    pub(super) region: Spot,
    /// The loop that it stands in.
    pub(super) each: Option<Each>,
    pub(super) range: Range<usize>,
}

/// A loop over the elements of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Each {
    /// The variable that counts.
    pub(super) index: Option<String>,
    /// The variable that is an element, and of which field.
    region: Option<(String, String)>,
    /// How far it counts, as it is written, if that is not the length of the field.
    pub(super) count: Option<String>,
}

/// What a function's calls are read with.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r, 't> {
    pub(super) device: &'r Device<'t>,
    pub(super) words: &'t FrameworkWords,
    pub(super) rust: &'t RustWords,
    pub(super) text: &'t str,
}

impl<'t> Reader<'_, 't> {
    /// The call that a statement is. One that builds hands on its error: a region that may be missing is
    /// something else.
    pub(super) fn statement(&self, statement: &'t Stmt, each: Option<&Each>) -> Option<Call<'t>> {
        let (call, hands_on) = match statement {
            Stmt::Expr(expr, end) => {
                let is_try = matches!(expr, Expr::Try(_));
                (self.call(expr, each)?, is_try || (end.is_none() && each.is_none()))
            }
            Stmt::Local(local) if local.attrs.is_empty() && matches!(local.pat, Pat::Wild(_)) => {
                let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
                (self.call(&init.expr, each)?, false)
            }
            _ => return None,
        };
        let builds = !matches!(call.act, Act::Teardown | Act::Enable { .. });
        (hands_on || !builds).then_some(call)
    }

    /// The call that an expression is, `?` or not.
    pub(super) fn call(&self, expr: &'t Expr, each: Option<&Each>) -> Option<Call<'t>> {
        let Expr::MethodCall(call) = bare(expr) else { return None };
        let is_plain_call = call.attrs.is_empty() && call.args.first().is_none_or(is_plain);
        if has_attributes(expr) || !is_plain_call {
            return None;
        }
        let method = call.method.to_string();
        let arg = |at: usize| call.args.get(at);
        let spot = |at: usize| arg(at).and_then(|arg| self.spot(arg, each));
        let words = self.words;
        let (act, region) = match self.spot(&call.receiver, each) {
            Some(own) => {
                if let Some(init) = words.init(&method) {
                    let target = init.target.and_then(arg).and_then(|of| self.field(of));
                    (Act::Init { init, call, target }, own)
                } else if let Some(place) = words.place(&method) {
                    let priority = place.priority.and_then(arg);
                    let act = Act::Put { inside: own, at: arg(place.at)?, priority };
                    (act, spot(place.region)?)
                } else if let Some(set) = named(&words.sets, &method) {
                    (Act::Set { word: &set.word, value: set.value.and_then(arg) }, own)
                } else {
                    let end = named(&words.teardowns, &method)?;
                    match end.region {
                        None => (Act::Teardown, own),
                        Some(at) => (Act::Teardown, spot(at)?),
                    }
                }
            }
            None => {
                let enable = named(&words.enables, &method)?;
                if !self.is_context(&call.receiver) {
                    return None;
                }
                (Act::Enable { value: arg(enable.value?)? }, spot(enable.region?)?)
            }
        };
        Some(Call { act, region, each: each.cloned(), range: range_of(expr) })
    }

    /// Whether a statement builds one of these regions, or does what attributes say otherwise.
    pub(super) fn is_about(
        &self,
        statement: &'t Stmt,
        each: Option<&Each>,
        fields: &[&str],
    ) -> bool {
        self.statement(statement, each).is_some_and(|call| {
            fields.contains(&call.region.field.as_str()) && !matches!(call.act, Act::Teardown)
        })
    }

    /// Whether an expression is what the realize hook is handed besides the device.
    fn is_context(&self, expr: &Expr) -> bool {
        let hook = self.device.realize();
        hook.is_some_and(|hook| {
            parameters(&hook.function.sig).any(|(pattern, _)| {
                matches!(pattern, Pat::Ident(name) if is_variable(expr, &names::text(&name.ident)))
            })
        })
    }

    /// The region that an expression is or refers to.
    pub(super) fn spot(&self, expr: &Expr, each: Option<&Each>) -> Option<Spot> {
        match bare(expr) {
            Expr::Reference(reference) => self.spot(&reference.expr, each),
            Expr::Index(index) if is_plain(&index.index) => {
                let field = self.field(&index.expr)?;
                let counted = each.and_then(|each| each.index.as_deref());
                let is_each = counted.is_some_and(|name| is_variable(&index.index, name));
                let element = if is_each { Element::Each } else { Element::Other };
                Some(Spot { field, element })
            }
            Expr::Path(path) => {
                let (name, field) = each?.region.as_ref()?;
                let is_element = path.path.is_ident(name);
                is_element.then(|| Spot { field: field.clone(), element: Element::Each })
            }
            own => Some(Spot { field: self.field(own)?, element: Element::Whole }),
        }
        .filter(|spot| self.device.region(&spot.field).is_some())
    }

    /// The field of the device that an expression is or refers to.
    pub(super) fn field(&self, expr: &Expr) -> Option<String> {
        match bare(expr) {
            Expr::Reference(reference) => self.field(&reference.expr),
            Expr::Field(field) => {
                let Member::Named(name) = &field.member else { return None };
                is_variable(&field.base, "self").then(|| names::text(name))
            }
            _ => None,
        }
    }

    /// What a loop goes over, if it is the elements of a field or their numbers.
    pub(super) fn each(&self, each: &ExprForLoop) -> Option<Each> {
        if each.label.is_some() || !each.attrs.is_empty() {
            return None;
        }
        match (bare(&each.expr), &*each.pat) {
            (Expr::Range(range), Pat::Ident(index)) => {
                let start = range.start.as_deref().is_some_and(is_zero);
                let is_open = matches!(range.limits, syn::RangeLimits::HalfOpen(_));
                let end = range.end.as_deref().filter(|_| start && is_open)?;
                let count = Some(self.text[range_of(end)].to_owned());
                Some(Each { index: Some(names::text(&index.ident)), region: None, count })
            }
            (over, Pat::Ident(region)) => {
                let field = self.elements(over)?;
                let region = Some((names::text(&region.ident), field));
                Some(Each { index: None, region, count: None })
            }
            (Expr::MethodCall(call), Pat::Tuple(pair)) if call.method == "enumerate" => {
                let field = self.elements(bare(&call.receiver))?;
                let [Pat::Ident(index), Pat::Ident(region)] =
                    [pair.elems.first()?, pair.elems.get(1)?]
                else {
                    return None;
                };
                let region = Some((names::text(&region.ident), field));
                Some(Each { index: Some(names::text(&index.ident)), region, count: None })
            }
            _ => None,
        }
    }

    /// The field whose elements an expression yields.
    fn elements(&self, expr: &Expr) -> Option<String> {
        let field = match expr {
            Expr::Reference(reference) => self.field(&reference.expr),
            Expr::MethodCall(call)
                if self.words.elements.contains(call.method.to_string().as_str()) =>
            {
                self.field(&call.receiver)
            }
            _ => None,
        };
        field.filter(|field| self.device.region(field).is_some())
    }
}

/// Who answers, as an argument of a call's type says it.
pub(super) fn answerer(call: &ExprMethodCall) -> Option<&Type> {
    match call.turbofish.as_ref()?.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Whether an expression does nothing but name something.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Reference(inner) => is_plain(&inner.expr),
        Expr::Paren(inner) => is_plain(&inner.expr),
        Expr::Cast(inner) => is_plain(&inner.expr),
        Expr::Field(field) => is_plain(&field.base),
        Expr::Index(index) => is_plain(&index.expr) && is_plain(&index.index),
        _ => false,
    }
}

/// Whether an expression is there under a condition, or marked otherwise.
fn has_attributes(expr: &Expr) -> bool {
    match expr {
        Expr::Try(inner) => !inner.attrs.is_empty() || has_attributes(&inner.expr),
        Expr::Paren(inner) => !inner.attrs.is_empty() || has_attributes(&inner.expr),
        Expr::MethodCall(call) => !call.attrs.is_empty() || has_attributes(&call.receiver),
        Expr::Field(field) => !field.attrs.is_empty() || has_attributes(&field.base),
        Expr::Path(path) => !path.attrs.is_empty(),
        _ => false,
    }
}

/// Without `?`, brackets and groups.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Try(inner) => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        expr => expr,
    }
}

/// Whether an expression is a variable of this name.
pub(super) fn is_variable(expr: &Expr, name: &str) -> bool {
    matches!(bare(expr), Expr::Path(path) if path.path.is_ident(name))
}

/// Whether an expression is the number 0.
pub(super) fn is_zero(expr: &Expr) -> bool {
    let Expr::Lit(lit) = bare(expr) else { return false };
    matches!(&lit.lit, Lit::Int(number) if number.base10_digits() == "0")
}

/// The names and types of a function's parameters, without the receiver.
pub(super) fn parameters(signature: &Signature) -> impl Iterator<Item = (&Pat, &PatType)> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some((&*typed.pat, typed)),
        FnArg::Receiver(_) => None,
    })
}
