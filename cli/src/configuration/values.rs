//! The keys of a configuration, and what each takes.

use super::layer::Text;
use crate::arguments::{Assumption, FailOn, Model};
use crate::selection::{find, nearest};
use anyhow::Result;
use clap::ValueEnum;
use devmodel_rules::Rule;
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 6] = ["select", "ignore", "exclude", "model", "assume", "fail-on"];

/// What one table says; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values {
    /// The rules that run, all if there are none.
    pub(crate) select: Option<Vec<&'static str>>,
    /// Rules that don't run.
    pub(crate) ignore: Option<Vec<&'static str>>,
    /// What is not read, in the syntax of `.gitignore`.
    pub(crate) exclude: Option<Vec<String>>,
    /// The ownership model.
    pub(crate) model: Option<Model>,
    /// The glue assumed.
    pub(crate) assume: Option<Vec<Assumption>>,
    /// From which severity on a run fails.
    pub(crate) fail_on: Option<FailOn>,
}

type Key<'t> = Spanned<Cow<'t, str>>;
type Value<'t> = Spanned<DeValue<'t>>;

impl Values {
    /// Reads a table of a file.
    ///
    /// # Errors
    ///
    /// Names the file, the place and the key of what is not understood.
    pub(super) fn read(
        table: &DeTable<'_>,
        text: &Text<'_>,
        catalogue: &'static [Rule],
    ) -> Result<Self> {
        let mut values = Self::default();
        for (key, value) in table {
            values.set(key, value, text, catalogue)?;
        }
        Ok(values)
    }

    fn set(
        &mut self,
        key: &Key<'_>,
        value: &Value<'_>,
        text: &Text<'_>,
        catalogue: &'static [Rule],
    ) -> Result<()> {
        let name = key.get_ref().as_ref();
        let place = Place { key: name, text };
        match name {
            "select" => self.select = Some(place.rules(value, catalogue)?),
            "ignore" => self.ignore = Some(place.rules(value, catalogue)?),
            "exclude" => self.exclude = Some(place.texts(value)?),
            "model" => self.model = Some(place.word(value)?),
            "assume" => self.assume = Some(place.words(value)?),
            "fail-on" => self.fail_on = Some(place.word(value)?),
            _ => return Err(place.unknown(key.span())),
        }
        Ok(())
    }
}

/// A key in a file.
struct Place<'p, 't> {
    key: &'p str,
    text: &'p Text<'t>,
}

impl Place<'_, '_> {
    fn rules(&self, value: &Value<'_>, catalogue: &'static [Rule]) -> Result<Vec<&'static str>> {
        let rule = |(name, span): (&str, Range<usize>)| match find(name, catalogue) {
            Ok(rule) => Ok(rule.name),
            Err(error) => Err(self.text.error(span, &format!("`{}`: {error}", self.key))),
        };
        self.list(value)?.into_iter().map(rule).collect()
    }

    fn texts(&self, value: &Value<'_>) -> Result<Vec<String>> {
        Ok(self.list(value)?.into_iter().map(|(text, _)| text.to_owned()).collect())
    }

    fn words<T: ValueEnum>(&self, value: &Value<'_>) -> Result<Vec<T>> {
        self.list(value)?.into_iter().map(|(word, span)| self.one_of(word, span)).collect()
    }

    fn word<T: ValueEnum>(&self, value: &Value<'_>) -> Result<T> {
        match value.get_ref().as_str() {
            Some(word) => self.one_of(word, value.span()),
            None => Err(self.text.error(value.span(), &format!("`{}` takes a string", self.key))),
        }
    }

    fn one_of<T: ValueEnum>(&self, word: &str, span: Range<usize>) -> Result<T> {
        T::from_str(word, false).map_err(|_| {
            let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
            let words = words.join(", ");
            self.text.error(span, &format!("`{}`: `{word}` is none of {words}", self.key))
        })
    }

    fn list<'v>(&self, value: &'v Value<'_>) -> Result<Vec<(&'v str, Range<usize>)>> {
        let wrong =
            |span| self.text.error(span, &format!("`{}` takes a list of strings", self.key));
        let Some(array) = value.get_ref().as_array() else { return Err(wrong(value.span())) };
        let text = |one: &'v Value<'_>| {
            let text = one.get_ref().as_str().ok_or_else(|| wrong(one.span()))?;
            Ok((text, one.span()))
        };
        array.iter().map(text).collect()
    }

    fn unknown(&self, span: Range<usize>) -> anyhow::Error {
        let key = self.key;
        let message = match nearest(key, KEYS.into_iter(), 1).first() {
            Some(near) => format!("no key is called `{key}`; did you mean `{near}`?"),
            None => format!("no key is called `{key}`; the keys are: {}", KEYS.join(", ")),
        };
        self.text.error(span, &message)
    }
}
