//! A unified diff for people.

use super::paint::{ADDED, PLACE, PLAIN, REMOVED, STRONG, paint};
use clap::builder::styling::Style;
use std::io::{self, Write};

/// Prints a diff with colours, where they are wanted, and without anything that a terminal would obey.
pub(crate) fn write(diff: &[u8], color: bool, output: &mut dyn Write) -> io::Result<()> {
    for line in String::from_utf8_lossy(diff).lines() {
        writeln!(output, "{}", paint(&displayable(line), style(line), color))?;
    }
    Ok(())
}

fn style(line: &str) -> Style {
    match line.as_bytes() {
        [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => STRONG,
        [b'@', ..] => PLACE,
        [b'-', ..] => REMOVED,
        [b'+', ..] => ADDED,
        _ => PLAIN,
    }
}

fn displayable(line: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\t' { '\u{fffd}' } else { c };
    line.chars().map(shown).collect()
}
