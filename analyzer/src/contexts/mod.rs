//! From which phases, types and tables a function is reached: the call graph, read backwards.

mod role;

use crate::lifecycle::Phase;
use crate::model::{Location, Name};
use crate::objects::{Objects, TypeId};
use crate::syntax::c::scan::{ItemKind, MentionKind};
use crate::tree::{ItemId, Tree};
use role::{Role, roles};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

/// Where control enters on the way to a function.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The phase.
    pub(crate) phase: Phase,
    /// The function entered.
    pub(crate) function: ItemId,
    /// The types whose slot holds it, sorted; empty for tables and registrations.
    pub(crate) types: Vec<TypeId>,
    /// The table, the registering function, or the structure of the slot.
    pub(crate) holder: Name,
    /// Where the callback is assigned or registered.
    pub(crate) location: Location,
    /// Whether it stands in a table of one file, and who calls through that is known.
    pub(crate) is_closed: bool,
    /// The class slot that holds it.
    pub(crate) slot: Option<(Name, Name)>,
}

/// All entries of a function, and the calls that lead from them.
#[derive(Debug, Default)]
pub(crate) struct Contexts {
    /// Entries in the order of the breadth-first search.
    pub(crate) entries: Vec<Entry>,
    /// Entries that lead to it through a table of functions, or by putting it off: they add to the
    /// others, and whether they are about the same object is not known.
    pub(crate) remote: Vec<Entry>,
    /// Functions on the way that are called through class slots, and those slots.
    hooks: Vec<Hook>,
    /// For each function on the way, the function it calls next.
    next: FxHashMap<ItemId, ItemId>,
}

impl Contexts {
    /// Whether any entry has one of these phases.
    pub(crate) fn has(&self, phases: &[Phase]) -> bool {
        self.entries.iter().any(|entry| phases.contains(&entry.phase))
    }

    /// The class slots through which an entry leads to the function in question, with what they would
    /// have to hold.
    pub(crate) fn hooks(&self, entry: &Entry) -> Vec<&Hook> {
        let chain = self.chain(entry);
        self.hooks.iter().filter(|hook| chain.contains(&hook.function)).collect()
    }

    /// The functions that call on the way.
    pub(crate) fn callers(&self) -> impl Iterator<Item = ItemId> + '_ {
        self.next.keys().copied()
    }

    /// The functions from an entry down to the function in question, both included.
    pub(crate) fn chain(&self, entry: &Entry) -> Vec<ItemId> {
        let mut chain = vec![entry.function];
        while let Some(&next) = chain.last().and_then(|last| self.next.get(last)) {
            chain.push(next);
        }
        chain
    }
}

/// A function in a class slot that other functions call through.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    /// The function.
    pub(crate) function: ItemId,
    /// The structure and the field.
    pub(crate) slot: (Name, Name),
}

/// Computes and remembers the contexts of functions.
pub(crate) struct ContextTable<'c, 'a> {
    tree: &'c Tree<'a>,
    objects: &'c Objects<'c, 'a>,
    users: RwLock<FxHashMap<ItemId, Arc<Callers>>>,
}

/// Who calls a function, and how else it is entered.
#[derive(Debug, Default)]
struct Callers {
    calls: Vec<ItemId>,
    /// Functions that have it called through a table, or later.
    remote: Vec<ItemId>,
    hooks: Vec<Hook>,
    entries: Vec<Entry>,
}

impl<'c, 'a> ContextTable<'c, 'a> {
    pub(crate) fn new(tree: &'c Tree<'a>, objects: &'c Objects<'c, 'a>) -> Self {
        Self { tree, objects, users: RwLock::default() }
    }

    /// From where `function` is reached.
    pub(crate) fn of(&self, function: ItemId) -> Contexts {
        let mut contexts = Contexts::default();
        let mut seen = FxHashSet::from_iter([function]);
        let mut queue = VecDeque::from([function]);
        let mut remote = VecDeque::new();
        let mut is_remote = false;
        while let Some((at, from)) = next_function(&mut queue, &mut remote, &mut is_remote) {
            if let Some(from) = from {
                if !seen.insert(at) {
                    continue;
                }
                contexts.next.insert(at, from);
            }
            let callers = self.callers(at);
            let entries = if is_remote { &mut contexts.remote } else { &mut contexts.entries };
            entries.extend(callers.entries.iter().cloned());
            contexts.hooks.extend(callers.hooks.iter().cloned());
            remote.extend(callers.remote.iter().map(|&caller| (caller, at)));
            for &caller in &callers.calls {
                if seen.insert(caller) {
                    contexts.next.insert(caller, at);
                    queue.push_back(caller);
                }
            }
        }
        contexts
    }

