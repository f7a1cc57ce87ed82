//! What goes from the functions of a device, and what goes with it.

use super::call::parameters;
use super::device::{Device, methods};
use super::draft::Draft;
use super::import::identifiers;
use super::page::Page;
use super::range_of;
use std::collections::BTreeSet;
use std::ops::Range;
use syn::{ImplItemFn, ItemImpl, Pat};

/// What goes.
#[derive(Clone, Default)]
pub(super) struct Cut<'t> {
    /// Statements, loops and branches.
    pub(super) nodes: Vec<Range<usize>>,
    /// What is written in the place of an expression.
    pub(super) instead: Vec<(Range<usize>, String)>,
    /// Whole functions, and the implementations that they are in.
    pub(super) functions: Vec<(&'t ItemImpl, &'t ImplItemFn)>,
    /// Functions of which something stays.
    pub(super) touched: Vec<&'t ImplItemFn>,
    /// Words that name hooks: attribute and word, by number.
    pub(super) words: BTreeSet<(usize, usize)>,
}

impl<'t> Cut<'t> {
    /// Adds what another one takes.
    pub(super) fn extend(&mut self, other: &Self) {
        self.nodes.extend(other.nodes.iter().cloned());
        self.instead.extend(other.instead.iter().cloned());
        self.functions.extend(other.functions.iter().copied());
        self.touched.extend(other.touched.iter().copied());
        self.words.extend(&other.words);
    }

    /// Whether a function goes as a whole.
    pub(super) fn takes(&self, function: &ImplItemFn) -> bool {
        self.functions.iter().any(|(_, gone)| std::ptr::eq(*gone, function))
    }

    /// Whether what stands at a position goes.
    pub(super) fn covers(&self, at: usize) -> bool {
        let functions = self.functions.iter().map(|(_, function)| range_of(*function));
        let instead = self.instead.iter().map(|(range, _)| range.clone());
        self.nodes.iter().cloned().chain(functions).chain(instead).any(|gone| gone.contains(&at))
    }

    /// The edits but for imports.
    pub(super) fn draft(&self, device: &Device<'t>, page: &Page<'t>) -> Draft {
        let mut draft = Draft::default();
        let functions: Vec<Range<usize>> =
            self.functions.iter().map(|(_, function)| range_of(*function)).collect();
        let is_gone = |range: &Range<usize>| {
            functions.iter().any(|gone| gone.start <= range.start && range.end <= gone.end)
        };
        for node in self.nodes.iter().filter(|node| !is_gone(node)) {
            draft.delete(page, node);
        }
        for (range, text) in self.instead.iter().filter(|(range, _)| !is_gone(range)) {
            draft.replace(range.clone(), text.clone());
        }
        for of in device.impls() {
            self.cut_impl(of, page, &mut draft);
        }
        for function in &self.touched {
            if !self.takes(function) {
                self.free_parameters(function, page, &mut draft);
            }
        }
        self.cut_words(device, page, &mut draft);
        draft
    }

    /// Functions of an implementation; with the last one goes all of it.
    fn cut_impl(&self, of: &'t ItemImpl, page: &Page<'t>, draft: &mut Draft) {
        let gone: Vec<&ImplItemFn> = methods(of).filter(|function| self.takes(function)).collect();
        if gone.is_empty() {
            return;
        }
        if gone.len() == of.items.len() {
            draft.delete(page, &range_of(of));
            return;
        }
        for function in gone {
            draft.delete(page, &range_of(function));
        }
    }

    /// Parameters that are no longer used get no name.
    fn free_parameters(&self, function: &ImplItemFn, page: &Page<'t>, draft: &mut Draft) {
        let body = range_of(&function.block);
        let is_gone = |at: usize| {
            self.nodes
                .iter()
                .chain(self.instead.iter().map(|(range, _)| range))
                .any(|gone| gone.contains(&at))
        };
        let words: Vec<(String, bool)> = identifiers(&page.text[body.clone()])
            .into_iter()
            .map(|(name, at)| (name, is_gone(body.start + at)))
            .collect();
        for (pattern, _) in parameters(&function.sig) {
            let Pat::Ident(name) = pattern else { continue };
            let uses = || words.iter().filter(|(word, _)| name.ident == word);
            if uses().next().is_some() && uses().all(|(_, is_gone)| *is_gone) {
                draft.replace(range_of(name), "_");
            }
        }
    }

    fn cut_words(&self, device: &Device<'_>, page: &Page<'_>, draft: &mut Draft) {
        for (number, words) in device.words.iter().enumerate() {
            let gone: Vec<usize> = self
                .words
                .iter()
                .filter(|(list, _)| *list == number)
                .map(|(_, word)| *word)
                .collect();
            if gone.is_empty() {
                continue;
            }
            if gone.len() == words.list.len() {
                draft.delete(page, &words.range);
                continue;
            }
            for range in words.without(&gone) {
                draft.replace(range, "");
            }
        }
    }
}

/// Whether a body has comments besides those that go with `nodes`.
pub(super) fn has_comments(page: &Page<'_>, function: &ImplItemFn, nodes: &[Range<usize>]) -> bool {
    let body = range_of(&function.block);
    let (first, last) = (page.line_of(body.start), page.line_of(body.end - 1));
    let gone: Vec<Range<usize>> = nodes.iter().filter_map(|node| page.lines_of(node)).collect();
    let is_gone = |line: usize| gone.iter().any(|lines| lines.contains(&line));
    (first + 1..last).any(|line| page.is_comment(line) && !is_gone(line))
}
