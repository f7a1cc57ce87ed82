//! Calls near those that go, which stay.

use super::prose::{item, list, plain};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{RegionCall, Removal, Verdict};
use devmodel_analyzer::model::{FileId, Name};
use std::collections::BTreeSet;

/// A call that looks like those that go, and why it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The function called.
    callee: String,
    /// The function that contains it.
    function: String,
    /// The region.
    region: String,
    /// What was found out about it.
    pub(super) verdict: Verdict,
    /// Why.
    reason: String,
}

impl Kept {
    /// The calls of these files that stay, of an analysis of the tree after the patch; `known` are the
    /// calls that were there before it.
    pub(crate) fn within(
        analysis: &Analysis,
        paths: &BTreeSet<&str>,
        known: &BTreeSet<CallKey>,
    ) -> Vec<Self> {
        let here = |call: &&RegionCall| {
            let path = analysis.file(call.location.file).path.as_str();
            paths.contains(path) && is_questionable(call) && known.contains(&key(call))
        };
        analysis.calls.iter().filter(here).map(Self::of).collect()
    }

    fn of(call: &RegionCall) -> Self {
        let reason = match &call.removal {
            Removal::Refused(refusal) => format!("{}, but {refusal}", call.reason),
            Removal::None | Removal::Edits(_) if call.verdict == Verdict::Unknown => {
                format!("not decided: {}", call.reason)
            }
            Removal::None | Removal::Edits(_) => call.reason.clone(),
        };
        Self {
            callee: call.callee.to_string(),
            function: call.function.to_string(),
            region: call.region.clone(),
            verdict: call.verdict,
            reason: plain(&reason),
        }
    }
}

/// A call wherever it moves: its file, function, callee and region.
pub(super) type CallKey = (FileId, Name, Name, String);

/// The calls of a tree.
pub(super) fn keys(analysis: &Analysis) -> BTreeSet<CallKey> {
    analysis.calls.iter().map(key).collect()
}

fn key(call: &RegionCall) -> CallKey {
    (call.location.file, call.function.clone(), call.callee.clone(), call.region.clone())
}

/// Nobody would think that a call goes which only the running device makes.
fn is_questionable(call: &RegionCall) -> bool {
    call.verdict != Verdict::Runtime
}

/// The list of what stays and why, one item for what has the same reason; empty if nothing does.
pub(super) fn told(kept: &[Kept]) -> String {
    let key = |one: &Kept| (one.callee.clone(), one.function.clone(), one.reason.clone());
    let mut groups: Vec<(_, Vec<&str>)> = Vec::new();
    for one in kept {
        match groups.iter_mut().find(|(known, _)| *known == key(one)) {
            Some((_, regions)) if regions.contains(&one.region.as_str()) => {}
            Some((_, regions)) => regions.push(&one.region),
            None => groups.push((key(one), vec![&one.region])),
        }
    }
    if groups.is_empty() {
        return String::new();
    }
    let items = groups.iter().map(|((callee, function, reason), regions)| {
        item(&format!("{callee}() of {} in {function}(): {reason}", list(regions, 4)))
    });
    format!("Left in place:\n{}", items.collect::<String>())
}
