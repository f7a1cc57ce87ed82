//! Bytes and lines, without statements.

use crate::model::Span;
use crate::removal::cut::{Cut, deletions};
use crate::removal::layout::Layout;

/// What stays of `text` without all that stands between `<` and `>`, which are no part of it.
fn without(text: &str) -> Option<String> {
    let (mut plain, mut cuts, mut start) = (String::new(), Vec::new(), 0);
    for character in text.chars() {
        let at = plain.len() as u32;
        let cut = Cut { span: Span::new(start, at), owns_comment: false, is_part: false };
        match character {
            '<' => start = at,
            '>' => cuts.push(cut),
            other => plain.push(other),
        }
    }
    let spans = deletions(&Layout::new(plain.as_bytes()), &cuts).ok()?;
    for span in spans.iter().rev() {
        plain.replace_range(span.range(), "");
    }
    Some(plain)
}

fn check(text: &str, expected: &str) {
    assert_eq!(without(text).as_deref(), Some(expected), "{text}");
}

#[test]
fn lines_go_whole_and_cuts_in_lines_do_not() {
    check("a;\n<b;>\nc;\n", "a;\nc;\n");
    check("a; <b;> c;\n", "a; c;\n");
    check("a; <b;>\nc;", "a;\nc;");
    check("<a;>\nc;", "c;");
    check("a;\n<b;>", "a;\n");
    check("<a;>", "");
    check("int a<, b>;\n", "int a;\n");
    check("int <a, >b;\n", "int b;\n");
    check("x;\n/* a */ <b;> /* c */\nd;\n", "x;\nd;\n");
}

#[test]
fn quotes_hide_comments_and_lifetimes_hide_nothing() {
    check("a(\"/*\");\n<b;> // */\nc;\n", "a(\"/*\");\nc;\n");
    check("a('\"');\n<b;> /* ' */\nc;\n", "a('\"');\nc;\n");
    check("a('\\'');\n<b;> /* ' */\nc;\n", "a('\\'');\nc;\n");
    check("f(&'a x);\n<b;> // 'b\nc;\n", "f(&'a x);\nc;\n");
}

#[test]
fn opening_comment_of_the_file_stays() {
    check("/* licence */\n<a;>\n\nb;\n", "/* licence */\n\nb;\n");
    check("x;\n\n/* of a */\n<a;>\n\nb;\n", "x;\n\nb;\n");
    check("x;\n  /* other */\n<a;>\n\nb;\n", "x;\n  /* other */\n\nb;\n");
}

#[test]
fn longest_separation_stays() {
    check("a;\n\n\n<b;>\n\nc;\n", "a;\n\n\nc;\n");
    check("a;\n<b;>\n\nc;\n", "a;\n\nc;\n");
    check("a;\n\n<b;>\nc;\n", "a;\n\nc;\n");
    check("{\n\n<b;>\n\nc;\n}\n", "{\n\nc;\n}\n");
    check("{\n<b;>\n\nc;\n\n<d;>\n}\n", "{\nc;\n}\n");
    check("a;\n\n<b;>\n", "a;\n");
}

#[test]
fn conditionals_go_whole_or_not_at_all() {
    check("a;\n#if X\n<b;>\n#endif\nc;\n", "a;\nc;\n");
    check("a;\n#if X\n# if Y\n\n<b;>\n# endif\n#endif\nc;\n", "a;\nc;\n");
    check("a;\n<{\n#if X\nb;\n#else\nd;\n#endif\n}>\nc;\n", "a;\nc;\n");
    assert_eq!(without("a;\n#if X\n<b;>\n#else\nd;\n#endif\n"), None);
    check("a;\n#if X\nd;\n#else\n<b;>\n#endif\n", "a;\n#if X\nd;\n#endif\n");
    assert_eq!(without("a;\n#if X\nd;\n#else\n<b;\n#endif>\n"), None);
    assert_eq!(without("a;\n#if X\nd;\n<#else\nb;>\n#endif\n"), None);
    assert_eq!(without("a;\n<b(\n#if X\n1>\n#endif\n);\n"), None);
    assert_eq!(without("a;\n<{\n#define X\n}>\n"), None);
    assert_eq!(without("a;\n<{\n#endif\n}>\n"), None);
}
