//! Which regions of a device the derive can take over, and what stands in the way of the others.

use super::call::{Act, Call};
use super::claim::{Claims, Verdict};
use super::device::{ByHand, Device, is_configured};
use super::lifecycle::Derivation;
use super::number::Numbers;
use super::recipe::{Cook, Recipe, Size, Trouble};
use super::steps::Steps;
use super::uses::Uses;
use crate::vocabulary::FrameworkWords;
use std::collections::BTreeMap;

use Trouble::{Blocked, Inexpressible};

/// Derives that a region does not stand in the way of.
const HARMLESS_DERIVES: [&str; 2] = ["Debug", "Device"];

/// What is taken for granted.
const BY_NAME: &str = "nobody refers to the regions by the names that they have by hand";
const BY_NUMBER: &str = "no handler tells the device's regions apart by number";
const UNCHECKED: &str = "memory may be taken before realize has looked at its size";
const IN_SIGHT: &str = "nobody outside the tree names the regions";
const IN_PLACE: &str =
    "constants from outside the tree keep the regions in their containers and clear of each other";

/// What is known of a device.
pub(super) struct Case<'c, 't> {
    pub(super) device: &'c Device<'t>,
    pub(super) words: &'t FrameworkWords,
    pub(super) text: &'t str,
    pub(super) numbers: &'c Numbers<'c>,
    pub(super) uses: &'c Uses,
    pub(super) steps: &'c Steps<'t>,
}

/// What becomes of a device.
pub(super) struct Plan<'t> {
    /// What regions become, by field, in the order of the fields.
    pub(super) recipes: Vec<(String, Recipe<'t>)>,
    /// The implementation that becomes a derive.
    pub(super) derivation: Option<Derivation<'t>>,
    /// Why other regions stay, by field.
    pub(super) troubles: BTreeMap<String, Trouble>,
    /// Why the device stays without a derive.
    pub(super) obstacle: Option<Trouble>,
    /// What is taken for granted, the weightiest first.
    pub(super) doubts: Vec<&'static str>,
}

