//! Expressions.

use super::block::{Body, Sink, Typed, name, unknown};
use super::branch::is_place;
use super::extent::extent;
use crate::crates::Ty;
use crate::model::{
    Aggregate, BinaryOp, Expr, ExprKind, Function, Location, Name, Parameter, Span, StmtKind,
    TypeRef, UnaryOp,
};
use crate::syntax::rust::is_assignment;
use syn::{BinOp, ExprBinary, ExprClosure, ExprStruct, Member, UnOp};

/// What the failed half of a `Result` or `Option` is called where `?` returns it.
const FAILURE: &str = "Err";

impl Body<'_> {
    /// Lowers an expression, with its effects, and does with its value what `sink` says.
    pub(super) fn lower(&mut self, expr: &syn::Expr, sink: &Sink, span: Span) {
        use syn::Expr as E;
        match expr {
            E::If(branch) => self.lower_if(branch, sink, span),
            E::Match(choice) => self.lower_match(choice, sink, span),
            E::Block(block) if block.label.is_none() => {
                let stmts = self.nested(|body| body.block(&block.block, sink));
                self.push(StmtKind::Block(stmts), span);
            }
            E::Block(block) => self.lower_labelled(&block.block, sink, span),
            E::Unsafe(block) => {
                let stmts = self.nested(|body| body.block(&block.block, sink));
                self.push(StmtKind::Block(stmts), span);
            }
            E::Loop(turns) => self.lower_loop(turns, span),
            E::While(turns) => self.lower_while(turns, span),
            E::ForLoop(turns) => self.lower_for(turns, span),
            E::Return(value) => {
                match &value.expr {
                    Some(value) => self.lower(value, &Sink::Return, span),
                    None => self.push(StmtKind::Return(None), span),
                };
            }
            E::Break(leave) => {
                if let Some(value) = &leave.expr {
                    self.lower(value, &Sink::Discard, extent(value));
                }
                self.push(StmtKind::Break, span);
            }
            E::Continue(_) => self.push(StmtKind::Continue, span),
            E::Paren(inner) => self.lower(&inner.expr, sink, span),
            E::Group(inner) => self.lower(&inner.expr, sink, span),
            E::Macro(invocation) => self.lower_invocation(&invocation.mac, sink, span),
            _ => {
                let value = self.value(expr);
                self.put(value, sink, span);
            }
        }
    }

    /// Lowers an expression to its value; what it does besides becomes statements.
    pub(super) fn value(&mut self, expr: &syn::Expr) -> Typed {
        use syn::Expr as E;
        let span = extent(expr);
        match expr {
            E::Lit(literal) => Self::literal(literal, span),
            E::Path(path) => self.path(&path.path, span),
            E::Paren(inner) => self.value(&inner.expr),
            E::Group(inner) => self.value(&inner.expr),
            E::Field(field) => self.field(field, span),
            E::Index(index) => {
                let base = self.value(&index.expr);
                let at = self.value(&index.index);
                let ty = base.ty.element(self.source.words);
                let kind = ExprKind::Index { base: Box::new(base.expr), index: Box::new(at.expr) };
                Typed { expr: Expr { kind, span }, ty }
            }
            E::Call(call) => self.call(call, span),
            E::MethodCall(call) => self.method_call(call, span),
            E::Reference(to) => self.reference(to, span),
            E::Unary(unary) => self.unary(unary, span),
            E::Binary(binary) => self.binary(binary, span),
            E::Assign(assign) => {
                let value = self.value(&assign.right);
                let target = self.value(&assign.left);
                self.assigned(target, value, false, span)
            }
            E::Cast(cast) => {
                let inner = self.value(&cast.expr);
                let ty = Ty::read(&cast.ty, &self.context.names, self.source.words);
                let model = self.source.shape(&ty);
                let kind = ExprKind::Cast(model, Box::new(inner.expr));
                Typed { expr: Expr { kind, span }, ty }
            }
            E::Try(inner) => self.attempt(&inner.expr, span),
            E::Await(inner) => self.value(&inner.base),
            E::Struct(aggregate) => self.aggregate(aggregate, span),
            E::Tuple(tuple) => self.list(tuple.elems.iter(), "()", span),
            E::Array(array) => self.list(array.elems.iter(), "[]", span),
            E::Repeat(repeat) => self.list(std::iter::once(&*repeat.expr), "[]", span),
            E::Closure(closure) => self.closure(closure, span),
            E::Async(later) => {
                let body = self.nested(|body| body.block(&later.block, &Sink::Return));
                self.closure_of(Vec::new(), body, later.capture.is_some(), span)
            }
            E::Range(range) => {
                let ends = [&range.start, &range.end].into_iter().flatten();
                let ends = ends.map(|end| self.value(end).expr).collect();
                Typed { expr: unknown(ends, span), ty: Ty::named("Range") }
            }
            E::Let(shape) => {
                let value = self.value(&shape.expr);
                Typed { expr: Self::condition(&value.expr, &shape.pat), ty: Ty::named("bool") }
            }
            E::Return(_) | E::Break(_) | E::Continue(_) => {
                self.lower(expr, &Sink::Discard, span);
                Typed { expr: unknown(Vec::new(), span), ty: Ty::named("!") }
            }
            E::If(_) | E::Match(_) | E::Block(_) | E::Unsafe(_) | E::Loop(_) | E::Macro(_) => {
                self.branching(expr, span)
            }
            E::While(_) | E::ForLoop(_) => {
                self.lower(expr, &Sink::Discard, span);
                Typed { expr: unknown(Vec::new(), span), ty: Ty::named("()") }
            }
            _ => Typed { expr: unknown(Vec::new(), span), ty: Ty::default() },
        }
    }

    /// An expression with statements of its own, whose value is put into a variable.
    fn branching(&mut self, expr: &syn::Expr, span: Span) -> Typed {
        if let syn::Expr::Unsafe(block) = expr
            && let [syn::Stmt::Expr(inner, None)] = &block.block.stmts[..]
        {
            return self.value(inner);
        }
        if let syn::Expr::Macro(invocation) = expr
            && let Some(value) = self.invocation(&invocation.mac, span)
        {
            return value;
        }
        let held = self.hold(None, Ty::default(), span);
        self.lower(expr, &Sink::Into(held.clone()), span);
        let ty = self.variable_type(&held);
        Typed { expr: name(held, span), ty }
    }

    fn literal(literal: &syn::ExprLit, span: Span) -> Typed {
        let ty = match &literal.lit {
            syn::Lit::Bool(_) => "bool",
            syn::Lit::Str(_) => "str",
            _ => "",
        };
        Typed { expr: Expr { kind: ExprKind::Literal, span }, ty: Ty::named(ty) }
    }

    fn field(&mut self, field: &syn::ExprField, span: Span) -> Typed {
        let member = match &field.member {
            Member::Named(ident) => ident.to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        self.member(&field.base, &member, span)
    }

    /// A field of a value.
    pub(super) fn member(&mut self, of: &syn::Expr, member: &str, span: Span) -> Typed {
        let base = self.value(of);
        let words = self.source.words;
        let of = base.ty.innermost(words);
        let (index, from) = (self.source.index, self.source.origin.of);
        let ty = match of.name.as_str() {
            "()" => member.parse().ok().and_then(|at: usize| of.args.get(at)).cloned(),
            name => index.field(from, name, member).cloned(),
        };
        let through_pointer = base.ty.to_ref(words).pointers > 0;
        let base = Box::new(base.expr);
        let kind = ExprKind::Member { base, name: Name::new(member), through_pointer };
        Typed { expr: Expr { kind, span }, ty: ty.unwrap_or_default() }
    }

    fn reference(&mut self, to: &syn::ExprReference, span: Span) -> Typed {
        let inner = self.value(&to.expr);
        Typed { ty: Ty::of("&", inner.ty), expr: address_of(inner.expr, span) }
    }

    fn unary(&mut self, unary: &syn::ExprUnary, span: Span) -> Typed {
        let inner = self.value(&unary.expr);
        match unary.op {
            UnOp::Deref(_) => {
                let ty = inner.ty.held(self.source.words).cloned().unwrap_or_default();
                Typed { expr: at(inner.expr, span), ty }
            }
            UnOp::Not(_) => {
                let kind = ExprKind::Unary(UnaryOp::Not, Box::new(inner.expr));
                Typed { expr: Expr { kind, span }, ty: inner.ty }
            }
            _ => {
                let kind = ExprKind::Unary(UnaryOp::Arithmetic, Box::new(inner.expr));
                Typed { expr: Expr { kind, span }, ty: inner.ty }
            }
        }
    }

    fn binary(&mut self, binary: &ExprBinary, span: Span) -> Typed {
        let left = self.value(&binary.left);
        // What the right side of `&&` does depends on the left one.
        let mut right = None;
        let ty = left.ty.clone();
        let stmts = self.nested(|body| right = Some(body.value(&binary.right)));
        let right = right.map_or_else(|| unknown(Vec::new(), span), |right| right.expr);
        let (op, is_compound) = operator(&binary.op);
        if !stmts.is_empty() {
            let condition = match op {
                BinaryOp::And => left.expr.clone(),
                BinaryOp::Or => {
                    let kind = ExprKind::Unary(UnaryOp::Not, Box::new(left.expr.clone()));
                    Expr { kind, span: left.expr.span }
                }
                _ => {
                    for stmt in stmts {
                        self.push(stmt.kind, stmt.span);
                    }
                    return self.operation(op, is_compound, left, right, span);
                }
            };
            let then = Box::new(crate::model::Stmt { kind: StmtKind::Block(stmts), span });
            self.push(StmtKind::If { condition, then, otherwise: None }, span);
        }
        let mut value = self.operation(op, is_compound, left, right, span);
        if value.ty.name.is_empty() {
            value.ty = ty;
        }
        value
    }

    fn operation(
        &mut self,
        op: BinaryOp,
        is_compound: bool,
        left: Typed,
        right: Expr,
        span: Span,
    ) -> Typed {
        if is_compound {
            let right = Typed { expr: right, ty: Ty::default() };
            return self.assigned(left, right, true, span);
        }
        let ty = match op {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Arithmetic => left.ty,
            _ => Ty::named("bool"),
        };
        let kind = ExprKind::Binary(op, Box::new(left.expr), Box::new(right));
        Typed { expr: Expr { kind, span }, ty }
    }

    fn assigned(&mut self, target: Typed, value: Typed, compound: bool, span: Span) -> Typed {
        // A variable may get its type by what is put into it.
        if let ExprKind::Name(name) = &target.expr.kind {
            self.learn(name, &value.ty);
        }
        let (target, value) = (Box::new(target.expr), Box::new(value.expr));
        let kind = ExprKind::Assign { target, value, compound };
        Typed { expr: Expr { kind, span }, ty: Ty::named("()") }
    }

    /// `e?`: the value goes on if it went well, and is returned if not.
    fn attempt(&mut self, inner: &syn::Expr, span: Span) -> Typed {
        let value = self.value(inner);
        let ty = value.ty.outcome();
        let at = value.expr.span;
        let held = self.hold(Some(value.expr), value.ty, at);
        let failed =
            Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(name(held.clone(), span))), span };
        let args = vec![name(held.clone(), span)];
        let callee = Box::new(name(Name::new_static(FAILURE), span));
        let failure = Expr { kind: ExprKind::Call { callee, args }, span };
        let then = Box::new(crate::model::Stmt { kind: StmtKind::Return(Some(failure)), span });
        self.push(StmtKind::If { condition: failed, then, otherwise: None }, span);
        Typed { expr: name(held, span), ty }
    }

    fn aggregate(&mut self, aggregate: &ExprStruct, span: Span) -> Typed {
        let ty = Ty::of_path(&aggregate.path, &self.context.names, self.source.words);
        let mut items = Vec::new();
        for field in &aggregate.fields {
            let member = match &field.member {
                Member::Named(ident) => ident.to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            };
            items.push((Some(Name::new(member)), self.value(&field.expr).expr));
        }
        if let Some(rest) = &aggregate.rest {
            items.push((None, self.value(rest).expr));
        }
        let aggregate = Aggregate { ty: Some(self.source.shape(&ty)), items };
        Typed { expr: Expr { kind: ExprKind::Aggregate(aggregate), span }, ty }
    }

    fn list<'s>(
        &mut self,
        elements: impl Iterator<Item = &'s syn::Expr>,
        kind: &str,
        span: Span,
    ) -> Typed {
        let elements: Vec<Typed> = elements.map(|element| self.value(element)).collect();
        let args = match kind {
            "()" => elements.iter().map(|element| element.ty.clone()).collect(),
            _ => elements.first().map(|element| element.ty.clone()).into_iter().collect(),
        };
        let items = elements.into_iter().map(|element| (None, element.expr)).collect();
        let aggregate = Aggregate { ty: None, items };
        Typed {
            expr: Expr { kind: ExprKind::Aggregate(aggregate), span },
            ty: Ty { name: Name::new(kind), args },
        }
    }

    fn closure(&mut self, closure: &ExprClosure, span: Span) -> Typed {
        let mut named = Vec::new();
        let body = self.nested(|body| {
            for input in &closure.inputs {
                let (pattern, ty) = match input {
                    syn::Pat::Type(typed) => {
                        let ty = Ty::read(&typed.ty, &body.context.names, body.source.words);
                        (&*typed.pat, ty)
                    }
                    pattern => (pattern, Ty::default()),
                };
                if let syn::Pat::Ident(ident) = pattern {
                    let name = Name::new(ident.ident.to_string());
                    named.push((body.declare(&name, ty.clone()), ty));
                } else {
                    let at = crate::syntax::rust::span_of(pattern);
                    let value = Typed { expr: unknown(Vec::new(), at), ty };
                    body.bind(pattern, &value, at);
                }
            }
            body.lower(&closure.body, &Sink::Return, extent(&closure.body));
        });
        self.closure_of(named, body, closure.capture.is_some(), span)
    }

    fn closure_of(
        &self,
        named: Vec<(Name, Ty)>,
        body: Vec<crate::model::Stmt>,
        moves: bool,
        span: Span,
    ) -> Typed {
        let parameters = named.into_iter();
        let parameters =
            parameters.map(|(name, ty)| Parameter { name, ty: self.source.shape(&ty) });
        let function = Function {
            name: Name::default(),
            location: Location::new(self.source.origin.file, span),
            name_span: span,
            body_span: span,
            parameters: parameters.collect(),
            result: TypeRef::default(),
            is_static: true,
            body,
            opaque: false,
            partial: false,
            directives: Vec::new(),
        };
        let kind = ExprKind::Closure { function: Box::new(function), moves };
        Typed { expr: Expr { kind, span }, ty: Ty::named("fn") }
    }
}

