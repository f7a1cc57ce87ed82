//! What stays as it is, and why.

use super::support::{conversions, converted, device, file, rewritten};
use devmodel_analyzer::lifecycle::{Conversion, ConversionKind};

fn lifecycle(text: &str) -> Option<Conversion> {
    conversions(text).into_iter().find(|one| one.kind == ConversionKind::Lifecycle)
}

/// Nothing is said: attributes can't express it.
fn silent(fields: &str, realize: &str) {
    let found = lifecycle(&device(fields, realize));
    assert!(found.is_none(), "{realize}: {found:?}");
}

/// It is reported with a reason that contains `why`, and no rewrite.
fn blocked(text: &str, why: &str) {
    let found = lifecycle(text).unwrap_or_else(|| panic!("nothing is said about\n{text}"));
    assert!(found.cure.is_none(), "a rewrite of\n{text}");
    assert!(found.reason.contains(why), "{}", found.reason);
}

/// It is rewritten only on an assumption that contains `what`.
fn assumed(text: &str, what: &str) {
    let found = lifecycle(text).unwrap_or_else(|| panic!("nothing is said about\n{text}"));
    let assumption = found.cure.expect("a rewrite").assumption.expect("an assumption");
    assert!(assumption.contains(what), "{assumption}");
    assert_eq!(converted(text), *text, "nothing is safe");
}

const ONE: &str = "f: MemoryRegion,";
const TWO: &str = "c: MemoryRegion, f: MemoryRegion,";

#[test]
fn what_attributes_cannot_say() {
    silent(ONE, "if cx.name() == \"a\" { self.f.init_ram(cx, \"f\", 4)?; }");
    silent(ONE, "if self.is_off() { return Ok(()); } self.f.init_ram(cx, \"f\", 4)?;");
    silent(ONE, "give_up!(); self.f.init_ram(cx, \"f\", 4)?;");
    silent(ONE, "self.f.init_ram(cx, \"f\", 4)?; self.f.init_ram(cx, \"f\", 4)?;");
    silent(ONE, "self.f.init_ram(cx, \"f\", cx.name().len() as u64)?;");
    silent(ONE, "self.f.init_io::<Self>(cx, \"f\", 4, Self::accesses())?;");
    silent(ONE, "self.f.init_ram(cx, \"f\", 4)?; if self.on() { self.f.export(cx, 0)?; }");
    silent(ONE, "self.f.init_ram(cx, \"f\", 4)?; cx.set_enabled(&self.f, self.on())?;");
    silent(
        "f: [MemoryRegion; 2],",
        "self.f[0].init_ram(cx, \"f\", 4)?; self.f[1].init_ram(cx, \"f\", 8)?;",
    );
    silent("f: [MemoryRegion; 2],", "for i in 0..1 { self.f[i].init_ram(cx, \"f\", 4)?; }");
    silent(
        "f: [MemoryRegion; 2],",
        "for i in 0..2 { if i == 1 { break; } self.f[i].init_ram(cx, \"f\", 4)?; }",
    );
    silent("f: Vec<MemoryRegion>,", "for f in &mut self.f { f.init_ram(cx, \"f\", 4)?; }");
    silent(
        TWO,
        "self.c.init_ram(cx, \"c\", 8)?; self.f.init_ram(cx, \"f\", 4)?; self.c.add_subregion(cx, 0, &self.f)?;",
    );
    silent(
        TWO,
        "self.c.init_container(cx, \"c\", 8)?; self.f.init_ram(cx, \"f\", 4)?; self.c.add_subregion(cx, self.at(), &self.f)?;",
    );
    silent(
        TWO,
        "self.c.init_container(cx, \"c\", 8)?; if self.on() { self.f.init_ram(cx, \"f\", 4)?; self.c.add_subregion(cx, 0, &self.f)?; }",
    );
}

#[test]
fn what_may_fail_and_go_on() {
    silent(ONE, "let _ = self.f.init_ram(cx, \"f\", 4);");
    silent(ONE, "self.f.init_ram(cx, \"f\", 4).ok();");
    silent(ONE, "self.f.init_ram(cx, \"f\", 4).unwrap();");
    silent(ONE, "self.f.init_ram(cx, \"f\", 4)?; let _ = self.f.export(cx, 0);");
    silent(ONE, "self.f.init_reserved(cx, \"f\", 4)?; self.f.register_vmstate(cx)?;");
}

#[test]
fn what_is_there_under_a_condition() {
    let made = "self.f.init_ram(cx, \"f\", 4)?;";
    silent(ONE, &format!("#[cfg(feature = \"f\")] {made}"));
    silent(ONE, &format!("#[cfg(feature = \"f\")] for _ in 0..1 {{ {made} }}"));
    silent("#[cfg(feature = \"f\")] f: MemoryRegion,", made);
    let text = device(ONE, made);
    let under = |item: &str| text.replace(item, &format!("#[cfg(feature = \"f\")]\n{item}"));
    assert!(conversions(&under("struct Plover")).is_empty());
    blocked(&under("    fn start"), "always there");
    blocked(&under("impl Plover"), "always there");
}

