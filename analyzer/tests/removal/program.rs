//! What random programs are made of: no names and no text yet.

use proptest::prelude::*;

/// One file of a program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// The functions, each calling only later ones.
    pub(crate) functions: Vec<Function>,
    /// How the file is written.
    pub(crate) style: Style,
    /// Which marks are asked to go, in turn.
    pub(crate) picks: Vec<bool>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) crlf: bool,
    pub(crate) tabs: bool,
    pub(crate) final_newline: bool,
    pub(crate) cramped: bool,
}

/// How a function is declared and used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linkage {
    Static,
    Prototype,
    Exported,
    Callback,
    Table,
}

/// A function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) linkage: Linkage,
    pub(crate) comment: bool,
    /// Whether the whole function stands in a group of conditional compilation.
    pub(crate) conditional: bool,
    /// What its locals are set to.
    pub(crate) locals: Vec<u8>,
    pub(crate) body: Vec<Stmt>,
    pub(crate) tail: Vec<Stmt>,
}

/// A statement, or a line that is none.
#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    /// A call that leaves a trace, in one of several forms.
    Mark {
        form: u8,
        value: u8,
    },
    /// `local = value;`, `local++;` or a step of a static variable.
    Set {
        target: u8,
        value: u8,
    },
    /// A local in the middle of a block.
    Declare {
        value: u8,
        kind: u8,
    },
    If {
        condition: u8,
        then: Vec<Stmt>,
        otherwise: Option<Vec<Stmt>>,
        braces: bool,
    },
    For {
        form: u8,
        body: Vec<Stmt>,
        braces: bool,
    },
    While {
        form: u8,
        body: Vec<Stmt>,
    },
    Switch {
        value: u8,
        cases: Vec<Vec<Stmt>>,
        ends: bool,
    },
    Block(Vec<Stmt>),
    Call(u8),
    /// `goto`, `return`, `break` or `continue`, in an `if` of its own.
    Leave {
        condition: u8,
        kind: u8,
        braces: bool,
    },
    Comment(u8),
    Blank,
    /// Conditional compilation.
    Group {
        form: u8,
        then: Vec<Stmt>,
        otherwise: Option<Vec<Stmt>>,
    },
}

/// Random programs.
pub(crate) fn program() -> impl Strategy<Value = Program> {
    let style =
        any::<(bool, bool, bool, bool)>().prop_map(|(crlf, tabs, final_newline, cramped)| Style {
            crlf,
            tabs,
            final_newline,
            cramped,
        });
    let functions = prop::collection::vec(function(), 1..5);
    let picks = prop::collection::vec(prop::bool::weighted(0.7), 1..12);
    (functions, style, picks).prop_map(|(functions, style, picks)| Program {
        functions,
        style,
        picks,
    })
}

fn function() -> impl Strategy<Value = Function> {
    let linkage = prop_oneof![
        3 => Just(Linkage::Static),
        2 => Just(Linkage::Prototype),
        1 => Just(Linkage::Exported),
        1 => Just(Linkage::Callback),
        1 => Just(Linkage::Table),
    ];
    let locals = prop::collection::vec(any::<u8>(), 0..4);
    let body = prop::collection::vec(statement(), 1..6);
    let tail = prop::collection::vec(statement(), 0..3);
    let conditional = prop::bool::weighted(0.1);
    (linkage, any::<bool>(), conditional, locals, body, tail).prop_map(
        |(linkage, comment, conditional, locals, body, tail)| Function {
            linkage,
            comment,
            conditional,
            locals,
            body,
            tail,
        },
    )
}

fn statement() -> impl Strategy<Value = Stmt> {
    let leaf = prop_oneof![
        8 => any::<(u8, u8)>().prop_map(|(form, value)| Stmt::Mark { form, value }),
        2 => any::<(u8, u8)>().prop_map(|(target, value)| Stmt::Set { target, value }),
        1 => any::<(u8, u8)>().prop_map(|(value, kind)| Stmt::Declare { value, kind }),
        1 => any::<u8>().prop_map(Stmt::Call),
        1 => any::<(u8, u8, bool)>()
            .prop_map(|(condition, kind, braces)| Stmt::Leave { condition, kind, braces }),
        1 => any::<u8>().prop_map(Stmt::Comment),
        1 => Just(Stmt::Blank),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let block = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            3 => (any::<u8>(), block(), prop::option::of(block()), any::<bool>()).prop_map(
                |(condition, then, otherwise, braces)| {
                    Stmt::If { condition, then, otherwise, braces }
                },
            ),
            2 => (any::<u8>(), block(), any::<bool>())
                .prop_map(|(form, body, braces)| Stmt::For { form, body, braces }),
            1 => (any::<u8>(), block()).prop_map(|(form, body)| Stmt::While { form, body }),
            1 => (any::<u8>(), prop::collection::vec(block(), 1..4), any::<bool>())
                .prop_map(|(value, cases, ends)| Stmt::Switch { value, cases, ends }),
            1 => block().prop_map(Stmt::Block),
            1 => (any::<u8>(), block(), prop::option::weighted(0.3, block()))
                .prop_map(|(form, then, otherwise)| Stmt::Group { form, then, otherwise }),
        ]
    })
}
