//! How much changes in which file, as `git diff --stat` prints it.

use crate::fix::Change;
use crate::format::text::count;

/// As wide as a line of a mail.
const WIDTH: usize = 72;

/// The table of files and the line that sums it up.
pub(super) fn table(changes: &[Change]) -> String {
    let rows: Vec<Row> = changes.iter().map(Row::of).collect();
    let columns = Columns::of(&rows);
    let mut table: String = rows.iter().map(|row| columns.line(row)).collect();
    table.push_str(&sum(&rows));
    table
}

struct Row {
    name: String,
    added: usize,
    deleted: usize,
}

impl Row {
    fn of(change: &Change) -> Self {
        let diff = change.diff();
        let hunks = diff.split(|&byte| byte == b'\n').skip_while(|line| !line.starts_with(b"@@"));
        let (mut added, mut deleted) = (0, 0);
        for line in hunks {
            added += usize::from(line.starts_with(b"+"));
            deleted += usize::from(line.starts_with(b"-"));
        }
        Self { name: change.path.clone(), added, deleted }
    }

    fn total(&self) -> usize {
        self.added + self.deleted
    }
}

/// How wide the columns are: git's own rules.
struct Columns {
    name: usize,
    number: usize,
    graph: usize,
    most: usize,
}

impl Columns {
    fn of(rows: &[Row]) -> Self {
        let most = rows.iter().map(Row::total).max().unwrap_or(0);
        let number = most.to_string().len();
        let mut name = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let mut graph = most;
        if name + number + 6 + graph > WIDTH {
            graph = graph.min((WIDTH * 3 / 8).saturating_sub(number + 6).max(6));
            let left = WIDTH.saturating_sub(number + 6 + graph);
            if name > left {
                name = left;
            } else {
                graph = WIDTH - number - 6 - name;
            }
        }
        Self { name, number, graph, most }
    }

    fn line(&self, row: &Row) -> String {
        let (added, deleted) = self.scaled(row);
        let graph = format!("{}{}", "+".repeat(added), "-".repeat(deleted));
        let (name, number) = (self.shortened(&row.name), row.total());
        let line = format!(" {name:<0$} | {number:>1$} {graph}", self.name, self.number);
        format!("{}\n", line.trim_end())
    }

    /// The end of a name that is too long, from a folder on if there is one in it.
    fn shortened(&self, name: &str) -> String {
        let length = name.chars().count();
        if length <= self.name {
            return name.to_owned();
        }
        let end: String = name.chars().skip(length - self.name.saturating_sub(3)).collect();
        format!("...{}", end.find('/').map_or(end.as_str(), |slash| &end[slash..]))
    }

    fn scaled(&self, row: &Row) -> (usize, usize) {
        if self.most < self.graph {
            return (row.added, row.deleted);
        }
        let scale = |number: usize| match number {
            0 => 0,
            number => 1 + number * (self.graph - 1) / self.most,
        };
        let both = row.added > 0 && row.deleted > 0;
        let total = scale(row.total()).max(if both { 2 } else { 0 });
        if row.added < row.deleted {
            let added = scale(row.added);
            (added, total - added)
        } else {
            let deleted = scale(row.deleted);
            (total - deleted, deleted)
        }
    }
}

fn sum(rows: &[Row]) -> String {
    let total = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    let (added, deleted) = (total(|row| row.added), total(|row| row.deleted));
    let mut line = format!(" {} changed", count(rows.len(), "file", "files"));
    if added > 0 || deleted == 0 {
        line.push_str(&format!(", {}", count(added, "insertion(+)", "insertions(+)")));
    }
    if deleted > 0 || added == 0 {
        line.push_str(&format!(", {}", count(deleted, "deletion(-)", "deletions(-)")));
    }
    line.push('\n');
    line
}
