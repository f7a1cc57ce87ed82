//! The object model of a tree: types, their hierarchy, the callbacks in their slots, the casts.

mod casts;
mod class;
mod dispatch;
mod local;
mod properties;
mod qom;
mod reads;
mod scope;
mod text;

pub(crate) use casts::Casts;
pub(crate) use class::{Slot, SlotValue};
pub(crate) use scope::{Scope, element, field_type};

use crate::Executor;
use crate::lifecycle::Phase;
use crate::model::{Aggregate, Expr, ExprKind, FileId, Location, Name, Variable};
use crate::syntax::c::scan::{ItemKind, NameHash};
use crate::tree::{ItemId, Tree, per_item};
use crate::vocabulary::fill;
use class::ClassFunctions;
use properties::Properties;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};
use text::{Strings, arguments};

/// One object type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub(crate) u32);

/// A callback that a type table names.
#[derive(Clone, Debug)]
pub(crate) struct TypeCallback {
    /// The field of the table.
    pub(crate) field: Name,
    /// The function.
    pub(crate) function: Name,
    /// Where the table names it.
    pub(crate) location: Location,
}

/// An object type, as its table declares it.
#[derive(Clone, Debug)]
pub(crate) struct ObjectType {
    /// Its name, or the macro for it if the string is not in the tree.
    pub(crate) name: Name,
    /// The parent's name; empty at the root.
    pub(crate) parent: Name,
    /// The instance structure; empty if it has none of its own.
    pub(crate) instance: Name,
    /// Whether no object of exactly this type can exist.
    pub(crate) is_abstract: bool,
    /// The name in the table; `None` for a type that the vocabulary knows.
    pub(crate) location: Option<Location>,
    /// Functions in the table.
    pub(crate) callbacks: Vec<TypeCallback>,
    /// What its own part of the class is filled with without a function that could be read.
    pub(crate) slots: Vec<SlotValue>,
}

impl ObjectType {
    /// The type as it is known where its name is computed: by its parent's.
    fn under_computed_name(self) -> Self {
        Self { name: Name::new(format!("{}[*]", self.parent)), ..self }
    }
}

/// All object types of a tree.
pub(crate) struct Objects<'t, 'a> {
    tree: &'t Tree<'a>,
    /// Types in the order of their tables; those the vocabulary knows come last.
    pub(crate) types: Vec<ObjectType>,
    /// The macros that cast.
    pub(crate) casts: Casts,
    by_name: FxHashMap<Name, TypeId>,
    children: FxHashMap<TypeId, Vec<TypeId>>,
    instance_records: FxHashSet<Name>,
    region_records: FxHashSet<Name>,
    /// Types by the functions that their tables name.
    naming: FxHashMap<Name, Vec<TypeId>>,
    /// Types by the functions that they put into slots without a function of C.
    filling: FxHashMap<Name, Vec<TypeId>>,
    class_functions: ClassFunctions,
    strings: Strings<'t, 'a>,
    slots: Vec<OnceLock<Vec<SlotValue>>>,
    properties: OnceLock<Properties>,
    declared: usize,
}

/// A hierarchy deeper than this is a cycle.
const MAX_ANCESTORS: usize = 64;

