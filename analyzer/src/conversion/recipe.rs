//! What by-hand calls say about a region, as the words of an attribute.

use super::access::Accesses;
use super::call::{Act, Call, Element, answerer, is_zero};
use super::device::{ByHand, Device};
use super::expression::{Computed, computed, is_constant, linear};
use super::number::Numbers;
use super::{names, range_of};
use crate::vocabulary::{FrameworkWords, RegionInit};
use syn::{Expr, ExprMethodCall, Lit};

/// Why a region stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Attributes can't say what is done.
    Inexpressible(String),
    /// They could, but something is in the way.
    Blocked(String),
}

use Trouble::{Blocked, Inexpressible};

impl Trouble {
    /// Why, in words.
    pub(super) fn reason(&self) -> &str {
        match self {
            Inexpressible(reason) | Blocked(reason) => reason,
        }
    }
}

/// Where a region lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inside {
    pub(super) field: String,
    /// In bytes, as it is written; `None` for 0.
    pub(super) at: Option<String>,
    pub(super) stride: Option<String>,
    pub(super) priority: Option<String>,
}

/// How big a region is, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Fixed(String),
    Computed(Computed),
}

impl Size {
    /// The size, if it does not depend on properties.
    pub(super) fn fixed(&self) -> Option<&str> {
        match self {
            Self::Fixed(text) => Some(text),
            Self::Computed(_) => None,
        }
    }
}

/// What the attribute of a region says.
#[derive(Clone, Debug)]
pub(super) struct Recipe<'t> {
    pub(super) init: &'t RegionInit,
    /// The name by which it goes.
    pub(super) name: String,
    pub(super) size: Size,
    /// What it shows, and from where; `None` for 0.
    pub(super) target: Option<(String, Option<String>)>,
    pub(super) ops: Option<String>,
    pub(super) inside: Option<Inside>,
    pub(super) export: Option<String>,
    pub(super) is_hidden: bool,
    pub(super) accesses: Accesses,
    /// Other words, which take nothing.
    pub(super) flags: Vec<&'t str>,
    /// The first call.
    pub(super) start: usize,
}

/// What recipes are read with.
#[derive(Clone, Copy)]
pub(super) struct Cook<'c, 't> {
    pub(super) device: &'c Device<'t>,
    pub(super) words: &'t FrameworkWords,
    pub(super) numbers: &'c Numbers<'c>,
    pub(super) text: &'t str,
}

