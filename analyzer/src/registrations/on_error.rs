//! What stays registered when a later step of the same function fails.

use super::armed::Armed;
use super::cure;
use super::program::{MethodId, Program};
use super::walk::{Leak, Site, walk};
use crate::lifecycle::{Registration, RegistrationKind};
use crate::vocabulary::Keeps;

/// Looks at one function.
pub(super) fn observe(program: &Program<'_>, id: MethodId) -> Vec<Registration> {
    let mut walked = walk(program, id);
    let armed = Armed::new(program, id);
    let stays: Vec<bool> =
        walked.sites.iter().map(|site| stays(program, id, site, &armed)).collect();
    walked.leaks.retain(|leak| {
        let site = &walked.sites[leak.site];
        stays[leak.site] && !armed.is_undone(site.pair, leak.exit.span, leak.is_recorded)
    });
    let cure = cure::on_error(program, id, &walked);
    let mut found = Vec::new();
    for (at, site) in walked.sites.iter().enumerate() {
        let leaks: Vec<&Leak> = walked.leaks.iter().filter(|leak| leak.site == at).collect();
        if let Some(first) = leaks.first() {
            let mut seen = seen(program, id, site, first);
            seen.cure.clone_from(&cure);
            found.push(seen);
        }
    }
    found
}

/// Whether a registration is still there after the function has failed, as far as the site tells.
fn stays(program: &Program<'_>, id: MethodId, site: &Site<'_>, armed: &Armed<'_, '_>) -> bool {
    let method = program.methods[id].0;
    let is_lasting = match program.pairs[site.pair].keeps {
        Keeps::Handle | Keeps::Kernel => true,
        // What closes the descriptor takes it back.
        Keeps::Descriptor => site.what.as_ref().is_some_and(|what| program.outlives(method, what)),
    };
    let is_closed = armed.is_program && !program.is_removed_somewhere(site.pair);
    is_lasting && !is_closed && program.outlives(method, &site.container)
}

fn seen(program: &Program<'_>, id: MethodId, site: &Site<'_>, leak: &Leak) -> Registration {
    let kind = RegistrationKind::LeftOnError;
    let mut seen = program.seen_at(kind, id, site.call, site.pair, &site.container);
    if let Some((inner, span)) = site.inner {
        let name = &program.methods[inner].0.function.name;
        let call = program.calls[inner].iter().find(|call| call.expr.span == span);
        let what = call.and_then(|call| call.args.get(program.pairs[site.pair].what + 1));
        seen.what = program.shown(inner, what.map_or(span, |what| what.span));
        seen.container_type = program.pairs[site.pair].containers[0].clone();
        seen.evidence.push(program.evidence(inner, span, format!("`{name}` registers it here")));
    } else {
        let message = format!("registered with `{}` here", site.container);
        seen.evidence.push(program.evidence(id, site.call.expr.span, message));
    }
    let message = match leak.is_older {
        true => "in a later turn, the function fails here and leaves it",
        false => "the function fails here and leaves it",
    };
    seen.evidence.push(program.evidence(id, leak.exit.span, message.to_owned()));
    seen
}

/// Whether a function registers, or calls one that does.
pub(super) fn concerns(program: &Program<'_>, id: MethodId) -> bool {
    let registers = |id: MethodId| program.registers(id);
    registers(id)
        || program.calls[id].iter().any(|call| program.meaning(call.callee).is_some_and(registers))
}
