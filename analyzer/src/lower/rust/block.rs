//! Blocks and their statements.

use super::extent::extent;
use super::functions::{Context, Source};
use crate::crates::Ty;
use crate::model::{Expr, ExprKind, Local, Name, Span, Stmt, StmtKind};
use crate::syntax::rust::span_of;
use rustc_hash::FxHashMap;
use syn::{FnArg, Pat};

/// What becomes of the value of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sink {
    /// Nothing.
    Discard,
    /// It is put into this variable.
    Into(Name),
    /// It is the result of the function.
    Return,
}

/// An expression and its type.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) ty: Ty,
}

/// The body of a function as it is lowered.
pub(super) struct Body<'l> {
    pub(super) source: Source<'l>,
    pub(super) context: &'l Context,
    /// Variables in scope: as written, and as the model calls them.
    scopes: Vec<FxHashMap<Name, Name>>,
    locals: FxHashMap<Name, Ty>,
    /// Blocks that are open, the innermost last.
    open: Vec<Vec<Stmt>>,
    values: usize,
}

impl<'l> Body<'l> {
    pub(super) fn new(source: Source<'l>, context: &'l Context) -> Self {
        Self {
            source,
            context,
            scopes: vec![FxHashMap::default()],
            locals: FxHashMap::default(),
            open: Vec::new(),
            values: 0,
        }
    }

    /// Declares a parameter.
    pub(super) fn parameter(&mut self, input: &FnArg, (name, ty): &(Name, Ty)) {
        match input {
            FnArg::Typed(typed) if name.is_empty() => self.declare_parts(&typed.pat, ty),
            _ => {
                self.declare(name, ty.clone());
            }
        }
    }

    /// Declares what a pattern in the place of a parameter binds; what it is made of is not known.
    fn declare_parts(&mut self, pattern: &Pat, ty: &Ty) {
        self.open.push(Vec::new());
        let value = Typed { expr: unknown(Vec::new(), span_of(pattern)), ty: ty.clone() };
        self.bind(pattern, &value, span_of(pattern));
        self.open.pop();
    }

    /// Lowers the block of the function.
    pub(super) fn function(&mut self, block: &syn::Block, has_result: bool) -> Vec<Stmt> {
        let sink = if has_result { Sink::Return } else { Sink::Discard };
        self.nested(|body| body.block(block, &sink))
    }

    /// The types of all variables.
    pub(super) fn into_locals(self) -> FxHashMap<Name, Ty> {
        self.locals
    }

