//! Who initialises the region in a field, and for which owner: the answer for calls that no
//! callback of a type leads to.

use super::sites::{self, Site};
use super::{Owner, RegionKind};
use crate::Executor;
use crate::model::{Expr, ExprKind, Location, Name, UnaryOp};
use crate::objects::{Objects, Scope};
use crate::tree::Tree;
use crate::vocabulary::Op;
use rustc_hash::FxHashMap;

/// A field of a structure that is, or points to, a region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    pub(crate) record: Name,
    pub(crate) name: Name,
}

/// One initialisation of the region in a field.
#[derive(Clone, Debug)]
pub(crate) struct FieldInit {
    pub(crate) location: Location,
    pub(crate) owner: Owner,
    pub(crate) kind: Option<RegionKind>,
}

/// All initialisations and additions, by field.
#[derive(Debug, Default)]
pub(crate) struct FieldInits {
    pub(crate) inits: FxHashMap<Field, Vec<FieldInit>>,
    pub(crate) adds: FxHashMap<Field, Vec<Location>>,
}

impl FieldInits {
    /// Reads every initialisation of the tree.
    pub(crate) fn new(tree: &Tree<'_>, objects: &Objects<'_, '_>, executor: &dyn Executor) -> Self {
        let mut all = Self::default();
        for site in sites::find(tree, objects, &[Op::Init, Op::Add], executor) {
            let scope = Scope::new(tree, &objects.casts, tree.function(site.function));
            let Some(region) = site.arg(Some(site.call.region)) else { continue };
            let Some(field) = field_of(&scope, objects, region) else { continue };
            if site.call.op == Op::Add {
                all.adds.entry(field).or_default().push(site.location);
                continue;
            }
            let init = FieldInit {
                location: site.location,
                owner: owner_of(objects, &scope, &site, &field),
                kind: site.call.kind,
            };
            all.inits.entry(field).or_default().push(init);
        }
        all
    }
}

/// The field that an expression for a region names: `&bm->extra_io` is `BMDMAState.extra_io`.
pub(crate) fn field_of(
    scope: &Scope<'_, '_>,
    objects: &Objects<'_, '_>,
    expr: &Expr,
) -> Option<Field> {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::AddressOf, inner) | ExprKind::Cast(_, inner) => {
            field_of(scope, objects, inner)
        }
        ExprKind::Index { base, .. } => field_of(scope, objects, base),
        ExprKind::Call { callee, args } => match (&callee.kind, &args[..]) {
            (ExprKind::Name(name), [inner]) if objects.casts.get(name).is_some() => {
                field_of(scope, objects, inner)
            }
            _ => None,
        },
        ExprKind::Member { base, name, .. } => {
            let record = scope.type_of(base).name;
            (!record.is_empty()).then(|| Field { record, name: name.clone() })
        }
        // An array element reached by moving a pointer.
        ExprKind::Binary(_, left, _) => field_of(scope, objects, left),
        _ => None,
    }
}

/// The owner that a call names, seen from the structure that holds the region.
fn owner_of(
    objects: &Objects<'_, '_>,
    scope: &Scope<'_, '_>,
    site: &Site<'_>,
    field: &Field,
) -> Owner {
    let Some(owner) = site.arg(site.call.owner) else { return Owner::Unknown };
    let expr = uncast(objects, owner);
    if matches!(&expr.kind, ExprKind::Name(name) if name == "NULL") {
        return Owner::Null;
    }
    let record = scope.type_of(expr).name;
    if record.is_empty() {
        return Owner::Unknown;
    }
    if record == field.record {
        return Owner::SelfObject;
    }
    Owner::Other(record)
}

fn uncast<'e>(objects: &Objects<'_, '_>, expr: &'e Expr) -> &'e Expr {
    match &expr.kind {
        ExprKind::Call { callee, args } => match (&callee.kind, &args[..]) {
            (ExprKind::Name(name), [inner]) if objects.casts.get(name).is_some() => {
                uncast(objects, inner)
            }
            _ => expr,
        },
        ExprKind::Cast(_, inner) => uncast(objects, inner),
        _ => expr,
    }
}
