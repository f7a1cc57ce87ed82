//! What a rule is and what it says.

use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{
    Conversion, Cure, Evidence, Kind, LifecyclePath, Observation, Owner, Phase, RegionCall,
    Registration, Removal, Witness,
};
use devmodel_analyzer::model::{Location, Name};
use devmodel_edit::Fix;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Note,
    /// Should be changed.
    Warning,
    /// Aborts, uses freed memory or leaks.
    Error,
}

impl Severity {
    /// The word of the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Severity {
    /// How bad it is that a device aborts or uses memory that is gone: an error where unplug, reset or
    /// the guest can bring it about, one step less for a device that can't come and go.
    pub(crate) fn of_fault(seen: &Observation) -> Self {
        let removed = [LifecyclePath::Unplug, LifecyclePath::Replug, LifecyclePath::LateFinalize];
        let running = [Phase::Runtime, Phase::Reset, Phase::Migration].contains(&seen.phase);
        let reachable = running || removed.iter().any(|path| seen.paths.contains(path));
        match (reachable, seen.pluggable) {
            (true, true) => Self::Error,
            (true, false) | (false, true) => Self::Warning,
            (false, false) => Self::Note,
        }
    }
}

/// What a fix does, in the imperative mood, as the subject of a commit says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// To one region.
    pub one: &'static str,
    /// To several.
    pub many: &'static str,
}

/// One rule of the catalogue.
pub struct Rule {
    /// Its id: file, fixture folder, documentation page and suppression name.
    pub name: &'static str,
    /// What it reports, in one line.
    pub summary: &'static str,
    /// What its fix does.
    pub remedy: Remedy,
    /// The text of the file that defines it; its module comment is the documentation page.
    pub source: &'static str,
    /// Finds the defect.
    pub check: fn(&Analysis) -> Vec<Finding>,
}

impl Rule {
    /// The documentation page, in Markdown.
    #[must_use]
    pub fn documentation(&self) -> String {
        let lines = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
    }
}

/// A defect, where it is, why it is one, and what to do.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The code to look at first.
    pub location: Location,
    /// The function that contains it.
    pub function: Name,
    /// The device types concerned, sorted.
    pub types: Vec<Name>,
    /// The phases in which it happens, sorted.
    pub phases: Vec<Phase>,
    /// The lifecycle paths on which it happens, sorted.
    pub paths: Vec<LifecyclePath>,
    /// The region, as `Struct.field[*].field`.
    pub region: String,
    /// Who owns the region.
    pub owner: Owner,
    /// The container, if one is involved.
    pub container: String,
    /// Who owns the container.
    pub container_owner: Owner,
    /// What, why, what to do: lower case, no full stop, code in backticks.
    pub message: String,
    /// The chain of places that a maintainer would check.
    pub evidence: Vec<Evidence>,
    /// The cure, if there is one that can be written.
    pub fix: Option<Fix>,
    /// A life in which it can be watched, for what was seen in one.
    pub witness: Option<Witness>,
}

impl Finding {
    /// The finding about one call; deleting the call is the cure, and safe, unless the analysis has a
    /// better one.
    #[must_use]
    pub fn about(
        rule: &'static str,
        severity: Severity,
        call: &RegionCall,
        message: String,
    ) -> Self {
        Self {
            rule,
            severity,
            location: call.location,
            function: call.function.clone(),
            types: call.types.clone(),
            phases: call.phases.clone(),
            paths: call.paths.clone(),
            region: call.region.clone(),
            owner: call.owner.clone(),
            container: call.container.clone(),
            container_owner: call.container_owner.clone(),
            message: assuming(message, call.cure.as_ref()),
            evidence: call.evidence.clone(),
            fix: match (&call.cure, &call.removal) {
                (Some(cure), _) => Some(carried_out(cure, true)),
                (None, Removal::Edits(edits)) => Some(Fix::safe(edits.clone())),
                (None, Removal::Refused(_) | Removal::None) => None,
            },
            witness: None,
        }
    }