    /// Makes a variable; one that hides another gets a name of its own.
    pub(super) fn declare(&mut self, name: &Name, ty: Ty) -> Name {
        let mut own = name.clone();
        let mut count = 2;
        while self.locals.contains_key(&own) {
            own = Name::new(format!("{name}#{count}"));
            count += 1;
        }
        self.locals.insert(own.clone(), ty);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.clone(), own.clone());
        }
        own
    }

    /// The variable that a name means here, and its type.
    pub(super) fn variable(&self, name: &str) -> Option<(Name, Ty)> {
        let own = self.scopes.iter().rev().find_map(|scope| scope.get(name))?;
        Some((own.clone(), self.locals.get(own).cloned().unwrap_or_default()))
    }

    /// The type of a variable by its name in the model.
    pub(super) fn variable_type(&self, name: &str) -> Ty {
        self.locals.get(name).cloned().unwrap_or_default()
    }

    /// Takes down the type of a variable of which none is known.
    pub(super) fn learn(&mut self, name: &Name, ty: &Ty) {
        if let Some(known) = self.locals.get_mut(name)
            && known.name.is_empty()
        {
            *known = ty.clone();
        }
    }

    /// Adds a statement.
    pub(super) fn push(&mut self, kind: StmtKind, span: Span) {
        if let Some(block) = self.open.last_mut() {
            block.push(Stmt { kind, span });
        }
    }

    /// The statements that `work` adds, in a scope of their own.
    pub(super) fn nested(&mut self, work: impl FnOnce(&mut Self)) -> Vec<Stmt> {
        self.scopes.push(FxHashMap::default());
        self.open.push(Vec::new());
        work(self);
        self.scopes.pop();
        self.open.pop().unwrap_or_default()
    }

    /// The same as one statement.
    pub(super) fn nested_block(&mut self, span: Span, work: impl FnOnce(&mut Self)) -> Box<Stmt> {
        let stmts = self.nested(work);
        Box::new(Stmt { kind: StmtKind::Block(stmts), span })
    }

    /// A variable for an intermediate value, with the value if there is one by now.
    pub(super) fn hold(&mut self, init: Option<Expr>, ty: Ty, span: Span) -> Name {
        self.values += 1;
        let name = Name::new(format!("#{}", self.values));
        self.locals.insert(name.clone(), ty.clone());
        self.declaration(name.clone(), &ty, init, span);
        name
    }

    /// Declares a variable in the model.
    pub(super) fn declaration(&mut self, name: Name, ty: &Ty, init: Option<Expr>, span: Span) {
        let local = Local { name, span, ty: self.source.shape(ty), init };
        self.push(StmtKind::Declaration(vec![local]), span);
    }

    /// Does with a value what is to be done with it.
    pub(super) fn put(&mut self, value: Typed, sink: &Sink, span: Span) {
        match sink {
            Sink::Discard => {
                // The value of a statement that was made for it has been looked at there.
                if !matches!(&value.expr.kind, ExprKind::Name(name) if name.starts_with('#')) {
                    self.push(StmtKind::Expr(value.expr), span);
                }
            }
            Sink::Into(name) => {
                self.learn(name, &value.ty);
                let at = value.expr.span;
                let target = Box::new(Expr { kind: ExprKind::Name(name.clone()), span: at });
                let kind =
                    ExprKind::Assign { target, value: Box::new(value.expr), compound: false };
                self.push(StmtKind::Expr(Expr { kind, span: at }), span);
            }
            Sink::Return => self.push(StmtKind::Return(Some(value.expr)), span),
        }
    }

    /// Lowers the statements of a block into the block that is open.
    pub(super) fn block(&mut self, block: &syn::Block, sink: &Sink) {
        let last = block.stmts.iter().rposition(|stmt| !matches!(stmt, syn::Stmt::Item(_)));
        for (at, stmt) in block.stmts.iter().enumerate() {
            let is_value = Some(at) == last;
            match stmt {
                syn::Stmt::Local(local) => self.local(local),
                syn::Stmt::Item(_) => {}
                syn::Stmt::Expr(expr, None) if is_value => self.lower(expr, sink, extent(expr)),
                syn::Stmt::Expr(expr, semicolon) => {
                    let start = extent(expr);
                    let end = semicolon.as_ref().map_or(start.end, |mark| span_of(mark).end);
                    self.lower(expr, &Sink::Discard, Span::new(start.start, end));
                }
                syn::Stmt::Macro(stmt) => {
                    let span = span_of(stmt);
                    let keeps = is_value && stmt.semi_token.is_none();
                    let sink = if keeps { sink } else { &Sink::Discard };
                    self.lower_invocation(&stmt.mac, sink, span);
                }
            }
        }
    }

    fn local(&mut self, local: &syn::Local) {
        let span = span_of(local);
        let (pattern, written) = match &local.pat {
            Pat::Type(typed) => {
                let ty = Ty::read(&typed.ty, &self.context.names, self.source.words);
                (&*typed.pat, Some(ty))
            }
            pattern => (pattern, None),
        };
        let Some(init) = &local.init else {
            if let Pat::Ident(ident) = pattern {
                let ty = written.unwrap_or_default();
                let name = self.declare(&Name::new(ident.ident.to_string()), ty.clone());
                self.declaration(name, &ty, None, span);
            }
            return;
        };
        let mut value = self.value(&init.expr);
        if let Some(ty) = written.filter(|ty| !ty.name.is_empty() && ty.name != "_") {
            value.ty = ty;
        }
        if let Some((_, otherwise)) = &init.diverge {
            let name = self.hold(Some(value.expr.clone()), value.ty.clone(), value.expr.span);
            let held = Expr { kind: ExprKind::Name(name), span: value.expr.span };
            let condition = unknown(vec![held.clone()], span_of(pattern));
            let at = extent(otherwise);
            let then = self.nested_block(at, |body| body.lower(otherwise, &Sink::Discard, at));
            self.push(StmtKind::If { condition, then, otherwise: None }, at);
            value.expr = held;
        }
        self.bind(pattern, &value, span);
    }
}

/// An expression of which only the parts are known.
pub(super) fn unknown(parts: Vec<Expr>, span: Span) -> Expr {
    Expr { kind: ExprKind::Unknown(parts), span }
}

/// A name as an expression.
pub(super) fn name(name: Name, span: Span) -> Expr {
    Expr { kind: ExprKind::Name(name), span }
}
