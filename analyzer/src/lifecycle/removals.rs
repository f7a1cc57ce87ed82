//! The tree as the clean-up closure sees it, and the removal of calls that may go.

use super::{Removal, leftovers};
use crate::contexts::ContextTable;
use crate::conversion;
use crate::model::{
    Expr, ExprKind, FileId, Function, Location, Name, Span, Stmt, StmtKind, UnaryOp,
};
use crate::objects::Objects;
use crate::removal::{self, Code, FunctionId, Use};
use crate::sources::Language;
use crate::syntax::c::scan::{ItemKind, MentionKind};
use crate::tree::{ItemId, Tree};
use devmodel_edit::Edit;

/// A getter that calls getters that call getters is still pure; deeper is not looked.
const MAX_GETTERS: u32 = 4;

/// The tree, for [`removal::remove`].
pub(crate) struct Sources<'s, 'a> {
    pub(crate) tree: &'s Tree<'a>,
    pub(crate) objects: &'s Objects<'s, 'a>,
    pub(crate) contexts: &'s ContextTable<'s, 'a>,
}

impl Sources<'_, '_> {
    /// Works out the removal of calls, by the functions that they stand in.
    pub(crate) fn remove(&self, calls: &[(ItemId, Vec<Span>)]) -> Removal {
        let file_of = |(function, _): &(ItemId, Vec<Span>)| self.tree.file_of(*function);
        if let Some(file) = calls.first().map(file_of)
            && self.tree.language(file) == Language::Rust
        {
            let spans: Vec<Span> = calls.iter().flat_map(|(_, calls)| calls.clone()).collect();
            return match calls.iter().all(|call| file_of(call) == file) {
                true => {
                    conversion::delete(self.tree.source_file(file), file, &spans, self.tree.words)
                }
                false => Removal::Refused("the calls stand in several files".to_owned()),
            };
        }
        let mut requests = Vec::new();
        for (function, calls) in calls {
            match self.statements(*function, calls) {
                Ok(statements) => requests.push((FunctionId(function.0), statements)),
                Err(reason) => return Removal::Refused(reason.to_owned()),
            }
        }
        match removal::remove(self, &requests) {
            Ok(edits) if edits.iter().any(|edit| self.has_marks(edit)) => {
                Removal::Refused("a comment there speaks to a tool".to_owned())
            }
            Ok(edits) => match leftovers::find(self.tree, &edits) {
                Some(reason) => Removal::Refused(reason),
                None => Removal::Edits(edits),
            },
            Err(refusal) => Removal::Refused(refusal.to_string()),
        }
    }

