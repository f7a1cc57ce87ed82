//! What is seen along a way.

use crate::trace::Place;

/// Something that goes wrong, or what is left at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The device keeps itself alive: a container that it owns holds a region that it owns, or the
    /// two meet through another object.
    HeldByCycle,
    /// The device keeps itself alive through an address space whose root it owns.
    HeldBySpace,
    /// A region of the device is left in a container of somebody else.
    StaleMapping,
    /// A child of the device keeps itself alive.
    ChildHeld,
    /// An operation on a region after the children of the device were released.
    UseAfterFinalize,
    /// A region is deleted from a container that it is not in.
    UnmatchedDelete,
    /// A region is initialised that is a child already.
    DoubleInit,
    /// A region is finalized, initialised, added again or freed while it is in a container, or
    /// while it contains others.
    EndedInContainer,
    /// Memory of a region is freed while the region is still a child of its owner.
    FreedWhileChild,
    /// Memory of a region that may still be accessed is freed.
    FreedWhileLive,
    /// A region is made anew while accesses may still go to the old one, which was in its place.
    RenewedInTransaction,
    /// An object is taken from the parent that it belongs to by somebody who only refers to it.
    UnparentOfLink,
    /// An address space outlives the memory that it is in.
    SpaceLeft,
    /// A region in the device's memory that nobody owns.
    NullOwner,
}

/// One thing seen, and the events that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// What.
    pub(crate) kind: Kind,
    /// The region, the child or the address space.
    pub(crate) place: Place,
    /// The events that lead to it, the one to look at first being the last.
    pub(crate) events: Vec<usize>,
    /// What it was taken for granted, if anything: then it is only possible.
    pub(crate) doubt: Option<&'static str>,
}

/// What one way leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Faults in the order in which they happen, then what is left.
    pub(crate) seen: Vec<Seen>,
    /// What questions whether a region is contained were answered.
    pub(crate) answers: Vec<(usize, bool)>,
}

impl Outcome {
    /// Whether nothing surely keeps the device's own object alive.
    pub(crate) fn dies(&self) -> bool {
        let holds = |seen: &Seen| seen.holds_device() || seen.kind == Kind::StaleMapping;
        !self.seen.iter().any(|seen| holds(seen) && seen.doubt.is_none())
    }
}

impl Seen {
    /// Whether this keeps the device's own object alive for ever.
    pub(crate) const fn holds_device(&self) -> bool {
        matches!(self.kind, Kind::HeldByCycle | Kind::HeldBySpace)
    }
}

impl Kind {
    /// The word in machine-readable output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HeldByCycle => "held-by-cycle",
            Self::HeldBySpace => "held-by-address-space",
            Self::StaleMapping => "stale-mapping",
            Self::ChildHeld => "child-held",
            Self::UseAfterFinalize => "use-after-finalize",
            Self::UnmatchedDelete => "unmatched-delete",
            Self::DoubleInit => "double-init",
            Self::EndedInContainer => "ended-in-container",
            Self::FreedWhileChild => "freed-while-child",
            Self::FreedWhileLive => "freed-while-live",
            Self::RenewedInTransaction => "renewed-in-transaction",
            Self::UnparentOfLink => "unparent-of-link",
            Self::SpaceLeft => "address-space-left",
            Self::NullOwner => "null-owner",
        }
    }

    /// Whether it is a state that is left over, rather than a fault on the way.
    #[must_use]
    pub const fn is_leak(self) -> bool {
        matches!(
            self,
            Self::HeldByCycle
                | Self::HeldBySpace
                | Self::StaleMapping
                | Self::ChildHeld
                | Self::SpaceLeft
                | Self::NullOwner
        )
    }
}
