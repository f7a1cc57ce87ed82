//! Every word of the attributes: where it belongs, what it takes, what it means.

/// One word. The pair of [`word`](Self::word) and [`place`](Self::place) is unique.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) word: &'static str,
    pub(crate) place: Place,
    pub(crate) takes: Takes,
    /// A phrase for the documentation.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the documentation shows it"))]
    pub(crate) meaning: &'static str,
}

/// Where a word belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Device,
    Reset,
    Property,
    Region,
    Alias,
    Irq,
    Child,
    Bus,
    Link,
    State,
    Vmstate,
}

/// What follows a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing.
    Nothing,
    /// Nothing, or `= expr` of the type `bool`.
    Flag,
    /// `= "text"`.
    Text,
    /// `= "text"`, one of these.
    OneOf(&'static [&'static str]),
    /// `= expr` of this type.
    Expr(&'static str),
    /// `= path` of a module.
    Module,
    /// `= Type`.
    Type,
    /// `= path` of a function, or the name of one of the type's own.
    Hook,
    /// `= field`.
    Field,
    /// `(word = u64, ..)`, with words that only the bus knows.
    Numbers,
    /// `(MIN..=MAX, unaligned)`.
    Sizes,
    /// `(..)` with the words of another place.
    Words(Place),
}

const fn word(place: Place, word: &'static str, takes: Takes, meaning: &'static str) -> Word {
    Word { word, place, takes, meaning }
}

