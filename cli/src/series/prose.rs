//! Sentences and paragraphs of plain text.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

const WIDTH: usize = 72;

/// A paragraph in lines of a mail.
pub(super) fn paragraph(text: &str) -> String {
    wrapped(text, "", "")
}

/// An item of a list.
pub(super) fn item(text: &str) -> String {
    wrapped(text, "- ", "  ")
}

/// `a, b and c`, of all or the first few and how many more.
pub(super) fn list<T: AsRef<str>>(words: &[T], at_most: usize) -> String {
    let shown = if words.len() > at_most { at_most } else { words.len() };
    let mut parts: Vec<String> =
        words[..shown].iter().map(|word| word.as_ref().to_owned()).collect();
    if words.len() > shown {
        parts.push(format!("{} more", words.len() - shown));
    }
    match parts.pop() {
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
        None => String::new(),
    }
}

/// A message of the tool as a sentence of a mail, where code is not marked.
pub(super) fn sentence(message: &str) -> String {
    let plain = plain(message);
    let mut letters = plain.chars();
    let first = letters.next();
    // A name that starts a sentence stays as it is.
    if message.starts_with('`') {
        return format!("{plain}.");
    }
    format!(
        "{}{}.",
        first.map(|c| c.to_uppercase().to_string()).unwrap_or_default(),
        letters.as_str()
    )
}

/// A message without the marks around code.
pub(super) fn plain(message: &str) -> String {
    message.replace('`', "")
}

fn wrapped(text: &str, first: &str, others: &str) -> String {
    let options = Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let mut lines = textwrap::fill(text, options);
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::{list, sentence};

    #[test]
    fn sentences() {
        assert_eq!(sentence("the region of `a` is gone"), "The region of a is gone.");
        assert_eq!(sentence("`a.b` is gone"), "a.b is gone.");
    }

    #[test]
    fn lists() {
        assert_eq!(list(&["a"], 2), "a");
        assert_eq!(list(&["a", "b"], 2), "a and b");
        assert_eq!(list(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }
}
