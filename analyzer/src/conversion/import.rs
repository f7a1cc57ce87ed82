//! Imports as trees: without what is no longer used, with what is new, as a formatter writes them.

use super::names;
use syn::UseTree;

/// The widest line.
const WIDTH: usize = 100;

const INDENT: &str = "    ";

/// A tree of imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Import {
    Leaf { name: String, rename: Option<String> },
    Glob,
    Path(String, Box<Self>),
    Group(Vec<Self>),
}

impl Import {
    /// The tree that is written.
    pub(super) fn of(tree: &UseTree) -> Self {
        match tree {
            UseTree::Path(step) => {
                Self::Path(step.ident.to_string(), Box::new(Self::of(&step.tree)))
            }
            UseTree::Name(name) => Self::Leaf { name: name.ident.to_string(), rename: None },
            UseTree::Rename(name) => {
                Self::Leaf { name: name.ident.to_string(), rename: Some(name.rename.to_string()) }
            }
            UseTree::Glob(_) => Self::Glob,
            UseTree::Group(group) => Self::Group(group.items.iter().map(Self::of).collect()),
        }
    }

    /// The leaf at the end of a path.
    pub(super) fn at(path: &[&str], end: Self) -> Self {
        path.iter().rev().fold(end, |tree, step| Self::Path((*step).to_owned(), Box::new(tree)))
    }

    /// A plain leaf.
    pub(super) fn leaf(name: &str) -> Self {
        Self::Leaf { name: name.to_owned(), rename: None }
    }

    /// The tree without the leaves that are not wanted; `None` if nothing is left. A group of one is none.
    pub(super) fn retain(self, wanted: &mut dyn FnMut(&[String], &Self) -> bool) -> Option<Self> {
        self.retain_below(&mut Vec::new(), wanted)
    }

    fn retain_below(
        self,
        path: &mut Vec<String>,
        wanted: &mut dyn FnMut(&[String], &Self) -> bool,
    ) -> Option<Self> {
        match self {
            Self::Path(step, tree) => {
                path.push(step.clone());
                let tree = tree.retain_below(path, wanted);
                path.pop();
                Some(Self::Path(step, Box::new(tree?)))
            }
            Self::Group(list) => {
                let before = list.len();
                let mut list: Vec<Self> =
                    list.into_iter().filter_map(|tree| tree.retain_below(path, wanted)).collect();
                match list.as_slice() {
                    [] => None,
                    [Self::Leaf { name, .. }] if name == "self" => Some(Self::Group(list)),
                    [_] if before > 1 => list.pop(),
                    _ => Some(Self::Group(list)),
                }
            }
            leaf => wanted(path, &leaf).then_some(leaf),
        }
    }

    /// Adds a tree to a group, where it belongs in its order; what starts alike is joined.
    pub(super) fn insert(list: &mut Vec<Self>, tree: Self) {
        if let Self::Path(step, below) = &tree {
            let same = list.iter_mut().find_map(|other| match other {
                Self::Path(other, tree) if other == step => Some(tree),
                _ => None,
            });
            if let Some(same) = same {
                same.join((**below).clone());
                return;
            }
        }
        if list.contains(&tree) {
            return;
        }
        let key = tree.key();
        let at = list.iter().position(|other| other.key() > key).unwrap_or(list.len());
        list.insert(at, tree);
    }

    fn join(&mut self, other: Self) {
        let mut list = match std::mem::replace(self, Self::Glob) {
            Self::Group(list) => list,
            single => vec![single],
        };
        match other {
            Self::Group(others) => {
                others.into_iter().for_each(|tree| Self::insert(&mut list, tree))
            }
            single => Self::insert(&mut list, single),
        }
        *self = if list.len() == 1 { list.remove(0) } else { Self::Group(list) };
    }

    /// What the trees of a group are ordered by: `self`, then capitals before small letters.
    fn key(&self) -> (u8, String) {
        match self {
            Self::Leaf { name, .. } if name == "self" => (0, String::new()),
            Self::Leaf { name, .. } => (1, name.clone()),
            Self::Path(step, below) => {
                let (_, below) = below.key();
                (1, format!("{step}::{below}"))
            }
            Self::Glob => (2, String::new()),
            Self::Group(_) => (3, String::new()),
        }
    }

