//! What the standard library's handles, and macros, mean in Rust code.

use super::table::Table;
use crate::model::Name;
use rustc_hash::FxHashSet;
use toml::de::DeTable;

const RUST: &str = include_str!("rust.toml");

/// Words of Rust code.
#[derive(Clone, Debug, Default)]
pub struct RustWords {
    /// Types that hold a value somewhere else.
    pub pointers: FxHashSet<Name>,
    /// Types that hold a value in themselves.
    pub wrappers: FxHashSet<Name>,
    /// Handles that keep what they point to alive.
    pub strong: FxHashSet<Name>,
    /// Handles that do not.
    pub weak: FxHashSet<Name>,
    /// Functions that make a handle.
    pub make: FxHashSet<Name>,
    /// Functions that make another handle of the same value.
    pub share: FxHashSet<Name>,
    /// Functions that make a weak handle.
    pub weaken: FxHashSet<Name>,
    /// Methods that lead to what a handle or wrapper holds.
    pub through: FxHashSet<Name>,
    /// Methods that return the address of what they are called on.
    pub addresses: FxHashSet<Name>,
    /// Collections, whose last argument is the type of their elements.
    pub collections: FxHashSet<Name>,
    /// Methods that lead to the elements of a collection.
    pub elements: FxHashSet<Name>,
    /// Methods of collections that yield an element, or none.
    pub yields: FxHashSet<Name>,
    /// Methods that hand on what went well.
    pub outcome: FxHashSet<Name>,
    /// Traits that say nothing about what a value is.
    pub markers: FxHashSet<Name>,
    /// Macros that do not return.
    pub diverge: FxHashSet<Name>,
    /// Macros that return an error.
    pub fail: FxHashSet<Name>,
    /// Macros that take the address of a place.
    pub address: FxHashSet<Name>,
    /// Macros that name a field of what they are handed first.
    pub field: FxHashSet<Name>,
    /// Methods that only look.
    pub looks: FxHashSet<Name>,
    /// Functions of types out of sight that return one of the type.
    pub construct: FxHashSet<Name>,
    /// Item macros that make neither types nor implementations.
    pub inert: FxHashSet<Name>,
    /// Associated types that name what a type leads to by itself.
    pub targets: FxHashSet<Name>,
    /// Folders of tests.
    pub tests: FxHashSet<Name>,
}

impl RustWords {
    pub(super) fn builtin() -> Self {
        // The file is part of the program and a test parses it.
        let Ok(table) = DeTable::parse(RUST) else { return Self::default() };
        let table = Table::new(table.get_ref());
        let names = |key| table.names(key).collect();
        Self {
            pointers: names("pointers"),
            wrappers: names("wrappers"),
            strong: names("strong"),
            weak: names("weak"),
            make: names("make"),
            share: names("share"),
            weaken: names("weaken"),
            through: names("through"),
            addresses: names("addresses"),
            collections: names("collections"),
            elements: names("elements"),
            yields: names("yields"),
            outcome: names("outcome"),
            markers: names("markers"),
            diverge: names("diverge"),
            fail: names("fail"),
            address: names("address"),
            field: names("field"),
            looks: names("looks"),
            construct: names("construct"),
            inert: names("inert"),
            targets: names("targets"),
            tests: names("tests"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RustWords;

    #[test]
    fn the_file_can_be_read() {
        let words = RustWords::builtin();
        assert!(words.pointers.contains("Arc") && words.address.contains("addr_of_mut!"));
    }
}
