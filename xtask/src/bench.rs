//! `bench`: whole processes on a real tree, ours beside other tools, in turn.

mod contender;
mod measure;
mod scaling;

use crate::corpus;
use crate::tool::Tool;
use anyhow::Result;
use contender::Contender;
use measure::{Measure, Sample};
use std::path::{Path, PathBuf};

/// Time and memory, side by side with other tools on the same tree.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The name of a tree, or a folder.
    #[arg(default_value = "qemu-10.0")]
    tree: String,
    /// How often each tool runs.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Leave out tools whose name contains this.
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
    /// Measure this tool alone, on one, two and four copies of the tree.
    #[arg(long, conflicts_with = "without")]
    scaling: bool,
}

/// Measures every tool that is installed.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Some(tree) = folder(&arguments.tree)? else {
        return Ok(());
    };
    let tool = Tool::get(arguments.tool.as_deref())?;
    println!("tree  {}", arguments.tree);
    println!("load  {} before", load());
    let measure = Measure::new();
    if arguments.scaling {
        scaling::run(&tool, &tree, arguments.runs, &measure)?;
    } else {
        side_by_side(arguments, &tool, &tree, &measure)?;
    }
    println!("\nload  {} after", load());
    println!("runs  {}, in turn, after one that is not counted", arguments.runs);
    Ok(())
}

fn side_by_side(arguments: &Arguments, tool: &Tool, tree: &Path, measure: &Measure) -> Result<()> {
    let contenders: Vec<Contender> = Contender::all(tool, tree)
        .into_iter()
        .filter(|contender| !arguments.is_left_out(contender))
        .filter(Contender::is_installed)
        .collect();
    let samples = in_turn(&contenders, arguments.runs, measure)?;
    table(&contenders, &samples);
    Ok(())
}

impl Arguments {
    fn is_left_out(&self, contender: &Contender) -> bool {
        let name = contender.name;
        self.without.iter().any(|without| name.contains(without.as_str()))
    }
}

fn folder(tree: &str) -> Result<Option<PathBuf>> {
    if Path::new(tree).is_dir() {
        return Ok(Some(Path::new(tree).canonicalize()?));
    }
    Ok(corpus::tree(tree)?.map(|cached| cached.path))
}

/// A B C, A B C, ...: what disturbs the machine disturbs all of them. The first round fills the
/// page cache.
fn in_turn(contenders: &[Contender], runs: u32, measure: &Measure) -> Result<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::new(); contenders.len()];
    for round in 0..=runs {
        for (contender, samples) in contenders.iter().zip(&mut samples) {
            let sample = measure.run(contender)?;
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    Ok(samples)
}

fn table(contenders: &[Contender], samples: &[Vec<Sample>]) {
    println!();
    println!(
        "{:<16} {:<34} {:>8} {:>8} {:>8} {:>9}",
        "tool", "job", "median", "min", "max", "peak"
    );
    for (contender, samples) in contenders.iter().zip(samples) {
        let mut seconds: Vec<f64> = samples.iter().map(|sample| sample.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let peak = samples.iter().filter_map(|sample| sample.peak).max();
        println!(
            "{:<16} {:<34} {:>6.3} s {:>6.3} s {:>6.3} s {:>9}",
            contender.name,
            contender.job,
            median(&seconds),
            seconds.first().copied().unwrap_or_default(),
            seconds.last().copied().unwrap_or_default(),
            peak.map_or_else(|| "?".to_owned(), |peak| format!("{} MB", peak / 1024)),
        );
    }
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return sorted[middle];
    }
    (sorted[middle - 1] + sorted[middle]) / 2.0
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = load.split_whitespace().take(3).collect();
    averages.join(" ")
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(&[1.0, 2.0, 9.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[1.0, 2.0, 4.0, 9.0]) - 3.0).abs() < f64::EPSILON);
    }
}