    /// The tree behind `use `, which starts in a column of a line of this indentation.
    pub(super) fn written(&self, indent: &str, column: usize, end: &str) -> String {
        let line = self.line();
        if !self.has_nested_group() && column + line.len() < WIDTH {
            return line;
        }
        self.broken(indent, column, end)
    }

    fn broken(&self, indent: &str, column: usize, end: &str) -> String {
        match self {
            Self::Path(step, tree) => {
                let head = format!("{step}::");
                let rest = match &**tree {
                    tree @ (Self::Path(..) | Self::Group(_)) => {
                        tree.broken(indent, column + head.len(), end)
                    }
                    tree => tree.line(),
                };
                format!("{head}{rest}")
            }
            Self::Group(list) => {
                let is_nested = list.iter().any(Self::is_group);
                let line = self.line();
                if !is_nested && column + line.len() < WIDTH {
                    return line;
                }
                let inner = format!("{indent}{INDENT}");
                format!("{{{end}{}{end}{indent}}}", filled(list, is_nested, &inner, end))
            }
            leaf => leaf.line(),
        }
    }

    /// Whether a group within is one of groups.
    fn has_nested_group(&self) -> bool {
        match self {
            Self::Path(_, tree) => tree.has_nested_group(),
            Self::Group(list) => list.iter().any(Self::is_group),
            _ => false,
        }
    }

    fn is_group(&self) -> bool {
        match self {
            Self::Path(_, tree) => tree.is_group(),
            Self::Group(_) => true,
            _ => false,
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Leaf { name, rename: None } => name.clone(),
            Self::Leaf { name, rename: Some(rename) } => format!("{name} as {rename}"),
            Self::Glob => "*".to_owned(),
            Self::Path(step, tree) => format!("{step}::{}", tree.line()),
            Self::Group(list) => {
                let list: Vec<String> = list.iter().map(Self::line).collect();
                format!("{{{}}}", list.join(", "))
            }
        }
    }

    /// All leaves with the paths that lead to them, and the names that they bring in.
    pub(super) fn leaves(&self) -> Vec<(Vec<String>, String)> {
        let mut leaves = Vec::new();
        let mut copy = Some(self.clone());
        let _ = copy.take().and_then(|tree| {
            tree.retain(&mut |path, leaf| {
                leaves.extend(leaf.name(path).map(|name| (path.to_vec(), name)));
                true
            })
        });
        leaves
    }

    /// The name that a leaf brings in.
    pub(super) fn name(&self, path: &[String]) -> Option<String> {
        let Self::Leaf { name, rename } = self else { return None };
        let name = rename.as_ref().unwrap_or(name);
        let name = if name == "self" { path.last()? } else { name };
        Some(name.trim_start_matches("r#").to_owned())
    }
}

/// As many trees on a line as fit; within a group that has groups, those with a path are alone.
fn filled(list: &[Import], is_nested: bool, indent: &str, end: &str) -> String {
    let mut text = String::new();
    let (mut column, mut is_alone) = (0, false);
    for (at, tree) in list.iter().enumerate() {
        let item = tree.written(indent, indent.len(), end);
        let has_path = item.contains("::");
        let must_break = column > 0
            && (column + 1 + item.len() + 1 > WIDTH - indent.len()
                || (is_nested && (is_alone || (at > 0 && has_path))));
        if must_break {
            text.push_str(end);
            column = 0;
        }
        if column == 0 {
            text.push_str(indent);
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(&item);
        text.push(',');
        column += item.len() + 1;
        is_alone = has_path;
    }
    text
}

/// The identifiers of a text with where they start.
pub(super) fn identifiers(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    if let Ok(tokens) = text.parse() {
        collect(tokens, &mut found);
    }
    found
}

fn collect(tokens: proc_macro2::TokenStream, found: &mut Vec<(String, usize)>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(word) => {
                found.push((names::text(&word), word.span().byte_range().start));
            }
            proc_macro2::TokenTree::Group(group) => collect(group.stream(), found),
            _ => {}
        }
    }
}
