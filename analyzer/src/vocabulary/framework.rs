//! What the device framework's by-hand layer means, and which attributes say the same.

use super::read::phase_of;
use super::table::Table;
use crate::lifecycle::Phase;
use crate::model::Name;
use rustc_hash::FxHashSet;
use toml::de::DeTable;

const FRAMEWORK: &str = include_str!("framework.toml");

/// Words of code that uses the device framework.
#[derive(Clone, Debug, Default)]
pub struct FrameworkWords {
    /// The name of the crate.
    pub root: Name,
    /// What a file of interest mentions.
    pub mark: Name,
    /// The by-hand layer as a module.
    pub module: Name,
    /// Paths of the type of a by-hand region.
    pub region: Vec<Name>,
    /// Paths of the type that says what accesses registers take.
    pub access: Vec<Name>,
    /// Paths of the trait of devices without the derive.
    pub lifecycle: Vec<Name>,
    /// Paths of the bus of devices that sit on none.
    pub no_bus: Vec<Name>,
    /// What hooks and handlers are handed.
    pub contexts: Vec<Name>,
    /// What the derive is called, and its parts.
    pub derived: DerivedWords,
    /// Calls that make a region.
    pub inits: Vec<RegionInit>,
    /// Calls that put a region into a container.
    pub places: Vec<RegionPlace>,
    /// Calls that say something about a region.
    pub sets: Vec<RegionSet>,
    /// Calls on a context that show or hide a region.
    pub enables: Vec<RegionSet>,
    /// Calls of which the framework does the same by itself.
    pub teardowns: Vec<RegionSet>,
    /// Methods of a context that take regions of either sort.
    pub either: Vec<EitherCall>,
    /// The steps of a device's life.
    pub hooks: Vec<DeviceHook>,
    /// Words of a region's attribute.
    pub words: AttributeWords,
    /// Methods that say which accesses there are.
    pub accesses: AccessWords,
    /// Items of a device without the derive.
    pub items: ItemWords,
    /// Methods that lead to the elements of an array.
    pub elements: FxHashSet<Name>,
    /// Calls that number the device's regions.
    pub number: FxHashSet<Name>,
}

/// What the derive is called, and its parts.
#[derive(Clone, Debug, Default)]
pub struct DerivedWords {
    /// The type of a region.
    pub region: Name,
    /// The module of the kinds of regions.
    pub kinds: Name,
    /// The macro.
    pub device: Name,
    /// The attribute of the device.
    pub attribute: Name,
    /// The attribute of a region.
    pub field: Name,
    /// The attribute of what starts as something else than the default.
    pub start: Name,
    /// The attribute of a property.
    pub property: Name,
    /// The word that says where the crate is.
    pub root: Name,
}

/// Calls that make a region, the word that says so, and the positions of their arguments.
#[derive(Clone, Debug, Default)]
pub struct RegionInit {
    /// Their names.
    pub names: Vec<Name>,
    /// The word of the attribute.
    pub word: Name,
    /// The kind as a type.
    pub kind: Name,
    /// The region's name.
    pub name: usize,
    /// Its size.
    pub size: usize,
    /// What accesses it takes, if it has registers.
    pub access: Option<usize>,
    /// What it shows, if it is a window.
    pub target: Option<usize>,
    /// Where in that it starts.
    pub offset: Option<usize>,
}

/// Calls that put a region into a container.
#[derive(Clone, Debug, Default)]
pub struct RegionPlace {
    /// Their names.
    pub names: Vec<Name>,
    /// The offset.
    pub at: usize,
    /// The region.
    pub region: usize,
    /// What decides where regions overlap.
    pub priority: Option<usize>,
}

/// Calls that say or do something about one region.
#[derive(Clone, Debug, Default)]
pub struct RegionSet {
    /// Their names.
    pub names: Vec<Name>,
    /// The word of the attribute; empty if there is none.
    pub word: Name,
    /// The region; the receiver if `None`.
    pub region: Option<usize>,
    /// What is said.
    pub value: Option<usize>,
    /// The kinds of which it can be said; any if empty.
    pub kinds: Vec<Name>,
}

/// Methods of a context that take regions of either sort.
#[derive(Clone, Debug, Default)]
pub struct EitherCall {
    /// Their names.
    pub names: Vec<Name>,
    /// The kinds that they take; any if empty.
    pub kinds: Vec<Name>,
}

