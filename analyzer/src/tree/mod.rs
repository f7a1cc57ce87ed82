//! The files of a tree, linked by name: items, who mentions whom, and functions lowered on demand.

mod graph;
mod parsed;
mod pasted;
mod records;
mod volatile;

pub use parsed::{Damage, Parsed};

use crate::crates::Crates;
use crate::lower::c as lower;
use crate::model::{FileId, Function, Location, Name, Record, Variable};
use crate::sources::{Language, SourceFile};
use crate::syntax::c::scan::{self, Item, ItemKind, MentionKind, NameHash};
use crate::syntax::c::words::MacroWords;
use crate::vocabulary::{Op, Vocabulary};
use crate::{Executor, Features};
use graph::Graph;
use parsed::ParsedFile;
use records::Records;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// One top-level item of one file of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ItemId(pub(crate) u32);

/// How one item uses the name of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Use {
    /// The item that mentions the name.
    pub(crate) by: ItemId,
    /// How.
    pub(crate) kind: MentionKind,
}

/// A tree of sources.
pub(crate) struct Tree<'a> {
    pub(crate) files: &'a [SourceFile],
    pub(crate) words: &'a Vocabulary,
    /// The Rust code of the tree.
    pub(crate) crates: Crates<'a>,
    macros: MacroWords,
    parsed: Vec<ParsedFile>,
    /// The first item of each file, and one past the last of all.
    first_items: Vec<u32>,
    graph: Graph,
    records: Records,
    /// The files that define what the calls on regions do.
    core_files: OnceLock<FxHashSet<FileId>>,
    fragments: OnceLock<pasted::Fragments>,
    /// Macros that have the name of a call of the vocabulary.
    redefines: OnceLock<Vec<(ItemId, Name)>>,
    included_sources: FxHashSet<FileId>,
    volatile_fields: OnceLock<FxHashSet<Name>>,
}

impl<'a> Tree<'a> {
    /// Indexes the files that `known` does not have, and links all.
    pub(crate) fn new(
        files: &'a [SourceFile],
        known: Parsed,
        words: &'a Vocabulary,
        features: Option<&Features>,
        executor: &dyn Executor,
    ) -> Self {
        let mut parsed = parse(files, known, executor);
        let crates = add_crates(files, words, &mut parsed, features, executor);
        let mut first_items = Vec::with_capacity(files.len() + 1);
        let mut count = 0_u32;
        for file in &parsed {
            first_items.push(count);
            count += file.index.items.len() as u32;
        }
        first_items.push(count);
        let api = words
            .call_names()
            .chain([&words.core.reference])
            .chain(&words.core.type_registers)
            .chain(words.property_macros())
            .map(|name| NameHash::of(name.as_bytes()));
        let graph = Graph::new(files, &parsed, &first_items, api, executor);
        let records = Records::new(files, &parsed, &first_items);
        Self {
            files,
            words,
            crates,
            macros: MacroWords::from(&words.lexical),
            parsed,
            first_items,
            graph,
            records,
            core_files: OnceLock::new(),
            fragments: OnceLock::new(),
            redefines: OnceLock::new(),
            included_sources: Self::find_included_sources(files),
            volatile_fields: OnceLock::new(),
        }
    }

