//! Reading the ownership model and the glue from a tree's own memory and device core.

use super::{Evidence, Glue, OwnershipModel};
use crate::model::{BinaryOp, Expr, ExprKind, Function, Location, Stmt, StmtKind, UnaryOp};
use crate::objects::{Objects, Scope};
use crate::syntax::c::scan::{ItemKind, MentionKind};
use crate::tree::{ItemId, Tree};
use crate::vocabulary::Op;
use rustc_hash::FxHashSet;

/// What the core shows, and where.
#[derive(Debug, Default)]
pub(crate) struct Detected {
    /// The model; `None` if the tree does not contain a memory core.
    pub(crate) model: Option<OwnershipModel>,
    /// Where the model is to be seen.
    pub(crate) evidence: Vec<Evidence>,
    /// The glue.
    pub(crate) glue: Glue,
}

/// Looks for the core of a tree.
pub(crate) fn detect(tree: &Tree<'_>, objects: &Objects<'_, '_>) -> Detected {
    let mut detected = Detected::default();
    if let Some(reference) = find_reference(tree) {
        detected.model = Some(reference.model);
        detected.evidence.push(reference.evidence);
        refine_by_containment(tree, reference.function, &mut detected);
    }
    detect_glue(tree, objects, &mut detected);
    detected
}

/// The function by which a region is referenced.
struct Reference {
    function: ItemId,
    model: OwnershipModel,
    evidence: Evidence,
}

/// A function with a region as its parameter that references the region, or the region's owner.
fn find_reference(tree: &Tree<'_>) -> Option<Reference> {
    let core = &tree.words.core;
    let users = tree.users_of_name(&core.reference);
    let candidates =
        users.iter().map(|user| user.by).filter(|&id| is_function(tree, id) && tree.is_core(id));
    for id in candidates {
        let function = tree.function(id);
        let [parameter] = &function.parameters[..] else { continue };
        if parameter.ty.name != core.region_type {
            continue;
        }
        let mut found = None;
        each_call(function, &mut |name, args, expr| {
            if name == core.reference && found.is_none() {
                found =
                    args.first().map(|arg| (mentions_member(arg, &core.owner_field), expr.span));
            }
        });
        let Some((owner, span)) = found else { continue };
        let model = if owner { OwnershipModel::OwnerRefs } else { OwnershipModel::RegionRefs };
        let what = if owner { "its owner" } else { "the region itself" };
        let message = format!("using a region references {what}");
        let location = Location::new(function.location.file, span);
        return Some(Reference { function: id, model, evidence: Evidence { location, message } });
    }
    None
}

/// Whether the container's reference is left out when both regions have one owner.
fn refine_by_containment(tree: &Tree<'_>, reference: ItemId, detected: &mut Detected) {
    let core = &tree.words.core;
    let name = tree.name(reference);
    for user in tree.users(reference) {
        let in_core = tree.file_of(user.by) == tree.file_of(reference);
        if user.kind != MentionKind::Call || !in_core || !is_function(tree, user.by) {
            continue;
        }
        let function = tree.function(user.by);
        if !function_mentions_member(function, &core.container_field) {
            continue;
        }
        let mut guarded = None;
        for stmt in &function.body {
            find_guarded(stmt, false, &core.owner_field, &name, &mut guarded);
        }
        let Some((same_owner, span)) = guarded else { continue };
        let location = Location::new(function.location.file, span);
        let message = if same_owner {
            detected.model = Some(OwnershipModel::SameOwnerUnreferenced);
            "containing a region references it only if the owners differ"
        } else {
            "containing a region references it"
        };
        detected.evidence.push(Evidence { location, message: message.to_owned() });
        return;
    }
}

/// Finds the call of `callee` and whether a condition on owners guards it.
fn find_guarded(
    stmt: &Stmt,
    guarded: bool,
    owner: &str,
    callee: &str,
    found: &mut Option<(bool, crate::model::Span)>,
) {
    match &stmt.kind {
        StmtKind::If { condition, then, otherwise } => {
            let differs = compares_member(condition, BinaryOp::NotEqual, owner);
            find_guarded(then, guarded || differs, owner, callee, found);
            if let Some(otherwise) = otherwise {
                let differs = compares_member(condition, BinaryOp::Equal, owner);
                find_guarded(otherwise, guarded || differs, owner, callee, found);
            }
        }
        StmtKind::Block(body) => {
            body.iter().for_each(|stmt| find_guarded(stmt, guarded, owner, callee, found));
        }
        StmtKind::Loop { body, .. } => find_guarded(body, guarded, owner, callee, found),
        _ => stmt.each_expression(&mut |expr| {
            expr.each(&mut |expr| {
                if calls(expr, callee) && found.is_none() {
                    *found = Some((guarded, expr.span));
                }
            });
        }),
    }
}

/// `a->owner != b->owner`, alone or together with other conditions that must hold.
fn compares_member(condition: &Expr, op: BinaryOp, member: &str) -> bool {
    let is_member =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Member { name, .. } if name == member);
    match &condition.kind {
        ExprKind::Unary(UnaryOp::Not, inner) => match op {
            BinaryOp::NotEqual => compares_member(inner, BinaryOp::Equal, member),
            _ => compares_member(inner, BinaryOp::NotEqual, member),
        },
        ExprKind::Binary(BinaryOp::And, left, right) if op == BinaryOp::NotEqual => {
            compares_member(left, op, member) || compares_member(right, op, member)
        }
        ExprKind::Binary(found, left, right) => *found == op && is_member(left) && is_member(right),
        _ => false,
    }
}

