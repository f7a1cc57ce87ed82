//! What evaluating an expression can change.

use super::{Code, FunctionId};
use crate::model::{Expr, ExprKind, Name, UnaryOp};

/// What evaluating an expression can change, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// Variables of the function.
    Locals,
    /// Anything.
    Any,
}

/// What evaluating `expr` inside `caller` can change.
pub(super) fn effect(
    code: &dyn Code,
    caller: FunctionId,
    is_local: &dyn Fn(&Name, u32) -> bool,
    expr: &Expr,
) -> Effect {
    let of = |part: &Expr| effect(code, caller, is_local, part);
    if code.is_volatile(caller, expr) {
        return Effect::Any;
    }
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Literal | ExprKind::SizeOf => Effect::None,
        ExprKind::Member { base, .. } => of(base),
        ExprKind::Index { base, index } => of(base).max(of(index)),
        ExprKind::Unary(UnaryOp::Step, target) => write(is_local, target),
        ExprKind::Unary(_, operand) | ExprKind::Cast(_, operand) => of(operand),
        ExprKind::Binary(_, left, right) => of(left).max(of(right)),
        ExprKind::Assign { target, value, .. } => write(is_local, target).max(of(value)),
        ExprKind::Conditional(condition, then, otherwise) => {
            let then = then.as_deref().map_or(Effect::None, of);
            of(condition).max(then).max(of(otherwise))
        }
        ExprKind::Aggregate(aggregate) => {
            let items = aggregate.items.iter().map(|(_, item)| of(item));
            items.max().unwrap_or(Effect::None)
        }
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Name(name) if code.is_pure_call(caller, name) => {
                args.iter().map(of).max().unwrap_or(Effect::None)
            }
            _ => Effect::Any,
        },
        ExprKind::Unknown(_) | ExprKind::Closure { .. } => Effect::Any,
    }
}

fn write(is_local: &dyn Fn(&Name, u32) -> bool, target: &Expr) -> Effect {
    match &target.kind {
        ExprKind::Name(name) if is_local(name, target.span.start) => Effect::Locals,
        _ => Effect::Any,
    }
}
