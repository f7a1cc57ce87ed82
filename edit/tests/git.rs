//! The programs that people apply diffs with accept ours.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use devmodel_edit::unified_diff;

const DEVICE: &str = "\
static void lamp_exit(PCIDevice *dev)
{
    LampState *s = LAMP(dev);
    int i;

    for (i = 0; i < LAMPS; i++) {
        lamp_off(s, i);
    }
    lamp_free(s);
}

static void lamp_reset(DeviceState *dev)
{
    LampState *s = LAMP(dev);

    s->lit = false;
}
";

fn cases() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let device = DEVICE.as_bytes().to_vec();
    let shorter = DEVICE.replace("    lamp_free(s);\n", "").into_bytes();
    let crlf = DEVICE.replace('\n', "\r\n").into_bytes();
    let shorter_crlf = crlf[..crlf.len() - 30].to_vec();
    let latin = [b"/* caf\xe9 */\n".as_slice(), &device].concat();
    let shorter_latin = [b"/* caf\xe9 */\n".as_slice(), &shorter].concat();
    vec![
        ("hw/lamp.c", device.clone(), shorter.clone()),
        ("hw/crlf.c", crlf, shorter_crlf),
        ("hw/latin.c", latin, shorter_latin),
        ("hw/no end.c", device[..device.len() - 1].to_vec(), device.clone()),
        ("hw/cut.c", device.clone(), device[..device.len() - 3].to_vec()),
        ("hw/empty.c", device, Vec::new()),
        ("hw/\"odd\\name.c", b"one\ntwo\n".to_vec(), b"two\n".to_vec()),
    ]
}

fn folder(program: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("diff-{program}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder is ours");
    }
    fs::create_dir_all(folder.join("hw")).expect("the target folder is writable");
    folder
}

fn check(program: &str, arguments: &[&str]) {
    let folder = folder(program);
    for (path, before, after) in cases() {
        fs::write(folder.join(path), &before).expect("the folder is ours");
        let diff = unified_diff(path, &before, &after);
        run(&folder, program, arguments, &diff);
        let patched = fs::read(folder.join(path)).expect("a diff of ours deletes no file");
        assert_eq!(String::from_utf8_lossy(&patched), String::from_utf8_lossy(&after), "{path}");
    }
}

fn run(folder: &Path, program: &str, arguments: &[&str], diff: &[u8]) {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        // The target folder may lie in a repository, where git would apply nothing here.
        .env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program is installed");
    let mut input = child.stdin.take().expect("standard input is a pipe");
    input.write_all(diff).expect("the program reads its input");
    drop(input);
    let status = child.wait().expect("the program ends");
    assert!(status.success(), "{}", String::from_utf8_lossy(diff));
}

#[test]
fn git_applies_our_diffs() {
    check("git", &["apply", "--whitespace=nowarn"]);
}

#[test]
fn patch_applies_our_diffs() {
    check("patch", &["-p1", "--binary", "--silent"]);
}
