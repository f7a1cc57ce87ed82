//! The locals of a function, and where they are mentioned.

use std::collections::BTreeSet;
use std::ops::Range;

use super::layout::Layout;
use super::walk;
use crate::model::{Expr, ExprKind, Function, Local, Name, Span, Stmt, StmtKind, UnaryOp};

/// One local of a function.
pub(super) struct Variable<'f> {
    pub(super) local: &'f Local,
    /// The statement that declares it.
    pub(super) declaration: Span,
    /// Whether the declaration is that of a loop header.
    pub(super) in_header: bool,
    pub(super) storage: Storage,
    /// Where it is mentioned outside its declarator.
    pub(super) mentions: Vec<u32>,
    /// The statements that do nothing but set it.
    pub(super) sets: Vec<Set<'f>>,
    scope: Span,
}

/// How a local is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    /// As ordinary variables are.
    Plain,
    /// It keeps its value from call to call.
    Static,
    /// Something happens when its scope ends, for which no compiler calls it unused.
    Automatic,
    /// It is volatile, or its declaration declares more than variables.
    Special,
}

/// A statement that does nothing but set a local.
#[derive(Clone, Copy)]
pub(super) struct Set<'f> {
    /// The whole statement.
    pub(super) span: Span,
    /// What is set.
    pub(super) target: &'f Expr,
    /// What to, unless it is stepped.
    pub(super) value: Option<&'f Expr>,
}

/// The locals of `function`.
pub(super) fn variables<'f>(function: &'f Function, layout: &Layout<'_>) -> Vec<Variable<'f>> {
    let mut found = Vec::new();
    declared(&function.body, function.body_span, layout, &mut found);
    for (index, offset) in mentions(&found, function.body_span, layout) {
        found[index].mentions.push(offset);
    }
    for set in sets(function) {
        let ExprKind::Name(name) = &set.target.kind else {
            continue;
        };
        if let Some(index) = resolve(&found, name, set.target.span.start) {
            found[index].sets.push(set);
        }
    }
    found
}

/// The statements that do nothing but set something.
pub(super) fn sets(function: &Function) -> Vec<Set<'_>> {
    let mut sets = Vec::new();
    collect_sets(&function.body, &mut sets);
    sets
}

/// The local that `name` means at `offset`: that of the innermost block.
pub(super) fn resolve(variables: &[Variable<'_>], name: &str, offset: u32) -> Option<usize> {
    let visible = |variable: &Variable<'_>| {
        variable.local.name == name
            && variable.scope.contains(Span::new(offset, offset))
            && variable.local.span.start <= offset
    };
    let candidates = variables.iter().enumerate().filter(|(_, variable)| visible(variable));
    candidates.min_by_key(|(_, variable)| variable.scope.len()).map(|(index, _)| index)
}

fn declared<'f>(
    block: &'f [Stmt],
    scope: Span,
    layout: &Layout<'_>,
    found: &mut Vec<Variable<'f>>,
) {
    for statement in block {
        declare(statement, scope, false, layout, found);
        match &statement.kind {
            StmtKind::Block(inner) => declared(inner, statement.span, layout, found),
            StmtKind::Loop { init, body, .. } => {
                for header in init {
                    declare(header, statement.span, true, layout, found);
                }
                declared(std::slice::from_ref(&**body), statement.span, layout, found);
            }
            _ => {
                for child in statement.children() {
                    declared(std::slice::from_ref(child), child.span, layout, found);
                }
            }
        }
    }
}

fn declare<'f>(
    statement: &'f Stmt,
    scope: Span,
    in_header: bool,
    layout: &Layout<'_>,
    found: &mut Vec<Variable<'f>>,
) {
    let StmtKind::Declaration(locals) = &statement.kind else {
        return;
    };
    let storage = storage(statement.span, locals, layout);
    found.extend(locals.iter().map(|local| Variable {
        local,
        declaration: statement.span,
        in_header,
        storage,
        mentions: Vec::new(),
        sets: Vec::new(),
        scope,
    }));
}

