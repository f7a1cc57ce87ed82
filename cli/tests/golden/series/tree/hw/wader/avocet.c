/* An avocet: its bill is its own, its pond belongs to nobody. */
#define TYPE_AVOCET "avocet"
OBJECT_DECLARE_SIMPLE_TYPE(AvocetState, AVOCET)

struct AvocetState {
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion bill;
    MemoryRegion pond;
    QEMUTimer *call;
};

static void avocet_realize(PCIDevice *dev, Error **errp)
{
    AvocetState *s = AVOCET(dev);

    s->call = timer_new_ms(QEMU_CLOCK_VIRTUAL, avocet_call, s);
    memory_region_init(&s->bar, OBJECT(s), "avocet", 0x100);
    memory_region_init_io(&s->bill, OBJECT(s), &avocet_ops, s, "avocet-bill", 0x10);
    memory_region_add_subregion(&s->bar, 0, &s->bill);
    memory_region_init_io(&s->pond, NULL, &avocet_ops, s, "avocet-pond", 0x10);
    memory_region_add_subregion(&s->bar, 0x10, &s->pond);
}

static void avocet_exit(PCIDevice *dev)
{
    AvocetState *s = AVOCET(dev);

    memory_region_del_subregion(&s->bar, &s->pond);
    memory_region_del_subregion(&s->bar, &s->bill);
    timer_free(s->call);
}

static void avocet_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = avocet_realize;
    k->exit = avocet_exit;
}

static const TypeInfo avocet_info = {
    .name = TYPE_AVOCET,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(AvocetState),
    .class_init = avocet_class_init,
};
