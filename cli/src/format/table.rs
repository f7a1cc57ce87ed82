//! Calls in columns.

use super::paint::{self, STRONG, paint};
use super::place::Places;
use super::text::printable;
use devmodel_analyzer::lifecycle::{Owner, RegionCall};
use std::io::{self, Write};

const HEADINGS: [&str; 7] =
    ["CALL", "FUNCTION", "CALLEE", "REGION", "OWNER", "CONTAINER", "VERDICT"];

type Row = [String; 7];

/// Prints one aligned row per call.
pub(crate) fn write(
    calls: &[&RegionCall],
    places: &Places<'_>,
    color: bool,
    output: &mut dyn Write,
) -> io::Result<()> {
    let rows: Vec<Row> = calls.iter().map(|call| row(call, places)).collect();
    let widths = widths(&rows);
    let headings = line(&HEADINGS.map(str::to_owned), &widths);
    writeln!(output, "{}", paint(&headings, STRONG, color))?;
    for (row, call) in rows.iter().zip(calls) {
        let style = paint::verdict(call.verdict);
        writeln!(output, "{}", paint(&line(row, &widths), style, color))?;
    }
    Ok(())
}

fn row(call: &RegionCall, places: &Places<'_>) -> Row {
    let place = places.of(call.location);
    [
        format!("{}:{}", place.file, place.start.line),
        call.function.to_string(),
        call.callee.to_string(),
        or_unknown(&call.region),
        owner(&call.owner),
        or_unknown(&call.container),
        call.verdict.as_str().to_owned(),
    ]
    .map(|cell| printable(&cell))
}

fn or_unknown(name: &str) -> String {
    if name.is_empty() { "?" } else { name }.to_owned()
}

fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Unknown => "?".to_owned(),
        owner => owner.as_str().to_owned(),
    }
}

fn widths(rows: &[Row]) -> [usize; 7] {
    let mut widths = HEADINGS.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

fn line(row: &Row, widths: &[usize; 7]) -> String {
    let mut text = String::new();
    for (cell, width) in row.iter().zip(widths) {
        text.push_str(&format!("{cell:width$}  "));
    }
    text.trim_end().to_owned()
}
