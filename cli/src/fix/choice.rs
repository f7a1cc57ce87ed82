//! What is decided about repairs.

use devmodel_edit::Fix;

/// What was decided about a repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// To be applied as it is.
    Accepted,
    /// To be applied like this, as the user edited it.
    Edited(Fix),
    /// Not to be applied.
    Declined,
    /// Not asked about, as it conflicts with one that is to be applied.
    Deferred,
}
