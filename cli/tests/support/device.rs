//! A small device with a fix, as often as a test wants it.

use super::Folder;

const BEFORE: &str = r#"#include "hw/pci/pci_device.h"

#define TYPE_PLOVER "plover"
OBJECT_DECLARE_SIMPLE_TYPE(PloverState, PLOVER)

struct PloverState {
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion regs;
    QEMUTimer *tick;
};

static void plover_realize(PCIDevice *dev, Error **errp)
{
    PloverState *s = PLOVER(dev);

    memory_region_init(&s->bar, OBJECT(s), "plover", 0x100);
    memory_region_init_io(&s->regs, OBJECT(s), &plover_ops, s, "plover-regs", 0x20);
    memory_region_add_subregion(&s->bar, 0, &s->regs);
    pci_register_bar(dev, 0, PCI_BASE_ADDRESS_SPACE_MEMORY, &s->bar);
}

static void plover_exit(PCIDevice *dev)
{
    PloverState *s = PLOVER(dev);

    memory_region_del_subregion(&s->bar, &s->regs);
    timer_free(s->tick);
}

static void plover_class_init(ObjectClass *klass, void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = plover_realize;
    k->exit = plover_exit;
}

static const TypeInfo plover_info = {
    .name = TYPE_PLOVER,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(PloverState),
    .class_init = plover_class_init,
};

static void plover_register_types(void)
{
    type_register_static(&plover_info);
}

type_init(plover_register_types)
"#;

const CALL: &str = "    memory_region_del_subregion(&s->bar, &s->regs);\n";

/// The words that fix a tree of such devices.
pub(crate) fn fix<'w>(folder: &'w Folder, words: &[&'w str]) -> Vec<&'w str> {
    let tree = folder.path().to_str().unwrap();
    let rule = ["--select", "redundant-del-subregion"];
    [&["fix", tree, "--assume", "auto-delete"], &rule[..], words].concat()
}

/// A device of this name, which needs a fix.
pub(crate) fn before(name: &str) -> String {
    let capital = name[..1].to_uppercase() + &name[1..];
    let text = BEFORE.replace("plover", name).replace("PLOVER", &name.to_uppercase());
    text.replace("Plover", &capital)
}

/// The same after the fix.
pub(crate) fn after(name: &str) -> String {
    before(name).replace(CALL, "")
}
