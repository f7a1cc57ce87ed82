//! What is left of a device when it should be gone, in words.

use crate::finding::Severity;
use devmodel_analyzer::lifecycle::{Kind, LifecyclePath, Observation};

/// Whether a region or an address space is surely left, and keeps the device alive or refers to it
/// when it is gone.
pub(crate) fn is_left(seen: &Observation) -> bool {
    let kinds = [Kind::HeldByCycle, Kind::HeldBySpace, Kind::StaleMapping, Kind::SpaceLeft];
    kinds.contains(&seen.kind) && seen.doubt.is_none()
}

/// Whether it is seen on a path.
pub(crate) fn is_on(seen: &Observation, path: LifecyclePath) -> bool {
    seen.paths.contains(&path)
}

/// How bad it is if what can come and go while the machine runs does it.
pub(crate) const fn rank(seen: &Observation, pluggable: Severity) -> Severity {
    if seen.pluggable { pluggable } else { Severity::Note }
}

/// What is left, under which condition, and what comes of it.
pub(crate) fn told(seen: &Observation) -> String {
    let (region, container) = (&seen.region, &seen.container);
    let left = match seen.kind {
        Kind::HeldBySpace => format!(
            "the address space `{region}` of the device's own `{container}` is not destroyed, so \
             the device is never finalized"
        ),
        Kind::SpaceLeft => format!(
            "the address space `{region}` is not destroyed before the memory that it is in is freed"
        ),
        Kind::StaleMapping => format!(
            "`{region}` is left in `{container}`, which is not the device's and outlives it"
        ),
        _ => format!("`{region}` is left in `{container}`, and so the device keeps itself alive"),
    };
    match seen.guards.last() {
        Some(innermost) => format!("{left} (where `{innermost}`)"),
        None => left,
    }
}
