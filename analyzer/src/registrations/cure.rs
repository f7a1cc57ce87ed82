//! How a registration is taken back where a function fails.

use super::call::{Call, of_statement};
use super::program::{MethodId, Program, last_part};
use super::walk::{Exit, Site, Walked};
use crate::crates::Method;
use crate::lifecycle::Cure;
use crate::model::{Expr, ExprKind, Name, Span, StmtKind};
use crate::registrations::container::is_result;
use devmodel_edit::Edit;

const ASSUMPTION: &str = "nothing else takes it back when the function has failed";

/// The edits after which a function takes back, on every way out with an error, what is in force there;
/// `None` if one of the calls cannot be written.
pub(super) fn on_error(program: &Program<'_>, id: MethodId, walked: &Walked<'_>) -> Option<Cure> {
    let mut exits: Vec<(Exit, Vec<usize>)> = Vec::new();
    for leak in &walked.leaks {
        if leak.is_older {
            return None;
        }
        match exits.iter_mut().find(|(exit, _)| *exit == leak.exit) {
            Some((_, sites)) if sites.contains(&leak.site) => {}
            Some((_, sites)) => sites.push(leak.site),
            None => exits.push((leak.exit, vec![leak.site])),
        }
    }
    let writer = Writer { program, method: program.methods[id].0 };
    let mut edits = Vec::new();
    for (exit, sites) in exits {
        let undo = |site: &usize| writer.undo(&walked.sites[*site]);
        // What came last goes first.
        let calls = sites.iter().rev().map(undo).collect::<Option<Vec<String>>>()?;
        edits.push(writer.edit(exit, &calls)?);
    }
    (!edits.is_empty()).then_some(Cure { edits, assumption: Some(ASSUMPTION) })
}

struct Writer<'p, 'a> {
    program: &'p Program<'a>,
    method: &'a Method,
}

impl Writer<'_, '_> {
    fn text(&self, span: Span) -> &str {
        self.program.text(self.method, span)
    }

