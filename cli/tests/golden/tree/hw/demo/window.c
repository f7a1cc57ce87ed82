/* A demonstration device — its windows move with the registers. */
#include "qemu/osdep.h"
#include "window.h"

static void window_realize(PCIDevice *dev, Error **errp)
{
    WindowState *s = WINDOW(dev);
    unsigned i;

    memory_region_init(&s->bar, OBJECT(s), "window-bar", 0x100);
    for (i = 0; i < 2; ++i) {
        memory_region_init_io(&s->slot[i].io, OBJECT(s), &slot_ops, &s->slot[i],
                              "window-slot", 0x10);
        memory_region_add_subregion(&s->bar, i * 0x10, &s->slot[i].io);
    }
}

static void window_exit(PCIDevice *dev)
{
    WindowState *s = WINDOW(dev);
    unsigned i;

    for (i = 0; i < 2; ++i) {
        memory_region_del_subregion(&s->bar, &s->slot[i].io);
    }
}

static void window_finalize(Object *obj)
{
    WindowState *s = WINDOW(obj);

    memory_region_del_subregion(get_system_memory(),
                                &s->shadow);
    object_unparent(OBJECT(&s->rom));
}

static void window_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = window_realize;
    k->exit = window_exit;
}
