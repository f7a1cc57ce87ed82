//! Braced initialisers.

use super::kind::{Kind, Role};
use super::walker::Walker;
use crate::model::{Aggregate, Expr, ExprKind, Name};

type Item = (Option<Name>, Expr);

impl Walker<'_> {
    /// The initialiser list at the cursor.
    pub(super) fn aggregate(&mut self) -> Aggregate {
        let mut items = Vec::new();
        self.each_child(|this, _, kind| match kind {
            Kind::Token => {}
            Kind::InitializerPair => items.push(this.pair()),
            _ => items.push((None, this.expression())),
        });
        Aggregate { ty: None, items }
    }

    /// `.field = value`; `.outer.inner = value` is an initialiser of `inner` in one of `outer`.
    fn pair(&mut self) -> Item {
        let span = self.span();
        let mut path = Vec::new();
        let mut value = None;
        self.each_child(|this, role, kind| match (role, kind) {
            (Role::Designator, Kind::SubscriptDesignator | Kind::RangeDesignator) => {
                path.push(None)
            }
            (Role::Designator, _) => path.push(Some(this.designated())),
            (Role::Value, _) => value = Some(this.expression()),
            _ => {}
        });
        let value = value.unwrap_or(Expr { kind: ExprKind::Unknown(Vec::new()), span });
        let innermost = (path.pop().flatten(), value);
        path.into_iter().rev().fold(innermost, |item, name| {
            let kind = ExprKind::Aggregate(Aggregate { ty: None, items: vec![item] });
            (name, Expr { kind, span })
        })
    }

    fn designated(&mut self) -> Name {
        let mut name = self.name();
        self.each_child(|this, _, kind| {
            if kind == Kind::FieldIdentifier {
                name = this.name();
            }
        });
        name
    }
}
