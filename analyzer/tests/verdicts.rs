//! What is said about calls that no rule reports.

mod support;

use devmodel_analyzer::lifecycle::{RegionCall, Verdict};
use support::{analysis_of, call_in};

/// A device that keeps its windows in a table; its second one is owned by `owner`.
fn table(owner: &str) -> RegionCall {
    let text = r#"
struct ThrushState {
    PCIDevice parent_obj;
    MemoryRegion regs;
    MemoryRegion more;
    struct { MemoryRegion *mr; } window[2];
};
OBJECT_DECLARE_SIMPLE_TYPE(ThrushState, THRUSH)

static void thrush_window(ThrushState *s, int n, MemoryRegion *mr)
{
    s->window[n].mr = mr;
    memory_region_add_subregion(get_system_memory(), n * 0x1000, mr);
}

static void thrush_realize(PCIDevice *dev, Error **errp)
{
    ThrushState *s = THRUSH(dev);

    memory_region_init(&s->regs, OBJECT(s), "regs", 0x100);
    memory_region_init(&s->more, OWNER, "more", 0x100);
    thrush_window(s, 0, &s->regs);
    thrush_window(s, 1, &s->more);
}

static void thrush_exit(PCIDevice *dev)
{
    ThrushState *s = THRUSH(dev);
    int i;

    for (i = 0; i < 2; i++) {
        memory_region_del_subregion(get_system_memory(), s->window[i].mr);
    }
}

static void thrush_class_init(ObjectClass *klass, void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = thrush_realize;
    k->exit = thrush_exit;
}

static const TypeInfo thrush_types[] = {
    {
        .name = "thrush",
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(ThrushState),
        .class_init = thrush_class_init,
    },
};
DEFINE_TYPES(thrush_types)
"#;
    call_in(&analysis_of(text.replace("OWNER", owner)), "thrush_exit").clone()
}

#[test]
fn a_table_in_which_one_region_is_not_the_devices() {
    let call = table("NULL");
    assert_eq!(call.verdict, Verdict::ForeignOwner);
    assert!(call.reason.contains("ThrushState.more"), "{}", call.reason);
    assert!(call.reason.contains("nobody owns the region"), "{}", call.reason);
}

#[test]
fn a_table_of_the_devices_own_regions_is_not_told_apart() {
    let call = table("OBJECT(s)");
    assert_eq!((call.verdict, &*call.reason), (Verdict::Unknown, "the region is not one place"));
}
