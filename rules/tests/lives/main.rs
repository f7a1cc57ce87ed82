//! What must hold for every device, tried on devices made at random.

mod device;

use device::{Device, devices};
use devmodel_analyzer::lifecycle::{
    DeviceTrace, Glue, Kind, Observed, OwnershipModel, PathOutcome,
};
use devmodel_analyzer::model::Location;
use devmodel_analyzer::{Analysis, Executor, Request, Sequential, Settings, SourceFile, analyze};
use devmodel_edit::{Applicability, Fix, apply, select};
use devmodel_rules::Finding;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A tree and what is stated about it.
#[derive(Clone, Debug)]
struct Case {
    device: Device,
    model: OwnershipModel,
    assume: Glue,
}

fn cases() -> impl Strategy<Value = Case> {
    use OwnershipModel::{OwnerRefs, RegionRefs, SameOwnerUnreferenced};
    let model = prop_oneof![Just(OwnerRefs), Just(RegionRefs), Just(SameOwnerUnreferenced)];
    (devices(), model, any::<bool>(), any::<bool>()).prop_map(
        |(device, model, auto_delete, auto_unparent)| Case {
            device,
            model,
            assume: Glue { auto_delete, auto_unparent },
        },
    )
}

impl Case {
    fn analysis(&self, text: &str, request: Request, executor: &dyn Executor) -> Analysis {
        let file = SourceFile { path: "hw/misc/auk.c".to_owned(), text: text.into() };
        let settings = Settings {
            model: Some(self.model),
            assume: self.assume,
            request,
            ..Settings::default()
        };
        analyze(vec![file], &settings, executor)
    }

    fn findings(&self, text: &str) -> Vec<Finding> {
        let analysis = self.analysis(text, Request::Findings, &Sequential);
        devmodel_rules::check(&analysis, &|_| true)
    }

    fn life(&self, text: &str) -> DeviceTrace {
        let analysis = self.analysis(text, Request::Trace("auk".to_owned()), &Sequential);
        analysis.device.expect("the type is in the tree")
    }
}

/// The fixes of this kind, each with the findings that it cures, and the text after it.
fn cures<'f>(
    text: &str,
    findings: &'f [Finding],
    kind: Applicability,
) -> Vec<(Vec<&'f Finding>, String)> {
    let mut fixes: Vec<(&Fix, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability() == kind) else {
            continue;
        };
        match fixes.iter_mut().find(|(known, _)| known.edits() == fix.edits()) {
            Some((_, cured)) => cured.push(finding),
            None => fixes.push((fix, vec![finding])),
        }
    }
    let applied = |fix: &Fix| {
        let selection = select(&[fix]);
        let edits = selection.files().next().expect("a fix has edits");
        String::from_utf8(apply(text.as_bytes(), edits).expect("a fix applies"))
            .expect("still text")
    };
    fixes.into_iter().map(|(fix, cured)| (cured, applied(fix))).collect()
}

/// What a path leads to, in words that don't depend on where anything stands; what the calls at
/// `removed` run into is left out.
fn fate(life: &DeviceTrace, path: &PathOutcome, removed: &[Location]) -> (bool, Vec<String>) {
    let at_removed = |events: &[usize]| {
        events.last().is_some_and(|&at| removed.contains(&life.events[at].location))
    };
    // Where a region is made a second time while it is a child, it no longer matters what it is in.
    let made_twice = |seen: &Observed| {
        let last = seen.events.last();
        let is_double = |one: &&Observed| one.kind == Kind::DoubleInit && one.events.last() == last;
        seen.kind == Kind::EndedInContainer && path.seen.iter().any(|one| is_double(&one))
    };
    let mut seen: Vec<String> = path
        .seen
        .iter()
        .filter(|seen| !at_removed(&seen.events) && !made_twice(seen))
        .map(|seen| {
            let last = seen.events.last().map(|&at| &life.events[at]);
            let what = last.map(|event| (event.phase, event.op, &event.place, &event.args));
            format!("{:?} {} {:?} {what:?}", seen.kind, seen.place, seen.doubt)
        })
        .collect();
    seen.sort();
    (path.dies, seen)
}

/// How often each thing is reported.
fn tally(findings: &[Finding]) -> BTreeMap<(&'static str, String, String), usize> {
    let mut tally = BTreeMap::new();
    for finding in findings {
        let key = (finding.rule, finding.function.to_string(), finding.region.clone());
        *tally.entry(key).or_default() += 1;
    }
    tally
}

/// What says of a region that it is left when the device should be gone.
const LEFT: [&str; 2] = ["missing-del-subregion", "self-reference-cycle"];

