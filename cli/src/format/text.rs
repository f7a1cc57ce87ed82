//! Words and names as they are printed.

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A name or message on one line, without anything that a terminal would obey.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// A name as one word of a command line.
pub(crate) fn shell_word(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,+:/@=".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

/// The first few names, and how many more there are.
pub(crate) fn few<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const FEW: usize = 4;
    let total = names.len();
    let shown = if total > FEW + 1 { FEW } else { total };
    let mut words: Vec<String> = names.take(shown).map(|name| format!("`{name}`")).collect();
    if total > shown {
        words.push(format!("{} more", total - shown));
    }
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{few, printable, shell_word};

    #[test]
    fn words_of_a_shell() {
        assert_eq!(shell_word("intel,e1000.2"), "intel,e1000.2");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn few_names() {
        let check = |names: &[&str], text: &str| {
            assert_eq!(few(names.iter().copied()), text);
        };
        check(&[], "");
        check(&["a"], "`a`");
        check(&["a", "b"], "`a` and `b`");
        check(&["a", "b", "c", "d", "e"], "`a`, `b`, `c`, `d` and `e`");
        check(&["a", "b", "c", "d", "e", "f"], "`a`, `b`, `c`, `d` and 2 more");
    }

    #[test]
    fn terminals_obey_nothing() {
        assert_eq!(printable("a\u{1b}[31m\nb"), "a\u{fffd}[31m b");
    }
}
