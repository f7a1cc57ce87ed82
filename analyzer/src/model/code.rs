//! Functions, statements and expressions, as the front ends lower them.

use super::{Location, Name, Span};

/// A named type and how often it is pointed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TypeRef {
    /// The name without `struct`, `const` and the like; empty if it has none (`int`, a pointer to
    /// a function, an anonymous struct).
    pub name: Name,
    /// Levels of pointer: 1 for `Foo *`.
    pub pointers: u8,
    /// Whether a variable or field of the type is an array of it.
    pub array: bool,
}

/// A function that has a body.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// The whole definition, from the first specifier to the closing brace.
    pub location: Location,
    /// The name in the definition.
    pub name_span: Span,
    /// The bytes of the body, braces included.
    pub body_span: Span,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// The type of the result.
    pub result: TypeRef,
    /// Whether only its own file can name it.
    pub is_static: bool,
    /// The statements of the body; empty when `opaque`.
    pub body: Vec<Stmt>,
    /// Set when the body did not parse: nothing safe may be concluded from it.
    pub opaque: bool,
    /// Set when branches of conditional compilation were left out of the body, because with them it
    /// does not parse: what it does is not all that it may do.
    pub partial: bool,
    /// Conditional compilation inside the definition: spans of the directive lines.
    pub directives: Vec<Span>,
}

/// One parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; empty if it has none.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
}

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The whole statement, its semicolon or closing brace included, without comments around it.
    pub span: Span,
}

/// One declared local variable.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: Name,
    /// Its declarator, the initialiser included (`*d = PCI_IDE(dev)`).
    pub span: Span,
    /// Its type, pointers of its own declarator included.
    pub ty: TypeRef,
    /// The initialiser.
    pub init: Option<Expr>,
}

/// The kinds of statement.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// A declaration of one or more locals (`int i, j = 0;`).
    Declaration(Vec<Local>),
    /// An expression for its effects.
    Expr(Expr),
    /// `if (condition) then else otherwise`.
    If {
        /// The condition, parentheses excluded.
        condition: Expr,
        /// The statement of the `then` branch.
        then: Box<Stmt>,
        /// The statement after `else`, its keyword excluded.
        otherwise: Option<Box<Stmt>>,
    },
    /// Any loop: `for`, `while`, `do`, and iteration macros such as `QLIST_FOREACH`.
    Loop {
        /// Declarations or expressions before the first turn.
        init: Vec<Stmt>,
        /// What decides on another turn.
        condition: Option<Expr>,
        /// Expressions after each turn.
        step: Option<Expr>,
        /// The body.
        body: Box<Stmt>,
        /// Whether the body runs at least once (`do`).
        at_least_once: bool,
    },
    /// `switch (value) body`.
    Switch {
        /// The value switched on.
        value: Expr,
        /// The body, with `Case` statements in it.
        body: Box<Stmt>,
    },
    /// `case value:` or, without a value, `default:`; statements follow it in the same block.
    Case(Option<Expr>),
    /// A block in braces.
    Block(Vec<Stmt>),
    /// `return value;`
    Return(Option<Expr>),
    /// `goto label;`
    Goto(Name),
    /// `label:`; statements follow it in the same block.
    Label(Name),
    /// `break;`
    Break,
    /// `continue;`
    Continue,
    /// `;`
    Empty,
    /// Something the front end does not know; it may do anything.
    Unknown,
}

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A variable, function, enumerator or object-like macro.
    Name(Name),
    /// A number, character or string.
    Literal,
    /// `callee(args)`; macro invocations with arguments look the same.
    Call {
        /// What is called: a `Name` for a direct call, a `Member` for a call through a pointer.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `base.name` or `base->name`.
    Member {
        /// The aggregate, or the pointer to it.
        base: Box<Expr>,
        /// The field.
        name: Name,
        /// `->` rather than `.`.
        through_pointer: bool,
    },
    /// `base[index]`.
    Index {
        /// The array or pointer.
        base: Box<Expr>,
        /// The index.
        index: Box<Expr>,
    },
    /// A prefix or postfix operator with one operand.
    Unary(UnaryOp, Box<Expr>),
    /// An operator with two operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `target = value`, or with `compound` any of `+=`, `|=`, ...
    Assign {
        /// What is written.
        target: Box<Expr>,
        /// What is written to it.
        value: Box<Expr>,
        /// Whether the old value counts too.
        compound: bool,
    },
    /// `(Type) value`.
    Cast(TypeRef, Box<Expr>),
    /// `condition ? then : otherwise`; the `then` part may be left out (`a ?: b`).
    Conditional(Box<Expr>, Option<Box<Expr>>, Box<Expr>),
    /// A braced initialiser or a compound literal.
    Aggregate(Aggregate),
    /// `sizeof`, `alignof`, `offsetof`: nothing inside is evaluated.
    SizeOf,
    /// A closure, or a block that runs later (`async`): a function of its own that may name the
    /// variables around it.
    Closure {
        /// Its parameters and body; it has no name.
        function: Box<Function>,
        /// Whether it takes what it captures with it (`move`).
        moves: bool,
    },
    /// Something the front end does not know, with the expressions found inside it.
    Unknown(Vec<Expr>),
}

