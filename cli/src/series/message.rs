//! The commit message of a patch: the argument for it.

use super::claim::{Argument, Claim, Removed, Why};
use super::prose::{list, paragraph, sentence};
use super::{Patch, gone, kept};
use devmodel_analyzer::lifecycle::Owner;

/// Names that are given; of more there is a number.
const NAMED: usize = 8;

/// The paragraphs below the subject.
pub(super) fn message(patch: &Patch) -> String {
    let mut paragraphs = arguments(&patch.claims);
    paragraphs.push(gone::told(&patch.changes, &patch.claims));
    paragraphs.push(kept::told(&patch.kept));
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n")
}

/// The claims; what shares its reason and owner is told together.
fn arguments(claims: &[Claim]) -> Vec<String> {
    let topics = grouped(claims.iter(), |claim| match &claim.argument {
        Argument::Removal(removed) => {
            (Some((&removed.why, removed.container.is_some(), &removed.owner)), None)
        }
        // What is said of one region is not said again of each of the others.
        Argument::Message(message) => (None, Some(message.replace(&claim.region, ""))),
    });
    topics.into_iter().map(|(_, topic)| told(&topic)).collect()
}

/// The members of each group, in the order of the first ones.
fn grouped<T, K: PartialEq>(
    members: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for member in members {
        let its = key(&member);
        match groups.iter_mut().find(|(known, _)| *known == its) {
            Some((_, group)) => group.push(member),
            None => groups.push((its, vec![member])),
        }
    }
    groups
}

fn told(topic: &[&Claim]) -> String {
    if let [first, others @ ..] = topic
        && let Argument::Message(message) = &first.argument
    {
        return paragraph(&format!("{}{}", sentence(message), likewise(others)));
    }
    let deeds = deeds(topic);
    let mut sentences = statements(&deeds);
    let calls: usize = deeds.iter().map(Deed::calls).sum();
    let is_many = calls > 1 || topic.iter().any(|claim| claim.region.contains("[*]"));
    let removed: Vec<&Removed> = topic.iter().filter_map(|claim| claim.removed()).collect();
    sentences.extend(owners(&removed, is_many));
    sentences.extend(removed.first().map(|removed| reason(removed, calls > 1)));
    paragraph(&sentences.join(" "))
}

/// The other regions of which the same is true.
fn likewise(others: &[&Claim]) -> String {
    let mut regions: Vec<&str> = others.iter().map(|claim| claim.region.as_str()).collect();
    regions.dedup();
    match regions.is_empty() {
        true => String::new(),
        false => format!(" The same holds for {}.", list(&regions, NAMED)),
    }
}

/// What some functions do alike.
struct Deed<'c> {
    /// Function, and who calls it.
    actors: Vec<(&'c str, &'c str)>,
    /// The regions, by their container.
    objects: Objects<'c>,
}

type Objects<'c> = Vec<(Option<&'c str>, Vec<&'c str>)>;

impl Deed<'_> {
    fn calls(&self) -> usize {
        self.actors.len() * self.objects.iter().map(|(_, regions)| regions.len()).sum::<usize>()
    }

    /// `f() (unrealize of a) deletes b from c`
    fn told(&self, with_callers: bool) -> String {
        let actor = |&(function, callers): &(&str, &str)| match callers {
            callers if callers.is_empty() || !with_callers => format!("{function}()"),
            callers => format!("{function}() ({callers})"),
        };
        let actors: Vec<String> = self.actors.iter().map(actor).collect();
        let ending = if actors.len() > 1 { "" } else { "s" };
        let objects: Vec<String> = self.objects.iter().map(object).collect();
        let (verb, separator) = match self.objects[..] {
            [(None, _), ..] => ("unparent", ", "),
            _ => ("delete", ", and "),
        };
        format!("{} {verb}{ending} {}", list(&actors, NAMED), objects.join(separator))
    }
}

fn object((container, regions): &(Option<&str>, Vec<&str>)) -> String {
    let regions = list(regions, NAMED);
    container.map_or_else(|| regions.clone(), |container| format!("{regions} from {container}"))
}

