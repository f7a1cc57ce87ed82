//! What git makes of the mails.

use super::claim::{Argument, Claim};
use super::{Address, Maintainers, Patch, Series, Subsystem, stat, write};
use crate::fix::Change;
use devmodel_analyzer::lifecycle::{Glue, ModelFacts, OwnershipModel};
use devmodel_analyzer::{Analysis, Parsed, Statistics};
use devmodel_rules::Remedy;
use jiff::Timestamp;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const REMEDY: Remedy = Remedy { one: "mend the region", many: "mend the regions" };

/// The texts of one file, from the first to the last.
type Texts = Vec<Vec<u8>>;

fn git(folder: &Path, words: &[&str]) -> Vec<u8> {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder);
    git.args(["-c", "user.name=Ann", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false"]);
    let output = git
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A repository of these files.
fn repository<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--allow-empty", "--message", "import"]);
    folder
}

fn patch(changes: Vec<Change>, message: &str) -> Patch {
    let claim = |change: &Change| Claim {
        path: change.path.clone(),
        remedy: REMEDY,
        function: "f".to_owned(),
        entries: Vec::new(),
        region: "S.r".to_owned(),
        argument: Argument::Message(message.to_owned()),
    };
    Patch {
        subsystem: Subsystem::Folder("hw".to_owned()),
        claims: changes.iter().map(claim).collect(),
        kept: Vec::new(),
        changes,
    }
}

/// Writes the patches, of which there are some, and applies them to the repository.
fn mail(repository: &Path, patches: &[Patch], name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let analysis = Analysis {
        parsed: Parsed::default(),
        files: Vec::new(),
        statistics: Statistics::default(),
        unreadable: Vec::new(),
        model: ModelFacts {
            model: OwnershipModel::OwnerRefs,
            model_evidence: Vec::new(),
            glue: Glue::default(),
            assumed: Glue::default(),
            stated: false,
        },
        calls: Vec::new(),
        observations: Vec::new(),
        registrations: Vec::new(),
        conversions: Vec::new(),
        outcomes: Vec::new(),
        device: None,
        type_names: Vec::new(),
    };
    let series = Series {
        analysis: &analysis,
        maintainers: &Maintainers::default(),
        author: &Address { name: name.to_owned(), mail: "ann@example.org".to_owned() },
        date: Timestamp::from_second(1_700_000_000).unwrap(),
        sign_off: true,
    };
    let files = write(folder.path(), patches, &series).unwrap();
    let patches = files.iter().filter(|path| path.extension().is_some_and(|end| end == "patch"));
    let mut words = vec!["am", "--quiet"];
    words.extend(patches.map(|path| path.to_str().unwrap()));
    git(repository, &words);
}

/// Applies a series in which each patch brings every file to its next text.
fn check(files: &[(&str, Texts)], message: &str, name: &str) -> TempDir {
    let repository = repository(files.iter().map(|(path, texts)| (*path, &*texts[0])));
    let change = |at: usize| {
        let of = |(path, texts): &(&str, Texts)| Change {
            path: (*path).to_owned(),
            before: texts[at].clone(),
            after: texts[at + 1].clone(),
        };
        files.iter().map(of).filter(|change| change.before != change.after).collect::<Vec<_>>()
    };
    let changes = (0..files[0].1.len() - 1).map(change).filter(|changes| !changes.is_empty());
    let patches: Vec<Patch> = changes.map(|changes| patch(changes, message)).collect();
    if patches.is_empty() {
        return repository;
    }
    mail(repository.path(), &patches, name);
    for (path, texts) in files {
        let text = fs::read(repository.path().join(path)).unwrap();
        assert_eq!(
            text.escape_ascii().to_string(),
            texts.last().unwrap().escape_ascii().to_string()
        );
    }
    repository
}

/// Bytes of one kind: what travels as it is must not depend on what makes the mail be encoded.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let marks = vec![
        "---",
        "-- ",
        "--- a/x",
        "+++ b/x",
        "diff --git a/x b/x",
        "@@ -1 +1 @@",
        ".",
        "",
        "From a@b Mon Sep 17 00:00:00 2001",
        "Subject: x",
        "\\ No newline at end of file",
        "-- >8 --",
        "x  ",
        "=20",
        "\x0c",
    ];
    let letters = || "[a-c]".prop_map(String::into_bytes);
    let any_byte = prop::collection::vec((1..=255_u8).prop_filter("", |&b| b != b'\n'), 0..9);
    let line = prop_oneof![
        4 => letters(),
        1 => "[ -~\t]{0,90}".prop_map(String::into_bytes),
        1 => prop::sample::select(marks).prop_map(|line| line.as_bytes().to_vec()),
    ];
    let plain = prop::collection::vec(line, 0..25);
    let odd = |odd: BoxedStrategy<Vec<u8>>| {
        prop::collection::vec(prop_oneof![6 => letters(), 1 => odd], 0..25)
    };
    let lines = prop_oneof![
        4 => plain,
        1 => odd("\\PC{0,20}".prop_map(String::into_bytes).boxed()),
        1 => odd(any_byte.boxed()),
        1 => odd("x{900,1100}".prop_map(String::into_bytes).boxed()),
        1 => odd(Just(b"\r".to_vec()).boxed()),
    ];
    (lines, prop::sample::select(vec!["\n", "\n", "\r\n"]), any::<bool>()).prop_map(joined)
}

