//! Strong handles of a device in what the device owns.

use super::call::{Call, deep, of_statement};
use super::place::Place;
use super::program::{MethodId, Program, last_part};
use super::weaken;
use crate::crates::{Method, Ty};
use crate::lifecycle::{Evidence, Phase, Registration, RegistrationKind};
use crate::model::{Expr, ExprKind, Function, Location, Name, Span, StmtKind};
use crate::vocabulary::Role;
use std::collections::BTreeSet;

/// Something that is stored in a part of a device.
struct Stored<'a> {
    /// The field.
    at: Place,
    /// What is stored.
    value: &'a Expr,
    /// The statement or call that stores it.
    span: Span,
}

/// A handle of the device within what is stored.
pub(super) struct Captured<'a> {
    /// The variable that holds it.
    pub(super) name: Name,
    /// The closure that takes it, if it is one.
    pub(super) closure: Option<(&'a Expr, &'a Function)>,
    /// Where it is named.
    span: Span,
}

/// Looks at one function.
pub(super) fn observe(program: &Program<'_>, id: MethodId) -> Vec<Registration> {
    let method = program.methods[id].0;
    let rust = &program.words.rust;
    if !method
        .locals
        .values()
        .chain(method.parameters.iter().map(|(_, ty)| ty))
        .any(|ty| ty.is_strong(rust))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for stored in stored(program, id) {
        let Some(ty) = device_of(program, method, &stored.at) else { continue };
        let field = stored.at.fields.last().cloned().unwrap_or_default();
        let Some(captured) = captured(program, method, &stored) else { continue };
        if !program.is_emptied(id, &field) {
            found.push(seen(program, id, &ty, &stored, &captured));
        }
    }
    found
}

/// The type of the device of which a place is a part, if a strong handle leads to it.
fn device_of(program: &Program<'_>, method: &Method, place: &Place) -> Option<Name> {
    let rust = &program.words.rust;
    let ty = method.locals.get(&place.root)?;
    let of = &ty.innermost(rust).name;
    let is_owned = ty.is_strong(rust) && program.type_item(of).is_some();
    // What lies behind another handle may be shared with others, but is kept all the same.
    let mut at = of.clone();
    for field in &place.fields {
        let ty = program.field(&at, field)?;
        if rust.weak.contains(&ty.innermost(rust).name) || ty.name == "&" {
            return None;
        }
        at = ty.innermost(rust).name.clone();
    }
    (is_owned && !place.fields.is_empty()).then(|| of.clone())
}

/// What a function stores in parts of what its variables lead to.
fn stored<'a>(program: &Program<'a>, id: MethodId) -> Vec<Stored<'a>> {
    let method = program.methods[id].0;
    let mut found = Vec::new();
    let mut visit = |expr: &'a Expr| match &expr.kind {
        ExprKind::Assign { target, value, compound: false } => {
            if let Some(at) = program.place_in(method, target) {
                found.push(Stored { at, value, span: expr.span });
            }
        }
        ExprKind::Call { .. } => {
            if let Some(call) = Call::of(expr) {
                found.extend(stored_by_call(program, method, call));
            }
        }
        _ => {}
    };
    for stmt in &method.function.body {
        of_statement(stmt, &mut visit);
    }
    found
}

fn stored_by_call<'a>(program: &Program<'a>, method: &Method, call: Call<'a>) -> Vec<Stored<'a>> {
    let (receiver, last, args) = match &call.callee.kind {
        ExprKind::Name(name) if name.contains("::") => match call.args {
            [receiver, args @ ..] => (receiver, last_part(name), args),
            [] => return Vec::new(),
        },
        ExprKind::Member { base, name, .. } => (&**base, name.as_str(), call.args),
        _ => return Vec::new(),
    };
    let Some(mut at) = program.place_in(method, receiver) else { return Vec::new() };
    let rust = &program.words.rust;
    if !method.locals.get(&at.root).is_some_and(|ty| ty.is_strong(rust)) {
        return Vec::new();
    }
    let stored = |at: &Place, value| Stored { at: at.clone(), value, span: call.expr.span };
    let callee = program.meaning(call.callee).map(|id| program.methods[id].0);
    match callee {
        None if program.words.registration.is(Role::Record, last) => {
            args.iter().map(|value| stored(&at, value)).collect()
        }
        None => Vec::new(),
        Some(callee) => {
            let fields = args.iter().enumerate().filter_map(|(position, value)| {
                let field = keeps(program, callee, &callee.parameters.get(position + 1)?.0)?;
                Some((field, value))
            });
            let fields: Vec<(Vec<Name>, &Expr)> = fields.collect();
            let owner = at.fields.len();
            let found = fields.into_iter().map(|(field, value)| {
                at.fields.truncate(owner);
                at.fields.extend(field);
                stored(&at, value)
            });
            found.collect()
        }
    }
}

/// The field of its own in which a method keeps a parameter.
fn keeps(program: &Program<'_>, method: &Method, parameter: &Name) -> Option<Vec<Name>> {
    let mentions = |value: &Expr| {
        let mut found = false;
        deep(value, &mut |expr| {
            found |= matches!(&expr.kind, ExprKind::Name(name) if name == parameter);
        });
        found
    };
    let own = |target: &Expr| {
        let place = program.place_in(method, target)?;
        (place.root == "self" && !place.fields.is_empty()).then_some(place.fields)
    };
    let mut kept = None;
    let mut visit = |expr: &Expr| match &expr.kind {
        ExprKind::Assign { target, value, .. } if mentions(value) => {
            kept = kept.take().or_else(|| own(target))
        }
        ExprKind::Call { callee, args } => {
            let (receiver, last, args) = match &callee.kind {
                ExprKind::Name(name) if !args.is_empty() => (&args[0], last_part(name), &args[1..]),
                ExprKind::Member { base, name, .. } => (&**base, name.as_str(), &args[..]),
                _ => return,
            };
            if program.words.registration.is(Role::Record, last) && args.iter().any(mentions) {
                kept = kept.take().or_else(|| own(receiver));
            }
        }
        _ => {}
    };
    for stmt in &method.function.body {
        of_statement(stmt, &mut visit);
    }
    kept
}