    /// All items of one kind, in order.
    pub(crate) fn items_of(&self, kind: ItemKind) -> impl Iterator<Item = ItemId> + '_ {
        self.parsed.iter().zip(&self.first_items).flat_map(move |(file, &first)| {
            file.index
                .items
                .iter()
                .enumerate()
                .filter(move |(_, item)| item.kind == kind)
                .map(move |(at, _)| ItemId(first + at as u32))
        })
    }

    /// All items of one file, in order.
    pub(crate) fn items_in(&self, file: FileId) -> impl Iterator<Item = ItemId> + use<> {
        let file = file.0 as usize;
        (self.first_items[file]..self.first_items[file + 1]).map(ItemId)
    }

    /// The file that contains an item.
    pub(crate) fn file_of(&self, id: ItemId) -> FileId {
        let after = self.first_items.partition_point(|&first| first <= id.0);
        FileId(after as u32 - 1)
    }

    /// An item's file, and its number there.
    fn place(&self, id: ItemId) -> (usize, usize) {
        let file = self.file_of(id).0 as usize;
        (file, (id.0 - self.first_items[file]) as usize)
    }

    /// What the index knows of an item.
    pub(crate) fn item(&self, id: ItemId) -> &Item {
        let (file, at) = self.place(id);
        &self.parsed[file].index.items[at]
    }

    /// The names that an item mentions.
    pub(crate) fn mentions(&self, id: ItemId) -> &[scan::Mention] {
        let (file, at) = self.place(id);
        let index = &self.parsed[file].index;
        index.mentions(&index.items[at])
    }

    /// A file.
    pub(crate) fn source_file(&self, file: FileId) -> &'a SourceFile {
        &self.files[file.0 as usize]
    }

    /// What a file is written in.
    pub(crate) fn language(&self, file: FileId) -> Language {
        self.files[file.0 as usize].language()
    }

    /// The bytes of a file.
    pub(crate) fn text(&self, file: FileId) -> &'a [u8] {
        &self.files[file.0 as usize].text
    }

    /// The bytes of a location, as text.
    pub(crate) fn source(&self, location: Location) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(&self.text(location.file)[location.span.range()])
    }

    /// Whether the text of an item contains `text`.
    pub(crate) fn mentions_text(&self, id: ItemId, text: &str) -> bool {
        let Location { file, span } = self.location(id);
        memchr::memmem::find(&self.text(file)[span.range()], text.as_bytes()).is_some()
    }

    /// Where an item stands.
    pub(crate) fn location(&self, id: ItemId) -> Location {
        Location::new(self.file_of(id), self.item(id).span)
    }

    /// The function whose definition contains a location.
    pub(crate) fn function_at(&self, at: Location) -> Option<ItemId> {
        let contains = |id: &ItemId| {
            let item = self.item(*id);
            item.kind == ItemKind::Function && item.span.contains(at.span)
        };
        self.items_in(at.file).find(contains)
    }

    /// Where the name of an item stands.
    pub(crate) fn name_location(&self, id: ItemId) -> Location {
        Location::new(self.file_of(id), self.item(id).name)
    }

    /// The name of an item.
    pub(crate) fn name(&self, id: ItemId) -> Name {
        Name::new(String::from_utf8_lossy(self.name_bytes(id)))
    }

    fn name_bytes(&self, id: ItemId) -> &[u8] {
        let (file, at) = self.place(id);
        self.parsed[file].name(at, &self.files[file].text)
    }

    /// Whether an item of a header or an included file is meant for other files to see.
    fn is_included(&self, file: FileId) -> bool {
        !self.files[file.0 as usize].path.ends_with(".c") || self.included_sources.contains(&file)
    }

    /// Sources that other sources include, found by the last part of their paths.
    fn find_included_sources(files: &[SourceFile]) -> FxHashSet<FileId> {
        let mut names: FxHashSet<&str> = FxHashSet::default();
        let finder = memchr::memmem::Finder::new(b".c\"");
        for file in files {
            for at in finder.find_iter(&file.text) {
                let before = &file.text[..at + 2];
                let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                let line = std::str::from_utf8(&before[start..]).unwrap_or_default();
                if line.starts_with('#') && line.contains("include") {
                    names.extend(line.rsplit(['"', '/']).next());
                }
            }
        }
        let is_named =
            |file: &SourceFile| names.contains(file.path.rsplit('/').next().unwrap_or_default());
        let ids = files.iter().enumerate().filter(|(_, file)| is_named(file));
        ids.map(|(at, _)| FileId(at as u32)).collect()
    }

    /// The functions that `name` means in `file`: its own if it has one, else those that other
    /// files share.
    pub(crate) fn functions_named(&self, name: NameHash, file: FileId) -> Vec<ItemId> {
        match self.own_definitions(name, file) {
            [] => {
                let all = self.graph.definitions(name).iter().copied();
                all.filter(|&id| self.is_visible(id, file)).collect()
            }
            own => own.to_vec(),
        }
    }

    /// The definitions of `name` in `file`: items are numbered, and definitions listed, by file.
    fn own_definitions(&self, name: NameHash, file: FileId) -> &[ItemId] {
        let all = self.graph.definitions(name);
        let (first, next) =
            (self.first_items[file.0 as usize], self.first_items[file.0 as usize + 1]);
        let start = all.partition_point(|id| id.0 < first);
        let end = all.partition_point(|id| id.0 < next);
        &all[start..end]
    }

    /// Whether `name` means the definition `id` in `file`, be it alone or with others.
    fn is_meant(&self, id: ItemId, name: NameHash, file: FileId) -> bool {
        self.file_of(id) == file
            || (self.is_visible(id, file) && self.own_definitions(name, file).is_empty())
    }

    fn is_visible(&self, id: ItemId, from: FileId) -> bool {
        let file = self.file_of(id);
        file == from || !self.item(id).is_static || self.is_included(file) || self.is_included(from)
    }

    /// The one function that `name` means in `file`, if it is one.
    pub(crate) fn function_named(&self, name: &str, file: FileId) -> Option<ItemId> {
        let hash = NameHash::of(name.as_bytes());
        match self.functions_named(hash, file)[..] {
            [one] if self.item(one).kind == ItemKind::Function => Some(one),
            _ => None,
        }
    }

    /// All definitions of `name` as a function or function-like macro.
    pub(crate) fn definitions(&self, name: &str) -> &[ItemId] {
        self.graph.definitions(NameHash::of(name.as_bytes()))
    }

    /// The function-like macros of a name.
    pub(crate) fn macros_named(&self, name: NameHash) -> impl Iterator<Item = ItemId> + '_ {
        let all = self.graph.definitions(name).iter().copied();
        all.filter(|&id| self.item(id).kind == ItemKind::Define)
    }

    /// The macros that `name` may stand for in a file.
    pub(crate) fn defines(&self, name: &str, file: FileId) -> Vec<ItemId> {
        let named = |id: &ItemId| {
            let of = self.file_of(*id);
            let seen = of == file || self.is_included(of);
            seen && &self.text(of)[self.item(*id).name.range()] == name.as_bytes()
        };
        self.items_of(ItemKind::Define).filter(named).collect()
    }

    /// Who uses `name`, wherever it is defined.
    pub(crate) fn users_of_name(&self, name: &str) -> &[Use] {
        self.graph.users(NameHash::of(name.as_bytes()))
    }

    /// Who uses the function `id`, and not another of its name.
    pub(crate) fn users(&self, id: ItemId) -> Vec<Use> {
        let hash = NameHash::of(self.name_bytes(id));
        let means = |user: &Use| user.by != id && self.is_meant(id, hash, self.file_of(user.by));
        self.graph.users(hash).iter().copied().filter(means).collect()
    }

    /// A macro that might put the name of a function together.
    pub(crate) fn pasted(&self, id: ItemId, name: &str) -> Option<Location> {
        let fragments = self.fragments.get_or_init(|| pasted::Fragments::new(self));
        fragments.find(self, self.file_of(id), name)
    }

    /// The functions that call through a member `field`.
    pub(crate) fn member_callers(&self, field: &str) -> &[(NameHash, ItemId)] {
        self.graph.member_callers(NameHash::of(field.as_bytes()))
    }

    /// The functions whose text names a member `field` of something, in order.
    pub(crate) fn functions_with_member(&self, field: &str) -> Vec<ItemId> {
        let finder = memchr::memmem::Finder::new(field);
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let names = |id: &ItemId| {
            let Location { file, span } = self.location(*id);
            let text = &self.text(file)[span.range()];
            let mut found = finder.find_iter(text);
            self.item(*id).kind == ItemKind::Function
                && found.any(|at| {
                    let before = text[..at].trim_ascii_end();
                    (before.ends_with(b"->") || before.ends_with(b"."))
                        && !text.get(at + field.len()).is_some_and(is_word)
                })
        };
        let files = (0..self.files.len() as u32).map(FileId);
        let files = files.filter(|&file| finder.find(self.text(file)).is_some());
        files.flat_map(|file| self.items_in(file)).filter(names).collect()
    }

    /// A macro that has the name of one of these calls, in a file or in a header.
    pub(crate) fn redefined<'n>(
        &self,
        file: FileId,
        mut names: impl Iterator<Item = &'n Name>,
    ) -> Option<&'n Name> {
        let defines = self.redefines.get_or_init(|| {
            let ids = self.items_of(ItemKind::Define).map(|id| (id, self.name(id)));
            ids.filter(|(_, name)| self.words.call(name).is_some()).collect()
        });
        let seen = |id: ItemId| self.file_of(id) == file || self.is_included(self.file_of(id));
        names.find(|name| defines.iter().any(|(id, found)| found == *name && seen(*id)))
    }

    /// Prototypes of `name`.
    pub(crate) fn declarations(&self, name: &str) -> Vec<ItemId> {
        let bytes = name.as_bytes();
        self.items_of(ItemKind::Declaration)
            .filter(|&id| {
                let item = self.item(id);
                item.name.len() as usize == bytes.len()
                    && &self.text(self.file_of(id))[item.name.range()] == bytes
            })
            .collect()
    }

    /// A function, lowered when first asked for.
    pub(crate) fn function(&self, id: ItemId) -> &Function {
        let (file, at) = self.place(id);
        self.parsed[file].function(at, &self.source_item(id), &self.macros)
    }

    /// The functions lowered so far.
    pub(crate) fn lowered(&self) -> impl Iterator<Item = &Function> {
        self.parsed.iter().flat_map(ParsedFile::lowered)
    }

    /// What the files say, for the next analysis.
    pub(crate) fn into_parsed(self) -> Parsed {
        Parsed(self.parsed.into_iter().map(Some).collect())
    }

    /// The variables that an item initialises.
    pub(crate) fn variables(&self, id: ItemId) -> Vec<Variable> {
        lower::lower_initializers(&self.source_item(id), &self.macros)
    }

    /// The structure of this name.
    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        let in_c =
            self.records.get(name, |id| lower::lower_record(&self.source_item(id), &self.macros));
        in_c.or_else(|| self.crates.record(name))
    }

    fn source_item(&self, id: ItemId) -> lower::Item<'a> {
        let file = self.file_of(id);
        lower::Item { file, text: self.text(file), span: self.item(id).span }
    }

    /// A function with more callers than this serves everybody: who calls it says nothing.
    pub(crate) const MAX_CALLERS: usize = 100;

    /// Whether the item is part of the core that implements the calls on regions: inside, it is
    /// not a device that acts.
    pub(crate) fn is_core(&self, id: ItemId) -> bool {
        self.core_files.get_or_init(|| self.find_core_files()).contains(&self.file_of(id))
    }

    fn find_core_files(&self) -> FxHashSet<FileId> {
        let names = [Op::Add, Op::Delete].into_iter().flat_map(|op| self.words.calls_of(op));
        names
            .flat_map(|name| self.definitions(name))
            .filter(|&&id| !self.item(id).is_static && self.item(id).kind == ItemKind::Function)
            .map(|&id| self.file_of(id))
            .collect()
    }

    /// How many functions have a body.
    pub(crate) fn function_count(&self) -> usize {
        self.items_of(ItemKind::Function).count()
    }
}

