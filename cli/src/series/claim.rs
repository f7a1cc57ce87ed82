//! What a patch claims about one region, written down while the analysis that shows it is at hand.

use super::prose::{list, plain};
use crate::fix::Repair;
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Owner, Phase, RegionCall, Removal, Verdict};
use devmodel_analyzer::vocabulary::Op;
use devmodel_rules::{Finding, Remedy, Rule};

/// Types that share a callback may be many.
const FEW: usize = 4;

/// A finding that a patch cures.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// The file where it is.
    pub(super) path: String,
    /// What the rule does about it.
    pub(super) remedy: Remedy,
    /// The function where it is.
    pub(super) function: String,
    /// The callbacks that lead there.
    pub(super) entries: Vec<String>,
    /// The region.
    pub(super) region: String,
    /// The argument.
    pub(super) argument: Argument,
}

/// Why it may be cured so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// A call goes, and this is why nobody misses it.
    Removal(Removed),
    /// In the words of the rule.
    Message(String),
}

/// A call that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Removed {
    /// Who calls the function that makes it; may be empty.
    pub(super) callers: String,
    /// What it is taken out of; `None` if it is unparented.
    pub(super) container: Option<String>,
    /// Whose the region is.
    pub(super) owner: Owner,
    /// Whose the container is.
    pub(super) container_owner: Owner,
    /// Why it may go.
    pub(super) why: Why,
}

/// What makes a call useless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// For this reason nothing observable changes without it.
    Unobservable(String),
    /// The same, if the device core does what the tree's own does not do yet.
    Assumed(String),
    /// For this reason it can only fail or do nothing.
    TooLate(String),
}

impl Claim {
    /// The claims behind a repair of the tree of this analysis, or of an earlier one.
    pub(crate) fn of(repair: &Repair, analysis: &Analysis, catalogue: &[Rule]) -> Vec<Self> {
        let claims =
            repair.findings.iter().map(|finding| Self::about(finding, repair, analysis, catalogue));
        claims.collect()
    }

    /// The call that goes.
    pub(super) fn removed(&self) -> Option<&Removed> {
        match &self.argument {
            Argument::Removal(removed) => Some(removed),
            Argument::Message(_) => None,
        }
    }

    /// Whether it holds only with glue that the tree does not have.
    pub(super) fn is_assumed(&self) -> bool {
        self.removed().is_some_and(|removed| matches!(removed.why, Why::Assumed(_)))
    }

    fn about(finding: &Finding, repair: &Repair, analysis: &Analysis, catalogue: &[Rule]) -> Self {
        const NAMELESS: Remedy = Remedy { one: "mend a region", many: "mend regions" };
        let rule = catalogue.iter().find(|rule| rule.name == finding.rule);
        let call = repair.calls.iter().find(|call| call.location == finding.location);
        let removed = call.filter(|call| goes(call, finding));
        let argument = removed.and_then(|call| removal(call, analysis));
        Self {
            path: analysis.file(finding.location.file).path.clone(),
            remedy: rule.map_or(NAMELESS, |rule| rule.remedy),
            function: finding.function.to_string(),
            entries: call.map(entries).unwrap_or_default(),
            region: finding.region.clone(),
            argument: argument.unwrap_or_else(|| Argument::Message(finding.message.clone())),
        }
    }
}

/// Whether the cure is nothing but the deletion of the call.
fn goes(call: &RegionCall, finding: &Finding) -> bool {
    let Removal::Edits(edits) = &call.removal else { return false };
    let same = |fix: &devmodel_edit::Fix| edits.iter().all(|edit| fix.edits().contains(edit));
    finding.fix.as_ref().is_some_and(|fix| same(fix) && fix.edits().len() <= edits.len())
}

fn removal(call: &RegionCall, analysis: &Analysis) -> Option<Argument> {
    let reason = plain(&call.reason);
    let is_assumed = analysis.model.assumed.claims().contains(&call.reason.as_str());
    let why = match call.verdict {
        Verdict::Redundant if is_assumed => Why::Assumed(reason),
        Verdict::Redundant => Why::Unobservable(reason),
        Verdict::AfterFinalize => Why::TooLate(reason),
        _ => return None,
    };
    let container = match call.op {
        Op::Delete => Some(call.container.clone()),
        Op::Unparent => None,
        _ => return None,
    };
    Some(Argument::Removal(Removed {
        callers: callers(call),
        container,
        owner: call.owner.clone(),
        container_owner: call.container_owner.clone(),
        why,
    }))
}

/// `unrealize of a and b, also called from f() in realize`
fn callers(call: &RegionCall) -> String {
    let mut callers = Vec::new();
    let mut own = None;
    for &phase in &call.phases {
        let mut functions: Vec<&str> = Vec::new();
        for entry in call.entry_points.iter().filter(|entry| entry.phase == phase) {
            match entry.function == call.function {
                true => own = Some(slot(phase)),
                false => functions.push(&entry.function),
            }
        }
        functions.dedup();
        let functions: Vec<String> = functions.iter().map(|name| format!("{name}()")).collect();
        if !functions.is_empty() {
            callers.push(format!("{} in {}", list(&functions, FEW), slot(phase)));
        }
    }
    let types: Vec<&str> = call.types.iter().map(|name| name.as_str()).collect();
    let types = list(&types, FEW);
    let callers = list(&callers, FEW);
    match own {
        _ if types.is_empty() => String::new(),
        Some(slot) if callers.is_empty() => format!("{slot} of {types}"),
        Some(slot) => format!("{slot} of {types}, also called from {callers}"),
        None if callers.is_empty() => format!("reached from {types}"),
        None => format!("called from {callers} of {types}"),
    }
}

/// The callbacks that lead to the call.
fn entries(call: &RegionCall) -> Vec<String> {
    let mut entries: Vec<String> =
        call.entry_points.iter().map(|entry| entry.function.to_string()).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// The callback that a phase runs, as its slot is called.
fn slot(phase: Phase) -> &'static str {
    match phase {
        Phase::Init => "instance_init",
        Phase::Finalize => "instance_finalize",
        other => other.as_str(),
    }
}
