//! Repairs become patches: one for each subsystem.

use super::Patch;
use super::claim::Claim;
use super::kept::Kept;
use super::maintainers::Maintainers;
use super::subsystem::Subsystem;
use crate::fix::{Fixer, Wanted};
use anyhow::Result;
use devmodel_rules::Rule;
use std::collections::BTreeSet;

/// Repairs the tree subsystem by subsystem, in the order of their first files; each patch leaves a
/// tree that is no worse than the one before.
pub(crate) fn by_subsystem(
    fixer: &mut Fixer<'_>,
    wanted: &Wanted,
    maintainers: &Maintainers,
    catalogue: &[Rule],
) -> Result<Vec<Patch>> {
    let (mut patches, mut done) = (Vec::new(), Vec::new());
    while let Some(subsystem) = next(fixer, wanted, maintainers, &done) {
        let mut part = wanted.clone();
        let analysis = fixer.session.analysis();
        part.files.retain(|&file| maintainers.subsystem(&analysis.file(file).path) == subsystem);
        patches.extend(patch(fixer, &part, &subsystem, catalogue)?);
        done.push(subsystem);
    }
    Ok(patches)
}

/// The first subsystem in which there is something to repair, but for these.
fn next(
    fixer: &Fixer<'_>,
    wanted: &Wanted,
    maintainers: &Maintainers,
    done: &[Subsystem],
) -> Option<Subsystem> {
    let mut files: Vec<_> =
        fixer.open(wanted).iter().map(|repair| repair.findings[0].location.file).collect();
    files.sort_unstable();
    let analysis = fixer.session.analysis();
    let mut subsystems = files.iter().map(|&file| maintainers.subsystem(&analysis.file(file).path));
    subsystems.find(|subsystem| !done.contains(subsystem))
}

/// Repairs one part of the tree.
fn patch(
    fixer: &mut Fixer<'_>,
    part: &Wanted,
    subsystem: &Subsystem,
    catalogue: &[Rule],
) -> Result<Option<Patch>> {
    let (before, made) = (fixer.texts(), fixer.repairs().count());
    fixer.run(part)?;
    let changes = fixer.changes(&before, &fixer.texts());
    if changes.is_empty() {
        return Ok(None);
    }
    let analysis = fixer.session.analysis();
    let repairs = fixer.repairs().skip(made);
    let claims = repairs.flat_map(|repair| Claim::of(repair, analysis, catalogue)).collect();
    let paths: BTreeSet<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    let kept = Kept::within(analysis, &paths);
    Ok(Some(Patch { subsystem: subsystem.clone(), claims, kept, changes }))
}
