//! The calls of a realize hook that attributes replace, and what they leave behind.

use super::access::Accesses;
use super::call::Reader;
use super::cut::{Cut, has_comments};
use super::device::Device;
use super::import::identifiers;
use super::page::Page;
use super::range_of;
use std::ops::Range;
use syn::{Expr, Pat, Stmt};

/// What goes from the realize hook when regions of these names are made by attributes.
pub(super) fn cut<'t>(
    device: &Device<'t>,
    fields: &[&str],
    reader: Reader<'_, 't>,
    page: &Page<'t>,
    is_spare: &dyn Fn(&Expr) -> bool,
) -> Cut<'t> {
    let mut cut = Cut::default();
    let Some(hook) = device.realize() else { return cut };
    let statements = &hook.function.block.stmts;
    let mut gone = vec![false; statements.len()];
    for (at, statement) in statements.iter().enumerate() {
        if reader.is_about(statement, None, fields) {
            gone[at] = true;
        } else if let Stmt::Expr(Expr::ForLoop(each), _) = statement
            && let Some(over) = reader.each(each)
        {
            let inner =
                each.body.stmts.iter().filter(|inner| reader.is_about(inner, Some(&over), fields));
            let inner: Vec<Range<usize>> = inner.map(range_of).collect();
            gone[at] = !inner.is_empty() && inner.len() == each.body.stmts.len();
            if !gone[at] {
                cut.nodes.extend(inner);
            }
        }
    }
    spare_locals(statements, &mut gone, page, is_spare);
    let last = statements.len().wrapping_sub(1);
    let mut is_empty = cut.nodes.is_empty();
    for (at, statement) in statements.iter().enumerate() {
        let is_tail = at == last && matches!(statement, Stmt::Expr(_, None));
        match (gone[at], is_tail) {
            (true, true) => cut.instead.push((range_of(statement), "Ok(())".to_owned())),
            (true, false) => cut.nodes.push(range_of(statement)),
            (false, _) => is_empty &= is_success(statement),
        }
    }
    if cut.nodes.is_empty() && cut.instead.is_empty() {
        return cut;
    }
    if is_empty && !has_comments(page, hook.function, &cut.nodes) {
        cut.functions.push((hook.owner, hook.function));
        cut.words.extend(hook.word);
    } else {
        cut.touched.push(hook.function);
    }
    cut
}

/// Locals that nothing but what goes has mentioned.
fn spare_locals(
    statements: &[Stmt],
    gone: &mut [bool],
    page: &Page<'_>,
    is_spare: &dyn Fn(&Expr) -> bool,
) {
    for at in 0..statements.len() {
        let Stmt::Local(local) = &statements[at] else { continue };
        let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) else { continue };
        if !is_spare(&init.expr) {
            continue;
        }
        let name = super::names::text(&name.ident);
        let mentions = |statement: &Stmt| {
            identifiers(&page.text[range_of(statement)]).iter().any(|(word, _)| *word == name)
        };
        let others = || (0..statements.len()).filter(|&other| other != at);
        let is_used = others().any(|other| gone[other] && mentions(&statements[other]));
        let is_needed = others().any(|other| !gone[other] && mentions(&statements[other]));
        gone[at] = is_used && !is_needed;
    }
}

/// Whether a statement is `Ok(())`.
fn is_success(statement: &Stmt) -> bool {
    let Stmt::Expr(Expr::Call(call), None) = statement else { return false };
    let is_ok = matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Ok"));
    is_ok && matches!(call.args.first(), Some(Expr::Tuple(unit)) if unit.elems.is_empty())
}

/// Constants of accesses that only what goes has mentioned.
pub(super) fn spare_constant(
    accesses: &Accesses,
    device: &Device<'_>,
    cut: &Cut<'_>,
    page: &Page<'_>,
) -> Option<Range<usize>> {
    let name = accesses.constant.as_ref()?;
    let item = device.items.iter().find_map(|item| match item {
        syn::Item::Const(item) if item.ident == name => Some(item),
        _ => None,
    })?;
    let own = range_of(item);
    let is_private = matches!(item.vis, syn::Visibility::Inherited);
    let is_gone = |at: usize| own.contains(&at) || cut.covers(at);
    let words = identifiers(page.text);
    let is_needed = words.iter().any(|(word, at)| word == name && !is_gone(*at));
    (is_private && !is_needed).then_some(own)
}
