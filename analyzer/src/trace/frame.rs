//! The variables of a call, as far as they are followed.

use super::{Typed, Value};
use crate::model::{Location, Name};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The variables of one call of one function. The ways on from a condition share a frame until one
/// of them changes it: most never do.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) variables: Rc<FxHashMap<Name, Typed>>,
    /// The call that entered the function; of the callback itself, its definition.
    pub(super) entered: Option<Location>,
    /// What is freed when the function returns, and where it was declared.
    pub(super) cleanups: Vec<(Value, Location)>,
    /// What numbers were set from, in words that other calls share.
    pub(super) spelled: Rc<FxHashMap<Name, Name>>,
}

impl Frame {
    /// Declares a variable, or gives it another value and type.
    pub(super) fn set(&mut self, name: Name, variable: Typed) {
        Rc::make_mut(&mut self.variables).insert(name, variable);
    }

    /// Gives a variable another value, if it is one of the frame.
    pub(super) fn set_value(&mut self, name: &Name, value: Value) {
        if self.variables.get(name).is_some_and(|variable| variable.value != value)
            && let Some(variable) = Rc::make_mut(&mut self.variables).get_mut(name)
        {
            variable.value = value;
        }
    }

    /// Brings back what declarations of a block have hidden.
    pub(super) fn restore(&mut self, hidden: Vec<(Name, Typed)>) {
        if !hidden.is_empty() {
            Rc::make_mut(&mut self.variables).extend(hidden);
        }
    }

    /// The number `name` was set from this.
    pub(super) fn know_number(&mut self, name: Name, spelled: Name) {
        Rc::make_mut(&mut self.spelled).insert(name, spelled);
    }

    /// What `name` was set from is not known.
    pub(super) fn forget_number(&mut self, name: &Name) {
        if self.spelled.contains_key(name) {
            Rc::make_mut(&mut self.spelled).remove(name);
        }
    }

    /// Variables on which two ways to one statement disagree are one or the other there.
    pub(super) fn join(&mut self, other: &Self) {
        if !Rc::ptr_eq(&self.variables, &other.variables) {
            for (name, variable) in Rc::make_mut(&mut self.variables) {
                if let Some(theirs) = other.variables.get(name)
                    && theirs.value != variable.value
                {
                    let ours = std::mem::replace(&mut variable.value, Value::Unknown);
                    variable.value = ours.or(theirs.value.clone());
                }
            }
        }
        if !Rc::ptr_eq(&self.spelled, &other.spelled) {
            let same = |name: &Name, spelled: &mut Name| other.spelled.get(name) == Some(spelled);
            Rc::make_mut(&mut self.spelled).retain(same);
        }
        for cleanup in &other.cleanups {
            if !self.cleanups.contains(cleanup) {
                self.cleanups.push(cleanup.clone());
            }
        }
    }
}
