//! Whether what stays of a function compiles and means the same.

use std::collections::BTreeSet;

use super::body::Body;
use super::cut::Cut;
use super::layout::{Layout, LineKind};
use super::variable::{self, Storage};
use super::{Refusal, liveness};
use crate::model::{FileId, Location, Name, Span, Stmt, StmtKind};

/// Whether what stays of the function compiles and means the same.
pub(super) fn remainder(body: &Body<'_>) -> Result<(), Refusal> {
    unread_locals(body)?;
    unread_parameters(body)?;
    partly_used(body)?;
    live_values(body)?;
    labels(body, &body.function.body)?;
    jumps(body)
}

/// Whether every cut takes all of what it cuts, specifiers that the lowering skipped included.
pub(super) fn beginnings(layout: &Layout<'_>, file: FileId, cuts: &[Cut]) -> Result<(), Refusal> {
    let torn = |cut: &&Cut| !cut.is_part && !layout.starts_afresh(cut.span.range().start);
    match cuts.iter().find(torn) {
        Some(cut) => Err(Refusal::Misread(Location::new(file, cut.span))),
        None => Ok(()),
    }
}

/// Whether the deleted ranges spare every statement that stays.
pub(super) fn spared(body: &Body<'_>, deleted: &[Span]) -> Result<(), Refusal> {
    let mut result = Ok(());
    let hit = |span: Span| deleted.iter().any(|deleted| deleted.overlaps(span));
    body.function.each_statement(&mut |statement| {
        let lost = |span: &Span| hit(*span) && !body.is_gone(*span);
        if let Some(span) = kept_spans(statement).into_iter().find(lost) {
            result = Err(Refusal::Misread(body.location(span)));
        }
    });
    result?;
    let unseen = |directive: &&Span| hit(**directive) && !is_directive(body, **directive);
    match body.function.directives.iter().find(unseen) {
        Some(directive) => Err(Refusal::Misread(body.location(*directive))),
        None => Ok(()),
    }
}

fn is_directive(body: &Body<'_>, span: Span) -> bool {
    let line = body.layout.lines.get(body.layout.line_at(span.range().start));
    line.is_some_and(|line| matches!(line.kind, LineKind::Directive(_)))
}

/// What must stay of a statement that stays, without the statements in it.
fn kept_spans(statement: &Stmt) -> Vec<Span> {
    match &statement.kind {
        StmtKind::Declaration(locals) => locals.iter().map(|local| local.span).collect(),
        StmtKind::If { .. } | StmtKind::Loop { .. } | StmtKind::Switch { .. } => {
            let mut spans = Vec::new();
            statement.each_expression(&mut |expr| spans.push(expr.span));
            spans
        }
        StmtKind::Block(_) => Vec::new(),
        _ => vec![statement.span],
    }
}

fn unread_locals(body: &Body<'_>) -> Result<(), Refusal> {
    let left = body.variables.iter().find(|variable| {
        let was_read = variable.mentions.iter().any(|&at| !body.is_set(variable, at));
        let warns = variable.storage != Storage::Automatic && !body.is_gone(variable.local.span);
        was_read && warns && body.is_orphaned(variable)
    });
    left.map_or(Ok(()), |variable| {
        let location = body.location(variable.local.span);
        Err(Refusal::UnreadLocal(location, variable.local.name.clone()))
    })
}

/// A parameter that nothing mentions is no matter, but one that is only set is.
fn unread_parameters(body: &Body<'_>) -> Result<(), Refusal> {
    let sets = variable::sets(body.function);
    for parameter in &body.function.parameters {
        let own = |at: &u32| variable::resolve(&body.variables, &parameter.name, *at).is_none();
        let mentions = body.layout.mentions(&parameter.name, body.function.body_span);
        let mentions = mentions.map(|at| at as u32).filter(own);
        let is_set = |at: u32| sets.iter().any(|set| set.target.span.start == at);
        let (gone, kept): (Vec<u32>, Vec<u32>) = mentions.partition(|&at| body.is_gone_at(at));
        if !kept.is_empty()
            && kept.iter().all(|&at| is_set(at))
            && !gone.iter().all(|&at| is_set(at))
        {
            let location = body.location(Span::new(kept[0], kept[0] + 1));
            return Err(Refusal::UnreadLocal(location, parameter.name.clone()));
        }
    }
    Ok(())
}

