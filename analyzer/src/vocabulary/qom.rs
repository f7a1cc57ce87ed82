//! QEMU's Rust bindings: traits, constants and methods that make an object type.

use super::table::Table;
use crate::model::Name;
use toml::de::DeTable;

const QOM: &str = include_str!("qom.toml");

/// A callback that a trait names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hook {
    /// The trait.
    pub trait_name: Name,
    /// The constant that names the function, or the method that is it.
    pub name: Name,
    /// Whether it is a method.
    pub is_method: bool,
    /// The structure of the slot.
    pub record: Name,
    /// The slot.
    pub field: Name,
}

/// A call that leaves the owner out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpliedOwner {
    /// The call.
    pub name: Name,
    /// With how many arguments it does.
    pub arguments: usize,
    /// Where the owner would stand.
    pub owner: usize,
}

/// Words of QEMU's Rust bindings.
#[derive(Clone, Debug, Default)]
pub struct QomWords {
    /// The trait of every object type.
    pub type_trait: Name,
    /// Its constant with the type's name.
    pub type_name: Name,
    /// The trait of the types that a crate defines.
    pub parent_trait: Name,
    /// Its associated type with the parent.
    pub parent: Name,
    /// The callbacks.
    pub hooks: Vec<Hook>,
    /// Calls that leave the owner out.
    pub implied_owners: Vec<ImpliedOwner>,
}

impl QomWords {
    pub(super) fn builtin() -> Self {
        // The file is part of the program and a test parses it.
        let Ok(table) = DeTable::parse(QOM) else { return Self::default() };
        let table = Table::new(table.get_ref());
        let mut words = Self::default();
        if let Some(of) = table.table("type") {
            words.type_trait = of.name("trait");
            words.type_name = of.name("name");
            words.parent_trait = of.name("parent-trait");
            words.parent = of.name("parent");
        }
        for hook in table.tables("hook") {
            let constants = hook.table("constants").into_iter().flat_map(Table::texts);
            words.hooks.extend(constants.map(|(name, field)| Hook {
                trait_name: hook.name("trait"),
                name,
                is_method: false,
                record: hook.name("record"),
                field,
            }));
        }
        words.hooks.extend(table.tables("method").map(|hook| Hook {
            trait_name: hook.name("trait"),
            name: hook.name("name"),
            is_method: true,
            record: hook.name("record"),
            field: hook.name("field"),
        }));
        for call in table.tables("implied-owner") {
            let arguments = call.position("arguments").unwrap_or_default();
            let owner = call.position("owner").unwrap_or_default();
            let names = call.names("names");
            words.implied_owners.extend(names.map(|name| ImpliedOwner { name, arguments, owner }));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::QomWords;

    #[test]
    fn the_file_can_be_read() {
        let words = QomWords::builtin();
        assert!(words.hooks.iter().any(|hook| hook.name == "REALIZE"));
        assert!(words.hooks.iter().any(|hook| hook.is_method));
        assert!(!words.type_name.is_empty() && !words.implied_owners.is_empty());
    }
}
