//! Removals whose error nobody looks at.

use super::act::Act;
use super::call::{Call, of_statement};
use super::program::{MethodId, PairId, Program, last_part};
use super::walk::is_named;
use crate::lifecycle::{Registration, RegistrationKind};
use crate::model::{Expr, ExprKind, Function, Stmt, StmtKind};
use crate::vocabulary::Role;

/// How far up it is asked whether a function only runs when something has failed or ended.
const MAX_CALLERS: usize = 3;

/// Looks at one function.
pub(super) fn observe(program: &Program<'_>, id: MethodId) -> Vec<Registration> {
    let method = program.methods[id].0;
    if program.removals(id).next().is_none() || is_last_resort(program, id, MAX_CALLERS) {
        return Vec::new();
    }
    let mut found = Vec::new();
    each_dropped(&method.function, &mut |value| {
        let value = unwrapped(program, value);
        let Some(call) = Call::of(value) else { return };
        let Some(Act::Remove(pairs)) = program.act(id, call.callee, call.args) else { return };
        let ExprKind::Name(name) = &call.callee.kind else { return };
        let removal = last_part(name);
        let reports =
            |pair: &&PairId| program.pairs[**pair].reports.iter().any(|one| one == removal);
        let reporting = pairs.iter().find(reports);
        if let Some(pair) = reporting {
            found.push(seen(program, id, call, *pair));
        }
    });
    found
}

/// Visits the expressions whose value nobody looks at, but for those on a way out with an error.
fn each_dropped<'f>(function: &'f Function, visit: &mut impl FnMut(&'f Expr)) {
    let mut open = vec![(&function.body[..], false)];
    while let Some((block, is_failing)) = open.pop() {
        let is_failing = is_failing || block.last().is_some_and(fails);
        for stmt in block {
            match &stmt.kind {
                StmtKind::Block(inner) => open.push((inner, is_failing)),
                StmtKind::Expr(value) if !is_failing => visit(value),
                StmtKind::Declaration(locals) if !is_failing => {
                    let ignored = locals.iter().filter(|local| local.name == "_");
                    ignored.filter_map(|local| local.init.as_ref()).for_each(&mut *visit);
                }
                StmtKind::If { .. } | StmtKind::Loop { .. } | StmtKind::Switch { .. } => {
                    for inner in stmt.children() {
                        open.push((std::slice::from_ref(inner), is_failing));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a block ends with the return of an error that is made or handed on there.
fn fails(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(Some(value)) => is_named(value, "Err"),
        StmtKind::Block(inner) => inner.last().is_some_and(fails),
        _ => false,
    }
}

/// The call within `call.ok()`.
fn unwrapped<'e>(program: &Program<'_>, value: &'e Expr) -> &'e Expr {
    let ExprKind::Call { callee, args } = &value.kind else { return value };
    let (last, inner) = match &callee.kind {
        ExprKind::Name(name) => (last_part(name), args.first()),
        ExprKind::Member { base, name, .. } => (name.as_str(), Some(&**base)),
        _ => return value,
    };
    let is_dropped = program.words.registration.is(Role::Dropped, last);
    inner.filter(|_| is_dropped).unwrap_or(value)
}

/// Whether a function only runs when a value goes, or where another error is on its way.
fn is_last_resort(program: &Program<'_>, id: MethodId, depth: usize) -> bool {
    let method = program.methods[id].0;
    let drop_trait = &program.words.registration.drop_trait;
    if method.trait_name == *drop_trait {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let callers = &program.callers[id];
    !callers.is_empty()
        && callers.iter().all(|caller| {
            *caller != id
                && (is_last_resort(program, *caller, depth)
                    || !calls_on_success(program, *caller, id))
        })
}

/// Whether a function calls another one elsewhere than on a way out with an error.
fn calls_on_success(program: &Program<'_>, caller: MethodId, callee: MethodId) -> bool {
    let mut found = false;
    let mut open = vec![(&program.methods[caller].0.function.body[..], false)];
    while let Some((block, is_failing)) = open.pop() {
        if is_failing || block.last().is_some_and(fails) && block.len() > 1 {
            // The function as a whole may end with an error, its first steps are no roll-back then.
            continue;
        }
        for stmt in block {
            for inner in stmt.children() {
                let block = match &inner.kind {
                    StmtKind::Block(inner) => &inner[..],
                    _ => std::slice::from_ref(inner),
                };
                open.push((block, false));
            }
            if stmt.children().is_empty() {
                of_statement(stmt, &mut |expr| {
                    let call = Call::of(expr);
                    found |=
                        call.is_some_and(|call| program.meanings(call.callee).contains(&callee));
                });
            }
        }
    }
    found
}

fn seen(program: &Program<'_>, id: MethodId, call: Call<'_>, pair: PairId) -> Registration {
    let mut seen = program.seen(RegistrationKind::ErrorDropped, id, call.expr.span, pair);
    if let ExprKind::Name(name) = &call.callee.kind {
        seen.removal = last_part(name).into();
    }
    let place = call.args.first().and_then(|arg| program.place_in(program.methods[id].0, arg));
    seen.container = place.map(|place| place.to_string()).unwrap_or_default();
    seen.what = call.args.get(1).map(|arg| program.shown(id, arg.span)).unwrap_or_default();
    let message = format!("`{}` gives a `Result` here", seen.removal);
    seen.evidence.push(program.evidence(id, call.expr.span, message));
    seen
}
