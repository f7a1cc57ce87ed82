//! Introspection of every registered type: nothing changes, and nothing is left.

use super::bench::{Trace, nothing_lives};
use super::{Failure, Failures, ensure};
use crate::lifecycle::{Machine, MachineError, Registry};
use crate::meta::Meta;

const PATH: &str = "introspection";

/// Looks at every registered type as `device_add X,help` and `device-list-properties` do: creates one,
/// reads its properties, drops it. The tree of devices and the memory are the same afterwards, and nothing
/// is alive. Types that nobody can create refuse, and so do types that do not exist.
///
/// # Errors
///
/// A [`Failure`] for each type that leaves something.
pub fn introspect_all(registry: &Registry) -> Result<(), Failures> {
    let mut failures = Failures::default();
    let mut machine = Machine::new();
    let counts = machine.counts();
    for meta in registry.types() {
        if let Err(what) = introspect(&mut machine, registry, meta) {
            failures.0.push(Failure { device: meta.name, path: PATH, what });
        }
    }
    let unknown = machine.create_by_name(registry, "no such type", "x");
    drop(machine);
    let ended = ensure(unknown.is_err(), || "a type that does not exist was created".to_owned());
    if let Err(what) = ended.and_then(|()| nothing_lives(&counts)) {
        failures.0.push(Failure { device: "machine", path: PATH, what });
    }
    if failures.0.is_empty() { Ok(()) } else { Err(failures) }
}

fn introspect(
    machine: &mut Machine,
    registry: &Registry,
    meta: &'static Meta,
) -> Result<(), String> {
    let before = Trace::of(machine);
    let id = match machine.create_by_name(registry, meta.name, "introspected") {
        Ok(id) => id,
        Err(MachineError::Abstract(_)) if meta.is_abstract => return Ok(()),
        Err(_) if !meta.user_creatable => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    ensure(!meta.is_abstract, || "it is abstract and was created".to_owned())?;
    for property in meta.properties {
        let value = machine.get(id, property.name).map_err(|error| error.to_string())?;
        ensure(value == property.default.to_value(), || {
            format!("`{}` is {value:?} at first, not {:?}", property.name, property.default)
        })?;
    }
    machine.destroy(id).map_err(|error| error.to_string())?;
    ensure(Trace::of(machine) == before, || "something is left in the machine".to_owned())
}
