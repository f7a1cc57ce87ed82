//! Rust that is broken, odd or hostile: the analysis says less, and never fails.

use devmodel_analyzer::{Analysis, Features, Request, Sequential, Settings, SourceFile, analyze};
use proptest::prelude::*;

const DEVICE: &str = r#"
#![allow(missing_docs)]
use qom::{ObjectImpl, ObjectType, ParentField, ParentInit};

pub const TYPE_SNIPE: &CStr = c"snipe";

#[repr(C)]
#[derive(qom::Object)]
pub struct SnipeState { parent_obj: ParentField<SysBusDevice>, bar: MemoryRegion, regs: MemoryRegion }

qom_isa!(SnipeState: SysBusDevice, DeviceState, Object);

unsafe impl ObjectType for SnipeState {
    type Class = <SysBusDevice as ObjectType>::Class;
    const TYPE_NAME: &'static CStr = TYPE_SNIPE;
}

impl ObjectImpl for SnipeState {
    type ParentType = SysBusDevice;
    const INSTANCE_INIT: Option<unsafe fn(ParentInit<Self>)> = Some(Self::init);
}

impl DeviceImpl for SnipeState {
    const REALIZE: Option<fn(&Self) -> util::Result<()>> = Some(Self::realize);
}

impl SnipeState {
    unsafe fn init(mut this: ParentInit<Self>) {
        MemoryRegion::init_io(&mut uninit_field_mut!(*this, bar), &OPS, "bar", 0x1000);
        MemoryRegion::init_io(&mut uninit_field_mut!(*this, regs), &OPS, "regs", 0x100);
    }

    fn realize(&self) -> util::Result<()> {
        let at = if self.wide() { 0x100 } else { match self.kind { Kind::A => 0, _ => 8 } };
        unsafe { bindings::memory_region_add_subregion(self.bar.as_mut_ptr(), at, self.regs.as_mut_ptr()) };
        for line in self.lines.iter().enumerate() { self.init_irq(&line); }
        self.check()?;
        Ok(())
    }
}

impl Drop for SnipeState {
    fn drop(&mut self) {
        unsafe { bindings::memory_region_del_subregion(self.bar.as_mut_ptr(), self.regs.as_mut_ptr()) }
    }
}
"#;

fn run(texts: &[(&str, &[u8])]) -> Analysis {
    let file =
        |(path, text): &(&str, &[u8])| SourceFile { path: (*path).to_owned(), text: text.to_vec() };
    let files: Vec<SourceFile> = texts.iter().map(file).collect();
    for request in [Request::EveryCall, Request::Models, Request::Trace("snipe".to_owned())] {
        let settings = Settings { request, ..Settings::default() };
        drop(analyze(files.clone(), &settings, &Sequential));
    }
    analyze(files, &Settings::default(), &Sequential)
}

#[test]
fn the_device_is_understood() {
    let analysis = run(&[("src/lib.rs", DEVICE.as_bytes())]);
    assert_eq!(analysis.statistics.types, 1);
    assert_eq!(analysis.calls.len(), 1, "{:?}", analysis.calls);
    assert_eq!(analysis.calls[0].region, "SnipeState.regs");
    assert_eq!(analysis.statistics.opaque_functions, 0);
}

#[test]
fn what_is_not_seen_is_counted() {
    let broken = DEVICE.replace("fn realize(&self)", "fn realize(&self");
    let analysis = run(&[("src/lib.rs", broken.as_bytes())]);
    assert_eq!(analysis.unreadable.len(), 1);
    let broken =
        format!("{DEVICE}\nfn odd() {{ let = 1; }}\ndevices!(A, B);\ninclude!(\"more.rs\");\n");
    let analysis = run(&[("src/lib.rs", broken.as_bytes())]);
    assert_eq!(analysis.statistics.opaque_functions, 1);
    assert_eq!(analysis.statistics.opaque_macros, 2);
    assert_eq!(analysis.calls.len(), 1);
}

#[test]
fn of_two_functions_of_one_name_none_is_taken_for_the_other() {
    // Only one of them is compiled; which is not known.
    let other = "
        #[cfg(not(feature = \"wide\"))]
        impl SnipeState { fn realize(&self) -> util::Result<()> { Ok(()) } }";
    let twice = format!("{DEVICE}{other}");
    let analysis = run(&[("src/lib.rs", twice.as_bytes())]);
    assert!(
        analysis.observations.iter().all(|seen| seen.function != "SnipeState::realize"),
        "{:?}",
        analysis.observations
    );
}

