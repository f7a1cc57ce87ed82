//! What must be true of constants.

use crate::problems::Problems;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Path;

/// Something that the compiler is to check.
pub(crate) struct Claim {
    pub(crate) culprit: Span,
    /// What is wrong if it does not hold.
    pub(crate) message: String,
    /// A function of `devmodel::field`.
    test: &'static str,
    /// What it takes besides `META`.
    arguments: TokenStream,
}

/// Claims of one device. Those that tokens decide are decided at once.
pub(super) struct Claims<'a> {
    problems: &'a mut Problems,
    rest: Vec<Claim>,
}

impl Claim {
    /// The claim as an expression.
    pub(crate) fn condition(&self, krate: &Path, meta: &TokenStream) -> TokenStream {
        let Self { test, arguments, .. } = self;
        let test = format_ident!("{test}");
        quote!(#krate::__private::field::#test(#meta, #arguments))
    }
}

impl<'a> Claims<'a> {
    pub(super) const fn new(problems: &'a mut Problems) -> Self {
        Self { problems, rest: Vec::new() }
    }

    /// Reports what is wrong for sure.
    pub(super) fn wrong(&mut self, culprit: impl ToTokens, message: impl std::fmt::Display) {
        self.problems.at(culprit, message);
    }

    /// Claims that `test` holds; `holds` is the answer where tokens tell.
    pub(super) fn claim(
        &mut self,
        holds: Option<bool>,
        culprit: Span,
        message: String,
        test: &'static str,
        arguments: TokenStream,
    ) {
        match holds {
            Some(true) => {}
            Some(false) => self.problems.push(syn::Error::new(culprit, message)),
            None => self.rest.push(Claim { culprit, message, test, arguments }),
        }
    }

    pub(super) fn into_rest(self) -> Vec<Claim> {
        self.rest
    }
}
