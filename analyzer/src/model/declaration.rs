//! Variables and structures, as the front ends lower them.

use super::{Expr, Location, Name, TypeRef};

/// A variable at file scope.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// Its declarator, the initialiser included.
    pub location: Location,
    /// The initialiser.
    pub init: Option<Expr>,
}

/// A structure or union with its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name after `struct` or `union`; that of the `typedef` if there is none. A structure
    /// defined inside another is called `Outer.field` after the field that holds it.
    pub name: Name,
    /// The other name it goes by: that of the `typedef`, or what a structure inside another has
    /// after `struct`.
    pub alias: Option<Name>,
    /// Its fields in order; those of inner structures without a field name are its own.
    pub fields: Vec<Field>,
    /// Structures defined inside it that have a field name.
    pub nested: Vec<Self>,
    /// The definition.
    pub location: Location,
}

/// A member of a structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type; without a name for numbers and pointers to functions.
    pub ty: TypeRef,
    /// Its declarator.
    pub location: Location,
}

impl Field {
    /// Whether the field is storage of a named type within the structure, not a pointer to it.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.ty.pointers == 0 && !self.ty.name.is_empty()
    }
}