/// How often it was said of a region that it is left, if `key` says so for a realize that fails.
fn left_before(
    before: &BTreeMap<(&'static str, String, String), usize>,
    key: &(&'static str, String, String),
) -> usize {
    let (rule, function, region) = key;
    let said = |left: &'static str| before.get(&(left, function.clone(), region.clone()));
    let left = LEFT.into_iter().filter_map(said).sum();
    if *rule == "leak-on-failed-realize" { left } else { 0 }
}

/// How many calls there are that end something.
fn calls(text: &str) -> usize {
    ["memory_region_del_subregion(", "object_unparent("]
        .iter()
        .map(|call| text.matches(call).count())
        .sum()
}

/// Two threads that take whatever piece is next.
struct Two;

impl Executor for Two {
    fn run(&self, _stage: &'static str, count: usize, work: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let take = || {
            while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < count)
            {
                work(at);
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(take);
            take();
        });
    }
}

proptest! {
    #[test]
    fn removing_what_is_redundant_changes_no_life(case in cases()) {
        let text = case.device.text();
        let findings = case.findings(&text);
        let before = case.life(&text);
        for (cured, after) in cures(&text, &findings, Applicability::Safe) {
            if !cured.iter().all(|finding| finding.rule.starts_with("redundant-")) {
                continue;
            }
            let removed: Vec<Location> = cured.iter().map(|finding| finding.location).collect();
            let life = case.life(&after);
            prop_assert_eq!(before.paths.len(), life.paths.len(), "{}", text);
            for (old, new) in before.paths.iter().zip(&life.paths) {
                let (old, new) = (fate(&before, old, &removed), (fate(&life, new, &[]), new.path));
                prop_assert_eq!(&old, &new.0, "{:?}\n{}\nand after\n{}", new.1, text, after);
            }
        }
    }

    /// A fix may make a call redundant that was needed because of what went. Such a call was there
    /// before, so it is one fix more, and no defect. What was left in every life, and is now only left
    /// where realize fails, was there before too.
    #[test]
    fn a_fix_cures_what_it_is_for_and_no_defect_appears(case in cases()) {
        let text = case.device.text();
        let findings = case.findings(&text);
        let before = tally(&findings);
        for (cured, after) in cures(&text, &findings, Applicability::Safe) {
            let rest = case.findings(&after);
            let rest = tally(&rest);
            for (key, count) in rest.iter().filter(|(key, _)| !key.0.starts_with("redundant-")) {
                let known = before.get(key).copied().unwrap_or_default() + left_before(&before, key);
                prop_assert!(*count <= known, "{:?} appears\n{}\nand after\n{}", key, text, after);
            }
            let written = cured.iter().filter(|finding| LEFT.contains(&finding.rule)).count();
            let (removed, before) = (cured.len() - written, calls(&text));
            prop_assert_eq!(calls(&after) + removed, before + written, "{}\nand after\n{}", text, after);
        }
    }

    #[test]
    fn what_needs_review_cures_and_no_defect_appears(case in cases()) {
        let text = case.device.text();
        let findings = case.findings(&text);
        let before = tally(&findings);
        for (cured, after) in cures(&text, &findings, Applicability::Unsafe) {
            let rest = tally(&case.findings(&after));
            for finding in cured {
                let key = (finding.rule, finding.function.to_string(), finding.region.clone());
                let is_less = rest.get(&key).copied().unwrap_or_default() < before[&key];
                prop_assert!(is_less, "{:?} stays\n{}\nand after\n{}", key, text, after);
            }
            for (key, count) in rest.iter().filter(|(key, _)| !key.0.starts_with("redundant-")) {
                let known = before.get(key).copied().unwrap_or_default() + left_before(&before, key);
                prop_assert!(*count <= known, "{:?} appears\n{}\nand after\n{}", key, text, after);
            }
        }
    }

    #[test]
    fn threads_change_nothing(case in cases()) {
        let text = case.device.text();
        for request in [Request::Findings, Request::Models, Request::Trace("auk".to_owned())] {
            let one = case.analysis(&text, request.clone(), &Sequential);
            let two = case.analysis(&text, request, &Two);
            prop_assert_eq!(format!("{one:?}"), format!("{two:?}"));
        }
    }
}

/// The devices reach what the properties are about: redundant calls of both kinds, faults, and what is
/// missing or comes too late and can be written elsewhere.
#[test]
fn devices_show_what_the_properties_are_about() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut rules = std::collections::BTreeSet::new();
    let mut written = std::collections::BTreeSet::new();
    for _ in 0..800 {
        let case = cases().new_tree(&mut runner).expect("a case").current();
        for finding in case.findings(&case.device.text()) {
            rules.insert(finding.rule);
            if LEFT.contains(&finding.rule) {
                let fix = finding.fix.as_ref().map_or("no", |fix| fix.applicability().as_str());
                written.insert(fix);
            }
        }
    }
    for rule in [
        "redundant-del-subregion",
        "redundant-unparent",
        "unmatched-del-subregion",
        "region-freed-while-child",
        "region-freed-while-live",
        "region-ended-in-container",
    ] {
        assert!(rules.contains(rule), "no device shows {rule}: {rules:?}");
    }
    for fix in ["safe", "unsafe", "no"] {
        assert!(written.contains(fix), "nothing that is left has {fix} fix: {written:?}");
    }
}
