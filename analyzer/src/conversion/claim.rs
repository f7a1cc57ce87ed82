//! What the derive demands of regions, where the by-hand layer takes them as they come.

use super::device::Device;
use super::number::Numbers;
use super::recipe::Recipe;
use super::words::Words;
use crate::vocabulary::FrameworkWords;
use syn::Fields;

/// Whether the derive accepts a set of regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does.
    Holds,
    /// Nobody can tell: constants are not in sight.
    Open,
    /// It does not, and why.
    Broken(String),
}

/// What claims are checked with.
pub(super) struct Claims<'c> {
    pub(super) device: &'c Device<'c>,
    pub(super) words: &'c FrameworkWords,
    pub(super) numbers: &'c Numbers<'c>,
}

/// The bytes that a field takes in its container.
struct Extent {
    start: i128,
    stride: i128,
    size: i128,
    count: i128,
}

impl Extent {
    const fn end(&self) -> i128 {
        self.start + (self.count - 1) * self.stride + self.size
    }

    fn elements(&self) -> impl Iterator<Item = (i128, i128)> {
        (0..self.count.min(1 << 12)).map(|at| {
            let start = self.start + at * self.stride;
            (start, start + self.size)
        })
    }

    fn is_clear_of(&self, other: &Self) -> bool {
        self.end() <= other.start
            || other.end() <= self.start
            || self.elements().all(|(start, end)| {
                other
                    .elements()
                    .all(|(other_start, other_end)| end <= other_start || other_end <= start)
            })
    }
}

impl Claims<'_> {
    /// Whether the derive accepts all of the recipes, by the names of their fields.
    pub(super) fn check(&self, recipes: &[(&str, &Recipe<'_>)]) -> Verdict {
        let mut verdict = Verdict::Holds;
        for (number, (field, recipe)) in recipes.iter().enumerate() {
            let mut found = vec![self.has_size(field, recipe), self.window(field, recipe, recipes)];
            found.push(self.inside(field, recipe, recipes));
            found.extend(recipes[..number].iter().map(|other| self.apart((field, recipe), *other)));
            for one in found {
                match one {
                    Verdict::Broken(_) => return one,
                    Verdict::Open => verdict = Verdict::Open,
                    Verdict::Holds => {}
                }
            }
        }
        verdict
    }

    fn has_size(&self, field: &str, recipe: &Recipe<'_>) -> Verdict {
        match recipe.size.fixed().and_then(|size| self.numbers.read(size)) {
            Some(0) => Verdict::Broken(format!("`{field}` has the size 0")),
            // By hand it would never be realized.
            _ => Verdict::Holds,
        }
    }

    fn window(&self, field: &str, recipe: &Recipe<'_>, recipes: &[(&str, &Recipe<'_>)]) -> Verdict {
        let Some((target, offset)) = &recipe.target else { return Verdict::Holds };
        let (Some(size), Some(whole)) = (recipe.size.fixed(), self.size_of(target, recipes)) else {
            return Verdict::Holds;
        };
        let offset = offset.as_deref().map_or(Some(0), |offset| self.numbers.read(offset));
        match (offset, self.numbers.read(size), self.numbers.read(&whole)) {
            (Some(offset), Some(size), Some(whole)) if offset + size <= whole => Verdict::Holds,
            (Some(_), Some(_), Some(_)) => {
                Verdict::Broken(format!("`{field}` shows more than there is of `{target}`"))
            }
            _ => Verdict::Open,
        }
    }

    fn inside(&self, field: &str, recipe: &Recipe<'_>, recipes: &[(&str, &Recipe<'_>)]) -> Verdict {
        let Some(inside) = &recipe.inside else { return Verdict::Holds };
        if recipe.size.fixed().is_none() {
            return Verdict::Holds;
        }
        let Some(extent) = self.extent(field, recipe) else { return Verdict::Open };
        if extent.count > 1 && extent.stride < extent.size {
            return Verdict::Broken(format!("elements of `{field}` overlap"));
        }
        let Some(whole) = self.size_of(&inside.field, recipes) else { return Verdict::Holds };
        match self.numbers.read(&whole) {
            Some(whole) if extent.end() <= whole => Verdict::Holds,
            Some(_) => Verdict::Broken(format!("`{field}` exceeds `{}`", inside.field)),
            None => Verdict::Open,
        }
    }

    fn apart(&self, one: (&str, &Recipe<'_>), other: (&str, &Recipe<'_>)) -> Verdict {
        let (Some(here), Some(there)) = (&one.1.inside, &other.1.inside) else {
            return Verdict::Holds;
        };
        if here.field != there.field {
            return Verdict::Holds;
        }
        let priority =
            |text: &Option<String>| text.as_deref().map_or(Some(0), |text| self.numbers.read(text));
        match (priority(&here.priority), priority(&there.priority)) {
            (Some(here), Some(there)) if here != there => return Verdict::Holds,
            (Some(_), Some(_)) => {}
            _ => return Verdict::Open,
        }
        if one.1.size.fixed().is_none() || other.1.size.fixed().is_none() {
            // The derive does not look, and of equals the later one answers: who is later may change.
            return Verdict::Open;
        }
        match (self.extent(one.0, one.1), self.extent(other.0, other.1)) {
            (Some(here), Some(there)) if here.is_clear_of(&there) => Verdict::Holds,
            (Some(_), Some(_)) => Verdict::Broken(format!(
                "`{}` and `{}` overlap, and no priority says which one answers",
                other.0, one.0
            )),
            _ => Verdict::Open,
        }
    }

    fn extent(&self, field: &str, recipe: &Recipe<'_>) -> Option<Extent> {
        let inside = recipe.inside.as_ref()?;
        let size = self.numbers.read(recipe.size.fixed()?)?;
        let start = inside.at.as_deref().map_or(Some(0), |at| self.numbers.read(at))?;
        let count = match &self.device.region(field)?.count {
            Some(count) => self.numbers.read(count)?,
            None => 1,
        };
        let stride =
            inside.stride.as_deref().map_or(Some(size), |stride| self.numbers.read(stride))?;
        Some(Extent { start, stride, size, count })
    }

    /// The size of a region as it is written, if it does not depend on properties.
    fn size_of(&self, field: &str, recipes: &[(&str, &Recipe<'_>)]) -> Option<String> {
        if let Some((_, recipe)) = recipes.iter().find(|(name, _)| *name == field) {
            return recipe.size.fixed().map(str::to_owned);
        }
        let Fields::Named(fields) = &self.device.item.fields else { return None };
        let field =
            fields.named.iter().find(|one| one.ident.as_ref().is_some_and(|name| name == field))?;
        let words =
            field.attrs.iter().find_map(|attr| Words::of(attr, &self.words.derived.field))?;
        Some(words.get(&self.words.words.size)?.value.to_string())
    }
}
