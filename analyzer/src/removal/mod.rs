//! What goes when statements go: the loop, branch, local, function, callback assignment,
//! prototype, comment and blank line that had no other purpose.
//!
//! The caller vouches for the statements it names. All else that is deleted has no effects of
//! its own; where that cannot be shown, or where the result would not be what a careful person
//! writes, there is a [`Refusal`] and no edit.

mod body;
mod check;
mod cut;
mod group;
mod label;
mod layout;
mod liveness;
mod negation;
mod orphan;
mod purity;
mod refusal;
mod sweep;
mod tree;
mod trivia;
mod variable;
mod walk;

#[cfg(test)]
mod tests;

pub use refusal::Refusal;

use devmodel_edit::Edit;

use crate::model::{Expr, FileId, Function, Location, Name, Span};

/// Identifies one function of the tree; the caller keeps the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// Where a function is mentioned outside its own definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// A statement that does nothing but call or register it: `f(dev);`, `k->exit = f;`.
    Statement {
        /// The function that the statement is in.
        function: FunctionId,
        /// The whole statement.
        span: Span,
    },
    /// A prototype, its semicolon included.
    Declaration(Location),
    /// An item of a braced initialiser that names its field, `.class_init = f`, without comma.
    Item(Location),
    /// Anywhere else: the result is used, or the function is passed on.
    Value(Location),
}

/// The tree, as removal sees it.
pub trait Code {
    /// The bytes of a file.
    fn text(&self, file: FileId) -> &[u8];

    /// A function, with its lowered body.
    fn function(&self, id: FunctionId) -> &Function;

    /// The function that `name` means in `file`, if the tree defines exactly one.
    fn named(&self, file: FileId, name: &str) -> Option<FunctionId>;

    /// Where `file` declares the variable `name`, from the first specifier to the semicolon, if no
    /// other file can name it and a compiler would call it unused.
    fn variable(&self, file: FileId, name: &str) -> Vec<Span>;

    /// Every mention of the function outside its own definition; `None` if some mention is not
    /// understood, or if the function is defined more than once.
    fn uses(&self, id: FunctionId) -> Option<Vec<Use>>;

    /// Whether calling `callee` (a function or a macro) inside `caller` changes nothing, always
    /// returns, and cannot fail in a way that anything relies on. Arguments are judged apart.
    fn is_pure_call(&self, caller: FunctionId, callee: &Name) -> bool;

    /// Whether `name`, as `file` means it, is one operand whatever stands beside it: no macro that
    /// expands to more.
    fn is_operand(&self, file: FileId, name: &Name) -> bool;

    /// Whether reading the name, field or cast that `expr` is, without its parts, is an effect.
    fn is_volatile(&self, caller: FunctionId, expr: &Expr) -> bool;

    /// Whether the mention may go when the body of `function` is empty: deleting a callback
    /// assignment must not bring an inherited callback to life. If not, the function stays, with
    /// an empty body.
    fn may_unassign(&self, function: FunctionId, mention: &Use) -> bool;
}

/// The edits that carry out `requests`, statements by the function they are in, and all that
/// follows from them; ordered by file and position. All are deletions, but for the condition of a
/// branch of which only the `else` stays.
///
/// Requests whose results depend on each other, such as the only two statements of a function,
/// belong into one call.
///
/// # Errors
///
/// If what remained would not compile, would mean something else, or cannot be judged.
pub fn remove(code: &dyn Code, requests: &[(FunctionId, Vec<Span>)]) -> Result<Vec<Edit>, Refusal> {
    tree::Tree::new(code).remove(requests)
}
