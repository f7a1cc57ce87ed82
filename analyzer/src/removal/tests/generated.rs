//! Random removals from generated functions.

use devmodel_edit::Edit;
use proptest::prelude::*;
use proptest::sample::Index;

use super::device::Device;
use crate::model::StmtKind;
use crate::removal::remove;
use crate::syntax::c::parse::parse;

/// Statements at some depth, with unlike indentation styles left to the fixed tests.
fn statements(depth: u32) -> BoxedStrategy<Vec<String>> {
    let indent = "    ".repeat(depth as usize);
    let plain = prop_oneof![
        Just("unmap(s, i);"),
        Just("unmap(s, &part->mem);"),
        Just("keep(s);"),
        Just("part = &s->parts[i];"),
        Just("i = 0;"),
        Just("i++;"),
        Just("/* unmap(s) is below; */"),
        Just("keep(part); /* trailing } */"),
        Just("if (!s) continue;"),
        Just("\n#ifdef CONFIG_A\nunmap(s, 1);\n#endif"),
        Just(""),
    ];
    let leaf = plain.prop_map(move |text| vec![format!("{indent}{text}")]);
    let one =
        if depth > 3 { leaf.boxed() } else { prop_oneof![3 => leaf, 1 => compound(depth)].boxed() };
    prop::collection::vec(one, 1..6).prop_map(|parts| parts.concat()).boxed()
}

fn compound(depth: u32) -> BoxedStrategy<Vec<String>> {
    let indent = "    ".repeat(depth as usize);
    let head = prop_oneof![
        Just("for (i = 0; i < s->n; i++) {"),
        Just("if (s->a) {"),
        Just("if (check(s)) {"),
        Just("{"),
        Just("for (int j = 0; j < 2; j++) {"),
    ];
    (head, statements(depth + 1))
        .prop_map(move |(head, body)| {
            let ends = (vec![format!("{indent}{head}")], vec![format!("{indent}}}")]);
            [ends.0, body, ends.1].concat()
        })
        .boxed()
}

fn device() -> impl Strategy<Value = String> {
    (statements(2), any::<bool>()).prop_map(|(body, crlf)| {
        let text = format!(
            "/* head */\n\n/* doc */\nstatic void f(S *s)\n{{\n    Part *part;\n    int i;\n\n    \
             while (more(s)) {{\n{}\n    }}\n}}\n\nstatic void class_init(C *k)\n{{\n    \
             k->name = 1;\n    k->exit = f;\n}}\n",
            body.join("\n")
        );
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

/// The lines with a call that nothing asks to go.
fn kept_calls(text: &str) -> usize {
    text.matches("keep(").count()
}

fn is_whole(text: &str) -> bool {
    let tree = parse(text.as_bytes()).expect("the grammar fits the library");
    !tree.root_node().has_error()
}

fn blank_pairs(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.windows(2).filter(|pair| pair == &["", ""]).count()
}

fn undone(before: &str, after: &str, edits: &[Edit]) -> String {
    let mut text = after.to_owned();
    for edit in edits {
        text.insert_str(edit.span.range().start, &before[edit.span.range()]);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn result_is_sound(before in device(), picks in prop::collection::vec(any::<Index>(), 0..4)) {
        let device = Device::new(&before);
        prop_assert!(!device.functions()[0].opaque, "{}", before);
        let total = before.matches("unmap(s, ").count().max(1);
        let picks: Vec<usize> = picks.iter().map(|pick| pick.index(total)).collect();
        let mut seen = 0;
        let requests = device.requests(&mut |text, statement| {
            let call = matches!(statement.kind, StmtKind::Expr(_)) && text.starts_with("unmap(");
            seen += usize::from(call);
            call && picks.contains(&(seen - 1))
        });
        let Ok(edits) = remove(&device, &requests) else { return Ok(()) };
        let after = device.without(&edits);
        prop_assert!(is_whole(&after), "{}\n---\n{}", before, after);
        prop_assert_eq!(kept_calls(&after), kept_calls(&before), "{}\n---\n{}", before, after);
        prop_assert!(blank_pairs(&after) <= blank_pairs(&before), "{}\n---\n{}", before, after);
        prop_assert_eq!(after.matches("#ifdef").count(), after.matches("#endif").count());
        prop_assert_eq!(undone(&before, &after, &edits), before);
        prop_assert_eq!(requests.is_empty(), edits.is_empty());
    }
}
