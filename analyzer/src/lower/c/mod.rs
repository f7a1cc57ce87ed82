use crate::model::*;
use crate::syntax::c::words::MacroWords;
pub(crate) struct Item<'a> { pub(crate) file: FileId, pub(crate) text: &'a [u8], pub(crate) span: Span }
pub(crate) fn lower_function(_i: &Item<'_>, _w: &MacroWords) -> Function { loop {} }
pub(crate) fn lower_initializers(_i: &Item<'_>, _w: &MacroWords) -> Vec<Variable> { vec![] }
pub(crate) fn lower_record(_i: &Item<'_>, _w: &MacroWords) -> Option<Record> { None }
