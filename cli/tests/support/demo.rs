//! What an analysis of the tree in `golden/tree` could say, and rules that say it.

use cargo_devmodel::Engine;
use devmodel_analyzer::lifecycle::{
    EntryPoint, Evidence, LifecyclePath, ModelFacts, Owner, OwnershipModel, Phase, RegionCall,
    RegionKind, Removal, Storage, Verdict,
};
use devmodel_analyzer::model::{FileId, Location, Name, Span};
use devmodel_analyzer::vocabulary::Op;
use devmodel_analyzer::{Analysis, Executor, Parsed, Settings, SourceFile, Sources, Statistics};
use devmodel_edit::{Edit, Fix};
use devmodel_rules::{Finding, Remedy, Rule, Severity};
use std::sync::atomic::{AtomicUsize, Ordering};

const WINDOW: &str = "hw/demo/window.c";
const TYPES: &str = "hw/demo/window-types.c";
const SLOT: &str = "memory_region_del_subregion(&s->bar, &s->slot[i].io)";
const SHADOW: &str =
    "memory_region_del_subregion(get_system_memory(),\n                                &s->shadow)";
const ROM: &str = "object_unparent(OBJECT(&s->rom))";

const CATALOGUE: &[Rule] = &[
    rule("redundant-del-subregion", "a call that the core makes anyway"),
    rule("del-subregion-in-finalize", "a call that comes too late"),
    rule("unparent-in-finalize", "a region unparented by hand"),
];

const fn rule(name: &'static str, summary: &'static str) -> Rule {
    Rule {
        name,
        summary,
        remedy: Remedy { one: "mend the region", many: "mend the regions" },
        source: "//! # A page\n//!\n//! with text.\n\nconst RULE: () = ();\n",
        check: |_| Vec::new(),
    }
}

/// Declares a type for each `TypeInfo`, and knows the calls of the demonstration tree.
pub(crate) fn engine() -> Engine {
    Engine { catalogue: CATALOGUE, analyze, check }
}

fn analyze(sources: Sources, settings: &Settings, executor: &dyn Executor) -> Analysis {
    let files = sources.files().to_vec();
    let types = AtomicUsize::new(0);
    executor.run("index", files.len(), &|index| {
        let text = String::from_utf8_lossy(&files[index].text);
        types.fetch_add(text.matches("TypeInfo").count(), Ordering::Relaxed);
    });
    Analysis {
        statistics: Statistics {
            files: files.len(),
            functions: 5,
            types: types.into_inner(),
            opaque_functions: 0,
            opaque_macros: 0,
        },
        unreadable: Vec::new(),
        model: model(&files, settings),
        parsed: Parsed::default(),
        observations: Vec::new(),
        registrations: Vec::new(),
        conversions: Vec::new(),
        outcomes: Vec::new(),
        device: None,
        type_names: Vec::new(),
        calls: calls(&files),
        files,
    }
}

fn model(files: &[SourceFile], settings: &Settings) -> ModelFacts {
    let evidence = find(files, "system/memory.c", "object_ref(mr->owner)").map(|location| {
        Evidence { location, message: "a region is kept alive through its owner".to_owned() }
    });
    ModelFacts {
        model: settings.model.unwrap_or(OwnershipModel::OwnerRefs),
        model_evidence: evidence.into_iter().collect(),
        glue: settings.assume,
        assumed: settings.assume,
        stated: settings.model.is_some(),
    }
}

fn find(files: &[SourceFile], path: &str, text: &str) -> Option<Location> {
    let file = files.iter().position(|file| file.path == path)?;
    let start = std::str::from_utf8(&files[file].text).ok()?.find(text)?;
    let span = Span::new(start as u32, (start + text.len()) as u32);
    Some(Location::new(FileId(file as u32), span))
}

fn calls(files: &[SourceFile]) -> Vec<RegionCall> {
    let found = |text| find(files, WINDOW, text);
    let mut calls = Vec::new();
    if let Some(location) = found(SLOT) {
        calls.push(slot(location, files));
    }
    if let Some(location) = found(SHADOW) {
        calls.push(shadow(location));
    }
    if let Some(location) = found(ROM) {
        calls.push(rom(location));
    }
    calls
}

