//! Why a removal is not carried out.

use std::fmt;

use crate::model::{Location, Name};

/// Why a removal is not carried out; nothing is edited then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The body of the function did not parse.
    Opaque(Location),
    /// The request names bytes that are no statement of the function.
    NotAStatement(Location),
    /// The `then` branch would be empty while the `else` branch stays, and the condition has no
    /// simple opposite.
    EmptiedBranch(Location),
    /// Deleting the `else` branch would bind an outer `else` to this `if`.
    AmbiguousElse(Location),
    /// A branch or loop would be empty, but evaluating its header has effects.
    ImpureHeader(Location),
    /// A loop would be empty, and nothing shows that it ends.
    EndlessLoop(Location),
    /// The function would be empty, but not all of its uses are understood.
    UnknownUses(Location),
    /// A value that the deleted code writes is read later.
    LiveValue(Location, Name),
    /// Something would be used in some configurations only, and unused in others.
    PartlyUsed(Location, Name),
    /// A local would be left without a reader, and what sets it has effects.
    UnreadLocal(Location, Name),
    /// A label would be left without a statement, or would go before a `goto` to it.
    Label(Location),
    /// Conditional compilation would be cut apart or left with an empty group.
    Conditional(Location),
    /// Text and statements disagree about what would be deleted.
    Misread(Location),
}

impl Refusal {
    /// Where the reason stands.
    #[must_use]
    pub const fn location(&self) -> Location {
        match self {
            Self::Opaque(location)
            | Self::NotAStatement(location)
            | Self::EmptiedBranch(location)
            | Self::AmbiguousElse(location)
            | Self::ImpureHeader(location)
            | Self::EndlessLoop(location)
            | Self::UnknownUses(location)
            | Self::LiveValue(location, _)
            | Self::PartlyUsed(location, _)
            | Self::UnreadLocal(location, _)
            | Self::Label(location)
            | Self::Conditional(location)
            | Self::Misread(location) => *location,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opaque(_) => f.write_str("the body of the function does not parse"),
            Self::NotAStatement(_) => f.write_str("no statement stands there"),
            Self::EmptiedBranch(_) => f.write_str("only the `else` branch would stay"),
            Self::AmbiguousElse(_) => f.write_str("an outer `else` would change its `if`"),
            Self::ImpureHeader(_) => {
                f.write_str("the header of the emptied statement has effects of its own")
            }
            Self::EndlessLoop(_) => f.write_str("the emptied loop may not end"),
            Self::UnknownUses(_) => {
                f.write_str("the emptied function has uses that are not understood")
            }
            Self::LiveValue(_, name) => {
                write!(f, "`{name}` is read after the deleted code that sets it")
            }
            Self::PartlyUsed(_, name) => {
                write!(f, "`{name}` would be used in some configurations only")
            }
            Self::UnreadLocal(_, name) => {
                write!(f, "`{name}` would be set, with other effects, and never read")
            }
            Self::Label(_) => f.write_str("a label would be left dangling"),
            Self::Conditional(_) => f.write_str("conditional compilation would be cut apart"),
            Self::Misread(_) => f.write_str("the text around the deleted code is not understood"),
        }
    }
}

impl std::error::Error for Refusal {}
