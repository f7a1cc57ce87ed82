//! Places: access paths from a root, the names under which memory is known.

use crate::model::{FileId, Location, Name};
use std::fmt;

/// What an access path starts at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Root {
    /// The object whose callbacks are traced.
    Object,
    /// Memory that one call on the walk allocates; the calls are numbered, because one helper may
    /// allocate for several callers.
    Heap(u32),
    /// A global variable.
    Global(Name),
    /// A region of the machine that nobody owns, by its getter.
    Unowned(Name),
    /// A local variable of the function entered by this call.
    Local(Location, Name),
    /// The result of a call, by the callee's name, its first argument, and the text of the others.
    Result(Name, Option<Box<Place>>, Name),
    /// A parameter of a callback for which no value is known, by its structure.
    Parameter(Name),
}

/// One step of an access path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// `.field`; the structure is kept for the first step, where it tells views of one object
    /// apart.
    Field(Name, Name),
    /// `[index]`
    Index(Index),
    /// `*`
    Deref,
}

/// Which element of an array.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Index {
    /// Any of them: the index is a variable.
    Any,
    /// The one with this number.
    Number(i64),
    /// The one with the number that this enumerator or macro stands for.
    Constant(Name),
}

impl Index {
    /// The element that lies `by` elements further.
    fn moved(&self, by: &Self) -> Self {
        match (self, by) {
            (Self::Number(from), Self::Number(by)) => Self::Number(from + by),
            (Self::Number(0), by) => by.clone(),
            _ => Self::Any,
        }
    }

    fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Constant(one), Self::Constant(other)) => one == other,
            _ => true,
        }
    }
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

    /// `self[by]`; for a place that is an element already, the element that far from it.
    pub(crate) fn index(mut self, by: &Index) -> Option<Self> {
        match self.path.last_mut() {
            Some(Step::Index(index)) => *index = index.moved(by),
            _ => self.path.push(Step::Index(by.clone())),
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

    /// Whether the path goes through an array.
    pub(crate) fn is_element(&self) -> bool {
        self.path.iter().any(|step| matches!(step, Step::Index(_)))
    }

    /// Whether the path goes through an element that is not told from the others.
    pub(crate) fn is_one_of_many(&self) -> bool {
        self.path.contains(&Step::Index(Index::Any))
    }

    /// Whether the path goes through a pointer, so that its memory is not the root's own.
    pub(crate) fn is_behind_pointer(&self) -> bool {
        self.path.contains(&Step::Deref) || matches!(self.root, Root::Heap(_))
    }

    /// Whether the two may be the same place: an element with a variable index may be any.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        self.path.len() == other.path.len() && self.is_within(other)
    }

    /// Whether `self` may lie in the memory of `outer`, or be it.
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        let same = |(one, other): (&Step, &Step)| match (one, other) {
            (Step::Index(one), Step::Index(other)) => one.may_be(other),
            _ => one == other,
        };
        self.root == outer.root
            && self.path.len() >= outer.path.len()
            && self.path.iter().zip(&outer.path).all(same)
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
            Root::Result(callee, ..) => write!(f, "{callee}()")?,
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
                Step::Index(Index::Any) => f.write_str("[*]")?,
                Step::Index(Index::Number(number)) => write!(f, "[{number}]")?,
                Step::Index(Index::Constant(name)) => write!(f, "[{name}]")?,
                // A pointer that is only followed is shown by the arrow after it.
                Step::Deref => {}
            }
        }
        Ok(())
    }
}

/// A pointer that may point to more places says nothing.
const MAX_CHOICES: usize = 8;

/// What an expression is worth to the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A null pointer.
    Null,
    /// The address of a place.
    Address(Place),
    /// The address of a place, or a null pointer: where it is used, it is the address.
    Maybe(Place),
    /// The class of the object at a place.
    Class(Place),
    /// The address of one of these places, sorted.
    OneOf(Box<[Place]>),
    /// A function, as the file understands its name.
    Function(Name, FileId),
    /// A number, or something not followed.
    Unknown,
}

/// What is pointed to; empty where nothing is known.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Address(place) | Self::Maybe(place) if place.is_object() => f.write_str("self"),
            Self::Address(place) | Self::Maybe(place) => place.fmt(f),
            Self::OneOf(places) => {
                for (at, place) in places.iter().enumerate() {
                    write!(f, "{}{place}", if at > 0 { " or " } else { "" })?;
                }
                Ok(())
            }
            Self::Class(_) | Self::Unknown => Ok(()),
            Self::Function(name, _) => f.write_str(name),
        }
    }
}

impl Value {
    /// The place whose address this is, taken that it is not null.
    pub(crate) const fn place(&self) -> Option<&Place> {
        match self {
            Self::Address(place) | Self::Maybe(place) => Some(place),
            _ => None,
        }
    }

    /// All places whose address this may be, as far as they are known.
    pub(crate) fn places(&self) -> &[Place] {
        match self {
            Self::Address(place) | Self::Maybe(place) => std::slice::from_ref(place),
            Self::OneOf(places) => places,
            _ => &[],
        }
    }

    fn one_of(&self, other: &Self) -> Option<Self> {
        let (one, other) = (self.places(), other.places());
        if one.is_empty() || other.is_empty() || one.len() + other.len() > MAX_CHOICES {
            return None;
        }
        let mut places: Vec<Place> = one.iter().chain(other).cloned().collect();
        places.sort();
        places.dedup();
        Some(Self::OneOf(places.into()))
    }

    /// What is known of a value that is one or the other.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Null, Self::Address(place) | Self::Maybe(place))
            | (Self::Address(place) | Self::Maybe(place), Self::Null) => Self::Maybe(place),
            (Self::Address(one) | Self::Maybe(one), Self::Address(other) | Self::Maybe(other))
                if one == other =>
            {
                Self::Maybe(one)
            }
            (one, other) => one.one_of(&other).unwrap_or(Self::Unknown),
        }
    }
}
