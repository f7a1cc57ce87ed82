//! In which groups of conditional compilation something stands.

use super::layout::{Directive, Layout, Line, LineKind};

/// The branches around a line, outermost first: the line that opens the group, and the line that
/// begins the branch.
pub(super) type Branches = Vec<(usize, usize)>;

/// The branches around each line of a file.
pub(super) fn around(lines: &[Line]) -> Vec<Branches> {
    let mut open = Branches::new();
    let mut around = Vec::with_capacity(lines.len());
    for (number, line) in lines.iter().enumerate() {
        match line.kind {
            LineKind::Directive(Directive::Open) => open.push((number, number)),
            LineKind::Directive(Directive::Middle) => {
                if let Some(group) = open.last_mut() {
                    group.1 = number;
                }
            }
            LineKind::Directive(Directive::Close) => drop(open.pop()),
            _ => {}
        }
        around.push(open.clone());
    }
    around
}

impl Layout<'_> {
    /// Whether what stands at `outer` is compiled whenever what stands at `inner` is.
    pub(super) fn is_around(&self, outer: usize, inner: usize) -> bool {
        self.branches(inner).starts_with(self.branches(outer))
    }

    /// Whether whatever is compiled of what went is compiled with something that stays.
    pub(super) fn are_covered(&self, gone: &[usize], kept: &[usize]) -> bool {
        gone.iter().all(|&gone| kept.iter().any(|&kept| self.is_around(kept, gone)))
    }
}
