//! Devices that go while their registration stays.

use super::call::Call;
use super::place::Place;
use super::program::{MethodId, PairId, Program, has_self, last_part};
use super::walk::{Site, walk};
use crate::lifecycle::{Registration, RegistrationKind};
use crate::model::{ExprKind, Name};
use crate::vocabulary::{Keeps, Role};
use std::collections::BTreeSet;

/// How many steps are followed from a teardown to what it calls.
const MAX_STEPS: usize = 8;

/// Looks at one function that registers.
pub(super) fn observe(program: &Program<'_>, id: MethodId) -> Vec<Registration> {
    let method = program.methods[id].0;
    let walked = walk(program, id);
    let mut found = Vec::new();
    for site in &walked.sites {
        let is_open = site.inner.is_none()
            && program.pairs[site.pair].keeps != Keeps::Descriptor
            && program.outlives(method, &site.container)
            && !program.pairs[site.pair].containers.contains(&method.self_type);
        if is_open {
            let ways = [thrown_away, left_by_manager, left_by_teardown, left_by_one];
            found.extend(ways.iter().find_map(|way| way(program, id, site)));
        }
    }
    found
}

fn seen(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Registration {
    let kind = RegistrationKind::Forgotten;
    let mut seen = program.seen_at(kind, id, site.call, site.pair, &site.container);
    let message = format!("registered with `{}` here", site.container);
    seen.evidence.push(program.evidence(id, site.call.expr.span, message));
    seen
}

/// What names the registration is thrown away, in a tree that takes others back.
fn thrown_away(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Option<Registration> {
    let is_lost =
        site.held.as_ref().is_none_or(|held| held == "_") && is_statement(program, id, site);
    if !program.pairs[site.pair].token || !is_lost || !program.is_removed_somewhere(site.pair) {
        return None;
    }
    let method = program.methods[id].0;
    // Whoever builds a machine has its managers go with it: a method on what lives on does not.
    if !has_self(method) || site.container.root != "self" {
        return None;
    }
    let mut seen = seen(program, id, site);
    let message = "what it is taken back by is thrown away".to_owned();
    seen.evidence.push(program.evidence(id, site.call.expr.span, message));
    Some(seen)
}

/// Whether a call is a statement, or the value of a variable that nobody can name.
fn is_statement(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> bool {
    use crate::model::StmtKind;
    let mut found = false;
    let same = |expr: &crate::model::Expr| std::ptr::eq(expr, site.call.expr);
    program.methods[id].0.function.each_statement(&mut |stmt| match &stmt.kind {
        StmtKind::Expr(expr) => found |= same(expr),
        StmtKind::Declaration(locals) => {
            let lost = locals.iter().filter(|local| local.name == "_");
            found |= lost.filter_map(|local| local.init.as_ref()).any(same);
        }
        _ => {}
    });
    found
}

/// The type keeps the device in one of its fields; a method takes it out of there to end it, and nothing
/// takes it off the container.
fn left_by_manager(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Option<Registration> {
    let method = program.methods[id].0;
    if method.self_type.is_empty() || !has_self(method) {
        return None;
    }
    let kept = kept_in(program, id, site)?;
    let ends = program.methods_of(&method.self_type).find_map(|other| {
        let is_teardown = is_teardown(program, other) && other != id;
        let taken = is_teardown.then(|| taken_from(program, other, &kept)).flatten()?;
        Some((other, taken))
    });
    let (other, taken) = ends?;
    let is_undone = is_undone_around(program, other, site.pair)
        || what_is_dropped_removes(program, method.self_type.as_str(), &kept, site.pair);
    if is_undone {
        return None;
    }
    let mut seen = seen(program, id, site);
    let name = &program.methods[other].0.function.name;
    let message = format!("`{name}` drops what is kept in `{kept}`, and takes nothing back");
    seen.evidence.push(program.evidence(other, taken.expr.span, message));
    Some(seen)
}

/// The field of the type in which a function keeps what it registers.
fn kept_in(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Option<Place> {
    let method = program.methods[id].0;
    let what = site.what.as_ref().filter(|what| what.root != "self")?;
    let words = &program.words.registration;
    program.calls[id].iter().find_map(|call| {
        let (receiver, last, args) = parts(call)?;
        let place = program.place_in(method, receiver)?;
        let is_kept = words.is(Role::Record, last)
            && place.root == "self"
            && !place.fields.is_empty()
            && place != site.container;
        let is_it = args.iter().any(|arg| {
            let mut found = false;
            super::call::deep(arg, &mut |expr| {
                found |= program.place_in(method, expr).as_ref() == Some(what);
            });
            found
        });
        (is_kept && is_it).then_some(place)
    })
}

/// The call by which a function takes something out of a field.
fn taken_from<'a>(program: &Program<'a>, id: MethodId, kept: &Place) -> Option<Call<'a>> {
    let method = program.methods[id].0;
    let words = &program.words.registration;
    let takes = |call: &&Call<'a>| {
        parts(call).is_some_and(|(receiver, last, _)| {
            words.is(Role::Take, last)
                && program.place_in(method, receiver).is_some_and(|place| place == *kept)
        })
    };
    program.calls[id].iter().find(takes).copied()
}

/// The receiver, the name and the other arguments of a method call.
fn parts<'c>(
    call: &Call<'c>,
) -> Option<(&'c crate::model::Expr, &'c str, &'c [crate::model::Expr])> {
    match &call.callee.kind {
        ExprKind::Name(name) if name.contains("::") => {
            Some((call.args.first()?, last_part(name), &call.args[1..]))
        }
        ExprKind::Member { base, name, .. } => Some((base, name, call.args)),
        _ => None,
    }
}

/// Whether a function, what it calls, or a function that calls it takes back.
fn is_undone_around(program: &Program<'_>, id: MethodId, pair: PairId) -> bool {
    program.may_remove(id, pair)
        || program.callers[id].iter().any(|caller| program.may_remove(*caller, pair))
}

/// Whether what is kept in a field takes back when it goes.
fn what_is_dropped_removes(program: &Program<'_>, ty: &str, kept: &Place, pair: PairId) -> bool {
    let field = kept.fields.first().and_then(|field| program.field(ty, field));
    field.is_some_and(|ty| program.drop_removes(ty, pair))
}

/// Whether a device goes by this function, as its name tells.
fn is_teardown(program: &Program<'_>, id: MethodId) -> bool {
    let name = last_part(&program.methods[id].0.function.name);
    program.words.registration.teardown.contains(name)
}

/// A method of the type takes back, but neither its drop nor any teardown leads there.
fn left_by_teardown(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Option<Registration> {
    let method = program.methods[id].0;
    if !is_own_container(program, id, site) {
        return None;
    }
    let drop = program.drop_of(&method.self_type)?;
    let own: Vec<MethodId> = program
        .methods_of(&method.self_type)
        .filter(|other| *other != id && takes_back_what_it_has(program, *other, site))
        .collect();
    let removers = program.removers(site.pair);
    if own.is_empty()
        || !removers.iter().all(|id| program.methods[*id].0.self_type == method.self_type)
    {
        return None;
    }
    let teardowns =
        (0..program.methods.len()).filter(|id| *id == drop || is_teardown(program, *id));
    if teardowns.into_iter().any(|id| leads_to(program, id, removers)) {
        return None;
    }
    let mut seen = seen(program, id, site);
    let takes = &program.methods[own[0]].0.function.name;
    seen.evidence.push(program.named(own[0], format!("`{takes}` takes it back")));
    seen.evidence.push(program.named(drop, "the drop of the type does not lead there".to_owned()));
    Some(seen)
}

/// Whether a function registers with a container that its type has in a field.
fn is_own_container(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> bool {
    has_self(program.methods[id].0)
        && site.container.root == "self"
        && !site.container.fields.is_empty()
}

fn takes_back_what_it_has(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> bool {
    let method = program.methods[id].0;
    program.removals(id).any(|(call, pairs)| {
        let place = call.args.first().and_then(|arg| program.place_in(method, arg));
        pairs.contains(&site.pair) && place.as_ref() == Some(&site.container)
    })
}

/// Whether a function leads to one of some others.
fn leads_to(program: &Program<'_>, id: MethodId, to: &BTreeSet<MethodId>) -> bool {
    let mut known = BTreeSet::from([id]);
    let mut open = vec![id];
    for _ in 0..MAX_STEPS {
        if known.iter().any(|id| to.contains(id)) {
            return true;
        }
        let next = open.iter().flat_map(|id| &program.calls[*id]);
        let next: BTreeSet<MethodId> =
            next.flat_map(|call| program.meanings(call.callee)).collect();
        open = next.into_iter().filter(|id| known.insert(*id)).collect();
    }
    known.iter().any(|id| to.contains(id))
}

/// Other types take theirs back in a method of a trait that this one implements, too.
fn left_by_one(program: &Program<'_>, id: MethodId, site: &Site<'_>) -> Option<Registration> {
    let method = program.methods[id].0;
    let ty = &method.self_type;
    if !is_own_container(program, id, site) || method.trait_name.is_empty() {
        return None;
    }
    let removes = |id: MethodId| program.may_remove(id, site.pair);
    let own_drop = program.drop_of(ty).is_some_and(removes);
    if own_drop || program.methods_of(ty).any(removes) {
        return None;
    }
    let others: Vec<MethodId> = program
        .removers(site.pair)
        .iter()
        .copied()
        .filter(|other| {
            let other = program.methods[*other].0;
            other.trait_name == method.trait_name && other.self_type != *ty
        })
        .collect();
    let types: BTreeSet<&Name> =
        others.iter().map(|other| &program.methods[*other].0.self_type).collect();
    // One may have its reasons; if two do the same, it is the custom.
    if types.len() < 2 {
        return None;
    }
    let mut seen = seen(program, id, site);
    let name = &program.methods[others[0]].0.function.name;
    seen.evidence.push(program.named(others[0], format!("`{name}` takes its own back here")));
    Some(seen)
}
