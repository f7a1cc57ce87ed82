//! The lexical index of a file: which top-level items it has, and which names each mentions.
//!
//! This is the prefilter. It reads every byte of the tree once and parses nothing, so it decides
//! what is worth parsing at a small part of the cost. It survives what the preprocessor does to C:
//! each branch of a conditional is counted from the depth at which it began, and a brace in the
//! first column always closes an item.

mod scanner;
#[cfg(test)]
mod tests;

use crate::model::Span;

/// What a top-level item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ItemKind {
    /// A function with a body.
    Function,
    /// A struct, union or enum with members, or a typedef of one.
    Record,
    /// A variable with an initialiser.
    Variable,
    /// A macro invocation (`OBJECT_DECLARE_SIMPLE_TYPE(...)`).
    Invocation,
    /// `#define`.
    Define,
    /// A prototype, a typedef, an extern variable.
    Declaration,
}

/// One top-level item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    /// What it is.
    pub(crate) kind: ItemKind,
    /// Whether it is declared `static`.
    pub(crate) is_static: bool,
    /// All its bytes.
    pub(crate) span: Span,
    /// The bytes of its name; empty if it has none.
    pub(crate) name: Span,
    /// Its entries in [`FileIndex::mentions`].
    pub(crate) mentions: (u32, u32),
}

/// How an item mentions a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum MentionKind {
    /// `name(`
    Call,
    /// `x->name(` or `x.name(`
    MemberCall,
    /// Any other way; for a function, its address is taken.
    Value,
}

/// A mention: the hash of a name and how it is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mention(u64);

impl Mention {
    const fn new(hash: NameHash, kind: MentionKind) -> Self {
        Self((hash.0 & !3) | kind as u64)
    }

    /// A mention of `name`.
    #[must_use]
    pub(crate) fn of(name: &str, kind: MentionKind) -> Self {
        Self::new(NameHash::of(name.as_bytes()), kind)
    }

    /// The name.
    #[must_use]
    pub(crate) const fn name(self) -> NameHash {
        NameHash(self.0 & !3)
    }

    /// How it is mentioned.
    #[must_use]
    pub(crate) const fn kind(self) -> MentionKind {
        match self.0 & 3 {
            0 => MentionKind::Call,
            1 => MentionKind::MemberCall,
            _ => MentionKind::Value,
        }
    }
}

/// The hash of an identifier. Two names with one hash are told apart once they are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NameHash(u64);

impl NameHash {
    const SEED: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;

    /// The hash of the identifier `name`.
    #[must_use]
    pub(crate) fn of(name: &[u8]) -> Self {
        Self::finish(name.iter().fold(Self::SEED, |hash, &byte| Self::step(hash, byte)))
    }

    const fn step(hash: u64, byte: u8) -> u64 {
        (hash ^ byte as u64).wrapping_mul(Self::PRIME)
    }

    const fn finish(hash: u64) -> Self {
        Self((hash ^ (hash >> 29)) & !3)
    }
}

/// The items of a file and what they mention.
#[derive(Debug, Default)]
pub(crate) struct FileIndex {
    /// Items in the order of the text.
    pub(crate) items: Vec<Item>,
    /// Mentions of all items, each item's sorted and without duplicates.
    pub(crate) mentions: Vec<Mention>,
}

impl FileIndex {
    /// What `item` mentions.
    #[must_use]
    pub(crate) fn mentions(&self, item: &Item) -> &[Mention] {
        &self.mentions[item.mentions.0 as usize..item.mentions.1 as usize]
    }
}

/// Indexes one file. Never fails; a file that is not C has few items.
#[must_use]
pub(crate) fn scan(text: &[u8]) -> FileIndex {
    scanner::run(text)
}
