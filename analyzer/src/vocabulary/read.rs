//! Reading the vocabulary's files.

use super::table::Table;
use super::{
    ApiCall, CastMacro, CastYield, ContainerMacro, CoreWords, FrameworkWords, KnownType,
    LexicalWords, ListCall, ListOp, Op, PropertyMacro, RegistrationWords, Setter, TypeMacro,
    Vocabulary,
};
use crate::lifecycle::{Phase, RegionKind};
use crate::model::Name;
use rustc_hash::FxHashSet;
use toml::de::DeTable;

pub(super) const API: &str = include_str!("api.toml");
pub(super) const SLOTS: &str = include_str!("slots.toml");
pub(super) const MACROS: &str = include_str!("macros.toml");
pub(super) const CORE: &str = include_str!("core.toml");
pub(super) const REGISTRATION: &str = include_str!("registration.toml");

impl Vocabulary {
    /// Reads the files that are part of the program.
    pub(super) fn read_files(&mut self) {
        self.read(API, Self::read_api);
        self.read(SLOTS, Self::read_slots);
        self.read(MACROS, Self::read_macros);
        self.read(CORE, Self::read_core);
        self.read(REGISTRATION, |words, file| {
            words.registration = RegistrationWords::read(file);
        });
        self.framework = FrameworkWords::builtin();
    }

