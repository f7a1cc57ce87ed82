//! Teardown that goes, and teardown that stays.

use super::support::{analysis, check_teardown, conversions, device, file, formatted};
use devmodel_analyzer::lifecycle::ConversionKind;

const HEAD: &str = "use devmodel::manual::{MemoryRegion, NoCx};
use devmodel::{Cx, Device, RealizeCx, RealizeError, SysBus};

#[derive(Debug, Device)]
#[device(name = \"plover\", parent = SysBus)]
#[device(realize = start, unrealize = stop, finalize = end)]
struct Plover {
    f: MemoryRegion,
    g: [MemoryRegion; 2],
    n: u32,
}
";

/// The device with two teardown hooks and further functions.
fn plover(stop: &str, end: &str, more: &str) -> String {
    formatted(&format!(
        "{HEAD}
impl Plover {{
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {{
        self.f.init_ram(cx, \"f\", self.n.into())?;
        Ok(())
    }}

    fn stop(&mut self, cx: &mut Cx<'_, Self>) {{
{stop}
    }}

    fn end(&mut self) {{
{end}
    }}
{more}
}}
"
    ))
}

fn without_hooks(text: &str) -> String {
    let start = text.find("    fn stop").expect("there is a hook");
    let end = text.rfind("}\n").expect("it ends");
    format!("{}{}", text[..start].trim_end_matches('\n').to_owned() + "\n", &text[end..])
        .replace(
            "#[device(realize = start, unrealize = stop, finalize = end)]",
            "#[device(realize = start)]",
        )
        .replace(
            "use devmodel::manual::{MemoryRegion, NoCx};",
            "use devmodel::manual::MemoryRegion;",
        )
        .replace("{Cx, Device,", "{Device,")
}

#[test]
fn whole_hooks_go() {
    let before = plover(
        "for g in 0..2 { self.f.del_subregion(cx, &self.g[g]); self.g[g].unparent(cx); }
         if self.n > 0 { self.f.unparent(cx); } else { let _ = self.f.unparent(cx); }",
        "{ self.f.unparent(&NoCx); }",
        "",
    );
    check_teardown(&before, &without_hooks(&before));
}

#[test]
fn helpers_go_with_their_last_call() {
    let before = plover(
        "self.outer(cx);",
        "",
        "fn outer(&self, cx: &Cx<'_, Self>) { self.inner(cx); }\n\n fn inner(&self, cx: &Cx<'_, Self>) { self.f.unparent(cx); }",
    );
    let after = without_hooks(&before)
        .replace("#[device(realize = start)]", "#[device(realize = start, finalize = end)]")
        .replace("        Ok(())\n    }\n}", "        Ok(())\n    }\n\n    fn end(&mut self) {}\n}")
        .replace("manual::MemoryRegion;", "manual::{MemoryRegion, NoCx};");
    check_teardown(&before, &after);
}

#[test]
fn a_helper_that_others_call_stays() {
    for caller in [
        "pub fn any(&self, cx: &Cx<'_, Self>) { self.inner(cx); }",
        "fn any() { let _ = Self::inner; }",
    ] {
        let helper =
            format!("fn inner(&self, cx: &Cx<'_, Self>) {{ self.f.unparent(cx); }}\n\n {caller}");
        let text = plover("self.inner(cx);", "", &helper);
        let found = conversions(&text);
        assert!(found.iter().all(|one| one.kind != ConversionKind::Teardown), "{caller}");
    }
}

#[test]
fn what_else_a_hook_does_stays() {
    let before = plover(
        "        // Done.
        self.n = 0;

        // And now the regions.
        self.f.unparent(cx);
        // This is something else.
        self.n += 1;
        if self.n > 7 {
            self.n = 7;
            self.f.unparent(cx);
        }",
        "        // A word of farewell.

        self.f.unparent(&NoCx);",
        "",
    );
    let after = before
        .replace("cx: &mut Cx<'_, Self>", "_: &mut Cx<'_, Self>")
        .replace("        // And now the regions.\n        self.f.unparent(cx);\n", "")
        .replace("            self.f.unparent(cx);\n", "")
        .replace("\n        self.f.unparent(&NoCx);\n", "")
        .replace("{MemoryRegion, NoCx}", "MemoryRegion");
    check_teardown(&before, &after);
}

