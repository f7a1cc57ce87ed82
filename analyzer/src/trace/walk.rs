//! Statements: the order of events, and the ways out.

use super::ending::Exits;
use super::eval::not_null;
use super::failure::signals_error;
use super::guard::{Guard, Question};
use super::stores::Held;
use super::{Frame, Place, Root, Tracer, Typed, Value};
use crate::model::{
    BinaryOp, Expr, ExprKind, Function, Local, Location, Name, Stmt, StmtKind, UnaryOp,
};
use crate::vocabulary::Op;
use rustc_hash::FxHashSet;

/// How a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// The next statement runs.
    Falls,
    /// Control leaves by `return` or `goto`.
    Leaves,
}

/// Variables and stores where a `break` or `continue` stands.
struct Left {
    frame: Frame,
    stores: Held,
    /// Whether a loop goes on: that is not the end of a `switch`.
    continues: bool,
}

/// What one function's walk collects besides events.
struct Walk<'f> {
    function: &'f Function,
    /// The results of all `return` statements so far.
    result: Option<Typed>,
    /// Labels reached by a `goto` that nothing shows to be the way of a failure.
    success_labels: FxHashSet<Name>,
    exits: Exits,
    /// How many guards were in force where the function was called.
    guarded: usize,
    /// The value of the innermost `switch`, and how many guards are in force around it.
    switch: Option<(Name, usize)>,
    /// What held where a turn of the innermost loop, or its `switch`, was left.
    left: Vec<Left>,
}

impl Tracer<'_, '_> {
    /// Walks a body and returns what the function returns.
    pub(super) fn walk_body(&mut self, frame: &mut Frame, function: &Function) -> Typed {
        let mut walk = Walk {
            function,
            result: None,
            success_labels: FxHashSet::default(),
            exits: self.exits(),
            guarded: self.guards.len(),
            switch: None,
            left: Vec::new(),
        };
        let (rollback, leaving) = (self.rollback, self.leaving);
        self.walk_block(frame, &mut walk, &function.body);
        (self.rollback, self.leaving) = (rollback, leaving);
        for (value, location) in std::mem::take(&mut frame.cleanups) {
            self.push_event(Op::Free, location, value);
        }
        self.leave(&walk.exits);
        let result = walk.result.unwrap_or_else(Typed::unknown);
        let named = !function.result.name.is_empty();
        let ty = if named { function.result.clone() } else { result.ty };
        Typed { value: result.value, ty }
    }

