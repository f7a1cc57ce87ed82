//! What each API name means.
//!
//! The meaning is data, in the TOML files of this folder: no other part of the analyser knows the
//! name of an API function, a class slot or a macro.

mod framework;
mod qom;
mod read;
mod registration;
mod rust;
mod table;

pub use framework::{
    AccessWords, AttributeWords, DerivedWords, DeviceHook, EitherCall, FrameworkWords, ItemWords,
    RegionInit, RegionPlace, RegionSet, named,
};
pub use qom::{Hook, QomWords};
pub use registration::{Keeps, RegistrationPair, RegistrationWords, Role};
pub use rust::RustWords;

use crate::lifecycle::{Phase, RegionKind};
use crate::model::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Initialises a region.
    Init,
    /// Adds a region to a container.
    Add,
    /// Removes a region from a container.
    Delete,
    /// Drops the parent's reference to an object.
    Unparent,
    /// Frees memory.
    Free,
    /// Tells whether a region is in a container.
    Query,
    /// Lets the guest, or the device itself, see what is mapped.
    Observe,
    /// Initialises a child object in place.
    Child,
    /// Makes an address space of a root region, which the address space references.
    SpaceInit,
    /// Ends an address space.
    SpaceDestroy,
    /// Opens a transaction: until its end, what is rendered does not follow what is changed.
    Begin,
    /// Closes a transaction.
    Commit,
    /// Lets a field refer to an object that belongs to somebody else.
    Link,
    /// Hands a region to whoever maps it, for as long as the object lives.
    Publish,
    /// Writes over memory, whatever was there.
    Overwrite,
}

impl Op {
    /// The word of the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Add => "add",
            Self::Delete => "delete",
            Self::Unparent => "unparent",
            Self::Free => "free",
            Self::Query => "query",
            Self::Observe => "observe",
            Self::Child => "child",
            Self::SpaceInit => "space-init",
            Self::SpaceDestroy => "space-destroy",
            Self::Begin => "begin",
            Self::Commit => "commit",
            Self::Link => "link",
            Self::Publish => "publish",
            Self::Overwrite => "overwrite",
        }
    }
}

/// One API call and the positions of its arguments.
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// What it does.
    pub op: Op,
    /// The region, object or memory concerned.
    pub region: usize,
    /// The owner or parent.
    pub owner: Option<usize>,
    /// The container.
    pub container: Option<usize>,
    /// What the region shows (an alias), or the root of the address space.
    pub target: Option<usize>,
    /// The type of the child.
    pub ty: Option<usize>,
    /// How many bytes of memory.
    pub size: Option<usize>,
    /// What kind of region an init call makes.
    pub kind: Option<RegionKind>,
}

/// What a macro does with a list and its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOp {
    /// Puts an element on a list.
    Insert,
    /// Yields an element, or null.
    Take,
    /// Heads a loop over the elements.
    Each,
}

/// A macro on lists, and the positions of its arguments.
#[derive(Clone, Copy, Debug)]
pub struct ListCall {
    /// What it does.
    pub op: ListOp,
    /// The address of the list.
    pub list: Option<usize>,
    /// The element.
    pub element: Option<usize>,
    /// An element that is on the list already.
    pub near: Option<usize>,
}

/// A function that fills a class slot.
#[derive(Clone, Debug)]
pub struct Setter {
    /// The structure of the slot.
    pub record: Name,
    /// The slot.
    pub field: Name,
    /// Position of the callback.
    pub function: usize,
    /// Position of the address that receives what the slot held before.
    pub parent: Option<usize>,
}

/// A macro that declares casts; the strings are templates over its arguments.
#[derive(Clone, Debug, Default)]
pub struct CastMacro {
    /// The instance structure.
    pub instance: Name,
    /// The class structure.
    pub class: Name,
    /// The name of the cast.
    pub cast: Name,
    /// The type name.
    pub ty: Name,
}

/// A macro that defines an object type; the strings are templates over its arguments.
#[derive(Clone, Debug, Default)]
pub struct TypeMacro {
    /// Whether no object of exactly this type can exist.
    pub is_abstract: bool,
    /// The instance structure.
    pub instance: Name,
    /// The type name.
    pub name: Name,
    /// The parent's type name.
    pub parent: Name,
    /// The `instance_init` function.
    pub init: Name,
    /// The `instance_finalize` function.
    pub finalize: Name,
    /// The `class_init` function.
    pub class_init: Name,
}

