//! Calls that may go together.

use super::simulation::{Comparison, Semantics};
use super::{RegionCall, Verdict};
use crate::objects::{Objects, TypeId};
use crate::trace::{Event, Traces};
use std::collections::BTreeMap;

/// Calls that may go one by one, but not all at once, are not said to be redundant: whoever is told
/// so deletes them all.
pub(crate) fn withdraw(
    rows: &mut [RegionCall],
    objects: &Objects<'_, '_>,
    traces: &Traces<'_, '_>,
    semantics: Semantics,
) {
    let mut by_type: BTreeMap<TypeId, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.verdict == Verdict::Redundant) {
        for ty in row.types.iter().filter_map(|name| objects.named(name)) {
            by_type.entry(ty).or_default().push(at);
        }
    }
    for (ty, members) in by_type.into_iter().filter(|(_, members)| members.len() > 1) {
        let trace = traces.of(ty);
        let events = trace.events.iter().enumerate();
        let goes = |event: &Event| members.iter().any(|&at| rows[at].location == event.location);
        let own: Vec<usize> = events.filter(|(_, event)| goes(event)).map(|(at, _)| at).collect();
        let is_device = objects.is_device(ty) != Some(false);
        let together = Comparison { trace: &trace, is_device, own: &own };
        let Some(difference) = together.difference(semantics) else { continue };
        for at in members {
            rows[at].verdict = Verdict::Unknown;
            rows[at].reason = format!("other calls may go too, but not all of them: {difference}");
        }
    }
}
