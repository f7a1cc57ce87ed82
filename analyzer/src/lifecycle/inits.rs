//! Who initialises the region in a field, and for which owner, anywhere in the tree: the answer for
//! regions that no callback of the type in question initialises.

use super::sites::{self, Site};
use super::{Owner, RegionKind};
use crate::model::{Expr, ExprKind, Location, Name, UnaryOp};
use crate::objects::{Objects, Scope, field_type};
use crate::trace::{Place, Step};
use crate::tree::{ItemId, Tree};
use crate::vocabulary::Op;
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

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
    /// The function that makes it.
    pub(crate) function: ItemId,
    /// Seen from the structure that has the field.
    pub(crate) owner: Owner,
    pub(crate) kind: Option<RegionKind>,
}

/// What the tree does to the region in one field.
#[derive(Debug, Default)]
pub(crate) struct FieldFacts {
    pub(crate) inits: Vec<FieldInit>,
    pub(crate) adds: Vec<Location>,
}

impl FieldFacts {
    /// The owner that every initialisation names.
    pub(crate) fn owner(&self) -> Owner {
        let Some((first, rest)) = self.inits.split_first() else { return Owner::Unknown };
        let same = rest.iter().all(|init| init.owner == first.owner);
        if same { first.owner.clone() } else { Owner::Unknown }
    }
}

/// Facts about fields, found when first asked for.
pub(crate) struct FieldTable<'f, 'a> {
    tree: &'f Tree<'a>,
    objects: &'f Objects<'f, 'a>,
    /// Functions that initialise or add regions.
    functions: Vec<ItemId>,
    known: RwLock<FxHashMap<Field, Arc<FieldFacts>>>,
}

impl<'f, 'a> FieldTable<'f, 'a> {
    pub(crate) fn new(tree: &'f Tree<'a>, objects: &'f Objects<'f, 'a>) -> Self {
        let functions = sites::callers(tree, &[Op::Init, Op::Add]);
        Self { tree, objects, functions, known: RwLock::default() }
    }

    /// What the tree does to the region in a field.
    pub(crate) fn of(&self, field: &Field) -> Arc<FieldFacts> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(field).cloned();
        if let Some(facts) = known {
            return facts;
        }
        let facts = Arc::new(self.find(field));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(field.clone()).or_insert(facts))
    }

    /// The field at the end of a path, and the structure that has it.
    pub(crate) fn innermost(&self, place: &Place) -> Option<Field> {
        let mut last = None;
        let mut record = Name::default();
        for step in &place.path {
            if let Step::Field(start, name) = step {
                let holder = if start.is_empty() { record } else { start.clone() };
                record = field_type(self.tree, &holder, name)?.name;
                last = Some(Field { record: holder, name: name.clone() });
            }
        }
        last.filter(|field| !field.record.is_empty())
    }

    fn find(&self, field: &Field) -> FieldFacts {
        let mut facts = FieldFacts::default();
        for &id in &self.functions {
            if self.tree.mentions_text(id, &field.name) {
                self.read(id, field, &mut facts);
            }
        }
        facts
    }

    fn read(&self, id: ItemId, field: &Field, facts: &mut FieldFacts) {
        let scope = Scope::new(self.tree, &self.objects.casts, self.tree.function(id));
        for site in sites::sites_in(self.tree, self.objects, id, &[Op::Init, Op::Add]) {
            let Some(region) = site.arg(Some(site.call.region)) else { continue };
            let Some((found, holder)) = field_of(&scope, self.objects, region) else { continue };
            if found != *field {
                continue;
            }
            if site.call.op == Op::Add {
                facts.adds.push(site.location);
                continue;
            }
            facts.inits.push(FieldInit {
                location: site.location,
                function: id,
                owner: self.owner_of(&scope, &site, holder),
                kind: site.call.kind,
            });
        }
    }

    /// The owner that a call names, seen from the structure that holds the region.
    fn owner_of(&self, scope: &Scope<'_, '_>, site: &Site<'_>, holder: &Expr) -> Owner {
        let Some(owner) = site.arg(site.call.owner) else { return Owner::Unknown };
        let owner = self.objects.casts.uncast(owner);
        match (&owner.kind, &self.objects.casts.uncast(holder).kind) {
            (ExprKind::Name(owner), _) if owner == "NULL" => return Owner::Null,
            (ExprKind::Name(owner), ExprKind::Name(holder)) if owner == holder => {
                return Owner::SelfObject;
            }
            _ => {}
        }
        let record = scope.type_of(owner).name;
        let same = record.is_empty() || record == scope.type_of(holder).name;
        if same { Owner::Unknown } else { Owner::Other(record) }
    }
}

/// The field that an expression for a region names, and what has it: `&bm->extra_io` is
/// `BMDMAState.extra_io` of `bm`.
pub(crate) fn field_of<'e>(
    scope: &Scope<'_, '_>,
    objects: &Objects<'_, '_>,
    expr: &'e Expr,
) -> Option<(Field, &'e Expr)> {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::AddressOf, inner) => field_of(scope, objects, inner),
        // An element of an array, or one reached by moving a pointer.
        ExprKind::Index { base, .. } | ExprKind::Binary(_, base, _) => {
            field_of(scope, objects, base)
        }
        ExprKind::Call { .. } | ExprKind::Cast(..) => {
            field_of(scope, objects, objects.casts.inside(expr)?)
        }
        ExprKind::Member { base, name, .. } => {
            let record = scope.type_of(base).name;
            (!record.is_empty()).then(|| (Field { record, name: name.clone() }, &**base))
        }
        _ => None,
    }
}
