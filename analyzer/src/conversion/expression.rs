//! Expressions that can stand in an attribute.

use super::call::{bare, is_variable};
use super::{names, range_of};
use std::ops::Range;
use syn::{BinOp, Expr, Fields, ItemStruct, Member, Type};

/// The types of properties that an attribute's expressions see unchanged as `u64`.
const UNSIGNED: [&str; 5] = ["u8", "u16", "u32", "u64", "usize"];

/// Whether an expression is made of constants alone, so that the compiler can compute it.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Paren(inner) => is_constant(&inner.expr),
        Expr::Group(inner) => is_constant(&inner.expr),
        Expr::Cast(cast) => is_constant(&cast.expr),
        Expr::Unary(unary) => is_constant(&unary.expr),
        Expr::Binary(binary) => {
            is_pure(&binary.op) && is_constant(&binary.left) && is_constant(&binary.right)
        }
        Expr::Path(path) if path.qself.is_none() => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            last.arguments.is_none()
                && name.chars().any(char::is_uppercase)
                && name == name.to_uppercase()
        }),
        _ => false,
    }
}

fn is_pure(operator: &BinOp) -> bool {
    use BinOp::{Add, BitAnd, BitOr, BitXor, Div, Mul, Rem, Shl, Shr, Sub};
    matches!(
        operator,
        Add(_)
            | Sub(_)
            | Mul(_)
            | Div(_)
            | Rem(_)
            | Shl(_)
            | Shr(_)
            | BitAnd(_)
            | BitOr(_)
            | BitXor(_)
    )
}

/// An expression over properties, as an attribute says it, and the properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Computed {
    pub(super) text: String,
    pub(super) properties: Vec<String>,
}

/// An expression of type `u64` over properties and constants.
pub(super) fn computed(
    expr: &Expr,
    device: &ItemStruct,
    property: &str,
    text: &str,
) -> Option<Computed> {
    let mut reader = Reader { device, property, bare: Vec::new(), properties: Vec::new() };
    reader.read(expr)?;
    let whole = range_of(expr);
    let mut result = text[whole.clone()].to_owned();
    for (range, name) in reader.bare.iter().rev() {
        result.replace_range(range.start - whole.start..range.end - whole.start, name);
    }
    reader.properties.sort();
    reader.properties.dedup();
    (!reader.properties.is_empty())
        .then_some(Computed { text: result, properties: reader.properties })
}

struct Reader<'r> {
    device: &'r ItemStruct,
    property: &'r str,
    /// Where the bare name of a property goes, in the order of the text.
    bare: Vec<(Range<usize>, String)>,
    properties: Vec<String>,
}

impl Reader<'_> {
    fn read(&mut self, expr: &Expr) -> Option<()> {
        if let Some(name) = self.widened(bare(expr)) {
            self.bare.push((range_of(expr), name.clone()));
            self.properties.push(name);
            return Some(());
        }
        match expr {
            Expr::Paren(inner) => self.read(&inner.expr),
            Expr::Group(inner) => self.read(&inner.expr),
            Expr::Binary(binary) if is_pure(&binary.op) => {
                self.read(&binary.left)?;
                self.read(&binary.right)
            }
            expr => is_constant(expr).then_some(()),
        }
    }

    /// The property whose value as `u64` an expression is.
    fn widened(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Cast(cast) if is_type(&cast.ty, "u64") => {
                self.own(&cast.expr).map(|(name, _)| name)
            }
            Expr::Call(call) if call.args.len() == 1 => {
                let Expr::Path(path) = &*call.func else { return None };
                let steps: Vec<String> =
                    path.path.segments.iter().map(|step| names::text(&step.ident)).collect();
                (steps == ["u64", "from"]).then(|| self.own(&call.args[0]))?.map(|(name, _)| name)
            }
            Expr::MethodCall(call) if call.method == "into" && call.args.is_empty() => {
                self.own(&call.receiver).map(|(name, _)| name)
            }
            expr => self.own(expr).filter(|(_, ty)| ty == "u64").map(|(name, _)| name),
        }
    }

    /// The property that an expression is, and its type.
    fn own(&self, expr: &Expr) -> Option<(String, String)> {
        let Expr::Field(field) = bare(expr) else { return None };
        let Member::Named(member) = &field.member else { return None };
        if !is_variable(&field.base, "self") {
            return None;
        }
        let Fields::Named(fields) = &self.device.fields else { return None };
        let field = fields.named.iter().find(|field| field.ident.as_ref() == Some(member))?;
        let is_property =
            field.attrs.iter().any(|attribute| attribute.path().is_ident(self.property));
        let ty = UNSIGNED.into_iter().find(|name| is_type(&field.ty, name))?;
        is_property.then(|| (names::text(member), ty.to_owned()))
    }
}

fn is_type(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// A position that grows with the number of an element: the first one, and the distance; `None` for 0
/// and 1.
#[derive(Clone)]
pub(super) struct Linear<'t> {
    pub(super) base: Option<&'t Expr>,
    pub(super) step: Option<&'t Expr>,
}

/// An expression as a position that grows with a variable.
pub(super) fn linear<'t>(expr: &'t Expr, variable: &str) -> Option<Linear<'t>> {
    if let Some(step) = multiple(expr, variable) {
        return Some(Linear { base: None, step });
    }
    let Expr::Binary(sum) = bare(expr) else { return None };
    if !matches!(sum.op, BinOp::Add(_)) {
        return None;
    }
    let of = |base: &'t Expr, rest: &'t Expr| {
        let step = multiple(rest, variable)?;
        is_constant(base).then_some(Linear { base: Some(base), step })
    };
    of(&sum.left, &sum.right).or_else(|| of(&sum.right, &sum.left))
}

/// The factor of a variable.
fn multiple<'t>(expr: &'t Expr, variable: &str) -> Option<Option<&'t Expr>> {
    if is_number(expr, variable) {
        return Some(None);
    }
    let Expr::Binary(product) = bare(expr) else { return None };
    if !matches!(product.op, BinOp::Mul(_)) {
        return None;
    }
    let of = |number: &Expr, factor: &'t Expr| {
        (is_number(number, variable) && is_constant(factor)).then_some(Some(factor))
    };
    of(&product.left, &product.right).or_else(|| of(&product.right, &product.left))
}

/// Whether an expression is a variable in one of the integer types.
fn is_number(expr: &Expr, variable: &str) -> bool {
    match bare(expr) {
        Expr::Cast(cast) => is_variable(&cast.expr, variable),
        Expr::Call(call) if call.args.len() == 1 => {
            let Expr::Path(path) = &*call.func else { return false };
            let is_from = path.path.segments.last().is_some_and(|last| last.ident == "from");
            is_from && is_variable(&call.args[0], variable)
        }
        expr => is_variable(expr, variable),
    }
}
