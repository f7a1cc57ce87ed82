//! Fields that a function empties.

use super::call::of_statement;
use super::program::{MethodId, Program, last_part};
use crate::model::{Expr, ExprKind, Name};
use crate::vocabulary::Role;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The functions that empty a field, by the name of the field.
pub(super) fn fields(program: &Program<'_>) -> FxHashMap<Name, BTreeSet<MethodId>> {
    let mut found: FxHashMap<Name, BTreeSet<MethodId>> = FxHashMap::default();
    for (id, (method, _)) in program.methods.iter().enumerate() {
        for stmt in &method.function.body {
            of_statement(stmt, &mut |expr| {
                let place = emptied(program, expr).and_then(|expr| program.place(expr));
                if let Some(field) = place.and_then(|mut place| place.fields.pop()) {
                    found.entry(field).or_default().insert(id);
                }
            });
        }
    }
    found
}

/// What an expression empties.
fn emptied<'e>(program: &Program<'_>, expr: &'e Expr) -> Option<&'e Expr> {
    let takes = |name: &str| program.words.registration.is(Role::Take, name);
    match &expr.kind {
        ExprKind::Assign { target, value, .. } => {
            matches!(&value.kind, ExprKind::Name(name) if name == "None").then_some(&**target)
        }
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Name(name) => args.first().filter(|_| takes(last_part(name))),
            ExprKind::Member { base, name, .. } => takes(name).then_some(&**base),
            _ => None,
        },
        _ => None,
    }
}
