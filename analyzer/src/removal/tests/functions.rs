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
