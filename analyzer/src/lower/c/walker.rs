//! A place in the tree of one item, and how to move from it.

use super::kind::{Grammar, Kind, Role};
use crate::model::{Name, Span};
use tree_sitter::{Node, TreeCursor};

/// How deep constructs may nest; what is deeper is lost, and the function opaque.
const MAX_DEPTH: u32 = 200;

/// Walks the tree of one item. Methods that lower leave the cursor where it was.
pub(super) struct Walker<'t> {
    /// The item as it was written.
    pub(super) source: &'t [u8],
    /// The item as it was parsed.
    masked: &'t [u8],
    /// Where in its file the item begins.
    base: u32,
    cursor: TreeCursor<'t>,
    grammar: &'static Grammar,
    depth: u32,
    /// The parameters and locals seen so far.
    pub(super) variables: Vec<Name>,
    /// Whether something could not be lowered.
    pub(super) lost: bool,
}

impl<'t> Walker<'t> {
    pub(super) fn new(source: &'t [u8], masked: &'t [u8], base: u32, root: Node<'t>) -> Self {
        Self {
            source,
            masked,
            base,
            cursor: root.walk(),
            grammar: Grammar::get(),
            depth: 0,
            variables: Vec::new(),
            lost: false,
        }
    }

    pub(super) fn node(&self) -> Node<'t> {
        self.cursor.node()
    }

    pub(super) fn kind(&self) -> Kind {
        self.grammar.kind(self.node().kind_id())
    }

    /// Visits the children, comments excepted.
    pub(super) fn each_child(&mut self, mut visit: impl FnMut(&mut Self, Role, Kind)) {
        if !self.cursor.goto_first_child() {
            return;
        }
        loop {
            let kind = self.kind();
            if kind != Kind::Comment {
                let role = self.grammar.role(self.cursor.field_id());
                visit(self, role, kind);
            }
            if !self.cursor.goto_next_sibling() {
                break;
            }
        }
        self.cursor.goto_parent();
    }

    /// Runs `lower` one level deeper; gives up where that is too deep.
    pub(super) fn nested<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.lost = true;
            return None;
        }
        self.depth += 1;
        let result = lower(self);
        self.depth -= 1;
        Some(result)
    }

    /// The bytes of the node in the item.
    pub(super) fn local(&self) -> Span {
        let node = self.node();
        Span::new(node.start_byte() as u32, node.end_byte() as u32)
    }

    /// The bytes of the node in the file.
    pub(super) fn span(&self) -> Span {
        self.in_file(self.local())
    }

    /// From a span in the item to one in the file.
    pub(super) const fn in_file(&self, span: Span) -> Span {
        Span::new(self.base + span.start, self.base + span.end)
    }

    /// The node as it was written.
    pub(super) fn text(&self) -> &'t [u8] {
        self.source.get(self.local().range()).unwrap_or_default()
    }

    /// The node as a name.
    pub(super) fn name(&self) -> Name {
        name_of(self.text())
    }

    /// Whether the word at the node's start was written as `word`.
    pub(super) fn is_written(&self, word: &[u8]) -> bool {
        word_at(self.text()) == word
    }

    /// The word at the node's start.
    pub(super) fn first_word(&self) -> Span {
        let start = self.local().start;
        Span::new(start, start + word_at(self.text()).len() as u32)
    }

    /// The bytes of a statement in the file: with words that were blanked before it, without what
    /// was put in after it.
    pub(super) fn statement_span(&self) -> Span {
        let Span { start, end } = self.local();
        let head = &self.masked[..start as usize];
        let blanks = head.iter().rev().take_while(|&&byte| byte == b' ').count();
        let from = start as usize - blanks;
        let before = &self.source[from..start as usize];
        let start = before
            .iter()
            .position(|byte| !byte.is_ascii_whitespace())
            .map_or(start, |at| (from + at) as u32);
        let written = self.source[start as usize..end as usize].trim_ascii_end().len();
        self.in_file(Span::new(start, start + written as u32))
    }

    /// The bytes of a declarator in the file; a star that was not written does not count.
    pub(super) fn declarator_span(&self) -> Span {
        let Span { start, end } = self.local();
        let range = start as usize..end as usize;
        let unwritten = self.masked[range.clone()]
            .iter()
            .zip(&self.source[range])
            .take_while(|(masked, source)| **masked == b' ' || masked != source)
            .count();
        self.in_file(Span::new(start + unwritten as u32, end))
    }

    /// Whether the node at the cursor was written otherwise than it was parsed.
    pub(super) fn is_rewritten(&self) -> bool {
        self.masked.get(self.local().range()) != Some(self.text())
    }

    /// Whether `span` of the file was parsed as it was written.
    pub(super) fn is_written_at(&self, span: Span) -> bool {
        let at = (span.start - self.base) as usize;
        self.masked.get(at) == self.source.get(at)
    }

    /// Whether the first byte of the node was written otherwise than it was parsed.
    pub(super) fn begins_rewritten(&self) -> bool {
        let start = self.local().start as usize;
        self.masked.get(start) != self.source.get(start)
    }
}

/// `text` as a name; identifiers are ASCII.
pub(super) fn name_of(text: &[u8]) -> Name {
    Name::new(std::str::from_utf8(text).unwrap_or_default())
}

fn word_at(text: &[u8]) -> &[u8] {
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    &text[..text.iter().take_while(is_word).count()]
}
