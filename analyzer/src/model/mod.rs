//! One shape for all languages: source locations, statements, expressions, object types.
//!
//! Front ends (`lower`) produce these values and nothing after them knows a language.

mod code;
mod declaration;
mod source;

pub use code::{
    Aggregate, BinaryOp, Expr, ExprKind, Function, Local, Parameter, Stmt, StmtKind, TypeRef,
    UnaryOp,
};
pub use declaration::{Field, Record, Variable};
pub use source::{FileId, Location, Name, Span};
