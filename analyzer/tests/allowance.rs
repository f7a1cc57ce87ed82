//! What the authors of a tree accept, and how far it reaches.

use devmodel_analyzer::allowance::{Flaw, allowances, switched_off};
use devmodel_analyzer::model::{FileId, Location, Span};
use devmodel_analyzer::{Features, SourceFile};

/// The lines of a tree that an allowance of `rule` covers: those with `mark(` in them, as `path:number`.
fn covered(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile { path: (*path).to_owned(), text: text.as_bytes().to_vec() })
        .collect();
    let found = allowances(&sources, &|_| true);
    let mut covered = Vec::new();
    for (file, (path, text)) in files.iter().enumerate() {
        for (start, _) in text.match_indices("mark(") {
            let span = Span::new(start as u32, start as u32 + 5);
            let at = Location::new(FileId(file as u32), span);
            let by = |rules: &[String]| rules.iter().any(|name| name == rule);
            if found.iter().any(|one| by(&one.rules) && one.covers(at)) {
                covered.push(format!("{path}:{}", text[..start].matches('\n').count() + 1));
            }
        }
    }
    covered
}

fn check(path: &str, text: &str, lines: &[usize]) {
    let lines: Vec<String> = lines.iter().map(|line| format!("{path}:{line}")).collect();
    assert_eq!(covered(&[(path, text)], "a-rule"), lines, "{text}");
}

#[test]
fn a_comment_is_about_its_line_or_the_next_code() {
    let allow = "devmodel: allow(a-rule): it is known";
    for path in ["a.c", "a.rs"] {
        check(path, &format!("mark(1); // {allow}\nmark(2);\n"), &[1]);
        check(path, &format!("/* {allow} */ mark(1);\nmark(2);\n"), &[1]);
        check(path, &format!("// {allow}\n\n/* more */\n// and more\nmark(1);\nmark(2);\n"), &[5]);
        check(path, &format!("/*\n * {allow}\n */\nmark(1);\n"), &[4]);
        check(path, &format!("// {allow}\nx();\nmark(1);\n"), &[]);
        check(path, &format!("s = \"// {allow}\"; mark(1);\n"), &[]);
        check(path, &format!("// {allow}\r\nmark(1);\r\n"), &[2]);
    }
    check("a.rs", &format!("// {allow}\n#[cfg(x = \"]\")]\n#[a(\n  b\n)]\nmark(1);\n"), &[6]);
    check("a.rs", &format!("mark('\"'); // {allow}\n// \"\nmark(1);"), &[1]);
    check("a.rs", "mark(1); // devmodel: allow(other, a_rule) : it is known\n", &[1]);
    check("a.c", "mark(1); // devmodel: allow(other): it is known\n", &[]);
}

#[test]
fn a_comment_covers_a_statement_of_several_lines_at_either_end() {
    let text = "call(a,\n     b); // devmodel: allow(a-rule): known\n";
    let files = [SourceFile { path: "a.c".to_owned(), text: text.as_bytes().to_vec() }];
    let found = allowances(&files, &|_| true);
    let at = |start, end| Location::new(FileId(0), Span::new(start, end));
    assert!(found[0].covers(at(0, 15)));
    assert!(!found[0].covers(at(0, 6)));
}

#[test]
fn comments_need_a_reason_and_a_form() {
    let flaw = |text: &str| {
        let files = [SourceFile { path: "a.c".to_owned(), text: text.as_bytes().to_vec() }];
        let found = allowances(&files, &|_| true);
        assert!(found.iter().all(|one| !one.covers(Location::new(FileId(0), Span::new(0, 1)))));
        found.first().and_then(|one| one.flaw)
    };
    assert_eq!(flaw("x; // devmodel: allow(a-rule)\n"), Some(Flaw::NoReason));
    assert_eq!(flaw("x; // devmodel: allow(a-rule):  \n"), Some(Flaw::NoReason));
    assert_eq!(flaw("x; /* devmodel: allow(a-rule): */\n"), Some(Flaw::NoReason));
    assert_eq!(flaw("x; // devmodel: allow a-rule: known\n"), Some(Flaw::Form));
    assert_eq!(flaw("x; // devmodel: allow(): known\n"), Some(Flaw::Form));
    assert_eq!(flaw("x; // devmodel: a framework\n"), None);
}