fn slot(location: Location, files: &[SourceFile]) -> RegionCall {
    let init = find(files, WINDOW, "memory_region_init_io(&s->slot[i].io");
    let evidence = [
        (TYPES, ".name = \"window-a\"", "type `window-a`"),
        (WINDOW, "k->exit = window_exit", "called on unrealize"),
        (
            WINDOW,
            "memory_region_init_io(&s->slot[i].io, OBJECT(s), &slot_ops, &s->slot[i],\n",
            "owner is the device itself",
        ),
        (
            WINDOW,
            "memory_region_add_subregion(&s->bar, i * 0x10, &s->slot[i].io)",
            "added once, in realize",
        ),
    ];
    RegionCall {
        function: "window_exit".into(),
        types: names(&["window-a", "window-b"]),
        phases: vec![Phase::Unrealize],
        paths: vec![LifecyclePath::Unplug],
        region: "WindowState.slot[*].io".to_owned(),
        kind: Some(RegionKind::Io),
        container: "WindowState.bar".to_owned(),
        container_owner: Owner::SelfObject,
        init,
        adds: find(files, WINDOW, "memory_region_add_subregion").into_iter().collect(),
        entry_points: vec![EntryPoint {
            phase: Phase::Unrealize,
            function: "window_exit".into(),
            ty: "window-a".into(),
        }],
        verdict: Verdict::Redundant,
        hotpluggable: Some(true),
        evidence: evidence
            .into_iter()
            .filter_map(|(path, text, message)| {
                Some(Evidence { location: find(files, path, text)?, message: message.to_owned() })
            })
            .collect(),
        ..shadow(location)
    }
}

fn shadow(location: Location) -> RegionCall {
    RegionCall {
        callee: "memory_region_del_subregion".into(),
        op: Op::Delete,
        location,
        function: "window_finalize".into(),
        types: names(&["a", "b", "c", "d", "e", "f", "g"]),
        phases: vec![Phase::Finalize],
        paths: vec![LifecyclePath::Introspect, LifecyclePath::Unplug],
        region: "WindowState.shadow".to_owned(),
        storage: Storage::Embedded,
        owner: Owner::SelfObject,
        kind: None,
        container: "get_system_memory()".to_owned(),
        container_owner: Owner::Other("system".into()),
        init: None,
        adds: Vec::new(),
        entry_points: Vec::new(),
        verdict: Verdict::AfterFinalize,
        reason: String::new(),
        hotpluggable: None,
        removal: Removal::None,
        cure: None,
        evidence: Vec::new(),
    }
}

fn rom(location: Location) -> RegionCall {
    RegionCall {
        callee: "object_unparent".into(),
        op: Op::Unparent,
        region: String::new(),
        storage: Storage::Unknown,
        owner: Owner::Unknown,
        container: String::new(),
        container_owner: Owner::Unknown,
        types: names(&["window-a"]),
        verdict: Verdict::Unknown,
        reason: "the initialisation of the region was not found".to_owned(),
        ..shadow(location)
    }
}

fn names(names: &[&str]) -> Vec<Name> {
    names.iter().map(Name::new).collect()
}

fn check(analysis: &Analysis, selected: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let findings = analysis.calls.iter().map(finding);
    let accepted = |finding: &Finding| {
        CATALOGUE.iter().any(|rule| rule.name == finding.rule && selected(rule))
    };
    findings.filter(accepted).collect()
}

fn finding(call: &RegionCall) -> Finding {
    let (rule, severity, message, fix) = match call.verdict {
        Verdict::Redundant => (
            CATALOGUE[0].name,
            Severity::Warning,
            "the core removes `WindowState.slot[*].io` after unrealize, as container and region have one owner; delete the call",
            Some(Fix::safe(vec![deletion(call)])),
        ),
        Verdict::AfterFinalize => (
            CATALOGUE[1].name,
            Severity::Error,
            "`WindowState.shadow` is still mapped when its owner is finalized, so guests reach freed memory; delete the call from unrealize instead",
            Some(Fix::needs_review(vec![deletion(call)])),
        ),
        _ => (
            CATALOGUE[2].name,
            Severity::Note,
            "a region that is a child of the finalized object was unparented before",
            None,
        ),
    };
    Finding {
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
        message: message.to_owned(),
        evidence: call.evidence.clone(),
        fix,
        witness: None,
    }
}

/// The call with its semicolon, indentation and line end.
fn deletion(call: &RegionCall) -> Edit {
    let span = call.location.span;
    let indentation = if call.function == "window_exit" { 8 } else { 4 };
    Edit::deletion(call.location.file, Span::new(span.start - indentation, span.end + 2))
}
