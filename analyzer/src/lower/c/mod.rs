//! C items to the model.

mod declaration;
mod declarator;
mod expression;
mod function;
mod initializer;
mod kind;
mod loops;
mod record;
mod statement;
#[cfg(test)]
mod tests;
mod variable;
mod walker;

use crate::model::{FileId, Span};

pub(crate) use function::lower_function;
pub(crate) use record::lower_record;
pub(crate) use variable::lower_initializers;

/// One top-level item of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    /// The file.
    pub(crate) file: FileId,
    /// The text of the whole file.
    pub(crate) text: &'a [u8],
    /// The bytes of the item.
    pub(crate) span: Span,
}

impl<'a> Item<'a> {
    /// The text of the item.
    fn source(&self) -> &'a [u8] {
        self.text.get(self.span.range()).unwrap_or_default()
    }

    /// From a span in the item to one in the file.
    const fn in_file(&self, span: Span) -> Span {
        Span::new(self.span.start + span.start, self.span.start + span.end)
    }
}