/// `&place`; that of what a pointer points to is the pointer.
pub(super) fn address_of(inner: Expr, span: Span) -> Expr {
    match inner.kind {
        ExprKind::Unary(UnaryOp::Dereference, pointer) => Expr { span, ..*pointer },
        _ => {
            let kind = ExprKind::Unary(UnaryOp::AddressOf, Box::new(inner));
            Expr { kind, span }
        }
    }
}

/// `*pointer`; what the address of a place points to is the place.
fn at(inner: Expr, span: Span) -> Expr {
    match inner.kind {
        ExprKind::Unary(UnaryOp::AddressOf, place) if is_place(&place) => Expr { span, ..*place },
        _ => {
            let kind = ExprKind::Unary(UnaryOp::Dereference, Box::new(inner));
            Expr { kind, span }
        }
    }
}

/// The operator, and whether it assigns.
fn operator(op: &BinOp) -> (BinaryOp, bool) {
    match op {
        BinOp::Add(_) => (BinaryOp::Add, false),
        BinOp::Sub(_) => (BinaryOp::Subtract, false),
        BinOp::Eq(_) => (BinaryOp::Equal, false),
        BinOp::Ne(_) => (BinaryOp::NotEqual, false),
        BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => (BinaryOp::Order, false),
        BinOp::And(_) => (BinaryOp::And, false),
        BinOp::Or(_) => (BinaryOp::Or, false),
        op => (BinaryOp::Arithmetic, is_assignment(op)),
    }
}
