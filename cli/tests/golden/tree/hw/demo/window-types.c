/* Types — the second file of a report. */
static const TypeInfo window_types[] = {
    {
        .name = "window-a",
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(WindowState),
        .instance_finalize = window_finalize,
        .class_init = window_class_init,
    },
};