#[test]
fn an_attribute_is_about_what_it_stands_on() {
    for attribute in [
        "#[allow(devmodel::a_rule)]",
        "#[expect(dead_code, devmodel::a_rule, reason = \"known\")]",
        "#[cfg_attr(devmodel, allow(devmodel::a_rule, reason = \"known\"))]",
    ] {
        check("a.rs", &format!("{attribute}\nfn f() {{ mark(); }}\nfn g() {{ mark(); }}\n"), &[2]);
        check("a.rs", &format!("#[inline]\n{attribute}\nfn f() {{ mark(); }}\n"), &[3]);
        check(
            "a.rs",
            &format!("impl S {{\n{attribute}\nfn f() {{\nmark(); }}\nfn g() {{\nmark(); }} }}\n"),
            &[4],
        );
        check(
            "a.rs",
            &format!("struct S {{\n{attribute}\na: [u8; mark()],\nb: [u8; mark()], }}\n"),
            &[3],
        );
        check(
            "a.rs",
            &format!("fn f() {{\n{attribute}\na.mark().mark(1,\nmark());\nmark(); }}\n"),
            &[3, 3, 4],
        );
        check("a.rs", &format!("fn f() {{\n{attribute}\nlet x = mark();\nmark(); }}\n"), &[3]);
    }
    check("a.rs", "#[allow(other::a_rule, a_rule)]\nfn f() { mark(); }\n", &[]);
    check("a.rs", "#[cfg_attr(test, allow(devmodel::a_rule))]\nfn f() { mark(); }\n", &[]);
    check(
        "a.rs",
        "mod m {\n#![allow(devmodel::a_rule)]\nfn f() { mark(); } }\nfn g() { mark(); }\n",
        &[3],
    );
}

#[test]
fn an_attribute_of_a_module_is_about_its_files() {
    let all = "#![allow(devmodel::a_rule)]\n";
    let f = "fn f() { mark(); }\n";
    let tree = |root: &str, library: &str, module: &str| {
        let files = [
            ("p/src/a.rs", f),
            ("p/src/a/b.rs", module),
            ("p/src/bin/tool.rs", f),
            ("p/src/lib.rs", library),
            ("p/src/main.rs", root),
            ("q/src/lib.rs", f),
        ];
        covered(&files, "a-rule")
    };
    assert_eq!(
        tree(f, &format!("{all}{f}"), f),
        ["p/src/a.rs:1", "p/src/a/b.rs:1", "p/src/lib.rs:2"]
    );
    assert_eq!(tree(&format!("{all}{f}"), f, f), ["p/src/main.rs:2"]);
    assert_eq!(tree(f, f, &format!("{all}{f}")), ["p/src/a/b.rs:2"]);
    let declares = format!("#[allow(devmodel::a_rule)]\nmod a;\n{f}");
    assert_eq!(tree(f, &declares, f), ["p/src/a.rs:1", "p/src/a/b.rs:1"]);
}

#[test]
fn code_depends_on_features() {
    let is_off = |condition: &str| {
        let text = format!("#[cfg({condition})]\nfn f() {{ mark(); }}\nfn g() {{ mark(); }}\n");
        let file =
            |path: &str| SourceFile { path: path.to_owned(), text: text.clone().into_bytes() };
        let files = [file("a/src/lib.rs"), file("b/src/lib.rs")];
        let enabled = ["on".to_owned()].into();
        let features = Features { packages: vec![("a".to_owned(), enabled)] };
        let off = switched_off(&files, &features, &|_| true);
        let covers = |file, name| {
            let at = text.find(name).unwrap() as u32;
            off.iter().any(|one| one.covers(Location::new(FileId(file), Span::new(at, at + 4))))
        };
        assert!(!covers(0, "fn g") && !covers(1, "fn f"), "{condition}");
        covers(0, "fn f")
    };
    for condition in ["feature = \"off\"", "not(feature = \"on\")", "all(unix, feature = \"off\")"]
    {
        assert!(is_off(condition), "{condition}");
    }
    assert!(is_off("any(feature = \"off\", not(feature = \"on\"))"));
    for condition in
        ["feature = \"on\"", "unix", "not(unix)", "any(unix, feature = \"off\")", "test"]
    {
        assert!(!is_off(condition), "{condition}");
    }
    assert!(!is_off("all(feature = \"on\", not(feature = \"off\"))"));
}
