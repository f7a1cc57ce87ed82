#[derive(Device)]
#[device(name = "nothing", parent = SysBus, hotpluggable, finalize = end)]
struct Nothing;
