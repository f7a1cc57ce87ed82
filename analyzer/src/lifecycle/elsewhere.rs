//! What the rest of the tree does to a device without calling its functions by name: it points the
//! device's pointers elsewhere, takes a callback out of a class, or calls the slot of another's class.

use super::Phase;
use super::report::RUNNING;
use crate::contexts::{ContextTable, Contexts};
use crate::model::{Expr, ExprKind, Function, Name, StmtKind, UnaryOp};
use crate::objects::{Objects, Scope, TypeId};
use crate::tree::{ItemId, Tree};
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A structure and a field of it.
type Member = (Name, Name);

/// Questions about fields to the whole tree, answered when first asked.
pub(crate) struct Elsewhere<'o, 'a> {
    tree: &'o Tree<'a>,
    objects: &'o Objects<'o, 'a>,
    contexts: &'o ContextTable<'o, 'a>,
    setters: RwLock<FxHashMap<Member, Arc<[ItemId]>>>,
    runners: RwLock<FxHashMap<Member, Option<ItemId>>>,
}

impl<'o, 'a> Elsewhere<'o, 'a> {
    pub(crate) fn new(
        tree: &'o Tree<'a>,
        objects: &'o Objects<'o, 'a>,
        contexts: &'o ContextTable<'o, 'a>,
    ) -> Self {
        let (setters, runners) = (RwLock::default(), RwLock::default());
        Self { tree, objects, contexts, setters, runners }
    }

    /// A function that may point a pointer of the type elsewhere: while the machine runs, or on
    /// behalf of another object.
    pub(crate) fn redirects(&self, ty: TypeId, record: &Name, field: &Name) -> Option<Name> {
        // A structure that is no object's own may be part of many, and this says nothing of one.
        if !self.objects.instances(ty).contains(record) {
            return None;
        }
        let setters = self.setters(&(record.clone(), field.clone()));
        let found = setters.iter().find(|&&id| self.is_foreign(ty, record, &self.contexts.of(id)));
        found.map(|&id| self.tree.name(id))
    }

    /// Whether a function runs other than in the life of objects of the type, as far as it may concern
    /// a `record`.
    pub(crate) fn is_foreign(&self, ty: TypeId, record: &Name, contexts: &Contexts) -> bool {
        if runs_outside(contexts) {
            return true;
        }
        // A structure that is no object's own may be part of many.
        let has = |ty: TypeId| self.objects.instances(ty).contains(record);
        has(ty)
            && contexts.entries.iter().any(|entry| {
                !entry.types.is_empty() && !entry.types.iter().any(|&other| has(other))
            })
    }

    /// A function that has what a class slot holds called besides the core: it takes it out of the
    /// class, or calls the slot while the machine runs.
    pub(crate) fn runs_slot(&self, slot: &Member) -> Option<Name> {
        let known = self.runners.read().unwrap_or_else(PoisonError::into_inner).get(slot).copied();
        let found = known.unwrap_or_else(|| {
            let found = self.taking(slot).or_else(|| self.calling(slot));
            let mut known = self.runners.write().unwrap_or_else(PoisonError::into_inner);
            *known.entry(slot.clone()).or_insert(found)
        });
        found.map(|id| self.tree.name(id))
    }

    fn setters(&self, member: &Member) -> Arc<[ItemId]> {
        let known =
            self.setters.read().unwrap_or_else(PoisonError::into_inner).get(member).cloned();
        if let Some(setters) = known {
            return setters;
        }
        let mut setters = self.mentioning(&member.1);
        setters.retain(|&id| self.sets(id, member));
        let setters = setters.into();
        let mut known = self.setters.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(member.clone()).or_insert(setters))
    }

    /// Functions that name the field of something.
    fn mentioning(&self, field: &str) -> Vec<ItemId> {
        self.tree.functions_with_member(field.rsplit('.').next().unwrap_or(field))
    }

    fn sets(&self, id: ItemId, member: &Member) -> bool {
        let function = self.tree.function(id);
        let scope = Scope::new(self.tree, &self.objects.casts, function);
        let mut sets = !function.is_whole();
        each_expression(function, &mut |expr, _| {
            expr.each(&mut |expr| {
                if let ExprKind::Assign { target, value, .. } = &expr.kind {
                    let nothing = match &value.kind {
                        ExprKind::Name(name) => name == "NULL",
                        kind => matches!(kind, ExprKind::Literal),
                    };
                    sets |= !nothing && may_name(&scope, target, member);
                }
            });
        });
        sets
    }

    /// A function, other than those that fill classes, that uses what the slot holds as a value.
    fn taking(&self, slot: &Member) -> Option<ItemId> {
        // What fills a slot hands on what it held before.
        let fills = |id: ItemId| !self.tree.words.setters(&self.tree.name(id)).is_empty();
        let mut taking = self.mentioning(&slot.1).into_iter().filter(|&id| {
            if fills(id) {
                return false;
            }
            let function = self.tree.function(id);
            let scope = Scope::new(self.tree, &self.objects.casts, function);
            let mut takes = !function.is_whole();
            each_expression(function, &mut |expr, asked| takes |= uses(&scope, expr, asked, slot));
            takes
        });
        taking.find(|&id| {
            let contexts = self.contexts.of(id);
            !contexts.entries.iter().all(|entry| entry.phase == Phase::ClassInit)
        })
    }

    /// A function that calls through the slot while the machine runs. Where the class is at home its
    /// slots are called as the phases have it.
    fn calling(&self, slot: &Member) -> Option<ItemId> {
        let known = self.tree.words.known_types.iter().find(|known| known.class == slot.0);
        let ty = known.and_then(|known| self.objects.named(&known.name));
        let home = ty.and_then(|ty| self.objects.get(ty).location).map(|at| at.file);
        self.objects
            .member_callers(&slot.0, &slot.1)
            .into_iter()
            .find(|&id| Some(self.tree.file_of(id)) != home && runs_outside(&self.contexts.of(id)))
    }
}

