//! How a closure is made to hold a weak handle.

use super::call::of_statement;
use super::program::{Program, last_part};
use super::strong::Captured;
use crate::crates::Method;
use crate::lifecycle::Cure;
use crate::model::{Expr, ExprKind, Name, Span, StmtKind};
use devmodel_edit::Edit;

const ASSUMPTION: &str = "nothing but the closure had to keep the device alive";

/// The edits after which the variable that a closure takes is a weak handle; `None` if the variable is used
/// elsewhere, too, or the closure gives a result.
pub(super) fn cure(
    program: &Program<'_>,
    method: &Method,
    captured: &Captured<'_>,
) -> Option<Cure> {
    let (closure, function) = captured.closure?;
    let name = &captured.name;
    if name.contains('#') || uses(method, name) != uses_within(function, name) {
        return None;
    }
    let init = declared(method, name)?;
    let (handle, of) = shared(program, method, init)?;
    let file = method.function.location.file;
    let (at, indent) = block(program, method, closure)?;
    let upgrade = format!("\n{indent}let Some({name}) = {name}.upgrade() else {{ return }};");
    let weak = program.words.rust.weaken.iter().next()?;
    let edits = vec![
        Edit { file, span: init.span, text: format!("{handle}::{weak}({of})") },
        Edit { file, span: Span::new(at, at), text: upgrade },
    ];
    Some(Cure { edits, assumption: Some(ASSUMPTION) })
}

/// How often a function names a variable.
fn uses(method: &Method, name: &Name) -> usize {
    uses_within(&method.function, name)
}

fn uses_within(function: &crate::model::Function, name: &Name) -> usize {
    let mut count = 0;
    for stmt in &function.body {
        of_statement(stmt, &mut |expr| {
            count += usize::from(matches!(&expr.kind, ExprKind::Name(used) if used == name));
        });
    }
    count
}

fn declared<'m>(method: &'m Method, name: &Name) -> Option<&'m Expr> {
    let mut init = None;
    method.function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            let own = locals.iter().find(|local| local.name == *name);
            init = own.and_then(|local| local.init.as_ref()).or(init);
        }
    });
    init
}

/// The type of the handle that a call makes another one of, and a reference to the handle, as text.
fn shared(program: &Program<'_>, method: &Method, init: &Expr) -> Option<(Name, String)> {
    let ExprKind::Call { callee, args } = &init.kind else { return None };
    let (ExprKind::Name(called), [of]) = (&callee.kind, &args[..]) else { return None };
    let (handle, last) = called.rsplit_once("::")?;
    let rust = &program.words.rust;
    if !rust.share.contains(last_part(last)) || !rust.strong.contains(handle) {
        return None;
    }
    let place = program.place(of)?;
    let whole = program.text(method, Span::new(0, method.function.location.span.end));
    let is_imported =
        ["", "{", " "].iter().any(|before| whole.contains(&format!("{before}{handle}")));
    if !place.fields.is_empty() || !is_imported {
        return None;
    }
    let is_reference = method.locals.get(&place.root).is_some_and(|ty| ty.name == "&");
    let reference = if is_reference { "" } else { "&" };
    Some((Name::new(handle), format!("{reference}{}", place.root)))
}

/// The end of the first line of a closure without a result, if its body is a block on lines of its own, and
/// how far its statements are indented.
fn block<'a>(program: &Program<'a>, method: &Method, closure: &Expr) -> Option<(u32, &'a str)> {
    let text = program.text(method, closure.span);
    let open = text.find('{')?;
    let line = open + text[open..].find('\n')?;
    let comment = text[open + 1..line].trim();
    let has_result = text.contains("return ") || !text.strip_suffix('}')?.trim_end().ends_with(';');
    let is_head = text[..open].trim_end().ends_with('|')
        && (comment.is_empty() || comment.starts_with("//") || comment.starts_with("/*"));
    let rest = &text[line + 1..];
    let indent = &rest[..rest.len() - rest.trim_start_matches(' ').len()];
    (is_head && !has_result).then_some((closure.span.start + line as u32, indent))
}