/// A local or label that stays must not lose its use in one of the configurations.
fn partly_used(body: &Body<'_>) -> Result<(), Refusal> {
    let lost = |mentions: &[u32]| {
        let at = |gone: bool| {
            let found = mentions.iter().filter(move |&&at| body.is_gone_at(at) == gone);
            found.map(|&at| at as usize).collect::<Vec<_>>()
        };
        !body.layout.are_covered(&at(true), &at(false))
    };
    for variable in body.variables.iter().filter(|v| !body.is_gone(v.local.span)) {
        let reads = variable.mentions.iter().copied().filter(|&at| !body.is_set(variable, at));
        if variable.storage != Storage::Automatic && lost(&reads.collect::<Vec<_>>()) {
            let location = body.location(variable.local.span);
            return Err(Refusal::PartlyUsed(location, variable.local.name.clone()));
        }
    }
    for (label, span) in body.labels().filter(|(_, span)| !body.is_gone(*span)) {
        let jumps = body.jumps_to(label, span);
        if lost(&jumps) {
            return Err(Refusal::PartlyUsed(body.location(span), label.clone()));
        }
    }
    Ok(())
}

fn live_values(body: &Body<'_>) -> Result<(), Refusal> {
    for (name, span) in written_by_deleted(body) {
        if liveness::is_read_later(body, &name) {
            return Err(Refusal::LiveValue(body.location(span), name));
        }
    }
    Ok(())
}

/// The locals and parameters that stay and that deleted statements write, each once.
fn written_by_deleted(body: &Body<'_>) -> Vec<(Name, Span)> {
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    body.function.each_statement(&mut |statement| {
        for (name, offset) in variable::written(&body.layout, statement) {
            let here = Span::new(offset, offset + 1);
            if body.is_gone(here) && stays(body, &name, offset) && seen.insert(name.clone()) {
                found.push((name, here));
            }
        }
    });
    found
}

fn stays(body: &Body<'_>, name: &Name, offset: u32) -> bool {
    match variable::resolve(&body.variables, name, offset) {
        Some(index) => !body.is_gone(body.variables[index].local.span),
        None => body.function.parameters.iter().any(|parameter| parameter.name == *name),
    }
}

/// A label needs a statement after it, and a declaration is none.
fn labels(body: &Body<'_>, block: &[Stmt]) -> Result<(), Refusal> {
    for (index, statement) in block.iter().enumerate() {
        let is_label = matches!(statement.kind, StmtKind::Label(_) | StmtKind::Case(_));
        if is_label
            && !body.is_gone(statement.span)
            && dangles(body, statement.span.range().start, &block[index + 1..])
        {
            return Err(Refusal::Label(body.location(statement.span)));
        }
    }
    for statement in block {
        match &statement.kind {
            StmtKind::Block(inner) => labels(body, inner)?,
            _ => {
                for child in statement.children() {
                    labels(body, std::slice::from_ref(child))?;
                }
            }
        }
    }
    Ok(())
}

/// Whether a label at `label` loses the statement that it has in every configuration.
fn dangles(body: &Body<'_>, label: usize, after: &[Stmt]) -> bool {
    let mut lost = false;
    for statement in after {
        if body.is_gone(statement.span) {
            lost = true;
        } else if lost && matches!(statement.kind, StmtKind::Declaration(_)) {
            return true;
        } else if body.layout.is_around(statement.span.range().start, label) {
            return false;
        }
    }
    lost
}

/// No `goto` may lose its label, and no label its last `goto`.
fn jumps(body: &Body<'_>) -> Result<(), Refusal> {
    let mut kept = BTreeSet::new();
    let mut lost = Vec::new();
    body.function.each_statement(&mut |statement| match &statement.kind {
        StmtKind::Goto(label) if body.is_gone(statement.span) => lost.push((label, statement.span)),
        StmtKind::Goto(label) => drop(kept.insert(label)),
        _ => {}
    });
    let mut result = Ok(());
    body.function.each_statement(&mut |statement| {
        let StmtKind::Label(label) = &statement.kind else {
            return;
        };
        let gone = body.is_gone(statement.span);
        let unused = !kept.contains(label) && lost.iter().any(|(lost, _)| *lost == label);
        if (gone && kept.contains(label)) || (!gone && unused) {
            result = Err(Refusal::Label(body.location(statement.span)));
        }
    });
    result
}
