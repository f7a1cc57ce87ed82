//! The state machine that reads a file once: depths, conditionals, and the item in hand.

use super::{FileIndex, Item, ItemKind, Mention, MentionKind, NameHash};
use crate::model::Span;
use crate::syntax::c::extent::{end_of_comment, end_of_directive, end_of_line};

/// Indexes `text`.
pub(super) fn run(text: &[u8]) -> FileIndex {
    let mut scanner = Scanner::new(text);
    scanner.run();
    scanner.index
}

const OTHER: u8 = 0;
const SPACE: u8 = 1;
const NEWLINE: u8 = 2;
const WORD: u8 = 3;
const DIGIT: u8 = 4;
const QUOTE: u8 = 5;
const SLASH: u8 = 6;
const HASH: u8 = 7;
const PUNCTUATION: u8 = 8;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | 0x0c => SPACE,
            b'\n' => NEWLINE,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => WORD,
            b'0'..=b'9' => DIGIT,
            b'"' | b'\'' => QUOTE,
            b'/' => SLASH,
            b'#' => HASH,
            b'(' | b')' | b'{' | b'}' | b'[' | b']' | b';' | b'=' | b'.' | b'>' | b',' => {
                PUNCTUATION
            }
            _ => OTHER,
        };
        byte += 1;
    }
    table
}

/// The last token that matters for telling what an item is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    None,
    Word,
    Close,
    Equal,
    Member,
    Other,
}

