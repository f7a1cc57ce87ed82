//! Calls and locals as lines.

use crate::model::Name;

/// A call to be written, and what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The function called.
    pub(crate) callee: Name,
    /// The arguments, as they are to be written.
    pub(crate) arguments: Vec<String>,
    /// The conditions under which it is made, all of which must hold.
    pub(crate) guards: Vec<String>,
    /// The header of the loop that it stands in, without its body.
    pub(crate) header: Option<String>,
}

/// A local to be declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// The declaration without its semicolon.
    pub(crate) declaration: String,
}

/// Lines longer than this are broken.
const WIDTH: usize = 80;

/// The lines of calls in a block with this indentation; neighbours under the same conditions share
/// them.
pub(super) fn lines(calls: &[Call], indentation: &str, unit: &str) -> Vec<String> {
    let same = |one: &Call, other: &Call| {
        (&one.guards, &one.header) == (&other.guards, &other.header) && one.is_nested()
    };
    let mut lines = Vec::new();
    for group in calls.chunk_by(same) {
        let mut heads = Vec::new();
        if !group[0].guards.is_empty() {
            heads.push(format!("if ({})", group[0].guards.join(" && ")));
        }
        heads.extend(group[0].header.clone());
        let mut depth = indentation.to_owned();
        for head in &heads {
            lines.push(format!("{depth}{head} {{"));
            depth.push_str(unit);
        }
        lines.extend(group.iter().flat_map(|call| call.statement(&depth)));
        for _ in &heads {
            depth.truncate(depth.len() - unit.len());
            lines.push(format!("{depth}}}"));
        }
    }
    lines
}

/// The lines that declare locals.
pub(super) fn declarations(variables: &[Variable], indentation: &str) -> Vec<String> {
    variables.iter().map(|one| format!("{indentation}{};", one.declaration)).collect()
}

impl Call {
    fn is_nested(&self) -> bool {
        !self.guards.is_empty() || self.header.is_some()
    }

    /// The call as a statement, its arguments below each other if they do not fit.
    fn statement(&self, indentation: &str) -> Vec<String> {
        let head = format!("{indentation}{}(", self.callee);
        let whole = format!("{head}{});", self.arguments.join(", "));
        if columns(&whole) <= WIDTH {
            return vec![whole];
        }
        let aligned = format!("{indentation}{}", " ".repeat(self.callee.len() + 1));
        let last = self.arguments.len().saturating_sub(1);
        let line = |(at, argument): (usize, &String)| {
            let start = if at == 0 { &head } else { &aligned };
            format!("{start}{argument}{}", if at == last { ");" } else { "," })
        };
        self.arguments.iter().enumerate().map(line).collect()
    }
}

fn columns(line: &str) -> usize {
    line.chars().map(|c| if c == '\t' { 8 } else { 1 }).sum()
}
