//! What goes from one function, to a fixed point.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::cut::Cut;
use super::layout::Layout;
use super::purity::{self, Effect};
use super::variable::{self, Storage, Variable};
use super::{Code, FunctionId, Refusal};
use crate::model::{Expr, ExprKind, Function, Location, Name, Span, StmtKind};

/// What goes from one function.
pub(super) struct Body<'c> {
    pub(super) function: &'c Function,
    pub(super) layout: Rc<Layout<'c>>,
    pub(super) variables: Vec<Variable<'c>>,
    pub(super) code: &'c dyn Code,
    pub(super) id: FunctionId,
    pub(super) statements: BTreeSet<Span>,
    pub(super) declarators: BTreeSet<Span>,
    /// Pieces of branches: an `else` with its statement, or the statement and the `else` after it.
    pub(super) arms: BTreeSet<Span>,
    /// What conditions become whose first statement goes.
    pub(super) negations: BTreeMap<Span, &'static str>,
}

impl<'c> Body<'c> {
    pub(super) fn new(
        code: &'c dyn Code,
        id: FunctionId,
        layout: Rc<Layout<'c>>,
    ) -> Result<Self, Refusal> {
        let function = code.function(id);
        if !function.is_whole() {
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
            arms: BTreeSet::new(),
            negations: BTreeMap::new(),
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
        loop {
            let before = self.marks();
            self.sweep_function()?;
            self.drop_locals();
            self.drop_labels();
            if self.marks() == before {
                return Ok(());
            }
        }
    }

    /// Marks every statement.
    pub(super) fn hollow_out(&mut self) {
        self.statements.extend(self.function.body.iter().map(|statement| statement.span));
    }

    /// Whether these bytes go.
    pub(super) fn is_gone(&self, span: Span) -> bool {
        let marked = [&self.statements, &self.declarators, &self.arms];
        marked.into_iter().flatten().any(|gone| gone.contains(span))
    }

    /// The conditions that change, and what to.
    pub(super) fn negations(&self) -> impl Iterator<Item = (Span, String)> {
        let kept = self.negations.iter().filter(|(span, _)| !self.is_gone(**span));
        kept.map(|(span, text)| (*span, (*text).to_owned()))
    }

    /// The statements and pieces of statements that go, each outermost.
    pub(super) fn cuts(&self) -> Vec<Cut> {
        let statements = self.statements.iter().map(|&span| (span, false));
        let marked: Vec<(Span, bool)> =
            statements.chain(self.arms.iter().map(|&span| (span, true))).collect();
        let is_inner = |span: Span| marked.iter().any(|(o, _)| *o != span && o.contains(span));
        let outermost = marked.iter().filter(|(span, _)| !is_inner(*span)).copied();
        let pieces = self.declarator_cuts().into_iter().map(|span| (span, true));
        outermost
            .chain(pieces)
            .map(|(span, is_part)| Cut { span, owns_comment: false, is_part })
            .collect()
    }

    pub(super) const fn location(&self, span: Span) -> Location {
        Location::new(self.function.location.file, span)
    }

    fn marks(&self) -> usize {
        self.statements.len() + self.declarators.len() + self.arms.len()
    }

    pub(super) fn is_gone_at(&self, offset: u32) -> bool {
        self.is_gone(Span::new(offset, offset + 1))
    }

    fn has_statement(&self, span: Span) -> bool {
        let mut found = false;
        self.function.each_statement(&mut |statement| found |= statement.span == span);
        found
    }

    pub(super) fn effect(&self, expr: &Expr) -> Effect {
        let is_local = |name: &Name, offset| self.is_local(name, offset);
        purity::effect(self.code, self.id, &is_local, expr)
    }

    /// Whether the expression is a plain variable of the function.
    pub(super) fn is_local_name(&self, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Name(name) if self.is_local(name, expr.span.start))
    }

    fn is_local(&self, name: &Name, offset: u32) -> bool {
        match variable::resolve(&self.variables, name, offset) {
            Some(index) => self.variables[index].storage == Storage::Plain,
            None => self.function.parameters.iter().any(|parameter| parameter.name == *name),
        }
    }

    pub(super) fn mark(&mut self, span: Span) {
        if !self.is_gone(span) {
            self.statements.insert(span);
        }
    }

    /// The declarators that go from declarations that stay.
    fn declarator_cuts(&self) -> Vec<Span> {
        let mut cuts = Vec::new();
        self.function.each_statement(&mut |statement| {
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
        let first_kept = spans.iter().position(|&span| !self.is_gone(span)).unwrap_or(0);
        let cut = |index: usize| match index.checked_sub(1) {
            Some(before) if index > first_kept => Span::new(spans[before].end, spans[index].end),
            _ => Span::new(spans[index].start, spans[index + 1].start),
        };
        (0..spans.len()).filter(|&index| self.is_gone(spans[index])).map(cut).collect()
    }
}
