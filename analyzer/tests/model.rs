//! Which model and which glue the core of a tree shows.

mod support;

use devmodel_analyzer::lifecycle::{Glue, OwnershipModel, Verdict};
use devmodel_analyzer::{Analysis, Sequential, Settings, analyze};
use support::{Device, call_in, tree};

/// Where references are taken.
const OBJECT_CORE: &str = "\
void *object_ref(void *any)
{
    ((Object *)any)->count++;
    return any;
}
";

/// A memory core: what a reference takes, and how a container takes one.
fn memory_core(referenced: &str, containing: &str) -> String {
    format!(
        "\
struct MemoryRegion {{
    Object parent_obj;
    Object *owner;
    MemoryRegion *container;
    hwaddr base;
}};

void region_get(MemoryRegion *mr)
{{
    if (mr && mr->owner) {{
        object_ref({referenced});
    }}
}}

void region_put(MemoryRegion *mr)
{{
    if (mr && mr->owner) {{
        object_unref({referenced});
    }}
}}

static bool one_owner(MemoryRegion *a, MemoryRegion *b)
{{
    return a->owner == b->owner;
}}

static void attach(MemoryRegion *mr, MemoryRegion *sub)
{{
    assert(!sub->container);
    sub->container = mr;
{containing}
    rebuild(mr);
}}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr base, MemoryRegion *sub)
{{
    sub->base = base;
    attach(mr, sub);
}}

void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *sub)
{{
    assert(sub->container == mr);
    sub->container = NULL;
    region_put(sub);
}}
"
    )
}

/// A device core that runs `after` on a device once it is unrealized.
fn device_core(helpers: &str, after: &str) -> String {
    format!(
        "\
{helpers}
static void device_set_realized(Object *obj, bool value, Error **errp)
{{
    DeviceState *dev = DEVICE(obj);
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    Error *err = NULL;

    if (value && !dev->realized) {{
        if (dc->realize) {{
            dc->realize(dev, &err);
        }}
        if (err) {{
            error_propagate(errp, err);
            return;
        }}
    }} else if (!value && dev->realized) {{
        if (dc->unrealize) {{
            dc->unrealize(dev);
        }}
{after}
    }}
    dev->realized = value;
}}

static const TypeInfo device_info = {{
    .name = TYPE_DEVICE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(DeviceState),
    .abstract = true,
    .class_size = sizeof(DeviceClass),
}};
"
    )
}

fn analysis_with(files: &[(&str, &str)], settings: &Settings) -> Analysis {
    let mut files = files.to_vec();
    files.push(("qom/object.c", OBJECT_CORE));
    analyze(tree(&files), settings, &Sequential)
}

fn analysis(files: &[(&str, &str)]) -> Analysis {
    analysis_with(files, &Settings::default())
}

fn model_of(core: &str) -> OwnershipModel {
    let analysis = analysis(&[("system/memory.c", core)]);
    assert!(!analysis.model.model_evidence.is_empty(), "{core}");
    analysis.model.model
}

fn glue_of(core: &str) -> Glue {
    analysis(&[("hw/core/qdev.c", core)]).model.glue
}

/// The model when a container references a region in this way.
fn model_of_containing(containing: &str) -> OwnershipModel {
    model_of(&memory_core("mr->owner", containing))
}

#[test]
fn no_core_in_sight() {
    let facts = analysis(&[("hw/misc/quince.c", Device::default().text().as_str())]).model;
    assert_eq!(facts.model, OwnershipModel::OwnerRefs);
    assert!(facts.model_evidence.is_empty());
    assert_eq!(facts.glue, Glue::default());
    assert!(!facts.stated);
    assert_eq!(analysis(&[]).model.model, OwnershipModel::OwnerRefs);
}

#[test]
fn memory_core_alone() {
    let core = memory_core("OBJECT(mr)", "    region_get(sub);");
    let files = tree(&[("system/memory.c", core)]);
    let facts = analyze(files, &Settings::default(), &Sequential).model;
    assert_eq!(facts.model, OwnershipModel::RegionRefs);
    assert!(!facts.model_evidence.is_empty());
}

