//! The words of `#[device(...)]`: where each belongs and what it takes.

use crate::problems::Problems;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, LitStr, Path, Result};

const NAMESPACE: &str = "device";

/// What the attributes of the type say.
#[derive(Default)]
pub(crate) struct TypeWords {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: Option<Path>,
}

/// What the attributes of one field say.
#[derive(Default)]
pub(crate) struct FieldWords {
    pub(crate) region: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Type,
    Field,
}

/// Every word there is, and the place it belongs to.
const WORDS: [(&str, Place); 3] =
    [("crate", Place::Type), ("name", Place::Type), ("region", Place::Field)];

impl TypeWords {
    pub(crate) fn read(attributes: &[Attribute], problems: &mut Problems) -> Self {
        let mut words = Self::default();
        each_word(attributes, Place::Type, problems, |word, meta| match word {
            "crate" => {
                once(&mut words.krate, meta, |meta| meta.value()?.call(Path::parse_mod_style))
            }
            _ => once(&mut words.name, meta, |meta| meta.value()?.parse()),
        });
        words
    }
}

impl FieldWords {
    pub(crate) fn read(attributes: &[Attribute], problems: &mut Problems) -> Self {
        let mut region = None;
        each_word(attributes, Place::Field, problems, |_, meta| {
            once(&mut region, meta, |_| Ok(()))
        });
        Self { region: region.is_some() }
    }
}

fn each_word(
    attributes: &[Attribute],
    place: Place,
    problems: &mut Problems,
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>) -> Result<()>,
) {
    for attribute in attributes {
        if !attribute.path().is_ident(NAMESPACE) {
            continue;
        }
        let parsed = attribute.parse_nested_meta(|meta| {
            let word = known(&meta, place)?;
            read(word, &meta)
        });
        if let Err(error) = parsed {
            problems.push(error);
        }
    }
}

fn known(meta: &ParseNestedMeta<'_>, place: Place) -> Result<&'static str> {
    let Some((word, home)) = WORDS.iter().find(|(word, _)| meta.path.is_ident(word)) else {
        return Err(meta.error(format!("unknown word; {}", place.offer())));
    };
    if *home == place {
        return Ok(word);
    }
    Err(meta.error(format!("`{word}` belongs on {}", home.as_str())))
}

fn once<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    parse: impl FnOnce(&ParseNestedMeta<'_>) -> Result<T>,
) -> Result<()> {
    let value = parse(meta)?;
    if slot.replace(value).is_none() {
        return Ok(());
    }
    Err(Error::new_spanned(&meta.path, "said twice"))
}

impl Place {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "the struct",
            Self::Field => "a field",
        }
    }

    fn offer(self) -> String {
        let words: Vec<String> = WORDS
            .iter()
            .filter(|(_, home)| *home == self)
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        format!("{} takes {}", self.as_str(), words.join(" and "))
    }
}
