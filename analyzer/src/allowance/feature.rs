//! Which code is not part of a program, by the features that are on.

use super::{Allowance, attribute};
use crate::Features;
use crate::model::FileId;
use crate::sources::{Language, SourceFile};
use memchr::memmem;
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Meta, Token};

/// The code under `#[cfg(..)]` that is not there with these features, in the files that `is_asked` accepts; as if
/// all rules were allowed for it. What depends on anything but features is there.
#[must_use]
pub fn switched_off(
    files: &[SourceFile],
    features: &Features,
    is_asked: &dyn Fn(FileId) -> bool,
) -> Vec<Allowance> {
    let ids = (0..files.len() as u32).map(FileId);
    let off = ids.filter_map(|id| {
        let file = &files[id.0 as usize];
        let enabled = features.of(&file.path)?;
        let may_be_off =
            file.language() == Language::Rust && memmem::find(&file.text, b"feature").is_some();
        may_be_off.then(|| attribute::switched_off(files, id, enabled))
    });
    let off = off.flatten();
    off.filter(|one| one.files().any(is_asked)).collect()
}

impl Features {
    /// The features that are on for a file: those of the innermost package around it.
    fn of(&self, path: &str) -> Option<&BTreeSet<String>> {
        let contains = |folder: &str| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
        };
        let around = self.packages.iter().filter(|(folder, _)| contains(folder));
        around.max_by_key(|(folder, _)| folder.len()).map(|(_, enabled)| enabled)
    }
}

/// Whether a condition holds with these features; `None` if that depends on something else.
pub(super) fn holds(condition: &Meta, enabled: &BTreeSet<String>) -> Option<bool> {
    match condition {
        Meta::NameValue(pair) if pair.path.is_ident("feature") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Some(enabled.contains(&name.value())),
            _ => None,
        },
        Meta::List(list) => {
            let parts =
                list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
            let mut parts = parts.iter().map(|part| holds(part, enabled));
            if list.path.is_ident("not") {
                return parts.next()?.map(|holds| !holds);
            }
            // One part decides `all` if it does not hold, and `any` if it does.
            let deciding = match () {
                () if list.path.is_ident("all") => false,
                () if list.path.is_ident("any") => true,
                () => return None,
            };
            let parts: Vec<Option<bool>> = parts.collect();
            if parts.contains(&Some(deciding)) {
                return Some(deciding);
            }
            parts.iter().all(Option::is_some).then_some(!deciding)
        }
        _ => None,
    }
}
