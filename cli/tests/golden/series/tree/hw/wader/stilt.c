/* A stilt with two legs; all it does when it goes is to take them off. */
#define TYPE_STILT "stilt"
OBJECT_DECLARE_SIMPLE_TYPE(StiltState, STILT)

struct StiltState {
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion leg[2];
};

static void stilt_realize(PCIDevice *dev, Error **errp)
{
    StiltState *s = STILT(dev);
    int i;

    memory_region_init(&s->bar, OBJECT(s), "stilt", 0x100);
    for (i = 0; i < 2; i++) {
        memory_region_init_io(&s->leg[i], OBJECT(s), &stilt_ops, s, "stilt-leg", 0x10);
        memory_region_add_subregion(&s->bar, i * 0x10, &s->leg[i]);
    }
}

static void stilt_exit(PCIDevice *dev)
{
    StiltState *s = STILT(dev);
    int i;

    for (i = 0; i < 2; i++) {
        memory_region_del_subregion(&s->bar, &s->leg[i]);
    }
}

static void stilt_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = stilt_realize;
    k->exit = stilt_exit;
}

static const TypeInfo stilt_info = {
    .name = TYPE_STILT,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(StiltState),
    .class_init = stilt_class_init,
};
