//! The rewriting rules: what each construct becomes.

use super::mask::{Masked, Scope};
use super::strip::{blank, strip};
use super::token::{Token, TokenKind};
use super::words::{MacroWords, WordClass};
use crate::model::Span;

/// What an open bracket encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nest {
    /// Statements.
    Block,
    /// Values of a braced initialiser.
    Values,
    /// Members.
    Members,
    /// Enumerators.
    Enumerators,
    /// Anything in parentheses or square brackets.
    Inner,
}

/// Where the mate of an unpaired bracket would be.
const NONE: u32 = u32::MAX;

pub(super) struct Rewriter {
    text: Vec<u8>,
    tokens: Vec<Token>,
    /// For each bracket, the position of its partner.
    mates: Vec<u32>,
    scope: Scope,
    /// The first token that belongs to values or statements.
    first: usize,
    stack: Vec<Nest>,
}

impl Rewriter {
    pub(super) fn new(
        mut text: Vec<u8>,
        tokens: Vec<Token>,
        scope: Scope,
        _words: &MacroWords,
    ) -> Self {
        let tokens = strip(&mut text, &tokens);
        let mates = mates(&tokens);
        let mut rewriter = Self { text, tokens, mates, scope, first: 0, stack: Vec::new() };
        rewriter.first = rewriter.find_first();
        rewriter
    }

    pub(super) fn run(mut self) -> Masked {
        for at in 0..self.tokens.len() {
            self.token(at);
        }
        Masked { body: self.body(), text: self.text }
    }

    fn find_first(&self) -> usize {
        let opener = if self.scope == Scope::Initializer { b'=' } else { b'{' };
        let mut at = 0;
        while at < self.tokens.len() && !self.is(at, opener) {
            at = self.mate(at).filter(|&mate| mate > at).unwrap_or(at) + 1;
        }
        at
    }

    fn body(&self) -> Option<Span> {
        let close = self.mate(self.first)?;
        Some(Span::new(self.tokens[self.first].span.start, self.tokens[close].span.end))
    }

