//! Lifecycles written by hand with the framework's own calls, turned into attributes of its derive.

use crate::Executor;
use crate::crates::Crates;
use crate::lifecycle::Conversion;
use crate::vocabulary::Vocabulary;

/// What can be left to the framework, ordered by file and position.
pub(crate) fn observe(
    _crates: &Crates<'_>,
    _words: &Vocabulary,
    _executor: &dyn Executor,
) -> Vec<Conversion> {
    Vec::new()
}
