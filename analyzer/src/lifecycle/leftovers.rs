//! What a deletion would leave behind or take from others, beyond the statements that the clean-up
//! closure sees: file-level variables, and locals that only a macro reads.

use crate::model::{FileId, Function, Location, StmtKind};
use crate::syntax::c::scan::ItemKind;
use crate::tree::{ItemId, Tree};
use devmodel_edit::{Edit, Span};
use rustc_hash::FxHashSet;

/// A name that the deletion would leave unused, or that a macro still needs.
pub(crate) fn find(tree: &Tree<'_>, edits: &[Edit]) -> Option<String> {
    let files: FxHashSet<FileId> = edits.iter().map(|edit| edit.file).collect();
    files.into_iter().find_map(|file| {
        let cuts: Vec<Span> =
            edits.iter().filter(|edit| edit.file == file).map(|edit| edit.span).collect();
        let removed = words_of(tree, file, &cuts);
        unused_variable(tree, file, &cuts, &removed).or_else(|| read_by_macro(tree, file, &cuts))
    })
}

fn words_of(tree: &Tree<'_>, file: FileId, cuts: &[Span]) -> FxHashSet<String> {
    let texts = cuts.iter().map(|&cut| tree.source(Location::new(file, cut)));
    texts.flat_map(|text| words(&text).map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// A static variable that nothing but the deleted text mentions.
fn unused_variable(
    tree: &Tree<'_>,
    file: FileId,
    cuts: &[Span],
    removed: &FxHashSet<String>,
) -> Option<String> {
    let whole = String::from_utf8_lossy(tree.text(file));
    for id in tree.items_in(file) {
        let item = tree.item(id);
        let name = tree.name(id);
        let variable = match item.kind {
            ItemKind::Variable => true,
            ItemKind::Declaration => !tree.mentions_text(id, "("),
            _ => false,
        };
        let gone = cuts.iter().any(|cut| cut.contains(item.span));
        if gone || !variable || !item.is_static || !removed.contains(name.as_str()) {
            continue;
        }
        let kept = whole.match_indices(name.as_str()).any(|(at, _)| {
            let at = Span::new(at as u32, (at + name.len()) as u32);
            !cuts.iter().any(|cut| cut.contains(at)) && !item.span.contains(at)
        });
        if !kept {
            return Some(format!("`{name}` would be left unused"));
        }
    }
    None
}

/// A deleted local that a macro, still used by its function, reads without being handed it.
fn read_by_macro(tree: &Tree<'_>, file: FileId, cuts: &[Span]) -> Option<String> {
    tree.items_in(file).find_map(|id| {
        let item = tree.item(id);
        let cut = |span: Span| cuts.iter().any(|cut| cut.contains(span));
        let touched = cuts.iter().any(|cut| cut.overlaps(item.span));
        if item.kind != ItemKind::Function || !touched || cut(item.span) {
            return None;
        }
        let locals = dropped_locals(tree.function(id), &cut);
        let mut macros = tree.mentions(id).iter().flat_map(|one| tree.macros_named(one.name()));
        macros.find_map(|define| {
            let word = free_words(tree, define).into_iter().find(|word| locals.contains(word))?;
            Some(format!("the macro `{}` may need `{word}`", tree.name(define)))
        })
    })
}

fn dropped_locals(function: &Function, cut: &dyn Fn(Span) -> bool) -> FxHashSet<String> {
    let mut dropped = FxHashSet::default();
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            let gone = locals.iter().filter(|local| cut(local.span));
            dropped.extend(gone.map(|local| local.name.to_string()));
        }
    });
    dropped
}

/// The words of a macro's body that are not its parameters.
fn free_words(tree: &Tree<'_>, define: ItemId) -> Vec<String> {
    let text = tree.source(tree.location(define));
    let split = text.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let Some((parameters, body)) = split else { return Vec::new() };
    let handed: Vec<&str> = words(parameters).collect();
    words(body).filter(|word| !handed.contains(word)).map(str::to_owned).collect()
}