/// A step of a device's life.
#[derive(Clone, Debug)]
pub struct DeviceHook {
    /// The word of the attribute and the name of the method.
    pub name: Name,
    /// The step.
    pub phase: Phase,
}

/// Words of a region's attribute besides its kind.
#[derive(Clone, Debug, Default)]
pub struct AttributeWords {
    /// The size in bytes.
    pub size: Name,
    /// The size in bytes, of properties.
    pub computed: Name,
    /// Who answers.
    pub ops: Name,
    /// The container.
    pub container: Name,
    /// The offset in it.
    pub at: Name,
    /// The distance between elements.
    pub stride: Name,
    /// Which one answers.
    pub priority: Name,
    /// Whether it starts enabled.
    pub enabled: Name,
    /// What a guest may do.
    pub valid: Name,
    /// What the handler does.
    pub implemented: Name,
    /// Also across boundaries.
    pub unaligned: Name,
    /// The order of bytes.
    pub endian: Name,
    /// The highest byte first.
    pub big: Name,
    /// What a window shows.
    pub target: Name,
    /// Where it starts.
    pub offset: Name,
}

/// Methods that say which accesses there are.
#[derive(Clone, Debug, Default)]
pub struct AccessWords {
    /// Starts with the default.
    pub make: Name,
    /// What a guest may do.
    pub valid: Name,
    /// The same across boundaries.
    pub valid_unaligned: Name,
    /// What the handler does.
    pub implemented: Name,
    /// The same across boundaries.
    pub implemented_unaligned: Name,
    /// The highest byte first.
    pub big: Name,
}

/// Items of a device without the derive, and the words for them.
#[derive(Clone, Debug, Default)]
pub struct ItemWords {
    /// The constant that names the type, and its word.
    pub name: (Name, Name),
    /// The type of the bus, and its word.
    pub parent: (Name, Name),
    /// The constant that says whether it may come and go, and its word.
    pub hotpluggable: (Name, Name),
    /// The function that makes one.
    pub init: Name,
}

impl FrameworkWords {
    pub(super) fn builtin() -> Self {
        // The file is part of the program and a test parses it.
        let Ok(table) = DeTable::parse(FRAMEWORK) else { return Self::default() };
        let file = Table::new(table.get_ref());
        let names =
            |section| file.table(section).into_iter().flat_map(|of| of.names("names")).collect();
        Self {
            root: file.name("crate"),
            mark: file.name("mark"),
            module: file.name("module"),
            region: file.names("region").collect(),
            access: file.names("access").collect(),
            lifecycle: file.names("lifecycle").collect(),
            no_bus: file.names("no-bus").collect(),
            contexts: file.names("contexts").collect(),
            derived: file.table("derived").map(derived).unwrap_or_default(),
            inits: file.tables("init").map(init).collect(),
            places: file.tables("place").map(place).collect(),
            sets: file.tables("set").map(set).collect(),
            enables: file.tables("enable").map(set).collect(),
            teardowns: file.tables("teardown").map(set).collect(),
            either: file.tables("either").map(either).collect(),
            hooks: file.tables("hook").filter_map(hook).collect(),
            words: file.table("words").map(words).unwrap_or_default(),
            accesses: file.table("accesses").map(accesses).unwrap_or_default(),
            items: file.table("items").map(items).unwrap_or_default(),
            elements: names("elements"),
            number: names("number"),
        }
    }

    /// Whether something of the framework has this path.
    #[must_use]
    pub fn knows(&self, path: &str) -> bool {
        let Self { derived, .. } = self;
        let kind = |init: &RegionInit| path == format!("{}::{}", derived.kinds, init.kind);
        [&self.region, &self.access, &self.lifecycle, &self.no_bus, &self.contexts]
            .into_iter()
            .flatten()
            .chain([&self.module, &derived.region, &derived.kinds, &derived.device])
            .any(|known| known == path)
            || self.inits.iter().any(kind)
    }

    /// The call that makes a region, by name.
    #[must_use]
    pub fn init(&self, method: &str) -> Option<&RegionInit> {
        self.inits.iter().find(|init| init.names.iter().any(|name| name == method))
    }

