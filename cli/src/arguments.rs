//! The command line's grammar.

use crate::combination::Pair;
use crate::difference::Fate;
use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use devmodel_analyzer::lifecycle::{Glue, LifecyclePath, OwnershipModel};
use devmodel_rules::Severity;
use std::ffi::OsString;
use std::path::PathBuf;

const STATUS: &str = "\
Exit status: 0 nothing found, 1 findings at or above --fail-on, 2 usage or input error";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Finds, proves and fixes device-lifecycle defects in device-model source trees
#[derive(Debug, Parser)]
#[command(name = "cargo-devmodel", bin_name = "cargo devmodel", version, styles = STYLES)]
#[command(after_help = STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

impl Arguments {
    /// Parses the words of a call as `cargo devmodel VERB` and as `cargo-devmodel VERB`.
    pub(crate) fn from_words(
        words: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, clap::Error> {
        let mut words: Vec<OsString> = words.into_iter().collect();
        // Cargo passes the name of the subcommand on as the first argument.
        if words.get(1).is_some_and(|word| word == "devmodel") {
            words.remove(1);
        }
        Self::try_parse_from(words)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(Check),
    Fix(Fix),
    Audit(Audit),
    Models(Models),
    Trace(Trace),
    Explain(Explain),
}

/// Report defects
#[derive(Args, Debug)]
#[command(after_help = STATUS)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) tree: Tree,
    #[command(flatten)]
    pub(crate) rules: Rules,
    #[command(flatten)]
    pub(crate) style: Style,
    /// How to print, in cargo's words: `json` is cargo's own, for editors; see --format for more
    #[arg(long, value_name = "FORMAT", value_enum, conflicts_with = "format")]
    pub(crate) message_format: Option<MessageFormat>,
    /// Exit with 1 from this severity on [default: warning]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
}

/// Fix the findings: in place, as a diff, or as a series of patches
#[derive(Args, Debug)]
#[command(after_help = STATUS)]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) tree: Tree,
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Print a diff for `git apply` or `patch -p1` and write nothing
    #[arg(long)]
    pub(crate) diff: bool,
    #[command(flatten)]
    pub(crate) mails: Mails,
    /// Add the fixes that rest on an assumption, which the finding states
    #[arg(long)]
    pub(crate) r#unsafe: bool,
    /// Fix only what is in this part: a path, or a subsystem as `MAINTAINERS` names it
    #[arg(long, value_name = "PART")]
    pub(crate) only: Vec<String>,
    /// Fix nothing that is in this part
    #[arg(long, value_name = "PART")]
    pub(crate) skip: Vec<String>,
    /// Show each fix with its argument and ask whether to apply it
    #[arg(long, short, conflicts_with_all = ["diff", "patches"])]
    pub(crate) interactive: bool,
    /// Run this shell command in the tree after fixing; take back the fixes with which it fails
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["diff", "patches", "interactive"])]
    pub(crate) verify: Option<String>,
    /// Write even if git cannot bring the old text back
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Exit with 1 if findings of this severity are left [default: warning]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    #[arg(conflicts_with_all = ["diff", "patches"])]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Args, Debug)]
pub(crate) struct Mails {
    /// Write a cover letter and a patch for each subsystem and kind of change, for `git am DIR/*.patch` and
    /// `git send-email DIR`
    #[arg(long, value_name = "DIR", conflicts_with = "diff")]
    pub(crate) patches: Option<PathBuf>,
    /// The author of the patches [default: as `git commit` in the tree has it]
    #[arg(long, value_name = "NAME <MAIL>", requires = "patches", conflicts_with = "diff")]
    pub(crate) from: Option<String>,
    /// Sign the patches off as their author
    #[arg(long, requires = "patches", conflicts_with = "diff")]
    pub(crate) signoff: bool,
}

/// List every call that ends or changes a region's life, defective or not
#[derive(Args, Debug)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) tree: Tree,
    #[command(flatten)]
    pub(crate) style: Style,
}

/// Show which types leak or fault on which lifecycle path under which ownership model
#[derive(Args, Debug)]
pub(crate) struct Models {
    #[command(flatten)]
    pub(crate) tree: Tree,
    /// Show this lifecycle path only
    #[arg(long = "path", value_name = "LIFECYCLE-PATH", value_enum)]
    pub(crate) on: Option<OnPath>,
    /// Name the types with this fate, under the model and glue in force
    #[arg(long, value_name = "FATE", value_enum, conflicts_with = "model_diff")]
    pub(crate) show: Option<Fate>,
    /// List the types that change from one model to another, each with or without glue:
    /// MODEL[+GLUE]..MODEL[+GLUE]
    #[arg(long, value_name = "A..B", value_parser = Pair::parse)]
    pub(crate) model_diff: Option<Pair>,
    #[command(flatten)]
    pub(crate) style: Style,
}

/// Show what a device type does to its regions, phase by phase, and where every path leads
#[derive(Args, Debug)]
pub(crate) struct Trace {
    /// The type, by the name in its table
    #[arg(value_name = "TYPE")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) tree: Tree,
    /// Replay this lifecycle path, event by event, up to the fault or the final state
    #[arg(long = "path", value_name = "LIFECYCLE-PATH", value_enum)]
    pub(crate) on: Option<OnPath>,
    #[command(flatten)]
    pub(crate) style: Style,
}

