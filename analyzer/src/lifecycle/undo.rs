//! Calls by which a function undoes what it did itself, when it fails.

use super::detect::each_call;
use super::sites::Site;
use crate::model::{Expr, Function, Name, Stmt, StmtKind};
use crate::objects::Objects;
use crate::trace::signals_error;
use crate::tree::Tree;
use crate::vocabulary::Op;

/// Whether the call stands in a branch that tells a failure and leaves, for a region that the same
/// function has initialised above: it ends nothing that was there before.
pub(crate) fn undoes_itself(tree: &Tree<'_>, objects: &Objects<'_, '_>, site: &Site<'_>) -> bool {
    let function = tree.function(site.function);
    fails_around(tree, function, &function.body, site) && makes_itself(tree, objects, site)
}

/// Whether the function that contains the call always initialises the region above it.
pub(crate) fn makes_itself(tree: &Tree<'_>, objects: &Objects<'_, '_>, site: &Site<'_>) -> bool {
    let function = tree.function(site.function);
    let Some(region) = site.arg(Some(site.call.region)) else { return false };
    let region = text(tree, objects, function, region);
    initialised_above(tree, objects, function, site, &region)
}

/// Whether one of the branches around the call is that of a failure.
fn fails_around(tree: &Tree<'_>, function: &Function, block: &[Stmt], site: &Site<'_>) -> bool {
    let around = |stmt: &&Stmt| stmt.span.contains(site.location.span);
    let Some(stmt) = block.iter().find(around) else { return false };
    if let StmtKind::If { condition, then, .. } = &stmt.kind
        && then.span.contains(site.location.span)
        && leaves(then)
        && signals_error(tree, function, (condition, true), then)
    {
        return true;
    }
    let children = stmt.children();
    children
        .into_iter()
        .any(|child| fails_around(tree, function, std::slice::from_ref(child), site))
}

/// Whether a statement of the function's own block, above the call, initialises the region.
fn initialised_above(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    function: &Function,
    site: &Site<'_>,
    region: &Name,
) -> bool {
    let always = |at: u32| {
        let mut own = function.body.iter().filter(|stmt| matches!(stmt.kind, StmtKind::Expr(_)));
        own.any(|stmt| stmt.span.start <= at && at < stmt.span.end)
    };
    let mut found = false;
    each_call(function, &mut |name, args, expr| {
        let init = tree.words.call(name).filter(|call| call.op == Op::Init);
        let same = init
            .and_then(|call| args.get(call.region))
            .is_some_and(|arg| text(tree, objects, function, arg) == *region);
        let above = expr.span.end <= site.location.span.start;
        found |= same && above && always(expr.span.start);
    });
    found
}

/// An expression without casts, as it is written.
fn text(tree: &Tree<'_>, objects: &Objects<'_, '_>, function: &Function, expr: &Expr) -> Name {
    let inner = objects.casts.uncast(expr);
    let location = crate::model::Location::new(function.location.file, inner.span);
    Name::new(tree.source(location))
}

fn leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Goto(_) => true,
        StmtKind::Block(body) => body.last().is_some_and(leaves),
        _ => false,
    }
}