#[test]
fn what_the_features_leave_out_is_not_read() {
    let wide = DEVICE.replace("impl Drop", "#[cfg(feature = \"wide\")]\nimpl Drop");
    let wide = wide
        .replace("regs: MemoryRegion }", "regs: MemoryRegion, #[cfg(feature = \"x\")] y: u8, }");
    let calls = |features: Option<&[&str]>| {
        let enabled = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let features =
            features.map(|names| Features { packages: vec![(String::new(), enabled(names))] });
        let file = SourceFile { path: "src/lib.rs".to_owned(), text: wide.clone().into_bytes() };
        let settings = Settings { request: Request::EveryCall, features, ..Settings::default() };
        let analysis = analyze(vec![file], &settings, &Sequential);
        assert_eq!(analysis.statistics.opaque_functions, 0);
        analysis.calls.len()
    };
    assert_eq!(calls(None), 1);
    assert_eq!(calls(Some(&["wide"])), 1);
    assert_eq!(calls(Some(&[])), 0);
}

#[test]
fn a_module_may_be_anywhere() {
    let (types, methods) = DEVICE.split_once("impl Drop").expect("it has a Drop");
    let methods = format!("use super::*;\nimpl Drop{methods}");
    let root = format!("{types}\n#[path = \"odd/place.rs\"]\nmod teardown;\n");
    let analysis =
        run(&[("src/lib.rs", root.as_bytes()), ("src/odd/place.rs", methods.as_bytes())]);
    assert_eq!(analysis.calls.len(), 1);
    assert_eq!(analysis.calls[0].types, ["snipe"]);
}

#[test]
fn every_edition_is_read() {
    for text in [
        "fn a(x: Box<dyn Fn(u8) -> u8>) -> u8 { let r#try = 1; r#try }",
        "extern crate alloc; fn a() { let f = |x: u8| -> u8 { x }; f(1); }",
        "async fn a() -> u8 { let f = async { 1 }; f.await }",
        "fn a() { let Some(x) = b() else { return }; if let Some(y) = x && y > 1 { c(y) } }",
        "unsafe extern \"C\" { pub safe fn a(x: u8) -> u8; }",
        "#[unsafe(no_mangle)] pub extern \"C\" fn a() -> &'static core::ffi::CStr { c\"x\" }",
        "fn a<'x, T>(x: &'x T) -> impl Sized + use<'x, T> { x }",
        "const fn a<const N: usize>() -> [u8; N] { [const { 1 }; N] }",
        "fn a() -> impl Fn() { 'outer: loop { break 'outer; } move || () }",
        "trait A { type B<'a> where Self: 'a; async fn c(&self); }",
        "macro_rules! m { ($x:expr) => { $x }; } fn a() { m!(1 => 2; 3); }",
    ] {
        let analysis = run(&[("src/lib.rs", text.as_bytes())]);
        assert_eq!(analysis.statistics.opaque_functions, 0, "{text}");
        assert!(analysis.unreadable.is_empty(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_bytes_are_survived(text in proptest::collection::vec(any::<u8>(), 0..400)) {
        run(&[("src/lib.rs", &text)]);
    }

    #[test]
    fn any_tokens_are_survived(words in proptest::collection::vec(0..WORDS.len(), 0..80)) {
        let text: Vec<&str> = words.into_iter().map(|at| WORDS[at]).collect();
        run(&[("src/lib.rs", text.join(" ").as_bytes())]);
    }

    #[test]
    fn a_damaged_device_is_survived(
        at in 0..DEVICE.len(),
        length in 0_usize..60,
        with in "[(){};,.&*?!a-z ]{0,6}",
    ) {
        let mut text = DEVICE.as_bytes().to_vec();
        let end = (at + length).min(text.len());
        text.splice(at..end, with.bytes());
        run(&[("src/lib.rs", &text)]);
    }
}

const WORDS: &[&str] = &[
    "fn", "f", "(", ")", "{", "}", "self", "&", "mut", "let", "=", ";", "x", ".", "register", "?",
    "if", "else", "match", "=>", "_", ",", "loop", "break", "return", "impl", "Drop", "for", "S",
    "struct", "<", ">", "|", "move", "async", "unsafe", "::", "1", "\"s\"", "'a", "#", "[", "]",
    "!", "Some", "Err",
];
