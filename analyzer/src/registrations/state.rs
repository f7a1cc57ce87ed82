//! What is registered at one point of a function.

use super::program::PairId;
use crate::model::Name;

/// A registration that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Live {
    /// The call that made it, by its number.
    pub(super) site: usize,
    /// The pair of calls.
    pub(super) pair: PairId,
    /// The variable that tells whether it was made.
    pub(super) held: Option<Name>,
    /// Whether it was made in an earlier turn of a loop.
    pub(super) is_older: bool,
}

/// What is in force, and what was.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) live: Vec<Live>,
    /// What was taken back on the way, by site and turn.
    ended: Vec<(usize, bool)>,
    /// Whether something was put where it outlives the function, for somebody to find it.
    pub(super) is_recorded: bool,
}

impl State {
    /// Something is registered.
    pub(super) fn begin(&mut self, new: Live) {
        for live in self.live.iter_mut().filter(|live| live.site == new.site) {
            live.is_older = true;
        }
        self.ended.retain(|(site, _)| *site != new.site);
        self.live.push(new);
        self.live.dedup();
    }

    /// All registrations of a pair are taken back.
    pub(super) fn end(&mut self, pair: PairId) {
        let ended = self.live.iter().filter(|live| live.pair == pair);
        self.ended.extend(ended.map(|live| (live.site, live.is_older)));
        self.live.retain(|live| live.pair != pair);
    }

    /// The attempt whose outcome a variable holds has failed.
    pub(super) fn fail(&mut self, held: &Name) {
        self.live.retain(|live| live.is_older || live.held.as_ref() != Some(held));
    }

    /// Attempts that are part of a condition have failed.
    pub(super) fn fail_since(&mut self, known: &Self) {
        self.live
            .retain(|live| live.is_older || known.live.iter().any(|old| old.site == live.site));
    }

    /// What holds after one of two ways. What is taken back on one of them depends on a condition that
    /// tells whether it is there, and counts as taken back.
    pub(super) fn join(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let (mut one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (one, other) => return one.or(other),
        };
        for live in other.live {
            if !one.live.contains(&live) {
                one.live.push(live);
            }
        }
        for ended in other.ended {
            if !one.ended.contains(&ended) {
                one.ended.push(ended);
            }
        }
        let ended = &one.ended;
        one.live.retain(|live| !ended.contains(&(live.site, live.is_older)));
        one.is_recorded |= other.is_recorded;
        Some(one)
    }
}
