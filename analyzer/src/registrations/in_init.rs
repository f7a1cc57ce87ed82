//! Constructors that register what they make.

use super::call::deep;
use super::place::Place;
use super::program::{MethodId, Program, has_self, last_part};
use super::walk::{Site, walk};
use crate::crates::{Method, Ty};
use crate::lifecycle::{Registration, RegistrationKind};
use crate::model::{Expr, ExprKind};
use crate::vocabulary::Keeps;

/// Looks at one function.
pub(super) fn observe(program: &Program<'_>, id: MethodId) -> Vec<Registration> {
    let method = program.methods[id].0;
    if !makes_own_type(method) {
        return Vec::new();
    }
    let own = Ty::named(&method.self_type);
    let sites = walk(program, id).sites;
    let found = sites.iter().filter(|site| {
        program.outlives(method, &site.container)
            && !program.drop_removes(&own, site.pair)
            && is_its_own(program, method, site)
    });
    found.map(|site| seen(program, id, site)).collect()
}

/// Whether a function is a constructor: called on no value, and one of its type is the result.
pub(super) fn makes_own_type(method: &Method) -> bool {
    !method.self_type.is_empty() && !has_self(method) && holds(&method.result, &method.self_type)
}

fn holds(ty: &Ty, name: &str) -> bool {
    ty.name == name || ty.name == "Self" || ty.args.iter().any(|ty| holds(ty, name))
}

/// Whether what is registered is what the constructor makes, or belongs to it.
fn is_its_own(program: &Program<'_>, method: &Method, site: &Site<'_>) -> bool {
    let pair = &program.pairs[site.pair];
    let Some(what) = site.call.args.get(pair.what + 1).filter(|_| site.inner.is_none()) else {
        return false;
    };
    if pair.keeps == Keeps::Descriptor || is_weak(program, method, what) {
        return false;
    }
    if is_own_value(program, method, what) {
        return true;
    }
    let is_made_here = |place: &Place| {
        place.fields.is_empty()
            && !method.parameters.iter().any(|(name, _)| *name == place.root)
            && method.locals.contains_key(&place.root)
    };
    program.is_device(&method.self_type) && site.what.as_ref().is_some_and(is_made_here)
}

/// Whether an expression is a value of the constructor's type, or a handle of one.
fn is_own_value(program: &Program<'_>, method: &Method, what: &Expr) -> bool {
    let is_own = |name: &str| name == method.self_type || name == "Self";
    let rust = &program.words.rust;
    if let Some(place) = program.place_in(method, what)
        && place.fields.is_empty()
    {
        let ty = method.locals.get(&place.root);
        if ty.is_some_and(|ty| is_own(&ty.innermost(rust).name)) {
            return !method.parameters.iter().any(|(name, _)| *name == place.root);
        }
    }
    let mut found = false;
    deep(what, &mut |expr| {
        found |= match &expr.kind {
            ExprKind::Aggregate(made) => made.ty.as_ref().is_some_and(|ty| is_own(&ty.name)),
            _ => false,
        };
    });
    found
}

fn is_weak(program: &Program<'_>, method: &Method, what: &Expr) -> bool {
    let rust = &program.words.rust;
    let mut found = false;
    deep(what, &mut |expr| {
        found |= match &expr.kind {
            ExprKind::Name(name) => {
                method.locals.get(name).is_some_and(|ty| rust.weak.contains(&ty.name))
                    || rust.weaken.contains(last_part(name))
            }
            _ => false,
        };
    });
    found
}

fn seen(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Registration {
    let kind = RegistrationKind::InInit;
    let mut seen = program.seen_at(kind, id, site.call, site.pair, &site.container);
    let name = &program.methods[id].0.function.name;
    seen.evidence.push(program.named(id, format!("`{name}` is a constructor")));
    let message = format!("it registers with `{}`, which it was handed", site.container);
    seen.evidence.push(program.evidence(id, site.call.expr.span, message));
    seen
}
