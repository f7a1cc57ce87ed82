//! Expressions.

use super::kind::{Kind, Role};
use super::walker::{Walker, name_of};
use crate::model::{Aggregate, BinaryOp, Expr, ExprKind, Name, Span, TypeRef, UnaryOp};

impl Walker<'_> {
    /// The expression at the cursor.
    pub(super) fn expression(&mut self) -> Expr {
        let span = self.span();
        let kind = self.nested(Self::expression_kind).unwrap_or(ExprKind::Unknown(Vec::new()));
        Expr { kind, span }
    }

    fn expression_kind(&mut self) -> ExprKind {
        match self.kind() {
            Kind::Identifier | Kind::Null | Kind::True | Kind::False | Kind::TypeIdentifier => {
                ExprKind::Name(self.name())
            }
            Kind::Number | Kind::Character | Kind::String | Kind::ConcatenatedString => {
                ExprKind::Literal
            }
            Kind::Call => self.call(),
            Kind::FieldExpression => self.member(),
            Kind::Subscript => self.index(),
            Kind::Pointer | Kind::Unary | Kind::Update => self.unary(),
            Kind::Binary => self.binary(),
            Kind::Comma => self.comma(),
            Kind::Assignment => self.assignment(),
            Kind::Cast => self.cast(),
            Kind::Conditional => self.conditional(),
            Kind::CompoundLiteral => self.compound_literal(),
            Kind::InitializerList => ExprKind::Aggregate(self.aggregate()),
            Kind::Parenthesized | Kind::Extension => self.inner_expression(),
            Kind::SizeOf | Kind::AlignOf | Kind::OffsetOf => ExprKind::SizeOf,
            _ => ExprKind::Unknown(self.expressions_inside()),
        }
    }

    /// Every expression below the cursor that is not inside another.
    pub(super) fn expressions_inside(&mut self) -> Vec<Expr> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&mut self, found: &mut Vec<Expr>) {
        self.nested(|this| {
            this.each_child(|this, role, kind| match (role, kind) {
                (Role::Declarator | Role::Designator, Kind::Identifier) => {}
                (_, Kind::Token) => {}
                _ if kind.is_expression() => found.push(this.expression()),
                _ => this.collect(found),
            });
        });
    }

    /// Lowers the children in the given roles; also returns where the operator is in the item.
    fn operands<const N: usize>(&mut self, roles: [Role; N]) -> ([Option<Expr>; N], Span) {
        let mut operands = [const { None }; N];
        let mut operator = Span::default();
        self.each_child(|this, role, _| {
            if role == Role::Operator {
                operator = this.local();
            } else if let Some(at) = roles.iter().position(|wanted| *wanted == role) {
                operands[at] = Some(this.expression());
            }
        });
        (operands, operator)
    }

    /// A child that the grammar requires; a place holder where the text has none.
    fn required(&self, operand: Option<Expr>) -> Box<Expr> {
        let unknown = || Expr { kind: ExprKind::Unknown(Vec::new()), span: self.span() };
        Box::new(operand.unwrap_or_else(unknown))
    }

    fn call(&mut self) -> ExprKind {
        // Of all calls, only `offsetof` has another first byte.
        if self.begins_rewritten() {
            return ExprKind::SizeOf;
        }
        let mut callee = None;
        let mut args = Vec::new();
        let mut in_parentheses = false;
        self.each_child(|this, role, kind| match role {
            Role::Function => {
                in_parentheses = kind == Kind::Parenthesized;
                callee = Some(this.expression());
            }
            Role::Arguments => args = this.arguments(),
            _ => {}
        });
        let callee = self.required(callee);
        match callee.kind {
            ExprKind::Name(name) if in_parentheses && args.len() == 1 && self.is_type(&name) => {
                let ty = TypeRef { name, ..TypeRef::default() };
                ExprKind::Cast(ty, self.required(args.pop()))
            }
            kind => ExprKind::Call { callee: Box::new(Expr { kind, ..*callee }), args },
        }
    }

    /// Whether `name` in `(name)(x)` is a type: it is, unless it is a variable.
    fn is_type(&self, name: &Name) -> bool {
        !self.variables.contains(name)
    }

    fn arguments(&mut self) -> Vec<Expr> {
        let mut args = Vec::new();
        self.each_child(|this, _, kind| {
            if kind != Kind::Token {
                args.push(this.expression());
            }
        });
        args
    }

    fn member(&mut self) -> ExprKind {
        let mut base = None;
        let mut name = name_of(b"");
        let mut through_pointer = false;
        self.each_child(|this, role, _| match role {
            Role::Argument => base = Some(this.expression()),
            Role::Operator => through_pointer = this.text() == b"->",
            Role::Member => name = this.name(),
            _ => {}
        });
        ExprKind::Member { base: self.required(base), name, through_pointer }
    }

    fn index(&mut self) -> ExprKind {
        let ([base, index], _) = self.operands([Role::Argument, Role::Index]);
        ExprKind::Index { base: self.required(base), index: self.required(index) }
    }

    fn unary(&mut self) -> ExprKind {
        let ([operand], operator) = self.operands([Role::Argument]);
        let operator = match &self.source[operator.range()] {
            b"&" => UnaryOp::AddressOf,
            b"*" => UnaryOp::Dereference,
            b"!" => UnaryOp::Not,
            b"++" | b"--" => UnaryOp::Step,
            _ => UnaryOp::Arithmetic,
        };
        ExprKind::Unary(operator, self.required(operand))
    }

    fn binary(&mut self) -> ExprKind {
        let ([left, right], operator) = self.operands([Role::Left, Role::Right]);
        let operator = match &self.source[operator.range()] {
            b"+" => BinaryOp::Add,
            b"-" => BinaryOp::Subtract,
            b"==" => BinaryOp::Equal,
            b"!=" => BinaryOp::NotEqual,
            b"<" | b"<=" | b">" | b">=" => BinaryOp::Order,
            b"&&" => BinaryOp::And,
            b"||" => BinaryOp::Or,
            // A range of case labels was rewritten to an operator.
            b".." => return ExprKind::Unknown(left.into_iter().chain(right).collect()),
            _ => BinaryOp::Arithmetic,
        };
        ExprKind::Binary(operator, self.required(left), self.required(right))
    }

    fn comma(&mut self) -> ExprKind {
        let ([left, right], _) = self.operands([Role::Left, Role::Right]);
        ExprKind::Binary(BinaryOp::Comma, self.required(left), self.required(right))
    }

    fn assignment(&mut self) -> ExprKind {
        let ([target, value], operator) = self.operands([Role::Left, Role::Right]);
        let compound = operator.len() > 1;
        ExprKind::Assign { target: self.required(target), value: self.required(value), compound }
    }

    fn conditional(&mut self) -> ExprKind {
        let roles = [Role::Condition, Role::Consequence, Role::Alternative];
        let ([condition, then, otherwise], _) = self.operands(roles);
        let (condition, otherwise) = (self.required(condition), self.required(otherwise));
        ExprKind::Conditional(condition, then.map(Box::new), otherwise)
    }

    fn cast(&mut self) -> ExprKind {
        let mut ty = TypeRef::default();
        let mut value = None;
        self.each_child(|this, role, _| match role {
            Role::Type => ty = this.type_descriptor(),
            Role::Value => value = Some(this.expression()),
            _ => {}
        });
        ExprKind::Cast(ty, self.required(value))
    }

    fn compound_literal(&mut self) -> ExprKind {
        let mut aggregate = Aggregate::default();
        let mut ty = None;
        self.each_child(|this, role, _| match role {
            Role::Type => ty = Some(this.type_descriptor()),
            Role::Value => aggregate = this.aggregate(),
            _ => {}
        });
        ExprKind::Aggregate(Aggregate { ty, ..aggregate })
    }

    /// The expression in parentheses; that of a statement expression is unknown.
    fn inner_expression(&mut self) -> ExprKind {
        let mut inner = ExprKind::Unknown(Vec::new());
        self.each_child(|this, _, kind| {
            if kind.is_expression() {
                inner = this.expression().kind;
            } else if kind == Kind::CompoundStatement {
                inner = ExprKind::Unknown(this.expressions_inside());
            }
        });
        inner
    }
}
