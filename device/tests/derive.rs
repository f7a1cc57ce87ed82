//! What the derive generates, as its users see it.

use devmodel::{Device, Metadata, Region};

fn check<D: Device>(name: &str, fields: &[&str]) {
    let Metadata { name: found, regions } = D::METADATA;
    let regions: Vec<&str> = regions.iter().map(|Region { field }| *field).collect();
    assert_eq!((found, regions.as_slice()), (name, fields));
}

#[derive(Device)]
#[expect(dead_code, reason = "only the declaration matters")]
struct Timer {
    #[device(region)]
    container: u8,
    ticks: u64,
    #[device(region)]
    registers: u8,
}

#[test]
fn regions_are_listed_in_their_order() {
    check::<Timer>("Timer", &["container", "registers"]);
}

#[derive(Device)]
#[device(name = "null-device")]
struct Nothing;

#[test]
fn a_name_replaces_that_of_the_type() {
    check::<Nothing>("null-device", &[]);
}

#[derive(Device)]
#[expect(dead_code, reason = "only the declaration matters")]
struct Queue<'a, T: Clone, const N: usize>
where
    T: Copy,
{
    #[device(region)]
    r#in: &'a [T; N],
}

#[test]
fn parameters_and_raw_names_are_carried_over() {
    check::<Queue<'_, u8, 3>>("Queue", &["in"]);
}

/// A place where neither the prelude nor the name of the crate can be relied on.
#[no_implicit_prelude]
mod bare {
    mod devmodel {}

    pub(crate) mod inner {
        pub(crate) use ::devmodel as renamed;
    }

    #[derive(inner::renamed::Device)]
    #[device(crate = inner::renamed)]
    #[expect(dead_code, reason = "only the declaration matters")]
    pub(crate) struct Hidden {
        #[device(region)]
        bar: u8,
    }

    #[derive(::devmodel::Device)]
    pub(crate) struct Absolute;
}

#[test]
fn paths_are_absolute_and_the_crate_may_be_elsewhere() {
    check::<bare::Hidden>("Hidden", &["bar"]);
    check::<bare::Absolute>("Absolute", &[]);
}
