//! What goes with the calls of a patch, because it is left empty or unused.

use super::claim::Claim;
use super::prose::{list, paragraph};
use crate::fix::Change;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;

const LOOPS: [&str; 3] = ["for", "while", "do"];

const MANY: usize = 6;

/// The paragraph about it; empty if nothing but the calls goes.
pub(super) fn told(changes: &[Change], claims: &[Claim]) -> String {
    let functions = functions(changes, claims);
    let (mut deleted, mut added) = (Vec::new(), Vec::new());
    for change in changes {
        let lines = outside(change, &functions);
        deleted.extend(lines.0);
        added.extend(lines.1);
    }
    let mut what: Vec<String> = Vec::new();
    for (keywords, noun) in [(&LOOPS[..], "loop"), (&["if"], "condition")] {
        let count = |lines: &[String]| {
            lines.iter().filter(|line| keywords.contains(&first_word(line))).count()
        };
        what.extend(some(count(&deleted).saturating_sub(count(&added)), noun));
    }
    let locals = without(declared(&deleted), declared(&added));
    if let Some(variables) = some(locals.len(), "variable") {
        what.push(format!("{variables} {}", list(&locals, MANY)));
    }
    if !functions.is_empty() {
        let names: Vec<String> = functions.iter().map(|name| format!("{name}()")).collect();
        let them = if names.len() > 1 { "them" } else { "it" };
        what.push(format!("{} with all that refers to {them}", list(&names, MANY)));
    }
    if what.is_empty() {
        return String::new();
    }
    paragraph(&format!("What is left empty or unused by that goes too: {}.", list(&what, MANY)))
}

fn some(number: usize, noun: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("the {noun}")),
        _ => Some(format!("the {noun}s")),
    }
}

/// The functions of the claims that no changed file mentions any more.
fn functions<'c>(changes: &[Change], claims: &'c [Claim]) -> BTreeSet<&'c str> {
    let names = claims.iter().flat_map(|claim| {
        std::iter::once(&claim.function).chain(&claim.entries).map(String::as_str)
    });
    names
        .filter(|name| changes.iter().any(|change| mentions(&change.before, name)))
        .filter(|name| !changes.iter().any(|change| mentions(&change.after, name)))
        .collect()
}

fn mentions(text: &[u8], name: &str) -> bool {
    words(&String::from_utf8_lossy(text)).any(|word| word == name)
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The lines that a change deletes and adds, but for those of these functions.
fn outside(change: &Change, functions: &BTreeSet<&str>) -> (Vec<String>, Vec<String>) {
    let [before, after] = [&change.before, &change.after].map(|text| String::from_utf8_lossy(text));
    let mut within = false;
    let (mut deleted, mut added) = (Vec::new(), Vec::new());
    for line in TextDiff::from_lines(&before, &after).iter_all_changes() {
        let (tag, text) = (line.tag(), line.value());
        if tag == ChangeTag::Insert {
            added.push(text.to_owned());
            continue;
        }
        if is_head(text) {
            within = words(text).any(|word| functions.contains(word));
        }
        if tag == ChangeTag::Delete && !within {
            deleted.push(text.to_owned());
        }
        within &= !text.starts_with('}');
    }
    (deleted, added)
}

/// Whether a line may be the first of a function.
fn is_head(line: &str) -> bool {
    let line = line.trim_end();
    line.starts_with(|c: char| c.is_alphabetic()) && line.contains('(') && !line.ends_with(';')
}

/// The keyword that a statement starts with, or whatever else it starts with.
fn first_word(line: &str) -> &str {
    let line = line.trim_start().trim_start_matches(['}', ' ']);
    let end = line.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len());
    &line[..end]
}

/// The names that lines such as `TYPE *name = value, other;` declare in functions.
fn declared(lines: &[String]) -> Vec<&str> {
    lines.iter().flat_map(|line| declarators(line)).collect()
}

fn declarators(line: &str) -> Vec<&str> {
    let Some((declaration, _)) = line.split_once(';') else { return Vec::new() };
    let parts =
        declaration.split(',').map(|part| part.split(['=', '[']).next().unwrap_or_default());
    let mut parts = parts.map(str::trim);
    let first = parts.next().unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || "_* ".contains(c);
    let is_statement = ["return", "goto", "else", "case"].contains(&first_word(first));
    if is_statement || !line.starts_with([' ', '\t']) || !first.chars().all(is_plain) {
        return Vec::new();
    }
    // A type and a name, at least.
    let mut names = words(first);
    let (Some(_), Some(name)) = (names.next(), names.next_back()) else { return Vec::new() };
    let others = parts.filter_map(|part| words(part).next_back());
    std::iter::once(name).chain(others).collect()
}

/// What is there more often than in the others; sorted, each once.
fn without<'n>(mut names: Vec<&'n str>, others: Vec<&str>) -> Vec<&'n str> {
    for other in others {
        if let Some(at) = names.iter().position(|name| *name == other) {
            names.remove(at);
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::{declarators, first_word, without};

    #[test]
    fn declarations() {
        assert_eq!(declarators("    PloverState *s = PLOVER(dev);\n"), ["s"]);
        assert_eq!(declarators("\tunsigned int i;\r\n"), ["i"]);
        assert_eq!(declarators("    struct plover *p, *q[3];\n"), ["p", "q"]);
        for line in [
            "    return x;",
            "    goto out;",
            "    f(x);",
            "    s->x = 1;",
            "int i;",
            "     * of it",
        ] {
            assert_eq!(declarators(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn names_that_stay() {
        assert_eq!(without(vec!["i", "j", "i"], vec!["i", "k"]), ["i", "j"]);
        assert_eq!(without(vec!["i"], vec!["i"]), [""; 0]);
    }

    #[test]
    fn keywords() {
        assert_eq!(first_word("    for (;;) {"), "for");
        assert_eq!(first_word("    } while (x);"), "while");
        assert_eq!(first_word("     * for example"), "");
    }
}
