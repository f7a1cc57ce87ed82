//! Files of the tree are replaced, all or none, and each in one step.

mod left_over;
mod lock;
mod original;
mod replacement;
mod safeguard;

use crate::fix::Change;
use crate::format::text::count;
use crate::interruption::Shield;
use anyhow::{Context, Result};
use replacement::Replacement;
use std::fs;
use std::io;
use std::path::Path;

/// Writes below a root.
pub(crate) struct Writer<'a> {
    /// The root, without symbolic links in its path.
    pub(crate) root: &'a Path,
    /// Whether files in submodules may be written too.
    pub(crate) submodules: bool,
    /// Whether files may be written that git cannot bring back.
    pub(crate) allow_dirty: bool,
    /// Whether remarks are left out.
    pub(crate) quiet: bool,
}

impl Writer<'_> {
    /// Fails if the tree has changes that are not committed; to be asked before the work begins.
    pub(crate) fn require_committed(&self) -> Result<()> {
        if self.allow_dirty {
            return Ok(());
        }
        safeguard::require_committed(self.root, self.submodules)
    }

    /// Writes changes that can be taken back, and remarks on others.
    pub(crate) fn write(&self, changes: &[Change], errors: &mut dyn io::Write) -> Result<()> {
        let unguarded = match self.allow_dirty {
            true => 0,
            false => safeguard::require_kept(self.root, changes)?,
        };
        let split = replace(self.root, changes)?;
        if unguarded > 0 && !self.quiet {
            let files = count(unguarded, "file is", "files are");
            writeln!(
                errors,
                "warning: {files} in no git repository: only a backup brings the old text back"
            )?;
        }
        for name in split.iter().filter(|_| !self.quiet) {
            writeln!(
                errors,
                "warning: `{name}` has other names (hard links), which keep the old text"
            )?;
        }
        Ok(())
    }
}

/// Puts the new texts in the place of the old ones; returns the files of which another hard link keeps
/// the old one.
///
/// Nothing is replaced unless every new text is on the disk and every file still has the bytes that
/// were analysed. If that fails half-way all the same, the old texts come back.
pub(crate) fn replace(root: &Path, changes: &[Change]) -> Result<Vec<String>> {
    let lock = lock::take(root)?;
    let _shield = Shield::new();
    if lock.is_some() {
        left_over::remove(root);
    }
    let mut staged = stage(root, changes).context("nothing was written")?;
    put(&mut staged, &mut |from, to| fs::rename(from, to))?;
    let split = staged.iter().filter(|one| one.has_other_names());
    Ok(split.map(Replacement::name).collect())
}

fn stage<'a>(root: &Path, changes: &'a [Change]) -> Result<Vec<Replacement<'a>>> {
    let staged = changes.iter().map(|change| Replacement::stage(root, change));
    let staged = staged.collect::<Result<Vec<_>>>()?;
    // After all are written, as a file system flushes much in one go.
    staged.iter().try_for_each(Replacement::flush)?;
    staged.iter().try_for_each(Replacement::require_unchanged)?;
    Ok(staged)
}

/// Renames one path to another.
type Rename<'a> = &'a mut dyn FnMut(&Path, &Path) -> io::Result<()>;