    /// The statements that are nothing but these calls.
    fn statements(&self, function: ItemId, calls: &[Span]) -> Result<Vec<Span>, &'static str> {
        let body = self.tree.function(function);
        let statement = |&call: &Span| {
            if !self.has_pure_arguments(function, call) {
                return Err("an argument of the call has effects");
            }
            statement_of(body, call).ok_or("the call is part of an expression")
        };
        calls.iter().map(statement).collect()
    }

    /// Whether the deleted text holds comments that a compiler or formatter reads.
    fn has_marks(&self, edit: &Edit) -> bool {
        let text = self.tree.source(Location::new(edit.file, edit.span)).to_ascii_lowercase();
        self.tree.words.lexical.marks.iter().any(|mark| text.contains(mark.as_str()))
    }

    fn has_pure_arguments(&self, function: ItemId, call: Span) -> bool {
        let mut pure = true;
        self.tree.function(function).each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    if let ExprKind::Call { args, .. } = &expr.kind
                        && expr.span == call
                    {
                        pure &= args.iter().all(|arg| self.is_pure(function, arg, MAX_GETTERS));
                    }
                });
            });
        });
        pure
    }

    fn statement_uses(&self, user: ItemId, name: &str, uses: &mut Vec<Use>) {
        let function = self.tree.function(user);
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |inner| {
                    if is_name(inner, name) {
                        uses.push(self.use_in(user, function, stmt, inner, name));
                    }
                });
            });
        });
    }

    fn use_in(&self, user: ItemId, function: &Function, stmt: &Stmt, at: &Expr, name: &str) -> Use {
        let registers = match &stmt.kind {
            StmtKind::Expr(expr) => self.only_registers(user, expr, name),
            _ => false,
        };
        if registers {
            return Use::Statement { function: FunctionId(user.0), span: stmt.span };
        }
        Use::Value(Location::new(function.location.file, at.span))
    }

    /// `f(dev)`, `k->exit = f` or `device_class_set_parent_unrealize(dc, f, &k->parent)`
    fn only_registers(&self, user: ItemId, expr: &Expr, name: &str) -> bool {
        match &expr.kind {
            ExprKind::Assign { value, .. } => is_function(value, name),
            ExprKind::Call { callee, args } => {
                let ExprKind::Name(called) = &callee.kind else { return false };
                let sets = !self.tree.words.setters(called).is_empty();
                let pure = || args.iter().all(|arg| self.is_pure(user, arg, MAX_GETTERS));
                (called == name && pure())
                    || (sets && args.iter().any(|arg| is_function(arg, name)))
            }
            _ => false,
        }
    }

    /// `.instance_finalize = f` in tables.
    fn table_uses(&self, user: ItemId, name: &str, uses: &mut Vec<Use>) {
        for variable in self.tree.variables(user) {
            let Some(init) = &variable.init else { continue };
            init.each(&mut |expr| {
                if is_name(expr, name) {
                    let file = variable.location.file;
                    uses.push(match designated(self.tree.text(file), expr.span) {
                        Some(span) => Use::Item(Location::new(file, span)),
                        None => Use::Value(Location::new(file, expr.span)),
                    });
                }
            });
        }
    }

    /// Whether the item is a field that a type table writes out.
    fn is_in_type_table(&self, at: Location) -> bool {
        let inside =
            |location: Location| location.file == at.file && at.span.contains(location.span);
        self.objects.types.iter().any(|ty| {
            ty.location.is_some_and(|name| !inside(name))
                && ty.callbacks.iter().any(|callback| inside(callback.location))
        })
    }

    fn is_pure_function(&self, id: ItemId, depth: u32) -> bool {
        let function = self.tree.function(id);
        if depth == 0 || !function.is_whole() || function.body.is_empty() {
            return false;
        }
        function.body.iter().all(|stmt| {
            let simple = matches!(stmt.kind, StmtKind::Declaration(_) | StmtKind::Return(Some(_)));
            let mut pure = simple;
            stmt.each_expression(&mut |expr| pure &= self.is_pure(id, expr, depth));
            pure
        })
    }

    fn is_pure(&self, caller: ItemId, expr: &Expr, depth: u32) -> bool {
        let mut pure = true;
        expr.each(&mut |expr| {
            pure &= match &expr.kind {
                ExprKind::Assign { .. } | ExprKind::Unary(UnaryOp::Step, _) => false,
                ExprKind::Unknown(_) => false,
                _ if self.tree.is_volatile(self.tree.file_of(caller), expr) => false,
                ExprKind::Call { callee, .. } => match &callee.kind {
                    ExprKind::Name(name) => self.is_pure_name(caller, name, depth - 1),
                    _ => false,
                },
                _ => true,
            };
        });
        pure
    }

    fn is_pure_name(&self, caller: ItemId, name: &str, depth: u32) -> bool {
        let cast = self.objects.casts.get(name).is_some();
        let container = self.tree.words.container_macro(name).is_some();
        if cast || container || self.tree.words.is_pure(name) || self.tree.words.is_unowned(name) {
            return true;
        }
        let callee = self.tree.function_named(name, self.tree.file_of(caller));
        callee.is_some_and(|callee| self.is_pure_function(callee, depth))
    }
}

impl Code for Sources<'_, '_> {
    fn text(&self, file: FileId) -> &[u8] {
        self.tree.text(file)
    }

    fn function(&self, id: FunctionId) -> &Function {
        self.tree.function(ItemId(id.0))
    }

    fn named(&self, file: FileId, name: &str) -> Option<FunctionId> {
        self.tree.function_named(name, file).map(|id| FunctionId(id.0))
    }

    fn variable(&self, file: FileId, name: &str) -> Vec<Span> {
        let named = |id: &ItemId| {
            let item = self.tree.item(*id);
            item.is_static && self.tree.text(file)[item.name.range()] == *name.as_bytes()
        };
        let items: Vec<ItemId> = self.tree.items_in(file).filter(named).collect();
        if !items.iter().all(|&id| is_one_variable(self.tree, id)) {
            return Vec::new();
        }
        items.into_iter().map(|id| self.tree.item(id).span).collect()
    }

    fn is_operand(&self, file: FileId, name: &Name) -> bool {
        self.tree.defines(name, file).into_iter().all(|define| is_one_operand(self.tree, define))
    }

    fn is_volatile(&self, caller: FunctionId, expr: &Expr) -> bool {
        self.tree.is_volatile(self.tree.file_of(ItemId(caller.0)), expr)
    }

