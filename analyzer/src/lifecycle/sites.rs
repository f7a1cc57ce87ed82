//! The calls that end or change a region's life, wherever they are.

use super::detect::{each_call, is_region};
use crate::Executor;
use crate::model::{Expr, Function, Location, Name, Span};
use crate::objects::{Objects, Scope};
use crate::syntax::c::scan::{ItemKind, MentionKind};
use crate::tree::{ItemId, Tree, per_item};
use crate::vocabulary::{ApiCall, Op};
use rustc_hash::FxHashSet;

/// One call, as it stands in its function.
#[derive(Clone, Debug)]
pub(crate) struct Site<'t> {
    /// The function that contains it.
    pub(crate) function: ItemId,
    /// The name called.
    pub(crate) callee: Name,
    /// What the call does.
    pub(crate) call: &'t ApiCall,
    /// The call expression.
    pub(crate) location: Location,
    /// The arguments.
    pub(crate) args: &'t [Expr],
}

impl Site<'_> {
    /// The argument at a position.
    pub(crate) fn arg(&self, at: Option<usize>) -> Option<&Expr> {
        self.args.get(at?)
    }
}

/// All calls that do one of `ops`, ordered by file and position.
pub(crate) fn find<'t>(
    tree: &'t Tree<'_>,
    objects: &Objects<'_, '_>,
    ops: &[Op],
    executor: &dyn Executor,
) -> Vec<Site<'t>> {
    let functions = callers(tree, ops);
    let sites = per_item(executor, "lower", functions.len(), &|at| {
        sites_in(tree, objects, functions[at], ops)
    });
    sites.into_iter().flatten().collect()
}

/// The functions that operate on regions themselves, be it to make or to end them.
pub(crate) fn functions_on_regions(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    executor: &dyn Executor,
) -> Vec<ItemId> {
    let ops = [Op::Init, Op::Add, Op::Delete, Op::Query, Op::Observe];
    let mut functions = callers(tree, &ops);
    functions.extend(callers(tree, &[Op::SpaceInit, Op::SpaceDestroy]));
    let ending = find(tree, objects, &[Op::Unparent], executor);
    functions.extend(ending.iter().map(|site| site.function));
    let ops = [Op::Init, Op::Add, Op::Delete];
    let names = ops.into_iter().flat_map(|op| tree.words.calls_of(op));
    let users = names.flat_map(|name| tree.users_of_name(name)).map(|user| user.by);
    functions.extend(users.filter(|&id| tree.item(id).kind == ItemKind::Define));
    functions
}

/// The functions that make such calls, in order.
pub(crate) fn callers(tree: &Tree<'_>, ops: &[Op]) -> Vec<ItemId> {
    let mut functions: Vec<ItemId> = ops
        .iter()
        .flat_map(|&op| tree.words.calls_of(op))
        .flat_map(|name| tree.users_of_name(name))
        .filter(|user| user.kind == MentionKind::Call)
        .map(|user| user.by)
        .filter(|&id| tree.item(id).kind == ItemKind::Function)
        .collect();
    functions.sort_unstable();
    functions.dedup();
    functions
}

/// The calls of one function.
pub(crate) fn sites_in<'t>(
    tree: &'t Tree<'_>,
    objects: &Objects<'_, '_>,
    id: ItemId,
    ops: &[Op],
) -> Vec<Site<'t>> {
    let function = tree.function(id);
    if function.opaque {
        return opaque_sites(tree, id, ops);
    }
    let scope = Scope::new(tree, &objects.casts, function);
    let regions = regions_in(tree, objects, function);
    let is_region = |expr: &Expr| {
        is_region(objects, &scope, expr)
            || regions.contains(&core_text(tree, objects, function, expr))
    };
    let mut sites = Vec::new();
    each_call(function, &mut |name, args, expr| {
        let Some(call) = tree.words.call(name).filter(|call| ops.contains(&call.op)) else {
            return;
        };
        // Only these two take anything but regions.
        let general = matches!(call.op, Op::Unparent | Op::Free);
        let region = args.get(call.region);
        if general && !region.is_some_and(is_region) {
            return;
        }
        let location = Location::new(function.location.file, expr.span);
        sites.push(Site { function: id, callee: Name::new(name), call, location, args });
    });
    sites.sort_by_key(|site| site.location);
    sites
}

/// What a function treats as a region by handing it to a call that takes nothing else: fields that
/// only a macro declares have no type in sight.
fn regions_in(tree: &Tree<'_>, objects: &Objects<'_, '_>, function: &Function) -> FxHashSet<Name> {
    let mut regions = FxHashSet::default();
    each_call(function, &mut |name, args, _| {
        let Some(call) = tree.words.call(name) else { return };
        if matches!(call.op, Op::Init | Op::Add | Op::Delete) {
            let roles = [Some(call.region), call.container];
            let named = roles.into_iter().flatten().filter_map(|at| args.get(at));
            regions.extend(named.map(|arg| core_text(tree, objects, function, arg)));
        }
    });
    regions
}

/// The text of an expression without the casts around it.
fn core_text(tree: &Tree<'_>, objects: &Objects<'_, '_>, function: &Function, expr: &Expr) -> Name {
    let inner = objects.casts.uncast(expr);
    Name::new(tree.source(Location::new(function.location.file, inner.span)))
}

/// The calls in a function that did not parse, found by name: they are listed, not understood.
fn opaque_sites<'t>(tree: &'t Tree<'_>, id: ItemId, ops: &[Op]) -> Vec<Site<'t>> {
    let Location { file, span } = tree.location(id);
    let text = &tree.text(file)[span.range()];
    let mut sites = Vec::new();
    // Whether an object is a region cannot be told there.
    for &op in ops.iter().filter(|op| !matches!(op, Op::Unparent | Op::Free)) {
        for name in tree.words.calls_of(op) {
            let Some(call) = tree.words.call(name) else { continue };
            let bytes = name.as_bytes();
            let starts = text.windows(bytes.len() + 1).enumerate();
            let calls = starts.filter(|(_, at)| at.starts_with(bytes) && at.ends_with(b"("));
            sites.extend(calls.map(|(at, _)| {
                let start = span.start + at as u32;
                let span = Span::new(start, start + bytes.len() as u32);
                let (location, callee) = (Location::new(file, span), name.clone());
                Site { function: id, callee, call, location, args: &[] }
            }));
        }
    }
    sites.sort_by_key(|site| site.location);
    sites
}