impl<'t, 'a> Objects<'t, 'a> {
    /// Reads the type tables of a tree.
    pub(crate) fn new(tree: &'t Tree<'a>, executor: &dyn Executor) -> Self {
        let casts = Casts::new(tree);
        let strings = Strings::new(tree);
        let tables: Vec<ItemId> =
            tree.items_of(ItemKind::Variable).filter(|&id| is_type_table(tree, id)).collect();
        let lowered = per_item(executor, "types", tables.len(), &|at| {
            types_of_table(tree, &strings, tables[at])
        });
        let mut types: Vec<ObjectType> = lowered.into_iter().flatten().collect();
        let functions = local::registering(tree);
        let lowered = per_item(executor, "types", functions.len(), &|at| {
            local::types_of(tree, &strings, functions[at])
        });
        types.extend(lowered.into_iter().flatten());
        for id in tree.items_of(ItemKind::Invocation) {
            types.extend(type_of_invocation(tree, &strings, id));
        }
        qom::add_types(&tree.crates, tree.words, &mut types);
        let declared = types.len();
        add_known_types(tree, &mut types);
        let mut by_name = FxHashMap::default();
        for (at, ty) in types.iter().enumerate() {
            by_name.entry(ty.name.clone()).or_insert(TypeId(at as u32));
        }
        let mut children: FxHashMap<TypeId, Vec<TypeId>> = FxHashMap::default();
        for (at, ty) in types.iter().enumerate() {
            if let Some(&parent) = by_name.get(&ty.parent) {
                children.entry(parent).or_default().push(TypeId(at as u32));
            }
        }
        let mut naming: FxHashMap<Name, Vec<TypeId>> = FxHashMap::default();
        for (at, ty) in types.iter().enumerate() {
            for callback in &ty.callbacks {
                naming.entry(callback.function.clone()).or_default().push(TypeId(at as u32));
            }
        }
        let mut filling: FxHashMap<Name, Vec<TypeId>> = FxHashMap::default();
        for (at, ty) in types.iter().enumerate() {
            for function in ty.slots.iter().filter_map(|slot| slot.function.clone()) {
                let types = filling.entry(function).or_default();
                if types.last() != Some(&TypeId(at as u32)) {
                    types.push(TypeId(at as u32));
                }
            }
        }
        let slots = types.iter().map(|_| OnceLock::new()).collect();
        let class_functions = ClassFunctions::default();
        let instance_records = types.iter().map(|ty| ty.instance.clone()).collect();
        let mut objects = Self {
            tree,
            types,
            casts,
            by_name,
            children,
            instance_records,
            region_records: FxHashSet::default(),
            naming,
            filling,
            class_functions,
            strings,
            slots,
            properties: OnceLock::new(),
            declared,
        };
        objects.region_records = objects.find_region_records();
        objects
    }

    /// Whether objects of the type may come and go while the machine runs, as far as its class says.
    pub(crate) fn is_pluggable(&self, id: TypeId) -> bool {
        let core = &self.tree.words.core;
        let denied = |flag: &Name| {
            let slot = self.slot(id, &core.device_slot.0, flag);
            slot.is_some_and(|slot| slot.value == "false")
        };
        let (lineage, _) = self.lineage(id);
        let stays = |&ty: &TypeId| core.static_families.contains(&self.get(ty).name);
        !core.pluggable_flags.iter().any(denied) && !lineage.iter().any(stays)
    }

    /// The properties of all types, read when first asked for.
    pub(crate) fn properties(&self) -> &Properties {
        self.properties.get_or_init(|| Properties::new(self.tree))
    }

    /// How many types the tree declares.
    pub(crate) const fn declared(&self) -> usize {
        self.declared
    }

    /// The type `id`.
    pub(crate) fn get(&self, id: TypeId) -> &ObjectType {
        &self.types[id.0 as usize]
    }

    /// The string that an expression of literals and macros spells; its text if it spells none.
    pub(crate) fn spelled(&self, expression: &str) -> Name {
        self.strings.spelled(expression)
    }

    /// The types of which objects can exist, in order. An abstract type from which none is derived
    /// in sight stands for those that are registered under names computed at run time.
    pub(crate) fn concrete(&self) -> impl Iterator<Item = TypeId> {
        let all = (0..self.types.len() as u32).map(TypeId);
        let is_concrete = |&id: &TypeId| !self.get(id).is_abstract;
        let stands_for_others = move |id| {
            // What the tree does not declare, it does not derive from at run time either.
            self.get(id).location.is_some() && !self.family(id).iter().any(is_concrete)
        };
        all.filter(move |&id| is_concrete(&id) || stands_for_others(id))
    }

