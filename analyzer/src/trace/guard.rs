//! Guards: the conditions under which an event happens, in words that two functions share.

use super::{Frame, Place, Tracer, Value};
use crate::model::{BinaryOp, Expr, ExprKind, Location, Name, UnaryOp};
use crate::vocabulary::Op;
use std::fmt;
use std::sync::Arc;

/// One condition that holds, or does not hold, where an event happens.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    /// The condition, its variables replaced by what they stand for.
    pub(crate) condition: Name,
    /// Whether it holds.
    pub(crate) holds: bool,
    /// What it asks, if that is known.
    pub(crate) asks: Question,
    /// Whether the function is left where it does not hold: what happens there may be a failure.
    pub(crate) or_leaves: bool,
    /// Whether it asks for a property, which whoever makes the device sets once.
    pub(crate) is_choice: bool,
}

/// Two guards are one if they say the same, wherever they stand.
impl PartialEq for Guard {
    fn eq(&self, other: &Self) -> bool {
        let Self { condition, holds, asks, .. } = self;
        (condition, holds, asks) == (&other.condition, &other.holds, &other.asks)
    }
}

impl Eq for Guard {}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Something that the analysis does not model.
    Open,
    /// Whether a region is in a container.
    Contained(Place),
    /// Whether a pointer to this place is not null.
    Pointer(Place),
    /// What several guards beside this one ask together: it tells two arms of one branch apart.
    Whole,
}

/// The condition, with `!` before one that must not hold.
impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.holds {
            f.write_str("!")?;
        }
        // What tells variables of one name apart is for the analysis only.
        let mut pieces = self.condition.split(UNSHARED);
        f.write_str(pieces.next().unwrap_or_default())?;
        pieces.try_for_each(|piece| {
            f.write_str(piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'))
        })
    }
}

/// Stands between the name of a variable and where its function was entered.
const UNSHARED: char = '\u{1}';

impl Guard {
    /// Whether the two can't both hold.
    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.condition == other.condition && self.holds != other.holds
    }

    /// Whether it says more than the guards beside it.
    pub(crate) fn is_telling(&self) -> bool {
        self.asks != Question::Whole
    }
}

impl Tracer<'_, '_> {
    /// The guards in force, shared by the events that happen under them.
    pub(super) fn guards_in_force(&mut self) -> Arc<[Guard]> {
        let guards = &self.guards;
        Arc::clone(self.shared_guards.get_or_insert_with(|| guards.as_slice().into()))
    }

    /// Puts guards in force.
    pub(super) fn guard(&mut self, guards: Vec<Guard>) {
        if !guards.is_empty() {
            self.shared_guards = None;
            self.guards.extend(guards);
        }
    }

    /// Takes guards out of force, back to a number that was in force before.
    pub(super) fn unguard(&mut self, kept: usize) {
        if self.guards.len() > kept {
            self.shared_guards = None;
            self.guards.truncate(kept);
        }
    }

    /// What is known where `condition` holds, or does not hold.
    pub(super) fn guards_of(&self, frame: &Frame, condition: &Expr, holds: bool) -> Vec<Guard> {
        let mut guards = Vec::new();
        self.collect_guards(frame, condition, holds, &mut guards);
        guards
    }

    fn collect_guards(&self, frame: &Frame, expr: &Expr, holds: bool, guards: &mut Vec<Guard>) {
        match &expr.kind {
            ExprKind::Unary(UnaryOp::Not, inner) => {
                self.collect_guards(frame, inner, !holds, guards);
            }
            ExprKind::Binary(BinaryOp::And, left, right) if holds => {
                self.collect_guards(frame, left, true, guards);
                self.collect_guards(frame, right, true, guards);
                guards.push(self.whole(frame, expr, true));
            }
            ExprKind::Binary(BinaryOp::Or, left, right) if !holds => {
                self.collect_guards(frame, left, false, guards);
                self.collect_guards(frame, right, false, guards);
                guards.push(self.whole(frame, expr, false));
            }
            ExprKind::Binary(op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right)
                if self.is_null(frame, right) =>
            {
                self.collect_guards(frame, left, holds == (*op == BinaryOp::NotEqual), guards);
            }
            _ => {
                let asks = self.asked(frame, expr);
                if self.decided(frame, expr, &asks) == Some(holds) {
                    return;
                }
                let condition = self.condition(frame, expr);
                let is_choice = self.objects.properties().decides(&condition);
                guards.push(Guard { condition, holds, asks, or_leaves: false, is_choice });
            }
        }
    }

    fn whole(&self, frame: &Frame, expr: &Expr, holds: bool) -> Guard {
        Guard {
            condition: self.condition(frame, expr),
            holds,
            asks: Question::Whole,
            or_leaves: false,
            is_choice: false,
        }
    }

    /// What a condition is known to be for objects of this type.
    pub(super) fn truth(&self, frame: &Frame, expr: &Expr) -> Option<bool> {
        match &expr.kind {
            ExprKind::Unary(UnaryOp::Not, inner) => self.truth(frame, inner).map(|truth| !truth),
            ExprKind::Binary(op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right)
                if self.is_null(frame, right) =>
            {
                let not_null = self.truth(frame, left)?;
                Some(not_null == (*op == BinaryOp::NotEqual))
            }
            _ => self.decided(frame, expr, &Question::Open),
        }
    }

