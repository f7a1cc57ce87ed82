//! Which types a call serves, and through which slots.

mod support;

use devmodel_analyzer::lifecycle::{Owner, Phase, RegionCall, Verdict};
use devmodel_analyzer::{Analysis, Sequential, analyze};
use support::{
    analysis, analysis_of, assert_sane, auto_delete, call_in, entries, messages, tree, type_names,
};

/// A PCI device that takes a port out when it exits, with its types still to be declared.
const PLUM: &str = "\
OBJECT_DECLARE_SIMPLE_TYPE(PlumState, PLUM)

struct PlumState {
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion port;
};

static void plum_realize(PCIDevice *dev, Error **errp)
{
    PlumState *s = PLUM(dev);

    memory_region_init(&s->bar, OBJECT(s), \"plum\", 0x100);
    memory_region_init(&s->port, OBJECT(s), \"plum-port\", 0x10);
    memory_region_add_subregion(&s->bar, 0, &s->port);
}

static void plum_exit(PCIDevice *dev)
{
    PlumState *s = PLUM(dev);

    memory_region_del_subregion(&s->bar, &s->port);
}

static void plum_class_init(ObjectClass *klass, void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = plum_realize;
    k->exit = plum_exit;
}

";

/// The call of a plum whose types are declared like this.
fn plum(types: &str) -> (Analysis, RegionCall) {
    let analysis = analysis_of(format!("{PLUM}{types}"));
    assert_sane(&analysis);
    let call = call_in(&analysis, "plum_exit").clone();
    (analysis, call)
}

/// The type of the plum, under this name.
fn assert_type(types: &str, name: &str) {
    let (_, call) = plum(types);
    assert_eq!(type_names(&call), [name], "{types}");
    assert_eq!(call.verdict, Verdict::Redundant, "{types}: {}", call.reason);
    assert_eq!(entries(&call), [(Phase::Unrealize, "plum_exit")]);
    assert_eq!(call.entry_points[0].ty, name);
}

/// A type table with these fields besides those that all plums have.
fn info(fields: &str) -> String {
    format!(
        "\
static const TypeInfo plum_info = {{
    {fields}
    .instance_size = sizeof(PlumState),
    .class_init = plum_class_init,
}};
"
    )
}

#[test]
fn names_of_types() {
    assert_type(&info(".name = \"plum\", .parent = TYPE_PCI_DEVICE,"), "plum");
    assert_type(&info(".name = \"pl\" \"um\", .parent = \"pci-device\","), "plum");
    let define = |text: &str, name: &str| {
        format!("{text}\n{}", info(&format!(".name = {name}, .parent = TYPE_PCI_DEVICE,")))
    };
    assert_type(&define("#define TYPE_PLUM \"plum\"\n", "TYPE_PLUM"), "plum");
    assert_type(&define("#define TYPE_PLUM (\"plum\")\n", "TYPE_PLUM"), "plum");
    assert_type(&define("#define TYPE_PLUM \"pl\" \\\n    \"um\"\n", "TYPE_PLUM"), "plum");
    assert_type(
        &define("#define STEM \"plum\"\n#define TYPE_PLUM STEM \"-a\"\n", "TYPE_PLUM"),
        "plum-a",
    );
    assert_type(&define("#define FRUIT(n) n \"-fruit\"\n", "FRUIT(\"plum\")"), "plum-fruit");
    assert_type(
        &define(
            "#define END \"-x\"\n#define FRUIT(n) n END\n#define TYPE_PLUM FRUIT(\"plum\")\n",
            "TYPE_PLUM",
        ),
        "plum-x",
    );
    // A name that cannot be spelled still is one.
    assert_type(&info(".name = TYPE_PLUM, .parent = TYPE_PCI_DEVICE,"), "TYPE_PLUM");
}

#[test]
fn names_with_comments() {
    let info = info(".name = TYPE_PLUM, .parent = TYPE_PCI_DEVICE,");
    assert_type(&format!("#define TYPE_PLUM \"plum\" /* fruit */\n{info}"), "plum");
    assert_type(&format!("#define TYPE_PLUM \"plum\" // fruit\n{info}"), "plum");
}

