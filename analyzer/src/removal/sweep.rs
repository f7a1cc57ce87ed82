//! The blocks, branches and loops that become empty.

use super::body::Body;
use super::purity::Effect;
use super::{Refusal, negation, walk};
use crate::model::{Expr, ExprKind, Name, Span, Stmt, StmtKind};

/// Where control goes after the last statement of a block.
#[derive(Clone, Copy)]
enum Tail<'c> {
    /// On, to other statements.
    Next,
    /// To the labels that these statements begin with.
    Labels(&'c [Stmt]),
    /// To the next turn of the loop.
    Continue,
    /// Out of the function.
    Return,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place<'c> {
    /// In braces, or in a chain of `else if` that is.
    in_block: bool,
    tail: Tail<'c>,
}

impl<'c> Place<'c> {
    const fn in_block(tail: Tail<'c>) -> Self {
        Self { in_block: true, tail }
    }

    const fn alone(tail: Tail<'c>) -> Self {
        Self { in_block: false, tail }
    }
}

impl<'c> Body<'c> {
    /// Marks what has become empty.
    pub(super) fn sweep_function(&mut self) -> Result<(), Refusal> {
        let function = self.function;
        self.sweep(&function.body, Tail::Return)
    }

    /// Whether what was marked leaves nothing that does anything.
    pub(super) fn is_emptied(&self) -> bool {
        self.emptied(&self.function.body, self.function.body_span, Tail::Return)
    }

    fn sweep(&mut self, block: &'c [Stmt], tail: Tail<'c>) -> Result<(), Refusal> {
        for (index, statement) in block.iter().enumerate() {
            let tail = self.tail_after(&block[index + 1..], tail);
            if self.goes(statement, Place::in_block(tail))? {
                self.mark(statement.span);
            }
        }
        self.drop_exposed_jumps(block, tail);
        Ok(())
    }

    /// Whether `statement` is marked or has become empty.
    fn goes(&mut self, statement: &'c Stmt, place: Place<'c>) -> Result<bool, Refusal> {
        if self.is_gone(statement.span) {
            return Ok(true);
        }
        match &statement.kind {
            StmtKind::Block(inner) => {
                if let Some((guard, body)) = walk::guarded(statement) {
                    return Ok(self.goes(body, place)? && self.drops_header(statement, guard)?);
                }
                self.sweep(inner, place.tail)?;
                Ok(self.emptied(inner, statement.span, place.tail))
            }
            StmtKind::If { .. } => self.branch_goes(statement, place),
            StmtKind::Loop { body, .. } => {
                let empty = self.goes(body, Place::alone(Tail::Continue))?;
                Ok(empty && self.drops_loop(statement)?)
            }
            StmtKind::Switch { value, body } => {
                let empty = self.goes(body, Place::alone(Tail::Next))?;
                Ok(empty && self.drops_header(statement, value)?)
            }
            _ => Ok(false),
        }
    }

    fn branch_goes(&mut self, statement: &'c Stmt, place: Place<'c>) -> Result<bool, Refusal> {
        let StmtKind::If { condition, then, otherwise } = &statement.kind else {
            return Ok(false);
        };
        let then_goes = self.goes(then, Place::alone(place.tail))?;
        let Some(otherwise) = otherwise else {
            return Ok(then_goes && self.drops_header(statement, condition)?);
        };
        match (then_goes, self.goes(otherwise, place)?) {
            (true, true) => self.drops_header(statement, condition),
            (true, false) => self.negate(statement, place),
            (false, true) => self.drop_else(then, otherwise, place),
            (false, false) => Ok(false),
        }
    }

    fn drops_header(&self, statement: &Stmt, condition: &Expr) -> Result<bool, Refusal> {
        if self.effect(condition) == Effect::None {
            return Ok(true);
        }
        Err(Refusal::ImpureHeader(self.location(statement.span)))
    }

    fn drop_else(
        &mut self,
        then: &Stmt,
        otherwise: &Stmt,
        place: Place<'c>,
    ) -> Result<bool, Refusal> {
        if !place.in_block {
            return Err(Refusal::AmbiguousElse(self.location(otherwise.span)));
        }
        self.arms.insert(Span::new(then.span.end, otherwise.span.end));
        Ok(false)
    }

    /// `if (x) { } else { f(); }` becomes `if (!x) { f(); }`.
    fn negate(&mut self, statement: &Stmt, place: Place<'c>) -> Result<bool, Refusal> {
        let StmtKind::If { condition, then, otherwise: Some(otherwise) } = &statement.kind else {
            return Ok(false);
        };
        let arm = Span::new(then.span.start, otherwise.span.start);
        if self.arms.contains(&arm) {
            return Ok(false);
        }
        let is_block = |branch: &Stmt| matches!(branch.kind, StmtKind::Block(_));
        let same = is_block(then) == is_block(otherwise);
        let chain = matches!(otherwise.kind, StmtKind::If { .. });
        let file = self.function.location.file;
        let edit = negation::negated(self.code, file, &self.layout, condition);
        match edit.filter(|_| place.in_block && same && !chain) {
            Some((span, text)) => drop(self.negations.insert(span, text)),
            None => return Err(Refusal::EmptiedBranch(self.location(statement.span))),
        }
        self.arms.insert(arm);
        Ok(false)
    }

