//! The letter that goes before the patches.

use super::claim::Claim;
use super::kept::Kept;
use super::prose::{item, list, paragraph, plain, sentence};
use super::{Patch, Series, stat, subject};
use crate::fix::Change;
use crate::format::place::Places;
use crate::format::text::count;
use devmodel_analyzer::lifecycle::Verdict;
use devmodel_rules::Remedy;
use std::collections::BTreeMap;

/// What the series is called.
pub(super) fn subject(patches: &[Patch]) -> String {
    let claims: Vec<Claim> = patches.iter().flat_map(|patch| patch.claims.clone()).collect();
    let phrase = sentence(&subject::phrase(&claims));
    phrase.trim_end_matches('.').to_owned()
}

/// The letter, without signature.
pub(super) fn letter(patches: &[Patch], subjects: &[String], series: &Series<'_>) -> String {
    let parts = [
        paragraph(&purpose(patches)),
        model(series, &resting(patches), patches.len()),
        left(patches),
        shortlog(subjects, series),
        stat::table(&whole(patches)),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}\n", parts.join("\n"))
}

fn purpose(patches: &[Patch]) -> String {
    let mut remedies: Vec<(Remedy, usize)> = Vec::new();
    for claim in patches.iter().flat_map(|patch| &patch.claims) {
        match remedies.iter_mut().find(|(remedy, _)| *remedy == claim.remedy) {
            Some((_, number)) => *number += 1,
            None => remedies.push((claim.remedy, 1)),
        }
    }
    let places = |(remedy, number): &(Remedy, usize)| {
        let what = if *number > 1 { remedy.many } else { remedy.one };
        format!("{what} ({})", count(*number, "place", "places"))
    };
    let places: Vec<String> = remedies.iter().map(places).collect();
    format!(
        "These patches were written by a tool that simulates the life of every device type of the \
         tree: {}. Each argues from who owns the region and who calls the function.",
        places.join("; ")
    )
}

/// What the arguments rest on.
///
/// These patches assume glue, of so many.
fn model(series: &Series<'_>, resting: &[String], total: usize) -> String {
    let facts = &series.analysis.model;
    let places = Places::new(&series.analysis.files);
    let origin = match facts.model_evidence.first() {
        _ if facts.stated => "as stated by hand".to_owned(),
        None => "assumed, as the tree does not show it".to_owned(),
        Some(evidence) => {
            let place = places.of(evidence.location);
            format!("see {}:{}", plain(place.file), place.start.line)
        }
    };
    let (claim, word) = (facts.model.claim(), facts.model.as_str());
    let mut text = format!("In this tree {claim} ({word}; {origin}).");
    let assumed = facts.assumed.claims();
    let has = facts.glue.claims().into_iter().filter(|claim| !assumed.contains(claim));
    for claim in has {
        text.push_str(&format!(" In it {claim}."));
    }
    let who = match resting {
        [] => return paragraph(&text),
        all if all.len() == total => "The series assumes".to_owned(),
        [one] => format!("Patch {one} assumes"),
        some => format!("Patches {} assume", list(some, usize::MAX)),
    };
    let needed = format!(
        "{who} that {}. The tree does not do that yet: the change that brings it has to come first, \
         or devices leak.",
        assumed.join(", and that ")
    );
    format!("{}\n{}", paragraph(&text), paragraph(&needed))
}

/// The numbers of the patches that rest on assumed glue.
fn resting(patches: &[Patch]) -> Vec<String> {
    let rests = |patch: &Patch| patch.claims.iter().any(Claim::is_assumed);
    let numbers = patches.iter().enumerate().filter(|(_, patch)| rests(patch));
    numbers.map(|(at, _)| (at + 1).to_string()).collect()
}

/// What was left in the files that change, by verdict.
fn left(patches: &[Patch]) -> String {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let all: Vec<&Kept> = patches.iter().flat_map(|patch| &patch.kept).collect();
    for kept in &all {
        *counts.entry(kept.verdict).or_default() += 1;
    }
    if all.is_empty() {
        return String::new();
    }
    let head = format!(
        "Of similar calls in the same files, {} left in place; the patches say why:",
        if all.len() == 1 { "1 is".to_owned() } else { format!("{} are", all.len()) }
    );
    let items =
        counts.iter().map(|(verdict, number)| item(&format!("{number}: {}", why(*verdict))));
    format!("{}{}", paragraph(&head), items.collect::<String>())
}

fn why(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Redundant | Verdict::AfterFinalize => "useless, but not to be deleted by machine",
        Verdict::RequiredByModel => "without the call the device would leak or stay mapped",
        Verdict::Runtime => "reached while the device runs",
        Verdict::ErrorPath => "undoes a realize that failed",
        Verdict::ForeignOwner => "the region belongs to somebody else",
        Verdict::Mixed => "the callers or types that share it differ",
        Verdict::Unmatched => "on some path the region was never added",
        Verdict::Unknown => "not decided",
    }
}

fn shortlog(subjects: &[String], series: &Series<'_>) -> String {
    let lines = subjects.iter().map(|subject| format!("  {subject}\n"));
    format!("{} ({}):\n{}", series.author.name, subjects.len(), lines.collect::<String>())
}

/// What all patches together change.
fn whole(patches: &[Patch]) -> Vec<Change> {
    let mut whole: BTreeMap<&str, Change> = BTreeMap::new();
    for change in patches.iter().flat_map(|patch| &patch.changes) {
        let known = whole.entry(&change.path).or_insert_with(|| change.clone());
        known.after.clone_from(&change.after);
    }
    whole.into_values().collect()
}
