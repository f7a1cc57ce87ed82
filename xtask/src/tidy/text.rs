//! What must stand in no file of the project.

use super::tokens::{Token, tokens};
use super::{File, Files};
use anyhow::Result;

/// Folders of one particular machine. In two halves, because this file is checked, too.
const MACHINE: [&str; 4] =
    [concat!("/", "work"), concat!("/", "root"), concat!("/", "home"), concat!("/", "tmp")];

/// Hosts of package registries: which one is used is a choice of the machine.
const REGISTRIES: [&str; 8] = [
    concat!("crates", ".io"),
    concat!("deb.debian", ".org"),
    concat!("ftp.debian", ".org"),
    concat!("pypi", ".org"),
    concat!("npmjs", ".org"),
    concat!("docker", ".io"),
    concat!("ghcr", ".io"),
    concat!("proxy.golang", ".org"),
];

/// The lock file names the registry of every package.
const LOCK: &str = "Cargo.lock";

/// Marks of files that must not be copied into this project.
const COPYLEFT: [&str; 4] = [
    concat!("SPDX-License-Identifier: ", "GPL"),
    concat!("SPDX-License-Identifier: ", "LGPL"),
    concat!("GNU General ", "Public License"),
    concat!("GNU Lesser General ", "Public License"),
];

/// Attributes that switch a test off or turn its meaning around.
const TEST_ATTRIBUTES: [&str; 2] = ["ignore", "should_panic"];

pub(crate) fn problems(files: &Files) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in &files.0 {
        wrong.extend(forbidden(file));
    }
    for file in files.under("", ".rs") {
        if !file.path.starts_with("fixtures/") {
            wrong.extend(unfinished(file)?);
        }
    }
    Ok(wrong)
}

fn forbidden(file: &File) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let found = machine(line)
            .or_else(|| registry(file, line))
            .or_else(|| COPYLEFT.iter().find(|mark| line.contains(*mark)).copied());
        if let Some(text) = found {
            wrong.push(format!("{}:{}: `{text}`", file.path, number + 1));
        }
    }
    wrong
}

/// An absolute path, and not the tail of another one.
fn machine(line: &str) -> Option<&'static str> {
    let is_path = |folder: &str, at: usize| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        !before.is_some_and(continues) && after.is_none_or(|c| c == '/' || !continues(c))
    };
    MACHINE.into_iter().find(|folder| line.match_indices(folder).any(|(at, _)| is_path(folder, at)))
}

fn continues(c: char) -> bool {
    c.is_alphanumeric() || "_-./~}$*>".contains(c)
}

fn registry(file: &File, line: &str) -> Option<&'static str> {
    if file.path == LOCK {
        return None;
    }
    REGISTRIES.into_iter().find(|host| line.contains(host))
}

fn unfinished(file: &File) -> Result<Vec<String>> {
    let tokens = tokens(file, true)?;
    let mut wrong = Vec::new();
    for window in tokens.windows(3) {
        match window {
            [Token::Word(word), Token::Mark('!'), _] if word == "todo" => {
                wrong.push(format!("{}: `todo!`", file.path));
            }
            [Token::Mark('#'), Token::Mark('['), Token::Word(word)]
                if TEST_ATTRIBUTES.contains(&word.as_str()) =>
            {
                wrong.push(format!("{}: `#[{word}]`", file.path));
            }
            _ => {}
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::{File, forbidden, unfinished};

    fn check(line: &str, expected: usize) {
        let file = File { path: "a.rs".to_owned(), text: line.to_owned() };
        let found = forbidden(&file).len();
        let unfinished = unfinished(&file).map_or(0, |wrong| wrong.len());
        assert_eq!(found + unfinished, expected, "{line}");
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        check(concat!("\"/", "tmp/x\""), 1);
        check(concat!("see /", "root"), 1);
        check(concat!("cd /", "home/user"), 1);
        check("$HOME/work and ../work and /var/work", 0);
        check(concat!("/", "tmpfs and frame/", "work"), 0);
    }

    #[test]
    fn registries_and_licences_are_found() {
        check(concat!("https://static.crates", ".io/x"), 1);
        check(concat!("SPDX-License-Identifier: ", "GPL-2.0"), 1);
        check("the GPL", 0);
    }

    #[test]
    fn unfinished_code_is_found_and_comments_are_not() {
        check(concat!("fn f() { to", "do!() }"), 1);
        check("#[test]\n#[ignore = \"slow\"]\nfn f() {}", 1);
        check("// todo!() and #[ignore]\nfn todo() {}", 0);
    }
}
