//! Loops that go through an array, to be gone through again.

use crate::model::{
    BinaryOp, Expr, ExprKind, Function, Location, Name, Span, Stmt, StmtKind, UnaryOp,
};
use crate::tree::Tree;

/// A loop with a counter and a bound that does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// `for (i = 0; i < 4; i++)`
    pub(super) header: String,
    /// The counter.
    pub(super) counter: Name,
    /// The declaration of the counter, if the header does not declare it.
    pub(super) declaration: Option<String>,
    /// A variable that only the size of what it points to is asked of.
    pub(super) object: Option<Name>,
}

/// How a call stands in the loops of its function.
pub(super) enum Loops {
    /// In none.
    None,
    /// In one, which can be written again.
    Counted(Counted),
    /// In others.
    Other,
}

/// The loops of `function` around the bytes `at`.
pub(super) fn around(tree: &Tree<'_>, function: &Function, at: Span) -> Loops {
    let mut loops = Vec::new();
    function.each_statement(&mut |stmt| {
        if matches!(stmt.kind, StmtKind::Loop { .. }) && stmt.span.contains(at) {
            loops.push(stmt);
        }
    });
    match loops[..] {
        [] => Loops::None,
        [one] => counted(tree, function, one).map_or(Loops::Other, Loops::Counted),
        _ => Loops::Other,
    }
}

fn counted(tree: &Tree<'_>, function: &Function, stmt: &Stmt) -> Option<Counted> {
    let StmtKind::Loop { init, condition, step, body, at_least_once: false } = &stmt.kind else {
        return None;
    };
    let [first] = &init[..] else { return None };
    let (counter, is_declared) = starts(first)?;
    let is_counter = |expr: &Expr| is_name(expr, &counter);
    let ExprKind::Unary(UnaryOp::Step, stepped) = &step.as_ref()?.kind else { return None };
    let ExprKind::Binary(BinaryOp::Order, left, bound) = &condition.as_ref()?.kind else {
        return None;
    };
    if !is_counter(stepped) || !is_counter(left) || !indexes_by(body, &counter) {
        return None;
    }
    let object = constant(tree, function, bound)?;
    let source = |span| tree.source(Location::new(function.location.file, span)).into_owned();
    let header = source(Span::new(stmt.span.start, body.span.start)).trim_end().to_owned();
    if !header.starts_with("for") || header.contains('\n') || header.contains("/*") {
        return None;
    }
    let declaration =
        if is_declared { None } else { Some(declaration_of(tree, function, &counter)?) };
    Some(Counted { header, counter, declaration, object })
}

/// `i = 0` or `int i = 0`: the counter, and whether it is declared here.
fn starts(first: &Stmt) -> Option<(Name, bool)> {
    match &first.kind {
        StmtKind::Declaration(locals) => match &locals[..] {
            [one] if matches!(one.init.as_ref()?.kind, ExprKind::Literal) => {
                Some((one.name.clone(), true))
            }
            _ => None,
        },
        StmtKind::Expr(Expr {
            kind: ExprKind::Assign { target, value, compound: false }, ..
        }) => match (&target.kind, &value.kind) {
            (ExprKind::Name(name), ExprKind::Literal) => Some((name.clone(), false)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether nothing in the loop sets the counter, and whatever is indexed is by the counter or a number.
fn indexes_by(body: &Stmt, counter: &Name) -> bool {
    let mut fits = true;
    body.each(&mut |stmt| {
        stmt.each_expression(&mut |expr| {
            expr.each(&mut |expr| match &expr.kind {
                ExprKind::Index { index, .. } => {
                    fits &= is_name(index, counter) || matches!(index.kind, ExprKind::Literal);
                }
                ExprKind::Assign { target, .. } => fits &= !is_name(target, counter),
                ExprKind::Unary(UnaryOp::Step | UnaryOp::AddressOf, inner) => {
                    fits &= !is_name(inner, counter);
                }
                _ => {}
            });
        });
    });
    fits
}

/// Whether a bound is the same wherever it is written; with the variable that it takes the size of
/// something from.
fn constant(tree: &Tree<'_>, function: &Function, bound: &Expr) -> Option<Option<Name>> {
    match &bound.kind {
        ExprKind::Literal => Some(None),
        // What is not written in capitals may be a variable of the file.
        ExprKind::Name(name) if name.bytes().any(|byte| byte.is_ascii_lowercase()) => None,
        ExprKind::Name(name) => (!declares(function, name)).then_some(None),
        ExprKind::Call { callee, args } => {
            let ExprKind::Name(name) = &callee.kind else { return None };
            let [array] = &args[..] else { return None };
            let ExprKind::Member { base, through_pointer: true, .. } = &array.kind else {
                return None;
            };
            match &base.kind {
                ExprKind::Name(object) if tree.words.is_size(name) => Some(Some(object.clone())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a function has a variable of that name.
pub(super) fn declares(function: &Function, name: &str) -> bool {
    let mut found = function.parameters.iter().any(|one| one.name == name);
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            found |= locals.iter().any(|local| local.name == name);
        }
    });
    found
}

/// The declaration of a counter at the head of the function, alone and without a value.
fn declaration_of(tree: &Tree<'_>, function: &Function, counter: &Name) -> Option<String> {
    let mut found = None;
    for stmt in &function.body {
        let StmtKind::Declaration(locals) = &stmt.kind else { break };
        let Some(local) = locals.iter().find(|local| local.name == *counter) else { continue };
        let before = Span::new(stmt.span.start, locals[0].span.start);
        let specifier = tree.source(Location::new(function.location.file, before));
        let plain = local.ty.pointers == 0 && !local.ty.array;
        found = plain.then(|| format!("{} {counter}", specifier.trim()));
    }
    found
}

fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(&expr.kind, ExprKind::Name(candidate) if candidate == name)
}
