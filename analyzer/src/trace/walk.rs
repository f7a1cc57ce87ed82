//! Statements: the order of events, and the ways out.

use super::{Frame, Place, Root, Tracer, Typed, Value};
use crate::model::{Expr, ExprKind, Function, Local, Name, Stmt, StmtKind, UnaryOp};
use rustc_hash::FxHashSet;

/// How a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// The next statement runs.
    Falls,
    /// Control leaves by `return` or `goto`.
    Leaves,
}

/// What one function's walk collects besides events.
struct Walk<'f> {
    function: &'f Function,
    /// The results of all `return` statements so far.
    result: Option<Typed>,
}

impl Tracer<'_, '_> {
    /// Walks a body and returns what the function returns.
    pub(super) fn walk_body(&mut self, frame: &mut Frame, function: &Function) -> Typed {
        let mut walk = Walk { function, result: None };
        let rollback = self.rollback;
        self.walk_block(frame, &mut walk, &function.body);
        self.rollback = rollback;
        let result = walk.result.unwrap_or_else(Typed::unknown);
        let named = !function.result.name.is_empty();
        let ty = if named { function.result.clone() } else { result.ty };
        Typed { value: result.value, ty }
    }

    /// Statements after one that leaves are reached by their label only.
    fn walk_block(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, block: &[Stmt]) -> Flow {
        let mut flow = Flow::Falls;
        let rollback = self.rollback;
        for stmt in block {
            if matches!(stmt.kind, StmtKind::Label(_)) {
                // A label is reached from anywhere, with whatever the variables held there.
                for stmt in &walk.function.body {
                    self.forget_changed(frame, (None, None), stmt);
                }
                // If the success path has returned above, the tail undoes what it did.
                self.rollback |= self.can_fail() && flow == Flow::Leaves;
                flow = Flow::Falls;
            }
            if flow == Flow::Falls || matches!(stmt.kind, StmtKind::Case(_)) {
                flow = self.walk_statement(frame, walk, stmt);
            }
        }
        self.rollback = rollback;
        flow
    }

    fn walk_statement(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, stmt: &Stmt) -> Flow {
        let Some(budget) = self.budget.checked_sub(1) else {
            self.trace.truncated = true;
            return Flow::Leaves;
        };
        self.budget = budget;
        match &stmt.kind {
            StmtKind::Declaration(locals) => {
                for local in locals {
                    self.declare(frame, local);
                }
            }
            StmtKind::Expr(expr) => {
                self.eval(frame, expr);
            }
            StmtKind::If { condition, then, otherwise } => {
                return self.walk_if(frame, walk, condition, then, otherwise.as_deref());
            }
            StmtKind::Loop { init, condition, step, body, at_least_once } => {
                for stmt in init {
                    self.walk_statement(frame, walk, stmt);
                }
                let parts = (condition.as_ref(), step.as_ref());
                self.walk_loop(frame, walk, parts, body, *at_least_once);
            }
            StmtKind::Switch { value, body } => {
                self.eval(frame, value);
                let before = frame.clone();
                self.forget_changed(frame, (None, None), body);
                self.walk_statement(frame, walk, body);
                self.forget_changed(frame, (None, None), body);
                merge(frame, &before);
            }
            StmtKind::Block(body) => return self.walk_block(frame, walk, body),
            StmtKind::Return(value) => {
                self.walk_return(frame, walk, value.as_ref());
                return Flow::Leaves;
            }
            StmtKind::Goto(_) => return Flow::Leaves,
            StmtKind::Case(_)
            | StmtKind::Label(_)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Empty
            | StmtKind::Unknown => {}
        }
        Flow::Falls
    }

    fn declare(&mut self, frame: &mut Frame, local: &Local) {
        let value = match &local.init {
            Some(init) => {
                let init = self.eval(frame, init);
                // `typeof(x) y = x;` has no type of its own.
                if local.ty.name.is_empty() {
                    frame.variables.insert(local.name.clone(), init);
                    return;
                }
                init.value
            }
            None => Value::Unknown,
        };
        let ty = local.ty.clone();
        frame.variables.insert(local.name.clone(), Typed { value, ty });
    }

    fn walk_return(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, value: Option<&Expr>) {
        let Some(value) = value else { return };
        let value = self.eval(frame, value);
        // A null result is the failing one; the caller that goes on has the other.
        if value.value == Value::Null && walk.result.is_some() {
            return;
        }
        match &mut walk.result {
            Some(result) if result.value == Value::Null => walk.result = Some(value),
            Some(result) if result.value != value.value => result.value = Value::Unknown,
            Some(_) => {}
            None => walk.result = Some(value),
        }
    }