/// What a checked cast yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CastYield {
    /// The object itself.
    Instance,
    /// A class from a class.
    Class,
    /// The class of an object.
    GetClass,
}

/// Positions of the arguments of a macro from a member to its aggregate.
#[derive(Clone, Copy, Debug)]
pub struct ContainerMacro {
    /// The pointer to the member.
    pub pointer: usize,
    /// The structure.
    pub record: usize,
    /// The field.
    pub field: usize,
}

/// A macro that declares a property in a field.
#[derive(Clone, Copy, Debug)]
pub struct PropertyMacro {
    /// Position of the structure.
    pub record: usize,
    /// Position of the field.
    pub field: usize,
    /// Whether the field refers to an object of somebody else.
    pub is_link: bool,
}

/// Words that the front end neutralises before parsing.
#[derive(Clone, Debug, Default)]
pub struct LexicalWords {
    /// Attributes.
    pub attributes: Vec<Name>,
    /// Macros that declare a pointer: `g_autoptr(Foo) x`.
    pub pointer_declarators: Vec<Name>,
    /// Macros that declare a value: `g_auto(Foo) x`.
    pub value_declarators: Vec<Name>,
    /// Macros that run the block after them once.
    pub blocks: Vec<Name>,
    /// Words of comments that compilers and formatters read, in lower case.
    pub marks: Vec<Name>,
    /// Words in a declaration that free the variable's target at the end of its scope.
    pub cleanups: Vec<Name>,
    /// Attributes that give a function, named in a string, a second name.
    pub second_names: Vec<Name>,
}

/// Names by which the tree's own core is recognised.
#[derive(Clone, Debug, Default)]
pub struct CoreWords {
    /// The field of a region that records its container.
    pub container_field: Name,
    /// The field of a region that records its owner.
    pub owner_field: Name,
    /// The fields of a region that tell whether it is contained, or what it contains.
    pub observed_fields: Vec<Name>,
    /// The structure of a region.
    pub region_type: Name,
    /// The call that takes a reference on an object.
    pub reference: Name,
    /// The structure of a table that declares an object type.
    pub type_record: Name,
    /// The calls that register the type of one table.
    pub type_registers: Vec<Name>,
    /// The type of everything that can be realized.
    pub device_type: Name,
    /// The flags of the device class without which no device comes or goes on its own.
    pub pluggable_flags: Vec<Name>,
    /// The families of devices of which none comes or goes while the machine runs.
    pub static_families: Vec<Name>,
    /// The slot that only the device core calls.
    pub device_slot: (Name, Name),
}

/// The whole vocabulary.
#[derive(Debug, Default)]
pub struct Vocabulary {
    calls: FxHashMap<Name, ApiCall>,
    lists: FxHashMap<Name, ListCall>,
    slots: FxHashMap<(Name, Name), Phase>,
    setters: FxHashMap<Name, Vec<Setter>>,
    registers: FxHashMap<Name, (usize, Phase)>,
    runs: FxHashMap<Name, usize>,
    deferring: FxHashSet<Name>,
    allocate: FxHashSet<Name>,
    unowned: FxHashSet<Name>,
    owner_getters: FxHashSet<Name>,
    error_calls: FxHashSet<Name>,
    error_handers: FxHashSet<Name>,
    error_consumers: FxHashSet<Name>,
    fatal_errors: FxHashSet<Name>,
    pure: FxHashSet<Name>,
    sizes: FxHashSet<Name>,
    harmless: FxHashSet<Name>,
    harmless_prefixes: Vec<Name>,
    startup: FxHashSet<Name>,
    casts: FxHashMap<Name, CastMacro>,
    checks: Vec<(Name, CastYield)>,
    types: FxHashMap<Name, TypeMacro>,
    containers: FxHashMap<Name, ContainerMacro>,
    properties: FxHashMap<Name, PropertyMacro>,
    /// The type of the objects that describe an error.
    pub error_type: Name,
    /// The type of what a function returns that says by it that it fails.
    pub result_type: Name,
    /// Words for the lexical pass.
    pub lexical: LexicalWords,
    /// Words by which the core is recognised.
    pub core: CoreWords,
    /// Words of code that uses the device framework.
    pub framework: FrameworkWords,
    /// Words of Rust code.
    pub rust: RustWords,
    /// Words of QEMU's Rust bindings.
    pub qom: QomWords,
    /// The types at the roots of the hierarchies.
    pub known_types: Vec<KnownType>,
    /// Words about registrations in Rust code.
    pub registration: RegistrationWords,
}

