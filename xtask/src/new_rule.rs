//! `new-rule`: the files that a rule starts from.

use crate::workspace;
use anyhow::{Result, ensure};
use devmodel_rules::CATALOGUE;

/// Start a rule: its file, its fixtures.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The name of the rule: names the bad pattern and reads well after "allow".
    name: String,
    /// The folder of related rules.
    #[arg(long)]
    theme: String,
}

/// Writes the files and prints the lines to add by hand.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { name, theme } = arguments;
    ensure!(is_name(name), "`{name}` is not lower case with hyphens");
    ensure!(is_name(theme), "`{theme}` is not lower case with hyphens");
    ensure!(CATALOGUE.iter().all(|rule| rule.name != name), "there is a rule `{name}` already");
    let [module, folder] = [name, theme].map(|word| word.replace('-', "_"));
    let fixtures = format!("fixtures/{theme}/{name}");
    let files = [
        (format!("rules/src/{folder}/{module}.rs"), source(name, &module)),
        (format!("{fixtures}/bad-plain-statement.c"), fixture(&format!("    /* bad: {name} */\n"))),
        (format!("{fixtures}/bad-plain-statement.fixed.c"), fixture("")),
        (format!("{fixtures}/good-other-owner.c"), fixture("    /* ok: why */\n")),
    ];
    for (file, _) in &files {
        ensure!(!workspace::root().join(file).exists(), "{file} exists already");
    }
    for (file, text) in &files {
        workspace::write(file, text)?;
        println!("wrote {file}");
    }
    println!();
    println!("add to rules/src/{folder}/mod.rs: pub(crate) mod {module};");
    println!("add to CATALOGUE in rules/src/lib.rs: {folder}::{module}::RULE,");
    println!("then write the rule and its fixtures, and run `cargo xtask docs`");
    Ok(())
}

fn is_name(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    text.split('-').all(word)
}

fn source(name: &str, module: &str) -> String {
    include_str!("../new-rule/rule.rs.in").replace("RULE-NAME", name).replace("RULE_MODULE", module)
}

fn fixture(call: &str) -> String {
    include_str!("../new-rule/fixture.c.in").replace("    CALL\n", call)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_lower_case_with_hyphens() {
        assert!(is_name("redundant-del-subregion"));
        for wrong in ["", "Redundant", "two_words", "-a", "a--b", "a/b"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
