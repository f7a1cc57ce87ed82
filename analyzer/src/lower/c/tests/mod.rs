//! What each idiom becomes.

mod expression;
mod function;
mod header;
mod macros;
mod nesting;
mod property;
mod record;
mod span;
mod variable;

use super::{Item, lower_function};
use crate::lower::print;
use crate::model::{FileId, Function, Span};
use crate::syntax::c::mask::MacroWords;
use crate::vocabulary::Vocabulary;

fn words() -> MacroWords {
    MacroWords::from(&Vocabulary::builtin().lexical)
}

fn item(text: &[u8]) -> Item<'_> {
    Item { file: FileId(0), text, span: Span::new(0, text.len() as u32) }
}

fn function(text: &str) -> Function {
    lower_function(&item(text.as_bytes()), &words())
}

/// The function with this body.
fn with_body(body: &str) -> Function {
    function(&format!("static void lamp_update(LampState *s)\n{{\n{body}\n}}"))
}

/// Checks what the statements of a body become.
#[track_caller]
fn check(body: &str, expected: &str) {
    let function = with_body(body);
    assert!(!function.opaque, "opaque: {body}");
    assert_eq!(print::statements(&function.body), expected, "{body}");
}
