//! The callback that undoes what a realize callback does, there or to be made.

use super::Curer;
use crate::lifecycle::Phase;
use crate::model::{Expr, ExprKind, FileId, Location, Name, Span, StmtKind};
use crate::objects::TypeId;
use crate::trace::Event;
use crate::tree::ItemId;

/// Where deletions go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// Into a callback that is there.
    Into(ItemId),
    /// Into one that is not there yet, for this slot of the class.
    New((Name, Name)),
}

/// The realize callback that leads to an addition, and its counterpart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    /// The realize callback.
    pub(super) realize: ItemId,
    /// The slot of the class that holds it.
    pub(super) slot: (Name, Name),
    /// The counterpart.
    pub(super) target: Target,
}

/// One assignment of a realize callback, and the sides of it.
pub(super) struct Assignment {
    pub(super) class_function: ItemId,
    pub(super) base: Span,
    pub(super) target: Span,
    pub(super) value: Span,
}

impl Curer<'_, '_> {
    /// The pair of callbacks of a type that an addition belongs to, and the functions from the realize
    /// callback down to the addition.
    pub(super) fn pair(&self, ty: TypeId, event: &Event) -> Option<(Pair, Vec<ItemId>)> {
        let places = event.stack.iter().chain([&event.location]);
        let chain: Vec<ItemId> = places.map(|&at| self.item_at(at)).collect::<Option<_>>()?;
        let slot_of = |id: &ItemId| self.realize_slot(ty, *id);
        let (at, slot) = (0..chain.len()).rev().find_map(|at| Some((at, slot_of(&chain[at])?)))?;
        let direct = |hop: usize| self.calls(event.stack[hop], chain[hop + 1]);
        if !(at..chain.len() - 1).all(direct) {
            return None;
        }
        let target = self.counterpart(ty, &slot)?;
        Some((Pair { realize: chain[at], slot, target }, chain[at..].to_vec()))
    }

    /// The realize slot of the type that holds the function.
    fn realize_slot(&self, ty: TypeId, id: ItemId) -> Option<(Name, Name)> {
        let words = self.tree.words;
        let name = self.tree.name(id);
        let slot = self.objects.slots(ty).iter().find(|slot| {
            words.phase_of_slot(&slot.record, &slot.field) == Some(Phase::Realize)
                && slot.function.as_ref() == Some(&name)
                && self.tree.function_named(&name, slot.location.file) == Some(id)
        })?;
        (!slot.uncertain).then(|| (slot.record.clone(), slot.field.clone()))
    }

    fn counterpart(&self, ty: TypeId, realize: &(Name, Name)) -> Option<Target> {
        let slots = self.tree.words.slots_of(Phase::Unrealize);
        let mut own = slots.into_iter().filter(|slot| slot.0 == realize.0);
        let (slot, None) = (own.next()?, own.next()) else { return None };
        let Some(held) = self.objects.slot(ty, &slot.0, &slot.1) else {
            return Some(Target::New(slot.clone()));
        };
        let function = held.function.as_ref().filter(|_| !held.uncertain)?;
        self.tree.function_named(function, held.location.file).map(Target::Into)
    }

    /// The concrete types that would run what is written; `None` if not all of them are known, or if
    /// others would lose what they inherit.
    pub(super) fn concerned(&self, pair: &Pair) -> Option<Vec<TypeId>> {
        let mut types = match &pair.target {
            Target::Into(function) => self.entered_by_teardown(*function)?,
            Target::New(slot) if self.has_signature(pair, slot) => self.given(pair, slot)?,
            Target::New(_) => return None,
        };
        types.retain(|&id| !self.objects.get(id).is_abstract);
        types.sort_unstable();
        types.dedup();
        Some(types)
    }

    /// The types whose teardown enters a function, if nothing else does.
    pub(super) fn entered_by_teardown(&self, function: ItemId) -> Option<Vec<TypeId>> {
        let contexts = self.contexts.of(function);
        let entries = &contexts.entries;
        let only = entries.iter().all(|entry| {
            entry.phase == Phase::Unrealize && entry.function == function && !entry.types.is_empty()
        });
        let types = entries.iter().flat_map(|entry| entry.types.iter().copied());
        (only && contexts.remote.is_empty()).then(|| types.collect())
    }

