//! In which groups of conditional compilation each line stands.

use super::layout::{Directive, Layout, LineKind};

/// The branches around each line of a file.
pub(super) struct Groups<'l, 't> {
    layout: &'l Layout<'t>,
    /// By line, outermost first: the line that opens the group, and the line that begins the branch.
    around: Vec<Vec<(usize, usize)>>,
}

impl<'l, 't> Groups<'l, 't> {
    pub(super) fn new(layout: &'l Layout<'t>) -> Self {
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut around = Vec::with_capacity(layout.lines.len());
        for (number, line) in layout.lines.iter().enumerate() {
            match line.kind {
                LineKind::Directive(Directive::Open) => open.push((number, number)),
                LineKind::Directive(Directive::Middle) => {
                    open.iter_mut().last().into_iter().for_each(|group| group.1 = number);
                }
                LineKind::Directive(Directive::Close) => drop(open.pop()),
                _ => {}
            }
            around.push(open.clone());
        }
        Self { layout, around }
    }

    /// Whether whatever is compiled of what went is compiled with something that stays.
    pub(super) fn are_covered(&self, gone: &[usize], kept: &[usize]) -> bool {
        let around = |at: &usize| &self.around[self.layout.line_at(*at)];
        let covered = |at| kept.iter().any(|kept| around(at).starts_with(around(kept)));
        gone.iter().all(covered)
    }

    /// Whether two places are compiled in the same configurations.
    pub(super) fn are_together(&self, one: usize, other: usize) -> bool {
        let around = |at| &self.around[self.layout.line_at(at)];
        around(one) == around(other)
    }
}
