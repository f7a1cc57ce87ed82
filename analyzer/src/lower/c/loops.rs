//! Loops, and the macros that head a block.

use super::kind::Role;
use super::walker::{Walker, name_of};
use crate::model::{BinaryOp, Expr, ExprKind, Span, Stmt, StmtKind};

impl Walker<'_> {
    pub(super) fn while_loop(&mut self, at_least_once: bool) -> StmtKind {
        let mut condition = None;
        let body = self.body_and(|this, role| {
            if role == Role::Condition {
                condition = Some(this.condition());
            }
        });
        StmtKind::Loop { init: Vec::new(), condition, step: None, body, at_least_once }
    }

    pub(super) fn for_loop(&mut self) -> StmtKind {
        let mut init = Vec::new();
        let mut condition = None;
        let mut step = None;
        let body = self.body_and(|this, role| match role {
            Role::Initializer => init.push(this.initial_statement()),
            Role::Condition => condition = Some(this.expression()),
            Role::Update => step = Some(this.expression()),
            _ => {}
        });
        StmtKind::Loop { init, condition, step, body, at_least_once: false }
    }

    /// `LIST_FOREACH(x, list, next) body`: before each turn `x` gets an unknown value.
    pub(super) fn macro_loop(&mut self) -> StmtKind {
        let (args, span, body) = self.header();
        let mut args = args.into_iter();
        let kind = match args.next() {
            Some(target) if is_place(&target) => ExprKind::Assign {
                target: Box::new(target),
                value: Box::new(Expr { kind: ExprKind::Unknown(args.collect()), span }),
                compound: false,
            },
            first => ExprKind::Unknown(first.into_iter().chain(args).collect()),
        };
        let condition = Some(Expr { kind, span });
        StmtKind::Loop { init: Vec::new(), condition, step: None, body, at_least_once: false }
    }

    /// `WITH_LOCK(&x) { .. }`: a block with the call to the macro before the inner block.
    pub(super) fn guarded_block(&mut self) -> StmtKind {
        let name = self.first_word();
        let (args, arguments, body) = self.header();
        let callee = Expr {
            kind: ExprKind::Name(name_of(&self.source[name.range()])),
            span: self.in_file(name),
        };
        let span = Span::new(callee.span.start, arguments.end);
        let kind = ExprKind::Call { callee: Box::new(callee), args };
        let call = Stmt { kind: StmtKind::Expr(Expr { kind, span }), span };
        StmtKind::Block(vec![call, *body])
    }

    /// The arguments of the macro that heads a block, their bytes, and the block.
    fn header(&mut self) -> (Vec<Expr>, Span, Box<Stmt>) {
        let mut args = Vec::new();
        let mut span = self.span();
        let body = self.body_and(|this, role| match role {
            Role::Condition => {
                span = this.span();
                flatten(this.condition(), &mut args);
            }
            // The macro may hide an `if`.
            Role::Alternative => this.lost = true,
            _ => {}
        });
        // Where there is no argument the condition was made up.
        args.retain(|arg| self.is_written_at(arg.span));
        (args, span, body)
    }
}

fn flatten(expr: Expr, out: &mut Vec<Expr>) {
    match expr.kind {
        ExprKind::Binary(BinaryOp::Comma, left, right) => {
            flatten(*left, out);
            flatten(*right, out);
        }
        _ => out.push(expr),
    }
}

fn is_place(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Name(_) | ExprKind::Member { .. } | ExprKind::Index { .. })
}
