//! What the derive knows about one region.

use crate::attr::{Said, Sizes, Words};
use crate::problems::Problems;
use crate::words::Place;
use syn::{Attribute, Expr, Ident, LitStr, Type};

/// A region.
pub(crate) struct Region {
    pub(crate) kind: Kind,
    pub(crate) size: Size,
    /// Who answers, if not the device.
    pub(crate) ops: Option<Type>,
    pub(crate) place: Option<Placement>,
    pub(crate) export: Option<Expr>,
    pub(crate) valid: Option<Sizes>,
    pub(crate) implemented: Option<Sizes>,
    pub(crate) is_big: bool,
    pub(crate) enabled: Option<Expr>,
    pub(crate) unmergeable: Option<Expr>,
    pub(crate) migrate: Option<Expr>,
}

/// What accesses do.
#[derive(Clone)]
pub(crate) enum Kind {
    Container,
    Io,
    Reserved,
    Ram,
    Rom,
    RomDevice,
    Alias { of: Ident, offset: Option<Box<Expr>> },
    Iommu,
}

/// The size of a region.
pub(crate) enum Size {
    Fixed(Expr),
    From(Expr),
}

/// Where something lies in a container.
pub(crate) struct Placement {
    pub(crate) inside: Ident,
    pub(crate) at: Option<Expr>,
    pub(crate) stride: Option<Expr>,
    pub(crate) priority: Option<Expr>,
}

const KINDS: [&str; 8] =
    ["container", "io", "reserved", "ram", "rom", "rom_device", "alias", "iommu"];

/// Words that say something about some kinds only.
const WITH: [(&str, &[&str]); 6] = [
    ("ops", &["io", "rom_device"]),
    ("valid", &["io", "rom_device"]),
    ("implemented", &["io", "rom_device"]),
    ("impl", &["io", "rom_device"]),
    ("endian", &["io", "rom_device"]),
    ("migrate", &["ram", "rom", "rom_device"]),
];

impl Region {
    pub(crate) fn read(
        attribute: &Attribute,
        field: &Ident,
        problems: &mut Problems,
    ) -> Option<Self> {
        let words = Words::read(attribute, Place::Region, problems);
        let kind = kind_word(&words, attribute, problems)?;
        refuse_others(&words, kind.word(), problems);
        let place = Placement::read(&words, problems);
        refuse_both(&words, problems);
        Some(Self {
            size: size(&words, kind, field, problems)?,
            ops: words.a_type("ops"),
            place,
            export: words.expr("export"),
            valid: words.sizes("valid"),
            implemented: words.sizes("implemented").or_else(|| words.sizes("impl")),
            is_big: words.text("endian").as_ref().map(LitStr::value).as_deref() == Some("big"),
            enabled: words.expr("enabled"),
            unmergeable: words.expr("unmergeable"),
            migrate: words.expr("migrate"),
            kind: Kind::read(&words, kind, problems)?,
        })
    }
}

impl Kind {
    fn read(words: &Words, said: &Said, problems: &mut Problems) -> Option<Self> {
        Some(match said.word() {
            "container" => Self::Container,
            "io" => Self::Io,
            "reserved" => Self::Reserved,
            "ram" => Self::Ram,
            "rom" => Self::Rom,
            "rom_device" => Self::RomDevice,
            "iommu" => Self::Iommu,
            _ => {
                let alias = words.words("alias")?;
                if alias.get("of").is_none() {
                    problems.at(&said.at, "an alias needs `alias(of = field, ..)`");
                }
                Self::Alias { of: alias.field("of")?, offset: alias.expr("offset").map(Box::new) }
            }
        })
    }

    /// Whether a handler answers.
    pub(crate) const fn is_handled(&self) -> bool {
        matches!(self, Self::Io | Self::RomDevice)
    }

    /// The name of the type and of the variant.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Container => "Container",
            Self::Io => "Io",
            Self::Reserved => "Reserved",
            Self::Ram => "Ram",
            Self::Rom => "Rom",
            Self::RomDevice => "RomDevice",
            Self::Alias { .. } => "Alias",
            Self::Iommu => "Iommu",
        }
    }
}

impl Placement {
    pub(crate) fn read(words: &Words, problems: &mut Problems) -> Option<Self> {
        let inside = words.field("in");
        if inside.is_none() && words.get("in").is_none() {
            for word in ["at", "stride", "prio"] {
                if let Some(said) = words.get(word) {
                    problems
                        .at(&said.at, format!("`{word}` says where in a container: add `in = ..`"));
                }
            }
        }
        Some(Self {
            inside: inside?,
            at: words.expr("at"),
            stride: words.expr("stride"),
            priority: words.expr("prio"),
        })
    }
}

fn kind_word<'a>(
    words: &'a Words,
    attribute: &Attribute,
    problems: &mut Problems,
) -> Option<&'a Said> {
    let mut said = words.iter().filter(|said| KINDS.contains(&said.word()));
    let Some(first) = said.next() else {
        let kinds: Vec<String> = KINDS.iter().map(|kind| format!("`{kind}`")).collect();
        let kinds = crate::words::listed(&kinds, "or");
        problems.at(attribute.path(), format!("say what the region is: {kinds}"));
        return None;
    };
    for other in said {
        problems.at(&other.at, format!("the region is `{}` already", first.word()));
    }
    Some(first)
}

fn refuse_others(words: &Words, kind: &str, problems: &mut Problems) {
    for (word, kinds) in WITH {
        if let Some(said) = words.get(word)
            && !kinds.contains(&kind)
        {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
            let kinds = crate::words::listed(&kinds, "or");
            problems.at(&said.at, format!("`{word}` belongs on a region that is {kinds}"));
        }
    }
}

fn refuse_both(words: &Words, problems: &mut Problems) {
    if let (Some(_), Some(export)) = (words.get("in"), words.get("export")) {
        problems.at(&export.at, "a region lies in a container or is exported, not both");
    }
    if let (Some(_), Some(again)) = (words.get("implemented"), words.get("impl")) {
        problems.at(&again.at, "`impl` is `implemented`: said twice");
    }
}

fn size(words: &Words, kind: &Said, field: &Ident, problems: &mut Problems) -> Option<Size> {
    let in_alias = words.words("alias").and_then(|alias| alias.get("size"));
    let said: Vec<&Said> =
        [in_alias, words.get("size"), words.get("size_from")].into_iter().flatten().collect();
    if let [_, again, ..] = said.as_slice() {
        problems.at(&again.at, format!("the size of `{field}` is said already"));
    }
    let Some(first) = said.first() else {
        problems.at(&kind.at, format!("`{field}` needs `size = ..` or `size_from = ..`"));
        return None;
    };
    match &first.value {
        crate::attr::Value::Expr(expr) if first.word() == "size" => {
            Some(Size::Fixed(expr.as_ref().clone()))
        }
        crate::attr::Value::Expr(expr) => Some(Size::From(expr.as_ref().clone())),
        _ => None,
    }
}