impl<'t> Case<'_, 't> {
    /// What can be done.
    pub(super) fn plan(&self) -> Plan<'t> {
        let mut troubles = BTreeMap::new();
        let mut recipes: Vec<(String, Recipe<'t>)> = Vec::new();
        for region in &self.device.regions {
            match self.recipe(region) {
                Ok(recipe) => recipes.push((region.name.clone(), recipe)),
                Err(trouble) => drop(troubles.insert(region.name.clone(), trouble)),
            }
        }
        let (derivation, obstacle) = match self.derivation() {
            None => (None, None),
            Some(Ok(derivation)) => (Some(derivation), None),
            Some(Err(trouble)) => (None, Some(trouble)),
        };
        let obstacle = obstacle.or_else(|| self.obstacle());
        if let Some(obstacle) = &obstacle {
            for (field, _) in recipes.drain(..) {
                troubles.insert(field, obstacle.clone());
            }
        }
        self.separate(&mut recipes, &mut troubles);
        let verdict = self.claims(&recipes);
        if let Verdict::Broken(reason) = &verdict {
            for (field, _) in recipes.drain(..) {
                troubles.insert(field, Blocked(reason.clone()));
            }
        }
        let derivation = derivation.filter(|_| obstacle.is_none());
        let doubts = self.doubts(&recipes, &verdict);
        Plan { recipes, derivation, troubles, obstacle, doubts }
    }

    fn derivation(&self) -> Option<Result<Derivation<'t>, Trouble>> {
        let of = self.device.lifecycle?;
        if self.uses.as_lifecycle {
            let reason = format!("`{}` is used as a device without a derive", self.device.name);
            return Some(Err(Blocked(reason)));
        }
        Some(Derivation::read(self.device, of, self.words, self.text))
    }

    /// What stands in the way of all regions.
    fn obstacle(&self) -> Option<Trouble> {
        let device = self.device;
        if let Some(hook) = &device.lost_hook {
            return Some(Blocked(format!(
                "the hook `{hook}` is not one of the type's own functions in its file, always there"
            )));
        }
        if let Some(hook) = device.realize() {
            let name = hook.function.sig.ident.to_string();
            let is_called = self.uses.hook_calls.contains(&name);
            if is_called || device.mentions(&name) > usize::from(hook.word.is_some()) {
                return Some(Blocked(format!("`{name}` is called by others, too")));
            }
        }
        let derives =
            device.item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive"));
        for attribute in derives {
            let mut other = None;
            let _ = attribute.parse_nested_meta(|meta| {
                let name = meta.path.segments.last().map(|last| last.ident.to_string());
                other =
                    other.take().or(name.filter(|name| !HARMLESS_DERIVES.contains(&name.as_str())));
                Ok(())
            });
            if let Some(other) = other.filter(|_| !device.regions.is_empty()) {
                return Some(Blocked(format!(
                    "a region of attributes has no `{other}`, which the type derives"
                )));
            }
        }
        if self.steps.has_items {
            return Some(Blocked("the realize hook has items of its own".to_owned()));
        }
        None
    }

    fn recipe(&self, region: &ByHand<'t>) -> Result<Recipe<'t>, Trouble> {
        let name = &region.name;
        let cook =
            Cook { device: self.device, words: self.words, numbers: self.numbers, text: self.text };
        let recipe = cook.recipe(region, &self.steps.calls)?;
        let last = self.calls(name).map(|call| call.range.start).max().unwrap_or_default();
        if self.steps.open_end.is_some_and(|end| end < last) {
            return Err(Inexpressible(format!("realize may succeed without making `{name}`")));
        }
        if is_configured(&region.field.attrs) {
            return Err(Inexpressible(format!("`{name}` is there under a condition")));
        }
        if region.field.attrs.iter().any(|attribute| !attribute.path().is_ident("doc")) {
            return Err(Blocked(format!("`{name}` has attributes already")));
        }
        self.is_kind_free(&recipe)?;
        self.are_uses_explained(name, &recipe)?;
        self.is_untouched_before(name, &recipe)?;
        Ok(recipe)
    }

    fn calls<'s>(&'s self, field: &'s str) -> impl Iterator<Item = &'s Call<'t>> {
        self.steps.calls.iter().filter(move |call| call.region.field == field)
    }

    /// Whether the type of the region can be written.
    fn is_kind_free(&self, recipe: &Recipe<'t>) -> Result<(), Trouble> {
        let derived = &self.words.derived;
        let kind = format!("{}::{}", derived.kinds, recipe.init.kind);
        for (path, name) in
            [(kind.as_str(), &recipe.init.kind), (derived.region.as_str(), &derived.region)]
        {
            let local = self.device.names.local(path);
            if local.is_some_and(|local| local != name.as_str())
                || (local.is_none() && self.device.names.is_taken(name))
            {
                return Err(Blocked(format!("`{name}` is something else in this module")));
            }
        }
        Ok(())
    }

    /// Whether what is done with the region can be done with that of an attribute.
    fn are_uses_explained(&self, name: &str, recipe: &Recipe<'t>) -> Result<(), Trouble> {
        for one in self.uses.list.iter().filter(|one| one.field == name) {
            if one.is_by_hand {
                return Err(Inexpressible(format!(
                    "`{}` changes `{name}` by hand, or not in every case",
                    one.function
                )));
            }
            let Some(method) = &one.method else {
                return Err(Blocked(format!(
                    "what `{}` does with `{name}` is more than attributes explain",
                    one.function
                )));
            };
            let takes = self.words.either(method);
            let fits = takes.is_some_and(|call| {
                call.kinds.is_empty() || call.kinds.contains(&recipe.init.kind)
            });
            if !fits {
                return Err(Blocked(format!(
                    "`{method}` does not take `{name}` as what it would be"
                )));
            }
        }
        Ok(())
    }

    /// Whether nothing happens to the region, or to what its size depends on, before it is made.
    fn is_untouched_before(&self, name: &str, recipe: &Recipe<'t>) -> Result<(), Trouble> {
        let early = || Blocked(format!("`{name}` is used before it is made"));
        let hook = self.device.realize().map(|hook| hook.function.sig.ident.to_string());
        let is_early = self.uses.list.iter().any(|one| {
            one.field == name
                && one.is_near
                && hook.as_ref() == Some(&one.function)
                && one.range.start < recipe.start
        });
        let reached = self.uses.leading_to(name);
        let calls_early = self.steps.others.iter().any(|(callee, at)| {
            *at < recipe.start && hook.as_ref() != Some(callee) && reached.contains(callee.as_str())
        });
        if is_early || calls_early {
            return Err(early());
        }
        if let Size::Computed(computed) = &recipe.size
            && let Some(property) =
                computed.properties.iter().find(|property| self.uses.assigned.contains(*property))
        {
            return Err(Blocked(format!("`{property}`, on which its size depends, is changed")));
        }
        Ok(())
    }

    /// Regions that are connected change together or not at all.
    fn separate(
        &self,
        recipes: &mut Vec<(String, Recipe<'t>)>,
        troubles: &mut BTreeMap<String, Trouble>,
    ) {
        loop {
            let found = recipes.iter().find_map(|(field, recipe)| {
                let trouble = self.disconnected(field, recipe, recipes, troubles)?;
                Some((field.clone(), trouble))
            });
            let Some((field, trouble)) = found else { return };
            recipes.retain(|(other, _)| *other != field);
            troubles.insert(field, trouble);
        }
    }

    /// Why a region must stay because of others.
    fn disconnected(
        &self,
        field: &str,
        recipe: &Recipe<'t>,
        recipes: &[(String, Recipe<'t>)],
        troubles: &BTreeMap<String, Trouble>,
    ) -> Option<Trouble> {
        let because = |other: &str, trouble: &Trouble| {
            let reason = format!("`{field}` is connected with `{other}`: {}", trouble.reason());
            match trouble {
                Inexpressible(_) => Inexpressible(reason),
                Blocked(_) => Blocked(reason),
            }
        };
        let near = recipe.relations().find_map(|other| Some((other, troubles.get(other)?)));
        if let Some((other, trouble)) = near {
            return Some(because(other, trouble));
        }
        // Whoever stays and lies in it, or shows it.
        let far = self.steps.calls.iter().find_map(|call| {
            let related = match &call.act {
                Act::Put { inside, .. } => inside.field == field,
                Act::Init { target, .. } => target.as_deref() == Some(field),
                _ => false,
            };
            let other = &call.region.field;
            Some((other, troubles.get(other).filter(|_| related)?))
        });
        if let Some((other, trouble)) = far {
            return Some(because(other, trouble));
        }
        let inside = recipe.inside.as_ref()?;
        let container = recipes.iter().find(|(other, _)| *other == inside.field);
        let is_container = container.is_some_and(|(_, recipe)| self.is_container(recipe));
        (!is_container).then(|| {
            Inexpressible(format!("`{field}` lies in `{}`, which is no container", inside.field))
        })
    }

    /// Whether it is what the first of the words says: nothing by itself.
    fn is_container(&self, recipe: &Recipe<'t>) -> bool {
        self.words.inits.first().is_some_and(|first| first.word == recipe.init.word)
    }

    fn claims(&self, recipes: &[(String, Recipe<'t>)]) -> Verdict {
        let claims = Claims { device: self.device, words: self.words, numbers: self.numbers };
        let list: Vec<(&str, &Recipe<'_>)> =
            recipes.iter().map(|(field, recipe)| (field.as_str(), recipe)).collect();
        claims.check(&list)
    }

    fn doubts(&self, recipes: &[(String, Recipe<'t>)], verdict: &Verdict) -> Vec<&'static str> {
        let renamed = recipes.iter().any(|(field, recipe)| *field != recipe.name);
        let fails_first = |recipe: &Recipe<'_>| {
            self.steps.first_failure.is_some_and(|failure| failure < recipe.start)
        };
        let unchecked = recipes.iter().any(|(_, recipe)| match &recipe.size {
            Size::Computed(computed) => {
                fails_first(recipe) && !computed.properties.iter().all(|name| self.is_bounded(name))
            }
            Size::Fixed(_) => false,
        });
        let doubts = [
            (renamed, BY_NAME),
            (self.uses.numbered && !recipes.is_empty(), BY_NUMBER),
            (self.is_public(recipes), IN_SIGHT),
            (unchecked, UNCHECKED),
            (*verdict == Verdict::Open, IN_PLACE),
        ];
        doubts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, doubt)| doubt).collect()
    }

    /// Whether other crates may name one of the regions.
    fn is_public(&self, recipes: &[(String, Recipe<'t>)]) -> bool {
        let is_public = |vis: &syn::Visibility| matches!(vis, syn::Visibility::Public(_));
        is_public(&self.device.item.vis)
            && recipes.iter().any(|(field, _)| {
                self.device.region(field).is_some_and(|region| is_public(&region.field.vis))
            })
    }

    /// Whether a property says how big it may be.
    fn is_bounded(&self, property: &str) -> bool {
        let syn::Fields::Named(fields) = &self.device.item.fields else { return false };
        let field = fields
            .named
            .iter()
            .find(|field| field.ident.as_ref().is_some_and(|name| name == property));
        field.is_some_and(|field| {
            field.attrs.iter().any(|attribute| {
                super::words::Words::of(attribute, &self.words.derived.property)
                    .is_some_and(|words| words.get("max").is_some())
            })
        })
    }
}

impl Plan<'_> {
    /// Whether something changes.
    pub(super) fn is_empty(&self) -> bool {
        self.recipes.is_empty() && self.derivation.is_none()
    }
}