/// Every word there is. `words.md` shows it to people.
pub(crate) const WORDS: &[Word] = &[
    word(
        Place::Device,
        "name",
        Takes::Text,
        "the name of the device type; that of the struct if absent",
    ),
    word(
        Place::Device,
        "parent",
        Takes::Type,
        "the type of the bus that it sits on; none if absent",
    ),
    word(
        Place::Device,
        "lock",
        Takes::OneOf(&["exclusive", "shared", "mutex"]),
        "whether handlers run one at a time on `&mut Self` (`exclusive`, the default; `mutex` is the same) or side by side on `&Self`",
    ),
    word(Place::Device, "hotpluggable", Takes::Flag, "it may come and go while the machine runs"),
    word(
        Place::Device,
        "user_creatable",
        Takes::Flag,
        "whether a user may ask for one by name; true if absent",
    ),
    word(Place::Device, "abstract", Takes::Flag, "it can't be created"),
    word(
        Place::Device,
        "version",
        Takes::Expr("u32"),
        "the version of the saved state; 1 if absent",
    ),
    word(
        Place::Device,
        "unplug",
        Takes::OneOf(&["sync", "request"]),
        "whether unplug is immediate (`sync`, the default) or the guest is asked first",
    ),
    word(Place::Device, "identity", Takes::Numbers, "numbers by which the bus knows the type"),
    word(
        Place::Device,
        "realize",
        Takes::Hook,
        "`fn(&mut Self, &mut RealizeCx<'_, Self>) -> Result<(), RealizeError>`",
    ),
    word(Place::Device, "unrealize", Takes::Hook, "`fn(&mut Self, &mut Cx<'_, Self>)`"),
    word(Place::Device, "finalize", Takes::Hook, "`fn(&mut Self)`"),
    word(Place::Device, "reset", Takes::Words(Place::Reset), "what a reset does"),
    word(
        Place::Device,
        "post_load",
        Takes::Hook,
        "`fn(&mut Self, &mut Cx<'_, Self>, version: u32) -> Result<(), StateError>`",
    ),
    word(
        Place::Device,
        "crate",
        Takes::Module,
        "where the crate `devmodel` is, if it was renamed or is re-exported",
    ),
    word(
        Place::Reset,
        "enter",
        Takes::Hook,
        "`fn(&mut Self, &mut Cx<'_, Self>)`; in place of setting `#[state]` fields back",
    ),
    word(Place::Reset, "hold", Takes::Hook, "`fn(&mut Self, &mut Cx<'_, Self>)`"),
    word(Place::Reset, "exit", Takes::Hook, "`fn(&mut Self, &mut Cx<'_, Self>)`"),
    word(
        Place::Property,
        "name",
        Takes::Text,
        "the name by which it is set; that of the field, with `-` for `_`, if absent",
    ),
    word(
        Place::Property,
        "default",
        Takes::Expr("the field's type"),
        "what it is if nobody sets it; `false`, 0 or empty if absent",
    ),
    word(Place::Property, "min", Takes::Expr("the field's type"), "the smallest number allowed"),
    word(Place::Property, "max", Takes::Expr("the field's type"), "the largest number allowed"),
    word(Place::Region, "container", Takes::Nothing, "other regions lie in it"),
    word(Place::Region, "io", Takes::Nothing, "registers: the handler answers"),
    word(Place::Region, "reserved", Takes::Nothing, "every access is rejected"),
    word(Place::Region, "ram", Takes::Nothing, "memory"),
    word(Place::Region, "rom", Takes::Nothing, "memory that the guest only reads"),
    word(Place::Region, "rom_device", Takes::Nothing, "memory to read from, registers to write to"),
    word(Place::Region, "iommu", Takes::Nothing, "addresses are translated"),
    word(
        Place::Region,
        "alias",
        Takes::Words(Place::Alias),
        "a window on another region of the device",
    ),
    word(Place::Region, "size", Takes::Expr("u64"), "its size in bytes, or that of each element"),
    word(
        Place::Region,
        "size_from",
        Takes::Expr("u64"),
        "its size in bytes, computed from the properties, which stand there as `u64`",
    ),
    word(
        Place::Region,
        "ops",
        Takes::Type,
        "who answers (`io`, `rom_device`): a type with `Ops`; the device if absent",
    ),
    word(Place::Region, "in", Takes::Field, "the container in which it lies"),
    word(
        Place::Region,
        "at",
        Takes::Expr("u64"),
        "its offset in the container in bytes; 0 if absent",
    ),
    word(
        Place::Region,
        "stride",
        Takes::Expr("u64"),
        "the distance between elements in bytes; the size if absent",
    ),
    word(
        Place::Region,
        "prio",
        Takes::Expr("i32"),
        "where regions overlap, the higher one answers; 0 if absent",
    ),
    word(
        Place::Region,
        "export",
        Takes::Expr("u8"),
        "the number under which the bus may map it; elements of an array count on",
    ),
    word(
        Place::Region,
        "valid",
        Takes::Sizes,
        "the accesses that a guest may make (`io`, `rom_device`); any if absent",
    ),
    word(
        Place::Region,
        "implemented",
        Takes::Sizes,
        "the accesses that the handler is called with; 1 to 4 bytes if absent",
    ),
    word(Place::Region, "impl", Takes::Sizes, "the same as `implemented`"),
    word(
        Place::Region,
        "endian",
        Takes::OneOf(&["little", "big"]),
        "how registers are laid out in memory; `little` if absent",
    ),
    word(Place::Region, "enabled", Takes::Flag, "whether it starts enabled; true if absent"),
    word(Place::Region, "unmergeable", Takes::Flag, "ranges of it are never merged"),
    word(
        Place::Region,
        "migrate",
        Takes::Flag,
        "its content is part of the saved state (`ram`, `rom`, `rom_device`)",
    ),
    word(Place::Alias, "of", Takes::Field, "the region that is seen"),
    word(
        Place::Alias,
        "offset",
        Takes::Expr("u64"),
        "where in it the window starts, in bytes; 0 if absent",
    ),
    word(Place::Alias, "size", Takes::Expr("u64"), "the size of the window in bytes"),
    word(Place::Irq, "out", Takes::Nothing, "the device drives the lines"),
    word(Place::Irq, "in", Takes::Nothing, "the device follows the lines"),
    word(
        Place::Irq,
        "count",
        Takes::Expr("u16"),
        "how many lines; only to say it aloud, as the type says it too",
    ),
    word(
        Place::Irq,
        "handler",
        Takes::Hook,
        "`fn(Entered<'_, Self>, &mut Cx<'_, Self>, pin: u16, level: bool)` (`in`)",
    ),
    word(Place::Child, "in", Takes::Field, "the container in which the child's export 0 lies"),
    word(
        Place::Child,
        "at",
        Takes::Expr("u64"),
        "its offset in the container in bytes; 0 if absent",
    ),
    word(Place::Child, "stride", Takes::Expr("u64"), "the distance between elements in bytes"),
    word(
        Place::Child,
        "prio",
        Takes::Expr("i32"),
        "where regions overlap, the higher one answers; 0 if absent",
    ),
    word(Place::Bus, "event", Takes::Hook, "`fn(Entered<'_, Self>, &mut Cx<'_, Self>, BusEvent)`"),
    word(Place::Link, "required", Takes::Flag, "realize fails if it refers to nothing"),
    word(Place::Vmstate, "skip", Takes::Nothing, "it is left out of the saved state"),
    word(
        Place::Vmstate,
        "since",
        Takes::Expr("u32"),
        "the version of the saved state in which it first appeared; 1 if absent",
    ),
];

/// Words that somebody may expect, and why there is no such word.
const REFUSED: [(&str, Place, &str); 1] = [(
    "lockless",
    Place::Region,
    "regions of one device share one lock; put `#[device(lock = \"shared\")]` on the struct",
)];

