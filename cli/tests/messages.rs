//! Messages as cargo passes them on, read by the crate that applies them.

mod support;

use rustfix::Filter;
use serde_json::Value;
use std::collections::HashSet;
use support::{Folder, lines, run};

fn messages(folder: &Folder, words: &[&str]) -> (u8, Vec<Value>) {
    let manifest = folder.path().join("Cargo.toml");
    let call = ["check", "--message-format", "json", "--manifest-path", manifest.to_str().unwrap()];
    let run = run(&lines::engine(), &[&call, words].concat());
    assert_eq!(run.errors, "");
    (run.status, run.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

const TEXT: &str = "const A: &str = \"\u{e4}\nbad x\u{f6}\r\ndoubt y\nby-hand z\n\";\n";

fn package(name: &str) -> Folder {
    Folder::new(name)
        .with(
            "Cargo.toml",
            "[package]\nname = \"scratch\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [workspace]\n",
        )
        .with("src/lib.rs", TEXT)
        .with("tests/it.rs", "// devmodel: allow(lines): old\nfn f() {}\n")
}

#[test]
fn every_field_is_that_of_cargo() {
    let folder = package("messages-fields");
    let (status, messages) = messages(&folder, &[]);
    assert_eq!(status, 1);
    let [bad, doubt, by_hand, remark, finished] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(*finished, serde_json::json!({"reason": "build-finished", "success": false}));
    for message in [bad, doubt, by_hand, remark] {
        assert_eq!(message["reason"], "compiler-message");
        let id = message["package_id"].as_str().unwrap();
        assert!(id.starts_with("path+file:///") && id.ends_with("#scratch@0.1.0"), "{id}");
        assert!(message["manifest_path"].as_str().unwrap().ends_with("Cargo.toml"));
        let message = &message["message"];
        assert_eq!(
            (message["$message_type"].as_str(), message["level"].as_str()),
            (Some("diagnostic"), Some("warning"))
        );
        assert!(message["rendered"].as_str().unwrap().contains("warning"));
    }
    assert_eq!(
        (bad["target"]["name"].as_str(), bad["target"]["kind"][0].as_str()),
        (Some("scratch"), Some("lib"))
    );
    assert_eq!(
        (remark["target"]["name"].as_str(), remark["target"]["kind"][0].as_str()),
        (Some("it"), Some("test"))
    );
    assert_eq!(
        bad["message"]["code"],
        serde_json::json!({"code": "devmodel::lines", "explanation": null})
    );
    let span = serde_json::json!({
        "file_name": "src/lib.rs", "byte_start": 20, "byte_end": 29, "line_start": 2, "line_end": 3,
        "column_start": 1, "column_end": 1, "is_primary": true, "label": "`bad x\u{f6}` (owner self)",
        "text": [
            {"text": "bad x\u{f6}", "highlight_start": 1, "highlight_end": 7},
            {"text": "doubt y", "highlight_start": 1, "highlight_end": 1},
        ],
        "suggested_replacement": null, "suggestion_applicability": null, "expansion": null,
    });
    assert_eq!(bad["message"]["spans"], serde_json::json!([span]));
    let applicability = |message: &Value| {
        let help = &message["message"]["children"][0];
        (help["level"].clone(), help["spans"][0]["suggestion_applicability"].clone())
    };
    assert_eq!(applicability(bad), ("help".into(), "MachineApplicable".into()));
    assert_eq!(applicability(doubt), ("help".into(), "MaybeIncorrect".into()));
    assert_eq!(by_hand["message"]["children"], serde_json::json!([]));
    assert_eq!(remark["message"]["code"], Value::Null);
}

#[test]
fn suggestions_can_be_applied() {
    let (_, messages) = messages(&package("messages-applied"), &[]);
    let json: Vec<String> =
        messages.iter().filter_map(|line| line.get("message")).map(Value::to_string).collect();
    let suggestions = |filter| {
        let all = HashSet::new();
        rustfix::get_suggestions_from_json(&json.join("\n"), &all, filter).unwrap()
    };
    let safe = suggestions(Filter::MachineApplicableOnly);
    let applied = rustfix::apply_suggestions(TEXT, &safe).unwrap();
    assert_eq!(applied, TEXT.replace("bad x\u{f6}\r\n", ""));
    let all = rustfix::apply_suggestions(TEXT, &suggestions(Filter::Everything)).unwrap();
    assert_eq!(all, TEXT.replace("bad x\u{f6}\r\ndoubt y\n", ""));
}

#[test]
fn other_formats_of_cargo() {
    let folder = package("messages-others");
    let (status, short) = messages(&folder, &["--fail-on", "error"]);
    assert_eq!((status, &short[4]["success"]), (0, &Value::Bool(true)));
    let manifest = folder.path().join("Cargo.toml");
    let with = |format: &[&str]| {
        let call =
            [&["check", "--quiet", "--manifest-path", manifest.to_str().unwrap()], format].concat();
        run(&lines::engine(), &call).output
    };
    for format in ["human", "short"] {
        assert_eq!(with(&["--message-format", format]), with(&["--format", format]));
    }
    assert!(with(&["--message-format", "json-diagnostic-rendered-ansi"]).contains("\\u001b[1"));
    assert!(
        with(&["--message-format=json-diagnostic-short"])
            .contains("\"rendered\":\"src/lib.rs:2:1: ")
    );
}
