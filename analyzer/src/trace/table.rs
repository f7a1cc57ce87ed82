//! Calls through tables of functions: `rows[i].start(s)` calls what any row of that table names.

use super::{Place, Root, Step, Tracer, Typed, Value};
use crate::model::{Aggregate, Expr, ExprKind, FileId, Name, UnaryOp};
use crate::syntax::c::scan::ItemKind;

/// Tables with more functions in one column than this are not followed.
const MAX_FUNCTIONS: usize = 32;

impl Tracer<'_, '_> {
    /// Walks every function that the called place may hold, each on its own. `None` if the place is
    /// no column of a table of this file that nobody writes to.
    pub(super) fn call_table(
        &mut self,
        whole: &Expr,
        callee: &Value,
        args: &[Typed],
    ) -> Option<Typed> {
        let (table, column) = column_of(callee.place()?)?;
        let file = self.file();
        let functions = self.functions_in(file, table, column)?;
        let mut result: Option<Typed> = None;
        // An empty cell is not called, but the caller asks before it calls.
        let mut fork = self.stores.fork();
        for function in functions {
            self.stores.turn_back(&mut fork);
            let typed = self.call_named(whole, &function, file, args.to_vec());
            self.stores.meet(&fork);
            result = Some(match result {
                Some(known) => Typed { value: known.value.or(typed.value), ty: known.ty },
                None => typed,
            });
        }
        self.stores.close(fork);
        result
    }

    /// The functions in one column of a table.
    fn functions_in(&self, file: FileId, table: &Name, column: &Name) -> Option<Vec<Name>> {
        let mut items = self.tree.items_in(file);
        let id = items.find(|&id| {
            self.tree.item(id).kind == ItemKind::Variable && self.tree.name(id) == *table
        })?;
        if !self.tree.item(id).is_static || self.is_written(file, column) {
            return None;
        }
        let variable = self.tree.variables(id).into_iter().find(|one| one.name == *table)?;
        let Some(Expr { kind: ExprKind::Aggregate(rows), .. }) = &variable.init else {
            return None;
        };
        let mut functions = Vec::new();
        let known = cells(rows, column, &mut functions) && functions.len() <= MAX_FUNCTIONS;
        functions.sort_unstable();
        functions.dedup();
        (known && !functions.is_empty()).then_some(functions)
    }

    /// Whether a function of the file writes to a field of that name.
    fn is_written(&self, file: FileId, field: &Name) -> bool {
        let functions = self.tree.items_in(file).filter(|&id| {
            self.tree.item(id).kind == ItemKind::Function && self.tree.mentions_text(id, field)
        });
        functions.into_iter().any(|id| {
            let function = self.tree.function(id);
            let mut written = !function.is_whole();
            function.each_statement(&mut |stmt| {
                stmt.each_expression(&mut |expr| {
                    expr.each(&mut |expr| written |= writes(expr, field))
                });
            });
            written
        })
    }
}

fn writes(expr: &Expr, field: &Name) -> bool {
    let target = match &expr.kind {
        ExprKind::Assign { target, .. } | ExprKind::Unary(UnaryOp::AddressOf, target) => target,
        _ => return false,
    };
    matches!(&target.kind, ExprKind::Member { name, .. } if name == field)
}

/// The table and the column of a place in it.
fn column_of(place: &Place) -> Option<(&Name, &Name)> {
    let Root::Global(table) = &place.root else { return None };
    match &place.path[..] {
        [Step::Field(_, column), Step::Deref]
        | [Step::Deref, Step::Field(_, column), Step::Deref]
        | [Step::Deref, Step::Index(_), Step::Field(_, column), Step::Deref] => {
            Some((table, column))
        }
        _ => None,
    }
}

/// Collects what stands in a column; `false` if a cell holds anything but the name of a function.
fn cells(rows: &Aggregate, column: &Name, functions: &mut Vec<Name>) -> bool {
    rows.items.iter().all(|(field, value)| match (&value.kind, field) {
        (ExprKind::Aggregate(row), None) => cells(row, column, functions),
        (_, None) => matches!(value.kind, ExprKind::Literal),
        (kind, Some(field)) if field == column => match kind {
            ExprKind::Name(name) if name == "NULL" => true,
            ExprKind::Name(name) => {
                functions.push(name.clone());
                true
            }
            _ => false,
        },
        _ => true,
    })
}
