//! Statements.

use super::kind::{Kind, Role};
use super::walker::Walker;
use crate::model::{Expr, ExprKind, Name, Span, Stmt, StmtKind};

impl Walker<'_> {
    /// The statements of the block at the cursor.
    pub(super) fn block(&mut self) -> Vec<Stmt> {
        let mut statements = Vec::new();
        self.each_child(|this, _, kind| {
            if kind != Kind::Token {
                this.statement_into(&mut statements);
            }
        });
        statements
    }

    /// The statement at the cursor, in a place that takes one.
    fn statement(&mut self) -> Stmt {
        let span = self.statement_span();
        let mut statements = Vec::new();
        self.statement_into(&mut statements);
        match statements.len() {
            1 => statements.remove(0),
            0 => Stmt { kind: StmtKind::Empty, span },
            _ => Stmt { kind: StmtKind::Block(statements), span },
        }
    }

    fn boxed_statement(&mut self) -> Box<Stmt> {
        Box::new(self.statement())
    }

    /// Lowers the statement at the cursor; labels become statements of their own.
    fn statement_into(&mut self, out: &mut Vec<Stmt>) {
        self.nested(|this| match this.kind() {
            Kind::Labeled => this.labeled(out),
            Kind::Case => this.case(out),
            Kind::AttributedStatement => this.each_child(|this, _, kind| {
                if !matches!(kind, Kind::Token | Kind::Other) {
                    this.statement_into(out);
                }
            }),
            _ => {
                let span = this.statement_span();
                if span.is_empty() {
                    return;
                }
                let kind = this.statement_kind();
                // A semicolon that was not written is no statement.
                if !(matches!(kind, StmtKind::Empty) && this.is_rewritten()) {
                    out.push(Stmt { kind, span });
                }
            }
        });
    }

    fn statement_kind(&mut self) -> StmtKind {
        match self.kind() {
            Kind::CompoundStatement => StmtKind::Block(self.block()),
            Kind::ExpressionStatement => {
                self.expression_child().map_or(StmtKind::Empty, StmtKind::Expr)
            }
            Kind::Declaration => self.declaration(),
            Kind::Return => StmtKind::Return(self.expression_child()),
            Kind::If if self.is_written(b"if") => self.branch(),
            Kind::If => self.guarded_block(),
            Kind::While if self.is_written(b"while") => self.while_loop(false),
            Kind::While => self.macro_loop(),
            Kind::Do => self.while_loop(true),
            Kind::For => self.for_loop(),
            Kind::Switch => self.switch(),
            Kind::Goto => StmtKind::Goto(self.label_name()),
            Kind::Break => StmtKind::Break,
            Kind::Continue => StmtKind::Continue,
            // A structure or type of its own has no effect.
            Kind::TypeDefinition | Kind::Struct | Kind::Union | Kind::Enum => {
                StmtKind::Declaration(Vec::new())
            }
            _ => {
                self.lost = true;
                StmtKind::Unknown
            }
        }
    }

    fn expression_child(&mut self) -> Option<Expr> {
        let mut found = None;
        self.each_child(|this, _, kind| {
            if kind.is_expression() {
                found = Some(this.expression());
            }
        });
        found
    }

    /// `label: statement` becomes two statements.
    fn labeled(&mut self, out: &mut Vec<Stmt>) {
        let start = self.span().start;
        let mut name = Name::default();
        self.each_child(|this, role, kind| match (role, kind) {
            (Role::Label, _) => name = this.name(),
            (_, Kind::Token) => {
                let span = Span::new(start, this.span().end);
                out.push(Stmt { kind: StmtKind::Label(std::mem::take(&mut name)), span });
            }
            _ => this.statement_into(out),
        });
    }

    /// A case and the statements up to the next become statements side by side.
    fn case(&mut self, out: &mut Vec<Stmt>) {
        let start = self.span().start;
        let mut value = None;
        self.each_child(|this, role, kind| match (role, kind) {
            (Role::Value, _) => value = Some(this.expression()),
            (_, Kind::Token) if this.text() == b":" => {
                let span = Span::new(start, this.span().end);
                out.push(Stmt { kind: StmtKind::Case(value.take()), span });
            }
            (_, Kind::Token) => {}
            _ => this.statement_into(out),
        });
    }

    fn label_name(&mut self) -> Name {
        let mut name = Name::default();
        self.each_child(|this, role, _| {
            if role == Role::Label {
                name = this.name();
            }
        });
        name
    }

    /// The expression in the parentheses at the cursor.
    pub(super) fn condition(&mut self) -> Expr {
        let span = self.span();
        let inner = self.expression_child();
        inner.unwrap_or_else(|| {
            let kind = ExprKind::Unknown(self.expressions_inside());
            Expr { kind, span }
        })
    }

    pub(super) fn missing_statement(&self) -> Box<Stmt> {
        Box::new(Stmt { kind: StmtKind::Unknown, span: self.span() })
    }

    pub(super) fn missing_expression(&self) -> Expr {
        Expr { kind: ExprKind::Unknown(Vec::new()), span: self.span() }
    }

    fn branch(&mut self) -> StmtKind {
        let mut condition = None;
        let mut then = None;
        let mut otherwise = None;
        self.each_child(|this, role, _| match role {
            Role::Condition => condition = Some(this.condition()),
            Role::Consequence => then = Some(this.boxed_statement()),
            Role::Alternative => otherwise = this.else_clause(),
            _ => {}
        });
        StmtKind::If {
            condition: condition.unwrap_or_else(|| self.missing_expression()),
            then: then.unwrap_or_else(|| self.missing_statement()),
            otherwise,
        }
    }

    fn else_clause(&mut self) -> Option<Box<Stmt>> {
        let mut statement = None;
        self.each_child(|this, _, kind| {
            if kind != Kind::Token {
                statement = Some(this.boxed_statement());
            }
        });
        statement
    }

    fn switch(&mut self) -> StmtKind {
        let mut value = None;
        let body = self.body_and(|this, role| {
            if role == Role::Condition {
                value = Some(this.condition());
            }
        });
        StmtKind::Switch { value: value.unwrap_or_else(|| self.missing_expression()), body }
    }

    /// Lowers the body of a statement; `visit` sees its other children.
    pub(super) fn body_and(&mut self, mut visit: impl FnMut(&mut Self, Role)) -> Box<Stmt> {
        let mut body = None;
        self.each_child(|this, role, _| match role {
            Role::Body | Role::Consequence => body = Some(this.boxed_statement()),
            _ => visit(this, role),
        });
        body.unwrap_or_else(|| self.missing_statement())
    }

    /// The declaration of a loop, as statements.
    pub(super) fn initial_statement(&mut self) -> Stmt {
        if self.kind() == Kind::Declaration {
            return self.statement();
        }
        let expression = self.expression();
        Stmt { span: expression.span, kind: StmtKind::Expr(expression) }
    }
}
