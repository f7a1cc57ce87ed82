//! What the command line drives.

use devmodel_analyzer::{Analysis, Executor, Settings, Sources, analyze};
use devmodel_rules::{CATALOGUE, Finding, Rule, check};

/// Runs the rules that a predicate accepts.
pub type RunRules = fn(&Analysis, &dyn Fn(&Rule) -> bool) -> Vec<Finding>;

/// The analysis and the rules behind the verbs.
pub struct Engine {
    /// Every rule there is.
    pub catalogue: &'static [Rule],
    /// Turns sources into observations.
    pub analyze: fn(Sources, &Settings, &dyn Executor) -> Analysis,
    /// Turns observations into findings of the rules accepted, in the order of the output.
    pub check: RunRules,
}

impl Default for Engine {
    fn default() -> Self {
        let analyze = |sources: Sources, settings: &Settings, executor: &dyn Executor| {
            analyze(sources, settings, executor)
        };
        Self { catalogue: CATALOGUE, analyze, check }
    }
}
