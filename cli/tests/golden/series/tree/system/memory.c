void memory_region_ref(MemoryRegion *mr)
{
    if (mr && mr->owner) {
        object_ref(mr->owner);
    }
}

static void memory_region_update_container_subregions(MemoryRegion *subregion)
{
    memory_region_ref(subregion);
}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion)
{
    subregion->container = mr;
    memory_region_update_container_subregions(subregion);
}
