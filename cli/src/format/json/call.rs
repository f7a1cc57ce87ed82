//! An audited call, field by field.

use super::finding::{named, words};
use super::head::Loc;
use crate::format::place::Places;
use devmodel_analyzer::lifecycle::{Phase, RegionCall, RegionKind};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Call<'a> {
    callee: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    function: &'a str,
    types: Vec<&'a str>,
    phases: Vec<&'static str>,
    paths: Vec<&'static str>,
    region: Option<&'a str>,
    storage: &'static str,
    owner: &'a str,
    kind: Option<&'static str>,
    container: Option<&'a str>,
    container_owner: &'a str,
    init: Option<Loc<'a>>,
    adds: Vec<Loc<'a>>,
    entry_points: Vec<EntryPoint<'a>>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    hotpluggable: Option<bool>,
    evidence: Vec<Loc<'a>>,
}

#[derive(Serialize)]
struct EntryPoint<'a> {
    phase: &'static str,
    function: &'a str,
    r#type: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(super) fn new(call: &'a RegionCall, places: &Places<'a>) -> Self {
        let place = places.of(call.location);
        let added = |at: &_| Loc::new(*at, "added here", places);
        Self {
            callee: &call.callee,
            file: place.file,
            line: place.start.line,
            column: place.start.column,
            function: &call.function,
            types: call.types.iter().map(|name| name.as_str()).collect(),
            phases: call.phases.iter().copied().map(Phase::as_str).collect(),
            paths: words(&call.paths),
            region: named(&call.region),
            storage: call.storage.as_str(),
            owner: call.owner.as_str(),
            kind: call.kind.map(RegionKind::as_str),
            container: named(&call.container),
            container_owner: call.container_owner.as_str(),
            init: call.init.map(|at| Loc::new(at, "initialised here", places)),
            adds: call.adds.iter().map(added).collect(),
            entry_points: call.entry_points.iter().map(EntryPoint::new).collect(),
            verdict: call.verdict.as_str(),
            reason: &call.reason,
            hotpluggable: call.hotpluggable,
            evidence: Loc::chain(&call.evidence, places),
        }
    }
}

impl<'a> EntryPoint<'a> {
    fn new(entry: &'a devmodel_analyzer::lifecycle::EntryPoint) -> Self {
        Self { phase: entry.phase.as_str(), function: &entry.function, r#type: named(&entry.ty) }
    }
}