#[test]
fn references_to_owners() {
    assert_eq!(model_of_containing("    region_get(sub);"), OwnershipModel::OwnerRefs);
    assert_eq!(
        model_of(&memory_core("OBJECT(mr->owner)", "    region_get(sub);")),
        OwnershipModel::OwnerRefs
    );
}

#[test]
fn references_to_regions() {
    for referenced in ["mr", "OBJECT(mr)", "&mr->parent_obj", "(Object *)mr"] {
        let core = memory_core(referenced, "    region_get(sub);");
        assert_eq!(model_of(&core), OwnershipModel::RegionRefs, "{referenced}");
    }
}

#[test]
fn references_between_owners_only() {
    for containing in [
        "    if (mr->owner != sub->owner) {\n        region_get(sub);\n    }",
        "    if (sub->owner != mr->owner)\n        region_get(sub);",
        "    if (sub && sub->owner != mr->owner) {\n        region_get(sub);\n    }",
        "    if (mr->owner == sub->owner) {\n        count++;\n    } else {\n        region_get(sub);\n    }",
        "    if (!(mr->owner == sub->owner)) {\n        region_get(sub);\n    }",
    ] {
        let model = model_of_containing(containing);
        assert_eq!(model, OwnershipModel::SameOwnerUnreferenced, "{containing}");
    }
}

#[test]
fn comparisons_of_owners_that_are_not_next_to_the_reference() {
    for containing in [
        "    if (mr->owner == sub->owner) {\n        return;\n    }\n    region_get(sub);",
        "    bool same = mr->owner == sub->owner;\n\n    if (!same) {\n        region_get(sub);\n    }",
        "    if (!one_owner(mr, sub)) {\n        region_get(sub);\n    }",
        "    Object *owner = mr->owner;\n\n    if (sub->owner != owner) {\n        region_get(sub);\n    }",
        "    switch (mr->owner == sub->owner) {\n    case 0:\n        region_get(sub);\n    }",
    ] {
        // FIXME: `SameOwnerUnreferenced`; the error is on the safe side.
        assert_eq!(model_of_containing(containing), OwnershipModel::OwnerRefs, "{containing}");
    }
}

#[test]
fn guards_that_compare_no_owners() {
    for containing in [
        "    if (sub->owner) {\n        region_get(sub);\n    }",
        "    if (sub->owner != NULL) {\n        region_get(sub);\n    }",
        "    if (mr->base != sub->base) {\n        region_get(sub);\n    }",
        "    if (mr->enabled && sub->owner) {\n        region_get(sub);\n    }",
        "    for (i = 0; i < 1; i++) {\n        region_get(sub);\n    }",
    ] {
        assert_eq!(model_of_containing(containing), OwnershipModel::OwnerRefs, "{containing}");
    }
}

#[test]
fn guards_that_say_something_else_of_two_owners() {
    for containing in [
        "    if (mr->owner && sub->owner) {\n        region_get(sub);\n    }",
        "    if (mr->owner || sub->owner) {\n        region_get(sub);\n    }",
        "    if (mr->owner == sub->owner) {\n        region_get(sub);\n    }",
        "    if (mr->owner != sub->owner) {\n        count++;\n    } else {\n        region_get(sub);\n    }",
        "    if (mr->owner->count != sub->owner->count) {\n        region_get(sub);\n    }",
    ] {
        // A container then references regions of its own owner after all.
        assert_eq!(model_of_containing(containing), OwnershipModel::OwnerRefs, "{containing}");
    }
}

