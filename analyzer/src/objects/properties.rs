//! Properties: the fields that whoever makes an object sets.

use super::text::arguments;
use crate::model::{Location, Name};
use crate::syntax::c::scan::MentionKind;
use crate::tree::{ItemId, Tree};
use rustc_hash::FxHashMap;

/// A property that stands in a field.
#[derive(Clone, Copy, Debug)]
struct Property {
    /// The macro that declares it.
    location: Location,
    /// Whether the field refers to an object of somebody else.
    is_link: bool,
}

/// The properties of all types of a tree, by field, as `Struct.field`.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    fields: FxHashMap<Name, Property>,
}

impl Properties {
    /// Reads the macros that declare properties.
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut properties = Self::default();
        for name in tree.words.property_macros() {
            let users = tree.users_of_name(name).iter();
            for user in users.filter(|user| user.kind == MentionKind::Call) {
                properties.read(tree, user.by, name);
            }
        }
        properties
    }

    fn read(&mut self, tree: &Tree<'_>, item: ItemId, name: &Name) {
        let Some(words) = tree.words.property(name) else { return };
        let location = tree.location(item);
        let text = tree.source(location);
        for (at, _) in text.match_indices(name.as_str()) {
            let Some(rest) = text.get(at + name.len()..).filter(|rest| rest.starts_with('('))
            else {
                continue;
            };
            let arguments = arguments(rest);
            let argument = |at: usize| arguments.get(at).copied().unwrap_or_default();
            let (record, field) = (argument(words.record), argument(words.field));
            if !is_word(record) || !field.split('.').all(is_word) {
                continue;
            }
            let start = location.span.start + at as u32;
            let span = crate::model::Span::new(start, start + name.len() as u32);
            let property =
                Property { location: Location::new(location.file, span), is_link: words.is_link };
            self.fields.entry(Name::new(format!("{record}.{field}"))).or_insert(property);
        }
    }

    /// The fields that refer to objects of others, and the macros that say so, in order.
    pub(crate) fn links(&self) -> Vec<(&Name, Location)> {
        let links = self.fields.iter().filter(|(_, property)| property.is_link);
        let mut links: Vec<_> = links.map(|(field, link)| (field, link.location)).collect();
        links.sort_unstable();
        links
    }

    /// The property in a field, which is spelled `Struct.field`.
    fn of(&self, field: &str) -> Option<Property> {
        self.fields.get(field).copied()
    }

    /// Whether a condition asks for the value of a property, and begins with its field.
    pub(crate) fn decides(&self, condition: &str) -> bool {
        let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = condition.find(|c| !is_path(c)).unwrap_or(condition.len());
        self.of(&condition[..end]).is_some_and(|property| !property.is_link)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
