//! What goes from one function, to a fixed point.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::cut::Cut;
use super::layout::Layout;
use super::purity::{self, Effect};
use super::variable::{self, Set, Variable};
use super::{Code, FunctionId, Refusal, walk};
use crate::model::{Expr, Function, Location, Name, Span, Stmt, StmtKind};

/// What goes from one function.
pub(super) struct Body<'c> {
    pub(super) function: &'c Function,
    pub(super) layout: Rc<Layout<'c>>,
    pub(super) variables: Vec<Variable<'c>>,
    code: &'c dyn Code,
    id: FunctionId,
    statements: BTreeSet<Span>,
    declarators: BTreeSet<Span>,
    elses: BTreeSet<Span>,
}

/// Where control goes after the last statement of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// On, to other statements.
    Next,
    /// To the next turn of the loop.
    Continue,
    /// Out of the function.
    Return,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place {
    /// In braces, or in a chain of `else if` that is.
    in_block: bool,
    tail: Tail,
}

impl<'c> Body<'c> {
    pub(super) fn new(
        code: &'c dyn Code,
        id: FunctionId,
        layout: Rc<Layout<'c>>,
    ) -> Result<Self, Refusal> {
        let function = code.function(id);
        if function.opaque {
            return Err(Refusal::Opaque(function.location));
        }
        Ok(Self {
            variables: variable::variables(function, &layout),
            function,
            layout,
            code,
            id,
            statements: BTreeSet::new(),
            declarators: BTreeSet::new(),
            elses: BTreeSet::new(),
        })
    }

    /// Marks the statement with exactly these bytes.
    pub(super) fn request(&mut self, span: Span) -> Result<(), Refusal> {
        if !self.has_statement(span) {
            return Err(Refusal::NotAStatement(self.location(span)));
        }
        self.statements.insert(span);
        Ok(())
    }

    /// Marks all that follows from what is marked.
    pub(super) fn settle(&mut self) -> Result<(), Refusal> {
        let function = self.function;
        loop {
            let before = self.marks();
            self.sweep(&function.body, Tail::Return)?;
            self.drop_locals();
            if self.marks() == before {
                return Ok(());
            }
        }
    }

    /// Whether what was marked leaves nothing that does anything.
    pub(super) fn is_emptied(&self) -> bool {
        self.emptied(&self.function.body, self.function.body_span, Tail::Return)
    }

    /// Marks every statement.
    pub(super) fn hollow_out(&mut self) {
        self.statements
            .extend(self.function.body.iter().map(|statement| statement.span));
    }

    /// Whether these bytes go.
    pub(super) fn is_gone(&self, span: Span) -> bool {
        let marked = [&self.statements, &self.declarators, &self.elses];
        marked.into_iter().flatten().any(|gone| gone.contains(span))
    }

    /// The statements and pieces of statements that go, each outermost.
    pub(super) fn cuts(&self) -> Vec<Cut> {
        let statements = self.statements.iter().map(|&span| (span, false));
        let marked: Vec<(Span, bool)> = statements
            .chain(self.elses.iter().map(|&span| (span, true)))
            .collect();
        let is_inner = |span: Span| marked.iter().any(|(o, _)| *o != span && o.contains(span));
        let outermost = marked.iter().filter(|(span, _)| !is_inner(*span)).copied();
        let pieces = self.declarator_cuts().into_iter().map(|span| (span, true));
        outermost
            .chain(pieces)
            .map(|(span, is_part)| Cut {
                span,
                owns_comment: false,
                is_part,
            })
            .collect()
    }

    pub(super) const fn location(&self, span: Span) -> Location {
        Location::new(self.function.location.file, span)
    }

    /// Whether `variable` is no longer read, though some deleted code mentions it.
    pub(super) fn is_orphaned(&self, variable: &Variable<'_>) -> bool {
        let candidate = variable.plain && variable.mentions.iter().any(|&at| self.is_gone_at(at));
        candidate
            && variable
                .mentions
                .iter()
                .all(|&at| self.is_gone_at(at) || self.is_set(variable, at))
    }

    /// Whether `at` is in a statement that only sets `variable`.
    pub(super) fn is_set(&self, variable: &Variable<'_>, at: u32) -> bool {
        let here = Span::new(at, at + 1);
        variable.sets.iter().any(|set| {
            let span = if self.is_pure_set(set) {
                set.span
            } else {
                set.target.span
            };
            span.contains(here)
        })
    }

    fn marks(&self) -> usize {
        self.statements.len() + self.declarators.len() + self.elses.len()
    }

    fn is_gone_at(&self, offset: u32) -> bool {
        self.is_gone(Span::new(offset, offset + 1))
    }