#[test]
fn other_users_of_references() {
    let find = "\
MemoryRegion *region_at(MemoryRegion *mr)
{
    while (mr->container) {
        mr = mr->container;
    }
    region_get(mr);
    return mr;
}
";
    let guarded = "    if (mr->owner != sub->owner) {\n        region_get(sub);\n    }";
    let core = memory_core("mr->owner", guarded);
    let model = OwnershipModel::SameOwnerUnreferenced;
    assert_eq!(model_of(&format!("{core}\n{find}")), model);
    let before = core.replace("static bool one_owner", &format!("{find}\nstatic bool one_owner"));
    // FIXME: `SameOwnerUnreferenced`; the first function that knows of containers is asked.
    assert_eq!(model_of(&before), OwnershipModel::OwnerRefs);
    let other = "\
void lamp_get(MemoryRegion *mr)
{
    object_ref(OBJECT(mr));
}
";
    let files = [("system/memory.c", core.as_str()), ("hw/misc/lamp.c", other)];
    assert_eq!(analysis(&files).model.model, model);
    // A device that takes a reference of its own is no core.
    let files = [("hw/misc/lamp.c", other), ("system/memory.c", core.as_str())];
    assert_eq!(analysis(&files).model.model, model);
    let files = [("hw/misc/lamp.c", other)];
    assert!(analysis(&files).model.model_evidence.is_empty());
}

#[test]
fn evidence_points_at_the_core() {
    let core = memory_core(
        "mr->owner",
        "    if (mr->owner != sub->owner) {\n        region_get(sub);\n    }",
    );
    let analysis = analysis(&[("hw/a.c", "int a;\n"), ("system/memory.c", core.as_str())]);
    let source = |at: usize| {
        let location = analysis.model.model_evidence[at].location;
        let text = &analysis.file(location.file).text[location.span.range()];
        String::from_utf8_lossy(text).into_owned()
    };
    assert_eq!(analysis.model.model_evidence.len(), 2);
    assert_eq!(source(0), "object_ref(mr->owner)");
    assert_eq!(source(1), "region_get(sub)");
}

/// A callback for each child that does `what` to a region.
fn child_callback(what: &str) -> String {
    format!(
        "\
static int drop_region(Object *child, void *opaque)
{{
    MemoryRegion *mr = (MemoryRegion *)object_dynamic_cast(child, TYPE_MEMORY_REGION);

    if (mr && mr->container) {{
        {what}
    }}
    return 0;
}}
"
    )
}

const EACH_CHILD: &str = "        object_child_foreach(OBJECT(dev), drop_region, NULL);";

#[test]
fn core_without_glue() {
    assert_eq!(glue_of(&device_core("", "")), Glue::default());
    let unused = child_callback("memory_region_del_subregion(mr->container, mr);");
    assert_eq!(glue_of(&device_core(&unused, "")), Glue::default());
    let other = child_callback("object_unparent(OBJECT(dev->bus));");
    assert_eq!(glue_of(&device_core(&other, EACH_CHILD)), Glue::default());
}

#[test]
fn core_that_deletes() {
    let auto_delete = Glue { auto_delete: true, auto_unparent: false };
    let callback = child_callback("memory_region_del_subregion(mr->container, mr);");
    assert_eq!(glue_of(&device_core(&callback, EACH_CHILD)), auto_delete);
    let wrapper = "\
static void drop_regions(DeviceState *dev)
{
    object_child_foreach(OBJECT(dev), drop_region, NULL);
}
";
    let helpers = format!("{callback}\n{wrapper}");
    assert_eq!(glue_of(&device_core(&helpers, "        drop_regions(dev);")), auto_delete);
}

#[test]
fn core_that_unparents() {
    let auto_unparent = Glue { auto_delete: false, auto_unparent: true };
    let callback = child_callback("object_unparent(OBJECT(mr));");
    assert_eq!(glue_of(&device_core(&callback, EACH_CHILD)), auto_unparent);
    let callback = child_callback(
        "memory_region_del_subregion(mr->container, mr);\n        object_unparent(OBJECT(mr));",
    );
    let both = Glue { auto_delete: true, auto_unparent: true };
    assert_eq!(glue_of(&device_core(&callback, EACH_CHILD)), both);
}

