//! Places as text-independent paths: a variable and the fields on the way.

use super::program::{Program, last_part};
use crate::crates::Method;
use crate::model::{Expr, ExprKind, Name};
use std::fmt;

/// How many variables may stand for each other.
const MAX_ALIASES: usize = 6;

/// A variable and the fields from it on; handles on the way are not told from what they hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    /// The variable.
    pub(super) root: Name,
    /// The fields.
    pub(super) fields: Vec<Name>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root.split('#').next().unwrap_or_default())?;
        self.fields.iter().try_for_each(|field| write!(f, ".{field}"))
    }
}

impl Program<'_> {
    /// The place that an expression names, or to which it makes another handle.
    pub(super) fn place(&self, expr: &Expr) -> Option<Place> {
        match &expr.kind {
            ExprKind::Name(name) => Some(Place { root: name.clone(), fields: Vec::new() }),
            ExprKind::Member { base, name, .. } => {
                let mut place = self.place(base)?;
                place.fields.push(name.clone());
                Some(place)
            }
            ExprKind::Unary(_, inner) | ExprKind::Index { base: inner, .. } => self.place(inner),
            ExprKind::Cast(_, inner) => self.place(inner),
            ExprKind::Call { callee, args } => self.place(self.led_to(callee, args)?),
            _ => None,
        }
    }

    /// What a call leads to that does nothing else: another handle, or what a handle holds.
    fn led_to<'e>(&self, callee: &'e Expr, args: &'e [Expr]) -> Option<&'e Expr> {
        let rust = &self.words.rust;
        match &callee.kind {
            ExprKind::Name(name) => {
                let last = last_part(name);
                let leads = rust.share.contains(last) || rust.through.contains(last);
                args.first().filter(|_| args.len() == 1 && leads && name.contains("::"))
            }
            ExprKind::Member { base, name, .. } => {
                (rust.share.contains(name) || rust.through.contains(name)).then_some(&**base)
            }
            _ => None,
        }
    }

    /// The place behind variables that only stand for another place.
    pub(super) fn resolved(&self, method: &Method, place: Place) -> Place {
        let mut place = place;
        for _ in 0..MAX_ALIASES {
            if method.parameters.iter().any(|(name, _)| *name == place.root) {
                break;
            }
            let values = method.function.values_of(&place.root);
            let [value] = values[..] else { break };
            let Some(mut behind) = self.place(value) else { break };
            behind.fields.append(&mut place.fields);
            place = behind;
        }
        place
    }

    /// The place of an expression, with variables that stand for another one resolved.
    pub(super) fn place_in(&self, method: &Method, expr: &Expr) -> Option<Place> {
        self.place(expr).map(|place| self.resolved(method, place))
    }

    /// Whether what is there is still there after the method has returned.
    pub(super) fn outlives(&self, method: &Method, place: &Place) -> bool {
        let known = method.parameters.iter().find(|(name, _)| *name == place.root);
        let Some((_, ty)) = known else { return false };
        let rust = &self.words.rust;
        if rust.pointers.contains(&ty.name) && ty.name != "Box" {
            return true;
        }
        // A part of a value that goes may be a handle of something that stays.
        let mut of = ty.innermost(rust).name.clone();
        for field in &place.fields {
            let Some(ty) = self.field(&of, field) else { return false };
            if ty.is_strong(rust) || ty.name == "&" {
                return true;
            }
            of = ty.innermost(rust).name.clone();
        }
        false
    }
}
