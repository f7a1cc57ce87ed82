//! `corpus accuracy`: the verdicts of `audit` against labels that people gave.

use super::labels::{self, Label};
use crate::tool::Tool;
use anyhow::{Context as _, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const REDUNDANT: &str = "redundant";
const UNKNOWN: &str = "unknown";
const MISSING: &str = "not listed";

/// Labels that are not verdicts: anything may be said about such a call, except that it can go.
const OPEN: &str = "other";

/// Compare the verdicts of `audit` with labels that people gave.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A JSON array of objects with `file`, `line`, `function`, `class`, and either `container` and
    /// `subregion` of a deletion or `struct` and `field` of an unparenting.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// The name of a tree, or a folder.
    #[arg(default_value = "qemu-10.0")]
    tree: String,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
}

/// One label and what the tool said.
struct Row<'a> {
    label: &'a Label,
    /// The verdict to compare with: under the glue that makes a call redundant for labels that
    /// say so, else under the tree's own.
    verdict: String,
    reason: String,
    /// Whether the tool called it redundant under either.
    deletable: bool,
}

/// Prints how verdicts and labels agree; fails when a call that must stay is called redundant.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let labels = Label::read(&arguments.labels)?;
    let Some(tree) = folder(&arguments.tree)? else {
        return Ok(());
    };
    let tool = Tool::get(arguments.tool.as_deref())?;
    let assume = ["--assume", "auto-delete"].map(str::to_owned);
    let own = verdicts(&tool, &tree, &[], &labels)?;
    let assumed = verdicts(&tool, &tree, &assume, &labels)?;
    let rows: Vec<Row<'_>> = labels
        .iter()
        .zip(own.into_iter().zip(assumed))
        .map(|(label, (own, assumed))| Row::new(label, own, assumed))
        .collect();
    table(&rows);
    shares(&rows);
    disagreements(&rows);
    harmless(&rows)
}

impl<'a> Row<'a> {
    fn new(label: &'a Label, own: (String, String), assumed: (String, String)) -> Self {
        let deletable = own.0 == REDUNDANT || assumed.0 == REDUNDANT;
        let (verdict, reason) = if label.allows(REDUNDANT) { assumed } else { own };
        Self { label, verdict, reason, deletable }
    }

    fn is_right(&self) -> bool {
        self.label.allows(&self.verdict)
    }

    fn is_decided(&self) -> bool {
        self.verdict != UNKNOWN && self.verdict != MISSING
    }
}

fn folder(tree: &str) -> Result<Option<PathBuf>> {
    if Path::new(tree).is_dir() {
        return Ok(Some(PathBuf::from(tree)));
    }
    Ok(super::tree(tree)?.map(|cached| cached.path))
}

/// Verdict and reason for each label.
fn verdicts(
    tool: &Tool,
    tree: &Path,
    arguments: &[String],
    labels: &[Label],
) -> Result<Vec<(String, String)>> {
    let audit = tool.json("audit", tree, arguments)?;
    let calls = audit["calls"].as_array().context("the report has no `calls`")?;
    let verdict = |matched: Option<usize>| match matched.map(|index| &calls[index]) {
        Some(call) => ["verdict", "reason"].map(|key| labels::text(call, key).to_owned()),
        None => [MISSING.to_owned(), String::new()],
    };
    let matched = labels::matches(labels, calls);
    Ok(matched.into_iter().map(verdict).map(Into::into).collect())
}

/// Labels downwards, verdicts across.
fn table(rows: &[Row<'_>]) {
    let mut cells = BTreeMap::<(&str, &str), usize>::new();
    for row in rows {
        *cells.entry((&row.label.class, &row.verdict)).or_default() += 1;
    }
    let classes: BTreeSet<&str> = cells.keys().map(|(class, _)| *class).collect();
    let verdicts: BTreeSet<&str> = cells.keys().map(|(_, verdict)| *verdict).collect();
    print!("{:<18}", "label \\ verdict");
    for verdict in &verdicts {
        print!("  {verdict}");
    }
    println!();
    for class in classes {
        print!("{class:<18}");
        for verdict in &verdicts {
            let count = cells.get(&(class, *verdict)).copied().unwrap_or(0);
            print!("  {count:>width$}", width = verdict.len());
        }
        println!();
    }
}

fn shares(rows: &[Row<'_>]) {
    let comparable: Vec<&Row<'_>> = rows.iter().filter(|row| row.label.class != OPEN).collect();
    let decided = comparable.iter().filter(|row| row.is_decided()).count();
    let right = comparable.iter().filter(|row| row.is_right()).count();
    let unknown = comparable.iter().filter(|row| row.verdict == UNKNOWN).count();
    let missing = rows.iter().filter(|row| row.verdict == MISSING).count();
    println!();
    println!("labels         {}, {} of them comparable", rows.len(), comparable.len());
    println!("right          {}", share(right, comparable.len()));
    println!("right of those decided  {}", share(right, decided));
    println!("unknown        {}", share(unknown, comparable.len()));
    println!("not listed     {}", share(missing, rows.len()));
}

fn share(part: usize, whole: usize) -> String {
    let percent = (100 * part).checked_div(whole).unwrap_or(0);
    format!("{part} of {whole} ({percent}%)")
}

fn disagreements(rows: &[Row<'_>]) {
    println!();
    let wrong = |row: &&Row<'_>| row.label.class != OPEN && !row.is_right();
    for row in rows.iter().filter(wrong) {
        let Label { file, line, function, region, class, .. } = row.label;
        println!("{file}:{line} {function}: {region}");
        println!("    label    {class}");
        println!("    verdict  {} {}", row.verdict, row.reason);
    }
}

fn harmless(rows: &[Row<'_>]) -> Result<()> {
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| row.deletable && !row.label.allows(REDUNDANT))
        .map(|row| format!("{}:{} {}", row.label.file, row.label.line, row.label.class))
        .collect();
    ensure!(wrong.is_empty(), "called redundant, though it must stay:\n  {}", wrong.join("\n  "));
    Ok(())
}
