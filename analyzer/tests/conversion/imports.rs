//! Names, however they come in.

use super::support::{check, conversions, converted};

/// A device with one region, whose imports and types are spelled in some way.
fn device(imports: &str, region: &str, attribute: &str) -> String {
    format!(
        "{imports}

#[derive(Device)]
#[device({attribute}parent = SysBus, realize = start)]
struct Plover {{
    f: {region},
}}

impl Plover {{
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {{
        self.f.init_ram(cx, \"f\", 4)?;
        Ok(())
    }}
}}
"
    )
}

fn derived(imports: &str, attribute: &str) -> String {
    format!(
        "{imports}

#[derive(Device)]
#[device({attribute}parent = SysBus)]
struct Plover {{
    #[region(ram, size = 4)]
    f: Region<Ram>,
}}
"
    )
}

#[test]
fn a_module_within_the_list() {
    check(
        &device(
            "use devmodel::{Device, RealizeCx, RealizeError, SysBus, manual};",
            "manual::MemoryRegion",
            "",
        ),
        &derived("use devmodel::{Device, Region, SysBus, region::Ram};", ""),
    );
}

#[test]
fn a_name_within_the_list() {
    check(
        &device(
            "use devmodel::{Device, RealizeCx, RealizeError, SysBus, manual::MemoryRegion};",
            "MemoryRegion",
            "",
        ),
        &derived("use devmodel::{Device, Region, SysBus, region::Ram};", ""),
    );
}

#[test]
fn another_name() {
    check(
        &device(
            "use devmodel::manual::MemoryRegion as Mr;\nuse devmodel::{Device, RealizeCx, RealizeError, SysBus};",
            "Mr",
            "",
        ),
        &derived("use devmodel::region::Ram;\nuse devmodel::{Device, Region, SysBus};", ""),
    );
}

#[test]
fn another_name_of_the_crate() {
    check(
        &device(
            "use dm::manual::MemoryRegion;\nuse dm::{Device, RealizeCx, RealizeError, SysBus};",
            "MemoryRegion",
            "crate = dm, ",
        ),
        &derived("use dm::region::Ram;\nuse dm::{Device, Region, SysBus};", "crate = dm, "),
    );
}

#[test]
fn names_that_others_use_stay() {
    let before = device(
        "use devmodel::manual::MemoryRegion;\nuse devmodel::region::Io;\nuse devmodel::{Device, RealizeCx, RealizeError, SysBus};",
        "MemoryRegion",
        "",
    ) + "\nfn look(_: &Region<Io>, _: &MemoryRegion) -> Result<(), RealizeError> {\n    Ok(())\n}\n";
    let result = converted(&before);
    assert!(
        result
            .starts_with("use devmodel::manual::MemoryRegion;\nuse devmodel::region::{Io, Ram};\n"),
        "{result}"
    );
    assert!(result.contains("{Device, RealizeError, Region, SysBus}"), "{result}");
}

#[test]
fn a_long_list_is_filled_again() {
    let before = device(
        "use devmodel::manual::MemoryRegion;
use devmodel::{
    AccessError, Bus, BusEvent, Child, Device, IrqOut, Ops, PciBus, RealizeCx, RealizeError, State,
    StateError, SysBus,
};",
        "MemoryRegion",
        "",
    );
    let used = "\ntype All =\n    (AccessError, Bus, BusEvent, Child, IrqOut, Ops, PciBus, RealizeError, State, StateError);\n";
    let after = derived(
        "use devmodel::region::Ram;
use devmodel::{
    AccessError, Bus, BusEvent, Child, Device, IrqOut, Ops, PciBus, RealizeError, Region, State,
    StateError, SysBus,
};",
        "",
    );
    check(&format!("{before}{used}"), &format!("{after}{used}"));
}

#[test]
fn names_of_others_mean_nothing() {
    let other = device(
        "use other::manual::MemoryRegion;\nuse devmodel::{Device, RealizeCx, RealizeError, SysBus};",
        "MemoryRegion",
        "",
    );
    assert!(conversions(&other).is_empty());
    let own = device(
        "use devmodel::manual::*;\nuse devmodel::{Device, RealizeCx, RealizeError, SysBus};\n\nstruct MemoryRegion;",
        "MemoryRegion",
        "",
    );
    assert!(conversions(&own).is_empty());
}

#[test]
fn what_comes_by_a_glob_is_found() {
    let text = device(
        "use devmodel::manual::*;\nuse devmodel::{Device, RealizeCx, RealizeError, SysBus};",
        "MemoryRegion",
        "",
    );
    let after = converted(&text);
    assert!(after.contains("    f: Region<Ram>,") && after.contains("region::Ram"), "{after}");
}

#[test]
fn carriage_returns_stay() {
    let text = device(
        "use devmodel::manual::MemoryRegion;\nuse devmodel::{Device, RealizeCx, RealizeError, SysBus};",
        "MemoryRegion",
        "",
    );
    let after = derived("use devmodel::region::Ram;\nuse devmodel::{Device, Region, SysBus};", "");
    assert_eq!(converted(&text.replace('\n', "\r\n")), after.replace('\n', "\r\n"));
}