    fn callers(&self, function: ItemId) -> Arc<Callers> {
        let known =
            self.users.read().unwrap_or_else(PoisonError::into_inner).get(&function).cloned();
        if let Some(callers) = known {
            return callers;
        }
        let callers = Arc::new(self.find_callers(function));
        let mut users = self.users.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(users.entry(function).or_insert(callers))
    }

    fn find_callers(&self, function: ItemId) -> Callers {
        let name = self.tree.name(function);
        let mut callers = Callers::default();
        let users = self.tree.users(function);
        if users.len() > Tree::MAX_CALLERS {
            // Following them all would lead everywhere and tell nothing.
            callers.entries.push(everybody(self.tree, function));
            return callers;
        }
        self.add_table_entries(function, &name, &mut callers);
        self.add_filled_slots(function, &name, &mut callers);
        for user in users {
            let kind = self.tree.item(user.by).kind;
            if matches!(kind, ItemKind::Record | ItemKind::Declaration) {
                continue;
            }
            let calls = matches!(kind, ItemKind::Function | ItemKind::Define);
            if user.kind == MentionKind::Call && calls {
                if self.tree.is_core(user.by) && !self.tree.is_core(function) {
                    // The core calls back whenever anybody changes a region.
                    callers.entries.push(everybody(self.tree, function));
                    continue;
                }
                callers.calls.push(user.by);
            } else if !self.is_type_table(user.by, &callers) {
                for role in roles(self.tree, self.objects, user.by, &name) {
                    self.add_role(function, user.by, role, &mut callers);
                }
            }
        }
        if let Some(location) = self.tree.pasted(function, &name) {
            callers.entries.push(Entry {
                phase: Phase::Unknown,
                function,
                types: Vec::new(),
                holder: Name::default(),
                location,
                is_closed: false,
                slot: None,
            });
        }
        if callers.calls.is_empty() && callers.entries.is_empty() {
            callers.entries.push(Entry {
                phase: Phase::Unknown,
                function,
                types: Vec::new(),
                holder: Name::default(),
                location: self.tree.name_location(function),
                is_closed: false,
                slot: None,
            });
        }
        callers.calls.sort_unstable();
        callers.calls.dedup();
        callers
    }

    /// Type tables, and the macros that stand for one, name functions by field.
    fn add_table_entries(&self, function: ItemId, name: &str, callers: &mut Callers) {
        let location = self.tree.location(function);
        for id in self.objects.types_naming(name, location) {
            let ty = self.objects.get(id);
            for callback in ty.callbacks.iter().filter(|callback| callback.function == name) {
                let phase = self.tree.words.phase_of_slot("TypeInfo", &callback.field);
                callers.entries.push(Entry {
                    phase: phase.unwrap_or(Phase::Unknown),
                    function,
                    types: self.objects.family(id),
                    holder: ty.name.clone(),
                    location: callback.location,
                    is_closed: false,
                    slot: None,
                });
            }
        }
    }

    /// Types that fill a slot without a function of C.
    fn add_filled_slots(&self, function: ItemId, name: &str, callers: &mut Callers) {
        for (id, slot) in self.objects.filling(name, self.tree.location(function)) {
            let phase = self.tree.words.phase_of_slot(&slot.record, &slot.field);
            let mut types = self.objects.family(id);
            types.retain(|&ty| {
                let held = self.objects.slot(ty, &slot.record, &slot.field);
                held.is_some_and(|held| held.location == slot.location)
            });
            callers.entries.push(Entry {
                phase: phase.unwrap_or(Phase::Runtime),
                function,
                types,
                holder: slot.record.clone(),
                location: slot.location,
                is_closed: false,
                slot: Some((slot.record.clone(), slot.field.clone())),
            });
        }
    }

    fn is_type_table(&self, user: ItemId, callers: &Callers) -> bool {
        self.tree.item(user).kind == ItemKind::Variable && self.names_type(user, callers)
    }

    /// Whether an item contains a type table by which the function is entered.
    fn names_type(&self, user: ItemId, callers: &Callers) -> bool {
        let location = self.tree.location(user);
        callers.entries.iter().any(|entry| {
            entry.location.file == location.file && location.span.contains(entry.location.span)
        })
    }

