//! What a realize hook does to regions, as far as it does it on every way that succeeds.

use super::call::{Act, Call, Each, Reader};
use super::range_of;
use std::ops::Range;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprReturn, Macro, Stmt};

/// Macros that return from no function.
const HARMLESS: [&str; 24] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "error",
    "format",
    "info",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "trace",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

/// The by-hand calls of a realize hook.
#[derive(Default)]
pub(super) struct Steps<'t> {
    /// In the order of the text.
    pub(super) calls: Vec<Call<'t>>,
    /// The heads of loops that only make such calls.
    pub(super) heads: Vec<Range<usize>>,
    /// From here on the hook may have returned successfully.
    pub(super) open_end: Option<usize>,
    /// The first statement that may fail and is no such call.
    pub(super) first_failure: Option<usize>,
    /// What functions the other statements call, by name, and where.
    pub(super) others: Vec<(String, usize)>,
    /// Whether constants or functions are defined inside.
    pub(super) has_items: bool,
}

impl<'t> Steps<'t> {
    /// Reads the body of a hook.
    pub(super) fn read(body: &'t Block, reader: Reader<'_, 't>) -> Self {
        let mut steps = Self::default();
        for statement in &body.stmts {
            if let Some(call) = reader.statement(statement, None).filter(is_building) {
                steps.calls.push(call);
                continue;
            }
            if let Stmt::Expr(Expr::ForLoop(each), _) = statement
                && let Some(over) = reader.each(each)
            {
                steps.read_loop(&each.body, &over, reader);
                if is_only_calls(&each.body, &over, reader) {
                    steps.heads.push(range_of(&*each.expr));
                    continue;
                }
            }
            steps.has_items |= matches!(statement, Stmt::Item(_));
            steps.note(statement);
        }
        steps.calls.sort_by_key(|call| call.range.start);
        steps
    }

    fn read_loop(&mut self, body: &'t Block, over: &Each, reader: Reader<'_, 't>) {
        // A loop that is left early makes some elements only.
        let mut look = Look::default();
        look.visit_block(body);
        if look.leaves_loop {
            return;
        }
        let calls =
            body.stmts.iter().filter_map(|statement| reader.statement(statement, Some(over)));
        self.calls.extend(calls.filter(is_building));
    }

    /// What a statement does besides.
    fn note(&mut self, statement: &Stmt) {
        let mut look = Look::default();
        look.visit_stmt(statement);
        let range = range_of(statement);
        if look.succeeds && self.open_end.is_none() {
            self.open_end = Some(range.start);
        }
        if look.fails && self.first_failure.is_none() {
            self.first_failure = Some(range.start);
        }
        self.others.extend(look.calls.into_iter().map(|name| (name, range.start)));
    }
}

/// Whether a block consists of by-hand calls.
fn is_only_calls<'t>(body: &'t Block, over: &Each, reader: Reader<'_, 't>) -> bool {
    let mut statements = body.stmts.iter();
    statements.all(|statement| {
        reader.statement(statement, Some(over)).is_some_and(|call| is_building(&call))
    })
}

fn is_building(call: &Call<'_>) -> bool {
    !matches!(call.act, Act::Teardown)
}

/// What a statement may do.
#[derive(Default)]
struct Look {
    /// Return success.
    succeeds: bool,
    /// Return an error.
    fails: bool,
    leaves_loop: bool,
    calls: Vec<String>,
}

impl<'ast> Visit<'ast> for Look {
    fn visit_expr_return(&mut self, made: &'ast ExprReturn) {
        let is_error = made.expr.as_deref().is_some_and(|expr| match expr {
            Expr::Call(call) => {
                matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err"))
            }
            _ => false,
        });
        self.fails |= is_error;
        self.succeeds |= !is_error;
        visit::visit_expr_return(self, made);
    }

    fn visit_expr_try(&mut self, made: &'ast syn::ExprTry) {
        self.fails = true;
        visit::visit_expr_try(self, made);
    }

    fn visit_expr_break(&mut self, _: &'ast syn::ExprBreak) {
        self.leaves_loop = true;
    }

    fn visit_expr_continue(&mut self, _: &'ast syn::ExprContinue) {
        self.leaves_loop = true;
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        // What a closure returns, it returns to its caller.
        let mut inner = Self::default();
        inner.visit_expr(&closure.body);
        self.calls.extend(inner.calls);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.calls.push(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.calls.extend(path.path.segments.last().map(|last| last.ident.to_string()));
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        let name = item.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        self.succeeds |= !HARMLESS.contains(&name.as_str());
        self.fails = true;
    }
}
