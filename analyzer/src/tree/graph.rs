//! Who mentions whom, by name, over the whole tree.

use super::parsed::ParsedFile;
use super::{ItemId, Numbers, Use, is_function_like, per_item};
use crate::Executor;
use crate::sources::SourceFile;
use crate::syntax::c::scan::{FileIndex, ItemKind, MentionKind, NameHash};

/// Lists of values, one list per number, in one allocation.
#[derive(Default)]
struct Lists<T> {
    starts: Vec<u32>,
    values: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    /// Groups `(number, value)` pairs; values keep their order within a list.
    fn new(count: usize, pairs: &[Vec<(u32, T)>]) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for &(number, _) in pairs.iter().flatten() {
            starts[number as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut values = vec![T::default(); pairs.iter().map(Vec::len).sum()];
        for &(number, value) in pairs.iter().flatten() {
            let at = &mut next[number as usize];
            values[*at as usize] = value;
            *at += 1;
        }
        Self { starts, values }
    }

    fn get(&self, number: u32) -> &[T] {
        let at = number as usize;
        &self.values[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

impl Default for ItemId {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Default for Use {
    fn default() -> Self {
        Self { by: ItemId::default(), kind: MentionKind::Value }
    }
}

/// Definitions and uses of every function and function-like macro.
pub(super) struct Graph {
    numbers: Numbers,
    definitions: Lists<ItemId>,
    users: Lists<Use>,
    /// Calls through a member, by the member's name.
    member_calls: Vec<(NameHash, ItemId)>,
}

impl Graph {
    /// Links the files; names in `extra` are followed even if no file defines them.
    pub(super) fn new(
        files: &[SourceFile],
        parsed: &[ParsedFile],
        first_items: &[u32],
        extra: impl Iterator<Item = NameHash>,
        executor: &dyn Executor,
    ) -> Self {
        let mut numbers = Numbers::default();
        for name in extra {
            let next = numbers.len() as u32;
            numbers.entry(name).or_insert(next);
        }
        let mut definitions = Vec::new();
        for ((file, parsed), &first) in files.iter().zip(parsed).zip(first_items) {
            for (at, item) in parsed.index.items.iter().enumerate() {
                let defines = match item.kind {
                    ItemKind::Function => !item.name.is_empty(),
                    ItemKind::Define => is_function_like(&file.text, item),
                    _ => false,
                };
                if defines {
                    let name = NameHash::of(parsed.name(at, &file.text));
                    let next = numbers.len() as u32;
                    let number = *numbers.entry(name).or_insert(next);
                    definitions.push((number, ItemId(first + at as u32)));
                }
            }
        }
        let links = per_item(executor, "link", parsed.len(), &|file| {
            links_of(&parsed[file].index, first_items[file], &numbers)
        });
        let (uses, members): (Vec<_>, Vec<_>) = links.into_iter().unzip();
        let mut member_calls: Vec<_> = members.into_iter().flatten().collect();
        member_calls.sort_unstable();
        let count = numbers.len();
        Self {
            numbers,
            definitions: Lists::new(count, &[definitions]),
            users: Lists::new(count, &uses),
            member_calls,
        }
    }

    pub(super) fn definitions(&self, name: NameHash) -> &[ItemId] {
        self.numbers.get(&name).map_or(&[], |&number| self.definitions.get(number))
    }

    pub(super) fn users(&self, name: NameHash) -> &[Use] {
        self.numbers.get(&name).map_or(&[], |&number| self.users.get(number))
    }

    pub(super) fn member_callers(&self, name: NameHash) -> &[(NameHash, ItemId)] {
        let start = self.member_calls.partition_point(|(field, _)| *field < name);
        let end = self.member_calls.partition_point(|(field, _)| *field <= name);
        &self.member_calls[start..end]
    }
}

type Links = (Vec<(u32, Use)>, Vec<(NameHash, ItemId)>);

fn links_of(index: &FileIndex, first: u32, numbers: &Numbers) -> Links {
    let mut uses = Vec::new();
    let mut members = Vec::new();
    for (at, item) in index.items.iter().enumerate() {
        let by = ItemId(first + at as u32);
        for mention in index.mentions(item) {
            if mention.kind() == MentionKind::MemberCall {
                members.push((mention.name(), by));
            } else if let Some(&number) = numbers.get(&mention.name()) {
                uses.push((number, Use { by, kind: mention.kind() }));
            }
        }
    }
    (uses, members)
}