    /// The types that get a new callback if it is assigned wherever the realize callback is.
    fn given(&self, pair: &Pair, slot: &(Name, Name)) -> Option<Vec<TypeId>> {
        let mut given = Vec::new();
        for assignment in self.assignments(pair)? {
            for ty in self.contexts.types_initialised_by(assignment.class_function) {
                if self.objects.inherits(ty, &slot.0, &slot.1) {
                    return None;
                }
                let family = self.objects.family(ty).into_iter();
                given
                    .extend(family.filter(|&id| self.objects.slot(id, &slot.0, &slot.1).is_none()));
            }
        }
        Some(given)
    }

    /// The statements that assign the realize callback; `None` if one of them is something else.
    pub(super) fn assignments(&self, pair: &Pair) -> Option<Vec<Assignment>> {
        let name = self.tree.name(pair.realize);
        let entries = self.contexts.of(pair.realize).entries;
        let types = entries.iter().flat_map(|entry| &entry.types);
        let holding = types.filter(|&&id| self.realize_slot(id, pair.realize).is_some());
        let mut places: Vec<Location> = holding
            .flat_map(|&id| self.objects.slots(id))
            .filter(|slot| slot.function.as_ref() == Some(&name))
            .map(|slot| slot.location)
            .collect();
        places.sort_unstable();
        places.dedup();
        let defined = self.tree.function(pair.realize).location;
        places
            .into_iter()
            .map(|at| {
                let follows = at.file == defined.file && at.span.start >= defined.span.end;
                self.assignment(at, &name).filter(|_| follows)
            })
            .collect()
    }

    fn assignment(&self, at: Location, value_name: &Name) -> Option<Assignment> {
        let class_function = self.item_at(at)?;
        let function = self.tree.function(class_function);
        let mut found = None;
        function.each_statement(&mut |stmt| {
            if let StmtKind::Expr(expr) = &stmt.kind
                && expr.span == at.span
            {
                found = sides(expr, value_name);
            }
        });
        let (base, target, value) = found.filter(|_| function.is_whole())?;
        Some(Assignment { class_function, base, target, value })
    }

    /// A name for the counterpart, after that of the realize callback.
    pub(super) fn name_of_new(&self, pair: &Pair, slot: &(Name, Name)) -> Option<String> {
        let name = self.tree.name(pair.realize);
        let word = slot.1.rsplit('_').next()?;
        let own = pair.slot.1.rsplit('_').next()?;
        let mut parts: Vec<&str> = name.split('_').collect();
        let at = parts.iter().rposition(|part| *part == own).unwrap_or(parts.len() - 1);
        if at == 0 {
            return None;
        }
        parts[at] = word;
        let new = parts.join("_");
        let file = self.tree.file_of(pair.realize);
        let taken = !self.tree.definitions(&new).is_empty() || self.mentions(file, &new);
        (!taken).then_some(new)
    }

    fn mentions(&self, file: FileId, name: &str) -> bool {
        memchr::memmem::find(self.tree.text(file), name.as_bytes()).is_some()
    }

    /// Whether another callback in the slot, if the tree has any, takes what this one would.
    fn has_signature(&self, pair: &Pair, slot: &(Name, Name)) -> bool {
        let Some(parameter) = self.tree.function(pair.realize).parameters.first() else {
            return false;
        };
        let mut all = (0..self.objects.types.len() as u32).map(TypeId);
        let other = all.find_map(|id| {
            let held = self.objects.slot(id, &slot.0, &slot.1)?;
            self.tree.function_named(held.function.as_ref()?, held.location.file)
        });
        other.is_none_or(|id| match &self.tree.function(id).parameters[..] {
            [only] => only.ty == parameter.ty,
            _ => false,
        })
    }

    /// The function that contains a place.
    pub(super) fn item_at(&self, at: Location) -> Option<ItemId> {
        self.tree.items_in(at.file).find(|&id| self.tree.item(id).span.contains(at.span))
    }

    /// Whether the call at a place is a direct one of that function.
    fn calls(&self, at: Location, callee: ItemId) -> bool {
        let name = self.tree.name(callee);
        let text = self.tree.source(at);
        text.strip_prefix(name.as_str()).is_some_and(|rest| rest.trim_start().starts_with('('))
    }
}

/// The object, the field and the value of `k->realize = f`.
fn sides(expr: &Expr, name: &Name) -> Option<(Span, Span, Span)> {
    let ExprKind::Assign { target, value, compound: false } = &expr.kind else { return None };
    let ExprKind::Member { base, through_pointer: true, .. } = &target.kind else { return None };
    let plain = matches!(&value.kind, ExprKind::Name(value) if value == name);
    plain.then_some((base.span, target.span, value.span))
}
