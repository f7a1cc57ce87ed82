//! `bench --scaling`: the same tree once, twice and four times, under one root.

use super::contender::Contender;
use super::measure::Measure;
use super::{in_turn, median};
use crate::corpus;
use crate::tool::Tool;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};

const COPIES: [u32; 3] = [1, 2, 4];

/// Links to the files of a tree, gone when this is dropped.
struct Copies {
    folder: PathBuf,
}

/// Runs the tool on one, two and four copies in turn, and prints what each copy costs.
pub(super) fn run(tool: &Tool, tree: &Path, runs: u32, measure: &Measure) -> Result<()> {
    let copies = Copies::new(&corpus::folder()?, tree)?;
    let contenders: Vec<Contender> =
        COPIES.iter().map(|count| Contender::ours(tool, &copies.root(*count))).collect();
    let samples = in_turn(&contenders, runs, measure)?;
    println!("\ncopies    median  per copy  of one      peak  per copy  of one");
    let mut one = None;
    for (count, samples) in COPIES.iter().zip(&samples) {
        let mut seconds: Vec<f64> = samples.iter().map(|sample| sample.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let seconds = median(&seconds);
        let peak = samples.iter().filter_map(|sample| sample.peak).max();
        let megabytes = f64::from(u32::try_from(peak.unwrap_or(0)).unwrap_or(u32::MAX)) / 1024.0;
        let one = *one.get_or_insert((seconds, megabytes));
        println!("{}", row(*count, (seconds, megabytes), one));
    }
    Ok(())
}

/// Time and memory, each as a whole, for each copy, and that as a multiple of what one copy takes.
fn row(count: u32, (seconds, megabytes): (f64, f64), one: (f64, f64)) -> String {
    let copies = f64::from(count);
    let (each_second, each_megabyte) = (seconds / copies, megabytes / copies);
    format!(
        "{count:>5}x  {seconds:>6.3} s  {each_second:>6.3} s  {:>5.2}x  {megabytes:>5.0} MB  \
         {each_megabyte:>5.0} MB  {:>5.2}x",
        each_second / one.0,
        // Without GNU time there is no peak.
        if one.1 > 0.0 { each_megabyte / one.1 } else { f64::NAN },
    )
}

impl Copies {
    fn new(cache: &Path, tree: &Path) -> Result<Self> {
        let copies = Self { folder: cache.join(".scaling") };
        if copies.folder.exists() {
            // Of a run that was killed.
            fs::remove_dir_all(&copies.folder)?;
        }
        for count in COPIES {
            for copy in 1..=count {
                link(tree, &copies.root(count).join(format!("copy-{copy}")))?;
            }
        }
        Ok(copies)
    }

    fn root(&self, count: u32) -> PathBuf {
        self.folder.join(format!("x{count}"))
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        // The names go, the files are the tree's own.
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("*** {} stays: {error}", self.folder.display());
        }
    }
}

/// Links every file; across file systems it is copied. Symbolic links are left out, because the
/// tool does not follow them.
fn link(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            link(&entry.path(), &target)?;
        } else if kind.is_file() && fs::hard_link(entry.path(), &target).is_err() {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot copy to {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{COPIES, Copies, row};
    use std::{env, fs, process};

    #[test]
    fn each_copy_is_whole_and_all_go() {
        let folder = env::temp_dir().join(format!("devmodel-scaling-{}", process::id()));
        let tree = folder.join("tree/hw");
        fs::create_dir_all(&tree).expect("a folder");
        fs::write(tree.join("a.c"), "int a;\n").expect("a file");
        fs::create_dir_all(folder.join(".scaling/x1/copy-9")).expect("a folder left behind");
        let copies = Copies::new(&folder, &folder.join("tree")).expect("copies");
        for count in COPIES {
            let root = copies.root(count);
            assert_eq!(fs::read_dir(&root).expect("a root").count(), count as usize);
            let last = root.join(format!("copy-{count}/hw/a.c"));
            assert_eq!(fs::read_to_string(last).expect("a link"), "int a;\n");
        }
        let below = copies.folder.clone();
        drop(copies);
        assert!(!below.exists() && tree.join("a.c").exists());
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn what_a_copy_takes_is_compared_with_one() {
        let line = row(2, (3.0, 300.0), (1.0, 200.0));
        assert!(line.contains("1.50x") && line.contains("0.75x"), "{line}");
    }
}
