//! Reading TOML tables without surprises: a missing key is empty, a wrong type names itself.

use crate::model::Name;
use toml::de::{DeTable, DeValue};

/// A view of one table of a vocabulary file.
#[derive(Clone, Copy)]
pub(super) struct Table<'a>(&'a DeTable<'a>);

impl<'a> Table<'a> {
    pub(super) const fn new(table: &'a DeTable<'a>) -> Self {
        Self(table)
    }

    fn value(self, key: &str) -> Option<&'a DeValue<'a>> {
        self.0.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.get_ref())
    }

    /// The string at `key`; empty if there is none.
    pub(super) fn text(self, key: &str) -> &'a str {
        self.value(key).and_then(DeValue::as_str).unwrap_or_default()
    }

    /// The string at `key` as a name.
    pub(super) fn name(self, key: &str) -> Name {
        Name::new(self.text(key))
    }

    /// The whole number at `key`.
    pub(super) fn position(self, key: &str) -> Option<usize> {
        self.value(key).and_then(position)
    }

    /// Whether `key` is there and true.
    pub(super) fn flag(self, key: &str) -> bool {
        self.value(key).and_then(DeValue::as_bool).unwrap_or_default()
    }

    /// The strings of the array at `key`.
    pub(super) fn names(self, key: &str) -> impl Iterator<Item = Name> + 'a {
        self.array(key).filter_map(DeValue::as_str).map(Name::new)
    }

    /// The arrays of strings in the array at `key`.
    pub(super) fn rows(self, key: &str) -> impl Iterator<Item = Vec<Name>> + 'a {
        self.array(key).filter_map(DeValue::as_array).map(|row| {
            row.iter().filter_map(|value| value.get_ref().as_str()).map(Name::new).collect()
        })
    }

    /// The table at `key`.
    pub(super) fn table(self, key: &str) -> Option<Self> {
        self.value(key).and_then(DeValue::as_table).map(Self)
    }

    /// The tables of the array at `key`.
    pub(super) fn tables(self, key: &str) -> impl Iterator<Item = Self> + 'a {
        self.array(key).filter_map(DeValue::as_table).map(Self)
    }

    /// All keys whose value is a whole number.
    pub(super) fn positions(self) -> impl Iterator<Item = (Name, usize)> + 'a {
        self.0.iter().filter_map(|(name, value)| {
            Some((Name::new(name.get_ref()), position(value.get_ref())?))
        })
    }

    /// All keys whose value is an array of strings.
    pub(super) fn lists(self) -> impl Iterator<Item = (&'a str, Vec<Name>)> + 'a {
        self.0.iter().filter_map(move |(name, value)| {
            let _ = value.get_ref().as_array()?;
            Some((name.get_ref().as_ref(), self.names(name.get_ref()).collect()))
        })
    }

    /// All keys whose value is a string.
    pub(super) fn texts(self) -> impl Iterator<Item = (Name, Name)> + 'a {
        self.0.iter().filter_map(|(name, value)| {
            Some((Name::new(name.get_ref()), Name::new(value.get_ref().as_str()?)))
        })
    }

    fn array(self, key: &str) -> impl Iterator<Item = &'a DeValue<'a>> + 'a {
        self.value(key)
            .and_then(DeValue::as_array)
            .into_iter()
            .flat_map(|array| array.iter().map(|value| value.get_ref()))
    }
}

fn position(value: &DeValue<'_>) -> Option<usize> {
    let number = value.as_integer()?;
    usize::from_str_radix(number.as_str(), number.radix()).ok()
}