/// Whether a function runs outside the life of a device. Who calls through a table of one file is
/// known, and counts instead of the table.
fn runs_outside(contexts: &Contexts) -> bool {
    let outside = [Phase::Unknown, Phase::Machine, Phase::Hotplug];
    let all = contexts.entries.iter().chain(&contexts.remote);
    let mut open = all.filter(|entry| !entry.is_closed);
    open.any(|entry| RUNNING.contains(&entry.phase) || outside.contains(&entry.phase))
}

/// Visits the expressions of all statements; the second argument tells whether it is only asked
/// whether the value is something.
fn each_expression<'f>(function: &'f Function, visit: &mut impl FnMut(&'f Expr, bool)) {
    function.each_statement(&mut |stmt| {
        let asked = matches!(stmt.kind, StmtKind::If { .. } | StmtKind::Loop { .. });
        stmt.each_expression(&mut |expr| visit(expr, asked));
    });
}

/// Whether an expression makes use of what a slot holds, other than by calling it or by asking
/// whether there is something.
fn uses(scope: &Scope<'_, '_>, expr: &Expr, asked: bool, slot: &Member) -> bool {
    use crate::model::BinaryOp::{And, Equal, NotEqual, Or};
    let all = |parts: &[&Expr], asked| parts.iter().any(|part| uses(scope, part, asked, slot));
    match &expr.kind {
        ExprKind::Call { callee, args } => {
            let mut callee = &**callee;
            while let ExprKind::Unary(UnaryOp::Dereference, inner) = &callee.kind {
                callee = inner;
            }
            uses(scope, callee, true, slot) || args.iter().any(|arg| uses(scope, arg, false, slot))
        }
        ExprKind::Unary(UnaryOp::Not, inner) => uses(scope, inner, true, slot),
        ExprKind::Binary(And | Or | Equal | NotEqual, left, right) => all(&[left, right], true),
        ExprKind::Assign { target, value, .. } => {
            uses(scope, target, true, slot) || uses(scope, value, false, slot)
        }
        ExprKind::Conditional(condition, then, otherwise) => {
            let then = then.as_ref().is_some_and(|then| uses(scope, then, asked, slot));
            uses(scope, condition, true, slot) || then || uses(scope, otherwise, asked, slot)
        }
        ExprKind::Member { base, .. } => {
            (!asked && names(scope, expr, slot)) || uses(scope, base, true, slot)
        }
        _ => all(&expr.parts(), false),
    }
}

/// Whether an expression names the field of that structure for certain: the bases of class slots are
/// casts and parameters, whose types are known.
fn names(scope: &Scope<'_, '_>, expr: &Expr, member: &Member) -> bool {
    let ExprKind::Member { base, .. } = &expr.kind else { return false };
    may_name(scope, expr, member) && !scope.type_of(base).name.is_empty()
}

/// Whether an expression may name the field of that structure.
fn may_name(scope: &Scope<'_, '_>, expr: &Expr, (record, field): &Member) -> bool {
    let ExprKind::Member { base, name, .. } = &expr.kind else { return false };
    let field = field.rsplit('.').next().unwrap_or(field);
    if name != field {
        return false;
    }
    let found = scope.type_of(base).name;
    found.is_empty() || scope.is_same_record(&found, record)
}
