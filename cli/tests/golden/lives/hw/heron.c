/* Three birds: one that never dies, one that falls, one that carries another. */
#define TYPE_HERON "heron"
OBJECT_DECLARE_SIMPLE_TYPE(HeronState, HERON)

struct HeronState {
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion regs;
    MemoryRegion beak;
    bool has_beak;
};

static void heron_realize(PCIDevice *dev, Error **errp)
{
    HeronState *s = HERON(dev);

    if (!s->size) {
        error_setg(errp, "no size");
        return;
    }
    memory_region_init(&s->bar, OBJECT(s), "heron", 0x100);
    memory_region_init_io(&s->regs, OBJECT(s), &heron_ops, s, "heron-regs", 0x10);
    if (s->size > 0x100) {
        error_setg(errp, "too large");
        return;
    }
    memory_region_add_subregion(&s->bar, 0, &s->regs);
    if (s->has_beak) {
        memory_region_init_alias(&s->beak, OBJECT(s), "heron-beak", &s->regs, 0, 4);
        memory_region_add_subregion(&s->bar, 0x20, &s->beak);
    }
    if (!heron_fly(s)) {
        error_setg(errp, "no wind");
        memory_region_del_subregion(&s->bar, &s->regs);
        return;
    }
}

static void heron_exit(PCIDevice *dev)
{
    HeronState *s = HERON(dev);

    if (s->has_beak) {
        memory_region_del_subregion(&s->bar, &s->beak);
    }
}

static void heron_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = heron_realize;
    k->exit = heron_exit;
}

#define TYPE_EGRET "egret"
OBJECT_DECLARE_SIMPLE_TYPE(EgretState, EGRET)

struct EgretState {
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion regs;
};

static void egret_unmap(EgretState *s)
{
    memory_region_del_subregion(&s->bar, &s->regs);
}

static void egret_realize(PCIDevice *dev, Error **errp)
{
    EgretState *s = EGRET(dev);

    memory_region_init(&s->bar, OBJECT(s), "egret", 0x100);
    memory_region_init_io(&s->regs, OBJECT(s), &egret_ops, s, "egret-regs", 0x10);
    memory_region_add_subregion(&s->bar, 0, &s->regs);
}

static void egret_exit(PCIDevice *dev)
{
    egret_unmap(EGRET(dev));
}

static void egret_finalize(Object *obj)
{
    egret_unmap(EGRET(obj));
}

static void egret_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = egret_realize;
    k->exit = egret_exit;
}

#define TYPE_STORK "stork"
OBJECT_DECLARE_SIMPLE_TYPE(StorkState, STORK)

struct StorkState {
    DeviceState parent_obj;

    HeronState heron;
    MemoryRegion nest;
    MemoryRegion egg;
};

static void stork_init(Object *obj)
{
    StorkState *s = STORK(obj);

    object_initialize_child(obj, "heron", &s->heron, TYPE_HERON);
    memory_region_init(&s->nest, OBJECT(&s->heron), "stork-nest", 0x10);
    memory_region_init_io(&s->egg, obj, &stork_ops, s, "stork-egg", 4);
    memory_region_add_subregion(&s->nest, 0, &s->egg);
}

static const TypeInfo birds[] = {
    {
        .name = TYPE_HERON,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(HeronState),
        .class_init = heron_class_init,
    },
    {
        .name = TYPE_EGRET,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(EgretState),
        .instance_finalize = egret_finalize,
        .class_init = egret_class_init,
    },
    {
        .name = TYPE_STORK,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(StorkState),
        .instance_init = stork_init,
    },
};

DEFINE_TYPES(birds)
