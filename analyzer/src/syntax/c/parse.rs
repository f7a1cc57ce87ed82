//! Text to tree; whatever the text is, there is a tree.

use std::cell::RefCell;
use tree_sitter::{Parser, Tree};

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new(parser());
}

/// Parses `text`. Mistakes in it are error nodes of the tree.
///
/// `None` only if the grammar does not fit the parser library, which a test rules out.
pub(crate) fn parse(text: &[u8]) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| parser.as_mut()?.parse(text, None))
}

fn parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_c::LANGUAGE.into()).ok()?;
    Some(parser)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_text_has_a_tree() {
        for text in ["", "int x;", "}{)(", "\0"] {
            assert!(parse(text.as_bytes()).is_some());
        }
    }
}
