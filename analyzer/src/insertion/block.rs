//! Writing into a function that is there.

use super::call::{Call, Variable, declarations, lines};
use super::style::Style;
use crate::model::{Function, Span, StmtKind};
use devmodel_edit::Edit;

/// Declares `variables` in `function`, and makes `calls` after the statement `after`, or before all
/// others.
pub(crate) fn insert(
    text: &[u8],
    function: &Function,
    (variables, calls): (&[Variable], &[Call]),
    after: Option<Span>,
) -> Option<Vec<Edit>> {
    if !function.is_whole() || !function.directives.is_empty() {
        return None;
    }
    let style = Style::new(text, function);
    let unit = style.unit.clone();
    let is_declaration = |kind: &StmtKind| matches!(kind, StmtKind::Declaration(_));
    let declared = function.body.iter().take_while(|stmt| is_declaration(&stmt.kind)).last();
    let head = declared.map_or(function.body_span.start + 1, |stmt| stmt.span.end);
    let declare_at = style.next_line(head)?;
    let declared_lines = style.joined(&declarations(variables, &unit));
    let called = style.joined(&lines(calls, &unit, &unit));
    let call_at = match after {
        Some(span) => style.next_line(span.end)?,
        None if declared.is_some() => style.after_blank_lines(declare_at),
        None => declare_at,
    };
    let insertion =
        |at, text: String| Edit { file: function.location.file, span: Span::new(at, at), text };
    let separated = declared.is_some() || !variables.is_empty();
    if call_at == declare_at && after.is_none() {
        let blank = if separated { style.newline } else { "" };
        return Some(vec![insertion(call_at, format!("{declared_lines}{blank}{called}"))]);
    }
    let blank = if declared.is_none() { style.newline } else { "" };
    let mut edits = vec![insertion(call_at, called)];
    if !variables.is_empty() {
        edits.insert(0, insertion(declare_at, format!("{declared_lines}{blank}")));
    }
    Some(edits)
}

/// Puts the statement `at`, which has its lines for itself, under a condition.
pub(crate) fn wrap(
    text: &[u8],
    function: &Function,
    variables: &[Variable],
    at: Span,
    condition: &str,
) -> Option<Vec<Edit>> {
    let style = Style::new(text, function);
    let end = style.next_line(at.end)?;
    if !style.begins_line(at.start) || !function.directives.is_empty() {
        return None;
    }
    let outer = style.indentation(at.start);
    let start = at.start - outer.len() as u32;
    let mut wrapped = vec![format!("{outer}if ({condition}) {{")];
    let old = String::from_utf8(text[Span::new(start, end).range()].to_vec()).ok()?;
    let deeper =
        |line: &str| if line.is_empty() { String::new() } else { format!("{}{line}", style.unit) };
    wrapped.extend(old.lines().map(deeper));
    wrapped.push(format!("{outer}}}"));
    let mut edits = vec![Edit {
        file: function.location.file,
        span: Span::new(start, end),
        text: style.joined(&wrapped),
    }];
    if !variables.is_empty() {
        edits.extend(insert(text, function, (variables, &[]), Some(at))?.into_iter().take(1));
    }
    Some(edits)
}