fn deeds<'c>(topic: &[&'c Claim]) -> Vec<Deed<'c>> {
    let removals = topic.iter().filter_map(|claim| Some((*claim, claim.removed()?)));
    let by_actor =
        grouped(removals, |(claim, removed)| (claim.function.as_str(), removed.callers.as_str()));
    let mut deeds: Vec<Deed<'c>> = Vec::new();
    for (actor, claims) in by_actor {
        let objects = objects(&claims);
        match deeds.iter_mut().find(|deed| deed.objects == objects) {
            Some(deed) => deed.actors.push(actor),
            None => deeds.push(Deed { actors: vec![actor], objects }),
        }
    }
    deeds
}

fn objects<'c>(claims: &[(&'c Claim, &'c Removed)]) -> Objects<'c> {
    let by_container = grouped(claims, |(_, removed)| removed.container.as_deref());
    let regions = |claims: Vec<&(&'c Claim, &'c Removed)>| {
        let mut regions: Vec<&str> = Vec::new();
        for (claim, _) in claims {
            if !regions.contains(&claim.region.as_str()) {
                regions.push(&claim.region);
            }
        }
        regions
    };
    by_container.into_iter().map(|(container, claims)| (container, regions(claims))).collect()
}

/// The deeds; functions with the same callers share a sentence.
fn statements(deeds: &[Deed<'_>]) -> Vec<String> {
    let by_callers = grouped(deeds, |deed| match deed.actors[..] {
        [(_, callers)] => Some(callers),
        _ => None,
    });
    let mut statements = Vec::new();
    for (callers, deeds) in by_callers {
        match (callers, &deeds[..]) {
            (Some(callers), [_, _, ..]) if !callers.is_empty() => {
                let parts: Vec<String> = deeds.iter().map(|deed| deed.told(false)).collect();
                statements.push(format!("{} (all {callers}).", list(&parts, usize::MAX)));
            }
            _ => statements.extend(deeds.iter().map(|deed| format!("{}.", deed.told(true)))),
        }
    }
    statements
}

/// Whose the regions and containers are.
fn owners(removed: &[&Removed], is_many: bool) -> Option<String> {
    let owner = &removed.first()?.owner;
    let regions = if is_many { "the regions" } else { "the region" };
    let containers = grouped(removed, |one| &one.container_owner);
    let mut clauses = vec![format!("{} {regions}", possessor(owner)?)];
    for (whose, containers) in &containers {
        let mut names: Vec<&str> =
            containers.iter().filter_map(|one| one.container.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        match possessor(whose) {
            None => {}
            Some(_) if names.is_empty() => {}
            Some(_) if *whose == owner && names.len() == 1 => {
                clauses[0].push_str(" and the container")
            }
            Some(_) if *whose == owner => clauses[0].push_str(" and the containers"),
            Some(whose) => clauses.push(format!("{whose} {}", list(&names, NAMED))),
        }
    }
    Some(sentence(&clauses.join("; ")))
}

fn possessor(owner: &Owner) -> Option<String> {
    match owner {
        Owner::SelfObject => Some("the device itself owns".to_owned()),
        Owner::Null => Some("nobody owns".to_owned()),
        Owner::Other(name) => Some(format!("{name} owns")),
        Owner::Unknown => None,
    }
}

fn reason(removed: &Removed, is_many: bool) -> String {
    let (call, aborts) = if is_many { ("calls", "they abort") } else { ("call", "it aborts") };
    match &removed.why {
        Why::Unobservable(reason) => {
            format!("Nothing observable changes without the {call}: {reason}.")
        }
        Why::Assumed(claim) => {
            format!("Assuming that {claim}, nothing observable changes without the {call}.")
        }
        Why::TooLate(reason) if removed.container.is_some() => {
            format!("That is too late: {reason}, so that {aborts} if ever reached.")
        }
        Why::TooLate(reason) => format!("That is too late: {reason}."),
    }
}