fn joined((lines, end, is_ended): (Vec<Vec<u8>>, &str, bool)) -> Vec<u8> {
    let mut text = lines.join(end.as_bytes());
    if is_ended && !lines.is_empty() {
        text.extend_from_slice(end.as_bytes());
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_survives(
        one in prop::collection::vec(text(), 3),
        other in prop::collection::vec(text(), 3),
    ) {
        check(&[("hw/one.c", one), ("hw/a b é.h", other)], "`f` is useless; delete it", "Ann");
    }

    #[test]
    fn the_table_is_that_of_git(
        files in prop::collection::btree_map("[a-z]{1,9}(/[a-z]{1,30}){0,4}\\.c", (0..90_usize, 1..60_usize), 1..6),
    ) {
        let lines = |mark: &str, number: usize| -> Vec<u8> {
            (0..number).map(|at| format!("{mark}{at}\n")).collect::<String>().into_bytes()
        };
        let changes: Vec<Change> = files
            .iter()
            .map(|(path, &(deleted, added))| Change {
                path: path.clone(),
                before: [b"first\n", &*lines("-", deleted)].concat(),
                after: [b"first\n", &*lines("+", added)].concat(),
            })
            .collect();
        let folder = repository(changes.iter().map(|one| (one.path.as_str(), &*one.before)));
        for change in &changes {
            fs::write(folder.path().join(&change.path), &change.after).unwrap();
        }
        let expected = git(folder.path(), &["diff", "--stat=72"]);
        prop_assert_eq!(stat::table(&changes), String::from_utf8(expected).unwrap());
    }
}

#[test]
fn author_and_message_survive() {
    for name in ["Ann Able", "Bob B. Bird, Jr.", "José Ñu, 3rd", "Ænn (work)"] {
        let message = "`Ünique.regiön` is useless; see é";
        let texts = vec![b"a\r\n\xe9\n".to_vec(), b"b\r\n\xe9\n".to_vec()];
        let folder = check(&[("hw/x.c", texts)], message, name);
        let log = git(folder.path(), &["log", "-1", "--format=%an <%ae> %aI%n%B"]);
        let expected = format!(
            "{name} <ann@example.org> 2023-11-14T22:13:21Z\nhw/x: mend the region\n\n\
             Ünique.regiön is useless; see é.\n\n\
             Signed-off-by: {name} <ann@example.org>\n\n"
        );
        assert_eq!(String::from_utf8(log).unwrap(), expected);
    }
}

#[test]
fn awkward_names_of_files() {
    let texts = || vec![b"a\n".to_vec(), b"b\n".to_vec()];
    check(&[("hw/a b.c", texts()), ("hw/ü\"\\.c", texts()), ("x", texts())], "so it is", "Ann");
}

#[test]
fn a_patch_that_no_longer_fits_is_merged() {
    let text = |near: &str, last: &str| format!("1\n{near}\n3\n4\n{last}\n").into_bytes();
    let folder = repository([("x.c", &*text("a", "b"))]);
    fs::write(folder.path().join("x.c"), text("meanwhile", "b")).unwrap();
    git(folder.path(), &["config", "am.threeWay", "true"]);
    let change = Change { path: "x.c".to_owned(), before: text("a", "b"), after: text("a", "c") };
    git(folder.path(), &["commit", "--all", "--quiet", "--message", "meanwhile"]);
    mail(folder.path(), &[patch(vec![change], "so it is")], "Ann");
    assert_eq!(fs::read(folder.path().join("x.c")).unwrap(), text("meanwhile", "c"));
}
