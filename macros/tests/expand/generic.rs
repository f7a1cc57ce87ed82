#[derive(Device)]
struct Row<T: Device, const N: usize>
where
    T: Sync,
{
    #[child]
    items: [Child<T>; N],
    #[region(reserved, size = 8 * N as u64)]
    r#type: Region<Reserved>,
}