    /// Statements after one that leaves are reached by their label only.
    fn walk_block(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, block: &[Stmt]) -> Flow {
        let mut flow = Flow::Falls;
        let (rollback, leaving) = (self.rollback, self.leaving);
        let guarded = self.guards.len();
        let mut before = self.mark();
        for stmt in block {
            self.next_statement(&mut walk.exits, &mut before);
            let recent = walk.exits.recent(before);
            if let StmtKind::Label(name) = &stmt.kind {
                self.reach_label(&mut walk.exits, name);
                self.unguard(walk.guarded);
                // A label is reached from anywhere, with whatever the variables held there.
                for stmt in &walk.function.body {
                    self.forget_changed(frame, (None, None), stmt);
                }
                // If the success path has returned above, the tail undoes what it did.
                let failed = flow == Flow::Leaves && !walk.success_labels.contains(name);
                self.rollback |= self.can_fail() && failed;
                self.leaving |= flow == Flow::Leaves;
                flow = Flow::Falls;
            }
            if flow == Flow::Falls || matches!(stmt.kind, StmtKind::Case(_)) {
                flow = self.walk_statement(frame, walk, stmt);
                if flow == Flow::Falls {
                    self.pass(recent);
                } else if matches!(stmt.kind, StmtKind::Return(_)) {
                    self.answer(recent.start);
                }
            }
        }
        (self.rollback, self.leaving) = (rollback, leaving);
        self.unguard(guarded);
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
                    self.declare(frame, local, stmt);
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
                self.walk_switch(frame, walk, value, body);
            }
            StmtKind::Block(body) => {
                let outer = shadowed(frame, body);
                let flow = self.walk_block(frame, walk, body);
                frame.restore(outer);
                return flow;
            }
            StmtKind::Return(value) => {
                self.walk_return(frame, walk, value.as_ref());
                return Flow::Leaves;
            }
            StmtKind::Goto(label) => {
                if !self.rollback {
                    walk.success_labels.insert(label.clone());
                }
                return Flow::Leaves;
            }
            StmtKind::Case(value) => self.walk_case(frame, walk, value.as_ref()),
            StmtKind::Break | StmtKind::Continue => {
                let continues = matches!(stmt.kind, StmtKind::Continue);
                let (frame, stores) = (frame.clone(), self.stores.held());
                walk.left.push(Left { frame, stores, continues });
            }
            StmtKind::Label(_) | StmtKind::Empty | StmtKind::Unknown => {}
        }
        Flow::Falls
    }

    fn walk_switch(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, value: &Expr, body: &Stmt) {
        let before = frame.clone();
        let outer = walk.switch.replace((self.condition(frame, value), self.guards.len()));
        self.forget_changed(frame, (None, None), body);
        self.walk_left(frame, walk, body);
        self.forget_changed(frame, (None, None), body);
        frame.join(&before);
        walk.switch = outer;
    }

    /// From here on the value of the `switch` is this one.
    fn walk_case(&mut self, frame: &Frame, walk: &Walk<'_>, value: Option<&Expr>) {
        let Some((switched, guarded)) = &walk.switch else { return };
        self.unguard(*guarded);
        let value =
            value.map_or_else(|| Name::new_static("default"), |at| self.condition(frame, at));
        let condition = Name::new(format!("{switched}=={value}"));
        self.guard(vec![Guard {
            condition,
            holds: true,
            asks: Question::Open,
            or_leaves: false,
            is_choice: false,
        }]);
    }

    fn declare(&mut self, frame: &mut Frame, local: &Local, stmt: &Stmt) {
        let value = match &local.init {
            Some(init) => {
                let init = self.eval(frame, init);
                // `typeof(x) y = x;` has no type of its own.
                if local.ty.name.is_empty() {
                    frame.set(local.name.clone(), init);
                    return;
                }
                init.value
            }
            None => Value::Unknown,
        };
        let location = Location::new(self.file(), stmt.span);
        let declaration = self.tree.source(location);
        if self.tree.words.frees_at_end(&declaration) && value.place().is_some() {
            frame.cleanups.push((value.clone(), location));
        }
        let ty = local.ty.clone();
        frame.set(local.name.clone(), Typed { value, ty });
        self.note_number(frame, &local.name, local.init.as_ref());
    }

    fn walk_return(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, value: Option<&Expr>) {
        let Some(value) = value else { return };
        let value = self.eval(frame, value);
        walk.result = Some(match walk.result.take() {
            Some(result) => Typed { value: result.value.or(value.value), ty: result.ty },
            None => value,
        });
    }

    fn walk_if(
        &mut self,
        frame: &mut Frame,
        walk: &mut Walk<'_>,
        condition: &Expr,
        then: &Stmt,
        otherwise: Option<&Stmt>,
    ) -> Flow {
        let failed_before = self.failures.len();
        self.eval(frame, condition);
        let asked = failed_before..self.failures.len();
        let mut holds = self.guards_of(frame, condition, true);
        or_leaves(&mut holds, otherwise.is_some_and(leaves));
        match (self.truth(frame, condition), otherwise) {
            (Some(true), _) => {
                return self.walk_branch(frame, walk, (condition, true, holds), then);
            }
            (Some(false), Some(otherwise)) => {
                return self.walk_branch(frame, walk, (condition, false, Vec::new()), otherwise);
            }
            (Some(false), None) => return Flow::Falls,
            (None, _) => {}
        }
        let mut other = frame.clone();
        let mut fork = self.stores.fork();
        let first = self.walk_branch(frame, walk, (condition, true, holds), then);
        self.stores.turn_back(&mut fork);
        let mut fails_not = self.guards_of(&other, condition, false);
        or_leaves(&mut fails_not, leaves(then));
        let second = match otherwise {
            Some(otherwise) => {
                self.walk_branch(&mut other, walk, (condition, false, fails_not.clone()), otherwise)
            }
            None => Flow::Falls,
        };
        self.stores.join(fork);
        if let Some((pointer, is_null)) = null_test(condition) {
            not_null(if is_null { &mut other } else { frame }, pointer);
        }
        match (first, second) {
            (Flow::Leaves, Flow::Leaves) => return Flow::Leaves,
            (Flow::Leaves, Flow::Falls) => {
                // Nothing further happens where something has failed, and that goes without saying.
                if !self.is_failure(walk, (condition, true), then) {
                    self.guard(fails_not);
                }
                *frame = other;
            }
            (Flow::Falls, Flow::Leaves) => {}
            (Flow::Falls, Flow::Falls) => {
                self.pass(asked);
                frame.join(&other);
            }
        }
        if ends_turn(then) {
            let mut goes_on = self.guards_of(frame, condition, false);
            or_leaves(&mut goes_on, true);
            self.guard(goes_on);
        }
        Flow::Falls
    }

    fn is_failure(&self, walk: &Walk<'_>, condition: (&Expr, bool), branch: &Stmt) -> bool {
        self.can_fail()
            && leaves(branch)
            && signals_error(self.tree, walk.function, condition, branch)
    }

    fn walk_branch(
        &mut self,
        frame: &mut Frame,
        walk: &mut Walk<'_>,
        (condition, holds, guards): (&Expr, bool, Vec<Guard>),
        branch: &Stmt,
    ) -> Flow {
        let fails = self.is_failure(walk, (condition, holds), branch);
        // What asks after the error of a callback that reports none is never taken.
        let idle = self.unfailing && walk.exits.is_calm(self.failures.len());
        let (rollback, leaving, guarded) = (self.rollback, self.leaving, self.guards.len());
        self.rollback |= fails;
        self.leaving |= leaves(branch);
        if !fails {
            self.guard(guards);
        }
        let (start, marks) = (self.trace.events.len(), walk.exits.marks());
        let flow = self.walk_statement(frame, walk, branch);
        if fails {
            let own = self.reports_error_of_its_own(branch);
            walk.exits.set_marks(marks);
            if own || !idle {
                let taken = start..self.trace.events.len();
                self.fail(&walk.exits, (condition, branch), own, taken);
            }
        }
        self.unguard(guarded);
        (self.rollback, self.leaving) = (rollback, leaving);
        flow
    }

    /// Whether a branch makes an error, rather than hand one on.
    fn reports_error_of_its_own(&self, branch: &Stmt) -> bool {
        let mut own = false;
        branch.each(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    if let ExprKind::Name(name) = &expr.kind {
                        own |= self.tree.words.makes_error(name);
                    }
                });
            });
        });
        own
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
        let failed_before = self.failures.len();
        self.forget_changed(frame, (condition, step), body);
        if let Some(condition) = condition {
            self.eval(frame, condition);
        }
        self.walk_left(frame, walk, body);
        if let Some(step) = step {
            self.eval(frame, step);
        }
        // Another turn may go well.
        self.pass(failed_before..self.failures.len());
        if !at_least_once {
            frame.join(&before);
        }
    }

    /// Walks what `break` and `continue` leave; what held there holds afterwards too.
    fn walk_left(&mut self, frame: &mut Frame, walk: &mut Walk<'_>, body: &Stmt) {
        let outer = std::mem::take(&mut walk.left);
        self.walk_statement(frame, walk, body);
        for left in std::mem::replace(&mut walk.left, outer) {
            frame.join(&left.frame);
            self.stores.meet_held(&left.stores);
            if walk.switch.is_some() && left.continues {
                walk.left.push(left);
            }
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
            frame.forget_number(&name);
            let pointer = frame.variables.get(&name).is_some_and(|at| at.ty.pointers > 0);
            let element =
                pointer.then(|| Place::of(Root::Local(self.here(), name.clone())).deref());
            frame.set_value(&name, element.flatten().map_or(Value::Unknown, Value::Address));
        }
    }
}

