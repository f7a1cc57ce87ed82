//! Object types whose table is a local variable of the function that registers them, often one for
//! each row of a table of the file.

use super::text::Strings;
use super::{ObjectType, read_type};
use crate::model::{
    Aggregate, Expr, ExprKind, FileId, Function, Local, Name, Stmt, StmtKind, UnaryOp,
};
use crate::syntax::c::scan::ItemKind;
use crate::tree::{ItemId, Tree};

/// The functions that register types from tables of their own.
pub(super) fn registering(tree: &Tree<'_>) -> Vec<ItemId> {
    let words = &tree.words.core;
    let users = words.type_registers.iter().flat_map(|name| tree.users_of_name(name));
    let mut functions: Vec<ItemId> = users
        .map(|user| user.by)
        .filter(|&id| tree.item(id).kind == ItemKind::Function)
        .filter(|&id| tree.mentions_text(id, &words.type_record))
        .collect();
    functions.sort_unstable();
    functions.dedup();
    functions
}

/// The types of one such function.
pub(super) fn types_of(tree: &Tree<'_>, strings: &Strings<'_, '_>, id: ItemId) -> Vec<ObjectType> {
    let function = tree.function(id);
    if !function.is_whole() {
        return Vec::new();
    }
    let mut types = Vec::new();
    for local in locals(function) {
        if local.ty.name == tree.words.core.type_record && local.ty.pointers == 0 && !local.ty.array
        {
            let reader = Reader { tree, file: tree.file_of(id), function };
            let tables = reader.tables(local);
            types.extend(tables.iter().filter_map(|table| {
                let ty = read_type(tree, strings, reader.file, table)?;
                let computed = reader.names_local(table) || is_computed(&ty.name);
                Some(if computed { ty.under_computed_name() } else { ty })
            }));
        }
    }
    types
}

/// Whether neither a string nor a macro for one, but an expression, tells the name of a type.
fn is_computed(name: &str) -> bool {
    let is_type_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.,:+ ".contains(&byte);
    !name.bytes().all(is_type_name)
}

fn locals(function: &Function) -> Vec<&Local> {
    let mut all = Vec::new();
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            all.extend(locals);
        }
    });
    all
}

struct Reader<'r, 'a> {
    tree: &'r Tree<'a>,
    file: FileId,
    function: &'r Function,
}

impl Reader<'_, '_> {
    /// Whether the name in a table is what a local variable points to.
    fn names_local(&self, table: &Aggregate) -> bool {
        let name = table.items.iter().find(|(field, _)| field.as_deref() == Some("name"));
        let variable = name.and_then(|(_, value)| named(value));
        variable.is_some_and(|name| locals(self.function).iter().any(|one| one.name == *name))
    }

    /// The tables that a local stands for, one for each row of the table that it is filled from; none
    /// if a condition decides what is in it.
    fn tables(&self, local: &Local) -> Vec<Aggregate> {
        let mut fields = Vec::new();
        if let Some(Expr { kind: ExprKind::Aggregate(aggregate), .. }) = &local.init {
            fields.extend(aggregate.items.iter().cloned());
        }
        let mut conditional = false;
        for stmt in &self.function.body {
            assignments(stmt, &local.name, false, &mut fields, &mut conditional);
        }
        if conditional || fields.is_empty() {
            return Vec::new();
        }
        let name = fields.iter().find(|(field, _)| field.as_deref() == Some("name"));
        let rows = name.map(|(_, name)| self.rows_of(name)).unwrap_or_default();
        if rows.is_empty() {
            return vec![Aggregate { ty: None, items: fields }];
        }
        rows.iter().filter_map(|row| filled(&fields, row)).collect()
    }

    /// The rows of the table that `row->field` or `rows[i].field` is read from.
    fn rows_of(&self, value: &Expr) -> Vec<Aggregate> {
        let ExprKind::Member { base, .. } = &value.kind else { return Vec::new() };
        let table = match &base.kind {
            ExprKind::Index { base, .. } => named(base),
            ExprKind::Name(row) => self.table_of(row),
            _ => None,
        };
        table.map(|table| self.rows(table)).unwrap_or_default()
    }

    /// The table into which a local variable points: `row = &rows[i]`, `row = rows + i`.
    fn table_of(&self, row: &Name) -> Option<&Name> {
        let init =
            locals(self.function).into_iter().find(|local| local.name == *row)?.init.as_ref();
        match &init?.kind {
            ExprKind::Unary(UnaryOp::AddressOf, inner) => match &inner.kind {
                ExprKind::Index { base, .. } => named(base),
                _ => None,
            },
            ExprKind::Binary(_, base, _) => named(base),
            _ => named(init?),
        }
    }

    fn rows(&self, table: &Name) -> Vec<Aggregate> {
        let mut items = self.tree.items_in(self.file);
        let variables = items.find_map(|id| {
            let item = self.tree.item(id);
            let found = item.kind == ItemKind::Variable && self.tree.name(id) == *table;
            found.then(|| self.tree.variables(id))
        });
        let mut rows = Vec::new();
        for variable in variables.into_iter().flatten().filter(|one| one.name == *table) {
            let Some(Expr { kind: ExprKind::Aggregate(all), .. }) = variable.init else { continue };
            rows.extend(all.items.into_iter().filter_map(|(_, row)| match row.kind {
                ExprKind::Aggregate(row) => Some(row),
                _ => None,
            }));
        }
        rows
    }
}

/// The fields of a table with the values of a row in the place of what is read from it; `None` for
/// the row without a name that ends the rows.
fn filled(fields: &[(Option<Name>, Expr)], row: &Aggregate) -> Option<Aggregate> {
    let mut items = Vec::new();
    for (field, value) in fields {
        let value = match &value.kind {
            ExprKind::Member { name, .. } => {
                let cell = row.items.iter().find(|(column, _)| column.as_ref() == Some(name));
                cell.map(|(_, cell)| cell.clone())
            }
            _ => Some(value.clone()),
        };
        match value {
            Some(value) => items.push((field.clone(), value)),
            None if field.as_deref() == Some("name") => return None,
            None => {}
        }
    }
    Some(Aggregate { ty: None, items })
}

fn named(expr: &Expr) -> Option<&Name> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

/// Collects `table.field = value`, and notes whether one of them stands under a condition.
fn assignments(
    stmt: &Stmt,
    table: &Name,
    under: bool,
    fields: &mut Vec<(Option<Name>, Expr)>,
    conditional: &mut bool,
) {
    if let StmtKind::Expr(Expr { kind: ExprKind::Assign { target, value, .. }, .. }) = &stmt.kind
        && let ExprKind::Member { base, name, through_pointer: false } = &target.kind
        && named(base) == Some(table)
    {
        *conditional |= under;
        fields.retain(|(field, _)| field.as_ref() != Some(name));
        fields.push((Some(name.clone()), (**value).clone()));
    }
    let under = under || matches!(stmt.kind, StmtKind::If { .. } | StmtKind::Switch { .. });
    for child in stmt.children() {
        assignments(child, table, under, fields, conditional);
    }
}
