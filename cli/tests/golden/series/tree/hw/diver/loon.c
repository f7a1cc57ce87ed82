#define TYPE_LOON "loon"
OBJECT_DECLARE_SIMPLE_TYPE(LoonState, LOON)

struct LoonState {
    DeviceState parent_obj;

    MemoryRegion lake;
    QEMUTimer *dive;
};

static void loon_init(Object *obj)
{
    LoonState *s = LOON(obj);

    memory_region_init_io(&s->lake, obj, &loon_ops, s, "loon-lake", 0x10);
    s->dive = timer_new_ms(QEMU_CLOCK_VIRTUAL, loon_dive, s);
}

static void loon_finalize(Object *obj)
{
    LoonState *s = LOON(obj);

    /* « Un plongeon » */
    object_unparent(OBJECT(&s->lake));
    timer_free(s->dive);
}

static const TypeInfo loon_info = {
    .name = TYPE_LOON,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(LoonState),
    .instance_init = loon_init,
    .instance_finalize = loon_finalize,
};