    fn walk_if(
        &mut self,
        frame: &mut Frame,
        walk: &mut Walk<'_>,
        condition: &Expr,
        then: &Stmt,
        otherwise: Option<&Stmt>,
    ) -> Flow {
        self.eval(frame, condition);
        let mut other = frame.clone();
        let fails = self.can_fail() && leaves(then) && self.signals_error(walk, condition, then);
        let first = self.walk_branch(frame, walk, then, fails);
        let second = match otherwise {
            Some(otherwise) => {
                let fails = self.can_fail()
                    && leaves(otherwise)
                    && self.signals_error(walk, condition, otherwise);
                self.walk_branch(&mut other, walk, otherwise, fails)
            }
            None => Flow::Falls,
        };
        match (first, second) {
            (Flow::Leaves, Flow::Leaves) => return Flow::Leaves,
            (Flow::Leaves, Flow::Falls) => *frame = other,
            (Flow::Falls, Flow::Leaves) => {}
            (Flow::Falls, Flow::Falls) => merge(frame, &other),
        }
        Flow::Falls
    }

    fn walk_branch(
        &mut self,
        frame: &mut Frame,
        walk: &mut Walk<'_>,
        branch: &Stmt,
        fails: bool,
    ) -> Flow {
        let rollback = self.rollback;
        self.rollback |= fails;
        let flow = self.walk_statement(frame, walk, branch);
        self.rollback = rollback;
        flow
    }

    /// A loop stands for all its turns: variables that it changes from turn to turn are unknown in
    /// it, and what it does to one element it does to all.
    fn walk_loop(
        &mut self,
        frame: &mut Frame,
        walk: &mut Walk<'_>,
        (condition, step): (Option<&Expr>, Option<&Expr>),
        body: &Stmt,
        at_least_once: bool,
    ) {
        let before = frame.clone();
        self.forget_changed(frame, (condition, step), body);
        if let Some(condition) = condition {
            self.eval(frame, condition);
        }
        self.walk_statement(frame, walk, body);
        if let Some(step) = step {
            self.eval(frame, step);
        }
        if !at_least_once {
            merge(frame, &before);
        }
    }

    fn forget_changed(
        &self,
        frame: &mut Frame,
        (condition, step): (Option<&Expr>, Option<&Expr>),
        body: &Stmt,
    ) {
        let mut changed = FxHashSet::default();
        let mut note = |expr: &Expr| {
            expr.each(&mut |expr| {
                if let ExprKind::Assign { target, .. } | ExprKind::Unary(_, target) = &expr.kind
                    && let ExprKind::Name(name) = &target.kind
                    && writes(expr)
                {
                    changed.insert(name.clone());
                }
            });
        };
        condition.into_iter().chain(step).for_each(&mut note);
        body.each(&mut |stmt| stmt.each_expression(&mut note));
        for name in changed {
            let here = self.here();
            if let Some(variable) = frame.variables.get_mut(&name)
                && variable.ty.pointers > 0
            {
                let element = Place::of(Root::Local(here, name)).deref();
                variable.value = element.map_or(Value::Unknown, Value::Address);
            }
        }
    }

    /// Whether a branch that leaves does so because something failed.
    fn signals_error(&self, walk: &Walk<'_>, condition: &Expr, branch: &Stmt) -> bool {
        let words = self.tree.words;
        let is_error =
            |name: &Name| {
                walk.function.parameters.iter().any(|parameter| {
                    parameter.name == *name && parameter.ty.name == words.error_type
                }) || declares(walk.function, name, &words.error_type)
            };
        let mut signals = false;
        let mut look = |expr: &Expr| {
            expr.each(&mut |expr| {
                if let ExprKind::Name(name) = &expr.kind {
                    signals |= is_error(name) || words.reports_error(name);
                }
            });
        };
        look(condition);
        branch.each(&mut |stmt| stmt.each_expression(&mut look));
        let mut jumps = false;
        branch.each(&mut |stmt| jumps |= matches!(stmt.kind, StmtKind::Goto(_)));
        signals || jumps
    }
}

fn declares(function: &Function, name: &Name, ty: &Name) -> bool {
    let mut declares = false;
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            declares |= locals.iter().any(|local| local.name == *name && local.ty.name == *ty);
        }
    });
    declares
}

fn writes(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Assign { .. } | ExprKind::Unary(UnaryOp::Step, _))
}

/// Whether a statement ends by leaving the function or by a jump.
fn leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Goto(_) => true,
        StmtKind::Block(body) => body.last().is_some_and(leaves),
        _ => false,
    }
}

/// Variables on which two ways to one statement disagree are unknown there; a way on which a
/// pointer is null is not the one on which it is used.
fn merge(frame: &mut Frame, other: &Frame) {
    for (name, variable) in &mut frame.variables {
        let Some(theirs) = other.variables.get(name) else { continue };
        if variable.value == Value::Null {
            variable.value = theirs.value.clone();
        } else if theirs.value != variable.value && theirs.value != Value::Null {
            variable.value = Value::Unknown;
        }
    }
}
