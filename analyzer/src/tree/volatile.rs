//! What changes by itself, so that reading it counts.

use super::Tree;
use crate::model::{Expr, ExprKind, FileId, Location, Name};
use crate::syntax::c::scan::ItemKind;
use rustc_hash::FxHashSet;

const WORD: &str = "volatile";

impl Tree<'_> {
    /// Whether the name, field or cast that `expr` is may be volatile, or point to what is.
    pub(crate) fn is_volatile(&self, file: FileId, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Member { name, .. } => {
                self.volatile_fields.get_or_init(|| self.find_volatile_fields()).contains(name)
            }
            ExprKind::Name(name) => {
                let text = String::from_utf8_lossy(self.text(file));
                declared(&text).any(|word| word == name)
            }
            ExprKind::Cast(..) => self.source(Location::new(file, expr.span)).contains(WORD),
            _ => false,
        }
    }

    fn find_volatile_fields(&self) -> FxHashSet<Name> {
        let records = self.items_of(ItemKind::Record).filter(|&id| self.mentions_text(id, WORD));
        let texts = records.map(|id| self.source(self.location(id)));
        texts.flat_map(|text| declared(&text).map(Name::new).collect::<Vec<_>>()).collect()
    }
}

/// The words that stand between `volatile` and the end of what it is part of.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(WORD).skip(1);
    let parts = parts.map(|rest| rest.split([';', ',', ')', '=', '{']).next().unwrap_or_default());
    parts.flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
}
