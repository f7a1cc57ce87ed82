//! Deletions that lack the condition of their addition.

use super::spelling::Speller;
use super::{Curer, kept};
use crate::insertion;
use crate::lifecycle::observe::Observation;
use crate::lifecycle::simulation::{Kind, Seen, simulate, ways};
use crate::lifecycle::{Cure, Phase};
use crate::model::{Expr, ExprKind, Function, Location, Span, Stmt, StmtKind};
use crate::objects::TypeId;
use crate::trace::{Event, Guard, Trace};
use crate::tree::ItemId;
use crate::vocabulary::Op;
use devmodel_edit::Edit;

pub(super) const SET_ONCE: &str = "the property is not changed while the device is realized";

impl Curer<'_, '_> {
    /// Adds cures to deletions that happen where the region need not have been added.
    pub(super) fn guard_deletions(&self, observations: &mut [Observation]) {
        for seen in observations {
            let sure = seen.kind == Kind::UnmatchedDelete && seen.doubt.is_none();
            if sure && seen.phase == Phase::Unrealize {
                let edits = self.guarded(seen);
                seen.cure = edits.map(|edits| Cure { edits, assumption: Some(SET_ONCE) });
            }
        }
    }

    fn guarded(&self, seen: &Observation) -> Option<Vec<Edit>> {
        let function = self.item_at(seen.location)?;
        let types = self.types_torn_down_by(function)?;
        let mut guards: Option<(Vec<Guard>, Location)> = None;
        for &ty in &types {
            let own = self.lacking(ty, seen.location)?;
            if guards.as_ref().is_some_and(|guards| *guards != own) {
                return None;
            }
            guards = Some(own);
        }
        let (guards, add) = guards?;
        self.wrapped((function, self.item_at(add)?), seen.location, &guards)
    }

    /// The types whose teardown, and nothing else, reaches a function.
    fn types_torn_down_by(&self, function: ItemId) -> Option<Vec<TypeId>> {
        let contexts = self.contexts.of(function);
        let entries = &contexts.entries;
        let only = entries.iter().all(|one| one.phase == Phase::Unrealize && !one.types.is_empty());
        let mut types: Vec<TypeId> =
            entries.iter().flat_map(|entry| entry.types.iter().copied()).collect();
        types.retain(|&id| !self.objects.get(id).is_abstract);
        types.sort_unstable();
        types.dedup();
        (only && contexts.remote.is_empty() && !types.is_empty()).then_some(types)
    }

    /// The conditions of the addition that the deletion lacks, if they make it right, and where the
    /// addition is.
    fn lacking(&self, ty: TypeId, at: Location) -> Option<(Vec<Guard>, Location)> {
        let trace = self.traces.of(ty);
        let mut own = trace.events.iter().enumerate().filter(|(_, event)| event.location == at);
        let ((number, deletion), None) = (own.next()?, own.next()) else { return None };
        let mut adds = trace.events.iter().filter(|event| {
            event.op == Op::Add && !event.rollback && event.region == deletion.region
        });
        let (add, None) = (adds.next()?, adds.next()) else { return None };
        let lacking = |guard: &&Guard| !deletion.guards.contains(guard);
        let guards: Vec<Guard> = kept(add).filter(lacking).cloned().collect();
        let built = add.phase == Phase::Realize && guards.iter().all(|guard| guard.is_choice);
        let cured = built && !guards.is_empty() && self.is_cured(ty, (&trace, number), &guards);
        cured.then_some((guards, add.location))
    }

    /// Whether nothing is wrong with the deletion under these conditions, nor with anything else.
    fn is_cured(&self, ty: TypeId, (trace, at): (&Trace, usize), guards: &[Guard]) -> bool {
        let mut other = Trace::clone(trace);
        let all: Vec<Guard> = trace.events[at].guards.iter().chain(guards).cloned().collect();
        other.events[at] = Event { guards: all.into(), ..other.events[at].clone() };
        let is_device = self.objects.is_device(ty) != Some(false);
        let semantics = self.semantics.applied(is_device);
        ways(trace, is_device).into_iter().all(|way| {
            let before = simulate(trace, semantics, way, &[]);
            let after = simulate(&other, semantics, way, &[]);
            let own =
                |seen: &Seen| seen.kind == Kind::UnmatchedDelete && seen.events.last() == Some(&at);
            after.seen.iter().all(|seen| !own(seen) && before.seen.contains(seen))
        })
    }

    fn wrapped(
        &self,
        (id, model): (ItemId, ItemId),
        at: Location,
        guards: &[Guard],
    ) -> Option<Vec<Edit>> {
        let function = self.tree.function(id);
        let statement = statement_in_block(function, at.span)?;
        let parameter = function.parameters.first()?.name.clone();
        let mut speller =
            Speller::new((self.tree, self.objects), Some(function), vec![id, model], parameter);
        let spelled: Vec<String> =
            guards.iter().map(|guard| speller.guard(guard)).collect::<Option<_>>()?;
        let text = self.tree.text(at.file);
        let condition = spelled.join(" && ");
        insertion::wrap(text, function, &speller.variables, statement, &condition)
    }
}

/// The statement that is nothing but the call, if it stands in braces.
fn statement_in_block(function: &Function, call: Span) -> Option<Span> {
    let is_call = |stmt: &&Stmt| {
        let StmtKind::Expr(Expr { kind: ExprKind::Call { .. }, span }) = &stmt.kind else {
            return false;
        };
        *span == call
    };
    let mut found = function.body.iter().find(is_call).map(|stmt| stmt.span);
    function.each_statement(&mut |stmt| {
        if let StmtKind::Block(inner) = &stmt.kind {
            found = found.or(inner.iter().find(is_call).map(|stmt| stmt.span));
        }
    });
    found
}
