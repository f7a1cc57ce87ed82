//! The imports of a module after its code has changed.

use super::draft::Draft;
use super::import::{Import, identifiers};
use super::page::Page;
use super::range_of;
use crate::model::FileId;
use crate::vocabulary::FrameworkWords;
use std::ops::Range;
use syn::{Item, ItemUse};

/// An import and what becomes of it.
struct Line<'t> {
    item: &'t ItemUse,
    tree: Option<Import>,
    is_changed: bool,
}

impl Line<'_> {
    /// The name of the crate.
    fn root(&self) -> String {
        match &self.item.tree {
            syn::UseTree::Path(step) => step.ident.to_string(),
            _ => String::new(),
        }
    }
}

/// What a module is given to know.
pub(super) struct Importer<'i, 't> {
    pub(super) page: &'i Page<'t>,
    pub(super) items: &'t [Item],
    pub(super) words: &'i FrameworkWords,
    /// How the framework is called here.
    pub(super) roots: &'i [String],
}

impl<'t> Importer<'_, 't> {
    /// The changes to imports after those of `draft`: names that it made superfluous go, and `wanted` come.
    /// They are paths behind the name of the crate.
    pub(super) fn tidy(&self, draft: &Draft, wanted: &[String]) -> Draft {
        let mut lines: Vec<Line<'t>> = self.lines();
        let gone = self.superfluous(draft, &lines);
        for line in &mut lines {
            let Some(tree) = line.tree.take() else { continue };
            let before = tree.clone();
            line.tree = tree
                .retain(&mut |path, leaf| leaf.name(path).is_none_or(|name| !gone.contains(&name)));
            line.is_changed = line.tree.as_ref() != Some(&before);
        }
        self.add(&mut lines, wanted);
        self.written(&lines)
    }

    fn lines(&self) -> Vec<Line<'t>> {
        let uses = self.items.iter().filter_map(|item| match item {
            Item::Use(item) => Some(item),
            _ => None,
        });
        uses.map(|item| Line { item, tree: Some(Import::of(&item.tree)), is_changed: false })
            .collect()
    }

    /// Names that were used before and are not after.
    fn superfluous(&self, draft: &Draft, lines: &[Line<'_>]) -> Vec<String> {
        let imports: Vec<Range<usize>> = lines.iter().map(|line| range_of(line.item)).collect();
        let edits = draft.edits(self.page, FileId(0));
        let is_within = |at: usize, range: &Range<usize>| range.contains(&at);
        let code: Vec<(String, usize)> = identifiers(self.page.text)
            .into_iter()
            .filter(|(_, at)| !imports.iter().any(|range| is_within(*at, range)))
            .collect();
        let mut after: Vec<String> = code
            .iter()
            .filter(|(_, at)| !edits.iter().any(|edit| is_within(*at, &edit.span.range())))
            .map(|(name, _)| name.clone())
            .collect();
        let written = edits.iter().flat_map(|edit| identifiers(edit.text.trim_start_matches('#')));
        after.extend(written.map(|(name, _)| name));
        let names = lines.iter().filter_map(|line| line.tree.as_ref()).flat_map(Import::leaves);
        names
            .map(|(_, name)| name)
            .filter(|name| code.iter().any(|(used, _)| used == name) && !after.contains(name))
            .collect()
    }

    /// Whether an import is of the by-hand layer alone.
    fn is_layer(&self, tree: &Import) -> bool {
        matches!(tree, Import::Path(root, below)
            if self.is_root(root)
                && matches!(&**below, Import::Path(module, _) if *self.words.module == **module))
    }

    fn is_root(&self, name: &str) -> bool {
        *self.words.root == *name || self.roots.iter().any(|root| root == name)
    }

    fn add(&self, lines: &mut [Line<'t>], wanted: &[String]) {
        let is_there = |lines: &[Line<'_>], path: &str| {
            lines.iter().filter_map(|line| line.tree.as_ref()).any(|tree| self.brings(tree, path))
        };
        let missing: Vec<&String> = wanted.iter().filter(|path| !is_there(lines, path)).collect();
        let (kinds, rest): (Vec<&String>, Vec<&String>) =
            missing.into_iter().partition(|path| path.contains("::"));
        for path in rest {
            self.add_leaf(lines, path);
        }
        for path in kinds {
            self.add_kind(lines, path);
        }
    }

    /// Whether a tree brings in something of the framework.
    fn brings(&self, tree: &Import, path: &str) -> bool {
        tree.leaves().iter().any(|(steps, name)| {
            let Some((root, steps)) = steps.split_first() else { return false };
            let mut full = steps.to_vec();
            full.push(name.clone());
            self.is_root(root) && full.join("::") == path
        })
    }

    /// Into the list of the framework's names, else into a line of its own.
    fn add_leaf(&self, lines: &mut [Line<'t>], name: &str) {
        if let Some(line) = self.listing(lines) {
            self.join(line, Import::leaf(name));
            return;
        }
        if let Some(line) = self.vacant(lines) {
            line.tree = Some(Import::at(&[&line.root()], Import::leaf(name)));
            return;
        }
        if let Some(line) = self.any(lines) {
            self.join(line, Import::leaf(name));
        }
    }

    /// To the other kinds, else in the place of the by-hand layer, else into the list.
    fn add_kind(&self, lines: &mut [Line<'t>], path: &str) {
        let Some((module, name)) = path.split_once("::") else { return };
        let own = lines.iter_mut().find(|line| {
            matches!(&line.tree, Some(Import::Path(root, below))
                if self.is_root(root) && matches!(&**below, Import::Path(step, _) if step == module))
        });
        if let Some(line) = own {
            self.join(line, Import::at(&[module], Import::leaf(name)));
            return;
        }
        if let Some(line) = self.vacant(lines) {
            line.tree = Some(Import::at(&[&line.root(), module], Import::leaf(name)));
            return;
        }
        if let Some(line) = self.listing(lines) {
            self.join(line, Import::at(&[module], Import::leaf(name)));
        }
    }

    /// The line that lists names of the framework.
    fn listing<'l>(&self, lines: &'l mut [Line<'t>]) -> Option<&'l mut Line<'t>> {
        lines.iter_mut().find(|line| {
            matches!(&line.tree, Some(Import::Path(root, below))
                if self.is_root(root) && matches!(**below, Import::Group(_) | Import::Leaf { .. }))
        })
    }

    /// The line of the by-hand layer, which nothing is left of.
    fn vacant<'l>(&self, lines: &'l mut [Line<'t>]) -> Option<&'l mut Line<'t>> {
        lines
            .iter_mut()
            .find(|line| line.tree.is_none() && self.is_layer(&Import::of(&line.item.tree)))
    }

    fn any<'l>(&self, lines: &'l mut [Line<'t>]) -> Option<&'l mut Line<'t>> {
        lines
            .iter_mut()
            .find(|line| matches!(&line.tree, Some(Import::Path(root, _)) if self.is_root(root)))
    }

    fn join(&self, line: &mut Line<'t>, tree: Import) {
        let Some(Import::Path(_, below)) = &mut line.tree else { return };
        let mut list = match std::mem::replace(&mut **below, Import::Glob) {
            Import::Group(list) => list,
            single => vec![single],
        };
        Import::insert(&mut list, tree);
        **below = if list.len() == 1 { list.remove(0) } else { Import::Group(list) };
        line.is_changed = true;
    }

    fn written(&self, lines: &[Line<'_>]) -> Draft {
        let mut draft = Draft::default();
        for line in lines.iter().filter(|line| line.is_changed) {
            let whole = range_of(line.item);
            let Some(tree) = &line.tree else {
                draft.delete(self.page, &whole);
                continue;
            };
            let at = range_of(&line.item.tree);
            if self.page.text[at.clone()].contains("//")
                || self.page.text[at.clone()].contains("/*")
            {
                draft.refused = true;
                continue;
            }
            let number = self.page.line_of(whole.start);
            let column = at.start - self.page.range(number).start;
            let text = tree.written(self.page.indent(number), column, self.page.end());
            if text != self.page.text[at.clone()] {
                draft.replace(at, text);
            }
        }
        draft
    }
}
