//! The chain of places behind a verdict: type table, callback, calls, region, owner.

use super::{Evidence, Owner, Phase, RegionCall};
use crate::contexts::{Contexts, Entry};
use crate::model::Location;
use crate::objects::{Objects, TypeId};
use crate::syntax::c::scan::ItemKind;
use crate::trace::Event;
use crate::tree::Tree;

/// Collects evidence for one row.
pub(crate) struct Chain<'e, 'a> {
    pub(crate) tree: &'e Tree<'a>,
    pub(crate) objects: &'e Objects<'e, 'a>,
    pub(crate) evidence: Vec<Evidence>,
}

impl<'e, 'a> Chain<'e, 'a> {
    pub(crate) const fn new(tree: &'e Tree<'a>, objects: &'e Objects<'e, 'a>) -> Self {
        Self { tree, objects, evidence: Vec::new() }
    }

    fn push(&mut self, location: Location, message: String) {
        let new = Evidence { location, message };
        if !self.evidence.contains(&new) {
            self.evidence.push(new);
        }
    }

    /// The type table and the callback assignment.
    pub(crate) fn entry(&mut self, entry: &Entry, ty: Option<TypeId>) {
        let ty = ty.or_else(|| entry.types.first().copied()).map(|ty| self.objects.get(ty));
        if let Some((ty, location)) = ty.and_then(|ty| Some((ty, ty.location?))) {
            self.push(location, format!("type `{}` is declared here", ty.name));
        }
        let callback = self.tree.name(entry.function);
        let message = match (entry.phase, entry.types.is_empty()) {
            (Phase::Unknown, _) => format!("`{callback}` is called from somewhere else"),
            (phase, true) => format!("`{callback}` is called back here, phase {}", phase.as_str()),
            (phase, false) => format!("`{callback}` is its {} callback", phase.as_str()),
        };
        self.push(entry.location, message);
    }

    /// The calls from the callback down to an event.
    pub(crate) fn stack(&mut self, event: &Event) {
        for &call in &event.stack {
            self.push(call, "which leads here".to_owned());
        }
    }

    /// The functions from an entry down to the call, where no trace was needed.
    pub(crate) fn functions(&mut self, contexts: &Contexts, entry: &Entry) {
        for id in contexts.chain(entry).into_iter().skip(1) {
            if self.tree.item(id).kind == ItemKind::Function {
                let name = self.tree.name(id);
                self.push(self.tree.name_location(id), format!("it leads to `{name}`"));
            }
        }
    }

    /// The region's initialisation, owner and additions.
    pub(crate) fn region(&mut self, row: &RegionCall, owner_location: Option<Location>) {
        if let Some(init) = row.init {
            self.push(init, format!("`{}` is initialised here", row.region));
            let owner = match &row.owner {
                Owner::SelfObject => "the device itself".to_owned(),
                Owner::Null => "nobody".to_owned(),
                Owner::Unknown => "somebody who is not known".to_owned(),
                Owner::Other(name) => format!("`{name}`"),
            };
            self.push(owner_location.unwrap_or(init), format!("owned by {owner}"));
        }
        for &add in &row.adds {
            let container = &row.container;
            let named =
                if container.is_empty() { "a container" } else { &format!("`{container}`") };
            self.push(add, format!("added to {named} here"));
        }
    }
}
