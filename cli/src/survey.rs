//! From the arguments to an analysis of the tree they name.

use crate::arguments::Tree;
use crate::format::text::{count, printable};
use crate::progress::Progress;
use crate::read::read;
use crate::scope::Scope;
use crate::skipped::{self, Reason, Skipped};
use crate::target::Target;
use crate::threads::Threads;
use crate::walk::{self, Filter, Found};
use crate::{Engine, Streams};
use anyhow::{Result, bail};
use devmodel_analyzer::{Analysis, Executor, Language, Request, Settings, SourceFile};
use devmodel_edit::FileId;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A tree and what the analysis says about it.
pub(crate) struct Survey {
    /// What the analysis says.
    pub(crate) analysis: Analysis,
    /// How long it took.
    pub(crate) elapsed: Duration,
    scope: Scope,
    settings: Settings,
    jobs: Option<u16>,
    progress: bool,
}

impl Survey {
    /// Reads and analyses the tree for what is asked.
    pub(crate) fn new(
        scope: Scope,
        arguments: &Tree,
        request: Request,
        engine: &Engine,
        streams: &mut Streams<'_>,
    ) -> Result<Self> {
        let started = Instant::now();
        let progress = streams.progress && !arguments.quiet;
        let threads = Threads::new(arguments.jobs, Progress::new(progress))?;
        let files = sources(&scope, arguments, &threads, streams)?;
        let settings = scope.settings(arguments, request)?;
        let analysis = threads.inside(|| (engine.analyze)(files.into(), &settings, &threads));
        drop(threads);
        require_types(&scope.target, &analysis)?;
        for (file, why) in analysis.unreadable.iter().filter(|_| !arguments.quiet) {
            let path = printable(&analysis.file(*file).path);
            writeln!(streams.errors, "warning: nothing in `{path}` is read: {why}")?;
        }
        let elapsed = started.elapsed();
        if arguments.verbose {
            writeln!(streams.errors, "analysed in {:.2} s", elapsed.as_secs_f64())?;
        }
        Ok(Self { analysis, elapsed, scope, settings, jobs: arguments.jobs, progress })
    }

    /// Analyses the tree again with other texts for some files.
    pub(crate) fn revise(
        &mut self,
        texts: impl IntoIterator<Item = (FileId, Vec<u8>)>,
        engine: &Engine,
    ) -> Result<()> {
        let threads = Threads::new(self.jobs, Progress::new(self.progress))?;
        let mut sources = self.analysis.take_sources();
        for (file, text) in texts {
            sources.set_text(file, text);
        }
        self.analysis = threads.inside(|| (engine.analyze)(sources, &self.settings, &threads));
        Ok(())
    }

    /// The root of the tree, without symbolic links in its path.
    pub(crate) fn root(&self) -> &Path {
        &self.scope.target.root
    }

    /// Whether this file is in the part of the tree that the user asked about.
    pub(crate) fn covers(&self, file: FileId) -> bool {
        self.scope.covers(&self.analysis.file(file).path)
    }

    /// What the run is about.
    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// The files of the tree, without those that cannot be analysed, which are reported.
fn sources(
    scope: &Scope,
    arguments: &Tree,
    threads: &Threads,
    streams: &mut Streams<'_>,
) -> Result<Vec<SourceFile>> {
    let target = &scope.target;
    let filter = Filter {
        exclude: &arguments.exclude,
        excluded: scope.excluded()?,
        submodules: arguments.submodules,
    };
    let mut found = walk::find(target, filter)?;
    let files = read_all(&mut found, threads);
    if arguments.verbose {
        skipped::name(&found.skipped, streams.errors)?;
    } else if !arguments.quiet {
        skipped::count(&found.skipped, streams.errors)?;
    }
    if !files.iter().any(|file| scope.covers(&file.path)) {
        bail!(
            "no source (*.c, *.h, *.inc, *.rs) in `{}`; name a source tree, \
             and see --verbose for what is skipped in it",
            target.named.display()
        );
    }
    Ok(files)
}

fn read_all(found: &mut Found, executor: &dyn Executor) -> Vec<SourceFile> {
    let paths = std::mem::take(&mut found.files);
    let texts: Vec<OnceLock<Result<Vec<u8>, Reason>>> =
        paths.iter().map(|_| OnceLock::new()).collect();
    executor.run("read", paths.len(), &|index| {
        texts[index].get_or_init(|| read(&paths[index].1));
    });
    let mut files = Vec::with_capacity(paths.len());
    for ((path, _), text) in paths.into_iter().zip(texts) {
        match text.into_inner().unwrap_or(Err(Reason::Unreadable)) {
            Ok(text) => files.push(SourceFile { path, text }),
            Err(reason) => found.skipped.push(Skipped { path, reason }),
        }
    }
    found.skipped.sort();
    files
}

fn require_types(target: &Target, analysis: &Analysis) -> Result<()> {
    // Rust code may have no type in a table, and still something to say about.
    let has_rust = analysis.files.iter().any(|file| file.language() == Language::Rust);
    if analysis.statistics.types > 0 || has_rust {
        return Ok(());
    }
    bail!(
        "no device type in `{}`: {} without a `TypeInfo`; name a source tree, or the part \
         of one together with --tree-root",
        target.named.display(),
        count(analysis.files.len(), "file", "files")
    )
}

#[cfg(test)]
mod tests {
    use super::read_all;
    use crate::skipped::{Reason, Skipped};
    use crate::walk::Found;
    use devmodel_analyzer::Sequential;
    use std::path::Path;

    #[test]
    fn a_file_that_vanishes_after_the_walk_is_skipped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = |name: &str| (name.to_owned(), folder.join(name));
        let mut found =
            Found { files: vec![file("gone.c"), file("Cargo.toml")], skipped: Vec::new() };
        let files = read_all(&mut found, &Sequential);
        assert_eq!(files.len(), 1);
        let gone = Skipped { path: "gone.c".to_owned(), reason: Reason::Vanished };
        assert_eq!(found.skipped, [gone]);
    }
}
