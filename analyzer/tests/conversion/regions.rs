//! What calls become as attributes.

use super::support::{attributes, check, conversions, device};

/// What one region's calls become.
fn becomes(realize: &str, attribute: &str) {
    let text = device("f: MemoryRegion,", realize);
    assert_eq!(attributes(&text), [attribute], "{realize}");
}

#[test]
fn every_kind_of_region() {
    becomes("self.f.init_container(cx, \"f\", 0x10)?;", "#[region(container, size = 0x10)]");
    becomes("self.f.init_reserved(cx, \"f\", 0x10)?;", "#[region(reserved, size = 0x10)]");
    becomes("self.f.init_ram(cx, \"f\", SIZE)?;", "#[region(ram, size = SIZE)]");
    becomes("self.f.init_rom(cx, \"f\", Self::SIZE)?;", "#[region(rom, size = Self::SIZE)]");
    becomes(
        "self.f.init_rom_device::<Self>(cx, \"f\", 1 << 12, Access::new())?;",
        "#[region(rom_device, size = 1 << 12)]",
    );
    becomes(
        "self.f.init_io::<Regs<0>>(cx, \"f\", spec::SIZE as u64, Access::default())?;",
        "#[region(io, size = spec::SIZE as u64, ops = Regs<0>)]",
    );
    becomes("self.f.init_io::<Plover>(cx, \"f\", 4, Access::new())?;", "#[region(io, size = 4)]");
}

#[test]
fn everything_that_is_said_about_a_region() {
    becomes(
        "self.f.init_ram(cx, \"f\", 4)?; self.f.set_unmergeable(cx)?; self.f.export(cx, BAR)?; \
         cx.set_enabled(&self.f, false)?; self.f.register_vmstate(cx)?;",
        "#[region(ram, size = 4, export = BAR, enabled = false, migrate, unmergeable)]",
    );
    becomes(
        "self.f.init_ram(cx, \"f\", 4)?; let _ = cx.set_enabled(&self.f, true);",
        "#[region(ram, size = 4)]",
    );
}

#[test]
fn accesses() {
    let becomes = |access: &str, words: &str| {
        becomes(
            &format!("self.f.init_io::<Self>(cx, \"f\", 4, {access})?;"),
            &format!("#[region(io, size = 4{words})]"),
        );
    };
    becomes("Access::new().valid(1, 8)", ", valid(1..=8)");
    becomes("Access::new().valid_unaligned()", ", valid(unaligned)");
    becomes(
        "Access::new().big_endian().implemented_unaligned().implemented(2, 2).valid(4, 4)",
        ", valid(4), implemented(2, unaligned), endian = \"big\"",
    );
}

#[test]
fn sizes_of_properties() {
    let becomes = |size: &str, attribute: &str| {
        let fields = "#[property(default = 1, max = 8)] n: u32, #[property(default = 1)] w: u64, f: MemoryRegion,";
        let text = device(fields, &format!("self.f.init_ram(cx, \"f\", {size})?;"));
        assert_eq!(
            attributes(&text),
            [format!("#[region(ram, size_from = {attribute})]")],
            "{size}"
        );
    };
    becomes("u64::from(self.n)", "n");
    becomes("self.n.into()", "n");
    becomes("self.n as u64 * 512", "n * 512");
    becomes("(self.n as u64) << SHIFT", "n << SHIFT");
    becomes("PAGE * (u64::from(self.n) + self.w)", "PAGE * (n + w)");
    let refused = |size: &str| {
        let fields = "#[property(default = 1)] n: i32, s: u32, f: MemoryRegion,";
        let text = device(fields, &format!("self.f.init_ram(cx, \"f\", {size})?;"));
        assert!(conversions(&text).is_empty(), "{size}");
    };
    refused("self.n as u64");
    refused("u64::from(self.s)");
    refused("size");
    refused("self.compute()");
}

#[test]
fn a_container_and_what_lies_in_it() {
    let fields = "bar: MemoryRegion, regs: [MemoryRegion; 3], win: MemoryRegion,";
    let realize = "self.bar.init_container(cx, \"bar\", 0x1000)?;
        for (i, r) in self.regs.iter_mut().enumerate() {
            r.init_io::<Self>(cx, \"regs\", 0x10, Access::new())?;
            self.bar.add_subregion(cx, 0x100 + u64::from(i) * 0x10, r)?;
            r.export(cx, i as u8 + 2)?;
        }
        self.win.init_alias(cx, \"win\", &self.bar, 0, 0x80)?;
        self.bar.add_subregion_overlap(cx, 0x100, &self.win, PRIO - 1)?;";
    assert_eq!(
        attributes(&device(fields, realize)),
        [] as [&str; 0],
        "elements can't be both in and exported"
    );
    let realize = realize.replace("r.export(cx, i as u8 + 2)?;", "");
    let expected = [
        "#[region(container, size = 0x1000)]",
        "#[region(io, size = 0x10, in = bar, at = 0x100)]",
        "#[region(alias(of = bar, size = 0x80), in = bar, at = 0x100, prio = PRIO - 1)]",
    ];
    assert_eq!(attributes(&device(fields, &realize)), expected);
}

#[test]
fn elements_that_are_exported() {
    let text = device(
        "f: [MemoryRegion; N],",
        "for i in 0..N { self.f[i].init_ram(cx, \"f\", 4)?; self.f[i].export(cx, 1 + i as u8)?; }",
    );
    assert_eq!(attributes(&text), ["#[region(ram, size = 4, export = 1)]"]);
}

#[test]
fn what_else_realize_does_stays() {
    let before = device(
        "/// Registers.\n    pub(crate) f: MemoryRegion,\n    n: u32,",
        "        // First of all.
        self.n = 1;

        // The registers.
        self.f.init_ram(cx, \"f\", 4)?; // four bytes
        self.f.export(cx, 0)?;

        // Then the rest.
        self.n += cx.ram(&self.f).is_some() as u32;",
    );
    let after = before
        .replace(
            "    pub(crate) f: MemoryRegion,",
            "    #[region(ram, size = 4, export = 0)]\n    pub(crate) f: Region<Ram>,",
        )
        .replace(
            "        // The registers.
        self.f.init_ram(cx, \"f\", 4)?; // four bytes
        self.f.export(cx, 0)?;

",
            "",
        )
        .replace("manual::{Access, MemoryRegion};", "manual::Access;")
        .replace("RealizeError, SysBus};", "RealizeError, Region, SysBus, region::Ram};");
    check(&before, &after);
}
