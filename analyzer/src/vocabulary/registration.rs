//! What registers and takes back, and by which words the language tells of it.

use super::table::Table;
use crate::model::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// How long a registration lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeps {
    /// The container owns what is registered, until it is taken back.
    #[default]
    Handle,
    /// The kernel keeps it until it is taken back.
    Kernel,
    /// It ends when the file descriptor is closed.
    Descriptor,
}

/// What registers with a container, and what takes it back.
#[derive(Clone, Debug, Default)]
pub struct RegistrationPair {
    /// The types and traits that it is a pair of, by name.
    pub containers: Vec<Name>,
    /// The methods that register.
    pub register: Vec<Name>,
    /// The methods that take back.
    pub remove: Vec<Name>,
    /// How many arguments the registering call has besides the receiver.
    pub arguments: usize,
    /// The position of what is registered.
    pub what: usize,
    /// How the call is written that takes it back; empty if it is not known.
    pub undo: Name,
    /// How long it lasts.
    pub keeps: Keeps,
    /// Whether to register can fail.
    pub fails: bool,
    /// The methods that take back and give a result that has to be looked at.
    pub reports: Vec<Name>,
    /// Whether what registering gives is needed to take it back.
    pub token: bool,
    /// Whether other types of the same name can't take back.
    pub is_vague: bool,
}

impl RegistrationPair {
    /// Whether a call is one of another type that has the name of a container: its result, before the text
    /// `after` it, is used as an outcome although registering gives a token.
    #[must_use]
    pub fn is_other(&self, after: &str) -> bool {
        self.token && !self.fails && after.starts_with(['?', '.'])
    }
}

/// Words about registrations.
#[derive(Clone, Debug, Default)]
pub struct RegistrationWords {
    /// The pairs.
    pub pairs: Vec<RegistrationPair>,
    /// Pairs of method names by which a type of the tree may be a container.
    pub own_pairs: Vec<(Name, Name)>,
    /// Types that hold many values.
    pub collections: FxHashSet<Name>,
    /// Traits that only devices implement.
    pub device_traits: FxHashSet<Name>,
    /// Methods by which a device goes.
    pub teardown: FxHashSet<Name>,
    /// Words of the language's library, by their role.
    library: FxHashMap<Name, Vec<Name>>,
    /// The trait whose method runs when a value goes.
    pub drop_trait: Name,
}

/// What a name of the language's library is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A method whose closure runs only on errors.
    OnError,
    /// A method by which something is remembered.
    Record,
    /// A method by which something remembered goes.
    Take,
    /// A method by which an error goes unseen.
    Dropped,
    /// A method that asks for a failure.
    AsksFailure,
    /// A method that asks for a success.
    AsksSuccess,
    /// Text that tells of an action at the end of a scope.
    Guard,
}

impl Role {
    const fn key(self) -> &'static str {
        match self {
            Self::OnError => "on-error",
            Self::Record => "records",
            Self::Take => "takes",
            Self::Dropped => "dropped",
            Self::AsksFailure => "asks-failure",
            Self::AsksSuccess => "asks-success",
            Self::Guard => "guards",
        }
    }
}

impl RegistrationWords {
    /// Whether a name of the library plays a role.
    #[must_use]
    pub fn is(&self, role: Role, name: &str) -> bool {
        self.names(role).iter().any(|known| known == name)
    }

    /// The names that play a role.
    #[must_use]
    pub fn names(&self, role: Role) -> &[Name] {
        self.library.get(role.key()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn read(file: Table<'_>) -> Self {
        let set = |table: &str, key: &str| -> FxHashSet<Name> {
            file.table(table).into_iter().flat_map(|table| table.names(key)).collect()
        };
        let library = file.table("library");
        Self {
            pairs: file.tables("registration").map(pair).collect(),
            own_pairs: file.table("container").map(own_pairs).unwrap_or_default(),
            collections: set("container", "collections"),
            device_traits: set("device", "traits"),
            teardown: set("teardown", "methods"),
            library: library
                .into_iter()
                .flat_map(Table::lists)
                .map(|(key, names)| (Name::new(key), names))
                .collect(),
            drop_trait: library.map(|table| table.name("drop-trait")).unwrap_or_default(),
        }
    }
}

fn pair(table: Table<'_>) -> RegistrationPair {
    RegistrationPair {
        containers: table.names("containers").collect(),
        register: table.names("register").collect(),
        remove: table.names("remove").collect(),
        arguments: table.position("arguments").unwrap_or_default(),
        what: table.position("what").unwrap_or_default(),
        undo: table.name("undo"),
        keeps: match table.text("keeps") {
            "kernel" => Keeps::Kernel,
            "fd" => Keeps::Descriptor,
            _ => Keeps::Handle,
        },
        fails: table.flag("fails"),
        reports: table.names("reports").collect(),
        token: table.flag("token"),
        is_vague: table.flag("vague"),
    }
}

fn own_pairs(table: Table<'_>) -> Vec<(Name, Name)> {
    let rows = table.rows("pairs");
    rows.filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::Role;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn every_pair_is_whole() {
        let words = Vocabulary::builtin().registration;
        assert!(words.pairs.len() > 10 && words.own_pairs.len() > 5);
        for pair in &words.pairs {
            let names = [&pair.containers, &pair.register, &pair.remove];
            assert!(names.iter().all(|names| !names.is_empty()), "{pair:?}");
            assert!(pair.what < pair.arguments, "{pair:?}");
            let undo = pair.undo.split('(').next().unwrap_or_default();
            assert!(undo.is_empty() || pair.remove.iter().any(|name| name == undo), "{pair:?}");
            assert!(pair.reports.iter().all(|name| pair.remove.contains(name)), "{pair:?}");
        }
    }

    #[test]
    fn every_role_has_names() {
        let words = Vocabulary::builtin().registration;
        let outcomes = [Role::OnError, Role::Dropped, Role::AsksFailure, Role::AsksSuccess];
        for role in outcomes.into_iter().chain([Role::Record, Role::Take, Role::Guard]) {
            assert!(!words.names(role).is_empty(), "{role:?}");
        }
        assert!(words.is(Role::OnError, "map_err") && !words.is(Role::OnError, "map"));
    }

    #[test]
    fn a_token_is_not_an_outcome() {
        let words = Vocabulary::builtin().registration;
        let token = words.pairs.iter().find(|pair| pair.token && !pair.fails);
        let token = token.expect("the vocabulary has one");
        assert!(token.is_other("?;") && token.is_other(".map_err(f)?") && !token.is_other(";"));
    }
}