fn put(staged: &mut [Replacement<'_>], rename: Rename<'_>) -> Result<()> {
    for index in 0..staged.len() {
        if let Err(error) = staged[index].put(rename) {
            return Err(error.context(put_back(&mut staged[..index], rename)));
        }
    }
    staged.iter().for_each(Replacement::flush_folder);
    Ok(())
}

/// Puts the old texts back, and says what came of it.
fn put_back(done: &mut [Replacement<'_>], rename: Rename<'_>) -> String {
    let back = done.iter_mut().map(|one| one.put_back(rename));
    let kept: Vec<String> = back.filter_map(Result::err).collect();
    match kept.is_empty() {
        true => "nothing was written".to_owned(),
        false => format!("only a part was written: {}", kept.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{put, replace, stage};
    use crate::fix::Change;
    use std::env;
    use std::fs;
    use std::io::{self, ErrorKind};
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    use tempfile::TempDir;

    /// Three files that hold `old`, and the changes that make it `new`.
    fn tree() -> (TempDir, Vec<Change>) {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        let change = |path: &str| {
            fs::write(folder.path().join(path), "old").unwrap();
            Change { path: path.to_owned(), before: b"old".to_vec(), after: b"new".to_vec() }
        };
        let changes = ["a.c", "b.c", "sub/c.c"].map(change).to_vec();
        (folder, changes)
    }

    fn root(folder: &TempDir) -> std::path::PathBuf {
        fs::canonicalize(folder.path()).unwrap()
    }

    /// The texts of the files, and the names of all that is there.
    fn state(root: &Path, changes: &[Change]) -> (Vec<String>, Vec<String>) {
        let text = |change: &Change| fs::read_to_string(root.join(&change.path)).unwrap();
        let mut names: Vec<String> = [root.to_owned(), root.join("sub")]
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        (changes.iter().map(text).collect(), names)
    }

    const NAMES: [&str; 4] = ["a.c", "b.c", "c.c", "sub"];

    fn assert_all(root: &Path, changes: &[Change], text: &str) {
        let (texts, names) = state(root, changes);
        assert!(texts.iter().all(|one| one == text), "{texts:?}");
        assert_eq!(names, NAMES);
    }

    #[test]
    fn all_files_are_replaced_and_nothing_is_left_over() {
        let (folder, changes) = tree();
        replace(&root(&folder), &changes).unwrap();
        assert_all(&root(&folder), &changes, "new");
    }

    #[test]
    fn a_failure_half_way_brings_the_old_texts_back() {
        for failing in 0..3 {
            let (folder, changes) = tree();
            let mut staged = stage(&root(&folder), &changes).unwrap();
            let mut left = failing;
            let error = put(&mut staged, &mut |from, to| match left {
                0 => {
                    left = usize::MAX;
                    Err(io::Error::from(ErrorKind::StorageFull))
                }
                _ => {
                    left -= 1;
                    fs::rename(from, to)
                }
            });
            let error = format!("{:#}", error.unwrap_err());
            let said = format!("nothing was written: cannot replace `{}`: ", changes[failing].path);
            assert!(error.starts_with(&said), "{error}");
            drop(staged);
            assert_all(&root(&folder), &changes, "old");
        }
    }

    #[test]
    fn an_old_text_that_cannot_come_back_is_kept_and_named() {
        let (folder, changes) = tree();
        let mut staged = stage(&root(&folder), &changes).unwrap();
        let mut renames = 0;
        let error = put(&mut staged, &mut |from, to| {
            renames += 1;
            if renames > 1 {
                Err(io::Error::from(ErrorKind::StorageFull))
            } else {
                fs::rename(from, to)
            }
        });
        let error = format!("{:#}", error.unwrap_err());
        drop(staged);
        let (texts, names) = state(&root(&folder), &changes);
        assert_eq!(texts, ["new", "old", "old"]);
        let kept = names.iter().find(|name| name.starts_with(".a.c.devmodel-")).unwrap();
        assert!(error.starts_with("only a part was written: `a.c` "), "{error}");
        assert!(error.contains(kept), "{error}");
        assert_eq!(fs::read(root(&folder).join(kept)).unwrap(), b"old");
    }

    #[test]
    fn what_a_killed_run_left_is_removed_by_the_next() {
        let (folder, changes) = tree();
        let root = root(&folder);
        let staged = stage(&root, &changes).unwrap();
        staged.into_iter().for_each(std::mem::forget);
        assert_eq!(state(&root, &changes).1.len(), NAMES.len() + 6);
        fs::write(root.join(".a.c.devmodel-notes"), "mine").unwrap();
        replace(&root, &[]).unwrap();
        fs::remove_file(root.join(".a.c.devmodel-notes")).unwrap();
        assert_all(&root, &changes, "old");
    }

    #[test]
    fn two_runs_do_not_write_at_once() {
        let (folder, changes) = tree();
        let first = super::lock::take(&root(&folder)).unwrap();
        assert!(first.is_some());
        let error = replace(&root(&folder), &changes).unwrap_err().to_string();
        assert!(error.contains("another `cargo devmodel fix`"), "{error}");
        drop(first);
        replace(&root(&folder), &changes).unwrap();
    }

    /// The environment variable that makes the next test the process that is killed.
    const VICTIM: &str = "DEVMODEL_TEST_KILLED_IN";

    /// Files that take long to write, old or new all through.
    fn large(root: &Path) -> Vec<Change> {
        let text = |letter: u8| vec![letter; 2 << 20];
        let change = |name: &str| {
            let path = root.join(name);
            if !path.exists() {
                fs::write(path, text(b'o')).unwrap();
            }
            Change { path: name.to_owned(), before: text(b'o'), after: text(b'n') }
        };
        ["a.c", "b.c", "c.c", "d.c"].map(change).to_vec()
    }

    #[test]
    fn a_process_that_is_killed_leaves_every_file_whole() {
        if let Some(root) = env::var_os(VICTIM) {
            let changes = large(Path::new(&root));
            replace(Path::new(&root), &changes).unwrap();
            return;
        }
        let time = kill_after(Duration::MAX);
        let rounds = 40;
        for round in 0..rounds {
            kill_after(time * round / rounds);
        }
    }

    /// Kills a process so long after it began to write, and looks at the files; returns how long it
    /// wrote.
    fn kill_after(delay: Duration) -> Duration {
        let folder = TempDir::new().unwrap();
        let root = root(&folder);
        let changes = large(&root);
        let mut victim = Command::new(env::current_exe().unwrap());
        victim.arg("a_process_that_is_killed_leaves_every_file_whole");
        let mut victim = victim.env(VICTIM, &root).stdout(Stdio::null()).spawn().unwrap();
        let mut runs = || victim.try_wait().unwrap().is_none();
        let state = || {
            let first = fs::metadata(root.join(&changes[0].path)).unwrap();
            (fs::read_dir(&root).unwrap().count(), first.len(), first.modified().unwrap())
        };
        let untouched = state();
        while runs() && state() == untouched {}
        let begun = Instant::now();
        while runs() && begun.elapsed() < delay {}
        victim.kill().unwrap();
        victim.wait().unwrap();
        let time = begun.elapsed();
        for change in &changes {
            let text = fs::read(root.join(&change.path)).unwrap();
            let new = text == change.after;
            assert!(
                new || text == change.before,
                "`{}` is torn: {} bytes",
                change.path,
                text.len()
            );
            assert!(new || delay < Duration::MAX, "nobody killed it");
        }
        time
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_written_through_links() {
        use std::os::unix::fs::symlink;
        let (folder, mut changes) = tree();
        let (outside, _) = tree();
        let root = root(&folder);
        symlink(outside.path().join("a.c"), root.join("link.c")).unwrap();
        symlink(outside.path().join("sub"), root.join("way")).unwrap();
        for path in ["link.c", "way/c.c"] {
            changes[2].path = path.to_owned();
            let error = format!("{:#}", replace(&root, &changes).unwrap_err());
            assert!(error.starts_with(&format!("nothing was written: `{path}` ")), "{error}");
            assert!(error.contains("symbolic link"), "{error}");
        }
        for file in ["a.c", "b.c"] {
            assert_eq!(fs::read(root.join(file)).unwrap(), b"old");
        }
    }

    #[test]
    #[cfg(unix)]
    fn other_names_of_a_file_keep_its_old_text_and_are_mentioned() {
        let (folder, changes) = tree();
        let root = root(&folder);
        fs::hard_link(root.join("b.c"), root.join("other")).unwrap();
        assert_eq!(replace(&root, &changes).unwrap(), ["b.c"]);
        assert_eq!(fs::read(root.join("other")).unwrap(), b"old");
        assert_eq!(fs::read(root.join("b.c")).unwrap(), b"new");
    }
}
