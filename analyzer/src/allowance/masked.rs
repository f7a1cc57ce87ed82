//! A text in which comments are blank and literals are opaque.

use crate::model::Span;
use crate::sources::Language;

/// The text, byte for byte.
pub(super) struct Masked {
    /// Comments are blanks, and what is in literals is `x`; line ends stay.
    pub(super) text: Vec<u8>,
    /// The comments, in order.
    pub(super) comments: Vec<Span>,
}

impl Masked {
    /// Masks a text, whatever it is.
    pub(super) fn new(text: &[u8], language: Language) -> Self {
        let mut masked = Self { text: text.to_vec(), comments: Vec::new() };
        let mut at = 0;
        while at < text.len() {
            at = match token(text, at, language) {
                Token::Comment(end) => {
                    masked.cover(at..end, b' ');
                    masked.comments.push(Span::new(at as u32, end as u32));
                    end
                }
                Token::Literal(end) => {
                    masked.cover(at..end, b'x');
                    end
                }
                Token::Other(end) => end,
            };
        }
        masked
    }

    fn cover(&mut self, range: std::ops::Range<usize>, with: u8) {
        for byte in &mut self.text[range] {
            if *byte != b'\n' {
                *byte = with;
            }
        }
    }
}

/// What starts at a place, up to where it ends.
enum Token {
    Comment(usize),
    Literal(usize),
    Other(usize),
}

fn token(text: &[u8], at: usize, language: Language) -> Token {
    let rest = &text[at..];
    match rest[0] {
        b'/' if rest.starts_with(b"//") => Token::Comment(at + line_comment(rest, language)),
        b'/' if rest.starts_with(b"/*") => Token::Comment(at + block_comment(rest, language)),
        b'"' => Token::Literal(at + string(rest, language)),
        b'\'' => match character(rest, language) {
            Some(length) => Token::Literal(at + length),
            None => Token::Other(at + 1),
        },
        first if is_word(first) => {
            let length = rest.iter().take_while(|byte| is_word(**byte)).count();
            match raw_string(&rest[..length], &rest[length..])
                .filter(|_| language == Language::Rust)
            {
                Some(more) => Token::Literal(at + length + more),
                None => Token::Other(at + length),
            }
        }
        _ => Token::Other(at + 1),
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Up to the end of the line; in C a backslash joins the next one.
fn line_comment(rest: &[u8], language: Language) -> usize {
    let mut from = 0;
    while let Some(end) = rest[from..].iter().position(|byte| *byte == b'\n') {
        let end = from + end;
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        if language == Language::Rust || !line.ends_with(b"\\") {
            return line.len();
        }
        from = end + 1;
    }
    rest.len()
}

/// Up to its end; in Rust comments nest.
fn block_comment(rest: &[u8], language: Language) -> usize {
    let (mut at, mut depth) = (2, 1);
    while at < rest.len() {
        if rest[at..].starts_with(b"*/") {
            (at, depth) = (at + 2, depth - 1);
            if depth == 0 {
                return at;
            }
        } else if language == Language::Rust && rest[at..].starts_with(b"/*") {
            (at, depth) = (at + 2, depth + 1);
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// A string up to its quote; in C it ends with its line, too.
fn string(rest: &[u8], language: Language) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'"' => return at + 1,
            b'\n' if language == Language::C => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

/// A character; `None` for a lifetime or an apostrophe.
fn character(rest: &[u8], language: Language) -> Option<usize> {
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let line = &rest[..line];
    let is_escape = line.get(1) == Some(&b'\\');
    let from = if is_escape { 3 } else { 1 };
    let end = from + line.get(from..)?.iter().position(|byte| *byte == b'\'')?;
    let is_one = || std::str::from_utf8(&line[1..end]).is_ok_and(|text| text.chars().count() == 1);
    (is_escape || language == Language::C || is_one()).then_some(end + 1)
}

/// What follows the prefix of a raw string, up to its end.
fn raw_string(prefix: &[u8], rest: &[u8]) -> Option<usize> {
    if !matches!(prefix, b"r" | b"br" | b"cr") {
        return None;
    }
    let marks = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(marks) != Some(&b'"') {
        return None;
    }
    let end = [b"\"", vec![b'#'; marks].as_slice()].concat();
    let body = marks + 1;
    let found = memchr::memmem::find(&rest[body..], &end);
    Some(found.map_or(rest.len(), |at| body + at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::Masked;
    use crate::sources::Language;

    fn check(language: Language, text: &str, masked: &str) {
        let found = Masked::new(text.as_bytes(), language);
        assert_eq!(String::from_utf8_lossy(&found.text), masked, "{text}");
    }

    #[test]
    fn comments_and_literals_of_c() {
        check(Language::C, "a; // b\nc", "a;     \nc");
        check(Language::C, "a; // b \\\n c\nd", "a;       \n  \nd");
        check(Language::C, "\"/* \\\" \" /* \" */ e", "xxxxxxxx         e");
        check(Language::C, "'\"' \"'\" '\\'' f", "xxx xxx xxxx f");
        check(Language::C, "#error don't\n/* a /* b */ c", "#error don't\n             c");
        check(Language::C, "\"open\n// g", "xxxxx\n    ");
    }

    #[test]
    fn comments_and_literals_of_rust() {
        check(Language::Rust, "/* a /* b */ c */ d", "                  d");
        check(Language::Rust, "f::<'a>('\"', '\\'') // x", "f::<'a>(xxx, xxxx)     ");
        check(Language::Rust, "r#\"// \" \"# b\"//\" rr\"\" e", "xxxxxxxxxx bxxxx rrxx e");
        check(Language::Rust, "'ä' \"a\n//\" b", "xxxx xx\nxxx b");
        check(Language::Rust, "// a \\\nb", "      \nb");
    }

    #[test]
    fn any_bytes_can_be_masked() {
        let pieces: [&[u8]; 10] =
            [b"\"", b"'", b"/*", b"*/", b"//", b"\n", b"\\", b"r#\"", b"\xff", b"a"];
        let mut state = 1_usize;
        for language in [Language::C, Language::Rust] {
            for _ in 0..2_000 {
                let mut text = Vec::new();
                for _ in 0..12 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    text.extend_from_slice(pieces[(state >> 33) % pieces.len()]);
                }
                let masked = Masked::new(&text, language);
                let lines = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
                assert_eq!((masked.text.len(), lines(&masked.text)), (text.len(), lines(&text)));
            }
        }
    }
}
