//! Every mistake of one derive, collected so that all of them are reported at once.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Error, Result};

/// The mistakes found so far. Dropping it without reporting is a bug of the derive.
pub(crate) struct Problems {
    found: Option<Vec<Error>>,
}

impl Problems {
    pub(crate) const fn new() -> Self {
        Self { found: Some(Vec::new()) }
    }

    /// Reports `message` at the tokens of `culprit`.
    pub(crate) fn at(&mut self, culprit: impl ToTokens, message: impl std::fmt::Display) {
        self.push(Error::new_spanned(culprit, message));
    }

    pub(crate) fn push(&mut self, error: Error) {
        self.found.get_or_insert_default().push(error);
    }

    /// The value of a result; its mistake is reported.
    pub(crate) fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All mistakes as `compile_error!`s; nothing if there is none.
    pub(crate) fn into_compile_errors(mut self) -> Option<TokenStream> {
        self.found
            .take()?
            .into_iter()
            .reduce(|mut all, error| {
                all.combine(error);
                all
            })
            .map(|all| all.into_compile_error())
    }
}

impl Drop for Problems {
    fn drop(&mut self) {
        let forgotten = self.found.is_some();
        assert!(
            !forgotten || std::thread::panicking(),
            "the mistakes of a derive were not reported"
        );
    }
}