    fn uses(&self, id: FunctionId) -> Option<Vec<Use>> {
        let id = ItemId(id.0);
        let name = self.tree.name(id);
        let mut uses = Vec::new();
        // A stub elsewhere has the same callers.
        if !self.tree.item(id).is_static && self.tree.definitions(&name).len() > 1 {
            return None;
        }
        for user in self.tree.users(id) {
            match (self.tree.item(user.by).kind, user.kind) {
                (ItemKind::Function, MentionKind::Call | MentionKind::Value) => {
                    if !self.tree.function(user.by).is_whole() {
                        return None;
                    }
                    self.statement_uses(user.by, &name, &mut uses);
                }
                (ItemKind::Variable, _) => self.table_uses(user.by, &name, &mut uses),
                _ => return None,
            }
        }
        let location = self.tree.location(id);
        let mut macros = Vec::new();
        for ty in self.objects.types_naming(&name, location) {
            // A macro that stands for a type table names its functions without writing them.
            let written = |file: FileId, span: Span| {
                uses.iter().any(|one| {
                    matches!(one, Use::Item(at) if at.file == file
                    && at.span.contains(span))
                })
            };
            let callbacks = &self.objects.get(ty).callbacks;
            let named = callbacks.iter().filter(|callback| callback.function == name);
            for callback in named.filter(|one| !written(one.location.file, one.location.span)) {
                macros.push(Use::Item(callback.location));
            }
        }
        uses.append(&mut macros);
        for declaration in self.tree.declarations(&name) {
            uses.push(Use::Declaration(self.tree.location(declaration)));
        }
        uses.sort_unstable();
        uses.dedup();
        Some(uses)
    }

    fn is_pure_call(&self, caller: FunctionId, callee: &Name) -> bool {
        self.is_pure_name(ItemId(caller.0), callee, MAX_GETTERS)
    }

    /// A slot that is left alone holds what the parent class put there.
    fn may_unassign(&self, function: FunctionId, mention: &Use) -> bool {
        let (user, span) = match mention {
            Use::Statement { function, span } => (function, span),
            // Fields of a type table add to what the parent does; those of other tables have
            // readers that test for them, or do not.
            Use::Item(location) => return self.is_in_type_table(*location),
            Use::Declaration(_) | Use::Value(_) => return true,
        };
        let user = ItemId(user.0);
        let name = self.tree.name(ItemId(function.0));
        let file = self.tree.file_of(user);
        let inside = |location: Location| location.file == file && span.contains(location.span);
        let filled = self.objects.slots_filled(user);
        let slots = filled
            .iter()
            .filter(|slot| slot.function.as_ref() == Some(&name) && inside(slot.location));
        for slot in slots {
            // Who calls a slot without a phase need not test whether it is empty.
            if self.tree.words.phase_of_slot(&slot.record, &slot.field).is_none() {
                return false;
            }
            if self.objects.is_slot_read(&slot.record, &slot.field) {
                return false;
            }
            for ty in self.contexts.types_initialised_by(user) {
                let inherits = self.objects.inherits(ty, &slot.record, &slot.field);
                if inherits || self.objects.is_saved(ty, (&slot.record, &slot.field), &name) {
                    return false;
                }
            }
        }
        true
    }
}

/// Whether the item declares one variable and says nothing else about it.
fn is_one_variable(tree: &Tree<'_>, id: ItemId) -> bool {
    let text = tree.source(tree.location(id));
    let declared = text.split('=').next().unwrap_or_default();
    let is_variable = match tree.item(id).kind {
        ItemKind::Variable => true,
        ItemKind::Declaration => !text.contains('('),
        _ => false,
    };
    let after = text.rsplit('}').next().unwrap_or_default();
    is_variable
        && text.ends_with(';')
        && ![declared, after].iter().any(|part| part.contains([',', '(', '#']))
}

/// Whether a macro stands for a word, or for something in parentheses.
fn is_one_operand(tree: &Tree<'_>, define: ItemId) -> bool {
    let text = tree.source(tree.location(define));
    let name = tree.item(define).name.end - tree.item(define).span.start;
    let body = &text[name as usize..];
    let body = match body.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or("", |(_, body)| body),
        None => body,
    };
    let body = body.trim();
    let inner = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_word(body) || inner.is_some_and(is_closed)
}

/// Whether no parenthesis of the text closes one before it.
fn is_closed(text: &str) -> bool {
    let mut depth = 0;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    })
}

fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(&expr.kind, ExprKind::Name(candidate) if candidate == name)
}

fn is_function(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::AddressOf, inner) | ExprKind::Cast(_, inner) => {
            is_name(inner, name)
        }
        _ => is_name(expr, name),
    }
}

/// The statement that is nothing but the call at `call`.
fn statement_of(function: &Function, call: Span) -> Option<Span> {
    let mut found = None;
    function.each_statement(&mut |stmt| {
        if let StmtKind::Expr(expr) = &stmt.kind
            && expr.span == call
        {
            found = Some(stmt.span);
        }
    });
    found
}

/// `.field = value`, if a designator stands before the value.
fn designated(text: &[u8], value: Span) -> Option<Span> {
    let before = text[..value.start as usize].trim_ascii_end().strip_suffix(b"=")?;
    let before = before.trim_ascii_end();
    let name =
        before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
    let start = before.len() - name.count();
    let dot = start.checked_sub(1).filter(|&at| before[at] == b'.')?;
    Some(Span::new(dot as u32, value.end))
}
