//! Where comments and directives end: the index and the mask have to agree on it.

/// The end of the line, its newline excluded.
pub(in crate::syntax::c) fn end_of_line(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| from + at)
}

/// The end of the block comment that starts at `from`.
pub(in crate::syntax::c) fn end_of_comment(text: &[u8], from: usize) -> usize {
    let mut at = from + 2;
    while let Some(star) = text.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'*')) {
        at += star + 1;
        if text.get(at) == Some(&b'/') {
            return at + 1;
        }
    }
    text.len()
}

/// The end of a directive: its line and the lines that continue it, comments included.
pub(in crate::syntax::c) fn end_of_directive(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' if !is_continued(&text[from..at]) => return at,
            b'/' if text.get(at + 1) == Some(&b'*') => at = end_of_comment(text, at),
            _ => at += 1,
        }
    }
    text.len()
}

fn is_continued(line: &[u8]) -> bool {
    let blanks = line.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    line[..line.len() - blanks].ends_with(b"\\")
}