impl<'t> Cook<'_, 't> {
    /// The recipe of a region, from all by-hand calls about it.
    pub(super) fn recipe(
        &self,
        region: &ByHand<'t>,
        calls: &[Call<'t>],
    ) -> Result<Recipe<'t>, Trouble> {
        let name = &region.name;
        let own: Vec<&Call<'t>> = calls.iter().filter(|call| call.region.field == *name).collect();
        let inits = own.iter().filter(|call| matches!(call.act, Act::Init { .. })).count();
        if inits != 1 {
            return Err(Inexpressible(format!(
                "`{name}` is not made by one call that always runs"
            )));
        }
        for call in &own {
            self.covers_all(region, call)?;
        }
        let (first, rest) = own.split_first().ok_or_else(|| Inexpressible(String::new()))?;
        let Act::Init { init, call, target } = &first.act else {
            return Err(Inexpressible(format!("`{name}` is used before it is made")));
        };
        let mut recipe = self.made(init, call, target.as_ref(), name)?;
        recipe.start = first.range.start;
        for call in rest {
            self.add(&mut recipe, name, call)?;
        }
        if recipe.inside.is_some() && recipe.export.is_some() {
            return Err(Inexpressible(format!("`{name}` lies in a container and is exported")));
        }
        Ok(recipe)
    }

    /// Whether a call is about the whole of a field.
    fn covers_all(&self, region: &ByHand<'t>, call: &Call<'t>) -> Result<(), Trouble> {
        let name = &region.name;
        let counts = |count: &str| {
            region.count.as_deref() == Some(count) || count == format!("self.{name}.len()")
        };
        let is_whole = match (&region.count, &call.region.element, &call.each) {
            (None, Element::Whole, None) => true,
            (Some(_), Element::Each, Some(each)) => each.count.as_deref().is_none_or(counts),
            _ => false,
        };
        is_whole
            .then_some(())
            .ok_or_else(|| Inexpressible(format!("the elements of `{name}` are not treated alike")))
    }

    fn made(
        &self,
        init: &'t RegionInit,
        call: &'t ExprMethodCall,
        target: Option<&String>,
        name: &str,
    ) -> Result<Recipe<'t>, Trouble> {
        let arg = |at: usize| {
            call.args
                .get(at)
                .ok_or_else(|| Inexpressible(format!("`{name}` is made in an unknown way")))
        };
        let accesses = match init.access {
            Some(at) => Accesses::read(arg(at)?, self.device, self.words, self.numbers)
                .ok_or_else(|| {
                    Inexpressible(format!("which accesses `{name}` takes is computed"))
                })?,
            None => Accesses::default(),
        };
        let target = match (init.target, init.offset, target) {
            (Some(_), Some(offset), Some(target)) => {
                Some((target.clone(), self.constant_or_zero(arg(offset)?, name)?))
            }
            (Some(_), ..) => {
                return Err(Inexpressible(format!("`{name}` shows a region that is no field")));
            }
            _ => None,
        };
        Ok(Recipe {
            init,
            name: text_of(arg(init.name)?)
                .ok_or_else(|| Blocked(format!("the name of `{name}` is no literal")))?,
            size: self.size(arg(init.size)?, name)?,
            target,
            ops: self.ops(call),
            inside: None,
            export: None,
            is_hidden: false,
            accesses,
            flags: Vec::new(),
            start: 0,
        })
    }

    fn size(&self, expr: &'t Expr, name: &str) -> Result<Size, Trouble> {
        if is_constant(expr) {
            return Ok(Size::Fixed(self.written(expr)));
        }
        computed(expr, self.device.item, &self.words.derived.property, self.text)
            .map(Size::Computed)
            .ok_or_else(|| {
                Inexpressible(format!("the size of `{name}` depends on more than properties"))
            })
    }

    /// Who answers, unless it is the device.
    fn ops(&self, call: &'t ExprMethodCall) -> Option<String> {
        let text = self.text[range_of(answerer(call)?)].to_owned();
        let device = self.device.item;
        (text != "Self" && text != names::text(&device.ident)).then_some(text)
    }

    fn add(&self, recipe: &mut Recipe<'t>, name: &str, call: &Call<'t>) -> Result<(), Trouble> {
        let twice = |what: &str| Inexpressible(format!("`{name}` is {what} more than once"));
        let index = call.each.as_ref().and_then(|each| each.index.as_deref());
        match &call.act {
            Act::Init { .. } | Act::Teardown => Err(twice("made")),
            Act::Put { inside, at, priority } => {
                if recipe.inside.is_some() {
                    return Err(twice("placed"));
                }
                if inside.element != Element::Whole {
                    return Err(Inexpressible(format!("`{name}` lies in an element of an array")));
                }
                let field = inside.field.clone();
                let priority = match priority {
                    Some(priority) => self.constant_or_zero(priority, name)?,
                    None => None,
                };
                let (at, stride) = match (index, &call.each) {
                    (Some(index), _) => {
                        let place = linear(at, index).ok_or_else(|| {
                            Inexpressible(format!("the distances of `{name}` are not all the same"))
                        })?;
                        let base =
                            place.base.filter(|base| !is_zero(base)).map(|base| self.written(base));
                        (base, Some(place.step.map_or("1".to_owned(), |step| self.written(step))))
                    }
                    (None, None) => (self.constant_or_zero(at, name)?, None),
                    _ => {
                        return Err(Inexpressible(format!(
                            "all elements of `{name}` lie in one place"
                        )));
                    }
                };
                recipe.inside = Some(Inside { field, at, stride, priority });
                Ok(())
            }
            Act::Set { word, value: Some(value) } => {
                if recipe.export.is_some() || *word != recipe_export(self.words) {
                    return Err(twice("exported"));
                }
                recipe.export = Some(self.number(value, index, name)?);
                Ok(())
            }
            Act::Set { word, value: None } => {
                let set = self.words.sets.iter().find(|set| set.word == *word);
                let kind = &recipe.init.kind;
                if set.is_some_and(|set| !set.kinds.is_empty() && !set.kinds.contains(kind)) {
                    return Err(Inexpressible(format!("`{name}` has no content")));
                }
                if !recipe.flags.contains(word) {
                    recipe.flags.push(word);
                }
                Ok(())
            }
            Act::Enable { value } => match flag(value) {
                Some(on) => {
                    recipe.is_hidden = !on;
                    Ok(())
                }
                None => Err(Inexpressible(format!("whether `{name}` is enabled is computed"))),
            },
        }
    }

    /// The first number of an export.
    fn number(&self, expr: &'t Expr, index: Option<&str>, name: &str) -> Result<String, Trouble> {
        let Some(index) = index else {
            return match is_constant(expr) {
                true => Ok(self.written(expr)),
                false => Err(Inexpressible(format!("the number of `{name}` is computed"))),
            };
        };
        let place = linear(expr, index).filter(|place| place.step.is_none());
        let place = place.ok_or_else(|| {
            Inexpressible(format!("the numbers of `{name}` do not follow each other"))
        })?;
        Ok(place.base.map_or("0".to_owned(), |base| self.written(base)))
    }

    fn constant_or_zero(&self, expr: &'t Expr, name: &str) -> Result<Option<String>, Trouble> {
        match is_constant(expr) {
            true if is_zero(expr) => Ok(None),
            true => Ok(Some(self.written(expr))),
            false => Err(Inexpressible(format!("where `{name}` lies is computed"))),
        }
    }

    /// An expression on one line.
    fn written(&self, expr: &Expr) -> String {
        self.text[range_of(expr)].split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn recipe_export(words: &FrameworkWords) -> &str {
    words.sets.iter().find(|set| set.value.is_some()).map_or("", |set| &set.word)
}

fn flag(expr: &Expr) -> Option<bool> {
    let Expr::Lit(lit) = expr else { return None };
    match &lit.lit {
        Lit::Bool(on) => Some(on.value),
        _ => None,
    }
}

fn text_of(expr: &Expr) -> Option<String> {
    let Expr::Lit(lit) = expr else { return None };
    match &lit.lit {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

impl Recipe<'_> {
    /// The regions that it is connected with, itself not among them.
    pub(super) fn relations(&self) -> impl Iterator<Item = &str> {
        let inside = self.inside.as_ref().map(|inside| inside.field.as_str());
        inside.into_iter().chain(self.target.as_ref().map(|(target, _)| target.as_str()))
    }

    /// The attribute, on one line.
    pub(super) fn attribute(&self, words: &FrameworkWords) -> String {
        let own = &words.words;
        let mut said = Vec::new();
        let mut say = |word: &str, value: &Option<String>| {
            said.extend(value.as_ref().map(|value| format!("{word} = {value}")));
        };
        let size = Some(match &self.size {
            Size::Fixed(text) => text.clone(),
            Size::Computed(computed) => computed.text.clone(),
        });
        let size_word = if self.size.fixed().is_some() { &own.size } else { &own.computed };
        let mut kind = self.init.word.to_string();
        if let Some((target, offset)) = &self.target {
            say(&own.target, &Some(target.clone()));
            say(&own.offset, offset);
            if self.size.fixed().is_some() {
                say(size_word, &size);
            }
            kind = format!("{kind}({})", said.join(", "));
            said.clear();
        }
        let mut list = vec![kind];
        let mut say = |word: &str, value: &Option<String>| {
            list.extend(value.as_ref().map(|value| format!("{word} = {value}")));
        };
        if self.target.is_none() || self.size.fixed().is_none() {
            say(size_word, &size);
        }
        say(&own.ops, &self.ops);
        if let Some(inside) = &self.inside {
            say(&own.container, &Some(inside.field.clone()));
            say(&own.at, &inside.at);
            say(
                &own.stride,
                &inside.stride.clone().filter(|stride| Some(stride.as_str()) != self.size.fixed()),
            );
            say(&own.priority, &inside.priority);
        }
        say(recipe_export(words), &self.export);
        say(&own.enabled, &self.is_hidden.then(|| false.to_string()));
        list.extend(self.accesses.words(words));
        let flags = words.sets.iter().filter(|set| self.flags.contains(&set.word.as_str()));
        list.extend(flags.map(|set| set.word.to_string()));
        format!("#[{}({})]", words.derived.field, list.join(", "))
    }
}