#[test]
fn stringified_names() {
    let text =
        "#define NAME(n) #n\n".to_owned() + &info(".name = NAME(plum), .parent = TYPE_PCI_DEVICE,");
    // FIXME: `plum`.
    assert_type(&text, "NAME(plum)");
}

#[test]
fn arrays_of_types() {
    let (_, call) = plum(
        "\
static const TypeInfo plum_types[] = {
    {
        .name = \"plum-b\",
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PlumState),
        .class_init = plum_class_init,
    }, {
        .name = \"plum-a\",
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(struct PlumState),
        .class_init = plum_class_init,
    }, {
        .name = \"stone\",
        .parent = TYPE_OBJECT,
    },
};

DEFINE_TYPES(plum_types)
",
    );
    assert_eq!(type_names(&call), ["plum-a", "plum-b"]);
    assert_eq!(call.verdict, Verdict::Redundant);
}

#[test]
fn types_that_a_macro_defines() {
    let types = "\
#define TYPE_PLUM \"plum\"
OBJECT_DEFINE_TYPE(PlumState, plum, PLUM, PCI_DEVICE)
";
    let (analysis, call) = plum(types);
    assert_eq!(type_names(&call), ["plum"]);
    assert_eq!(call.verdict, Verdict::Redundant);
    assert_eq!(analysis.statistics.types, 1);
    let (_, call) = plum(&types.replace(
        "OBJECT_DEFINE_TYPE(PlumState, plum, PLUM, PCI_DEVICE)",
        "OBJECT_DEFINE_TYPE_WITH_INTERFACES(PlumState, plum, PLUM, PCI_DEVICE,\n    { TYPE_A }, { })",
    ));
    assert_eq!(type_names(&call), ["plum"]);
}

#[test]
fn parents_by_macro() {
    let own = "\
#define TYPE_FRUIT \"fruit\"
#define FRUIT_PARENT TYPE_FRUIT

static const TypeInfo fruit_info = {
    .name = TYPE_FRUIT,
    .parent = TYPE_PCI_DEVICE,
    .abstract = true,
};
";
    assert_type(&format!("{own}{}", info(".name = \"plum\", .parent = TYPE_FRUIT,")), "plum");
    assert_type(&format!("{own}{}", info(".name = \"plum\", .parent = FRUIT_PARENT,")), "plum");
}

#[test]
fn parents_that_are_not_in_sight() {
    let (_, call) = plum(&info(".name = \"plum\", .parent = TYPE_ORCHARD,"));
    assert_eq!(type_names(&call), ["plum"]);
    assert_eq!(call.verdict, Verdict::Unknown);
    assert!(call.reason.contains("parent"), "{}", call.reason);
}

#[test]
fn objects_that_are_no_devices() {
    let (_, call) = plum(&info(".name = \"plum\", .parent = TYPE_OBJECT,"));
    assert_eq!(call.verdict, Verdict::RequiredByModel, "{}", call.reason);
}

#[test]
fn abstract_parents_with_concrete_children() {
    let parent = info(".name = \"plum\", .parent = TYPE_PCI_DEVICE, .abstract = true,");
    let child = |name: &str| {
        format!(
            "\nstatic const TypeInfo {name}_info = {{ .name = \"{name}\", .parent = \"plum\" }};\n"
        )
    };
    let (_, call) = plum(&format!("{parent}{}{}", child("red"), child("blue")));
    assert_eq!(type_names(&call), ["blue", "red"]);
    assert_eq!(call.verdict, Verdict::Redundant);
    // An abstract type without children is judged for itself.
    let (_, call) = plum(&parent);
    assert_eq!(type_names(&call), [""; 0]);
    assert_eq!(call.verdict, Verdict::Redundant);
}

/// A type derived from the plum, with its own `class_init`.
fn derived(class_init: &str, functions: &str) -> String {
    format!(
        "\
{}
{functions}
static void red_class_init(ObjectClass *klass, void *data)
{{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    DeviceClass *dc = DEVICE_CLASS(klass);

    {class_init}
}}

static const TypeInfo red_info = {{
    .name = \"red\",
    .parent = \"plum\",
    .class_init = red_class_init,
}};
",
        info(".name = \"plum\", .parent = TYPE_PCI_DEVICE, .abstract = true,")
    )
}