    fn has_statement(&self, span: Span) -> bool {
        let mut found = false;
        walk::statements(&self.function.body, &mut |statement| {
            found |= statement.span == span
        });
        found
    }

    fn effect(&self, expr: &Expr) -> Effect {
        let is_local = |name: &Name, offset| self.is_local(name, offset);
        purity::effect(self.code, self.id, &is_local, expr)
    }

    fn is_local(&self, name: &Name, offset: u32) -> bool {
        match variable::resolve(&self.variables, name, offset) {
            Some(index) => self.variables[index].plain,
            None => self
                .function
                .parameters
                .iter()
                .any(|parameter| parameter.name == *name),
        }
    }

    fn sweep(&mut self, block: &'c [Stmt], tail: Tail) -> Result<(), Refusal> {
        for (index, statement) in block.iter().enumerate() {
            let last = block[index + 1..]
                .iter()
                .all(|later| self.is_gone(later.span));
            let tail = if last { tail } else { Tail::Next };
            if self.goes(
                statement,
                Place {
                    in_block: true,
                    tail,
                },
            )? {
                self.mark(statement.span);
            }
        }
        self.drop_exposed_jumps(block, tail);
        Ok(())
    }

    fn mark(&mut self, span: Span) {
        if !self.is_gone(span) {
            self.statements.insert(span);
        }
    }

    /// Whether `statement` is marked or has become empty.
    fn goes(&mut self, statement: &'c Stmt, place: Place) -> Result<bool, Refusal> {
        if self.is_gone(statement.span) {
            return Ok(true);
        }
        match &statement.kind {
            StmtKind::Block(inner) => {
                self.sweep(inner, place.tail)?;
                Ok(self.emptied(inner, statement.span, place.tail))
            }
            StmtKind::If {
                condition,
                then,
                otherwise,
            } => {
                let then_goes = self.goes(
                    then,
                    Place {
                        in_block: false,
                        tail: place.tail,
                    },
                )?;
                let Some(otherwise) = otherwise else {
                    return Ok(then_goes && self.drops_header(statement, condition)?);
                };
                let else_goes = self.goes(otherwise, place)?;
                match (then_goes, else_goes) {
                    (true, true) => self.drops_header(statement, condition),
                    (true, false) => Err(Refusal::EmptiedBranch(self.location(statement.span))),
                    (false, true) => self.drop_else(then, otherwise, place),
                    (false, false) => Ok(false),
                }
            }
            StmtKind::Loop { body, .. } => {
                let empty = self.goes(
                    body,
                    Place {
                        in_block: false,
                        tail: Tail::Continue,
                    },
                )?;
                Ok(empty && self.drops_loop(statement)?)
            }
            StmtKind::Switch { value, body } => {
                let empty = self.goes(
                    body,
                    Place {
                        in_block: false,
                        tail: Tail::Next,
                    },
                )?;
                Ok(empty && self.drops_header(statement, value)?)
            }
            _ => Ok(false),
        }
    }

    fn drops_header(&self, statement: &Stmt, condition: &Expr) -> Result<bool, Refusal> {
        if self.effect(condition) == Effect::None {
            return Ok(true);
        }
        Err(Refusal::ImpureHeader(self.location(statement.span)))
    }

    fn drop_else(&mut self, then: &Stmt, otherwise: &Stmt, place: Place) -> Result<bool, Refusal> {
        if !place.in_block {
            return Err(Refusal::AmbiguousElse(self.location(otherwise.span)));
        }
        self.elses
            .insert(Span::new(then.span.end, otherwise.span.end));
        Ok(false)
    }

    fn drops_loop(&self, statement: &Stmt) -> Result<bool, Refusal> {
        let StmtKind::Loop {
            init,
            condition,
            step,
            ..
        } = &statement.kind
        else {
            return Ok(false);
        };
        let of = |expr: &Option<Expr>| expr.as_ref().map_or(Effect::None, |e| self.effect(e));
        let turn = of(condition).max(of(step));
        if turn == Effect::Any || !init.iter().all(|first| self.is_pure_init(first)) {
            return Err(Refusal::ImpureHeader(self.location(statement.span)));
        }
        if let Some(name) = walk::iteration_macro(&self.layout, statement) {
            if self.code.is_pure_call(self.id, &name) {
                return Ok(true);
            }
            return Err(Refusal::ImpureHeader(self.location(statement.span)));
        }
        if condition.is_none() || turn == Effect::None {
            return Err(Refusal::EndlessLoop(self.location(statement.span)));
        }
        Ok(true)
    }