/// The device core is whoever calls the unrealize slot; what its file does around that call to the
/// regions of a device is glue.
fn detect_glue(tree: &Tree<'_>, objects: &Objects<'_, '_>, detected: &mut Detected) {
    let (record, field) = &tree.words.core.device_slot;
    for &(_, caller) in tree.member_callers(field) {
        if !is_function(tree, caller) {
            continue;
        }
        let function = tree.function(caller);
        let scope = Scope::new(tree, &objects.casts, function);
        let mut calls_slot = false;
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| calls_slot |= calls_member(&scope, expr, record, field));
            });
        });
        // A class function that chains to its parent calls the slot of one type, not of any.
        if calls_slot && calls_realize_too(tree, caller) && declares_device(tree, objects, caller) {
            scan_core(tree, objects, caller, detected);
        }
    }
}

/// The device core stands where the type of all devices is declared.
fn declares_device(tree: &Tree<'_>, objects: &Objects<'_, '_>, caller: ItemId) -> bool {
    let device = objects.named(&tree.words.core.device_type).map(|id| objects.get(id));
    let location = device.and_then(|ty| ty.location);
    location.is_some_and(|location| location.file == tree.file_of(caller))
}

fn calls_realize_too(tree: &Tree<'_>, caller: ItemId) -> bool {
    let realize = tree.words.slots_of(super::Phase::Realize);
    realize.iter().any(|(record, field)| {
        *record == tree.words.core.device_slot.0
            && tree.member_callers(field).iter().any(|(_, other)| *other == caller)
    })
}

fn calls_member(scope: &Scope<'_, '_>, expr: &Expr, record: &str, field: &str) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    matches!(&callee.kind, ExprKind::Member { base, name, .. }
        if name == field && scope.type_of(base).name == record)
}

/// Follows the device core through its own file.
fn scan_core(tree: &Tree<'_>, objects: &Objects<'_, '_>, core: ItemId, detected: &mut Detected) {
    let file = tree.file_of(core);
    let mut seen = FxHashSet::from_iter([core]);
    let mut queue = vec![core];
    while let Some(id) = queue.pop() {
        let function = tree.function(id);
        note_glue(tree, objects, function, detected);
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    if let ExprKind::Name(name) = &expr.kind
                        && let Some(next) = tree.function_named(name, file)
                        && tree.file_of(next) == file
                        && seen.insert(next)
                    {
                        queue.push(next);
                    }
                });
            });
        });
    }
}

fn note_glue(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    function: &Function,
    detected: &mut Detected,
) {
    let scope = Scope::new(tree, &objects.casts, function);
    each_call(function, &mut |name, args, expr| {
        let Some(call) = tree.words.call(name) else { return };
        let region = args.get(call.region);
        let on_region = region.is_some_and(|region| is_region(objects, &scope, region));
        let (flag, message) = match call.op {
            Op::Delete => {
                (&mut detected.glue.auto_delete, "the core deletes a device's subregions")
            }
            Op::Unparent if on_region => {
                (&mut detected.glue.auto_unparent, "the core unparents a device's regions")
            }
            _ => return,
        };
        *flag = true;
        let location = Location::new(function.location.file, expr.span);
        detected.evidence.push(Evidence { location, message: message.to_owned() });
    });
}

/// Whether an expression is a region, seen through casts to other structures of the object.
pub(crate) fn is_region(objects: &Objects<'_, '_>, scope: &Scope<'_, '_>, expr: &Expr) -> bool {
    objects.is_region_record(&scope.type_of(expr).name)
        || objects.casts.inside(expr).is_some_and(|inner| is_region(objects, scope, inner))
}

fn is_function(tree: &Tree<'_>, id: ItemId) -> bool {
    tree.item(id).kind == ItemKind::Function
}

/// Visits every direct call in a function.
pub(crate) fn each_call<'f>(
    function: &'f Function,
    visit: &mut impl FnMut(&'f str, &'f [Expr], &'f Expr),
) {
    function.each_statement(&mut |stmt| {
        stmt.each_expression(&mut |expr| {
            expr.each(&mut |expr| {
                if let ExprKind::Call { callee, args } = &expr.kind
                    && let ExprKind::Name(name) = &callee.kind
                {
                    visit(name, args, expr);
                }
            });
        });
    });
}

fn calls(expr: &Expr, callee: &str) -> bool {
    matches!(&expr.kind, ExprKind::Call { callee: called, .. }
        if matches!(&called.kind, ExprKind::Name(name) if name == callee))
}

fn mentions_member(expr: &Expr, member: &str) -> bool {
    let mut mentions = false;
    expr.each(&mut |expr| {
        mentions |= matches!(&expr.kind, ExprKind::Member { name, .. } if name == member);
    });
    mentions
}

fn function_mentions_member(function: &Function, member: &str) -> bool {
    let mut mentions = false;
    function.each_statement(&mut |stmt| {
        stmt.each_expression(&mut |expr| mentions |= mentions_member(expr, member));
    });
    mentions
}