#[test]
fn callbacks_inherited() {
    let (_, call) = plum(&derived("k->vendor_id = 1;", ""));
    assert_eq!(type_names(&call), ["red"]);
    assert_eq!(call.verdict, Verdict::Redundant);
}

#[test]
fn callbacks_overridden() {
    let exit = "static void red_exit(PCIDevice *dev)\n{\n}\n";
    let (_, call) = plum(&derived("k->exit = red_exit;", exit));
    // Nobody is left for whom it runs.
    assert_eq!(type_names(&call), [""; 0]);
    let (_, call) = plum(&derived("k->exit = NULL;", ""));
    assert_eq!(type_names(&call), [""; 0]);
    let calls = "static void red_exit(PCIDevice *dev)\n{\n    plum_exit(dev);\n}\n";
    let (_, call) = plum(&derived("k->exit = red_exit;", calls));
    assert_eq!(type_names(&call), ["red"]);
    assert!(entries(&call).contains(&(Phase::Unrealize, "red_exit")));
    assert_eq!(call.verdict, Verdict::Redundant);
}

#[test]
fn callbacks_overridden_on_some_way() {
    let exit = "static void red_exit(PCIDevice *dev)\n{\n}\n";
    let (_, call) = plum(&derived("if (red_has_exit) {\n        k->exit = red_exit;\n    }", exit));
    // Whichever way it goes, the call is not one that nobody makes.
    assert!(
        matches!(call.verdict, Verdict::Redundant | Verdict::Unknown),
        "{:?}: {}",
        call.verdict,
        call.reason
    );
}

/// A device whose parent takes the port out, and which runs its parent's callback in its own.
const GREEN_PEAR: &str = "\
OBJECT_DECLARE_SIMPLE_TYPE(PearState, PEAR)

struct PearState {
    DeviceState parent_obj;
    MemoryRegion bar;
    MemoryRegion port;
};

