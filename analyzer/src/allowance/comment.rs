//! Allowances in comments.

use super::masked::Masked;
use super::{Allowance, Flaw, Reach};
use crate::model::{FileId, Location, Span};
use devmodel_edit::LineIndex;

/// The allowances in the comments of a file.
pub(super) fn allowances(file: FileId, text: &[u8], masked: &Masked) -> Vec<Allowance> {
    let lines = LineIndex::new(text);
    let mut found = Vec::new();
    for &comment in &masked.comments {
        let Some((rules, flaw)) = statement(&text[comment.range()]) else { continue };
        let reach = reach(file, comment, masked, &lines);
        let location = Location::new(file, comment);
        found.push(Allowance { location, rules, flaw, reach: reach.into_iter().collect() });
    }
    found
}

/// What a comment allows, if it speaks to this program.
fn statement(comment: &[u8]) -> Option<(Vec<String>, Option<Flaw>)> {
    let comment = String::from_utf8_lossy(comment);
    let comment = comment.strip_suffix("*/").unwrap_or(&comment);
    let said = comment.lines().find_map(|line| {
        let line = line.trim_start_matches(['/', '*', '!', ' ', '\t']);
        Some(line.strip_prefix("devmodel:")?.trim())
    })?;
    let said = said.strip_prefix("allow")?.trim_start();
    let in_form = said.strip_prefix('(').and_then(|said| said.split_once(')'));
    let Some((rules, reason)) = in_form else { return Some((Vec::new(), Some(Flaw::Form))) };
    let rules: Vec<String> = rules.split(',').map(|rule| rule.trim().replace('_', "-")).collect();
    let rules: Vec<String> = rules.into_iter().filter(|rule| !rule.is_empty()).collect();
    let reason = reason.trim_start().strip_prefix(':').unwrap_or_default().trim();
    let flaw = match (rules.is_empty(), reason.is_empty()) {
        (true, _) => Some(Flaw::Form),
        (false, true) => Some(Flaw::NoReason),
        (false, false) => None,
    };
    Some((rules, flaw))
}

/// The line of code that a comment speaks for: its own, or else the next one but for attributes.
fn reach(file: FileId, comment: Span, masked: &Masked, lines: &LineIndex) -> Option<Reach> {
    let has_code =
        |line: Span| masked.text[line.range()].iter().any(|byte| !byte.is_ascii_whitespace());
    let number = |at: u32| lines.position(at).line;
    for own in [number(comment.start), number(comment.end)] {
        let line = lines.line(own)?;
        if has_code(line) {
            return Some(Reach::TouchesLine(Location::new(file, line)));
        }
    }
    let mut at = comment.end as usize;
    loop {
        at += masked.text[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        match attribute(&masked.text[at..]) {
            Some(length) => at += length,
            None => break,
        }
    }
    let line = lines.line(number(at as u32))?;
    Some(Reach::StartsIn(Location::new(file, line)))
}

/// How long the attribute is that stands here, if one does.
fn attribute(code: &[u8]) -> Option<usize> {
    let start = code.strip_prefix(b"#!").or_else(|| code.strip_prefix(b"#"))?;
    if start.first() != Some(&b'[') {
        return None;
    }
    let mut depth = 0_usize;
    let end = start.iter().position(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some(code.len() - start.len() + end + 1)
}
