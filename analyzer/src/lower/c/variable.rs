//! Variables at file scope with their initialisers.

use super::Item;
use super::kind::Kind;
use super::walker::Walker;
use crate::model::{Local, Location, Variable};
use crate::syntax::c::Branches;
use crate::syntax::c::mask::{MacroWords, Scope, Source};
use crate::syntax::c::parse::parse;
use tree_sitter::Tree;

/// Lowers the variables that an item declares. What does not parse in an initialiser is unknown.
pub(crate) fn lower_initializers(item: &Item<'_>, words: &MacroWords) -> Vec<Variable> {
    let Some((text, tree)) = best_tree(item, Scope::Initializer, words) else {
        return Vec::new();
    };
    let mut walker = Walker::new(item.source(), &text, item.span.start, tree.root_node());
    let mut locals = Vec::new();
    walker.each_child(|walker, _, kind| {
        if kind == Kind::Declaration {
            locals.extend(walker.declared().0);
        }
    });
    locals.into_iter().map(|local| variable(item, local)).collect()
}

fn variable(item: &Item<'_>, local: Local) -> Variable {
    let location = Location::new(item.file, local.span);
    Variable { name: local.name, ty: local.ty, location, init: local.init }
}

/// The first version of the text that parses; if none does, the one that keeps all of it.
pub(super) fn best_tree(
    item: &Item<'_>,
    scope: Scope,
    words: &MacroWords,
) -> Option<(Vec<u8>, Tree)> {
    let source = Source::new(item.source(), scope, words);
    let mut first = None;
    for branches in Branches::ATTEMPTS {
        let text = source.masked(branches).text;
        let tree = parse(&text)?;
        if !tree.root_node().has_error() {
            return Some((text, tree));
        }
        first = first.or(Some((text, tree)));
        if source.directives().next().is_none() {
            break;
        }
    }
    first
}
