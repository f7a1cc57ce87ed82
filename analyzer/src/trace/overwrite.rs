//! Memory that is written over as a whole: what was in it, regions included, is lost.

use super::{Index, Place, Root, Step, Tracer, Value};
use crate::model::{BinaryOp, Expr, ExprKind, TypeRef};
use crate::vocabulary::Op;

impl Tracer<'_, '_> {
    /// A structure is assigned as a whole.
    pub(super) fn note_copy(&mut self, place: &Place, ty: &TypeRef) {
        let whole = ty.pointers == 0 && !ty.array && !ty.name.is_empty();
        if whole && !matches!(place.root, Root::Local(..)) && self.tree.record(&ty.name).is_some() {
            let location = self.here();
            self.push_event(Op::Overwrite, location, Value::Address(place.clone()));
        }
    }
}

/// The memory that is written from a pointer on. A size that is a difference of offsets, and a
/// pointer that was moved, reach beyond the field that is named: whatever holds it is meant.
pub(super) fn written(pointer: Value, size: Option<&Expr>) -> Value {
    let (Value::Address(mut place) | Value::Maybe(mut place)) = pointer else { return pointer };
    if let Some(Step::Index(Index::Any)) = place.path.last() {
        place.path.pop();
    }
    if size.is_some_and(subtracts) && matches!(place.path.last(), Some(Step::Field(..))) {
        place.path.pop();
    }
    Value::Address(place)
}

fn subtracts(size: &Expr) -> bool {
    let mut found = false;
    size.each(&mut |expr| {
        found |= matches!(expr.kind, ExprKind::Binary(BinaryOp::Subtract, ..));
    });
    found
}