static void pear_realize(DeviceState *dev, Error **errp)
{
    PearState *s = PEAR(dev);

    memory_region_init(&s->bar, OBJECT(s), \"pear\", 0x100);
    memory_region_init(&s->port, OBJECT(s), \"pear-port\", 0x10);
    memory_region_add_subregion(&s->bar, 0, &s->port);
}

static void pear_unrealize(DeviceState *dev)
{
    PearState *s = PEAR(dev);

    memory_region_del_subregion(&s->bar, &s->port);
}

static void pear_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pear_realize;
    dc->unrealize = pear_unrealize;
}

static const TypeInfo pear_info = {
    .name = \"pear\",
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(PearState),
    .abstract = true,
    .class_init = pear_class_init,
};

typedef struct GreenClass {
    DeviceClass parent_class;
    DeviceRealize parent_realize;
    DeviceUnrealize parent_unrealize;
} GreenClass;

DECLARE_CLASS_CHECKERS(GreenClass, GREEN, \"green\")

static void green_unrealize(DeviceState *dev)
{
    GreenClass *gc = GREEN_GET_CLASS(dev);

    green_stop(dev);
    gc->parent_unrealize(dev);
}

static void green_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    GreenClass *gc = GREEN_CLASS(klass);

    device_class_set_parent_unrealize(dc, green_unrealize, &gc->parent_unrealize);
}

static const TypeInfo green_info = {
    .name = \"green\",
    .parent = \"pear\",
    .class_size = sizeof(GreenClass),
    .class_init = green_class_init,
};
";

#[test]
fn callbacks_chained_to_the_parent() {
    let chained = analysis_of(GREEN_PEAR);
    let call = call_in(&chained, "pear_unrealize");
    assert_eq!(type_names(call), ["green"]);
    assert_eq!(entries(call), [(Phase::Unrealize, "pear_unrealize")]);
    assert_eq!(call.verdict, Verdict::Redundant, "{}", call.reason);
    // A child that never runs its parent's callback says nothing about it.
    let dropped = analysis_of(GREEN_PEAR.replace("    gc->parent_unrealize(dev);\n", ""));
    assert_ne!(call_in(&dropped, "pear_unrealize").verdict, Verdict::Redundant);
}

#[test]
fn what_follows_the_callback_of_the_parent() {
    let again = GREEN_PEAR.replace(
        "    gc->parent_unrealize(dev);\n",
        "    gc->parent_unrealize(dev);\n    \
         memory_region_add_subregion(&PEAR(dev)->bar, 0, &PEAR(dev)->port);\n",
    );
    let analysis = analysis_of(&again);
    let call = call_in(&analysis, "pear_unrealize");
    assert_eq!(call.verdict, Verdict::RequiredByModel, "{}", call.reason);
    let analysis = analysis_of(chained_by_hand(&again));
    let call = call_in(&analysis, "pear_unrealize");
    assert_eq!(call.verdict, Verdict::RequiredByModel, "{}", call.reason);
}

#[test]
fn callbacks_chained_by_hand() {
    let analysis = analysis_of(chained_by_hand(GREEN_PEAR));
    let call = call_in(&analysis, "pear_unrealize");
    assert_eq!(type_names(call), ["green"], "{}", call.reason);
    assert_eq!(call.verdict, Verdict::Redundant, "{}", call.reason);
}

fn chained_by_hand(text: &str) -> String {
    text.replace(
        "device_class_set_parent_unrealize(dc, green_unrealize, &gc->parent_unrealize);",
        "gc->parent_unrealize = dc->unrealize;\n    dc->unrealize = green_unrealize;",
    )
}

#[test]
fn class_functions_that_share_their_work() {
    let types = "\
static void plum_common(ObjectClass *klass)
{
    plum_class_init(klass, NULL);
}

static void red_class_init(ObjectClass *klass, void *data)
{
    plum_common(klass);
}

static const TypeInfo red_info = {
    .name = \"red\",
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(PlumState),
    .class_init = red_class_init,
};
";
    let (_, call) = plum(types);
    assert_eq!(type_names(&call), ["red"]);
    assert_eq!(call.verdict, Verdict::Redundant, "{}", call.reason);
}

#[test]
fn evidence_leads_from_the_type_to_the_region() {
    let (analysis, call) = plum(&info(".name = \"plum\", .parent = TYPE_PCI_DEVICE,"));
    let source = |at: usize| {
        let location = call.evidence[at].location;
        let text = &analysis.file(location.file).text[location.span.range()];
        String::from_utf8_lossy(text).into_owned()
    };
    let sources: Vec<String> = (0..call.evidence.len()).map(source).collect();
    assert_eq!(sources[0], "\"plum\"", "{:?}", messages(&call));
    assert_eq!(sources[1], "k->exit = plum_exit");
    assert!(sources.contains(&"OBJECT(s)".to_owned()), "{sources:?}");
    assert!(sources.iter().any(|text| text.starts_with("memory_region_add_subregion(")));
    assert!(messages(&call)[0].contains("`plum`"));
    assert_eq!((call.owner, call.container_owner), (Owner::SelfObject, Owner::SelfObject));
}

#[test]
fn finalizers_run_for_every_child_type() {
    let text = "\
OBJECT_DECLARE_SIMPLE_TYPE(FigState, FIG)

struct FigState {
    DeviceState parent_obj;
    MemoryRegion bar;
    MemoryRegion port;
};

static void fig_init(Object *obj)
{
    FigState *s = FIG(obj);

    memory_region_init(&s->bar, obj, \"fig\", 0x100);
    memory_region_init(&s->port, obj, \"fig-port\", 0x10);
    memory_region_add_subregion(&s->bar, 0, &s->port);
}

static void fig_finalize(Object *obj)
{
    FigState *s = FIG(obj);

    memory_region_del_subregion(&s->bar, &s->port);
}

static const TypeInfo fig_info = {
    .name = \"fig\",
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(FigState),
    .instance_init = fig_init,
    .instance_finalize = fig_finalize,
};

static const TypeInfo dry_info = { .name = \"dry-fig\", .parent = \"fig\" };
";
    let analysis = analysis_of(text);
    let call = call_in(&analysis, "fig_finalize");
    assert_eq!(type_names(call), ["dry-fig", "fig"]);
    assert_eq!(entries(call), [(Phase::Finalize, "fig_finalize")]);
    assert_eq!(call.verdict, Verdict::AfterFinalize, "{}", call.reason);
}

#[test]
fn types_of_one_name_in_two_files() {
    let types = info(".name = \"plum\", .parent = TYPE_PCI_DEVICE,");
    let text = format!("{PLUM}{types}");
    let twin =
        text.replace("plum_exit(PCIDevice *dev)\n{\n", "plum_exit(PCIDevice *dev)\n{\n    g();\n");
    let both = analysis(&[("hw/a/plum.c", &text), ("hw/b/plum.c", &twin)]);
    assert_sane(&both);
    assert_eq!(both.calls.len(), 2);
    for call in &both.calls {
        assert_eq!(type_names(call), ["plum"]);
        // FIXME: `Redundant`; only one of the types is found by its name.
        assert!(matches!(call.verdict, Verdict::Redundant | Verdict::Unknown), "{call:#?}");
    }
}

#[test]
fn structures_with_two_names() {
    let types = info(".name = \"plum\", .parent = TYPE_PCI_DEVICE,");
    let named = PLUM.replace(
        "OBJECT_DECLARE_SIMPLE_TYPE(PlumState, PLUM)",
        "OBJECT_DECLARE_SIMPLE_TYPE(PlumState, PLUM)\ntypedef struct PlumTag PlumState;",
    );
    let named = named.replace("struct PlumState {", "struct PlumTag {");
    let again = named.replace(
        "    memory_region_del_subregion(&s->bar, &s->port);\n",
        "    struct PlumTag *t = s;\n\n    memory_region_del_subregion(&s->bar, &s->port);\n    \
         memory_region_add_subregion(&t->bar, 0, &t->port);\n",
    );
    let analysis =
        analyze(tree(&[("hw/plum.c", format!("{again}{types}"))]), &auto_delete(), &Sequential);
    let call = call_in(&analysis, "plum_exit");
    assert_eq!(call.verdict, Verdict::RequiredByModel, "{}", call.reason);
}

#[test]
fn regions_of_structures_that_a_child_embeds() {
    // What the common structure holds belongs to whoever its initialisation names.
    let text = "\
typedef struct Core {
    MemoryRegion bar;
    MemoryRegion port;
} Core;

struct NutState {
    PCIDevice parent_obj;
    Core core;
};

OBJECT_DECLARE_SIMPLE_TYPE(NutState, NUT)

static void core_open(Core *core, Object *owner)
{
    memory_region_init(&core->bar, owner, \"nut\", 0x100);
    memory_region_init(&core->port, OWNER, \"nut-port\", 0x10);
    memory_region_add_subregion(&core->bar, 0, &core->port);
}

static void core_close(Core *core)
{
    memory_region_del_subregion(&core->bar, &core->port);
}

static void nut_realize(PCIDevice *dev, Error **errp)
{
    core_open(&NUT(dev)->core, OBJECT(dev));
}

static void nut_exit(PCIDevice *dev)
{
    core_close(&NUT(dev)->core);
}

static void nut_class_init(ObjectClass *klass, void *data)
{
    PCI_DEVICE_CLASS(klass)->realize = nut_realize;
    PCI_DEVICE_CLASS(klass)->exit = nut_exit;
}

static const TypeInfo nut_info = {
    .name = \"nut\",
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(NutState),
    .class_init = nut_class_init,
};
";
    let verdict = |owner: &str| {
        let analysis = analysis_of(text.replace("OWNER", owner));
        let call = call_in(&analysis, "core_close").clone();
        (call.verdict, call.owner)
    };
    assert_eq!(verdict("owner"), (Verdict::Redundant, Owner::SelfObject));
    assert_eq!(verdict("NULL"), (Verdict::ForeignOwner, Owner::Null));
    assert_eq!(verdict("OBJECT(somebody())").0, Verdict::Unknown);
}