/// A braced initialiser.
#[derive(Clone, Debug, Default)]
pub struct Aggregate {
    /// The type of a compound literal.
    pub ty: Option<TypeRef>,
    /// The values in order, with the field that a `.field =` designator names.
    pub items: Vec<(Option<Name>, Expr)>,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `&x`
    AddressOf,
    /// `*x`
    Dereference,
    /// `!x`
    Not,
    /// `-x`, `+x`, `~x`
    Arithmetic,
    /// `++x`, `x--` and the like: `x` is written.
    Step,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`, `<=`, `>`, `>=`
    Order,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `,`
    Comma,
    /// All others.
    Arithmetic,
}

impl Function {
    /// Whether the statements of the body are all that it may do.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.opaque && !self.partial
    }

    /// Everything that a variable of that name is declared with or set to.
    #[must_use]
    pub fn values_of(&self, variable: &str) -> Vec<&Expr> {
        let mut values = Vec::new();
        self.each_statement(&mut |stmt| {
            if let StmtKind::Declaration(locals) = &stmt.kind {
                let own = locals.iter().filter(|local| local.name == variable);
                values.extend(own.filter_map(|local| local.init.as_ref()));
            }
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    if let ExprKind::Assign { target, value, .. } = &expr.kind
                        && matches!(&target.kind, ExprKind::Name(name) if name == variable)
                    {
                        values.push(&**value);
                    }
                });
            });
        });
        values
    }

    /// Visits every statement of the body, outer statements before those inside them.
    pub fn each_statement<'f>(&'f self, visit: &mut impl FnMut(&'f Stmt)) {
        for stmt in &self.body {
            stmt.each(visit);
        }
    }
}

impl Stmt {
    /// Visits the statement and every statement inside it.
    pub fn each<'f>(&'f self, visit: &mut impl FnMut(&'f Self)) {
        visit(self);
        for child in self.children() {
            child.each(visit);
        }
    }

    /// The statements directly inside this one, in the order of the text.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            StmtKind::Block(inner) => inner.iter().collect(),
            StmtKind::If { then, otherwise, .. } => {
                std::iter::once(&**then).chain(otherwise.as_deref()).collect()
            }
            StmtKind::Loop { init, body, .. } => init.iter().chain([&**body]).collect(),
            StmtKind::Switch { body, .. } => vec![body],
            _ => Vec::new(),
        }
    }

    /// Visits the expressions that the statement itself evaluates, not those of statements inside.
    pub fn each_expression<'f>(&'f self, visit: &mut impl FnMut(&'f Expr)) {
        match &self.kind {
            StmtKind::Declaration(locals) => {
                locals.iter().filter_map(|local| local.init.as_ref()).for_each(visit);
            }
            StmtKind::Expr(expr) | StmtKind::Return(Some(expr)) | StmtKind::Case(Some(expr)) => {
                visit(expr);
            }
            StmtKind::If { condition, .. } => visit(condition),
            StmtKind::Switch { value, .. } => visit(value),
            StmtKind::Loop { condition, step, .. } => {
                condition.iter().chain(step).for_each(visit);
            }
            _ => {}
        }
    }
}

impl Expr {
    /// Visits the expression and every expression inside it, outer ones first.
    pub fn each<'f>(&'f self, visit: &mut impl FnMut(&'f Self)) {
        visit(self);
        for part in self.parts() {
            part.each(visit);
        }
    }

    /// The expressions directly inside this one, in order of evaluation as far as C has one.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Call { callee, args } => std::iter::once(&**callee).chain(args).collect(),
            ExprKind::Member { base, .. } => vec![base],
            ExprKind::Index { base, index } => vec![base, index],
            ExprKind::Unary(_, operand) | ExprKind::Cast(_, operand) => vec![operand],
            ExprKind::Binary(_, left, right) => vec![left, right],
            ExprKind::Assign { target, value, .. } => vec![target, value],
            ExprKind::Conditional(condition, then, otherwise) => {
                let mut parts = vec![&**condition];
                parts.extend(then.as_deref());
                parts.push(otherwise);
                parts
            }
            ExprKind::Aggregate(aggregate) => {
                aggregate.items.iter().map(|(_, value)| value).collect()
            }
            ExprKind::Unknown(parts) => parts.iter().collect(),
            ExprKind::Name(_) | ExprKind::Literal | ExprKind::SizeOf | ExprKind::Closure { .. } => {
                Vec::new()
            }
        }
    }
}