    /// Takes over the types and paths of a finding that says the same about other types; returns
    /// whether it does.
    pub(crate) fn absorb(&mut self, other: &Self) -> bool {
        let key = |one: &Self| (one.rule, one.location, one.severity);
        if key(self) != key(other) || self.message != other.message || self.fix != other.fix {
            return false;
        }
        self.types.extend(other.types.iter().cloned());
        self.types.sort_unstable();
        self.types.dedup();
        self.paths.extend(other.paths.iter().copied());
        self.paths.sort_unstable();
        self.paths.dedup();
        true
    }

    /// The finding about something that goes wrong in the life of a device, with the cure that the
    /// analysis has worked out, if any. What a device that stays may lack is shown, and not written.
    #[must_use]
    pub fn seen(
        rule: &'static str,
        severity: Severity,
        observation: &Observation,
        message: String,
    ) -> Self {
        let matters = observation.pluggable || observation.kind == Kind::UnmatchedDelete;
        let cure = observation.cure.as_ref();
        Self {
            rule,
            severity,
            location: observation.location,
            function: observation.function.clone(),
            types: observation.types.clone(),
            phases: vec![observation.phase],
            paths: observation.paths.clone(),
            region: observation.region.clone(),
            owner: observation.owner.clone(),
            container: observation.container.clone(),
            container_owner: observation.container_owner.clone(),
            message: assuming(message, cure.filter(|_| matters)),
            evidence: observation.evidence.clone(),
            fix: cure.map(|cure| carried_out(cure, matters)),
            witness: observation.witness.clone(),
        }
    }

    /// The finding about a registration, with the cure that the analysis has worked out, if any.
    #[must_use]
    pub fn registered(
        rule: &'static str,
        severity: Severity,
        seen: &Registration,
        message: String,
    ) -> Self {
        let cure = seen.cure.as_ref();
        Self {
            rule,
            severity,
            location: seen.location,
            function: seen.function.clone(),
            types: Some(seen.ty.clone()).filter(|ty| !ty.is_empty()).into_iter().collect(),
            phases: vec![seen.phase],
            paths: Vec::new(),
            region: seen.what.clone(),
            owner: Owner::Unknown,
            container: seen.container.clone(),
            container_owner: Owner::Unknown,
            message: assuming(message, cure),
            evidence: seen.evidence.clone(),
            fix: cure.map(|cure| carried_out(cure, true)),
            witness: None,
        }
    }

    /// The finding about what is written by hand although it need not be, with the rewrite, if there is one.
    #[must_use]
    pub fn converted(
        rule: &'static str,
        severity: Severity,
        seen: &Conversion,
        message: String,
    ) -> Self {
        let cure = seen.cure.as_ref();
        Self {
            rule,
            severity,
            location: seen.location,
            function: seen.function.clone(),
            types: vec![seen.ty.clone()],
            phases: vec![seen.phase],
            paths: Vec::new(),
            region: seen.regions.join(", "),
            owner: Owner::SelfObject,
            container: String::new(),
            container_owner: Owner::Unknown,
            message: assuming(message, cure),
            evidence: seen.evidence.clone(),
            fix: cure.map(|cure| carried_out(cure, true)),
            witness: None,
        }
    }
}

/// The fix that makes the edits of a cure.
fn carried_out(cure: &Cure, matters: bool) -> Fix {
    let edits = cure.edits.clone();
    match (cure.assumption, matters) {
        (None, _) => Fix::safe(edits),
        (Some(_), true) => Fix::needs_review(edits),
        (Some(_), false) => Fix::display(edits),
    }
}

/// A message that says what the fix takes for granted.
fn assuming(message: String, cure: Option<&Cure>) -> String {
    match cure.and_then(|cure| cure.assumption) {
        Some(assumption) => format!("{message}; the fix takes for granted that {assumption}"),
        None => message,
    }
}
