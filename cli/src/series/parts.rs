//! Which parts of the tree the user wants to be repaired.

use super::maintainers::Maintainers;
use crate::fix::{Fixer, Wanted};
use anyhow::{Result, bail};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::model::FileId;

/// Parts of the tree, by the name of a subsystem or by path.
pub(crate) struct Parts<'p> {
    /// Take these; all if there are none.
    pub(crate) only: &'p [String],
    /// Leave these out.
    pub(crate) skip: &'p [String],
}

impl Parts<'_> {
    /// Whether nothing is left out.
    pub(crate) const fn are_all(&self) -> bool {
        self.only.is_empty() && self.skip.is_empty()
    }

    /// Leaves out what is not wanted. To name a part in which nothing is repaired is taken for an error.
    pub(crate) fn narrow(
        &self,
        wanted: &mut Wanted,
        fixer: &Fixer<'_>,
        maintainers: &Maintainers,
    ) -> Result<()> {
        let analysis = fixer.session.analysis();
        let place = |file: FileId| Place::of(file, analysis, maintainers);
        let open = fixer.open(wanted);
        let places: Vec<Place<'_>> =
            open.iter().map(|repair| place(repair.findings[0].location.file)).collect();
        let mut named = self.only.iter().chain(self.skip);
        if let Some(part) = named.find(|part| !places.iter().any(|place| place.is_in(part))) {
            let mut names: Vec<&str> = places.iter().map(|place| &*place.subsystem).collect();
            names.dedup();
            bail!(
                "nothing is fixed in `{part}`; name a path, or one of the subsystems: {}",
                names.join(", ")
            );
        }
        wanted.files.retain(|&file, _| self.accept(&place(file)));
        Ok(())
    }

    fn accept(&self, place: &Place<'_>) -> bool {
        let any = |parts: &[String]| parts.iter().any(|part| place.is_in(part));
        (self.only.is_empty() || any(self.only)) && !any(self.skip)
    }
}

/// Where a file is.
struct Place<'a> {
    subsystem: String,
    path: &'a str,
}

impl<'a> Place<'a> {
    fn of(file: FileId, analysis: &'a Analysis, maintainers: &Maintainers) -> Self {
        let path = analysis.file(file).path.as_str();
        Self { subsystem: maintainers.subsystem(path).name().to_owned(), path }
    }

    fn is_in(&self, part: &str) -> bool {
        let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
        let folder = part.trim_end_matches('/');
        self.subsystem.eq_ignore_ascii_case(part)
            || self.path.strip_prefix(folder).is_some_and(below)
    }
}
