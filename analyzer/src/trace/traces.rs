//! The traces of all types, made when first asked for, and kept.

use super::{Relevance, Trace, Tracer};
use crate::objects::{Objects, TypeId};
use crate::tree::Tree;
use std::sync::{Arc, OnceLock};

/// The traces of a tree's types.
pub(crate) struct Traces<'s, 'a> {
    tree: &'s Tree<'a>,
    objects: &'s Objects<'s, 'a>,
    relevance: Relevance,
    made: Vec<OnceLock<Arc<Trace>>>,
}

impl<'s, 'a> Traces<'s, 'a> {
    /// Traces that follow what is relevant.
    pub(crate) fn new(
        tree: &'s Tree<'a>,
        objects: &'s Objects<'s, 'a>,
        relevance: Relevance,
    ) -> Self {
        let made = objects.types.iter().map(|_| OnceLock::new()).collect();
        Self { tree, objects, relevance, made }
    }

    /// What is worth following.
    pub(crate) const fn relevance(&self) -> &Relevance {
        &self.relevance
    }

    /// The trace of a type.
    pub(crate) fn of(&self, ty: TypeId) -> Arc<Trace> {
        let trace = self.made[ty.0 as usize]
            .get_or_init(|| Arc::new(Tracer::trace(self.tree, self.objects, &self.relevance, ty)));
        Arc::clone(trace)
    }
}
