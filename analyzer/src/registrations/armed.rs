//! What takes a registration back without a call on the way out: guards, the end of a value, a list that
//! somebody goes through later, the caller.

use super::call::{Call, deep, of_statement};
use super::program::{MethodId, PairId, Program, last_part};
use crate::crates::Method;
use crate::model::{Expr, ExprKind, Name, Span, Stmt, StmtKind};
use crate::vocabulary::Role;
use std::collections::BTreeSet;

/// How many callers up are asked whether they take back.
const MAX_CALLERS: usize = 3;

/// What is armed in one function.
pub(super) struct Armed<'p, 'a> {
    program: &'p Program<'a>,
    id: MethodId,
    /// Whether the text of the function tells of actions at the end of a scope.
    has_guard: bool,
    /// Whether the tree is a program of its own, so that all that happens is in sight.
    pub(super) is_program: bool,
}

impl<'p, 'a> Armed<'p, 'a> {
    pub(super) fn new(program: &'p Program<'a>, id: MethodId) -> Self {
        let method = program.methods[id].0;
        let text = program.text(method, method.function.body_span);
        let guards = program.words.registration.names(Role::Guard);
        let has_guard = guards.iter().any(|word| text.contains(word.as_str()));
        Self { program, id, has_guard, is_program: program.only("main").is_some() }
    }

    /// Whether something takes back what is in force on a way out.
    pub(super) fn is_undone(&self, pair: PairId, exit: Span, is_recorded: bool) -> bool {
        self.has_guard
            || self.ends_with_a_value(pair, exit)
            || (is_recorded && self.is_taken_back_later(pair))
            || self.is_undone_by_callers(self.id, pair, MAX_CALLERS)
    }

    /// A value that is there on the way out takes back when it goes.
    fn ends_with_a_value(&self, pair: PairId, exit: Span) -> bool {
        let method = self.program.methods[self.id].0;
        let is_parameter = |name: &Name| method.parameters.iter().any(|(known, _)| known == name);
        let declared = declared_before(method, exit.start);
        let there = |name: &Name| is_parameter(name) || declared.contains(name);
        let removes = |ty| self.program.drop_removes(ty, pair);
        method.locals.iter().any(|(name, ty)| there(name) && removes(ty))
            || method.parameters.iter().any(|(_, ty)| removes(ty))
    }

    /// Another function takes back what was put down for it.
    fn is_taken_back_later(&self, pair: PairId) -> bool {
        self.program.removers(pair).iter().any(|id| *id != self.id)
    }

    /// A caller takes back when the function has failed.
    fn is_undone_by_callers(&self, callee: MethodId, pair: PairId, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        self.program.callers[callee].iter().any(|caller| {
            *caller != callee
                && (self.undoes(*caller, callee, pair)
                    || self.is_undone_by_callers(*caller, pair, depth))
        })
    }

    fn undoes(&self, caller: MethodId, callee: MethodId, pair: PairId) -> bool {
        let program = self.program;
        if !program.may_remove(caller, pair) {
            return false;
        }
        let attempt = |expr: &Expr| {
            Call::of(expr).is_some_and(|call| program.meanings(call.callee).contains(&callee))
        };
        let method = program.methods[caller].0;
        let held = holders(method, &attempt);
        let removes = |expr: &Expr| {
            !attempt(expr)
                && Call::of(expr).is_some_and(|call| program.call_may_remove(caller, &call, pair))
        };
        let mut found = false;
        method.function.each_statement(&mut |stmt| {
            found |= branches_on(stmt, &held, &attempt) && within(stmt, &removes);
            stmt.each_expression(&mut |expr| found |= self.adapts(expr, &attempt, &removes));
        });
        found
    }

    /// `attempt().map_err(|e| { removal; e })`.
    fn adapts(
        &self,
        expr: &Expr,
        attempt: &dyn Fn(&Expr) -> bool,
        removes: &dyn Fn(&Expr) -> bool,
    ) -> bool {
        let mut found = false;
        deep(expr, &mut |expr| {
            let Some(call) = Call::of(expr) else { return };
            let last = match &call.callee.kind {
                ExprKind::Name(name) => last_part(name),
                ExprKind::Member { name, .. } => name.as_str(),
                _ => return,
            };
            if self.program.words.registration.is(Role::OnError, last) {
                found |= any(expr, attempt) && any(expr, removes);
            }
        });
        found
    }
}

/// The variables that are declared before some byte.
fn declared_before(method: &Method, offset: u32) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    method.function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind
            && stmt.span.start < offset
        {
            names.extend(locals.iter().map(|local| local.name.clone()));
        }
    });
    names
}

/// The variables that hold what an attempt gave.
fn holders(method: &Method, attempt: &dyn Fn(&Expr) -> bool) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    method.function.each_statement(&mut |stmt| match &stmt.kind {
        StmtKind::Declaration(locals) => {
            let holds = |init: &Option<Expr>| init.as_ref().is_some_and(|init| any(init, attempt));
            let held = locals.iter().filter(|local| holds(&local.init));
            names.extend(held.map(|local| local.name.clone()));
        }
        StmtKind::Expr(Expr { kind: ExprKind::Assign { target, value, .. }, .. }) => {
            if let ExprKind::Name(name) = &target.kind
                && any(value, attempt)
            {
                names.insert(name.clone());
            }
        }
        _ => {}
    });
    names
}

fn branches_on(stmt: &Stmt, held: &BTreeSet<Name>, attempt: &dyn Fn(&Expr) -> bool) -> bool {
    let StmtKind::If { condition, .. } = &stmt.kind else { return false };
    let asks = |expr: &Expr| {
        attempt(expr) || matches!(&expr.kind, ExprKind::Name(name) if held.contains(name))
    };
    any(condition, &asks)
}

fn any(expr: &Expr, is: &dyn Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    deep(expr, &mut |expr| found |= is(expr));
    found
}

fn within(stmt: &Stmt, is: &dyn Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    of_statement(stmt, &mut |expr| found |= is(expr));
    found
}
