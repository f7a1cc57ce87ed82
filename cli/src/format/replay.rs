//! One path of a type's life, event by event, up to the fault or the final state.

use super::View;
use super::event::{conditions, place, role, sentence};
use super::life::width;
use super::paint::{self, FAINT, STRONG, paint};
use super::place::Places;
use super::text::printable;
use super::ways::{Ways, fold, numbers, observation};
use devmodel_analyzer::lifecycle::{
    CoreStep, DeviceTrace, Glue, LifecyclePath, Observed, Phase, StrongReference,
};
use std::io::{self, Write};

/// Prints every way along the path; of ways that end alike, the first.
pub(crate) fn write(
    view: &View<'_>,
    device: &DeviceTrace,
    path: LifecyclePath,
    output: &mut dyn Write,
) -> io::Result<()> {
    let places = Places::new(&view.analysis.files);
    let width = width(device, &places);
    let folded = fold(&device.paths, Some(path));
    if folded.is_empty() {
        return writeln!(output, "\n{}", absent(device, path));
    }
    for ways in folded {
        writeln!(output)?;
        let title = format!("{}: {}", path.as_str(), ways.state());
        writeln!(output, "{}", paint(&title, STRONG, view.color))?;
        failing(&ways, &places, output)?;
        Replay { view, device, places: &places, width, ways: &ways }.write(output)?;
    }
    Ok(())
}

/// Where realize fails; what is shown is the first of several.
fn failing(ways: &Ways<'_>, places: &Places<'_>, output: &mut dyn Write) -> io::Result<()> {
    let lines = ways.places(places);
    let Some((first, others)) = lines.split_first() else { return Ok(()) };
    writeln!(output, "  realize fails at {first}")?;
    others.iter().try_for_each(|line| writeln!(output, "       the same at {line}"))
}

/// Why a type has no way along a path.
fn absent(device: &DeviceTrace, path: LifecyclePath) -> String {
    let unplugged = device.paths.iter().any(|one| one.path == LifecyclePath::Unplug);
    let why =
        if unplugged { "no way out of realize that fails is seen" } else { "it is no device" };
    format!("{}: {why}", path.as_str())
}

struct Replay<'r> {
    view: &'r View<'r>,
    device: &'r DeviceTrace,
    places: &'r Places<'r>,
    width: usize,
    ways: &'r Ways<'r>,
}

