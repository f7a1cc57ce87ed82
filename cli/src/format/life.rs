//! The life of a type for people: what happens in each phase, and where each path leads.

use super::event::{conditions, place, sentence};
use super::paint::{self, FAINT, STRONG, paint};
use super::place::Places;
use super::text::printable;
use super::ways::{Ways, fold, numbers, observation};
use super::{View, replay};
use devmodel_analyzer::lifecycle::{DeviceTrace, LifecyclePath, Observed};
use std::io::{self, Write};

/// Prints the life, or the replay of one path.
pub(crate) fn write(
    view: &View<'_>,
    device: &DeviceTrace,
    only: Option<LifecyclePath>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let places = Places::new(&view.analysis.files);
    writeln!(output, "{}", headline(view, device, &places))?;
    match only {
        Some(path) => replay::write(view, device, path, output)?,
        None => {
            phases(view, device, &places, output)?;
            paths(view, device, &places, output)?;
        }
    }
    doubts(view, device, output)
}

fn headline(view: &View<'_>, device: &DeviceTrace, places: &Places<'_>) -> String {
    let mut line = paint(&format!("`{}`", printable(&device.name)), STRONG, view.color);
    let ancestors: Vec<String> = device.ancestors.iter().map(|name| printable(name)).collect();
    if !ancestors.is_empty() {
        line.push_str(&format!(" ({})", ancestors.join(" > ")));
    }
    if device.is_abstract {
        line.push_str(", abstract");
    }
    if let Some(location) = device.location {
        line.push_str(&format!(", declared at {}", place(location, places)));
    }
    line
}

fn phases(
    view: &View<'_>,
    device: &DeviceTrace,
    places: &Places<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    if device.events.is_empty() {
        return writeln!(output, "\nno callback of it does anything to a region");
    }
    let width = width(device, places);
    let mut last = None;
    for (index, event) in device.events.iter().enumerate() {
        if last != Some(event.phase) {
            writeln!(output, "\n{}", paint(event.phase.as_str(), STRONG, view.color))?;
            last = Some(event.phase);
        }
        let number = format!("#{index}");
        let at = place(event.location, places);
        writeln!(output, "{number:>6}  {at:width$}  {}", sentence(event))?;
        if let Some(conditions) = conditions(event) {
            let blank = width + 10;
            writeln!(output, "{:blank$}  {}", "", paint(&conditions, FAINT, view.color))?;
        }
    }
    Ok(())
}

/// How wide the column of places is.
pub(crate) fn width(device: &DeviceTrace, places: &Places<'_>) -> usize {
    let all = device.events.iter().map(|event| place(event.location, places).chars().count());
    all.max().unwrap_or_default()
}

fn paths(
    view: &View<'_>,
    device: &DeviceTrace,
    places: &Places<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "\n{}", paint("paths", STRONG, view.color))?;
    for ways in fold(&device.paths, None) {
        writeln!(output, "  {}", end(&ways, places))?;
        for seen in &ways.first.seen {
            let style = paint::observed(seen);
            let observation = paint(&printable(&observation(seen)), style, view.color);
            let at = located(seen, device, places);
            writeln!(output, "{:20}{observation}  {}{at}", "", numbers(&seen.events))?;
        }
    }
    Ok(())
}

fn end(ways: &Ways<'_>, places: &Places<'_>) -> String {
    let failing = ways.failing(places, false).map(|failing| format!("  {failing}"));
    let (path, state) = (ways.first.path.as_str(), ways.state());
    format!("{path:16}  {state}{}", failing.unwrap_or_default())
}

/// Where to look at first.
fn located(seen: &Observed, device: &DeviceTrace, places: &Places<'_>) -> String {
    let event = seen.events.last().and_then(|&at| device.events.get(at));
    event.map(|event| format!("  {}", place(event.location, places))).unwrap_or_default()
}

fn doubts(view: &View<'_>, device: &DeviceTrace, output: &mut dyn Write) -> io::Result<()> {
    let mut doubts = device.doubts.clone();
    if !device.unfollowed.is_empty() {
        doubts.push(format!("not followed: {}", device.unfollowed.join(", ")));
    }
    if doubts.is_empty() {
        return Ok(());
    }
    writeln!(output, "\n{}", paint("doubts", STRONG, view.color))?;
    for doubt in &doubts {
        writeln!(output, "  {}", printable(doubt))?;
    }
    Ok(())
}