#[test]
fn calls_that_matter_stay() {
    let stays = |stop: &str, more: &str| {
        let found = conversions(&plover(stop, "", more));
        let torn: Vec<_> =
            found.iter().filter(|one| one.kind == ConversionKind::Teardown).collect();
        assert!(torn.is_empty(), "{stop}: {torn:?}");
    };
    stays("self.f.unparent(cx); if cx.ram(&self.f).is_none() { self.n = 1; }", "");
    stays(
        "self.f.unparent(cx); self.look(cx);",
        "fn look(&mut self, cx: &Cx<'_, Self>) { self.n = cx.ram(&self.f).is_some() as u32; }",
    );
    stays(
        "if self.drop_it() { self.f.unparent(cx); }",
        "fn drop_it(&mut self) -> bool { self.n += 1; self.n > 1 }",
    );
    stays(
        "for _ in self.drain() { self.f.unparent(cx); }",
        "fn drain(&mut self) -> Vec<u32> { Vec::new() }",
    );
    stays("if self.n > 0 { self.f.unparent(cx); } else { self.n = 1; }", "");
    stays("let end = || self.f.unparent(cx); end();", "");
}

#[test]
fn hooks_that_run_at_other_times_stay() {
    let text = plover(
        "self.f.unparent(cx);",
        "",
        "fn look(&mut self, cx: &mut Cx<'_, Self>) { self.n = 1; }",
    );
    let stays = |text: &str| {
        let found = conversions(&formatted(text));
        let torn: Vec<_> =
            found.iter().filter(|one| one.kind == ConversionKind::Teardown).collect();
        assert!(torn.is_empty(), "{text}: {torn:?}");
    };
    stays(&text.replace("finalize = end)", "finalize = end, reset(hold = stop))"));
    stays(&text.replace("self.n = 1;", "self.stop(cx);"));
    stays(&text.replace("self.n = 1;", "Self::stop(self, cx);"));
    stays(&text.replace("self.n = 1;", "let stop = Plover::stop; stop(self, cx);"));
    stays(&text.replace("    n: u32,", "    #[irq(in, handler = stop)]\n    n: u32,"));
    stays(&text.replace("fn stop", "#[cfg(unix)] fn stop"));
    stays(&text.replace("self.f.unparent(cx);", "self.f.unparent(self.log(cx));"));
    stays(&text.replace("self.f.unparent(cx);", "#[cfg(unix)] self.f.unparent(cx);"));
}

#[test]
fn other_files_that_call_a_helper() {
    let text = plover(
        "self.inner(cx);",
        "",
        "fn inner(&self, cx: &Cx<'_, Self>) { self.f.unparent(cx); }",
    );
    let other = "use super::*;\n\nimpl Plover {\n    fn any(&self, cx: &Cx<'_, Self>) {\n        self.inner(cx);\n    }\n}\n";
    let files = [file("src/plover.rs", &text), file("src/plover/part.rs", other)];
    let found = analysis(&files).conversions;
    assert!(found.iter().all(|one| one.kind != ConversionKind::Teardown), "{found:?}");
}

#[test]
fn a_call_that_shares_its_line_is_reported_and_not_deleted() {
    let text =
        plover("self.n = 0;", "", "").replace("self.n = 0;", "self.n = 0; self.f.unparent(cx);");
    let found = conversions(&text);
    let torn =
        found.iter().find(|one| one.kind == ConversionKind::Teardown).expect("it is reported");
    assert!(torn.cure.is_none() && !torn.reason.is_empty());
}

#[test]
fn giving_up_undoes_all() {
    let before = device(
        "f: MemoryRegion, g: Vec<MemoryRegion>,",
        "        self.f.init_ram(cx, \"f\", self.g.len() as u64)?;
        if self.g.is_empty() {
            self.f.unparent(cx);
            return Err(RealizeError::device(\"nothing\"));
        }
        if self.g.len() > 4 {
            self.f.unparent(cx);
        }",
    );
    let after = before.replacen(
        "            self.f.unparent(cx);\n            return",
        "            return",
        1,
    );
    check_teardown(&before, &after);
}
