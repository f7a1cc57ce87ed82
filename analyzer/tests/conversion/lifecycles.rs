//! Devices without the derive.

use super::support::{check, conversions, converted, file, rewritten};
use devmodel_analyzer::lifecycle::ConversionKind;

const BARE: &str = "use devmodel::manual::Lifecycle;
use devmodel::{NoBus, RealizeCx, RealizeError};

pub struct Plover {
    eggs: Vec<u8>,
    nest: Option<u32>,
    limit: usize,
}

impl Lifecycle for Plover {
    const NAME: &'static str = \"plover\";
    type Parent = NoBus;

    fn init() -> Self {
        Self { eggs: Vec::new(), nest: None, limit: 4 }
    }

    fn realize(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.eggs.truncate(self.limit);
        Ok(())
    }
}
";

#[test]
fn without_regions() {
    let after = "use devmodel::{Device, RealizeCx, RealizeError};

#[derive(Device)]
#[device(name = \"plover\", realize = realize)]
pub struct Plover {
    eggs: Vec<u8>,
    nest: Option<u32>,
    #[init(4)]
    limit: usize,
}

impl Plover {
    fn realize(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.eggs.truncate(self.limit);
        Ok(())
    }
}
";
    check(BARE, after);
}

#[test]
fn what_is_no_default_is_said() {
    let before = BARE
        .replace("nest: Option<u32>", "nest: Nest")
        .replace("nest: None, limit: 4", "nest: Nest::default(), limit: 0");
    let result = converted(&before);
    assert!(!result.contains("#[init"), "{result}");
    let before = BARE.replace("Vec::new()", "vec![1]");
    assert!(converted(&before).contains("    #[init(vec![1])]\n    eggs"), "a value of its own");
}

#[test]
fn what_stands_in_the_way() {
    let blocked = |text: String, why: &str| {
        let found = conversions(&text);
        let [one] = found.as_slice() else { panic!("{found:?}\n{text}") };
        assert!(one.kind == ConversionKind::Lifecycle && one.cure.is_none(), "{one:?}");
        assert!(one.reason.contains(why), "{}", one.reason);
    };
    blocked(
        BARE.replace("Self { eggs", "let x = 1;\n        Self { eggs"),
        "starts as is computed",
    );
    blocked(BARE.replace("limit: 4 }", "..Self::other() }"), "starts as is computed");
    blocked(BARE.replace("= \"plover\"", "= PLOVER"), "no literal");
    blocked(format!("{BARE}\nimpl Plover {{\n    fn realize(&self) {{}}\n}}\n"), "two functions");
    blocked(format!("{BARE}\nfn f() -> Plover {{\n    Plover::init()\n}}\n"), "without a derive");
    blocked(format!("{BARE}\nfn f<T: Lifecycle>() {{}}\n"), "without a derive");
}

#[test]
fn another_file_that_knows_it_as_what_it_is() {
    let files = [
        file("src/plover.rs", BARE),
        file("src/main.rs", "fn f() -> &'static str { Plover::NAME }\n"),
    ];
    let result = rewritten(&files, &super::support::is_safe);
    assert_eq!(result[0].text, files[0].text);
}
