//! The locals that nothing reads any more.

use super::body::Body;
use super::purity::Effect;
use super::variable::{Set, Storage, Variable};
use crate::model::{Span, Stmt};

impl Body<'_> {
    /// Whether `variable` is no longer read, though some deleted code mentions it.
    pub(super) fn is_orphaned(&self, variable: &Variable<'_>) -> bool {
        let candidate = variable.mentions.iter().any(|&at| self.is_gone_at(at));
        candidate
            && variable.mentions.iter().all(|&at| self.is_gone_at(at) || self.is_set(variable, at))
    }

    /// Whether `at` is in a statement that only sets `variable`.
    pub(super) fn is_set(&self, variable: &Variable<'_>, at: u32) -> bool {
        let here = Span::new(at, at + 1);
        variable.sets.iter().any(|set| {
            let span = if self.is_pure_set(set) { set.span } else { set.target.span };
            span.contains(here)
        })
    }

    pub(super) fn drop_locals(&mut self) {
        for index in 0..self.variables.len() {
            let variable = &self.variables[index];
            let ordinary = matches!(variable.storage, Storage::Plain | Storage::Static);
            if ordinary && self.is_orphaned(variable) {
                self.drop_sets(index);
                self.drop_declarator(index);
            }
        }
    }

    fn drop_sets(&mut self, index: usize) {
        let sets = self.variables[index].sets.clone();
        for set in sets {
            if self.is_pure_set(&set) {
                self.mark(set.span);
            }
        }
    }

    fn is_pure_set(&self, set: &Set<'_>) -> bool {
        set.value.is_none_or(|value| self.effect(value) == Effect::None)
    }

    fn drop_declarator(&mut self, index: usize) {
        let variable = &self.variables[index];
        let set = variable.sets.iter().any(|set| !self.is_gone(set.span));
        if set || variable.in_header || !self.has_pure_init(variable) {
            return;
        }
        let declaration = variable.declaration;
        self.declarators.insert(variable.local.span);
        let mut declared = self.variables.iter().filter(|v| v.declaration == declaration);
        if declared.all(|variable| self.is_gone(variable.local.span)) {
            self.mark(declaration);
        }
    }

    pub(super) fn is_pure_declaration(&self, statement: &Stmt) -> bool {
        let mut declared =
            self.variables.iter().filter(|variable| variable.declaration == statement.span);
        declared.all(|variable| variable.storage == Storage::Plain && self.has_pure_init(variable))
    }

    fn has_pure_init(&self, variable: &Variable<'_>) -> bool {
        let init = variable.local.init.as_ref();
        init.is_none_or(|init| self.effect(init) == Effect::None)
    }
}
