//! The labels that nothing jumps to any more.

use super::body::Body;
use crate::model::{Name, Span, StmtKind};

impl<'c> Body<'c> {
    /// The labels of the function.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&'c Name, Span)> + use<'c> {
        let mut labels = Vec::new();
        self.function.each_statement(&mut |statement| {
            if let StmtKind::Label(label) = &statement.kind {
                labels.push((label, statement.span));
            }
        });
        labels.into_iter()
    }

    /// Where the label at `own` is mentioned otherwise.
    pub(super) fn jumps_to(&self, label: &Name, own: Span) -> Vec<u32> {
        let mentions = self.layout.mentions(label, self.function.body_span);
        mentions.filter(|at| !own.range().contains(at)).map(|at| at as u32).collect()
    }

    /// Marks the labels that only deleted code mentions.
    pub(super) fn drop_labels(&mut self) {
        for (label, span) in self.labels() {
            let jumps = self.jumps_to(label, span);
            if !jumps.is_empty() && jumps.iter().all(|&at| self.is_gone_at(at)) {
                self.mark(span);
            }
        }
    }
}
