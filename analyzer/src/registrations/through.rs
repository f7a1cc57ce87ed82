//! What a function that is called leaves registered.

use super::call::Call;
use super::program::{MethodId, Program};
use super::walk::{Site, walk_to};

/// What a function of the tree leaves registered with something that it was handed, without a trace of it
/// for somebody else.
pub(super) fn left_by<'a>(
    program: &Program<'a>,
    id: MethodId,
    call: Call<'a>,
    depth: usize,
) -> Vec<Site<'a>> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    let callee = program.meaning(call.callee);
    let Some(callee) = callee.filter(|callee| *callee != id && program.registers(*callee)) else {
        return Vec::new();
    };
    let method = program.methods[id].0;
    let parameters = &program.methods[callee].0.parameters;
    let inner = walk_to(program, callee, depth);
    let left = inner.left.iter().filter_map(|(at, is_recorded)| {
        let site = &inner.sites[*at];
        if *is_recorded || !program.is_removed_nearby(id, site.pair) {
            return None;
        }
        let position = parameters.iter().position(|(name, _)| *name == site.container.root)?;
        let mut container = program.place_in(method, call.args.get(position)?)?;
        container.fields.extend(site.container.fields.iter().cloned());
        let inner = site.inner.unwrap_or((callee, site.call.expr.span));
        Some(Site { pair: site.pair, call, inner: Some(inner), container, what: None, held: None })
    });
    left.collect()
}