    fn drops_loop(&self, statement: &Stmt) -> Result<bool, Refusal> {
        let StmtKind::Loop { init, condition, step, .. } = &statement.kind else {
            return Ok(false);
        };
        let refusal = Refusal::ImpureHeader(self.location(statement.span));
        if let Some(name) = walk::iteration_macro(&self.layout, statement) {
            let pure = self.code.is_pure_call(self.id, &name)
                && condition.as_ref().is_none_or(|header| self.is_pure_iteration(header));
            return if pure { Ok(true) } else { Err(refusal) };
        }
        let of = |expr: &Option<Expr>| expr.as_ref().map_or(Effect::None, |e| self.effect(e));
        let turn = of(condition).max(of(step));
        if turn == Effect::Any || !init.iter().all(|first| self.is_pure_init(first)) {
            return Err(refusal);
        }
        if condition.is_none() || turn == Effect::None {
            return Err(Refusal::EndlessLoop(self.location(statement.span)));
        }
        Ok(true)
    }

    /// Whether the arguments of a pure iteration macro do nothing beyond setting locals.
    fn is_pure_iteration(&self, header: &Expr) -> bool {
        match &header.kind {
            ExprKind::Assign { target, value, .. } => {
                self.is_local_name(target) && self.is_pure_iteration(value)
            }
            ExprKind::Unknown(arguments) => {
                arguments.iter().all(|argument| self.effect(argument) == Effect::None)
            }
            _ => false,
        }
    }

    fn is_pure_init(&self, statement: &Stmt) -> bool {
        match &statement.kind {
            StmtKind::Expr(expr) => self.effect(expr) <= Effect::Locals,
            StmtKind::Declaration(_) => self.is_pure_declaration(statement),
            StmtKind::Empty => true,
            _ => false,
        }
    }

    /// Whether some of `block`, the bytes `span` in braces, goes and the rest does nothing.
    fn emptied(&self, block: &[Stmt], span: Span, tail: Tail<'_>) -> bool {
        let goes = |statement: &Stmt| self.is_gone(statement.span);
        block.iter().any(goes)
            && block.iter().all(|statement| goes(statement) || self.is_hollow(statement, tail))
            && !self.has_other_code(block, span)
    }

    /// Whether there is code between the statements that no statement accounts for.
    fn has_other_code(&self, block: &[Stmt], span: Span) -> bool {
        let inner = Span::new(span.start + 1, span.end.saturating_sub(1));
        let known = |offset: u32| {
            let here = Span::new(offset, offset + 1);
            block.iter().any(|statement| statement.span.contains(here))
        };
        (inner.start..inner.end)
            .filter(|&offset| self.layout.is_code(offset as usize))
            .any(|offset| self.layout.text[offset as usize] != b';' && !known(offset))
    }

    /// Whether a statement at the end of a block does nothing.
    fn is_hollow(&self, statement: &Stmt, tail: Tail<'_>) -> bool {
        match &statement.kind {
            StmtKind::Empty => true,
            StmtKind::Declaration(_) => self.is_pure_declaration(statement),
            StmtKind::Continue => matches!(tail, Tail::Continue),
            StmtKind::Return(None) => matches!(tail, Tail::Return),
            StmtKind::Goto(label) => matches!(tail, Tail::Labels(next) if self.begins(next, label)),
            StmtKind::Block(inner) => inner.iter().all(|inner| self.is_hollow(inner, tail)),
            StmtKind::If { condition, then, otherwise } => {
                self.effect(condition) == Effect::None
                    && self.is_hollow(then, tail)
                    && otherwise.as_ref().is_none_or(|other| self.is_hollow(other, tail))
            }
            _ => false,
        }
    }

    /// Where control goes before `after`, the rest of a block that is followed by `tail`.
    fn tail_after(&self, after: &'c [Stmt], tail: Tail<'c>) -> Tail<'c> {
        let kept = after.iter().position(|later| !self.is_gone(later.span));
        match kept.map(|at| &after[at..]) {
            None => tail,
            Some(rest) if matches!(rest[0].kind, StmtKind::Label(_)) => Tail::Labels(rest),
            Some(_) => Tail::Next,
        }
    }

    /// Whether the label is one of those that the statements begin with.
    fn begins(&self, statements: &[Stmt], label: &Name) -> bool {
        let kept = statements.iter().filter(|statement| !self.is_gone(statement.span));
        let mut labels = kept.map_while(|statement| match &statement.kind {
            StmtKind::Label(name) => Some(name),
            _ => None,
        });
        labels.any(|name| name == label)
    }

    /// `if (x) continue;` skips nothing once the statements after it are gone.
    fn drop_exposed_jumps(&mut self, block: &'c [Stmt], tail: Tail<'c>) {
        let mut exposed = false;
        for (index, statement) in block.iter().enumerate().rev() {
            if self.is_gone(statement.span) {
                exposed = true;
                continue;
            }
            let tail = self.tail_after(&block[index + 1..], tail);
            let is_if = matches!(statement.kind, StmtKind::If { .. });
            let jumps = exposed && !matches!(tail, Tail::Next);
            if jumps && is_if && self.is_hollow(statement, tail) {
                self.mark(statement.span);
            } else {
                exposed = false;
            }
        }
    }
}
