//! What pointers in memory point to, as far as it was stored on the way, branch by branch.

use super::{Place, Value};
use rustc_hash::FxHashMap;

/// What was stored where. Branches of the walk cost what they change, not what is known: inside
/// one, every change keeps what it replaces.
#[derive(Debug, Default)]
pub(super) struct Stores {
    held: Held,
    /// What changes replaced, oldest first; nothing where nothing had been stored.
    replaced: Vec<(Place, Option<Value>)>,
    /// How many branches the walk is in.
    branches: usize,
}

/// What was stored where, at some point of the walk.
pub(super) type Held = FxHashMap<Place, Value>;

/// Where ways part, and what the ways that were walked since then have changed.
#[derive(Debug)]
pub(super) struct Fork {
    start: usize,
    other: FxHashMap<Place, Option<Value>>,
}

impl Stores {
    pub(super) fn get(&self, place: &Place) -> Option<&Value> {
        self.held.get(place)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Place, &Value)> {
        self.held.iter()
    }

    pub(super) fn insert(&mut self, place: Place, value: Value) {
        if self.branches == 0 {
            self.held.insert(place, value);
            return;
        }
        let old = self.held.insert(place.clone(), value);
        self.replaced.push((place, old));
    }

    /// What was stored there is gone: the place holds what it held before.
    pub(super) fn remove(&mut self, place: &Place) {
        let Some(old) = self.held.remove(place) else { return };
        if self.branches > 0 {
            self.replaced.push((place.clone(), Some(old)));
        }
    }

    /// Ways part here; one of them is walked next.
    pub(super) fn fork(&mut self) -> Fork {
        self.branches += 1;
        Fork { start: self.replaced.len(), other: FxHashMap::default() }
    }

    /// A way has been walked: back to where the ways part.
    pub(super) fn turn_back(&mut self, fork: &mut Fork) {
        fork.other.clear();
        for (place, old) in self.replaced.drain(fork.start..).rev() {
            let left = match old {
                Some(old) => self.held.insert(place.clone(), old),
                None => self.held.remove(&place),
            };
            // The last change to a place is the first to be undone: it is what the way left.
            fork.other.entry(place).or_insert(left);
        }
    }

    /// What was stored on the way before `turn_back` and not on this one is one or the other.
    pub(super) fn meet(&mut self, fork: &Fork) {
        let mut theirs = fork.other.clone();
        // Where the other way changed nothing, it left what was there where the ways part.
        for (place, old) in &self.replaced[fork.start..] {
            theirs.entry(place.clone()).or_insert_with(|| old.clone());
        }
        for (place, theirs) in theirs {
            let ours = self.held.get(&place).cloned();
            if ours.is_none() && theirs.is_none() {
                continue;
            }
            let or_found = |value: Option<Value>| value.unwrap_or_else(|| as_found(&place));
            let either = or_found(ours).or(or_found(theirs));
            self.insert(place, either);
        }
    }

    /// No further way is walked from the fork.
    pub(super) fn close(&mut self, _: Fork) {
        self.branches -= 1;
        if self.branches == 0 {
            self.replaced.clear();
        }
    }

    /// All that is stored now.
    pub(super) fn held(&self) -> Held {
        self.held.clone()
    }

    /// What was stored at another point from which the walk also comes here is one or the other.
    pub(super) fn meet_held(&mut self, other: &Held) {
        let mut places: Vec<&Place> = other.keys().collect();
        let own: Vec<Place> = self.held.keys().cloned().collect();
        places.extend(own.iter().filter(|place| !other.contains_key(place)));
        for place in places {
            let (ours, theirs) = (self.held.get(place), other.get(place));
            if ours != theirs {
                let or_found =
                    |value: Option<&Value>| value.cloned().unwrap_or_else(|| as_found(place));
                let either = or_found(ours).or(or_found(theirs));
                self.insert(place.clone(), either);
            }
        }
    }

    /// The two ways from a fork meet.
    pub(super) fn join(&mut self, fork: Fork) {
        self.meet(&fork);
        self.close(fork);
    }
}