    fn read(&mut self, text: &str, reader: impl FnOnce(&mut Self, Table<'_>)) {
        // The files are part of the program and a test parses each of them.
        if let Ok(table) = DeTable::parse(text) {
            reader(self, Table::new(table.get_ref()));
        }
    }

    fn read_api(&mut self, file: Table<'_>) {
        for table in file.tables("call") {
            self.read_call(table);
        }
        for table in file.tables("list") {
            self.read_list(table);
        }
        let words = |section: &str, key: &str| -> FxHashSet<Name> {
            file.table(section).into_iter().flat_map(|table| table.names(key)).collect()
        };
        self.allocate = words("allocate", "names");
        self.unowned = words("unowned", "names");
        self.owner_getters = words("owner", "names");
        self.error_calls = words("errors", "calls");
        self.error_handers = words("errors", "hand-on");
        self.fatal_errors = words("errors", "fatal");
        self.error_consumers = words("errors", "consume");
        self.pure = words("pure", "names");
        self.sizes = words("size", "names");
        self.deferring = words("deferred", "names");
        self.harmless = words("harmless", "names");
        self.harmless_prefixes = words("harmless", "prefixes").into_iter().collect();
        self.runs = file.table("runs").into_iter().flat_map(Table::positions).collect();
        self.result_type = file.table("errors").map(|one| one.name("result")).unwrap_or_default();
        self.error_type = file.table("errors").map(|table| table.name("type")).unwrap_or_default();
    }

    fn read_call(&mut self, table: Table<'_>) {
        let Some(op) = op_of(table.text("op")) else { return };
        let call = ApiCall {
            op,
            region: table.position("region").unwrap_or_default(),
            owner: table.position("owner"),
            container: table.position("container"),
            target: table.position("target"),
            ty: table.position("type"),
            size: table.position("size"),
            kind: kind_of(table.text("kind")),
        };
        self.calls.extend(table.names("names").map(|name| (name, call.clone())));
    }

    fn read_list(&mut self, table: Table<'_>) {
        let op = match table.text("op") {
            "insert" => ListOp::Insert,
            "take" => ListOp::Take,
            _ => ListOp::Each,
        };
        let position = |key| table.position(key);
        let (list, element, near) = (position("list"), position("element"), position("near"));
        let call = ListCall { op, list, element, near };
        self.lists.extend(table.names("names").map(|name| (name, call)));
    }

    fn read_slots(&mut self, file: Table<'_>) {
        for table in file.tables("slot") {
            let record = table.name("record");
            for (phase, fields) in table.lists() {
                let Some(phase) = phase_of(phase) else { continue };
                self.slots.extend(fields.into_iter().map(|field| ((record.clone(), field), phase)));
            }
        }
        for table in file.tables("setter") {
            self.setters.entry(table.name("name")).or_default().push(Setter {
                record: table.name("record"),
                field: table.name("field"),
                function: table.position("function").unwrap_or_default(),
                parent: table.position("parent"),
            });
        }
        for table in file.tables("register") {
            let Some(phase) = phase_of(table.text("phase")) else { continue };
            let position = table.position("function").unwrap_or_default();
            self.registers.extend(table.names("names").map(|name| (name, (position, phase))));
        }
    }

    fn read_macros(&mut self, file: Table<'_>) {
        for table in file.tables("cast") {
            let cast = CastMacro {
                instance: table.name("instance"),
                class: table.name("class"),
                cast: table.name("macro"),
                ty: table.name("type"),
            };
            self.casts.extend(table.names("names").map(|name| (name, cast.clone())));
        }
        for table in file.tables("check") {
            let yields = match table.text("yields") {
                "instance" => CastYield::Instance,
                "class" => CastYield::Class,
                _ => CastYield::GetClass,
            };
            self.checks.extend(table.names("names").map(|name| (name, yields)));
        }
        self.checks.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for table in file.tables("type") {
            self.read_type_macro(table);
        }
        for table in file.tables("container") {
            let positions = ContainerMacro {
                pointer: table.position("pointer").unwrap_or_default(),
                record: table.position("record").unwrap_or_default(),
                field: table.position("field").unwrap_or_default(),
            };
            self.containers.insert(table.name("name"), positions);
        }
        for table in file.tables("property") {
            let property = PropertyMacro {
                record: table.position("record").unwrap_or_default(),
                field: table.position("field").unwrap_or_default(),
                is_link: table.flag("link"),
            };
            self.properties.extend(table.names("names").map(|name| (name, property)));
        }
        self.startup =
            file.table("startup").into_iter().flat_map(|table| table.names("names")).collect();
        if let Some(table) = file.table("lexical") {
            self.lexical = LexicalWords {
                attributes: table.names("attributes").collect(),
                pointer_declarators: table.names("pointer-declarators").collect(),
                value_declarators: table.names("value-declarators").collect(),
                blocks: table.names("blocks").collect(),
                marks: table.names("marks").collect(),
                cleanups: table.names("cleanups").collect(),
                second_names: table.names("second-names").collect(),
            };
        }
    }

    fn read_type_macro(&mut self, table: Table<'_>) {
        let ty = TypeMacro {
            is_abstract: table.flag("abstract"),
            instance: table.name("instance"),
            name: table.name("name"),
            parent: table.name("parent"),
            init: table.name("init"),
            finalize: table.name("finalize"),
            class_init: table.name("class-init"),
        };
        self.types.extend(table.names("names").map(|name| (name, ty.clone())));
    }

    fn read_core(&mut self, file: Table<'_>) {
        let slot = file.table("device-core");
        let part = |key| slot.map(|table| table.name(key)).unwrap_or_default();
        self.core = CoreWords {
            container_field: file.name("container-field"),
            owner_field: file.name("owner-field"),
            observed_fields: file.names("observed-fields").collect(),
            region_type: file.name("region-type"),
            reference: file.name("reference"),
            type_record: file.name("type-record"),
            type_registers: file.names("type-registers").collect(),
            device_type: file.name("device-type"),
            pluggable_flags: file.names("pluggable-flags").collect(),
            static_families: file.names("static-families").collect(),
            device_slot: (part("record"), part("field")),
        };
        self.known_types = file
            .tables("type")
            .map(|table| KnownType {
                stem: table.name("stem"),
                name: table.name("name"),
                parent: table.name("parent"),
                instance: table.name("instance"),
                class: table.name("class"),
                fills: table.names("fills").collect(),
            })
            .collect();
    }
}

fn op_of(word: &str) -> Option<Op> {
    Some(match word {
        "init" => Op::Init,
        "add" => Op::Add,
        "delete" => Op::Delete,
        "unparent" => Op::Unparent,
        "free" => Op::Free,
        "query" => Op::Query,
        "observe" => Op::Observe,
        "child" => Op::Child,
        "space-init" => Op::SpaceInit,
        "space-destroy" => Op::SpaceDestroy,
        "begin" => Op::Begin,
        "commit" => Op::Commit,
        "link" => Op::Link,
        "publish" => Op::Publish,
        "overwrite" => Op::Overwrite,
        _ => return None,
    })
}

fn kind_of(word: &str) -> Option<RegionKind> {
    Some(match word {
        "container" => RegionKind::Container,
        "io" => RegionKind::Io,
        "ram" => RegionKind::Ram,
        "rom" => RegionKind::Rom,
        "rom-device" => RegionKind::RomDevice,
        "alias" => RegionKind::Alias,
        "iommu" => RegionKind::Iommu,
        _ => return None,
    })
}

pub(super) fn phase_of(word: &str) -> Option<Phase> {
    Some(match word {
        "class-init" => Phase::ClassInit,
        "init" => Phase::Init,
        "realize" => Phase::Realize,
        "unrealize" => Phase::Unrealize,
        "unparent" => Phase::Unparent,
        "finalize" => Phase::Finalize,
        "hotplug" => Phase::Hotplug,
        "machine" => Phase::Machine,
        "reset" => Phase::Reset,
        "migration" => Phase::Migration,
        "runtime" => Phase::Runtime,
        _ => return None,
    })
}
