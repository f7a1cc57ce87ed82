//! The events of a device's life, in words.

use super::place::Places;
use super::text::printable;
use devmodel_analyzer::lifecycle::TraceEvent;
use devmodel_analyzer::model::Location;
use devmodel_analyzer::vocabulary::Op;

/// What happens: the operation, what it is done to, and who else takes part.
pub(crate) fn sentence(event: &TraceEvent) -> String {
    let place = or_unknown(&event.place);
    let what = format!("{} `{place}`", event.op.as_str());
    let (container, target) = (role(event, "container"), role(event, "target"));
    let what = match (event.op, container, target) {
        (Op::Add, Some(container), _) => format!("{what} to `{container}`"),
        (Op::Delete, Some(container), _) => format!("{what} from `{container}`"),
        (Op::Init, _, Some(target)) => format!("{what}, alias of `{target}`"),
        (Op::SpaceInit, _, Some(target)) => format!("{what} on `{target}`"),
        _ => what,
    };
    let mut parts = vec![what];
    if let (Some(kind), None) = (role(event, "kind"), target) {
        parts.push(kind.to_owned());
    }
    parts.extend(role(event, "type").map(|ty| format!("type `{ty}`")));
    parts.extend(role(event, "owner").map(|owner| format!("owner {owner}")));
    if event.rollback {
        parts.push("rollback".to_owned());
    }
    printable(&parts.join(", "))
}

/// Under which conditions it happens.
pub(crate) fn conditions(event: &TraceEvent) -> Option<String> {
    if event.guards.is_empty() {
        return None;
    }
    Some(printable(&format!("if {}", event.guards.join(" and "))))
}

/// A file and a line, of which terminals make a link.
pub(crate) fn place(location: Location, places: &Places<'_>) -> String {
    let place = places.of(location);
    printable(&format!("{}:{}", place.file, place.start.line))
}

/// Another object that takes part, or a property of the event.
pub(crate) fn role<'e>(event: &'e TraceEvent, role: &str) -> Option<&'e str> {
    let (_, value) = event.args.iter().find(|(name, _)| *name == role)?;
    Some(or_unknown(value))
}

fn or_unknown(name: &str) -> &str {
    if name.is_empty() { "?" } else { name }
}