/// What a pointer holds that nothing was stored to: the address of what is known by it.
fn as_found(place: &Place) -> Value {
    let target = if place.is_element() { None } else { place.clone().deref() };
    target.map_or(Value::Unknown, Value::Address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;
    use crate::trace::Root;

    fn global(name: &'static str) -> Place {
        Place::of(Root::Global(Name::new_static(name)))
    }

    fn to(name: &'static str) -> Value {
        Value::Address(global(name))
    }

    fn either(one: &Value, other: &Value) -> Value {
        one.clone().or(other.clone())
    }

    #[test]
    fn a_store_on_one_way_is_what_was_stored_or_what_was_there() {
        for first in [true, false] {
            let mut stores = Stores::default();
            stores.insert(global("known"), to("a"));
            let mut fork = stores.fork();
            if first {
                stores.insert(global("known"), to("b"));
                stores.insert(global("new"), to("c"));
            }
            stores.turn_back(&mut fork);
            assert_eq!(stores.get(&global("known")), Some(&to("a")));
            assert_eq!(stores.get(&global("new")), None);
            if !first {
                stores.insert(global("known"), to("b"));
                stores.insert(global("new"), to("c"));
            }
            stores.join(fork);
            let new = either(&as_found(&global("new")), &to("c"));
            assert_eq!(stores.get(&global("known")), Some(&either(&to("a"), &to("b"))));
            assert_eq!(stores.get(&global("new")), Some(&new));
        }
    }

    #[test]
    fn the_last_store_of_each_way_counts() {
        let mut stores = Stores::default();
        let mut fork = stores.fork();
        stores.insert(global("x"), to("a"));
        stores.insert(global("x"), to("b"));
        stores.turn_back(&mut fork);
        stores.insert(global("x"), to("c"));
        stores.insert(global("x"), to("d"));
        stores.join(fork);
        assert_eq!(stores.get(&global("x")), Some(&either(&to("b"), &to("d"))));
    }

    #[test]
    fn an_inner_branch_is_undone_with_the_outer_one() {
        let mut stores = Stores::default();
        stores.insert(global("x"), to("a"));
        let mut outer = stores.fork();
        let mut inner = stores.fork();
        stores.insert(global("x"), to("b"));
        stores.turn_back(&mut inner);
        stores.join(inner);
        assert_eq!(stores.get(&global("x")), Some(&either(&to("a"), &to("b"))));
        stores.turn_back(&mut outer);
        assert_eq!(stores.get(&global("x")), Some(&to("a")));
        stores.join(outer);
        assert_eq!(stores.get(&global("x")), Some(&either(&to("a"), &to("b"))));
    }

    #[test]
    fn what_one_way_takes_back_is_what_was_there_or_what_the_other_left() {
        for first in [true, false] {
            let mut stores = Stores::default();
            stores.insert(global("x"), to("a"));
            let mut fork = stores.fork();
            if first {
                stores.remove(&global("x"));
            }
            stores.turn_back(&mut fork);
            assert_eq!(stores.get(&global("x")), Some(&to("a")));
            if !first {
                stores.remove(&global("x"));
            }
            stores.join(fork);
            let found = as_found(&global("x"));
            assert_eq!(stores.get(&global("x")), Some(&either(&found, &to("a"))));
        }
    }

    #[test]
    fn what_was_stored_and_taken_back_leaves_nothing() {
        let mut stores = Stores::default();
        let mut fork = stores.fork();
        stores.insert(global("x"), to("a"));
        stores.remove(&global("x"));
        stores.turn_back(&mut fork);
        stores.join(fork);
        assert_eq!(stores.get(&global("x")), None);
    }

    #[test]
    fn any_number_of_ways_meet() {
        let mut stores = Stores::default();
        stores.insert(global("x"), to("a"));
        let mut fork = stores.fork();
        for name in ["b", "c"] {
            stores.turn_back(&mut fork);
            assert_eq!(stores.get(&global("x")), Some(&to("a")));
            stores.insert(global("x"), to(name));
            stores.meet(&fork);
        }
        stores.close(fork);
        let all = either(&to("c"), &either(&to("b"), &to("a")));
        assert_eq!(stores.get(&global("x")), Some(&all));
    }
}
