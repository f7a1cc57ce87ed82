//! Edits become new text.

use crate::{Edit, FileId, Span};

/// Why a set of edits has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// An edit ends after the file does.
    #[error("edit of bytes {}..{} in a file of {length} bytes", span.start, span.end)]
    OutOfBounds {
        /// The bytes to edit.
        span: Span,
        /// How many there are.
        length: usize,
    },
    /// An edit ends before it starts.
    #[error("edit of bytes {}..{} ends before it starts", span.start, span.end)]
    Reversed {
        /// The bytes to edit.
        span: Span,
    },
    /// Two different edits share a byte.
    #[error(
        "edits of bytes {}..{} and {}..{} overlap",
        first.start, first.end, second.start, second.end
    )]
    Overlap {
        /// The bytes of the edit that starts first.
        first: Span,
        /// The bytes of the other one.
        second: Span,
    },
    /// Two different insertions at one place: nothing says which comes first.
    #[error("two different insertions at byte {offset}")]
    SamePlace {
        /// Where both insert.
        offset: u32,
    },
    /// The edits are not all of one file.
    #[error("edits of two files, {} and {}", first.0, second.0)]
    SeveralFiles {
        /// The file of the first edit.
        first: FileId,
        /// Another one.
        second: FileId,
    },
}

/// The text of one file after `edits`, which may come in any order; equal edits count once.
///
/// Text inserted at the very start of a replaced range comes before the replacement, text
/// inserted at its very end after it.
///
/// # Errors
///
/// If the edits are not of one file, do not fit into `source`, or conflict with each other.
pub fn apply(source: &[u8], edits: &[Edit]) -> Result<Vec<u8>, ApplyError> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort();
    ordered.dedup();
    check(source.len(), &ordered)?;
    let mut result = Vec::with_capacity(source.len());
    let mut copied = 0;
    for edit in ordered {
        let replaced = edit.span.range();
        result.extend_from_slice(&source[copied..replaced.start]);
        result.extend_from_slice(edit.text.as_bytes());
        copied = replaced.end;
    }
    result.extend_from_slice(&source[copied..]);
    Ok(result)
}

fn check(length: usize, ordered: &[&Edit]) -> Result<(), ApplyError> {
    for edit in ordered {
        check_bounds(length, edit.span)?;
    }
    for pair in ordered.windows(2) {
        check_pair(pair[0], pair[1])?;
    }
    Ok(())
}

fn check_bounds(length: usize, span: Span) -> Result<(), ApplyError> {
    if span.start > span.end {
        return Err(ApplyError::Reversed { span });
    }
    if span.range().end > length {
        return Err(ApplyError::OutOfBounds { span, length });
    }
    Ok(())
}

fn check_pair(first: &Edit, second: &Edit) -> Result<(), ApplyError> {
    if first.file != second.file {
        return Err(ApplyError::SeveralFiles { first: first.file, second: second.file });
    }
    if first.span == second.span && first.span.is_empty() {
        return Err(ApplyError::SamePlace { offset: first.span.start });
    }
    if first.span.overlaps(second.span) {
        return Err(ApplyError::Overlap { first: first.span, second: second.span });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ApplyError, apply};
    use crate::{Edit, FileId, Span};

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { file: FileId(0), span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [edit(4, 6, ""), edit(0, 1, "A"), edit(6, 6, "+")];
        assert_eq!(apply(b"abcdefgh", &edits), Ok(b"Abcd+gh".to_vec()));
    }

    #[test]
    fn no_edits_change_nothing() {
        assert_eq!(apply(b"\xff\r\n", &[]), Ok(b"\xff\r\n".to_vec()));
        assert_eq!(apply(b"", &[edit(0, 0, "x")]), Ok(b"x".to_vec()));
    }

    #[test]
    fn equal_edits_count_once() {
        let edits = [edit(1, 2, ""), edit(1, 2, ""), edit(3, 3, "x"), edit(3, 3, "x")];
        assert_eq!(apply(b"abcd", &edits), Ok(b"acxd".to_vec()));
    }

    #[test]
    fn insertions_at_the_ends_of_a_replacement() {
        let edits = [edit(1, 3, "R"), edit(1, 1, "<"), edit(3, 3, ">")];
        assert_eq!(apply(b"abcd", &edits), Ok(b"a<R>d".to_vec()));
    }

    #[test]
    fn failures_name_their_cause() {
        let (first, second) = (Span::new(1, 3), Span::new(2, 4));
        let cases = [
            (vec![edit(3, 5, "")], ApplyError::OutOfBounds { span: Span::new(3, 5), length: 4 }),
            (vec![edit(3, 1, "")], ApplyError::Reversed { span: Span::new(3, 1) }),
            (vec![edit(2, 4, ""), edit(1, 3, "")], ApplyError::Overlap { first, second }),
            (vec![edit(2, 2, "x"), edit(2, 2, "y")], ApplyError::SamePlace { offset: 2 }),
            (vec![edit(1, 3, ""), edit(1, 3, "x")], ApplyError::Overlap { first, second: first }),
            (
                vec![edit(1, 1, "a"), Edit { file: FileId(7), ..edit(2, 2, "b") }],
                ApplyError::SeveralFiles { first: FileId(0), second: FileId(7) },
            ),
        ];
        for (edits, error) in cases {
            assert_eq!(apply(b"abcd", &edits), Err(error));
        }
    }
}
