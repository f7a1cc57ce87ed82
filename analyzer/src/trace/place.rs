//! Places: access paths from a root, the names under which memory is known.

use crate::model::{FileId, Location, Name};
use std::fmt;

/// What an access path starts at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Root {
    /// The object whose callbacks are traced.
    Object,
    /// Memory allocated by the call at this location.
    Heap(Location),
    /// A global variable.
    Global(Name),
    /// A region of the machine that nobody owns, by its getter.
    Unowned(Name),
    /// A local variable of the function entered by this call.
    Local(Location, Name),
    /// The result of a call, by the callee's name and what it was given.
    Result(Name, Option<Box<Place>>),
    /// A parameter of a callback for which no value is known, by its structure.
    Parameter(Name),
}

/// One step of an access path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// `.field`; the structure is kept for the first step, where it tells views of one object
    /// apart.
    Field(Name, Name),
    /// `[any]`
    Index,
    /// `*`
    Deref,
}

/// An access path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// Where it starts.
    pub(crate) root: Root,
    /// How it goes on.
    pub(crate) path: Vec<Step>,
}

/// Longer paths come from recursive data structures and say nothing.
const MAX_STEPS: usize = 12;

impl Place {
    /// The place of the root itself.
    pub(crate) const fn of(root: Root) -> Self {
        Self { root, path: Vec::new() }
    }

    /// The object whose callbacks are traced.
    pub(crate) const fn object() -> Self {
        Self::of(Root::Object)
    }

    /// Whether the place is a definite one, so that another definite place is not the same.
    pub(crate) const fn is_known(&self) -> bool {
        !matches!(self.root, Root::Result(..) | Root::Parameter(_) | Root::Local(..))
    }

    /// Whether this is the traced object itself.
    pub(crate) fn is_object(&self) -> bool {
        self.root == Root::Object && self.path.is_empty()
    }

    /// `self.name`, where `self` is a `record`.
    pub(crate) fn field(mut self, record: &Name, name: &Name) -> Option<Self> {
        let record = if self.path.is_empty() { record.clone() } else { Name::default() };
        self.path.push(Step::Field(record, name.clone()));
        self.bounded()
    }

    /// `self[any]`; an element of an element list is the same element list.
    pub(crate) fn index(mut self) -> Option<Self> {
        if self.path.last() != Some(&Step::Index) {
            self.path.push(Step::Index);
        }
        self.bounded()
    }

    /// `*self`
    pub(crate) fn deref(mut self) -> Option<Self> {
        self.path.push(Step::Deref);
        self.bounded()
    }

    fn bounded(self) -> Option<Self> {
        (self.path.len() <= MAX_STEPS).then_some(self)
    }

    /// The aggregate of which this is the field `name`.
    pub(crate) fn container_of(mut self, name: &str) -> Option<Self> {
        match self.path.pop() {
            Some(Step::Field(_, field)) if field == name => Some(self),
            _ => None,
        }
    }

    /// Whether the path goes through a pointer, so that its memory is not the root's own.
    pub(crate) fn is_behind_pointer(&self) -> bool {
        self.path.contains(&Step::Deref) || matches!(self.root, Root::Heap(_))
    }

    /// Whether `self` lies in the memory of `outer`, or is it.
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        self.root == outer.root && self.path.starts_with(&outer.path)
    }

    /// The same path from another root, if it starts at `from`.
    pub(crate) fn rebased(&self, from: &Root, to: &Self) -> Self {
        if self.root != *from {
            return self.clone();
        }
        let inner = self.path.iter().map(|step| match step {
            Step::Field(_, name) if !to.path.is_empty() => {
                Step::Field(Name::default(), name.clone())
            }
            step => step.clone(),
        });
        let path = to.path.iter().cloned().chain(inner).collect();
        Self { root: to.root.clone(), path }
    }
}

/// `PCIIDEState.bmdma[*].extra_io`
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separate = true;
        match &self.root {
            Root::Object => separate = false,
            Root::Heap(_) => f.write_str("heap")?,
            Root::Global(name) | Root::Local(_, name) => f.write_str(name)?,
            Root::Parameter(record) => {
                if !matches!(self.path.first(), Some(Step::Field(..))) {
                    f.write_str(record)?;
                }
                separate = false;
            }
            Root::Unowned(getter) => write!(f, "{getter}()")?,
            Root::Result(callee, _) => write!(f, "{callee}()")?,
        }
        for (at, step) in self.path.iter().enumerate() {
            match step {
                Step::Field(record, name) => {
                    if at == 0 && !separate {
                        f.write_str(record)?;
                    }
                    let arrow = at > 0 && self.path[at - 1] == Step::Deref;
                    f.write_str(if arrow { "->" } else { "." })?;
                    f.write_str(name)?;
                }
                Step::Index => f.write_str("[*]")?,
                // A pointer that is only followed is shown by the arrow after it.
                Step::Deref => {}
            }
        }
        Ok(())
    }
}

/// What an expression is worth to the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A null pointer.
    Null,
    /// The address of a place.
    Address(Place),
    /// The class of the object at a place.
    Class(Place),
    /// A function, as the file understands its name.
    Function(Name, FileId),
    /// A number, or something not followed.
    Unknown,
}

impl Value {
    /// The place whose address this is.
    pub(crate) const fn place(&self) -> Option<&Place> {
        match self {
            Self::Address(place) => Some(place),
            _ => None,
        }
    }
}