/// Print the page of a rule, or the list of rules
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The rule
    pub(crate) rule: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Tree {
    /// The source tree, C, Rust or both; for a folder or file of a larger tree, name that with --tree-root
    /// [default: the packages of the nearest Cargo.toml, else the folder itself]
    pub(crate) path: Option<PathBuf>,
    /// Analyse this tree and report what lies in PATH; paths are then relative to it
    /// [default: PATH, or the folder of PATH if that is a file]
    #[arg(long, value_name = "DIR")]
    pub(crate) tree_root: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) packages: Packages,
    /// Leave out files and folders that match, in the syntax of `.gitignore`; packages are left out by naming the
    /// others with --package
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub(crate) exclude: Vec<String>,
    /// Read the folders named in `.gitmodules` too
    #[arg(long)]
    pub(crate) submodules: bool,
    /// What keeps regions alive in this tree; read from its core by default
    #[arg(long, value_enum)]
    pub(crate) model: Option<Model>,
    /// Analyse as if the core did this by itself after unrealize
    #[arg(long, value_name = "GLUE", value_enum, value_delimiter = ',')]
    pub(crate) assume: Vec<Assumption>,
    /// Read this configuration, and none of the tree
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration: no `devmodel.toml`, and no `metadata.devmodel` of a manifest
    #[arg(long)]
    pub(crate) no_config: bool,
    /// How many threads to use [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,
    /// Name the files that are skipped, and the time taken
    #[arg(long, short, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Print results and errors only
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// What to ask cargo for.
#[derive(Args, Debug)]
pub(crate) struct Packages {
    /// Report the packages of this Cargo.toml
    #[arg(help_heading = "Packages")]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["path", "tree_root"])]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Report this package of the workspace: a name, with `*` and `?` as in a shell, or NAME@VERSION
    #[arg(help_heading = "Packages")]
    #[arg(long, short, value_name = "SPEC", conflicts_with_all = ["path", "tree_root"])]
    pub(crate) package: Vec<String>,
    /// Report all packages of the workspace
    #[arg(help_heading = "Packages")]
    #[arg(long, alias = "all", conflicts_with_all = ["path", "tree_root"])]
    pub(crate) workspace: bool,
    /// Report nothing in code that needs other features than these; without options about features, all code is
    /// reported
    #[arg(help_heading = "Packages")]
    #[arg(long, short = 'F', value_name = "FEATURES", conflicts_with_all = ["path", "tree_root"])]
    pub(crate) features: Vec<String>,
    /// The same with all features
    #[arg(help_heading = "Packages")]
    #[arg(long, conflicts_with_all = ["path", "tree_root"])]
    pub(crate) all_features: bool,
    /// The same without the default feature
    #[arg(help_heading = "Packages")]
    #[arg(long, conflicts_with_all = ["path", "tree_root"])]
    pub(crate) no_default_features: bool,
}

impl Packages {
    /// Whether the user asks for something that only cargo can tell.
    pub(crate) fn are_named(&self) -> bool {
        self.workspace || !self.package.is_empty() || self.has_features()
    }

    /// Whether the user says something about features.
    pub(crate) const fn has_features(&self) -> bool {
        self.all_features || self.no_default_features || !self.features.is_empty()
    }
}

#[derive(Args, Debug)]
pub(crate) struct Rules {
    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Run all but these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Style {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

impl Style {
    /// Whether to use colours, given what suits the output.
    pub(crate) fn color(&self, by_default: bool) -> bool {
        match self.color {
            Color::Auto => by_default,
            Color::Always => true,
            Color::Never => false,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Source excerpts with the chain of evidence
    Human,
    /// One line each, for editors
    Short,
    /// Everything, for programs
    Json,
}

/// The formats of cargo, with the names that cargo gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    Human,
    Short,
    /// Messages as those of the compiler, one a line
    Json,
    /// The same, with the text for people in one line
    JsonDiagnosticShort,
    /// The same, with the text for people in colour
    JsonDiagnosticRenderedAnsi,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Note,
    Warning,
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Note => Self::Note,
            FailOn::Warning => Self::Warning,
            FailOn::Error => Self::Error,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Model {
    Auto,
    OwnerRefs,
    RegionRefs,
    SameOwnerUnreferenced,
    Framework,
}

impl From<Model> for Option<OwnershipModel> {
    fn from(model: Model) -> Self {
        match model {
            Model::Auto => None,
            Model::OwnerRefs => Some(OwnershipModel::OwnerRefs),
            Model::RegionRefs => Some(OwnershipModel::RegionRefs),
            Model::SameOwnerUnreferenced => Some(OwnershipModel::SameOwnerUnreferenced),
            Model::Framework => Some(OwnershipModel::Framework),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Assumption {
    AutoDelete,
    AutoUnparent,
}

/// A lifecycle path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnPath {
    /// Created and dropped
    Introspect,
    /// Realize fails
    FailedRealize,
    /// Realized and unrealized
    Unplug,
    /// Realized and unrealized twice
    Replug,
    /// Unplugged while something still holds a region
    LateFinalize,
}

impl From<OnPath> for LifecyclePath {
    fn from(path: OnPath) -> Self {
        match path {
            OnPath::Introspect => Self::Introspect,
            OnPath::FailedRealize => Self::FailedRealize,
            OnPath::Unplug => Self::Unplug,
            OnPath::Replug => Self::Replug,
            OnPath::LateFinalize => Self::LateFinalize,
        }
    }
}

/// The glue assumed.
pub(crate) fn glue(assume: &[Assumption]) -> Glue {
    Glue {
        auto_delete: assume.contains(&Assumption::AutoDelete),
        auto_unparent: assume.contains(&Assumption::AutoUnparent),
    }
}
