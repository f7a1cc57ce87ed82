//! Regions that are made anew while a transaction is open.
//!
//! Until the transaction ends, what guest accesses go through still refers to the old region, whose
//! memory the new one has taken over. This happens while a device runs, outside the lifecycle paths,
//! so the functions that open a transaction are walked on their own.

use super::outside::{Outside, Sight};
use super::report::RUNNING;
use super::simulation::excluded;
use super::sites;
use super::{Evidence, Kind, Observation, RegionKind};
use crate::Executor;
use crate::trace::{Event, Place, Relevance, Trace, Tracer};
use crate::tree::{ItemId, per_item};
use crate::vocabulary::Op;

/// What is needed to walk functions.
pub(crate) struct Transactions<'s, 'a> {
    pub(crate) outside: Outside<'s, 'a>,
    pub(crate) relevance: &'s Relevance,
}

impl Transactions<'_, '_> {
    /// Every region that is ended and initialised again inside a transaction of a running device.
    pub(crate) fn observe(&self, executor: &dyn Executor) -> Vec<Observation> {
        let functions = sites::callers(self.outside.tree, &[Op::Begin]);
        let found = per_item(executor, "transactions", functions.len(), &|at| {
            self.in_function(functions[at])
        });
        found.into_iter().flatten().collect()
    }

    fn in_function(&self, function: ItemId) -> Vec<Observation> {
        let Outside { tree, objects, contexts } = self.outside;
        let trace = Tracer::running(tree, objects, self.relevance, function);
        let renewed = renewed(&trace);
        if renewed.is_empty() {
            return Vec::new();
        }
        let contexts = contexts.of(function);
        let Some(entry) = contexts.entries.iter().find(|entry| RUNNING.contains(&entry.phase))
        else {
            return Vec::new();
        };
        let seen = renewed.into_iter().map(|(ended, made)| {
            let (ended, made) = (&trace.events[ended], &trace.events[made]);
            let sight = Sight {
                kind: Kind::RenewedInTransaction,
                function,
                location: made.location,
                phase: entry.phase,
                paths: Vec::new(),
                region: made.region.to_string(),
                region_kind: made.kind,
                evidence: evidence(ended, made),
            };
            self.outside.observation(sight, &contexts)
        });
        seen.collect()
    }
}

fn evidence(ended: &Event, made: &Event) -> Vec<Evidence> {
    let region = &made.region;
    vec![
        Evidence {
            location: ended.location,
            message: format!("`{region}` is taken away here, with a transaction open"),
        },
        Evidence {
            location: made.location,
            message: "it is initialised again here, before the transaction ends".to_owned(),
        },
    ]
}

/// The pairs of events that end a region and make it again in one transaction.
fn renewed(trace: &Trace) -> Vec<(usize, usize)> {
    let mut open = 0_u32;
    let mut ended: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (at, event) in trace.events.iter().enumerate() {
        match event.op {
            Op::Begin => open += 1,
            Op::Commit => {
                open = open.saturating_sub(1);
                if open == 0 {
                    ended.clear();
                }
            }
            Op::Unparent | Op::Delete if open > 0 => ended.push(at),
            Op::Init if open > 0 && is_accessed(event) => {
                let same = |&&end: &&usize| renews(&trace.events[end], event);
                found.extend(ended.iter().find(same).map(|&end| (end, at)));
            }
            _ => {}
        }
    }
    found
}

fn renews(end: &Event, init: &Event) -> bool {
    let known =
        |event: &Event| event.region.place().filter(|place| Place::is_known(place)).cloned();
    known(end).is_some_and(|place| known(init) == Some(place)) && !excluded(end, init)
}

/// Whether accesses go to the region itself: nothing refers to an alias or a pure container.
fn is_accessed(init: &Event) -> bool {
    !matches!(init.kind, None | Some(RegionKind::Alias | RegionKind::Container))
}