/// The strong handle of the device itself within what is stored in it.
fn captured<'a>(
    program: &Program<'a>,
    method: &'a Method,
    stored: &Stored<'a>,
) -> Option<Captured<'a>> {
    let root = &stored.at.root;
    let is_it = |expr: &Expr| {
        let ExprKind::Name(name) = &expr.kind else { return None };
        let is_strong = method.locals.get(name).is_some_and(|ty| ty.is_strong(&program.words.rust));
        let place = program.place_in(method, expr)?;
        (is_strong && place.root == *root && place.fields.is_empty()).then(|| name.clone())
    };
    let mut found = None;
    each_stored(program, method, stored.value, &mut |expr, closure| {
        if let Some(name) = is_it(expr).filter(|_| found.is_none()) {
            found = Some(Captured { name, closure, span: expr.span });
        }
    });
    found
}

type Closure<'a> = Option<(&'a Expr, &'a Function)>;

/// Visits what is kept of a value: what closures capture, and what goes into the fields of objects.
fn each_stored<'a>(
    program: &Program<'a>,
    method: &'a Method,
    value: &'a Expr,
    visit: &mut dyn FnMut(&'a Expr, Closure<'a>),
) {
    let rust = &program.words.rust;
    match &value.kind {
        ExprKind::Closure { function, moves: true } => {
            let own: BTreeSet<&Name> = function.parameters.iter().map(|own| &own.name).collect();
            for stmt in &function.body {
                of_statement(stmt, &mut |expr| {
                    if !matches!(&expr.kind, ExprKind::Name(name) if own.contains(name)) {
                        visit(expr, Some((value, function)));
                    }
                });
            }
        }
        ExprKind::Aggregate(made) => {
            for (_, item) in &made.items {
                visit(arg_behind(program, item), None);
                each_stored(program, method, item, visit);
            }
        }
        ExprKind::Call { callee, args } => {
            let ExprKind::Name(name) = &callee.kind else { return };
            let last = last_part(name);
            let is_weak = rust.weaken.contains(last);
            let of = name.rsplit_once("::").map_or("", |(of, _)| of);
            let wraps = rust.make.contains(last) && rust.pointers.contains(of) || name == "Some";
            for arg in args.iter().filter(|_| !is_weak) {
                if wraps {
                    each_stored(program, method, arg, visit);
                } else if holds_handle(program, method, of, arg) {
                    visit(arg_behind(program, arg), None);
                }
            }
        }
        ExprKind::Name(name) => {
            if let [init] = method.function.values_of(name)[..]
                && !matches!(init.kind, ExprKind::Name(_))
            {
                each_stored(program, method, init, visit);
            }
        }
        _ => {}
    }
}

/// Whether one of a type that is made with a handle keeps such a handle in a field.
fn holds_handle(program: &Program<'_>, method: &Method, of: &str, arg: &Expr) -> bool {
    let rust = &program.words.rust;
    let Some(item) = program.type_item(of) else { return false };
    let place = program.place_in(method, arg);
    let ty = place.and_then(|place| method.locals.get(&place.root).cloned());
    let handled = ty.map(|ty| ty.innermost(rust).name.clone());
    let strong = |ty: &Ty| ty.is_strong(rust) && Some(&ty.innermost(rust).name) == handled.as_ref();
    item.fields.iter().any(|(_, ty)| strong(ty) || ty.args.iter().any(strong))
}

/// The variable of which an argument is another handle.
fn arg_behind<'a>(program: &Program<'_>, arg: &'a Expr) -> &'a Expr {
    match &arg.kind {
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Name(name) if program.words.rust.share.contains(last_part(name)) => {
                args.first().map_or(arg, |arg| arg_behind(program, arg))
            }
            _ => arg,
        },
        ExprKind::Unary(_, inner) => arg_behind(program, inner),
        _ => arg,
    }
}

fn seen(
    program: &Program<'_>,
    id: MethodId,
    ty: &Name,
    stored: &Stored<'_>,
    captured: &Captured<'_>,
) -> Registration {
    let method = program.methods[id].0;
    let file = method.function.location.file;
    let at =
        |span: Span, message: String| Evidence { location: Location::new(file, span), message };
    let shown = captured.name.split('#').next().unwrap_or_default();
    let mut evidence = Vec::new();
    method.function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind
            && locals.iter().any(|local| local.name == captured.name)
        {
            evidence.push(at(stmt.span, format!("`{shown}` is a strong handle of the `{ty}`")));
        }
    });
    evidence.push(at(captured.span, format!("`{shown}` goes along")));
    evidence.push(at(stored.span, format!("and is stored in `{}`", stored.at)));
    Registration {
        kind: RegistrationKind::StrongHandle,
        location: Location::new(file, stored.span),
        function: method.function.name.clone(),
        ty: ty.clone(),
        phase: Phase::Unknown,
        what: shown.to_owned(),
        container: stored.at.to_string(),
        container_type: Name::default(),
        removal: Name::default(),
        is_removable: true,
        evidence,
        cure: weaken::cure(program, method, captured),
    }
}