/// A type at the root of a hierarchy, known even where the tree does not contain the core.
#[derive(Clone, Debug, Default)]
pub struct KnownType {
    /// The stem of its casts and of its type macro.
    pub stem: Name,
    /// The type name.
    pub name: Name,
    /// The parent's type name; empty at the very root.
    pub parent: Name,
    /// The instance structure.
    pub instance: Name,
    /// The class structure.
    pub class: Name,
    /// The slots of its ancestors' class structures that its `class_init` fills.
    pub fills: Vec<Name>,
}

impl Vocabulary {
    /// The built-in vocabulary of QEMU-like trees.
    #[must_use]
    pub fn builtin() -> Self {
        let mut words =
            Self { rust: RustWords::builtin(), qom: QomWords::builtin(), ..Self::default() };
        words.read_files();
        words
    }

    /// The meaning of a call to `name`.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&ApiCall> {
        self.calls.get(name)
    }

    /// The meaning of a macro on lists.
    #[must_use]
    pub fn list_call(&self, name: &str) -> Option<ListCall> {
        self.lists.get(name).copied()
    }

    /// The names of all calls that do `op`, sorted.
    #[must_use]
    pub fn calls_of(&self, op: Op) -> Vec<&Name> {
        let mut names: Vec<_> =
            self.calls.iter().filter(|(_, call)| call.op == op).map(|(name, _)| name).collect();
        names.sort();
        names
    }

    /// The phase in which the callback in `record.field` runs.
    #[must_use]
    pub fn phase_of_slot(&self, record: &str, field: &str) -> Option<Phase> {
        let any = || self.slots.get(&(Name::new(record), Name::new_static("*")));
        self.slots.get(&(Name::new(record), Name::new(field))).or_else(any).copied()
    }

    /// All slots that hold callbacks of `phase`, sorted.
    #[must_use]
    pub fn slots_of(&self, phase: Phase) -> Vec<&(Name, Name)> {
        let mut slots: Vec<_> =
            self.slots.iter().filter(|(_, at)| **at == phase).map(|(slot, _)| slot).collect();
        slots.sort();
        slots
    }

    /// The slots that a call to `name` fills.
    #[must_use]
    pub fn setters(&self, name: &str) -> &[Setter] {
        self.setters.get(name).map_or(&[], Vec::as_slice)
    }

    /// When a callback runs that is handed to `name` as argument `position`.
    #[must_use]
    pub fn registered_phase(&self, name: &str, position: usize) -> Option<Phase> {
        self.registers.get(name).filter(|(at, _)| *at == position).map(|(_, phase)| *phase)
    }

    /// Whether `name` runs its argument at `position` before it returns.
    #[must_use]
    pub fn runs_argument(&self, name: &str, position: usize) -> bool {
        self.runs.get(name) == Some(&position)
    }

    /// Whether a callback that is handed to `name` runs once, some time after the call.
    #[must_use]
    pub fn defers(&self, name: &str) -> bool {
        self.deferring.contains(name)
    }

    /// Whether the result of `name` is memory of its own.
    #[must_use]
    pub fn allocates(&self, name: &str) -> bool {
        self.allocate.contains(name)
    }

    /// The calls whose result is memory of its own.
    pub fn allocators(&self) -> impl Iterator<Item = &Name> {
        self.allocate.iter()
    }

    /// Whether the result of `name` is a region that nobody owns.
    #[must_use]
    pub fn is_unowned(&self, name: &str) -> bool {
        self.unowned.contains(name)
    }

    /// Whether a call to `name` returns the owner of the region that it is handed.
    #[must_use]
    pub fn gets_owner(&self, name: &str) -> bool {
        self.owner_getters.contains(name)
    }

    /// The macro `name` that declares a property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<PropertyMacro> {
        self.properties.get(name).copied()
    }

    /// The names of all macros that declare a property, sorted.
    #[must_use]
    pub fn property_macros(&self) -> Vec<&Name> {
        let mut names: Vec<_> = self.properties.keys().collect();
        names.sort();
        names
    }

    /// Whether a call to `name` reports an error.
    #[must_use]
    pub fn reports_error(&self, name: &str) -> bool {
        self.error_calls.contains(name)
    }

    /// Whether a call to `name` makes an error, rather than hand one on.
    #[must_use]
    pub fn makes_error(&self, name: &str) -> bool {
        self.error_calls.contains(name) && !self.error_handers.contains(name)
    }

    /// Whether an error put there ends the program, so that nothing runs after it.
    #[must_use]
    pub fn is_fatal(&self, name: &str) -> bool {
        self.fatal_errors.contains(name)
    }

    /// Whether an error is dealt with by a call to `name`.
    #[must_use]
    pub fn consumes_error(&self, name: &str) -> bool {
        self.error_consumers.contains(name)
    }

    /// Whether a call to `name` may vanish when nothing reads its result.
    #[must_use]
    pub fn is_pure(&self, name: &str) -> bool {
        self.pure.contains(name)
    }

    /// Whether `name` asks for nothing but the size of what it is handed.
    #[must_use]
    pub fn is_size(&self, name: &str) -> bool {
        self.sizes.contains(name)
    }

    /// Whether `name` neither initialises, ends nor moves the regions that it is handed.
    #[must_use]
    pub fn is_harmless(&self, name: &str) -> bool {
        let generated = || self.harmless_prefixes.iter().any(|prefix| name.starts_with(&**prefix));
        self.harmless.contains(name) || generated()
    }

    /// Whether a declaration frees what its variable points to when the variable goes.
    #[must_use]
    pub fn frees_at_end(&self, declaration: &str) -> bool {
        self.lexical.cleanups.iter().any(|word| declaration.contains(word.as_str()))
    }

    /// Whether the top-level invocation `name` only names functions for start-up.
    #[must_use]
    pub fn is_startup(&self, name: &str) -> bool {
        self.startup.contains(name)
    }

    /// The casts that an invocation of `name` declares.
    #[must_use]
    pub fn cast_macro(&self, name: &str) -> Option<&CastMacro> {
        self.casts.get(name)
    }

    /// The names of all API calls.
    pub fn call_names(&self) -> impl Iterator<Item = &Name> {
        self.calls.keys()
    }

    /// The macros that check a cast, longest name first, and what a cast made of one yields.
    pub fn checks(&self) -> impl Iterator<Item = (&Name, CastYield)> {
        self.checks.iter().map(|(name, yields)| (name, *yields))
    }

    /// The type that an invocation of `name` defines.
    #[must_use]
    pub fn type_macro(&self, name: &str) -> Option<&TypeMacro> {
        self.types.get(name)
    }

    /// The macro `name` from a member to its aggregate.
    #[must_use]
    pub fn container_macro(&self, name: &str) -> Option<ContainerMacro> {
        self.containers.get(name).copied()
    }
}

