//! How far a deletion in another place may be trusted.

use super::{Curer, Missing, guarding, kept};
use crate::lifecycle::{Phase, RegionCall, Verdict};
use crate::model::{Expr, ExprKind, Name, UnaryOp};
use crate::objects::TypeId;
use crate::trace::{Guard, Root, Value};
use crate::vocabulary::Op;

const UNPROVEN: &str = "nothing that is not followed needs it until then";

impl Curer<'_, '_> {
    /// Whether some call that does not come too late ends what the addition did, or may: the region need
    /// not be in its container then.
    pub(super) fn is_ended_elsewhere(&self, one: &Missing, calls: &[RegionCall]) -> bool {
        let region = one.add.region.to_string();
        let files: Vec<_> = one.chain.iter().map(|&id| self.tree.file_of(id)).collect();
        let names: Vec<&Name> = one.types.iter().map(|&ty| &self.objects.get(ty).name).collect();
        calls.iter().any(|call| {
            // What the core does to a region that it is handed says nothing about this one.
            let same_type = || call.types.iter().any(|ty| names.contains(&ty));
            let near = files.contains(&call.location.file) || (is_resolved(call) && same_type());
            near && may_end(call, &region)
        })
    }

    /// What has to be taken for granted for moving a deletion to be right; `None` if all is in sight.
    pub(super) fn doubt(&self, types: &[TypeId], group: &[Missing]) -> Option<&'static str> {
        let own = |value: &Value| match value {
            Value::Address(place) => place.root == Root::Object && !place.is_behind_pointer(),
            _ => false,
        };
        let embedded = group.iter().all(|one| own(&one.add.region) && own(&one.add.container));
        let unseen = types.iter().any(|&ty| self.is_handed_out(ty, group));
        if group.iter().flat_map(|one| kept(&one.add)).any(|guard| self.may_change(guard)) {
            return Some(guarding::SET_ONCE);
        }
        (!embedded || unseen).then_some(UNPROVEN)
    }

    /// Whether the tree writes to a field of the name that a condition asks for.
    fn may_change(&self, guard: &Guard) -> bool {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let path = guard.condition.split(|c| !is_word(c)).next().unwrap_or_default();
        let field = last_field(path);
        let is_field =
            |expr: &Expr| matches!(&expr.kind, ExprKind::Member { name, .. } if name == field);
        self.tree.functions_with_member(field).into_iter().any(|id| {
            let function = self.tree.function(id);
            let mut written = !function.is_whole();
            function.each_statement(&mut |stmt| {
                stmt.each_expression(&mut |expr| {
                    expr.each(&mut |expr| {
                        written |= match &expr.kind {
                            ExprKind::Assign { target, .. } => is_field(target),
                            ExprKind::Unary(UnaryOp::Step | UnaryOp::AddressOf, target) => {
                                is_field(target)
                            }
                            _ => false,
                        };
                    });
                });
            });
            written
        })
    }

    /// Whether a call in unrealize that is not followed is handed one of the regions.
    fn is_handed_out(&self, ty: TypeId, group: &[Missing]) -> bool {
        let trace = self.traces.of(ty);
        let mut calls = trace.opaque.iter().filter(|call| call.phase == Phase::Unrealize);
        calls.any(|call| {
            call.handed.iter().any(|handed| {
                group.iter().any(|one| {
                    let places =
                        one.add.region.place().into_iter().chain(one.add.container.place());
                    places.into_iter().any(|place| {
                        handed.may_be(place) || (call.is_macro && place.is_within(handed))
                    })
                })
            })
        })
    }
}

/// Whether a call ends what the addition of the region did, at a time when that is not expected.
fn may_end(call: &RegionCall, region: &str) -> bool {
    let at_any_time = matches!(call.verdict, Verdict::Runtime | Verdict::Mixed | Verdict::Unknown);
    let like = !is_resolved(call) || last_field(&call.region) == last_field(region);
    match (call.op, call.verdict) {
        (_, Verdict::AfterFinalize | Verdict::ErrorPath) => false,
        (Op::Delete, _) => (at_any_time && like) || call.region == region,
        (Op::Unparent, _) => at_any_time && like,
        _ => false,
    }
}

/// Whether the region of a call is a field of something.
fn is_resolved(call: &RegionCall) -> bool {
    call.region.contains(['.', '>'])
}

/// `io` of `Foo.bar[*].io`
fn last_field(place: &str) -> &str {
    place.rsplit(['.', '>']).next().unwrap_or(place)
}