    fn is_pure_init(&self, statement: &Stmt) -> bool {
        match &statement.kind {
            StmtKind::Expr(expr) => self.effect(expr) <= Effect::Locals,
            StmtKind::Declaration(_) => self.is_pure_declaration(statement),
            StmtKind::Empty => true,
            _ => false,
        }
    }

    fn is_pure_declaration(&self, statement: &Stmt) -> bool {
        let mut declared = self
            .variables
            .iter()
            .filter(|variable| variable.declaration == statement.span);
        declared.all(|variable| variable.plain && self.has_pure_init(variable))
    }

    fn has_pure_init(&self, variable: &Variable<'_>) -> bool {
        let init = variable.local.init.as_ref();
        init.is_none_or(|init| self.effect(init) == Effect::None)
    }

    /// Whether some of `block`, the bytes `span` in braces, goes and the rest does nothing.
    fn emptied(&self, block: &[Stmt], span: Span, tail: Tail) -> bool {
        let goes = |statement: &Stmt| self.is_gone(statement.span);
        block.iter().any(goes)
            && block
                .iter()
                .all(|statement| goes(statement) || self.is_hollow(statement, tail))
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
    fn is_hollow(&self, statement: &Stmt, tail: Tail) -> bool {
        match &statement.kind {
            StmtKind::Empty => true,
            StmtKind::Declaration(_) => self.is_pure_declaration(statement),
            StmtKind::Continue => tail == Tail::Continue,
            StmtKind::Return(None) => tail == Tail::Return,
            StmtKind::Block(inner) => inner.iter().all(|inner| self.is_hollow(inner, tail)),
            StmtKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.effect(condition) == Effect::None
                    && self.is_hollow(then, tail)
                    && otherwise
                        .as_ref()
                        .is_none_or(|other| self.is_hollow(other, tail))
            }
            _ => false,
        }
    }

    /// `if (x) continue;` skips nothing once the statements after it are gone.
    fn drop_exposed_jumps(&mut self, block: &[Stmt], tail: Tail) {
        for (index, statement) in block.iter().enumerate().rev() {
            if self.is_gone(statement.span) {
                continue;
            }
            let exposed = index + 1 < block.len();
            let is_if = matches!(statement.kind, StmtKind::If { .. });
            if !exposed || !is_if || !self.is_hollow(statement, tail) {
                return;
            }
            self.mark(statement.span);
        }
    }

    fn drop_locals(&mut self) {
        for index in 0..self.variables.len() {
            if self.is_orphaned(&self.variables[index]) {
                self.drop_sets(index);
                self.drop_declarator(index);
            }
        }
    }

    fn drop_sets(&mut self, index: usize) {
        let sets = self.variables[index].sets.clone();
        for set in sets {
            if self.is_pure_set(&set) {
                self.mark(set.span);
            }
        }
    }

    fn is_pure_set(&self, set: &Set<'_>) -> bool {
        set.value
            .is_none_or(|value| self.effect(value) == Effect::None)
    }

    fn drop_declarator(&mut self, index: usize) {
        let variable = &self.variables[index];
        let set = variable.sets.iter().any(|set| !self.is_gone(set.span));
        if set || variable.in_header || !self.has_pure_init(variable) {
            return;
        }
        let declaration = variable.declaration;
        self.declarators.insert(variable.local.span);
        let mut declared = self
            .variables
            .iter()
            .filter(|v| v.declaration == declaration);
        if declared.all(|variable| self.is_gone(variable.local.span)) {
            self.mark(declaration);
        }
    }

    /// The declarators that go from declarations that stay.
    fn declarator_cuts(&self) -> Vec<Span> {
        let mut cuts = Vec::new();
        walk::statements(&self.function.body, &mut |statement| {
            if let StmtKind::Declaration(locals) = &statement.kind
                && !self.is_gone(statement.span)
            {
                let spans: Vec<Span> = locals.iter().map(|local| local.span).collect();
                cuts.extend(self.with_commas(&spans));
            }
        });
        cuts
    }

    /// The commas go with the declarators: those before, or after if nothing before stays.
    fn with_commas(&self, spans: &[Span]) -> Vec<Span> {
        let first_kept = spans
            .iter()
            .position(|&span| !self.is_gone(span))
            .unwrap_or(0);
        let cut = |index: usize| match index.checked_sub(1) {
            Some(before) if index > first_kept => Span::new(spans[before].end, spans[index].end),
            _ => Span::new(spans[index].start, spans[index + 1].start),
        };
        (0..spans.len())
            .filter(|&index| self.is_gone(spans[index]))
            .map(cut)
            .collect()
    }
}
