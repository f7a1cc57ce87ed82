//! Address spaces: what a vCPU or a bus master sees.

use super::dma::Bounce;
use super::view::FlatView;
use crate::sync::Swap;
use std::sync::Arc;

/// What a vCPU or a bus master sees: accesses by address, answered by whatever is mapped there now.
///
/// A handle; clones see the same space. It keeps no device alive. When the machine is gone, or the
/// space was removed, nothing is mapped any more.
#[derive(Clone)]
pub struct AddressSpace(pub(super) Arc<Space>);

pub(super) struct Space {
    pub(super) name: String,
    pub(super) view: Swap<FlatView>,
    pub(super) bounce: Bounce,
}

impl AddressSpace {
    /// The name that it was made with.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The addresses at which something answers, ascending, one range for each region that is seen.
    pub fn ranges(&self) -> Vec<std::ops::RangeInclusive<u64>> {
        self.0.view.load().ranges().map(|range| range.start..=range.last).collect()
    }
}

impl std::fmt::Debug for AddressSpace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AddressSpace").field(&self.0.name).finish()
    }
}

impl Space {
    /// A space in which nothing is mapped.
    pub(super) fn new(name: &str) -> Self {
        let view = Swap::new(Arc::new(FlatView::default()));
        Self { name: name.to_owned(), view, bounce: Bounce::new() }
    }

    /// The present view, to keep.
    pub(super) fn current(&self) -> Arc<FlatView> {
        let view: &Arc<FlatView> = &self.view.load();
        view.clone()
    }
}
