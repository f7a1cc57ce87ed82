//! Whether a value that deleted code writes is read later.

use std::collections::BTreeMap;

use super::body::Body;
use super::variable::{self, Storage};
use crate::model::{BinaryOp, Expr, ExprKind, Name, Span, Stmt, StmtKind};

/// Whether what deleted code writes to `name` may be read by code that stays.
pub(super) fn is_read_later(body: &Body<'_>, name: &Name) -> bool {
    if escapes(body, name) {
        return true;
    }
    let mut walk = Liveness { body, name, labels: BTreeMap::new(), cases: false, read: false };
    loop {
        let before = walk.labels.clone();
        walk.block(&body.function.body, false, Exits::default());
        if walk.labels == before {
            return walk.read;
        }
    }
}

/// Whether the name means several variables, one that outlives the call, or one whose address code
/// that stays takes: then any mention may be a read.
fn escapes(body: &Body<'_>, name: &Name) -> bool {
    let parameters = body.function.parameters.iter().filter(|p| p.name == *name).count();
    let locals: Vec<_> = body.variables.iter().filter(|v| v.local.name == *name).collect();
    let mut mentions = remaining(body, name, body.function.body_span);
    let outlives = locals.iter().any(|v| matches!(v.storage, Storage::Static | Storage::Special));
    if parameters + locals.len() > 1 || outlives {
        return mentions.next().is_some();
    }
    mentions.any(|at| body.layout.text[..at].trim_ascii_end().ends_with(b"&"))
}

fn remaining<'a>(
    body: &'a Body<'_>,
    name: &'a Name,
    span: Span,
) -> impl Iterator<Item = usize> + 'a {
    body.layout
        .mentions(name, span)
        .filter(|&at| u32::try_from(at).is_ok_and(|at| !body.is_gone(Span::new(at, at + 1))))
}

/// Whether the variable is live where `break` and `continue` lead.
#[derive(Clone, Copy, Default)]
struct Exits {
    on_break: bool,
    on_continue: bool,
}

/// Walks backwards: from whether the variable is live after a statement to whether it is before.
struct Liveness<'b, 'c> {
    body: &'b Body<'c>,
    name: &'b Name,
    labels: BTreeMap<&'b Name, bool>,
    /// Whether it is live at some `case` of the current `switch`.
    cases: bool,
    /// Whether it is live after deleted code that writes it.
    read: bool,
}

impl<'b> Liveness<'b, '_> {
    fn block(&mut self, block: &'b [Stmt], after: bool, exits: Exits) -> bool {
        block.iter().rev().fold(after, |after, statement| self.statement(statement, after, exits))
    }

    fn statement(&mut self, statement: &'b Stmt, after: bool, exits: Exits) -> bool {
        if self.body.is_gone(statement.span) {
            self.read |= after && self.writes(statement);
            return after;
        }
        let before = self.kept(statement, after, exits);
        // What is not always compiled may be passed over.
        before || (after && !self.is_always_compiled(statement))
    }

    fn is_always_compiled(&self, statement: &Stmt) -> bool {
        let body = self.body.function.body_span.range().start;
        self.body.layout.is_around(statement.span.range().start, body)
    }

    fn kept(&mut self, statement: &'b Stmt, after: bool, exits: Exits) -> bool {
        match &statement.kind {
            StmtKind::Declaration(locals) => locals.iter().rev().fold(after, |after, local| {
                let after = after && local.name != *self.name;
                local.init.as_ref().map_or(after, |init| self.expr(init, after))
            }),
            StmtKind::Expr(expr) => self.expr(expr, after),
            StmtKind::If { condition, then, otherwise } => {
                let then = self.statement(then, after, exits);
                let other = otherwise.as_ref().map_or(after, |o| self.statement(o, after, exits));
                self.expr(condition, then || other)
            }
            StmtKind::Loop { .. } => self.repeat(statement, after),
            StmtKind::Switch { value, body } => {
                let outer = std::mem::replace(&mut self.cases, after);
                self.statement(body, after, Exits { on_break: after, ..exits });
                let inner = std::mem::replace(&mut self.cases, outer);
                self.expr(value, inner)
            }
            StmtKind::Case(_) => {
                self.cases |= after;
                after
            }
            StmtKind::Block(inner) => self.block(inner, after, exits),
            StmtKind::Return(value) => value.as_ref().is_some_and(|value| self.expr(value, false)),
            StmtKind::Goto(label) => self.labels.get(label).copied().unwrap_or(false),
            StmtKind::Label(label) => {
                *self.labels.entry(label).or_default() |= after;
                after
            }
            StmtKind::Break => exits.on_break,
            StmtKind::Continue => exits.on_continue,
            StmtKind::Empty => after,
            StmtKind::Unknown => true,
        }
    }

    fn repeat(&mut self, statement: &'b Stmt, after: bool) -> bool {
        let StmtKind::Loop { init, condition, step, body, at_least_once } = &statement.kind else {
            return after;
        };
        let (mut head, mut entry) = (false, after);
        // Liveness only grows, so that the second turn sees all that the first brought.
        for _ in 0..2 {
            let next = step.as_ref().map_or(head, |step| self.expr(step, head));
            let exits = Exits { on_break: after, on_continue: next };
            let body = self.statement(body, next, exits);
            head |= condition.as_ref().map_or(body, |test| self.expr(test, body || after));
            entry = if *at_least_once { body } else { head };
        }
        self.block(init, entry, Exits::default())
    }

    fn expr(&self, expr: &Expr, after: bool) -> bool {
        if let ExprKind::Binary(BinaryOp::Comma, left, right) = &expr.kind {
            return self.expr(left, self.expr(right, after));
        }
        if let ExprKind::Assign { target, value, compound: false } = &expr.kind
            && matches!(&target.kind, ExprKind::Name(name) if name == self.name)
        {
            return self.mentions(value.span);
        }
        after || self.mentions(expr.span)
    }

    fn mentions(&self, span: Span) -> bool {
        remaining(self.body, self.name, span).next().is_some()
    }

    fn writes(&self, statement: &Stmt) -> bool {
        let mut writes = false;
        statement.each(&mut |inner| {
            let written = variable::written(&self.body.layout, inner);
            writes |= written.iter().any(|(name, _)| name == self.name);
        });
        writes
    }
}
