//! Registrations of devices on buses and of file descriptors with a VM, and whether each is taken back.

mod act;
mod armed;
mod call;
mod condition;
mod container;
mod cure;
mod dropped;
mod emptied;
mod forgotten;
mod in_init;
mod on_error;
mod place;
mod program;
mod report;
mod state;
mod strong;
#[cfg(test)]
mod tests;
mod through;
mod walk;
mod weaken;

use crate::Executor;
use crate::crates::Crates;
use crate::lifecycle::Registration;
use crate::tree::per_item;
use crate::vocabulary::Vocabulary;
use program::Program;

/// What goes wrong with registrations, ordered by file and position.
pub(crate) fn observe(
    crates: &Crates<'_>,
    words: &Vocabulary,
    executor: &dyn Executor,
) -> Vec<Registration> {
    let program = Program::new(crates, words);
    let found = per_item(executor, "registrations", program.methods.len(), &|id| {
        let mut found = Vec::new();
        if on_error::concerns(&program, id) {
            found.extend(on_error::observe(&program, id));
            found.extend(in_init::observe(&program, id));
            found.extend(forgotten::observe(&program, id));
        }
        found.extend(dropped::observe(&program, id));
        found.extend(strong::observe(&program, id));
        found
    });
    let mut found: Vec<Registration> = found.into_iter().flatten().collect();
    found.sort_by_key(|seen| (seen.location, seen.kind));
    found
}
