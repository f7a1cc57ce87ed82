//! One rule is one file, one folder of fixtures and one page, all of the same name.

use super::{File, Files};
use crate::docs;
use devmodel_rules::CATALOGUE;

pub(crate) fn problems(files: &Files) -> Vec<String> {
    let mut wrong = Vec::new();
    for rule in CATALOGUE {
        wrong.extend(of_rule(files, rule.name));
    }
    wrong.extend(named_by_the_engine(files));
    wrong.extend(named_by_each_other(files));
    match docs::stale() {
        Ok(stale) => wrong.extend(stale.iter().map(|page| format!("{page}: stale page"))),
        Err(error) => wrong.push(format!("docs: {error}")),
    }
    wrong
}

fn of_rule(files: &Files, name: &str) -> Vec<String> {
    let Some(theme) = theme(files, name) else {
        return vec![format!("{name}: no rules/src/<theme>/{}", file_name(name))];
    };
    let fixtures = format!("fixtures/{theme}{name}/");
    let cases = Cases::read(files, &fixtures);
    let mut wrong = Vec::new();
    if !cases.bad.iter().any(|case| cases.fixed.contains(case)) {
        wrong.push(format!("{fixtures}: no bad case with its fixed twin"));
    }
    if !cases.has_good {
        wrong.push(format!("{fixtures}: no good case"));
    }
    for orphan in cases.fixed.iter().filter(|case| !cases.bad.contains(case)) {
        wrong.push(format!("{fixtures}{orphan}: a fixed twin of nothing"));
    }
    wrong
}

/// `region/` for a rule in the folder `region`, nothing for one outside any folder.
fn theme<'a>(files: &'a Files, name: &str) -> Option<&'a str> {
    let file_name = file_name(name);
    files.under("rules/src/", ".rs").find_map(|file| {
        let theme = file.path.strip_prefix("rules/src/")?.strip_suffix(&file_name)?;
        (theme.is_empty() || theme.ends_with('/')).then_some(theme)
    })
}

fn file_name(rule: &str) -> String {
    format!("{}.rs", rule.replace('-', "_"))
}

/// The cases of one rule: C or Rust files, or folders that are small trees.
#[derive(Default)]
struct Cases<'a> {
    bad: Vec<&'a str>,
    fixed: Vec<&'a str>,
    has_good: bool,
}

impl<'a> Cases<'a> {
    fn read(files: &'a Files, folder: &str) -> Self {
        let mut cases = Self::default();
        for file in files.0.iter() {
            let below = file.path.strip_prefix(folder);
            let Some(case) = below.and_then(|path| path.split('/').next()) else {
                continue;
            };
            cases.add(case.trim_end_matches(".c").trim_end_matches(".rs"));
        }
        cases
    }

    fn add(&mut self, case: &'a str) {
        if let Some(twin) = case.strip_suffix(".fixed") {
            self.fixed.push(twin);
        } else if case.starts_with("bad") {
            self.bad.push(case);
        } else {
            self.has_good |= case.starts_with("good");
        }
    }
}

fn named_by_the_engine(files: &Files) -> Vec<String> {
    let engine = ["analyzer/src/", "edit/src/"];
    engine
        .iter()
        .flat_map(|folder| files.under(folder, ""))
        .flat_map(|file| {
            CATALOGUE.iter().filter(|rule| names(file, rule.name)).map(move |rule| (file, rule))
        })
        .map(|(file, rule)| format!("{}: names the rule {}", file.path, rule.name))
        .collect()
}

/// Rules may refer to each other in their documentation, not in their code.
fn named_by_each_other(files: &Files) -> Vec<String> {
    let mut wrong = Vec::new();
    for rule in CATALOGUE {
        let ending = format!("/{}", file_name(rule.name));
        for file in files.under("rules/src/", &ending) {
            let others = CATALOGUE.iter().filter(|other| other.name != rule.name);
            let code: Vec<&str> =
                file.text.lines().filter(|line| !line.starts_with("//")).collect();
            let code = code.join("\n");
            let named = others.filter(|other| {
                code.contains(other.name) || code.contains(&other.name.replace('-', "_"))
            });
            wrong
                .extend(named.map(|other| format!("{}: names the rule {}", file.path, other.name)));
        }
    }
    wrong
}

fn names(file: &File, rule: &str) -> bool {
    file.text.contains(rule) || file.text.contains(&rule.replace('-', "_"))
}