#[test]
fn what_only_looks_like_a_call_of_the_layer() {
    silent(ONE, "self.f.init_ram(self.next(cx), \"f\", 4)?;");
    silent(
        "f: [MemoryRegion; 2],",
        "for i in 0..2 { self.f[self.next()].init_ram(cx, \"f\", 4)?; }",
    );
    let made = "self.f.init_ram(cx, \"f\", 4)?;";
    blocked(&device(ONE, &format!("{made} self.panel.set_enabled(&self.f, false)?;")), "explain");
    blocked(
        &device(ONE, &format!("{made} let panel = Panel; panel.set_enabled(&self.f, false)?;")),
        "explain",
    );
}

#[test]
fn what_others_may_see() {
    let made = "self.f.init_ram(cx, \"f\", 4)?;";
    let text = device("pub f: MemoryRegion,", made);
    assert_ne!(converted(&text), text, "the type is private");
    assumed(&text.replace("struct Plover", "pub struct Plover"), "outside the tree");
}

#[test]
fn a_hook_that_is_more_than_a_hook() {
    let text = device(ONE, "self.f.init_ram(cx, \"f\", 4)?;");
    blocked(
        &text.replace("realize = start)", "realize = start, reset(hold = start))"),
        "by others",
    );
    let more = "impl Plover {\n    fn again(&mut self, cx: &mut RealizeCx<'_, Self>) {\n        let _ = self.start(cx);\n    }\n}\n";
    blocked(&format!("{text}\n{more}"), "by others");
    let other = "fn f(machine: &mut Machine) {\n    machine.start();\n    Worker::start();\n}\n";
    assert_ne!(converted(&format!("{text}\n{other}")), format!("{text}\n{other}"));
}

#[test]
fn what_stands_in_the_way() {
    let made = "self.f.init_ram(cx, \"f\", 4)?;";
    blocked(&device(ONE, &format!("{made} look(&self.f);")), "more than attributes explain");
    blocked(
        &device(ONE, &format!("{made} println!(\"{{:?}}\", self.f);")),
        "more than attributes explain",
    );
    blocked(&device(ONE, &format!("let before = cx.ram(&self.f); {made}")), "before it is made");
    blocked(&device(ONE, &format!("const N: u64 = 4; {made}")), "items of its own");
    blocked(&device("#[allow(unused)] f: MemoryRegion,", made), "attributes already");
    let text = device(ONE, made);
    blocked(&text.replace("derive(Debug, Device)", "derive(Debug, Default, Device)"), "`Default`");
    blocked(
        &text.replace("realize = start", "realize = start, unrealize = elsewhere::stop"),
        "elsewhere::stop",
    );
    blocked(&format!("{text}\nstruct Ram;\n"), "something else in this module");
    blocked(
        &format!("{text}\nfn f(x: &Plover) {{ look(&x.f); }}\n"),
        "more than attributes explain",
    );
    blocked(
        &format!("{text}\nfn f(x: Plover) {{ let Plover {{ f }} = x; }}\n"),
        "more than attributes explain",
    );
    blocked(
        &format!(
            "{text}\nfn f(x: &mut Cx<'_, Plover>, p: &Plover) {{ x.set_romd(&p.f, true); }}\n"
        ),
        "`set_romd`",
    );
    blocked(&format!("{text}\nfn broken() {{ let x = ; }}\n"), "does not parse");
    let inline = text.replace("4)?;\n", "4)?; self.more();\n");
    assert!(lifecycle(&inline).expect("it is reported").cure.is_none());
}

#[test]
fn what_is_no_use_of_the_region() {
    let text =
        device("f: MemoryRegion, s: State,", "self.f.init_ram(cx, \"f\", 4)?; self.s.f += 1;");
    let text = format!(
        "{text}\n#[derive(Debug, Default)]\nstruct State {{\n    f: u32,\n}}\n\nimpl State {{\n    fn f(&self) -> u32 {{\n        self.f\n    }}\n}}\n"
    );
    let found = lifecycle(&text).expect("it is reported");
    assert!(found.cure.is_some_and(|cure| cure.assumption.is_none()), "{}", found.reason);
}

