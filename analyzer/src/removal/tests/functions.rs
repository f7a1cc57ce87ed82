//! Functions that become empty, and their uses.

use super::check;

#[test]
fn emptied_callback_goes_with_its_assignments() {
    check(
        "\
static void lamp_realize(PCIDevice *dev, Error **errp)
{
    map(dev);
}

-/* Takes the parts out. */
-static void lamp_exit(PCIDevice *dev)
-{
-    LampState *d = LAMP(dev);
-    unsigned i;
-
-    for (i = 0; i < ARRAY_SIZE(d->parts); ++i) {
-        unmap(&d->bar, &d->parts[i].extra);
-        unmap(&d->bar, &d->parts[i].port);
-    }
-}
-
/* NOTE: for the small one the lines are wired */
static void small_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    dc->vmsd = &vmstate_lamp;
    k->realize = lamp_realize;
-    k->exit = lamp_exit;
    k->vendor_id = VENDOR;
}

static void large_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
-    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

-    k->exit = lamp_exit;
    dc->vmsd = &vmstate_lamp;
}
",
    );
}

#[test]
fn emptied_helper_goes_with_calls_and_prototype() {
    check(
        "\
static void lamp_map(LampState *s);
-static void lamp_unmap(LampState *s);

static void lamp_exit(DeviceState *dev)
{
    LampState *s = LAMP(dev);

-    lamp_unmap(s);
    timer_free(s->timer);
}

-static void lamp_unmap(LampState *s)
-{
-    unmap(&s->bar, &s->mem);
-    return;
-}
-
static void lamp_map(LampState *s)
{
    map(&s->bar, &s->mem);
}
",
    );
}

#[test]
fn emptied_callers_go_too() {
    check(
        "\
static void lamp_init(Object *obj)
{
    map(obj);
-}
-
-static void lamp_unmap(LampState *s)
-{
-    unmap(&s->bar, &s->mem);
-}
-
-static void lamp_exit(PCIDevice *dev)
-{
-    lamp_unmap(LAMP(dev));
-}
-
-static void lamp_class_init(ObjectClass *klass, void *data)
-{
-    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
-
-    k->exit = lamp_exit;
}

static const TypeInfo lamp_info = {
    .name = TYPE_LAMP,
    .instance_init = lamp_init,
-    .class_init = lamp_class_init,
};
",
    );
}

#[test]
fn callback_that_shields_an_inherited_one_stays_empty() {
    check(
        "\
static void lamp_unrealize(DeviceState *dev)
{
-    LampState *s = LAMP(dev);
-
-    unmap(&s->bar, &s->mem);
}

static void lamp_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->unrealize = lamp_unrealize;
}
",
    );
}

#[test]
fn declarations_go_with_what_documents_them() {
    check(
        "\
/* Of the lamp. */
void lamp_map(LampState *s);
-void lamp_unmap(LampState *s);
void lamp_dim(LampState *s);

/** Makes it shine. */
void lamp_light(LampState *s);
-/**
- * Makes it dark.
- */
-void lamp_dark(LampState *s);
void lamp_flash(LampState *s);

-void lamp_unmap(LampState *s)
-{
-    unmap(&s->bar, &s->mem);
-}
-
-void lamp_dark(LampState *s)
-{
-    unmap(&s->bar, &s->mem);
-}
-
void lamp_exit(LampState *s)
{
-    lamp_unmap(s);
-    lamp_dark(s);
    timer_free(s->timer);
}
",
    );
}

#[test]
fn variables_that_only_deleted_code_reads_go() {
    check(
        "\
static int lamps = 3;
-static int colours = 3;
-
-static const Names names;
-
-/* What the parts are called. */
-static const Names names = {
-    .first = peek_name, /* computed */
-};
--static bool dimmed;

-static int peek_name(void)
-{
-    return colours;
-}
-
static void lamp_exit(LampState *s)
{
-    static int turns = 1;
-
-    turns++;
-    if (dimmed && turns) {
-        unmap(&s->bar, names.first);
-    }
    lamps = 0;
    timer_free(s->timer);
}
",
    );
}

#[test]
fn groups_around_functions_and_assignments_go() {
    check(
        "\
-#ifdef CONFIG_LAMP
-/* Takes it out. */
-static void lamp_exit(PCIDevice *dev)
-{
-    unmap(&LAMP(dev)->bar);
-}
-#endif
-
static void lamp_class_init(PCIDeviceClass *k)
{
    k->vendor_id = VENDOR;
-#ifdef CONFIG_LAMP
-    k->exit = lamp_exit;
-#endif
    k->device_id = DEVICE;
}
",
    );
}

#[test]
fn helper_without_callers_goes() {
    check(
        "\
static int lamps;

-/* The window of a part. */
-static Region *peek_window(LampState *s, int i)
-{
-    return &s->windows[i];
-}
-
static void lamp_exit(LampState *s)
{
-    unmap(&s->bar, peek_window(s, 0));
    timer_free(s->timer);
}
",
    );
}

#[test]
fn last_function_of_the_file() {
    check(
        "\
static void lamp_exit(PCIDevice *dev);

static void lamp_class_init(PCIDeviceClass *k)
{
    k->vendor_id = VENDOR;
-    k->exit = lamp_exit;
}
-
-static void lamp_exit(PCIDevice *dev)
-{
-    unmap(&LAMP(dev)->bar);
-}
"
        .replace("static void lamp_exit(PCIDevice *dev);\n\n", "")
        .as_str(),
    );
}