impl Replay<'_> {
    fn write(&self, output: &mut dyn Write) -> io::Result<()> {
        let way = self.ways.first;
        let end = self.last_step();
        let mut phase = None;
        for step in 0..end {
            self.turns(step, output)?;
            let event = way.steps[step];
            let now = self.device.events[event].phase;
            if phase != Some(now) || self.turned(step) {
                writeln!(output, "  {}", paint(now.as_str(), STRONG, self.view.color))?;
                phase = Some(now);
            }
            self.event(step, event, output)?;
        }
        let rest = way.steps.len() - end;
        if rest > 0 {
            let events = super::text::count(rest, "event follows", "events follow");
            return writeln!(output, "  {events}; nothing more goes wrong");
        }
        self.turns(end, output)?;
        self.final_state(output)
    }

    /// The replay ends with the last fault, unless something is left at the end.
    fn last_step(&self) -> usize {
        let way = self.ways.first;
        let faults = way.seen.iter().map(|seen| seen.step.map(|step| step + 1));
        faults
            .collect::<Option<Vec<usize>>>()
            .and_then(|all| all.into_iter().max())
            .unwrap_or(way.steps.len())
    }

    fn turned(&self, step: usize) -> bool {
        self.ways.first.turns.iter().any(|turn| turn.after == step)
    }

    /// What the core does before this step.
    fn turns(&self, step: usize, output: &mut dyn Write) -> io::Result<()> {
        let way = self.ways.first;
        for turn in way.turns.iter().filter(|turn| turn.after == step) {
            let line = match turn.what {
                CoreStep::Unrealized => format!("unrealized; {}", swept(self.glue())),
                CoreStep::RealizeFailed => format!("realize has failed; {}", swept(self.glue())),
                CoreStep::Dropped => "the last reference from outside is dropped".to_owned(),
            };
            writeln!(output, "  {}", paint(&format!("-- {line}"), FAINT, self.view.color))?;
            if turn.what == CoreStep::Dropped {
                self.held(output)?;
            }
        }
        Ok(())
    }

    const fn glue(&self) -> Glue {
        self.device.glue
    }

    fn held(&self, output: &mut dyn Write) -> io::Result<()> {
        let way = self.ways.first;
        for reference in &way.references {
            writeln!(output, "     {}", printable(&self.reference(reference)))?;
        }
        if way.dies {
            let finalizes =
                way.steps.iter().any(|&at| self.device.events[at].phase == Phase::Finalize);
            let then = if finalizes { "; then its finalizers run" } else { "" };
            let line = format!("-- nothing surely holds it: its children are released{then}");
            writeln!(output, "  {}", paint(&line, FAINT, self.view.color))?;
        }
        Ok(())
    }

    fn reference(&self, reference: &StrongReference) -> String {
        let StrongReference { from, to, place, events, doubt } = reference;
        let last = events.last().map(|&at| &self.device.events[at]);
        let container = last.and_then(|event| role(event, "container"));
        let through = match container {
            Some(container) => format!(", as `{place}` is in `{container}`"),
            None if place == from || place == to => String::new(),
            None => format!(", through `{place}`"),
        };
        let shown = if events.is_empty() { "as its child".to_owned() } else { numbers(events) };
        let doubt = doubt.map(|doubt| format!(" (perhaps: {doubt})")).unwrap_or_default();
        format!("{from} holds {to}{through}: {shown}{doubt}")
    }

    fn event(&self, step: usize, index: usize, output: &mut dyn Write) -> io::Result<()> {
        let event = &self.device.events[index];
        let seen = &self.ways.first.seen;
        let faults: Vec<&Observed> = seen.iter().filter(|one| one.step == Some(step)).collect();
        let is_witness = seen.iter().any(|one| one.events.contains(&index));
        let mark = match (faults.is_empty(), is_witness) {
            (false, _) => '!',
            (true, true) => '>',
            (true, false) => ' ',
        };
        let (number, width) = (format!("#{index}"), self.width);
        let at = place(event.location, self.places);
        writeln!(output, "{mark}{number:>6}  {at:width$}  {}", sentence(event))?;
        let blank = width + 11;
        let mut remark =
            |text: &str| writeln!(output, "{:blank$}{}", "", paint(text, FAINT, self.view.color));
        conditions(event).map_or(Ok(()), |conditions| remark(&conditions))?;
        if is_witness && !event.stack.is_empty() {
            let calls: Vec<String> =
                event.stack.iter().map(|call| place(*call, self.places)).collect();
            remark(&format!("called from {}", calls.join(", ")))?;
        }
        for fault in faults {
            self.seen(fault, output)?;
        }
        Ok(())
    }

    fn seen(&self, seen: &Observed, output: &mut dyn Write) -> io::Result<()> {
        let text = printable(&format!("{}: {}", observation(seen), numbers(&seen.events)));
        writeln!(output, "!        {}", paint(&text, paint::observed(seen), self.view.color))
    }

    fn final_state(&self, output: &mut dyn Write) -> io::Result<()> {
        let way = self.ways.first;
        let state = if way.dies { "it is finalized" } else { "it is never finalized" };
        writeln!(output, "  {}", paint(state, STRONG, self.view.color))?;
        way.seen
            .iter()
            .filter(|seen| seen.step.is_none())
            .try_for_each(|seen| self.seen(seen, output))
    }
}

/// What the core does to a device's regions by itself.
const fn swept(glue: Glue) -> &'static str {
    match (glue.auto_delete, glue.auto_unparent) {
        (false, false) => "the core does nothing to its regions",
        (true, false) => "the core takes its regions out of their containers",
        (false, true) => "the core unparents its regions",
        (true, true) => "the core takes its regions out of their containers and unparents them",
    }
}