#[test]
fn what_the_derive_refuses() {
    let text = |sizes: [&str; 2], calls: &str| {
        let [whole, part] = sizes;
        device(
            TWO,
            &format!(
                "self.c.init_container(cx, \"c\", {whole})?; self.f.init_ram(cx, \"f\", {part})?; {calls}"
            ),
        )
    };
    blocked(&text(["8", "9"], "self.c.add_subregion(cx, 0, &self.f)?;"), "exceeds");
    blocked(&text(["8", "8"], "self.c.add_subregion(cx, 1, &self.f)?;"), "exceeds");
    blocked(&text(["0", "8"], ""), "size 0");
    blocked(
        &device(
            TWO,
            "self.c.init_ram(cx, \"c\", 8)?; self.f.init_alias(cx, \"f\", &self.c, 4, 8)?;",
        ),
        "shows more",
    );
    let three = "c: MemoryRegion, f: MemoryRegion, g: MemoryRegion,";
    let overlap = "self.c.init_container(cx, \"c\", 8)?; self.f.init_ram(cx, \"f\", 4)?; self.g.init_ram(cx, \"g\", 4)?;
        self.c.add_subregion(cx, 0, &self.f)?; self.c.add_subregion(cx, 2, &self.g)?;";
    blocked(&device(three, overlap), "overlap");
}

#[test]
fn what_is_taken_for_granted() {
    assumed(&device(ONE, "self.f.init_ram(cx, \"plover.f\", 4)?;"), "names");
    let fields = "#[property(default = 1)] n: u32, f: MemoryRegion,";
    let checked = "self.check()?; self.f.init_ram(cx, \"f\", u64::from(self.n))?;";
    assumed(&device(fields, checked), "size");
    let bounded = device(&fields.replace("default = 1", "default = 1, max = 9"), checked);
    assert_ne!(converted(&bounded), bounded, "what is bounded may be taken early");
    let numbered = device(ONE, "self.f.init_ram(cx, \"f\", 4)?;")
        .replace("_: &mut Cx<'_, Self>, _: u64, _: u8", "cx: &mut Cx<'_, Self>, _: u64, _: u8");
    assumed(&numbered.replace("        0\n", "        u64::from(cx.region().field)\n"), "number");
    let calls = "self.c.init_container(cx, \"c\", WHOLE)?; self.f.init_ram(cx, \"f\", 4)?; self.c.add_subregion(cx, 0, &self.f)?;";
    assumed(&device(TWO, calls), "constants");
    let known = device(TWO, calls) + "\nconst WHOLE: u64 = 2 * HALF;\nconst HALF: u64 = 1 << 4;\n";
    assert_ne!(converted(&known), known, "what is in sight is computed");
}

#[test]
fn a_property_that_changes() {
    let fields = "#[property(default = 1, max = 9)] n: u32, f: MemoryRegion,";
    blocked(
        &device(fields, "self.n += 1; self.f.init_ram(cx, \"f\", u64::from(self.n))?;"),
        "changed",
    );
}

#[test]
fn other_files_that_use_the_regions() {
    let text = device("pub(super) f: MemoryRegion,", "self.f.init_ram(cx, \"f\", 4)?;");
    let check = |path: &str, other: &str, is_rewritten: bool| {
        let files = [file("src/plover.rs", &text), file(path, other)];
        let result = rewritten(&files, &super::support::is_safe);
        assert_eq!(result[0].text != files[0].text, is_rewritten, "{path}: {other}");
    };
    let use_it = "fn f(p: &super::Plover) { look(&p.f); }\n";
    check("src/plover/parts.rs", use_it, false);
    check("src/other.rs", use_it, false);
    check("src/other.rs", "fn f(p: &Lapwing) { look(&p.f); }\n", true);
    check(
        "src/other.rs",
        "use devmodel::Cx;\nfn f(p: &Plover, cx: &Cx<'_, Plover>) { cx.ram(&p.f); }\n",
        true,
    );
    check("src/plover/parts.rs", "fn f(p: &Plover) { p.f(); let x = ; }\n", false);
}

#[test]
fn connected_regions_stay_together() {
    let text = device(
        "c: MemoryRegion, f: MemoryRegion, g: MemoryRegion,",
        "self.c.init_container(cx, \"c\", 8)?; self.f.init_ram(cx, \"f\", 4)?; self.g.init_ram(cx, \"g\", 4)?;
         self.c.add_subregion(cx, 0, &self.f)?; look(&self.f);",
    );
    let result = converted(&text);
    assert!(result.contains("c: MemoryRegion") && result.contains("f: MemoryRegion"), "{result}");
    assert!(result.contains("#[region(ram, size = 4)]\n    g: Region<Ram>"), "{result}");
}

#[test]
fn constants_that_are_hostile() {
    let calls = "self.c.init_container(cx, \"c\", WHOLE)?; self.f.init_ram(cx, \"f\", 4)?; self.c.add_subregion(cx, 0, &self.f)?;";
    let text = device(TWO, calls);
    for value in
        ["(".repeat(100_000), "-".repeat(100_000), "WHOLE + 1".to_owned(), "u64::MAX".to_owned()]
    {
        let files = [
            file("src/device.rs", &text),
            file("src/c.rs", &format!("const WHOLE: u64 = {value};")),
        ];
        let result = rewritten(&files, &super::support::is_safe);
        assert_eq!(result[0].text, files[0].text);
    }
}