/// The word of this name in this place.
///
/// # Errors
///
/// Why there is none, for the author of a device.
pub(crate) fn find(name: &str, place: Place) -> Result<&'static Word, String> {
    if let Some(word) = WORDS.iter().find(|word| word.place == place && word.word == name) {
        return Ok(word);
    }
    if let Some((_, _, why)) = REFUSED.iter().find(|(word, at, _)| (*word, *at) == (name, place)) {
        return Err((*why).to_owned());
    }
    let homes: Vec<&str> =
        WORDS.iter().filter(|word| word.word == name).map(|word| word.place.as_str()).collect();
    if homes.is_empty() {
        return Err(format!("unknown word; {}", place.offer()));
    }
    Err(format!("`{name}` belongs on {}; {}", listed(&homes, "or"), place.offer()))
}

impl Place {
    /// Where it is, for a sentence.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "the struct",
            Self::Reset => "`reset(..)` of the struct",
            Self::Property => "a property",
            Self::Region => "a region",
            Self::Alias => "`alias(..)` of a region",
            Self::Irq => "an interrupt line",
            Self::Child => "a child",
            Self::Bus => "a bus",
            Self::Link => "a link",
            Self::State => "`#[state]`",
            Self::Vmstate => "`#[vmstate(..)]`",
        }
    }

    /// The attribute whose words belong here.
    pub(crate) const fn attribute(self) -> &'static str {
        match self {
            Self::Device | Self::Reset => "device",
            Self::Property => "property",
            Self::Region | Self::Alias => "region",
            Self::Irq => "irq",
            Self::Child => "child",
            Self::Bus => "bus",
            Self::Link => "linked",
            Self::State => "state",
            Self::Vmstate => "vmstate",
        }
    }

    fn offer(self) -> String {
        let words: Vec<String> = WORDS
            .iter()
            .filter(|word| word.place == self)
            .map(|word| format!("`{}`", word.word))
            .collect();
        match words.as_slice() {
            [] => format!("{} takes nothing", self.as_str()),
            words => format!("{} takes {}", self.as_str(), listed(words, "and")),
        }
    }
}

/// "a, b and c".
pub(crate) fn listed(words: &[impl AsRef<str>], last: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [init @ .., end] => format!("{} {last} {end}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Takes, WORDS, Word};
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    #[test]
    fn no_word_is_there_twice() {
        let all: BTreeSet<(&str, &str)> =
            WORDS.iter().map(|word| (word.place.as_str(), word.word)).collect();
        assert_eq!(all.len(), WORDS.len());
    }

    #[test]
    fn words_md_is_the_table() {
        crate::golden::check("words.md", &document());
    }

    fn document() -> String {
        let mut text = "<!-- Generated from src/words.rs: BLESS=1 cargo test -p devmodel-macros -->\n\n\
            Besides these, `#[state]` takes nothing, `#[bus(B)]` starts with the type of the bus, and \
            `#[init(expr)]` says what a field starts as.\n\n\
            | attribute | word | takes | meaning |\n|---|---|---|---|\n"
            .to_owned();
        for word in WORDS {
            let Word { word: name, place, meaning, takes } = word;
            let home = home(*place);
            let _ = writeln!(text, "| {home} | `{name}` | {} | {meaning} |", shown(*takes));
        }
        text
    }

    fn home(place: Place) -> String {
        match place {
            Place::Reset => "`#[device(reset(..))]`".to_owned(),
            Place::Alias => "`#[region(alias(..))]`".to_owned(),
            _ => format!("`#[{}(..)]`", place.attribute()),
        }
    }

    fn shown(takes: Takes) -> String {
        match takes {
            Takes::Nothing => "nothing".to_owned(),
            Takes::Flag => "nothing, or `= bool`".to_owned(),
            Takes::Text => "`= \"text\"`".to_owned(),
            Takes::OneOf(texts) => {
                let texts: Vec<String> =
                    texts.iter().map(|text| format!("`= \"{text}\"`")).collect();
                super::listed(&texts, "or")
            }
            Takes::Expr(of) if of.contains(' ') => format!("`= expr` of {of}"),
            Takes::Expr(of) => format!("`= {of}`"),
            Takes::Module => "`= path`".to_owned(),
            Takes::Type => "`= Type`".to_owned(),
            Takes::Hook => "`= function`".to_owned(),
            Takes::Field => "`= field`".to_owned(),
            Takes::Numbers => "`(word = u64, ..)`".to_owned(),
            Takes::Sizes => "`(MIN..=MAX)` or `(N)`, and `unaligned`".to_owned(),
            Takes::Words(place) => format!("the words of {}", home(place)),
        }
    }
}