    fn add_role(&self, function: ItemId, user: ItemId, role: Role, callers: &mut Callers) {
        let entry = |phase, holder, location| Entry {
            phase,
            function,
            types: Vec::new(),
            holder,
            location,
            is_closed: false,
            slot: None,
        };
        match role {
            Role::Runs => callers.calls.push(user),
            Role::Startup(location) => {
                callers.entries.push(entry(Phase::ClassInit, Name::default(), location));
            }
            Role::Unknown(location) => {
                callers.entries.push(entry(Phase::Unknown, Name::default(), location));
            }
            Role::Registered { callee, phase, location } => {
                if self.tree.words.defers(&callee) {
                    callers.remote.push(user);
                }
                callers.entries.push(entry(phase, callee, location));
            }
            Role::Slot { record, field, table, location } => {
                self.add_slot(function, user, (record, field), (table, location), callers);
            }
        }
    }

    fn add_slot(
        &self,
        function: ItemId,
        user: ItemId,
        (record, field): (Name, Name),
        (table, location): (Name, Location),
        callers: &mut Callers,
    ) {
        let phase = self.tree.words.phase_of_slot(&record, &field);
        if record == self.tree.words.core.type_record && self.names_type(user, callers) {
            return;
        }
        let mut is_closed = false;
        if !table.is_empty() && phase.is_none() {
            // Whoever calls through the field of that structure may call this.
            let known = self.objects.known_member_callers((&record, &field), &table);
            let is_static = self.tree.item(user).is_static;
            is_closed =
                is_static && known.len() == self.objects.member_callers(&record, &field).len();
            callers.remote.extend(known);
        }
        if phase.is_none() && self.add_member_callers(&record, &field, callers) {
            callers.hooks.push(Hook { function, slot: (record, field) });
            return;
        }
        let types =
            if table.is_empty() { self.types_filled_by(user, function) } else { Vec::new() };
        callers.entries.push(Entry {
            phase: phase.unwrap_or(Phase::Runtime),
            function,
            types,
            slot: table.is_empty().then(|| (record.clone(), field)),
            holder: if table.is_empty() { record } else { table },
            location,
            is_closed,
        });
    }

    /// Functions that call through the field of that structure call what is put into it.
    fn add_member_callers(&self, record: &str, field: &str, callers: &mut Callers) -> bool {
        let field = field.rsplit('.').next().unwrap_or(field);
        // What stands in a table or a listener is called by whoever it was given to, at any time.
        if field.is_empty() || !self.objects.casts.is_class(record) {
            return false;
        }
        let before = callers.calls.len();
        callers.calls.extend(self.objects.member_callers(record, field));
        callers.calls.len() > before
    }

    /// The types in one of whose slots `function` ends up because `class_function` runs.
    fn types_filled_by(&self, class_function: ItemId, function: ItemId) -> Vec<TypeId> {
        let name = self.tree.name(function);
        let file = self.tree.file_of(class_function);
        let mut types: Vec<TypeId> = self
            .types_initialised_by(class_function)
            .into_iter()
            .flat_map(|id| self.objects.family(id))
            .collect();
        types.sort_unstable();
        types.dedup();
        types.retain(|&id| {
            self.objects
                .slots(id)
                .iter()
                .any(|value| value.function.as_ref() == Some(&name) && value.location.file == file)
        });
        types
    }

    /// The types whose tables name the class function, or one that calls it.
    pub(crate) fn types_initialised_by(&self, class_function: ItemId) -> Vec<TypeId> {
        const MAX_CALLERS: usize = 64;
        let mut seen = vec![class_function];
        let mut at = 0;
        let mut types = Vec::new();
        while let Some(&function) = seen.get(at) {
            at += 1;
            let name = self.tree.name(function);
            types.extend(self.objects.types_naming(&name, self.tree.location(function)));
            for user in self.tree.users(function) {
                let calls = user.kind == MentionKind::Call
                    && self.tree.item(user.by).kind == ItemKind::Function;
                if calls && !seen.contains(&user.by) && seen.len() < MAX_CALLERS {
                    seen.push(user.by);
                }
            }
        }
        types
    }
}

/// The next function of the search: those that call come first, then those that have it called. The
/// second value is the function that one of the latter leads to.
fn next_function(
    queue: &mut VecDeque<ItemId>,
    remote: &mut VecDeque<(ItemId, ItemId)>,
    is_remote: &mut bool,
) -> Option<(ItemId, Option<ItemId>)> {
    if let Some(at) = queue.pop_front() {
        return Some((at, None));
    }
    let (at, from) = remote.pop_front()?;
    *is_remote = true;
    Some((at, Some(from)))
}

/// The entry of a function that may be called at any time.
fn everybody(tree: &Tree<'_>, function: ItemId) -> Entry {
    Entry {
        phase: Phase::Runtime,
        function,
        types: Vec::new(),
        holder: Name::default(),
        location: tree.name_location(function),
        is_closed: false,
        slot: None,
    }
}
