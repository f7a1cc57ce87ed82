//! A callback that is not there yet.

use super::call::{Call, Variable, declarations, lines};
use super::style::Style;
use crate::model::{FileId, Function, Span};
use devmodel_edit::Edit;

/// A callback to be written.
pub(crate) struct Callback<'c> {
    /// Its name.
    pub(crate) name: &'c str,
    /// Its only parameter, as it is to be written.
    pub(crate) parameter: &'c str,
    /// The locals that the calls need.
    pub(crate) variables: &'c [Variable],
    /// What it does.
    pub(crate) calls: &'c [Call],
}

/// Defines the callback after the function `after`, in its style.
pub(crate) fn define(text: &[u8], after: &Function, callback: &Callback<'_>) -> Edit {
    let style = Style::new(text, after);
    let Callback { name, parameter, variables, calls } = callback;
    let mut written = vec![
        String::new(),
        String::new(),
        format!("static void {name}({parameter})"),
        "{".to_owned(),
    ];
    written.extend(declarations(variables, &style.unit));
    if !variables.is_empty() {
        written.push(String::new());
    }
    written.extend(lines(calls, &style.unit, &style.unit));
    let end = after.location.span.end;
    Edit {
        file: after.location.file,
        span: Span::new(end, end),
        text: format!("{}}}", style.joined(&written)),
    }
}

/// Assigns `name` to the field `field`, in a statement after `assignment` that looks the same.
///
/// `target` and `value` are the two sides of `assignment`, `base` what the field is of.
pub(crate) fn assign(
    text: &[u8],
    (file, function): (FileId, &Function),
    (base, target, value): (Span, Span, Span),
    (field, name): (&str, &str),
) -> Option<Edit> {
    let style = Style::new(text, function);
    let source = |span: Span| std::str::from_utf8(&text[span.range()]).ok();
    let rest = source(Span::new(value.end, function.body_span.end))?;
    let end = value.end + 1;
    if !rest.starts_with(';') || !style.begins_line(target.start) {
        return None;
    }
    let at = style.next_line(end)?;
    let between = source(Span::new(target.end, value.start))?;
    let old = source(target)?;
    let arrow = source(Span::new(base.end, base.end + 2)).filter(|arrow| *arrow == "->")?;
    let new = format!("{}{arrow}{field}", source(base)?);
    let spaces = between.find('=')?;
    // Assignments below each other keep their operators in one column.
    let padding =
        if spaces > 1 { (old.len() + spaces).saturating_sub(new.len()).max(1) } else { spaces };
    let indentation = style.indentation(target.start);
    let operator = &between[spaces..];
    let text = format!("{indentation}{new}{:padding$}{operator}{name};{}", "", style.newline);
    Some(Edit { file, span: Span::new(at, at), text })
}
