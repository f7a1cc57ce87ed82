//! What a branch tells about the outcome of an attempt.

use super::program::{Program, last_part};
use crate::crates::Method;
use crate::model::{BinaryOp, Expr, ExprKind, Name, Span, UnaryOp};
use crate::vocabulary::Role;

/// What a condition says about a variable, or about the call in it, where the condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The variable; `None` for a call within the condition.
    pub(super) of: Option<Name>,
    /// Whether it tells of a failure.
    pub(super) is_failure: bool,
}

/// What follows from a condition that holds, or that does not.
pub(super) fn outcomes(
    program: &Program<'_>,
    method: &Method,
    condition: &Expr,
    branch: Span,
    holds: bool,
) -> Vec<Outcome> {
    // `let PATTERN = value else { .. }` is a branch on what does not match.
    let is_inverse = condition.span.start < branch.start;
    let mut found = Vec::new();
    collect(program, method, condition, holds != is_inverse, &mut found);
    found
}

fn collect(
    program: &Program<'_>,
    method: &Method,
    condition: &Expr,
    holds: bool,
    found: &mut Vec<Outcome>,
) {
    match &condition.kind {
        ExprKind::Unary(UnaryOp::Not, inner) => match &inner.kind {
            // What `?` looks at.
            ExprKind::Name(name) => {
                found.push(Outcome { of: Some(name.clone()), is_failure: holds });
            }
            _ => collect(program, method, inner, !holds, found),
        },
        ExprKind::Binary(BinaryOp::And, left, right) if holds => {
            collect(program, method, left, true, found);
            collect(program, method, right, true, found);
        }
        ExprKind::Binary(BinaryOp::Or, left, right) if !holds => {
            collect(program, method, left, false, found);
            collect(program, method, right, false, found);
        }
        ExprKind::Unknown(parts) => {
            let pattern = program.text(method, condition.span).trim_start_matches('&');
            let [part] = &parts[..] else { return };
            if let (ExprKind::Name(name), Some(fails)) = (&part.kind, fails(pattern)) {
                found.push(Outcome { of: Some(name.clone()), is_failure: fails == holds });
            }
        }
        ExprKind::Call { callee, args } => {
            let (asked, last) = match &callee.kind {
                ExprKind::Name(name) => (args.first(), last_part(name)),
                ExprKind::Member { base, name, .. } => (Some(&**base), name.as_str()),
                _ => return,
            };
            if let (Some(asked), Some(fails)) = (asked, asks(program, last)) {
                let of = match &asked.kind {
                    ExprKind::Name(name) => Some(name.clone()),
                    _ => None,
                };
                found.push(Outcome { of, is_failure: fails == holds });
            }
        }
        _ => {}
    }
}

/// Whether a pattern is that of a failure, if it is one of an outcome at all.
fn fails(pattern: &str) -> Option<bool> {
    let word: &str = pattern.split(|c: char| !c.is_alphanumeric() && c != ':').next()?;
    match last_part(word) {
        "Err" | "None" => Some(true),
        "Ok" | "Some" => Some(false),
        _ => None,
    }
}

/// Whether a method asks for a failure, if it asks for an outcome at all.
fn asks(program: &Program<'_>, method: &str) -> Option<bool> {
    let words = &program.words.registration;
    let is_success = words.is(Role::AsksSuccess, method);
    (is_success || words.is(Role::AsksFailure, method)).then_some(!is_success)
}