/// The pointer that a condition compares with null, and whether the condition holds if it is.
fn null_test(condition: &Expr) -> Option<(&Expr, bool)> {
    let is_null = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(name) if name == "NULL");
    match &condition.kind {
        ExprKind::Unary(UnaryOp::Not, pointer) => Some((pointer, true)),
        ExprKind::Binary(op @ (BinaryOp::Equal | BinaryOp::NotEqual), pointer, null)
            if is_null(null) =>
        {
            Some((pointer, *op == BinaryOp::Equal))
        }
        ExprKind::Name(_) => Some((condition, false)),
        _ => None,
    }
}

/// The outer variables that declarations of a block hide.
fn shadowed(frame: &Frame, block: &[Stmt]) -> Vec<(Name, Typed)> {
    let locals = block.iter().flat_map(|stmt| match &stmt.kind {
        StmtKind::Declaration(locals) => &locals[..],
        _ => &[],
    });
    let hidden = locals.filter_map(|local| frame.variables.get_key_value(&local.name));
    hidden.map(|(name, variable)| (name.clone(), variable.clone())).collect()
}

fn writes(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Assign { .. } | ExprKind::Unary(UnaryOp::Step, _))
}

/// Whether a statement ends one turn of a loop.
fn ends_turn(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Break | StmtKind::Continue => true,
        StmtKind::Block(body) => body.last().is_some_and(ends_turn),
        _ => false,
    }
}

/// Notes whether the function is left where the guards do not hold.
fn or_leaves(guards: &mut [Guard], leaves: bool) {
    guards.iter_mut().for_each(|guard| guard.or_leaves = leaves);
}

/// Whether a statement ends by leaving the function or by a jump.
fn leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Goto(_) => true,
        StmtKind::Block(body) => body.last().is_some_and(leaves),
        _ => false,
    }
}