    fn is(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(mark))
    }

    fn word(&self, at: usize) -> Option<WordClass> {
        self.tokens.get(at)?.word()
    }

    /// The class of the word before `at`.
    fn word_before(&self, at: usize) -> Option<WordClass> {
        self.word(at.checked_sub(1)?)
    }

    fn mate(&self, at: usize) -> Option<usize> {
        self.mates.get(at).filter(|&&mate| mate != NONE).map(|&mate| mate as usize)
    }

    fn top(&self) -> Option<Nest> {
        self.stack.last().copied()
    }

    fn token(&mut self, at: usize) {
        match self.tokens[at].kind {
            TokenKind::Mark(b'{') => self.stack.push(self.brace(at)),
            TokenKind::Mark(b'(') => {
                if at > self.first && self.is_call(at) {
                    self.arguments(at);
                }
                self.stack.push(Nest::Inner);
            }
            TokenKind::Mark(b'[') => self.stack.push(Nest::Inner),
            TokenKind::Mark(b'}' | b')' | b']') => {
                self.stack.pop();
            }
            TokenKind::Value => self.value(at),
            TokenKind::Text if at > self.first => self.text_parts(at),
            TokenKind::Ellipsis if self.top() == Some(Nest::Block) => {
                self.write(at, b"|| ");
            }
            TokenKind::Word(WordClass::Measure) => self.measure(at),
            TokenKind::Word(WordClass::Plain | WordClass::Block) => self.plain_word(at),
            _ => {}
        }
    }

    /// A macro argument that is to be pasted may begin like a number: `64BIT`.
    fn value(&mut self, at: usize) {
        if !is_value(&self.text[self.tokens[at].span.range()]) {
            self.write_first(at, b'_');
        }
    }

    fn brace(&self, at: usize) -> Nest {
        let top = self.top();
        match (at == self.first, self.scope) {
            (true, Scope::Function) => return Nest::Block,
            (true, Scope::Record) => return Nest::Members,
            _ => {}
        }
        let Some(before) = at.checked_sub(1) else { return Nest::Block };
        match self.tokens[before].kind {
            TokenKind::Mark(b'=' | b'[') => Nest::Values,
            TokenKind::Mark(b'(' | b',') if top == Some(Nest::Inner) => {
                if self.is(at + 1, b'.') || self.is(at + 1, b'[') {
                    Nest::Values
                } else {
                    Nest::Block
                }
            }
            TokenKind::Mark(b')') => self.brace_after_parentheses(before),
            TokenKind::Word(WordClass::Record) => Nest::Members,
            TokenKind::Word(WordClass::Enum) => Nest::Enumerators,
            TokenKind::Word(WordClass::Plain)
                if self.word_before(before) == Some(WordClass::Record) =>
            {
                Nest::Members
            }
            TokenKind::Word(WordClass::Plain)
                if self.word_before(before) == Some(WordClass::Enum) =>
            {
                Nest::Enumerators
            }
            _ if top == Some(Nest::Values) => Nest::Values,
            _ => Nest::Block,
        }
    }

    /// After a cast comes an initialiser, after anything else a block.
    fn brace_after_parentheses(&self, close: usize) -> Nest {
        let named = self.mate(close).and_then(|open| self.word_before(open));
        match named {
            Some(WordClass::Control | WordClass::Plain | WordClass::Block) => Nest::Block,
            _ => Nest::Values,
        }
    }

    fn is_call(&self, open: usize) -> bool {
        matches!(
            self.word_before(open),
            Some(WordClass::Plain | WordClass::Block | WordClass::Measure)
        )
    }

    /// As keywords they take but a plain field or a type; as calls they take anything.
    fn measure(&mut self, at: usize) {
        self.write_first(at, b'O');
    }

    fn plain_word(&mut self, at: usize) {
        let Some(close) = self.mate(at + 1).filter(|_| self.is(at + 1, b'(')) else {
            return self.lone_word(at);
        };
        match self.top() {
            // A declared name that a macro makes.
            None if self.is(close + 1, b'=') => self.blank_between(at + 1, close),
            _ if self.is_part_of_text(at, close) => self.blank_between(at + 1, close),
            Some(Nest::Block) if self.starts_statement(at) => self.invocation(at, close),
            Some(Nest::Members) if self.starts_member(at) => self.member_macro(at, close),
            Some(Nest::Values) if self.lacks_comma(close) => self.insert_after(close, b','),
            _ => {}
        }
    }

    /// A word that no argument list follows.
    fn lone_word(&mut self, at: usize) {
        match self.top() {
            Some(Nest::Values) if self.lacks_comma(at) => self.insert_after(at, b','),
            Some(Nest::Block) if self.starts_statement(at) => self.lone_statement(at),
            _ => {}
        }
    }

    fn lone_statement(&mut self, at: usize) {
        if self.is(at + 1, b':') && self.is(at + 2, b'}') {
            self.insert_after(at + 1, b';');
        } else if self.is(at + 1, b'{') {
            self.keyword(at, b"if(1)");
        } else if self.line_ends(at) && self.begins_statement(at + 1) {
            self.insert_after(at, b';');
        }
    }

    /// Whether the token can but begin a statement, after a word on a line of its own.
    fn begins_statement(&self, at: usize) -> bool {
        match self.word(at) {
            Some(WordClass::Plain) => {
                self.line_ends(at) || [b'(', b'-', b'.'].iter().any(|&mark| self.is(at + 1, mark))
            }
            Some(WordClass::Keyword | WordClass::Control) => true,
            _ => false,
        }
    }

    /// Of several words beside a string, one is kept: the parser takes but one in a row.
    fn text_parts(&mut self, at: usize) {
        let is_plain = |this: &Self, at| this.word(at) == Some(WordClass::Plain);
        let mut before = at;
        while before >= 2 && is_plain(self, before - 1) && is_plain(self, before - 2) {
            before -= 1;
            blank(&mut self.text, self.tokens[before - 1].span);
        }
        let mut after = at + 1;
        while is_plain(self, after) && is_plain(self, after + 1) && !self.is(after + 2, b'(') {
            after += 1;
            blank(&mut self.text, self.tokens[after].span);
        }
    }

    /// Whether an invocation stands between string literals.
    fn is_part_of_text(&self, at: usize, close: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.tokens[before].kind);
        let after = self.tokens.get(close + 1).map(|token| token.kind);
        before == Some(TokenKind::Text) || after == Some(TokenKind::Text)
    }

    fn starts_statement(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        match self.tokens[before].kind {
            TokenKind::Mark(b';' | b'{' | b'}' | b':') => true,
            TokenKind::Mark(b')') => {
                let open = self.mate(before);
                open.and_then(|open| self.word_before(open))
                    .is_some_and(|word| word != WordClass::Keyword)
            }
            TokenKind::Word(WordClass::Keyword) => {
                matches!(&self.text[self.tokens[before].span.range()], b"else" | b"do")
            }
            _ => false,
        }
    }

    /// `NAME(arguments)` at the start of a statement.
    fn invocation(&mut self, at: usize, close: usize) {
        let Some(after) = self.tokens.get(close + 1).copied() else { return };
        let is_block = self.word(at) == Some(WordClass::Block);
        match after.kind {
            TokenKind::Mark(b'{') => self.header(at, close, is_block),
            TokenKind::Word(_) | TokenKind::Mark(b'*' | b'(') if self.iterates(at) => {
                self.header(at, close, false);
            }
            TokenKind::Mark(b'}') => self.insert_after(close, b';'),
            TokenKind::Mark(b':') => self.keyword(at, b"case"),
            TokenKind::Word(_) if self.declares(close) => self.blank_between(at + 1, close),
            TokenKind::Word(_) => self.insert_after(close, b';'),
            _ => {}
        }
    }

    fn iterates(&self, at: usize) -> bool {
        let name = self.text[self.tokens[at].span.range()].to_ascii_uppercase();
        [b"FOREACH".as_slice(), b"FOR_EACH"]
            .iter()
            .any(|part| name.windows(part.len()).any(|window| window == *part))
    }

    /// `NAME(arguments) x;` with all on one line.
    fn declares(&self, close: usize) -> bool {
        let (from, to) = (self.tokens[close].span.end, self.tokens[close + 1].span.start);
        !self.text[from as usize..to as usize].contains(&b'\n')
            && self.tokens.get(close + 2).is_some_and(|token| {
                matches!(token.kind, TokenKind::Mark(b';' | b'=' | b'[' | b','))
            })
    }

    /// The header of a block: a condition if the block runs once, of a loop otherwise.
    fn header(&mut self, at: usize, close: usize, once: bool) {
        let keyword: &[u8] = if once { b"if" } else { b"while" };
        let Span { start, end } =
            Span::new(self.tokens[at].span.start, self.tokens[close].span.end);
        let room = self.tokens[at].span.len() as usize;
        if room < keyword.len() + usize::from(close == at + 2) {
            return;
        }
        self.keyword(at, keyword);
        if close == at + 2 {
            // Without an argument there is room in the name for a condition.
            self.text[start as usize + keyword.len()..end as usize].fill(b' ');
            self.text[start as usize + keyword.len()] = b'(';
            self.text[end as usize - 2] = b'1';
            self.text[end as usize - 1] = b')';
        }
    }

    /// Puts a keyword in the place of a word, if there is room.
    fn keyword(&mut self, at: usize, keyword: &[u8]) {
        let name = self.tokens[at].span;
        if name.len() as usize >= keyword.len() {
            blank(&mut self.text, name);
            self.text[name.range()][..keyword.len()].copy_from_slice(keyword);
        }
    }

    fn starts_member(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| matches!(self.tokens[before].kind, TokenKind::Mark(b';' | b'{')))
    }

    /// `LIST_ENTRY(Foo) next;` keeps its name as a type, `DECLARE_BITMAP(a, b);` vanishes.
    fn member_macro(&mut self, at: usize, close: usize) {
        match self.tokens.get(close + 1).map(|token| token.kind) {
            Some(TokenKind::Word(_)) if !self.line_ends(close) => self.blank_between(at + 1, close),
            Some(TokenKind::Mark(b'*')) => self.blank_between(at + 1, close),
            Some(TokenKind::Mark(b';')) => self.blank_between(at, close + 1),
            Some(TokenKind::Word(_) | TokenKind::Mark(b'}')) => self.blank_between(at, close),
            _ => {}
        }
    }

    fn line_ends(&self, at: usize) -> bool {
        let from = self.tokens[at].span.end as usize;
        let to = self.tokens.get(at + 1).map_or(self.text.len(), |next| next.span.start as usize);
        self.text[from..to].contains(&b'\n')
    }

    fn lacks_comma(&self, close: usize) -> bool {
        let Some(after) = self.tokens.get(close + 1) else { return false };
        let begins_value = matches!(
            after.kind,
            TokenKind::Word(WordClass::Plain) | TokenKind::Value | TokenKind::Mark(b'{')
        );
        begins_value && self.line_ends(close)
    }

    /// Makes each argument of the call at `open` an expression.
    fn arguments(&mut self, open: usize) {
        let Some(close) = self.mate(open) else { return };
        let mut start = open + 1;
        let mut at = start;
        while at <= close {
            if at == close || self.is(at, b',') {
                self.argument(start, at);
                start = at + 1;
            }
            at = self.mate(at).filter(|&mate| mate > at && mate < close).unwrap_or(at) + 1;
        }
    }

    fn argument(&mut self, start: usize, end: usize) {
        let Some(first) = self.tokens.get(start).filter(|_| start < end).copied() else {
            return self.empty_argument(start, end);
        };
        match first.kind {
            TokenKind::Word(_) => self.type_argument(start, end),
            TokenKind::Mark(b'.') if end > start + 1 => blank(&mut self.text, first.span),
            TokenKind::Mark(b'(' | b'{' | b'[') => {}
            TokenKind::Mark(_) => self.operator_argument(start, end),
            _ => {}
        }
    }

    /// `F(a, ==, b)` and `F(a, +1+, b)`: operators without operands.
    fn operator_argument(&mut self, start: usize, end: usize) {
        let is_operator = |token: &Token| match token.kind {
            TokenKind::Mark(mark) => !b"(){}[]".contains(&mark),
            _ => false,
        };
        let count =
            self.tokens[start..end].iter().rev().take_while(|token| is_operator(token)).count();
        let is_step = count == 2 && !self.is(end - 1, b'=');
        if count == end - start && !self.is(start, b'*') {
            self.blank_between(start, end - 1);
            self.write_first(start, b'0');
        } else if count > 0 && count < end - start && !is_step {
            self.blank_between(end - count, end - 1);
        }
    }

    fn write_first(&mut self, at: usize, byte: u8) {
        self.text[self.tokens[at].span.start as usize] = byte;
    }

    /// Of `const struct Foo *`, the name is kept.
    fn type_argument(&mut self, start: usize, end: usize) {
        let words =
            self.tokens[start..end].iter().take_while(|token| token.word().is_some()).count();
        let stars = self.tokens[start + words..end]
            .iter()
            .all(|token| token.is(b'*') || token.word() == Some(WordClass::Qualifier));
        if !stars
            || self.tokens[start..end].iter().any(|token| token.word() == Some(WordClass::Keyword))
        {
            return;
        }
        for at in (start..end).filter(|&at| at != start + words - 1) {
            blank(&mut self.text, self.tokens[at].span);
        }
    }

    /// `F(a, , b)`: a zero where there is room for it, one argument fewer elsewhere.
    fn empty_argument(&mut self, start: usize, end: usize) {
        let only = self.is(end, b')') && self.is(start - 1, b'(');
        if only {
            return;
        }
        let (from, to) =
            (self.tokens[start - 1].span.end as usize, self.tokens[end].span.start as usize);
        if self.text[from..to].first().is_some_and(u8::is_ascii_whitespace) {
            self.text[from] = b'0';
            return;
        }
        let comma = if self.is(end, b',') { end } else { start - 1 };
        blank(&mut self.text, self.tokens[comma].span);
    }

    fn blank_between(&mut self, first: usize, last: usize) {
        let span = Span::new(self.tokens[first].span.start, self.tokens[last].span.end);
        blank(&mut self.text, span);
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        self.text[self.tokens[at].span.range()].copy_from_slice(bytes);
    }

    /// Puts `byte` into the blank after a token, if there is one.
    fn insert_after(&mut self, at: usize, byte: u8) {
        let blank = self.text.get_mut(self.tokens[at].span.end as usize);
        if let Some(blank) = blank.filter(|blank| blank.is_ascii_whitespace()) {
            *blank = byte;
        }
    }
}

/// For each bracket, the position of its partner; one without a partner pairs with none.
fn mates(tokens: &[Token]) -> Vec<u32> {
    let mut mates = vec![NONE; tokens.len()];
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut waiting = [0_u32; 256];
    for (at, token) in tokens.iter().enumerate() {
        let TokenKind::Mark(mark) = token.kind else { continue };
        if let Some(closer) = closer(mark) {
            open.push((at, closer));
            waiting[closer as usize] += 1;
        }
        while waiting[mark as usize] > 0
            && let Some((partner, closer)) = open.pop()
        {
            waiting[closer as usize] -= 1;
            if closer == mark {
                mates[partner] = at as u32;
                mates[at] = partner as u32;
                break;
            }
        }
    }
    mates
}

fn is_value(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_suffix = |byte: &u8| byte.is_ascii_digit() || b".+-eEuUlLfF".contains(byte);
    matches!(text, [b'\'' | b'.', ..] | [b'0', b'x' | b'X' | b'b' | b'B', ..])
        || text[digits..].iter().all(is_suffix)
}

const fn closer(mark: u8) -> Option<u8> {
    match mark {
        b'(' => Some(b')'),
        b'[' => Some(b']'),
        b'{' => Some(b'}'),
        _ => None,
    }
}
