//! Repairs become patches: one for each subsystem and each kind of change.

use super::Patch;
use super::claim::Claim;
use super::kept::{self, Kept};
use super::maintainers::Maintainers;
use super::subsystem::Subsystem;
use crate::fix::{Fixer, Repair, Wanted};
use anyhow::Result;
use devmodel_analyzer::model::FileId;
use devmodel_rules::{Remedy, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// What one patch does: the same thing in one part of the tree.
#[derive(PartialEq)]
struct Topic {
    subsystem: Subsystem,
    remedy: Remedy,
}

/// The subsystems of the files that are to be repaired.
type Homes = BTreeMap<FileId, Subsystem>;

/// Repairs the tree topic by topic; each patch leaves a tree that is no worse than the one before.
pub(crate) fn by_subsystem(
    fixer: &mut Fixer<'_>,
    wanted: &Wanted,
    maintainers: &Maintainers,
    catalogue: &[Rule],
) -> Result<Vec<Patch>> {
    let home = |file: FileId| maintainers.subsystem(&fixer.session.analysis().file(file).path);
    let homes: Homes = wanted.files.keys().map(|&file| (file, home(file))).collect();
    let (mut patches, mut done) = (Vec::new(), Vec::new());
    while let Some(topic) = next(fixer, wanted, &homes, catalogue, &done) {
        let mut part = wanted.clone();
        part.files.retain(|file, _| homes[file] == topic.subsystem);
        for rules in part.files.values_mut() {
            rules.retain(|rule| remedy(rule, catalogue) == Some(topic.remedy));
        }
        patches.extend(patch(fixer, &part, &topic.subsystem, catalogue)?);
        done.push(topic);
    }
    Ok(patches)
}

/// The first topic with something to repair, but for these; what rests on glue that the tree does not
/// have comes last.
fn next(
    fixer: &Fixer<'_>,
    wanted: &Wanted,
    homes: &Homes,
    catalogue: &[Rule],
    done: &[Topic],
) -> Option<Topic> {
    let analysis = fixer.session.analysis();
    let place = |repair: &Repair| {
        let claims = Claim::of(repair, analysis, catalogue);
        let finding = &repair.findings[0];
        (claims.iter().any(Claim::is_assumed), finding.location, finding.rule)
    };
    let mut open: Vec<_> = fixer.open(wanted).iter().map(place).collect();
    open.sort_unstable();
    let mut topics = open.into_iter().filter_map(|(_, location, rule)| {
        let subsystem = homes[&location.file].clone();
        Some(Topic { subsystem, remedy: remedy(rule, catalogue)? })
    });
    topics.find(|topic| !done.contains(topic))
}

/// What the fixes of a rule do.
fn remedy(name: &str, catalogue: &[Rule]) -> Option<Remedy> {
    catalogue.iter().find(|rule| rule.name == name).map(|rule| rule.remedy)
}

/// Repairs one part of the tree.
fn patch(
    fixer: &mut Fixer<'_>,
    part: &Wanted,
    subsystem: &Subsystem,
    catalogue: &[Rule],
) -> Result<Option<Patch>> {
    let (before, made) = (fixer.texts(), fixer.repairs().count());
    let known = kept::keys(fixer.session.analysis());
    fixer.run(part)?;
    let changes = fixer.changes(&before, &fixer.texts());
    if changes.is_empty() {
        return Ok(None);
    }
    let analysis = fixer.session.analysis();
    let repairs = fixer.repairs().skip(made);
    let claims = repairs.flat_map(|repair| Claim::of(repair, analysis, catalogue)).collect();
    let paths: BTreeSet<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    let kept = Kept::within(analysis, &paths, &known);
    Ok(Some(Patch { subsystem: subsystem.clone(), claims, kept, changes }))
}
