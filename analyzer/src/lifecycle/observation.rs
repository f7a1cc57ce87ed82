//! What the analysis says about one call, in the words of the output contract.

use crate::model::{Location, Name};
use crate::vocabulary::Op;
use devmodel_edit::Edit;

/// A phase of a device's life, or the kind of event outside it that enters a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// `class_init`, `class_base_init`: once per type, before any object.
    ClassInit,
    /// `instance_init` and `instance_post_init`.
    Init,
    /// The realize slots.
    Realize,
    /// The unrealize and exit slots.
    Unrealize,
    /// The unparent hook.
    Unparent,
    /// `instance_finalize`.
    Finalize,
    /// A handler of plug and unplug requests for other devices.
    Hotplug,
    /// Construction of a machine.
    Machine,
    /// Reset.
    Reset,
    /// Save and load of the migration stream.
    Migration,
    /// Guest accesses, timers, bottom halves, notifiers and every other event of a running device.
    Runtime,
    /// Entered from somewhere that the analysis does not see.
    Unknown,
}

/// A word over the phases (`docs/lifecycle.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LifecyclePath {
    /// Init, finalize.
    Introspect,
    /// Init, realize up to an error exit, finalize.
    FailedRealize,
    /// Init, realize, unrealize, finalize.
    Unplug,
    /// Unplug, realized twice.
    Replug,
    /// Unplug while an access still holds the region.
    LateFinalize,
}

impl LifecyclePath {
    /// All paths, in the order in which they are reported.
    pub const ALL: [Self; 5] =
        [Self::Introspect, Self::FailedRealize, Self::Unplug, Self::Replug, Self::LateFinalize];
}

/// Where the memory of a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// In the object that is torn down.
    Embedded,
    /// Behind a pointer.
    Heap,
    /// In a child object.
    Child,
    /// Not decided.
    Unknown,
}

/// Who owns a region, seen from the object that is torn down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The object itself.
    SelfObject,
    /// Nobody: it was initialised with a null owner.
    Null,
    /// Another object, by place or type name.
    Other(Name),
    /// Not decided.
    Unknown,
}

/// What a region is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegionKind {
    /// A pure container.
    Container,
    /// Callbacks.
    Io,
    /// Memory.
    Ram,
    /// Read-only memory.
    Rom,
    /// Read-only memory with callbacks for writes.
    RomDevice,
    /// A window on another region.
    Alias,
    /// A translating region.
    Iommu,
}

/// The decision about one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Unobservable under the model and glue in force.
    Redundant,
    /// Teardown of the owner, and removing it would leak or leave a stale mapping.
    RequiredByModel,
    /// Reached from the owner's finalizer: a defect.
    AfterFinalize,
    /// Reached while the device lives, and not from teardown.
    Runtime,
    /// Only undoes a failed realize.
    ErrorPath,
    /// The region belongs to another object than the one torn down.
    ForeignOwner,
    /// Several of the above by different callers.
    Mixed,
    /// On some path not added before, or not under this guard.
    Unmatched,
    /// Could not be decided; the reason says why.
    Unknown,
}

/// A place to look at, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where.
    pub location: Location,
    /// What: lower case, no full stop, code in backticks.
    pub message: String,
}

/// Where control enters on the way to a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPoint {
    /// The phase that calls it.
    pub phase: Phase,
    /// The function entered.
    pub function: Name,
    /// The type, or the table, whose slot holds the function; empty if none does.
    pub ty: Name,
}

/// One call that ends or changes a region's life, with all that was found out about it.
#[derive(Clone, Debug)]
pub struct RegionCall {
    /// The function called (`memory_region_del_subregion`).
    pub callee: Name,
    /// What it does.
    pub op: Op,
    /// The call expression.
    pub location: Location,
    /// The function that contains it.
    pub function: Name,
    /// Names of the types whose teardown (or other callbacks) reach it, sorted.
    pub types: Vec<Name>,
    /// The phases from which it is reached, sorted.
    pub phases: Vec<Phase>,
    /// The lifecycle paths on which it runs, sorted.
    pub paths: Vec<LifecyclePath>,
    /// The region, as `Struct.field[*].field`; empty if not resolved.
    pub region: String,
    /// Where the region's memory is.
    pub storage: Storage,
    /// Who owns the region.
    pub owner: Owner,
    /// What the region is; `None` if its initialisation was not found.
    pub kind: Option<RegionKind>,
    /// The container, as a place or the getter that returns it; empty if it has none.
    pub container: String,
    /// Who owns the container.
    pub container_owner: Owner,
    /// The call that initialises the region.
    pub init: Option<Location>,
    /// The calls that add it to a container.
    pub adds: Vec<Location>,
    /// Where control enters on the way to the call, sorted.
    pub entry_points: Vec<EntryPoint>,
    /// The decision.
    pub verdict: Verdict,
    /// Why, in one sentence; always set for `Unknown`.
    pub reason: String,
    /// Whether the device may be unplugged while the machine runs; `None` if not known.
    pub hotpluggable: Option<bool>,
    /// Type table, callback assignment, calls in between, region initialisation, owner.
    pub evidence: Vec<Evidence>,
    /// What deleting the call would take with it.
    pub removal: Removal,
    /// What is better than deleting the call, if the trace shows it.
    pub cure: Option<Cure>,
}

/// The edits that bring a device's life in order where a call is missing, or stands in the wrong place
/// or under the wrong condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cure {
    /// The edits; what one callback lacks shares them.
    pub edits: Vec<Edit>,
    /// What is taken for granted; `None` if all that matters is in sight.
    pub assumption: Option<&'static str>,
}

/// The edits that delete a call and everything that it leaves empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// Not worked out: the verdict does not ask for it.
    #[default]
    None,
    /// The edits; calls that stand in one function share them.
    Edits(Vec<Edit>),
    /// It cannot be deleted by machine; says why.
    Refused(String),
}

macro_rules! words {
    ($type:ty { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word of the output contract.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

words!(Phase {
    ClassInit => "class-init", Init => "init", Realize => "realize", Unrealize => "unrealize",
    Unparent => "unparent", Finalize => "finalize", Hotplug => "hotplug", Machine => "machine",
    Reset => "reset", Migration => "migration", Runtime => "runtime", Unknown => "unknown",
});
words!(LifecyclePath {
    Introspect => "introspect", FailedRealize => "failed-realize", Unplug => "unplug",
    Replug => "replug", LateFinalize => "late-finalize",
});
words!(Storage {
    Embedded => "embedded", Heap => "heap", Child => "child", Unknown => "unknown",
});
words!(RegionKind {
    Container => "container", Io => "io", Ram => "ram", Rom => "rom", RomDevice => "rom-device",
    Alias => "alias", Iommu => "iommu",
});
words!(Verdict {
    Redundant => "redundant", RequiredByModel => "required-by-model",
    AfterFinalize => "after-finalize", Runtime => "runtime", ErrorPath => "error-path",
    ForeignOwner => "foreign-owner", Mixed => "mixed", Unmatched => "unmatched",
    Unknown => "unknown",
});

impl Owner {
    /// The word or name of the output contract.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::SelfObject => "self",
            Self::Null => "null",
            Self::Other(name) => name,
            Self::Unknown => "unknown",
        }
    }
}
