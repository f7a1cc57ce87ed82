//! Every device keeps what the framework promises, in builds with and without memory.

use devmodel::conformance::{Check, Report, check, introspect_all};
use devmodel::{Device, Machine};
use devmodel_devices::{DmaEngine, Flash, PciHost, PciIde, Pl011, Uart16550, registry};

/// The device was brought through every path, and its realize was made to fail at each effect.
fn keeps(report: Result<Report, devmodel::conformance::Failures>, regions: usize) {
    let report = report.unwrap_or_else(|failures| panic!("{failures}"));
    let regions = if cfg!(feature = "memory") { regions } else { 0 };
    assert!(report.effects > regions, "{} effects, {regions} of them regions", report.effects);
    assert!(report.accesses > 0 || cfg!(not(feature = "memory")), "nobody accessed it");
}

fn keeps_all<D: Device>() {
    let regions: u16 = D::META.regions.iter().map(|region| region.count).sum();
    keeps(check::<D>(), regions.into());
}

#[test]
fn pl011() {
    keeps_all::<Pl011>();
}

#[test]
fn uart16550() {
    keeps_all::<Uart16550>();
}

#[test]
fn dma_engine() {
    keeps_all::<DmaEngine>();
}

#[test]
fn flash() {
    keeps_all::<Flash>();
}

#[test]
fn pci_ide() {
    keeps_all::<PciIde>();
}

/// With no device on its bus, nothing shows in its windows.
#[test]
fn pci_host() {
    keeps_all::<PciHost>();
    let seat = |machine: &mut Machine, id| {
        machine.seat(id, &machine.system_bus(), PciHost::at())?;
        Ok(())
    };
    keeps(Check::<PciHost>::new().seat(seat).run(), 7);
}

#[test]
fn every_device_can_be_looked_at() {
    assert_eq!(registry().types().count(), 6);
    introspect_all(&registry()).unwrap_or_else(|failures| panic!("{failures}"));
}