#[test]
fn devices_that_call_the_slots_of_their_parent() {
    let lamp = "\
static void lamp_realize(DeviceState *dev, Error **errp)
{
    LampState *s = LAMP(dev);
    DeviceClass *parent = DEVICE_CLASS(lamp_parent);
    Error *err = NULL;

    parent->realize(dev, &err);
    if (err) {
        parent->unrealize(dev);
        memory_region_del_subregion(&s->bar, &s->port);
    }
}
";
    let glue = analysis(&[("hw/misc/lamp.c", lamp)]).model.glue;
    assert_eq!(glue, Glue::default());
    let split = lamp.replace("    parent->realize(dev, &err);\n", "");
    assert_eq!(analysis(&[("hw/misc/lamp.c", split.as_str())]).model.glue, Glue::default());
}

#[test]
fn stated_models() {
    let core = memory_core("mr->owner", "    region_get(sub);");
    let files = [("system/memory.c", core.as_str())];
    for model in [
        OwnershipModel::OwnerRefs,
        OwnershipModel::RegionRefs,
        OwnershipModel::SameOwnerUnreferenced,
        OwnershipModel::Framework,
    ] {
        let settings = Settings { model: Some(model), ..Settings::default() };
        let facts = analysis_with(&files, &settings).model;
        assert_eq!(facts.model, model);
        assert!(facts.stated);
    }
    assert!(!analysis(&files).model.stated);
}

#[test]
fn assumed_glue_adds_to_what_is_there() {
    let callback = child_callback("memory_region_del_subregion(mr->container, mr);");
    let core = device_core(&callback, EACH_CHILD);
    let assume = Glue { auto_delete: false, auto_unparent: true };
    let settings = Settings { assume, ..Settings::default() };
    let facts = analysis_with(&[("hw/core/qdev.c", core.as_str())], &settings).model;
    assert_eq!(facts.glue, Glue { auto_delete: true, auto_unparent: true });
    let facts = analysis_with(&[], &settings).model;
    assert_eq!(facts.glue, assume);
}

/// The verdict on a device's call in a tree with this core.
fn verdict_with(files: &[(&str, &str)], settings: &Settings) -> Verdict {
    let device = Device::default().text();
    let mut all = files.to_vec();
    all.push(("hw/misc/quince.c", device.as_str()));
    call_in(&analysis_with(&all, settings), "quince_unmap").verdict
}

#[test]
fn verdicts_follow_the_core() {
    let plain = memory_core("mr->owner", "    region_get(sub);");
    let guarded = memory_core(
        "mr->owner",
        "    if (mr->owner != sub->owner) {\n        region_get(sub);\n    }",
    );
    let callback = child_callback("memory_region_del_subregion(mr->container, mr);");
    let glue = device_core(&callback, EACH_CHILD);
    let bare = device_core("", "");
    let verdict = |memory: &str, device: &str| {
        let files = [("system/memory.c", memory), ("hw/core/qdev.c", device)];
        verdict_with(&files, &Settings::default())
    };
    assert_eq!(verdict(&plain, &bare), Verdict::RequiredByModel);
    assert_eq!(verdict(&plain, &glue), Verdict::Redundant);
    assert_eq!(verdict(&guarded, &bare), Verdict::Redundant);
    assert_eq!(verdict(&guarded, &glue), Verdict::Redundant);
    let regions = memory_core("OBJECT(mr)", "    region_get(sub);");
    assert_eq!(verdict(&regions, &bare), Verdict::RequiredByModel);
    assert_eq!(verdict(&regions, &glue), Verdict::Redundant);
}

#[test]
fn verdicts_follow_what_is_stated() {
    let verdict = |model, auto_delete| {
        let assume = Glue { auto_delete, auto_unparent: false };
        let settings = Settings { model: Some(model), assume, ..Settings::default() };
        verdict_with(&[], &settings)
    };
    for model in [OwnershipModel::OwnerRefs, OwnershipModel::RegionRefs] {
        assert_eq!(verdict(model, false), Verdict::RequiredByModel);
        assert_eq!(verdict(model, true), Verdict::Redundant);
    }
    assert_eq!(verdict(OwnershipModel::SameOwnerUnreferenced, false), Verdict::Redundant);
    assert_eq!(verdict(OwnershipModel::Framework, false), Verdict::Redundant);
}
