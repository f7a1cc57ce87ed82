//! Small facts read from the text of macros: arguments, and the strings that names stand for.

use crate::model::Name;
use crate::syntax::c::scan::{ItemKind, NameHash};
use crate::tree::{ItemId, Tree};
use rustc_hash::FxHashMap;

/// The arguments of an invocation, split at its outermost commas: `F(a, g(b, c))` has two.
pub(super) fn arguments(invocation: &str) -> Vec<&str> {
    let Some(open) = invocation.find('(') else { return Vec::new() };
    let inner = &invocation[open + 1..];
    let mut arguments = Vec::new();
    let mut depth = 0_u32;
    let mut start = 0;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'(' | b'{' | b'[' => depth += 1,
            b')' if depth == 0 => {
                arguments.push(inner[start..at].trim());
                break;
            }
            b')' | b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                arguments.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    arguments
}

/// Object-like and function-like macros by name, for reading type names.
pub(super) struct Strings<'t, 'a> {
    tree: &'t Tree<'a>,
    defines: FxHashMap<NameHash, ItemId>,
}

/// How many macros may stand between a name and its string.
const MAX_DEPTH: u32 = 8;

impl<'t, 'a> Strings<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>) -> Self {
        let defines = tree
            .items_of(ItemKind::Define)
            .map(|id| {
                let name = tree.item(id).name;
                (NameHash::of(&tree.text(tree.file_of(id))[name.range()]), id)
            })
            .collect();
        Self { tree, defines }
    }

    /// The string that an expression of literals and macros spells; its text if it spells none.
    pub(super) fn spelled(&self, expression: &str) -> Name {
        let mut out = String::new();
        if self.spell(expression, &mut out, MAX_DEPTH) {
            Name::new(out)
        } else {
            Name::new(expression.trim())
        }
    }

    fn spell(&self, expression: &str, out: &mut String, depth: u32) -> bool {
        let mut rest = expression.trim_start();
        let mut any = false;
        while let Some(first) = rest.bytes().next() {
            let used = match first {
                b'/' => end_of_comment(rest),
                b'"' => spell_literal(rest, out),
                b'(' | b')' | b'\\' => Some(1),
                byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                    self.spell_macro(rest, out, depth)
                }
                _ => None,
            };
            let Some(used) = used else { return false };
            any = true;
            rest = rest[used..].trim_start();
        }
        any
    }

    /// Spells the macro at the start of `text`; returns how much of the text it took.
    fn spell_macro(&self, text: &str, out: &mut String, depth: u32) -> Option<usize> {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let id = *self.defines.get(&NameHash::of(&text.as_bytes()[..end]))?;
        let depth = depth.checked_sub(1)?;
        let define = self.tree.source(self.tree.location(id));
        let after = self.tree.item(id).name.end - self.tree.item(id).span.start;
        let body = define.get(after as usize..)?;
        if !body.starts_with('(') {
            return self.spell(body, out, depth).then_some(end);
        }
        let (arguments, used) = call_at(&text[end..])?;
        let close = body.find(')')?;
        let expanded = substitute(&body[close + 1..], &body[1..close], &arguments);
        self.spell(&expanded, out, depth).then_some(end + used)
    }
}

/// The length of the comment at the start of `text`.
fn end_of_comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let inner = text.strip_prefix("/*")?;
    Some(inner.find("*/")? + 4)
}

fn spell_literal(text: &str, out: &mut String) -> Option<usize> {
    let end = text[1..].find('"')? + 1;
    out.push_str(&text[1..end]);
    Some(end + 1)
}

/// The arguments of the call at the start of `text`, and its length.
fn call_at(text: &str) -> Option<(Vec<&str>, usize)> {
    if !text.starts_with('(') {
        return None;
    }
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some((arguments(text), at + 1)),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn substitute(body: &str, parameters: &str, arguments: &[&str]) -> String {
    let parameters: Vec<&str> = parameters.split(',').map(str::trim).collect();
    let mut out = String::new();
    let mut word = String::new();
    for c in body.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let argument =
            parameters.iter().position(|name| *name == word).and_then(|at| arguments.get(at));
        out.push_str(argument.copied().unwrap_or(&word));
        word.clear();
        out.push(c);
    }
    out.replace("##", "")
}

#[cfg(test)]
mod tests {
    use super::{arguments, substitute};

    #[test]
    fn arguments_are_split_at_outer_commas() {
        assert_eq!(arguments("F(a, g(b, c), { d, e })"), ["a", "g(b, c)", "{ d, e }"]);
        assert_eq!(arguments("F()"), [""]);
        assert!(arguments("F").is_empty());
    }

    #[test]
    fn parameters_are_substituted() {
        assert_eq!(substitute("name TYPE_SUFFIX", "name", &["\"x\""]).trim(), "\"x\" TYPE_SUFFIX");
    }
}