/// Fills the arguments of an invocation into a template: `{1}_init`.
#[must_use]
pub fn fill(template: &str, arguments: &[&str]) -> Name {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        let position = rest[open + 1..open + close].parse::<usize>().ok();
        out.push_str(position.and_then(|at| arguments.get(at)).copied().unwrap_or_default());
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    Name::new(out)
}

#[cfg(test)]
mod tests {
    use super::read::{API, CORE, MACROS, REGISTRATION, SLOTS};
    use super::{Vocabulary, fill};
    use crate::lifecycle::Phase;
    use toml::de::DeTable;

    #[test]
    fn every_file_parses() {
        for text in [API, SLOTS, MACROS, CORE, REGISTRATION] {
            assert!(DeTable::parse(text).is_ok(), "{:?}", DeTable::parse(text).err());
        }
    }

    #[test]
    fn slots_know_their_phase() {
        let words = Vocabulary::builtin();
        assert_eq!(words.phase_of_slot("PCIDeviceClass", "exit"), Some(Phase::Unrealize));
        assert_eq!(words.phase_of_slot("MemoryRegionOps", "write"), Some(Phase::Runtime));
        assert_eq!(words.phase_of_slot("Unheard", "exit"), None);
    }

    #[test]
    fn templates_are_filled() {
        assert_eq!(fill("TYPE_{2}", &["Dev", "dev", "DEV"]), "TYPE_DEV");
        assert_eq!(fill("{1}_init", &["Dev", "dev"]), "dev_init");
    }
}