    /// The type of this name.
    pub(crate) fn named(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    /// How many types have this name.
    pub(crate) fn count_named(&self, name: &str) -> usize {
        self.types.iter().filter(|ty| ty.name == name).count()
    }

    /// The names of all types, sorted.
    pub(crate) fn names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self.types.iter().map(|ty| ty.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The type and its ancestors, root first. The second value tells whether the root was found.
    pub(crate) fn lineage(&self, id: TypeId) -> (Vec<TypeId>, bool) {
        let mut line = vec![id];
        let mut at = id;
        while line.len() < MAX_ANCESTORS {
            let parent = &self.get(at).parent;
            if parent.is_empty() {
                break;
            }
            let Some(next) = self.named(parent) else { break };
            if line.contains(&next) {
                break;
            }
            line.push(next);
            at = next;
        }
        let complete = self.get(at).parent.is_empty();
        line.reverse();
        (line, complete)
    }

    /// Whether objects of the type can be realized: `None` if the hierarchy is not all in sight.
    pub(crate) fn is_device(&self, id: TypeId) -> Option<bool> {
        let (line, complete) = self.lineage(id);
        let device = &self.tree.words.core.device_type;
        if line.iter().any(|&at| self.get(at).name == *device) {
            return Some(true);
        }
        complete.then_some(false)
    }

    /// The type and everything derived from it, in order.
    pub(crate) fn family(&self, id: TypeId) -> Vec<TypeId> {
        let mut all = vec![id];
        let mut seen = FxHashSet::from_iter([id]);
        let mut at = 0;
        while let Some(&next) = all.get(at) {
            at += 1;
            for &child in self.children.get(&next).into_iter().flatten() {
                if seen.insert(child) {
                    all.push(child);
                }
            }
        }
        all.sort_unstable();
        all
    }

    /// Whether the structure is the instance structure of any type.
    pub(crate) fn is_instance(&self, record: &str) -> bool {
        self.instance_records.contains(record)
    }

    /// Whether the structure is that of a region or of something derived from one.
    pub(crate) fn is_region_record(&self, record: &str) -> bool {
        self.region_records.contains(record)
    }

    fn find_region_records(&self) -> FxHashSet<Name> {
        let region = &self.tree.words.core.region_type;
        let roots = self.types.iter().enumerate().filter(|(_, ty)| ty.instance == *region);
        let families = roots.flat_map(|(at, _)| self.family(TypeId(at as u32)));
        let records = families.map(|id| self.get(id).instance.clone());
        records.chain([region.clone()]).filter(|record| !record.is_empty()).collect()
    }

    /// The instance structures of the type and its ancestors, root first.
    pub(crate) fn instances(&self, id: TypeId) -> Vec<Name> {
        let (line, _) = self.lineage(id);
        line.iter()
            .map(|&at| self.get(at).instance.clone())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The functions of one phase that type tables name, in the order in which they run.
    pub(crate) fn table_callbacks(&self, id: TypeId, phase: Phase) -> Vec<&TypeCallback> {
        let (mut line, _) = self.lineage(id);
        if phase == Phase::Finalize {
            line.reverse();
        }
        line.iter()
            .flat_map(|&at| &self.get(at).callbacks)
            .filter(|callback| self.phase_of_table(&callback.field) == Some(phase))
            .collect()
    }

    fn phase_of_table(&self, field: &str) -> Option<Phase> {
        self.tree.words.phase_of_slot("TypeInfo", field)
    }

    /// What the class slots of the type hold after all `class_init` functions have run.
    pub(crate) fn slots(&self, id: TypeId) -> &[SlotValue] {
        self.slots[id.0 as usize].get_or_init(|| {
            let mut values = Vec::new();
            for at in self.lineage(id).0 {
                class::fill(&self.get(at).slots, &mut values);
                for callback in &self.get(at).callbacks {
                    if self.phase_of_table(&callback.field) == Some(Phase::ClassInit) {
                        let file = callback.location.file;
                        let Some(function) = self.tree.function_named(&callback.function, file)
                        else {
                            continue;
                        };
                        let slots = self.class_functions.slots(self.tree, &self.casts, function);
                        class::run(&slots, &mut values);
                    }
                }
            }
            values
        })
    }

    /// The slots that a class function fills, in order.
    pub(crate) fn slots_filled(&self, function: ItemId) -> Arc<[Slot]> {
        self.class_functions.slots(self.tree, &self.casts, function)
    }

    /// The function in a slot of the type.
    pub(crate) fn slot(&self, id: TypeId, record: &str, field: &str) -> Option<&SlotValue> {
        self.slots(id).iter().find(|value| value.record == record && value.field == field)
    }

    /// Whether a condition decides what a slot of one of the phases holds.
    pub(crate) fn is_uncertain(&self, id: TypeId, phases: &[Phase]) -> bool {
        self.slots(id).iter().any(|slot| {
            let phase = self.tree.words.phase_of_slot(&slot.record, &slot.field);
            slot.uncertain && phase.is_some_and(|phase| phases.contains(&phase))
        })
    }

    /// Whether the type's ancestors put a function into the slot, or might, as far as can be seen.
    pub(crate) fn inherits(&self, id: TypeId, record: &str, field: &str) -> bool {
        let (line, complete) = self.lineage(id);
        let [ancestors @ .., _] = &line[..] else { return true };
        let Some(&parent) = ancestors.last() else { return true };
        let filled = self.slot(parent, record, field).is_some_and(|slot| slot.function.is_some());
        let unseen = ancestors.iter().map(|&at| self.get(at)).filter(|ty| ty.location.is_none());
        filled || !complete || unseen.into_iter().any(|ty| self.may_fill(&ty.name, record, field))
    }

    /// Whether the type or one derived from it keeps the slot's function in another slot, to call it
    /// from there.
    pub(crate) fn is_saved(&self, id: TypeId, slot: (&Name, &Name), function: &Name) -> bool {
        self.family(id).into_iter().any(|id| {
            self.slots(id).iter().any(|value| {
                value.function.as_ref() == Some(function) && (&value.record, &value.field) != slot
            })
        })
    }

    /// Whether a type that only the vocabulary knows fills a slot of its ancestors' structures.
    fn may_fill(&self, ty: &str, record: &str, field: &str) -> bool {
        let known = |name: &str| self.tree.words.known_types.iter().find(|ty| ty.name == name);
        let Some(filler) = known(ty) else { return true };
        let mut ancestors = std::iter::successors(Some(filler), |ty| known(&ty.parent)).skip(1);
        filler.fills.iter().any(|slot| slot == field) && ancestors.any(|ty| ty.class == record)
    }

    /// The types whose tables name `function`, as the file of `location` understands the name.
    pub(crate) fn types_naming(&self, function: &str, location: Location) -> Vec<TypeId> {
        let all = self.naming.get(function).map_or(&[][..], Vec::as_slice);
        let names = |&id: &TypeId| {
            let callbacks = &self.get(id).callbacks;
            callbacks
                .iter()
                .any(|callback| callback.function == function && self.means(callback, location))
        };
        all.iter().copied().filter(names).collect()
    }

    /// The slots that types fill with `function` without a function of C.
    pub(crate) fn filling(&self, function: &str, location: Location) -> Vec<(TypeId, &SlotValue)> {
        let types = self.filling.get(function).into_iter().flatten();
        let slots = types.flat_map(|&id| self.get(id).slots.iter().map(move |slot| (id, slot)));
        let fills = |(_, slot): &(TypeId, &SlotValue)| {
            slot.function.as_deref() == Some(function)
                && self.is_named(function, slot.location.file, location)
        };
        slots.filter(fills).collect()
    }

    fn means(&self, callback: &TypeCallback, location: Location) -> bool {
        self.is_named(&callback.function, callback.location.file, location)
    }

    /// Whether a name in a file means the function at `location`.
    fn is_named(&self, function: &str, file: FileId, location: Location) -> bool {
        let hash = NameHash::of(function.as_bytes());
        let mut named = self.tree.functions_named(hash, file).into_iter();
        named.any(|id| self.tree.location(id) == location)
    }
}

fn is_type_table(tree: &Tree<'_>, id: ItemId) -> bool {
    let item = tree.item(id);
    let head = &tree.text(tree.file_of(id))[item.span.start as usize..item.name.start as usize];
    head.windows(8).any(|window| window == b"TypeInfo")
}

fn types_of_table(tree: &Tree<'_>, strings: &Strings<'_, '_>, id: ItemId) -> Vec<ObjectType> {
    let variables = tree.variables(id);
    variables.iter().flat_map(|variable| types_of_variable(tree, strings, variable)).collect()
}

fn types_of_variable(
    tree: &Tree<'_>,
    strings: &Strings<'_, '_>,
    variable: &Variable,
) -> Vec<ObjectType> {
    let Some(Expr { kind: ExprKind::Aggregate(aggregate), .. }) = &variable.init else {
        return Vec::new();
    };
    if variable.ty.name != "TypeInfo" {
        return Vec::new();
    }
    let read = |aggregate: &Aggregate| read_type(tree, strings, variable.location.file, aggregate);
    if !variable.ty.array {
        return read(aggregate).into_iter().collect();
    }
    let entries = aggregate.items.iter().filter_map(|(_, entry)| match &entry.kind {
        ExprKind::Aggregate(entry) => read(entry),
        _ => None,
    });
    entries.collect()
}

fn read_type(
    tree: &Tree<'_>,
    strings: &Strings<'_, '_>,
    file: FileId,
    aggregate: &Aggregate,
) -> Option<ObjectType> {
    let mut ty = ObjectType {
        name: Name::default(),
        parent: Name::default(),
        instance: Name::default(),
        is_abstract: false,
        location: None,
        callbacks: Vec::new(),
        slots: Vec::new(),
    };
    for (field, value) in &aggregate.items {
        let location = Location::new(file, value.span);
        let text = tree.source(location);
        match field.as_deref()? {
            "name" => {
                ty.name = strings.spelled(&text);
                ty.location = Some(location);
            }
            "parent" => ty.parent = strings.spelled(&text),
            "instance_size" => ty.instance = record_of_size(&text),
            "abstract" => ty.is_abstract = text.trim() == "true",
            field => {
                if let ExprKind::Name(function) = &value.kind {
                    let (field, function) = (Name::new(field), function.clone());
                    ty.callbacks.push(TypeCallback { field, function, location });
                }
            }
        }
    }
    ty.location.is_some().then_some(ty)
}

/// `sizeof(struct Foo)` to `Foo`.
fn record_of_size(text: &str) -> Name {
    let inner = arguments(text).first().copied().unwrap_or_default();
    Name::new(inner.trim_start_matches("struct ").trim())
}

fn type_of_invocation(
    tree: &Tree<'_>,
    strings: &Strings<'_, '_>,
    id: ItemId,
) -> Option<ObjectType> {
    let defined = tree.words.type_macro(&tree.name(id))?;
    let location = tree.location(id);
    let text = tree.source(location);
    let arguments = arguments(&text);
    let fields = [
        ("instance_init", &defined.init),
        ("instance_finalize", &defined.finalize),
        ("class_init", &defined.class_init),
    ];
    let callbacks = fields.into_iter().map(|(field, template)| TypeCallback {
        field: Name::new(field),
        function: fill(template, &arguments),
        location,
    });
    Some(ObjectType {
        name: strings.spelled(&fill(&defined.name, &arguments)),
        parent: strings.spelled(&fill(&defined.parent, &arguments)),
        instance: fill(&defined.instance, &arguments),
        is_abstract: defined.is_abstract,
        location: Some(location),
        callbacks: callbacks.collect(),
        slots: Vec::new(),
    })
}

/// Adds the types at the roots that the tree itself does not declare, and resolves the macros for
/// them.
fn add_known_types(tree: &Tree<'_>, types: &mut Vec<ObjectType>) {
    let known = &tree.words.known_types;
    let macros: FxHashMap<String, &Name> =
        known.iter().map(|known| (format!("TYPE_{}", known.stem), &known.name)).collect();
    for ty in types.iter_mut() {
        for spelled in [&mut ty.name, &mut ty.parent] {
            if let Some(name) = macros.get(spelled.as_str()) {
                *spelled = (*name).clone();
            }
        }
    }
    let declared: FxHashSet<Name> = types.iter().map(|ty| ty.name.clone()).collect();
    for known in known.iter().filter(|known| !declared.contains(&known.name)) {
        types.push(ObjectType {
            name: known.name.clone(),
            parent: known.parent.clone(),
            instance: known.instance.clone(),
            is_abstract: true,
            location: None,
            callbacks: Vec::new(),
            slots: Vec::new(),
        });
    }
}