/// Judged by the words before the first declarator, since no list of attributes is complete.
fn storage(declaration: Span, locals: &[Local], layout: &Layout<'_>) -> Storage {
    let Some(first) = locals.first() else {
        return Storage::Special;
    };
    let specifiers = Span::new(declaration.start, first.span.start.max(declaration.start));
    let text = &layout.text[specifiers.range()];
    let words: Vec<&[u8]> = layout.words(specifiers).map(|word| &layout.text[word]).collect();
    let has = |special: &[&[u8]]| words.iter().any(|word| special.contains(word));
    if words.iter().any(|word| is_automatic(word)) {
        return Storage::Automatic;
    }
    let odd = text.iter().any(|byte| matches!(byte, b'(' | b'{' | b'[' | b'#'));
    if odd || has(&SPECIAL) || !layout.starts_afresh(declaration.range().start) {
        return Storage::Special;
    }
    if has(&[b"static"]) { Storage::Static } else { Storage::Plain }
}

const SPECIAL: [&[u8]; 6] =
    [b"extern", b"volatile", b"typedef", b"__thread", b"_Thread_local", b"thread_local"];

/// `g_autofree`, `g_autoptr(Type)`, `QEMU_LOCK_AUTO` and whatever else is called so.
fn is_automatic(word: &[u8]) -> bool {
    word.to_ascii_lowercase().windows(4).any(|part| part == b"auto")
}

/// The variables by index, and where they are mentioned outside their declarators.
fn mentions(variables: &[Variable<'_>], body: Span, layout: &Layout<'_>) -> Vec<(usize, u32)> {
    let names: BTreeSet<&[u8]> =
        variables.iter().map(|variable| variable.local.name.as_bytes()).collect();
    let words = layout.words(body).filter(|word| names.contains(&layout.text[word.clone()]));
    let named = words.filter_map(|word| {
        let name = std::str::from_utf8(&layout.text[word.clone()]).ok()?;
        let offset = u32::try_from(word.start).ok()?;
        let index = resolve(variables, name, offset)?;
        let own = variables[index].local.span;
        (!own.contains(Span::new(offset, offset + 1))).then_some((index, offset))
    });
    named.collect()
}

fn collect_sets<'f>(block: &'f [Stmt], sets: &mut Vec<Set<'f>>) {
    for statement in block {
        sets.extend(set(statement));
        let StmtKind::Loop { body, .. } = &statement.kind else {
            for child in statement.children() {
                collect_sets(std::slice::from_ref(child), sets);
            }
            continue;
        };
        collect_sets(std::slice::from_ref(&**body), sets);
    }
}

fn set(statement: &Stmt) -> Option<Set<'_>> {
    let StmtKind::Expr(expr) = &statement.kind else {
        return None;
    };
    let (target, value) = match &expr.kind {
        ExprKind::Assign { target, value, .. } => (target, Some(&**value)),
        ExprKind::Unary(UnaryOp::Step, target) => (target, None),
        _ => return None,
    };
    let ExprKind::Name(_) = &target.kind else {
        return None;
    };
    Some(Set { span: statement.span, target, value })
}

/// The variables that `statement` itself, without the statements in it, writes or hands out.
pub(super) fn written(layout: &Layout<'_>, statement: &Stmt) -> Vec<(Name, u32)> {
    let mut names = Vec::new();
    statement.each_expression(&mut |expr| expr.each(&mut |part| names.extend(target(part))));
    names.extend(iterators(layout, statement));
    names
}

/// The variable that the outermost operator of `expr` writes or hands out.
fn target(expr: &Expr) -> Option<(Name, u32)> {
    let target = match &expr.kind {
        ExprKind::Assign { target, .. } => target,
        ExprKind::Unary(UnaryOp::Step | UnaryOp::AddressOf, target) => target,
        _ => return None,
    };
    match &target.kind {
        ExprKind::Name(name) => Some((name.clone(), target.span.start)),
        _ => None,
    }
}

/// The arguments of an iteration macro that are plain names: it may set any of them.
fn iterators(layout: &Layout<'_>, statement: &Stmt) -> Vec<(Name, u32)> {
    let StmtKind::Loop { body, .. } = &statement.kind else {
        return Vec::new();
    };
    if walk::iteration_macro(layout, statement).is_none() {
        return Vec::new();
    }
    let header = Span::new(statement.span.start, body.span.start);
    let alone = |word: &Range<usize>| {
        let before = layout.text[..word.start].trim_ascii_end().last();
        let after = layout.text[word.end..].trim_ascii_start().first();
        matches!(before, Some(b'(' | b',')) && matches!(after, Some(b')' | b','))
    };
    let words = layout.words(header).filter(alone);
    let named = words.filter_map(|word| {
        let name = std::str::from_utf8(&layout.text[word.clone()]).ok()?;
        Some((Name::new(name), u32::try_from(word.start).ok()?))
    });
    named.collect()
}
