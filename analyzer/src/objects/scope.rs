//! The types of variables and expressions inside one function.

use super::Casts;
use crate::model::{Expr, ExprKind, Function, Name, StmtKind, TypeRef, UnaryOp};
use crate::tree::Tree;
use rustc_hash::FxHashMap;

/// The variables of a function and their types.
pub(crate) struct Scope<'s, 'a> {
    tree: &'s Tree<'a>,
    casts: &'s Casts,
    variables: FxHashMap<Name, TypeRef>,
}

impl<'s, 'a> Scope<'s, 'a> {
    /// The scope of all variables that a function declares anywhere.
    pub(crate) fn new(tree: &'s Tree<'a>, casts: &'s Casts, function: &Function) -> Self {
        let mut variables: FxHashMap<Name, TypeRef> = function
            .parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), parameter.ty.clone()))
            .collect();
        function.each_statement(&mut |stmt| {
            if let StmtKind::Declaration(locals) = &stmt.kind {
                for local in locals {
                    variables.insert(local.name.clone(), local.ty.clone());
                }
            }
        });
        Self { tree, casts, variables }
    }

    /// The type of an expression; without a name if it is not known.
    pub(crate) fn type_of(&self, expr: &Expr) -> TypeRef {
        match &expr.kind {
            ExprKind::Name(name) => self.variables.get(name).cloned().unwrap_or_default(),
            ExprKind::Member { base, name, .. } => {
                field_type(self.tree, &self.type_of(base).name, name).unwrap_or_default()
            }
            ExprKind::Index { base, .. } | ExprKind::Unary(UnaryOp::Dereference, base) => {
                element(self.type_of(base))
            }
            ExprKind::Unary(UnaryOp::AddressOf, inner) => {
                let ty = self.type_of(inner);
                TypeRef { pointers: ty.pointers + 1, array: false, ..ty }
            }
            ExprKind::Binary(_, left, _) => self.type_of(left),
            ExprKind::Cast(ty, _) => ty.clone(),
            ExprKind::Conditional(_, then, otherwise) => {
                let ty = then.as_ref().map(|then| self.type_of(then)).unwrap_or_default();
                if ty.name.is_empty() { self.type_of(otherwise) } else { ty }
            }
            ExprKind::Call { callee, .. } => self.type_of_call(callee),
            _ => TypeRef::default(),
        }
    }

    fn type_of_call(&self, callee: &Expr) -> TypeRef {
        let ExprKind::Name(name) = &callee.kind else { return TypeRef::default() };
        let cast = self.casts.get(name);
        let record = cast.map(|cast| cast.record.clone()).unwrap_or_default();
        TypeRef { name: record, pointers: 1, array: false }
    }

    /// Whether two names mean one structure: it may have a tag and a typedef.
    pub(crate) fn is_same_record(&self, one: &str, other: &str) -> bool {
        let definition = |name| self.tree.record(name).map(|record| record.location);
        one == other || definition(one).is_some_and(|found| Some(found) == definition(other))
    }

    /// The structure of the slot that `k->phases.hold` or `FOO_CLASS(klass)->realize` names, and the
    /// path of fields to it. The structure is empty if it is not known.
    pub(crate) fn slot_of(&self, target: &Expr) -> Option<(Name, Name)> {
        let ExprKind::Member { base, name, through_pointer } = &target.kind else { return None };
        if let (ExprKind::Member { .. }, false) = (&base.kind, through_pointer) {
            let (record, outer) = self.slot_of(base)?;
            return Some((record, Name::new(format!("{outer}.{name}"))));
        }
        Some((self.type_of(base).name, name.clone()))
    }
}

/// The type of a field of a structure.
pub(crate) fn field_type(tree: &Tree<'_>, record: &str, field: &str) -> Option<TypeRef> {
    let record = tree.record(record)?;
    record.fields.iter().find(|candidate| candidate.name == field).map(|field| field.ty.clone())
}

/// What an array or pointer of this type consists of.
pub(crate) fn element(ty: TypeRef) -> TypeRef {
    if ty.array {
        return TypeRef { array: false, ..ty };
    }
    TypeRef { pointers: ty.pointers.saturating_sub(1), ..ty }
}
