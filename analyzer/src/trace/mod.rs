//! A symbolic walk from each callback of a type: the ordered events of its life.

mod call;
mod ending;
mod eval;
mod event;
mod failure;
mod frame;
mod guard;
mod inert;
mod list;
mod overwrite;
mod place;
mod relevance;
mod stores;
mod table;
mod traces;
mod walk;

pub(crate) use ending::Failure;
pub(crate) use event::{Event, Followed, OpaqueCall, Trace};
pub(crate) use failure::signals_error;
pub(crate) use guard::{Guard, Question};
pub(crate) use place::{Index, Place, Root, Step, Value};
pub(crate) use relevance::Relevance;
pub(crate) use traces::Traces;

use crate::lifecycle::Phase;
use crate::model::{Location, Name, TypeRef};
use crate::objects::{Objects, TypeId};
use crate::tree::{ItemId, Tree};
use frame::Frame;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use stores::Stores;

/// The phases that are traced, in the order in which a device goes through them.
pub(crate) const TRACED: [Phase; 5] =
    [Phase::Init, Phase::Realize, Phase::Unrealize, Phase::Unparent, Phase::Finalize];

/// Statements walked per type before the trace gives up.
const BUDGET: u32 = 400_000;

/// A value and the structure it points to.
#[derive(Clone, Debug)]
struct Typed {
    value: Value,
    ty: TypeRef,
}

impl Typed {
    fn unknown() -> Self {
        Self { value: Value::Unknown, ty: TypeRef::default() }
    }
}

/// Walks the callbacks of one type.
pub(crate) struct Tracer<'x, 'a> {
    tree: &'x Tree<'a>,
    objects: &'x Objects<'x, 'a>,
    relevance: &'x Relevance,
    /// The type; `None` where a function is walked for whichever object it is called.
    ty: Option<TypeId>,
    phase: Phase,
    /// What pointers in memory point to, as far as it was stored on the way.
    stores: Stores,
    /// The place through which allocated memory is known once it was stored there.
    homes: FxHashMap<u32, Place>,
    /// How many calls on the walk so far allocated memory.
    allocations: u32,
    active: Vec<ItemId>,
    stack: Vec<Location>,
    rollback: bool,
    leaving: bool,
    /// The conditions that hold where the walk is.
    guards: Vec<Guard>,
    shared_guards: Option<Arc<[Guard]>>,
    /// The failures of the functions being walked that no caller has answered yet.
    failures: Vec<Failure>,
    /// Whether the last call was of a callback that is handed an error and never reports one.
    unfailing: bool,
    visited: FxHashSet<ItemId>,
    /// The callbacks of the phase, which are worth walking wherever the core calls them.
    callbacks: Vec<ItemId>,
    budget: u32,
    trace: Trace,
}

impl<'x, 'a> Tracer<'x, 'a> {
    /// Traces all phases of a type.
    pub(crate) fn trace(
        tree: &'x Tree<'a>,
        objects: &'x Objects<'x, 'a>,
        relevance: &'x Relevance,
        ty: TypeId,
    ) -> Trace {
        let mut tracer = Self::new(tree, objects, relevance, Some(ty));
        for phase in TRACED {
            tracer.phase(phase, ty);
        }
        tracer.finish()
    }

    /// Walks one function that a running device enters, for any object as its first argument.
    pub(crate) fn running(
        tree: &'x Tree<'a>,
        objects: &'x Objects<'x, 'a>,
        relevance: &'x Relevance,
        function: ItemId,
    ) -> Trace {
        let mut tracer = Self::new(tree, objects, relevance, None);
        tracer.phase = Phase::Runtime;
        tracer.enter_callback(function);
        tracer.finish()
    }

    fn new(
        tree: &'x Tree<'a>,
        objects: &'x Objects<'x, 'a>,
        relevance: &'x Relevance,
        ty: Option<TypeId>,
    ) -> Self {
        Self {
            tree,
            objects,
            relevance,
            ty,
            phase: Phase::Init,
            stores: Stores::default(),
            homes: FxHashMap::default(),
            allocations: 0,
            active: Vec::new(),
            stack: Vec::new(),
            rollback: false,
            leaving: false,
            guards: Vec::new(),
            shared_guards: None,
            failures: Vec::new(),
            unfailing: false,
            visited: FxHashSet::default(),
            callbacks: Vec::new(),
            budget: BUDGET,
            trace: Trace::default(),
        }
    }

    /// Runs the callbacks of one phase: first what the core calls, then any callback of the phase
    /// that the core, where it is in sight, did not lead to.
    fn phase(&mut self, phase: Phase, ty: TypeId) {
        self.phase = phase;
        self.visited.clear();
        let mut callbacks: Vec<(Name, Location)> = self
            .objects
            .table_callbacks(ty, phase)
            .into_iter()
            .map(|callback| (callback.function.clone(), callback.location))
            .collect();
        callbacks.extend(self.slot_callbacks(phase, ty));
        let named = |(function, location): &(Name, Location)| {
            self.tree.function_named(function, location.file)
        };
        self.callbacks = callbacks.iter().filter_map(named).collect();
        for id in self.callbacks.clone() {
            if !self.visited.contains(&id) {
                self.enter_callback(id);
                self.trace.failures.append(&mut self.failures);
            }
        }
    }

    /// The callbacks in the class slots of a phase, the base class's slot first.
    fn slot_callbacks(&self, phase: Phase, ty: TypeId) -> Vec<(Name, Location)> {
        let words = self.tree.words;
        let slots = self.objects.slots(ty).iter();
        let mut found: Vec<_> = slots
            .filter(|slot| words.phase_of_slot(&slot.record, &slot.field) == Some(phase))
            .filter_map(|slot| Some((slot.function.clone()?, slot.location)))
            .collect();
        let core = &words.core.device_slot.0;
        let is_base = |location: &Location| {
            self.objects
                .slots(ty)
                .iter()
                .any(|slot| slot.location == *location && slot.record == *core)
        };
        found.sort_by_key(|(_, location)| !is_base(location));
        found
    }

    fn finish(mut self) -> Trace {
        let homes = std::mem::take(&mut self.homes);
        let settle = |value: &mut Value| {
            if let Value::Address(place) | Value::Maybe(place) = value {
                settle_place(&homes, place);
            }
        };
        for event in &mut self.trace.events {
            settle(&mut event.region);
            settle(&mut event.owner);
            settle(&mut event.container);
            settle(&mut event.target);
        }
        for place in self.trace.opaque.iter_mut().flat_map(|call| &mut call.handed) {
            settle_place(&homes, place);
        }
        for followed in &mut self.trace.followed {
            settle_place(&homes, &mut followed.pointer);
            settle(&mut followed.value);
        }
        self.trace.homes = homes.into_values().collect();
        self.trace.homes.sort_unstable();
        self.trace
    }
}

/// Names allocated memory by the place through which it is known; that may be in allocated memory
/// again.
fn settle_place(homes: &FxHashMap<u32, Place>, place: &mut Place) {
    let mut passed = Vec::new();
    while let Root::Heap(at) = place.root
        && let Some(home) = homes.get(&at)
        && !passed.contains(&at)
    {
        passed.push(at);
        *place = place.rebased(&Root::Heap(at), home);
    }
}