    /// A pointer to the object is not null; a class slot is what the class functions made it.
    fn decided(&self, frame: &Frame, expr: &Expr, asks: &Question) -> Option<bool> {
        if matches!(asks, Question::Pointer(place) if place.is_object()) {
            return Some(true);
        }
        let ExprKind::Member { base, name, through_pointer: true } = &expr.kind else {
            return None;
        };
        let base = self.peek(frame, base)?;
        let Value::Class(place) = &base.value else { return None };
        if !place.is_object() {
            return None;
        }
        let slot = self.objects.slot(self.ty?, &base.ty.name, name).filter(|slot| !slot.uncertain);
        match slot? {
            slot if slot.function.is_some() => Some(true),
            slot => match slot.value.as_str() {
                "true" => Some(true),
                "false" | "NULL" | "0" => Some(false),
                _ => None,
            },
        }
    }

    fn is_null(&self, frame: &Frame, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => name == "NULL" && !frame.variables.contains_key(name),
            ExprKind::Literal => self.text_of(expr) == "0",
            _ => false,
        }
    }

    fn asked(&self, frame: &Frame, expr: &Expr) -> Question {
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                let ExprKind::Name(name) = &callee.kind else { return Question::Open };
                let query = self.tree.words.call(name).filter(|call| call.op == Op::Query);
                let region = query.and_then(|call| args.get(call.region));
                let place = region.and_then(|region| self.pointed(frame, region));
                place.map_or(Question::Open, Question::Contained)
            }
            ExprKind::Member { base, name, through_pointer: true }
                if self.tree.words.core.observed_fields.contains(name) =>
            {
                self.pointed(frame, base).map_or(Question::Open, Question::Contained)
            }
            _ => self.pointed(frame, expr).map_or(Question::Open, Question::Pointer),
        }
    }

    /// The place that a pointer without calls points to.
    fn pointed(&self, frame: &Frame, expr: &Expr) -> Option<Place> {
        match self.peek(frame, expr)?.value {
            Value::Address(place) | Value::Maybe(place) => Some(place),
            _ => None,
        }
    }

    /// An expression in words that other calls share.
    pub(super) fn condition(&self, frame: &Frame, expr: &Expr) -> Name {
        Name::new(self.spelled(frame, expr))
    }

    /// A condition in words that do not depend on the names of local variables.
    fn spelled(&self, frame: &Frame, expr: &Expr) -> String {
        if let ExprKind::Member { .. } | ExprKind::Index { .. } = &expr.kind
            && let Some(place) = self.peek_place(frame, expr)
        {
            return place.to_string();
        }
        match &expr.kind {
            ExprKind::Name(name) => self.spelled_name(frame, name),
            ExprKind::Member { base, name, through_pointer } => {
                let dot = if *through_pointer { "->" } else { "." };
                format!("{}{dot}{name}", self.spelled(frame, base))
            }
            ExprKind::Call { callee, args } => {
                let spelled: Vec<String> =
                    args.iter().map(|arg| self.spelled(frame, arg)).collect();
                if let (ExprKind::Name(name), [only]) = (&callee.kind, &spelled[..])
                    && self.objects.casts.get(name).is_some()
                {
                    return only.clone();
                }
                format!("{}({})", self.text_of(callee), spelled.join(","))
            }
            ExprKind::Cast(_, inner) => self.spelled(frame, inner),
            _ => self.spelled_parts(frame, expr),
        }
    }

    /// The text of an expression with its parts spelled.
    fn spelled_parts(&self, frame: &Frame, expr: &Expr) -> String {
        let text = self.text_of(expr);
        let mut out = String::new();
        let mut done = 0;
        for part in expr.parts() {
            let start = part.span.start.saturating_sub(expr.span.start) as usize;
            let end = part.span.end.saturating_sub(expr.span.start) as usize;
            let (Some(between), true) = (text.get(done..start), end <= text.len()) else {
                return text;
            };
            out.extend(between.split_whitespace());
            out.push_str(&self.spelled(frame, part));
            done = end;
        }
        out.extend(text.get(done..).unwrap_or_default().split_whitespace());
        out
    }

    fn spelled_name(&self, frame: &Frame, name: &Name) -> String {
        let Some(variable) = frame.variables.get(name) else { return name.to_string() };
        match &variable.value {
            Value::Address(place) | Value::Maybe(place) if place.is_object() => "self".to_owned(),
            Value::Address(place) | Value::Maybe(place) => format!("&{place}"),
            Value::OneOf(_) => format!("&({})", variable.value),
            Value::Class(place) if place.is_object() => "class".to_owned(),
            Value::Class(place) => format!("class({place})"),
            Value::Null => "0".to_owned(),
            Value::Function(function, _) => function.to_string(),
            Value::Unknown => match frame.spelled.get(name) {
                Some(spelled) => spelled.to_string(),
                // Nothing that another call could know it by.
                None => self.unshared(frame, name),
            },
        }
    }

    /// A variable whose value no other call can know, told from all others of its name.
    fn unshared(&self, frame: &Frame, name: &Name) -> String {
        let at = frame.entered.unwrap_or_else(|| self.here());
        format!("{name}{UNSHARED}{}:{}", at.file.0, at.span.start)
    }

    /// What a number is known by: the expression that it was set from.
    pub(super) fn note_number(&self, frame: &mut Frame, name: &Name, from: Option<&Expr>) {
        let is_number = frame.variables.get(name).is_some_and(|at| at.value == Value::Unknown);
        match from.filter(|_| is_number) {
            Some(from) => {
                let spelled = self.condition(frame, from);
                frame.know_number(name.clone(), spelled);
            }
            None => frame.forget_number(name),
        }
    }

    fn text_of(&self, expr: &Expr) -> String {
        self.tree.source(Location::new(self.file(), expr.span)).into()
    }
}