    /// The call that places a region, by name.
    #[must_use]
    pub fn place(&self, method: &str) -> Option<&RegionPlace> {
        self.places.iter().find(|place| place.names.iter().any(|name| name == method))
    }

    /// Whether a method of a region is one of the by-hand layer.
    #[must_use]
    pub fn is_by_hand(&self, method: &str) -> bool {
        self.init(method).is_some()
            || self.place(method).is_some()
            || named(&self.sets, method).is_some()
            || named(&self.teardowns, method).is_some()
    }

    /// The method of a context that takes regions of either sort, by name.
    #[must_use]
    pub fn either(&self, method: &str) -> Option<&EitherCall> {
        self.either.iter().find(|call| call.names.iter().any(|name| name == method))
    }
}

/// The call of this name.
#[must_use]
pub fn named<'w>(calls: &'w [RegionSet], method: &str) -> Option<&'w RegionSet> {
    calls.iter().find(|call| call.names.iter().any(|name| name == method))
}

fn derived(table: Table<'_>) -> DerivedWords {
    DerivedWords {
        region: table.name("region"),
        kinds: table.name("kinds"),
        device: table.name("device"),
        attribute: table.name("attribute"),
        field: table.name("field"),
        start: table.name("start"),
        property: table.name("property"),
        root: table.name("crate"),
    }
}

fn init(table: Table<'_>) -> RegionInit {
    RegionInit {
        names: table.names("names").collect(),
        word: table.name("word"),
        kind: table.name("kind"),
        name: table.position("name").unwrap_or_default(),
        size: table.position("size").unwrap_or_default(),
        access: table.position("access"),
        target: table.position("target"),
        offset: table.position("offset"),
    }
}

fn place(table: Table<'_>) -> RegionPlace {
    RegionPlace {
        names: table.names("names").collect(),
        at: table.position("at").unwrap_or_default(),
        region: table.position("region").unwrap_or_default(),
        priority: table.position("priority"),
    }
}

fn set(table: Table<'_>) -> RegionSet {
    RegionSet {
        names: table.names("names").collect(),
        word: table.name("word"),
        region: table.position("region"),
        value: table.position("value"),
        kinds: table.names("kinds").collect(),
    }
}

fn either(table: Table<'_>) -> EitherCall {
    EitherCall { names: table.names("names").collect(), kinds: table.names("kinds").collect() }
}

fn hook(table: Table<'_>) -> Option<DeviceHook> {
    Some(DeviceHook { name: table.name("name"), phase: phase_of(table.text("phase"))? })
}

fn words(table: Table<'_>) -> AttributeWords {
    AttributeWords {
        size: table.name("size"),
        computed: table.name("computed"),
        ops: table.name("ops"),
        container: table.name("container"),
        at: table.name("at"),
        stride: table.name("stride"),
        priority: table.name("priority"),
        enabled: table.name("enabled"),
        valid: table.name("valid"),
        implemented: table.name("implemented"),
        unaligned: table.name("unaligned"),
        endian: table.name("endian"),
        big: table.name("big"),
        target: table.name("target"),
        offset: table.name("offset"),
    }
}

fn accesses(table: Table<'_>) -> AccessWords {
    AccessWords {
        make: table.name("make"),
        valid: table.name("valid"),
        valid_unaligned: table.name("valid-unaligned"),
        implemented: table.name("implemented"),
        implemented_unaligned: table.name("implemented-unaligned"),
        big: table.name("big"),
    }
}

fn items(table: Table<'_>) -> ItemWords {
    let pair = |name: &str, word: &str| (table.name(name), table.name(word));
    ItemWords {
        name: pair("name", "name-word"),
        parent: pair("parent", "parent-word"),
        hotpluggable: pair("hotpluggable", "hotpluggable-word"),
        init: table.name("init"),
    }
}

#[cfg(test)]
mod tests {
    use super::FrameworkWords;

    #[test]
    fn the_file_can_be_read() {
        let words = FrameworkWords::builtin();
        assert!(words.init("init_alias").is_some_and(|init| init.target == Some(2)));
        assert!(words.is_by_hand("unparent") && words.either("write_ram").is_some());
        assert!(words.knows("region::RomDevice") && !words.knows("RomDevice"));
        assert_eq!(words.hooks.len(), 3);
    }
}