fn parse(files: &[SourceFile], known: Parsed, executor: &dyn Executor) -> Vec<ParsedFile> {
    let slots = known.0.into_iter().map(|file| file.map_or_else(OnceLock::new, OnceLock::from));
    let mut slots: Vec<OnceLock<ParsedFile>> = slots.collect();
    slots.resize_with(files.len(), OnceLock::new);
    let missing: Vec<usize> = (0..slots.len()).filter(|&at| slots[at].get().is_none()).collect();
    executor.run("index", missing.len(), &|at| {
        let file = missing[at];
        slots[file].get_or_init(|| match files[file].language() {
            Language::C => ParsedFile::new(&files[file].text),
            Language::Rust => ParsedFile::of_functions(Vec::new()),
        });
    });
    slots.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Reads the Rust files, which is done each time: what one means depends on the others.
fn add_crates<'a>(
    files: &'a [SourceFile],
    words: &Vocabulary,
    parsed: &mut [ParsedFile],
    features: Option<&Features>,
    executor: &dyn Executor,
) -> Crates<'a> {
    let mut records: FxHashSet<&[u8]> = FxHashSet::default();
    if files.iter().any(|file| file.language() == Language::Rust) {
        for (file, parsed) in files.iter().zip(&*parsed) {
            let all = parsed.index.items.iter().filter(|item| item.kind == ItemKind::Record);
            records.extend(all.map(|item| &file.text[item.name.range()]));
        }
    }
    let is_in_c = |name: &str| records.contains(name.as_bytes());
    let crates = Crates::new(files, words, &is_in_c, features, executor);
    for part in &crates.parts {
        let functions = part.methods.iter().map(|method| method.function.clone()).collect();
        parsed[part.origin.file.0 as usize] = ParsedFile::of_functions(functions);
    }
    crates
}

/// Computes one value per index with the executor, in order.
pub(crate) fn per_item<T: Send + Sync>(
    executor: &dyn Executor,
    stage: &'static str,
    count: usize,
    work: &(dyn Fn(usize) -> T + Sync),
) -> Vec<T> {
    let slots: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    executor.run(stage, count, &|at| {
        // Each index is handed out once, so the slot is empty.
        let _ = slots[at].set(work(at));
    });
    slots.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Names of functions and function-like macros, numbered.
type Numbers = FxHashMap<NameHash, u32>;

/// Whether a `#define` takes arguments.
fn is_function_like(text: &[u8], item: &Item) -> bool {
    text.get(item.name.end as usize) == Some(&b'(')
}
