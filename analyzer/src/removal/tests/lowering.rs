//! Just enough of a C front end to state tests as text.

use tree_sitter::{Node, Parser};

use crate::model::{
    BinaryOp, Expr, ExprKind, FileId, Function, Local, Location, Name, Parameter, Span, Stmt,
    StmtKind, TypeRef, UnaryOp,
};

pub(super) fn parse(text: &str) -> tree_sitter::Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_c::LANGUAGE.into())
        .expect("versions match");
    parser.parse(text, None).expect("no timeout is set")
}

pub(super) fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte() as u32, node.end_byte() as u32)
}

/// All nodes of `kind` under `node`.
pub(super) fn find<'t>(node: Node<'t>, kind: &str, found: &mut Vec<Node<'t>>) {
    if node.kind() == kind {
        found.push(node);
    }
    for child in named(node) {
        find(child, kind, found);
    }
}

pub(super) fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

pub(super) struct Lowering<'t> {
    pub(super) text: &'t str,
    pub(super) file: FileId,
}

impl Lowering<'_> {
    pub(super) fn functions(&self, root: Node<'_>) -> Vec<Function> {
        let mut nodes = Vec::new();
        find(root, "function_definition", &mut nodes);
        nodes.into_iter().map(|node| self.function(node)).collect()
    }

    fn function(&self, node: Node<'_>) -> Function {
        let body = node
            .child_by_field_name("body")
            .expect("a definition has a body");
        let mut declarator = node
            .child_by_field_name("declarator")
            .expect("it has a name");
        while declarator.kind() == "pointer_declarator" {
            declarator = declarator
                .child_by_field_name("declarator")
                .expect("it has a name");
        }
        let name = declarator
            .child_by_field_name("declarator")
            .expect("it has a name");
        let parameters = declarator.child_by_field_name("parameters").map(named);
        Function {
            name: self.name(name),
            location: Location::new(self.file, span(node)),
            name_span: span(name),
            body_span: span(body),
            parameters: parameters
                .iter()
                .flatten()
                .map(|node| self.parameter(*node))
                .collect(),
            result: TypeRef::default(),
            is_static: self.of(node).starts_with("static"),
            body: self.block(body),
            opaque: node.has_error(),
            directives: Vec::new(),
        }
    }

    fn parameter(&self, node: Node<'_>) -> Parameter {
        let mut names = Vec::new();
        find(node, "identifier", &mut names);
        let name = names
            .last()
            .map_or_else(Name::default, |node| self.name(*node));
        Parameter {
            name,
            ty: TypeRef::default(),
        }
    }

    fn of(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    fn name(&self, node: Node<'_>) -> Name {
        Name::new(self.of(node))
    }

    fn block(&self, node: Node<'_>) -> Vec<Stmt> {
        named(node)
            .into_iter()
            .flat_map(|child| self.items(child))
            .collect()
    }

    fn items(&self, node: Node<'_>) -> Vec<Stmt> {
        let text = self.of(node);
        let head = |end: usize, kind| Stmt {
            kind,
            span: Span::new(node.start_byte() as u32, (node.start_byte() + end) as u32),
        };
        match node.kind() {
            "preproc_ifdef" | "preproc_if" | "preproc_else" => {
                let skip = usize::from(node.kind() != "preproc_else");
                named(node)
                    .into_iter()
                    .skip(skip)
                    .flat_map(|child| self.items(child))
                    .collect()
            }
            "labeled_statement" => {
                let colon = text.find(':').expect("a label has a colon");
                let label = head(colon + 1, StmtKind::Label(Name::new(&text[..colon])));
                let rest = named(node)
                    .into_iter()
                    .skip(1)
                    .flat_map(|child| self.items(child));
                std::iter::once(label).chain(rest).collect()
            }
            "case_statement" => {
                let colon = text.find(':').expect("a case has a colon");
                let value = node.child_by_field_name("value");
                let case = head(colon + 1, StmtKind::Case(value.map(|node| self.expr(node))));
                let rest = named(node).into_iter().skip(usize::from(value.is_some()));
                std::iter::once(case)
                    .chain(rest.flat_map(|child| self.items(child)))
                    .collect()
            }
            _ => vec![self.statement(node)],
        }
    }

    fn field(&self, node: Node<'_>, field: &str) -> Option<Expr> {
        node.child_by_field_name(field)
            .map(|child| self.expr(child))
    }

    fn boxed(&self, node: Node<'_>, field: &str) -> Box<Stmt> {
        Box::new(
            self.statement(
                node.child_by_field_name(field)
                    .expect("a statement is there"),
            ),
        )
    }

    fn statement(&self, node: Node<'_>) -> Stmt {
        let kind = match node.kind() {
            "declaration" => StmtKind::Declaration(self.locals(node)),
            "compound_statement" => StmtKind::Block(self.block(node)),
            "expression_statement" => match named(node).first() {
                Some(expr) => StmtKind::Expr(self.expr(*expr)),
                None => StmtKind::Empty,
            },
            "if_statement" => StmtKind::If {
                condition: self
                    .field(node, "condition")
                    .expect("an if has a condition"),
                then: self.boxed(node, "consequence"),
                otherwise: node
                    .child_by_field_name("alternative")
                    .map(|clause| Box::new(self.statement(named(clause)[0]))),
            },
            "for_statement" | "while_statement" | "do_statement" => StmtKind::Loop {
                init: self.init(node),
                condition: self.field(node, "condition"),
                step: self.field(node, "update"),
                body: self.boxed(node, "body"),
                at_least_once: node.kind() == "do_statement",
            },
            "switch_statement" => StmtKind::Switch {
                value: self.field(node, "condition").expect("a switch has a value"),
                body: self.boxed(node, "body"),
            },
            "return_statement" => {
                StmtKind::Return(named(node).first().map(|value| self.expr(*value)))
            }
            "goto_statement" => StmtKind::Goto(self.name(named(node)[0])),
            "break_statement" => StmtKind::Break,
            "continue_statement" => StmtKind::Continue,
            _ => StmtKind::Unknown,
        };
        Stmt {
            kind,
            span: span(node),
        }
    }

    fn init(&self, node: Node<'_>) -> Vec<Stmt> {
        let Some(init) = node.child_by_field_name("initializer") else {
            return Vec::new();
        };
        let kind = match init.kind() {
            "declaration" => StmtKind::Declaration(self.locals(init)),
            _ => StmtKind::Expr(self.expr(init)),
        };
        vec![Stmt {
            kind,
            span: span(init),
        }]
    }

    fn locals(&self, node: Node<'_>) -> Vec<Local> {
        let mut cursor = node.walk();
        let declarators = node.children_by_field_name("declarator", &mut cursor);
        declarators
            .map(|declarator| self.local(declarator))
            .collect()
    }

    fn local(&self, node: Node<'_>) -> Local {
        let mut names = Vec::new();
        find(node, "identifier", &mut names);
        Local {
            name: self.name(names[0]),
            span: span(node),
            ty: TypeRef::default(),
            init: self.field(node, "value"),
        }
    }

    fn expr(&self, node: Node<'_>) -> Expr {
        let part = |field| Box::new(self.field(node, field).expect("the operand is there"));
        let kind = match node.kind() {
            "parenthesized_expression" => return self.expr(named(node)[0]),
            "identifier" => ExprKind::Name(self.name(node)),
            "number_literal" | "string_literal" | "char_literal" | "null" | "true" | "false" => {
                ExprKind::Literal
            }
            "call_expression" => ExprKind::Call {
                callee: part("function"),
                args: named(
                    node.child_by_field_name("arguments")
                        .expect("a call has arguments"),
                )
                .into_iter()
                .map(|arg| self.expr(arg))
                .collect(),
            },
            "field_expression" => ExprKind::Member {
                base: part("argument"),
                name: Name::default(),
                through_pointer: true,
            },
            "subscript_expression" => ExprKind::Index {
                base: part("argument"),
                index: part("index"),
            },
            "update_expression" => ExprKind::Unary(UnaryOp::Step, part("argument")),
            "pointer_expression" => {
                let address = self.of(node).starts_with('&');
                let op = if address {
                    UnaryOp::AddressOf
                } else {
                    UnaryOp::Dereference
                };
                ExprKind::Unary(op, part("argument"))
            }
            "unary_expression" => ExprKind::Unary(UnaryOp::Arithmetic, part("argument")),
            "cast_expression" => ExprKind::Cast(TypeRef::default(), part("value")),
            "binary_expression" => {
                ExprKind::Binary(BinaryOp::Arithmetic, part("left"), part("right"))
            }
            "comma_expression" => ExprKind::Binary(BinaryOp::Comma, part("left"), part("right")),
            "assignment_expression" => ExprKind::Assign {
                target: part("left"),
                value: part("right"),
                compound: !self.of(node).contains(" = "),
            },
            "sizeof_expression" => ExprKind::SizeOf,
            _ => ExprKind::Unknown(Vec::new()),
        };
        Expr {
            kind,
            span: span(node),
        }
    }
}