/// What is known of the item that is being read.
#[derive(Clone, Copy)]
struct Pending {
    start: u32,
    tokens: u32,
    is_static: bool,
    record: bool,
    typedef: bool,
    assigned: bool,
    /// The item began with `name(`.
    invocation: bool,
    /// The word before the first parenthesis.
    callee: Span,
    /// The last word outside parentheses.
    word: Span,
    /// The word after `struct`, `union` or `enum`.
    tag: Span,
    tag_next: bool,
    braced: bool,
    body: bool,
    /// Types of parameters stand between the parentheses and the body.
    old_style: bool,
    /// The name is what a macro makes of its arguments.
    made_name: bool,
    first_mention: u32,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    braces: u32,
    parens: u32,
    last: Last,
    item: Option<Pending>,
    /// Depths at which the open conditionals began.
    conditionals: Vec<(u32, u32)>,
    line_start: bool,
    index: FileIndex,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            braces: 0,
            parens: 0,
            last: Last::None,
            item: None,
            conditionals: Vec::new(),
            line_start: true,
            index: FileIndex::default(),
        }
    }

    fn run(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            match CLASS[byte as usize] {
                SPACE => self.at += 1,
                NEWLINE => {
                    self.at += 1;
                    self.line_start = true;
                }
                WORD => self.word(),
                DIGIT => self.number(),
                QUOTE => self.quoted(byte),
                SLASH => self.slash(),
                HASH if self.line_start => self.directive(),
                PUNCTUATION => self.punctuation(byte),
                _ => self.other(),
            }
        }
        self.finish_item(self.text.len());
    }

    fn begin(&mut self, start: usize) -> &mut Pending {
        let first_mention = self.index.mentions.len() as u32;
        self.line_start = false;
        self.item.get_or_insert(Pending {
            start: start as u32,
            tokens: 0,
            is_static: false,
            record: false,
            typedef: false,
            assigned: false,
            invocation: false,
            callee: Span::default(),
            word: Span::default(),
            tag: Span::default(),
            tag_next: false,
            braced: false,
            body: false,
            old_style: false,
            made_name: false,
            first_mention,
        })
    }

    fn other(&mut self) {
        self.begin(self.at).tokens += 1;
        self.last = Last::Other;
        self.at += 1;
    }

    fn number(&mut self) {
        self.begin(self.at).tokens += 1;
        self.last = Last::Other;
        while let Some(&byte) = self.text.get(self.at) {
            if !matches!(CLASS[byte as usize], WORD | DIGIT) && byte != b'.' {
                break;
            }
            self.at += 1;
        }
    }

    fn quoted(&mut self, quote: u8) {
        self.begin(self.at).tokens += 1;
        self.last = Last::Other;
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                // An unclosed quote ends with its line: an apostrophe in a `#error` text, say.
                b'\n' => {
                    self.line_start = true;
                    break;
                }
                _ if byte == quote => break,
                _ => {}
            }
        }
    }

    fn slash(&mut self) {
        match self.text.get(self.at + 1) {
            Some(b'/') => self.at = end_of_line(self.text, self.at),
            Some(b'*') => self.at = end_of_comment(self.text, self.at),
            _ => self.other(),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let mut hash = NameHash::SEED;
        while let Some(&byte) = self.text.get(self.at) {
            if !matches!(CLASS[byte as usize], WORD | DIGIT) {
                break;
            }
            hash = NameHash::step(hash, byte);
            self.at += 1;
        }
        let span = Span::new(start as u32, self.at as u32);
        let last = std::mem::replace(&mut self.last, Last::Word);
        self.begin(start);
        if self.braces > 0 || self.parens > 0 || self.item.is_some_and(|item| item.assigned) {
            return self.mention(NameHash::finish(hash), last);
        }
        self.outer_word(span);
    }

    /// A word outside all parentheses and braces: a specifier, a type or the name.
    fn outer_word(&mut self, span: Span) {
        let text = &self.text[span.range()];
        let Some(item) = self.item.as_mut() else { return };
        item.tokens += 1;
        if item.tag_next {
            item.tag = span;
            item.tag_next = false;
        }
        match text {
            b"static" => item.is_static = true,
            b"typedef" => item.typedef = true,
            b"struct" | b"union" | b"enum" => {
                item.record = true;
                item.tag_next = true;
            }
            b"extern" | b"inline" | b"const" => {}
            _ => item.word = span,
        }
    }

    fn mention(&mut self, name: NameHash, last: Last) {
        let called = self.next_byte() == Some(b'(');
        let member = last == Last::Member;
        // `(*k->stop)(s)` and `(k->stop)(s)` are calls too.
        let wrapped = member && self.next_byte() == Some(b')');
        let kind = match (called || wrapped, member) {
            (true, true) => MentionKind::MemberCall,
            (true, false) => MentionKind::Call,
            (false, true) => return,
            (false, false) => MentionKind::Value,
        };
        self.index.mentions.push(Mention::new(name, kind));
    }

    fn next_byte(&self) -> Option<u8> {
        self.text[self.at..]
            .iter()
            .copied()
            .find(|&byte| !matches!(CLASS[byte as usize], SPACE | NEWLINE))
    }

    fn punctuation(&mut self, byte: u8) {
        let start = self.at;
        let first_column = self.line_start && (start == 0 || self.text[start - 1] == b'\n');
        self.begin(start);
        self.at += 1;
        let previous = self.last;
        self.last = Last::Other;
        match byte {
            b'(' => self.open_paren(previous),
            b')' => self.close_paren(),
            b'{' => self.open_brace(previous),
            b'}' => self.close_brace(first_column),
            b'[' if self.depth() == 0 => self.brackets(),
            b';' if self.depth() == 0 && self.is_old_style() => self.begin(start).old_style = true,
            b';' if self.depth() == 0 => self.finish_item(self.at),
            b'=' if self.depth() == 0 => self.assign(),
            b'.' => self.last = Last::Member,
            b'>' if self.text[start - usize::from(start > 0)] == b'-' => self.last = Last::Member,
            b'=' => self.last = Last::Equal,
            _ => {}
        }
    }

    /// Whether a body follows, or other parameters and then a body: `void f(s) S *s; { }`.
    fn is_old_style(&self) -> bool {
        let Some(item) = self.item else { return false };
        // `void f(void);` has no word after the parentheses.
        if item.callee.is_empty() || item.assigned || item.word.start <= item.callee.start {
            return false;
        }
        let special = |byte: &u8| matches!(byte, b'{' | b'}' | b'(' | b')' | b'=' | b'#' | b'"');
        let rest = &self.text[self.at..];
        let Some(end) = rest.iter().position(special) else { return false };
        let between = rest[..end].trim_ascii();
        rest[end] == b'{' && (between.is_empty() || between.ends_with(b";"))
    }

    const fn depth(&self) -> u32 {
        self.braces + self.parens
    }

    fn open_paren(&mut self, previous: Last) {
        let outermost = self.depth() == 0;
        self.parens += 1;
        let Some(item) = self.item.as_mut() else { return };
        if !outermost || item.assigned {
            return;
        }
        match previous {
            // `glue(a, b)(int x) {`: a macro makes the name.
            Last::Close => item.made_name = true,
            Last::Word if item.callee.is_empty() => {
                item.callee = item.word;
                item.invocation = item.tokens == 1;
            }
            // `static void ATTRIBUTE(1, 2) f(int x) {`
            Last::Word if is_attribute(&self.text[item.callee.range()]) => item.callee = item.word,
            _ => {}
        }
        item.tokens += 1;
    }

    fn close_paren(&mut self) {
        self.parens = self.parens.saturating_sub(1);
        self.last = Last::Close;
        if self.depth() > 0 || !self.item.is_some_and(|item| item.invocation) {
            return;
        }
        match self.next_byte() {
            Some(b'{' | b'(' | b';' | b'=') => {}
            _ => self.finish_item(self.at),
        }
    }

    fn open_brace(&mut self, previous: Last) {
        if self.depth() == 0
            && let Some(item) = self.item.as_mut()
        {
            // `extern "C" {` is no item: what is inside stands at the top level.
            if item.tokens == 2 && !item.record && previous == Last::Other && item.callee.is_empty()
            {
                self.item = None;
                return;
            }
            item.braced = true;
            item.body = !item.assigned
                && !item.callee.is_empty()
                && (item.old_style || matches!(previous, Last::Close | Last::Word));
        }
        self.braces += 1;
    }

    fn close_brace(&mut self, first_column: bool) {
        self.braces = if first_column { 0 } else { self.braces.saturating_sub(1) };
        if first_column {
            self.parens = 0;
        }
        self.last = Last::Close;
        if self.depth() > 0 {
            return;
        }
        let ends = self.item.is_some_and(|item| item.body || item.tokens == 0);
        if ends {
            self.finish_item(self.at);
        }
    }

    /// Array bounds of a declarator: they are skipped, so that the name stays the last word.
    fn brackets(&mut self) {
        let mut depth = 1;
        while depth > 0
            && let Some(&byte) = self.text.get(self.at)
            && byte != b'\n'
        {
            depth += i32::from(byte == b'[') - i32::from(byte == b']');
            self.at += 1;
        }
    }

    fn assign(&mut self) {
        self.last = Last::Equal;
        if let Some(item) = self.item.as_mut() {
            item.assigned = true;
        }
    }

    fn finish_item(&mut self, end: usize) {
        self.braces = 0;
        self.parens = 0;
        self.last = Last::None;
        let Some(item) = self.item.take() else { return };
        let mentions = self.close_mentions(item.first_mention);
        let kind = kind_of(&item);
        let name = match kind {
            ItemKind::Function if item.made_name => Span::default(),
            ItemKind::Function | ItemKind::Invocation => item.callee,
            ItemKind::Record if item.typedef || item.tag.is_empty() => item.word,
            ItemKind::Record => item.tag,
            ItemKind::Declaration if !item.callee.is_empty() && !item.typedef => item.callee,
            _ => item.word,
        };
        if name.is_empty() && !matches!(kind, ItemKind::Record | ItemKind::Function) {
            return;
        }
        self.index.items.push(Item {
            kind,
            is_static: item.is_static,
            span: Span::new(item.start, end as u32),
            name,
            mentions,
        });
    }

    fn close_mentions(&mut self, first: u32) -> (u32, u32) {
        let tail = &mut self.index.mentions[first as usize..];
        tail.sort_unstable();
        let mut kept = 0;
        for at in 0..tail.len() {
            if at == 0 || tail[at] != tail[kept - 1] {
                tail[kept] = tail[at];
                kept += 1;
            }
        }
        let end = first + kept as u32;
        self.index.mentions.truncate(end as usize);
        (first, end)
    }

    fn directive(&mut self) {
        let start = self.at;
        let end = end_of_directive(self.text, start);
        let word_start = skip_spaces(self.text, start + 1);
        let word_end = end_of_word(self.text, word_start);
        match &self.text[word_start..word_end] {
            b"if" | b"ifdef" | b"ifndef" => self.conditionals.push((self.braces, self.parens)),
            b"else" | b"elif" => {
                if let Some(&(braces, parens)) = self.conditionals.last() {
                    (self.braces, self.parens) = (braces, parens);
                }
            }
            b"endif" => {
                self.conditionals.pop();
            }
            b"define" if self.item.is_none() => self.define(start, word_end, end),
            // What a macro inside an item mentions, the item mentions.
            b"define" => self.mentions_of_define(word_end, end),
            _ => {}
        }
        self.at = end;
        self.line_start = true;
    }

    fn define(&mut self, start: usize, after: usize, end: usize) {
        let name_start = skip_spaces(self.text, after);
        let name_end = end_of_word(self.text, name_start);
        let first = self.index.mentions.len() as u32;
        self.mentions_of_define(name_end, end);
        let mentions = self.close_mentions(first);
        self.index.items.push(Item {
            kind: ItemKind::Define,
            is_static: true,
            span: Span::new(start as u32, end as u32),
            name: Span::new(name_start as u32, name_end as u32),
            mentions,
        });
    }

    fn mentions_of_define(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            match CLASS[self.text[at] as usize] {
                WORD => {
                    let word_end = end_of_word(self.text, at).min(end);
                    let called = matches!(self.text.get(word_end), Some(b'(' | b')'));
                    let before = self.text[start..at].trim_ascii_end();
                    let member = before.ends_with(b"->") || before.ends_with(b".");
                    let kind = match (called, member) {
                        (true, true) => MentionKind::MemberCall,
                        (true, false) if self.text[word_end] == b'(' => MentionKind::Call,
                        _ => MentionKind::Value,
                    };
                    let name = NameHash::of(&self.text[at..word_end]);
                    self.index.mentions.push(Mention::new(name, kind));
                    at = word_end;
                }
                DIGIT => at = end_of_word(self.text, at),
                _ => at += 1,
            }
        }
    }
}

/// Whether a word before a parenthesis looks like an attribute rather than a function.
fn is_attribute(word: &[u8]) -> bool {
    word.starts_with(b"__attribute") || !word.iter().any(u8::is_ascii_lowercase)
}

fn kind_of(item: &Pending) -> ItemKind {
    if item.body {
        return ItemKind::Function;
    }
    if item.assigned {
        return ItemKind::Variable;
    }
    if item.invocation {
        return ItemKind::Invocation;
    }
    if item.record && item.braced && item.callee.is_empty() {
        return ItemKind::Record;
    }
    ItemKind::Declaration
}

fn skip_spaces(text: &[u8], from: usize) -> usize {
    let skipped = text[from..].iter().take_while(|&&byte| CLASS[byte as usize] == SPACE).count();
    from + skipped
}

fn end_of_word(text: &[u8], from: usize) -> usize {
    let length = text[from..]
        .iter()
        .take_while(|&&byte| matches!(CLASS[byte as usize], WORD | DIGIT))
        .count();
    from + length
}