    /// The call that takes a registration back, as a statement.
    fn undo(&self, site: &Site<'_>) -> Option<String> {
        let pair = &self.program.pairs[site.pair];
        if site.inner.is_some() || pair.undo.is_empty() {
            return None;
        }
        let receiver = self.receiver(site.call)?;
        let mut call = String::new();
        let mut rest = pair.undo.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}')?;
            call.push_str(before);
            call.push_str(&self.key(site, key)?);
            rest = after;
        }
        call.push_str(rest);
        let reports = pair.reports.iter().any(|name| pair.undo.starts_with(name.as_str()));
        let ignored = if reports { "let _ = " } else { "" };
        Some(format!("{ignored}{receiver}.{call};"))
    }

    /// The container, as it is written.
    fn receiver(&self, call: Call<'_>) -> Option<String> {
        let end = call.callee.span.start;
        let text = self.text(Span::new(call.expr.span.start, end)).trim_end().strip_suffix('.')?;
        let text = text.trim_end();
        let is_lasting = |name: &Name| self.is_in_scope(name);
        let names = names(call.args.first()?);
        (is_plain(text, &['(', ')']) && names.iter().all(is_lasting)).then(|| text.to_owned())
    }

    /// What a registration is taken back by.
    fn key(&self, site: &Site<'_>, key: &str) -> Option<String> {
        if key == "result" {
            return self.result(site);
        }
        let (position, is_base) = match key.split_once('.') {
            Some((position, _)) => (position, true),
            None => (key, false),
        };
        let arg = site.call.args.get(position.parse::<usize>().ok()? + 1)?;
        if !names(arg).iter().all(|name| self.is_in_scope(name)) {
            return None;
        }
        let text = self.text(arg.span);
        match &arg.kind {
            _ if !is_base => {
                let is_there = is_plain(text, &['&'])
                    && self.may_use_again(arg)
                    && names(arg).iter().all(|name| self.stays(name, site));
                is_there.then(|| text.to_owned())
            }
            ExprKind::Name(_) if is_plain(text, &[]) => Some(format!("{text}.base()")),
            ExprKind::Member { .. } if is_plain(text, &[]) => Some(format!("{text}.base()")),
            _ => None,
        }
    }

    /// Whether a value is still there after it was handed over: a reference, a number, a constant.
    fn may_use_again(&self, arg: &Expr) -> bool {
        match &arg.kind {
            ExprKind::Literal | ExprKind::Unary(crate::model::UnaryOp::AddressOf, _) => true,
            ExprKind::Name(name) => match self.method.locals.get(name) {
                Some(ty) => ty.name == "&" || is_number(&ty.name),
                None => name.starts_with(char::is_uppercase),
            },
            ExprKind::Member { .. } => self.program.place(arg).is_some_and(|place| {
                let of = self.method.locals.get(&place.root);
                let mut of = of.map(|ty| ty.innermost(&self.program.words.rust));
                for field in &place.fields {
                    let ty = of.and_then(|ty| self.program.field(&ty.name, field));
                    of = ty;
                }
                of.is_some_and(|ty| is_number(&ty.name))
            }),
            _ => false,
        }
    }

    /// Whether a variable is not handed over after the registration.
    fn stays(&self, name: &Name, site: &Site<'_>) -> bool {
        let ty = self.method.locals.get(name);
        if ty.is_none_or(|ty| ty.name == "&" || is_number(&ty.name)) {
            return true;
        }
        let mut is_given = false;
        let after = site.call.expr.span.start;
        for stmt in &self.method.function.body {
            of_statement(stmt, &mut |expr| {
                is_given |= expr.span.start >= after && self.gives(expr, name);
            });
            stmt.each(&mut |stmt| {
                if let StmtKind::Declaration(locals) = &stmt.kind {
                    let inits = locals.iter().filter_map(|local| local.init.as_ref());
                    is_given |= inits.into_iter().any(|init| is_name(init, name));
                }
            });
        }
        !is_given
    }

    /// Whether an expression takes the value of a variable.
    fn gives(&self, expr: &Expr, name: &Name) -> bool {
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                let is_share = matches!(&callee.kind, ExprKind::Name(called)
                    if self.program.words.rust.share.contains(last_part(called)));
                !is_share && args.iter().any(|arg| is_name(arg, name))
            }
            ExprKind::Aggregate(made) => made.items.iter().any(|(_, item)| is_name(item, name)),
            ExprKind::Assign { value, .. } => is_name(value, name),
            ExprKind::Closure { function, moves: true } => {
                let mut found = false;
                for stmt in &function.body {
                    of_statement(stmt, &mut |expr| found |= is_name(expr, name));
                }
                found
            }
            _ => false,
        }
    }

    /// The variable that has what registering gave.
    fn result(&self, site: &Site<'_>) -> Option<String> {
        let held = site.held.as_ref()?;
        let mut named = (!held.starts_with('#')).then(|| held.clone());
        for stmt in &self.method.function.body {
            let StmtKind::Declaration(locals) = &stmt.kind else { continue };
            for local in locals {
                let value = local.init.as_ref().map(|init| &init.kind);
                if matches!(value, Some(ExprKind::Name(name)) if name == held) {
                    named = Some(local.name.clone());
                }
            }
        }
        named.filter(|name| name != "_" && self.is_in_scope(name)).map(|name| name.to_string())
    }

    /// Whether a name means the same wherever the function may fail.
    fn is_in_scope(&self, name: &Name) -> bool {
        if name.starts_with(char::is_uppercase) {
            return true;
        }
        let hidden = Name::new(format!("{name}#2"));
        if name.contains('#') || self.method.locals.contains_key(&hidden) {
            return false;
        }
        let is_declared = self.method.function.body.iter().any(|stmt| match &stmt.kind {
            StmtKind::Declaration(locals) => locals.iter().any(|local| local.name == *name),
            _ => false,
        });
        is_declared || self.method.parameters.iter().any(|(known, _)| known == name)
    }

    fn edit(&self, exit: Exit, calls: &[String]) -> Option<Edit> {
        let file = self.method.function.location.file;
        let whole = &self.program.crates.files[file.0 as usize].text;
        let statement = exit.span.start as usize;
        let line =
            whole[..statement].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let indent: String = str::from_utf8(&whole[line..statement])
            .ok()?
            .chars()
            .take_while(|c| c.is_whitespace())
            .collect();
        match exit.attempt {
            Some(end) if is_result(&self.method.result) => {
                let inner = format!("\n{indent}    ");
                let body = calls.join(&inner);
                let text = format!(".inspect_err(|_| {{{inner}{body}\n{indent}}})");
                Some(Edit { file, span: Span::new(end, end), text })
            }
            None if self.text(exit.span).starts_with("return") => {
                let before = str::from_utf8(&whole[..statement]).ok()?.trim_end();
                if !before.ends_with(['{', '}', ';']) {
                    return None;
                }
                let start = exit.span.start;
                let text: String = calls.iter().map(|call| format!("{call}\n{indent}")).collect();
                Some(Edit { file, span: Span::new(start, start), text })
            }
            _ => None,
        }
    }
}

/// The variables in an expression.
fn names(expr: &Expr) -> Vec<Name> {
    let mut names = Vec::new();
    super::call::deep(expr, &mut |expr| {
        if let ExprKind::Name(name) = &expr.kind
            && !name.contains("::")
        {
            names.push(name.clone());
        }
    });
    names
}

fn is_name(expr: &Expr, name: &Name) -> bool {
    matches!(&expr.kind, ExprKind::Name(used) if used == name)
}

/// Whether a text is a path of names on one line.
fn is_plain(text: &str, also: &[char]) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_.:".contains(c) || also.contains(&c);
    !text.is_empty() && text.chars().all(plain)
}

fn is_number(ty: &str) -> bool {
    let digits = ty.trim_start_matches(['u', 'i']);
    ty.len() > digits.len() && (digits == "size" || digits.parse::<u8>().is_ok())
}
