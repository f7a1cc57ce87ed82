//! A function walked forwards: what is registered where it fails, and where it ends.

use super::act::Act;
use super::call::{Call, deep, of_statement};
use super::condition::outcomes;
use super::container::is_result;
use super::place::Place;
use super::program::{MethodId, PairId, Program, last_part};
use super::state::{Live, State};
use super::through::left_by;
use crate::crates::Method;
use crate::model::{Expr, ExprKind, Name, Span, Stmt, StmtKind};
use crate::vocabulary::Role;
use rustc_hash::FxHashMap;

/// How deep calls are followed for what they leave registered.
const MAX_DEPTH: usize = 2;

/// A call that registers, itself or through what it calls.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    /// The pair of calls.
    pub(super) pair: PairId,
    /// The call in the function that was walked.
    pub(super) call: Call<'a>,
    /// The function and call that register, if it is another function.
    pub(super) inner: Option<(MethodId, Span)>,
    /// Where it is registered.
    pub(super) container: Place,
    /// What is registered, if it is a place.
    pub(super) what: Option<Place>,
    /// The variable that holds the outcome.
    pub(super) held: Option<Name>,
}

/// A way out with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    /// The statement, or the call whose error is handed on.
    pub(super) span: Span,
    /// The end of the call whose error is handed on.
    pub(super) attempt: Option<u32>,
}

/// A registration that is in force on a way out with an error.
#[derive(Clone, Debug)]
pub(super) struct Leak {
    /// The number of the site.
    pub(super) site: usize,
    /// The way out.
    pub(super) exit: Exit,
    /// Whether it was made in an earlier turn of a loop.
    pub(super) is_older: bool,
    /// Whether somebody may find it and take it back later.
    pub(super) is_recorded: bool,
}

/// What a walk has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Walked<'a> {
    pub(super) sites: Vec<Site<'a>>,
    pub(super) leaks: Vec<Leak>,
    /// The sites in force at an end without an error, and whether somebody may find them.
    pub(super) left: Vec<(usize, bool)>,
}

/// Walks a function, and what it calls.
pub(super) fn walk<'a>(program: &Program<'a>, id: MethodId) -> Walked<'a> {
    walk_to(program, id, MAX_DEPTH)
}

/// Walks a function, and what it calls up to some depth.
pub(super) fn walk_to<'a>(program: &Program<'a>, id: MethodId, depth: usize) -> Walked<'a> {
    let method = program.methods[id].0;
    let mut walker = Walker {
        program,
        id,
        method,
        depth,
        walked: Walked::default(),
        on_error: FxHashMap::default(),
        pending: Vec::new(),
        breaks: Vec::new(),
    };
    let end = walker.block(&method.function.body, Some(State::default()));
    if let Some(end) = end {
        walker.leave(&end);
    }
    walker.walked
}

struct Walker<'p, 'a> {
    program: &'p Program<'a>,
    id: MethodId,
    method: &'a Method,
    depth: usize,
    walked: Walked<'a>,
    /// What is taken back if the attempt fails whose outcome a variable holds.
    on_error: FxHashMap<Name, Vec<PairId>>,
    /// What is taken back if the expression that is being walked is an error.
    pending: Vec<PairId>,
    /// What holds where loops are left, the innermost loop last.
    breaks: Vec<Option<State>>,
}

impl<'a> Walker<'_, 'a> {
    fn block(&mut self, stmts: &'a [Stmt], mut state: Option<State>) -> Option<State> {
        for stmt in stmts {
            state = self.stmt(stmt, state?);
        }
        state
    }

    fn stmt(&mut self, stmt: &'a Stmt, mut state: State) -> Option<State> {
        match &stmt.kind {
            StmtKind::Declaration(locals) => {
                for local in locals {
                    if let Some(init) = &local.init {
                        self.attempt(init, Some(&local.name), &mut state);
                    }
                }
            }
            StmtKind::Expr(expr) => match &expr.kind {
                ExprKind::Assign { target, value, .. } => self.assign(target, value, &mut state),
                _ => self.attempt(expr, None, &mut state),
            },
            StmtKind::If { condition, then, otherwise } => {
                return self.branch(condition, then, otherwise.as_deref(), stmt.span, state);
            }
            StmtKind::Loop { init, condition, body, .. } => {
                let state = self.block(init, Some(state))?;
                return self.turns(condition.as_ref(), body, state);
            }
            StmtKind::Switch { body, .. } => return self.stmt(body, state),
            StmtKind::Block(inner) => return self.block(inner, Some(state)),
            StmtKind::Return(value) => {
                self.exit(value.as_ref(), stmt.span, state);
                return None;
            }
            StmtKind::Break | StmtKind::Continue => {
                if let Some(left) = self.breaks.last_mut() {
                    *left = State::join(left.take(), Some(state));
                }
                return None;
            }
            _ => {}
        }
        Some(state)
    }

    /// An expression whose outcome a variable holds, if any.
    fn attempt(&mut self, expr: &'a Expr, held: Option<&Name>, state: &mut State) {
        let first = self.walked.sites.len();
        self.pending.clear();
        self.expr(expr, state);
        let pending = std::mem::take(&mut self.pending);
        let Some(held) = held else { return };
        for live in &mut state.live {
            let site = &self.walked.sites[live.site];
            if live.held.is_none() && (live.site >= first || within(site.call.expr, expr)) {
                live.held = Some(held.clone());
            }
        }
        for site in &mut self.walked.sites {
            if within(site.call.expr, expr) {
                site.held = Some(held.clone());
            }
        }
        self.on_error.insert(held.clone(), pending);
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr, state: &mut State) {
        let held = match &target.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        };
        self.attempt(value, held, state);
        state.is_recorded |= held.is_none() && self.is_kept(target);
    }

    /// Whether an expression is a part of something that outlives the function.
    fn is_kept(&self, expr: &Expr) -> bool {
        let place = self.program.place_in(self.method, expr);
        place.is_some_and(|place| {
            !place.fields.is_empty() && self.program.outlives(self.method, &place)
        })
    }

    fn branch(
        &mut self,
        condition: &'a Expr,
        then: &'a Stmt,
        otherwise: Option<&'a Stmt>,
        span: Span,
        before: State,
    ) -> Option<State> {
        let mut state = before.clone();
        self.expr(condition, &mut state);
        let enter = |walker: &Self, holds: bool| {
            let mut state = state.clone();
            for outcome in outcomes(walker.program, walker.method, condition, span, holds) {
                match outcome.of {
                    _ if !outcome.is_failure => {}
                    Some(name) => {
                        state.fail(&name);
                        for pair in walker.on_error.get(&name).into_iter().flatten() {
                            state.end(*pair);
                        }
                    }
                    None => state.fail_since(&before),
                }
            }
            state
        };
        let (yes, no) = (enter(self, true), enter(self, false));
        let yes = self.stmt(then, yes);
        let no = match otherwise {
            Some(otherwise) => self.stmt(otherwise, no),
            None => Some(no),
        };
        State::join(yes, no)
    }

    /// A loop: what one turn leaves is there in the next one. A loop that takes back does so for all.
    fn turns(
        &mut self,
        condition: Option<&'a Expr>,
        body: &'a Stmt,
        mut state: State,
    ) -> Option<State> {
        if let Some(condition) = condition {
            self.expr(condition, &mut state);
        }
        let mut before = Some(state);
        for _ in 0..2 {
            self.breaks.push(None);
            let turn = before.clone().and_then(|state| self.stmt(body, state));
            let left = self.breaks.pop().flatten();
            before = State::join(before, State::join(turn, left));
        }
        before
    }

    fn expr(&mut self, expr: &'a Expr, state: &mut State) {
        if let ExprKind::Closure { function, .. } = &expr.kind {
            // It may run now, later or never: what it takes back counts, what it registers does not.
            let mut ended = Vec::new();
            for stmt in &function.body {
                of_statement(stmt, &mut |expr| {
                    if let Some(call) = Call::of(expr) {
                        ended.extend(self.ends(call, state));
                    }
                });
            }
            self.pending.extend(&ended);
            return;
        }
        for part in expr.parts() {
            self.expr(part, state);
        }
        if let Some(call) = Call::of(expr) {
            self.call(call, state);
        }
    }

    /// The pairs in force of which a call may take something back.
    fn ends(&self, call: Call<'_>, state: &State) -> Vec<PairId> {
        let pairs = state.live.iter().map(|live| live.pair);
        pairs.filter(|pair| self.program.call_may_remove(self.id, &call, *pair)).collect()
    }

    fn call(&mut self, call: Call<'a>, state: &mut State) {
        let last = match &call.callee.kind {
            ExprKind::Name(name) => last_part(name),
            ExprKind::Member { name, .. } => name.as_str(),
            _ => "",
        };
        let words = &self.program.words.registration;
        if !words.is(Role::OnError, last) {
            for pair in std::mem::take(&mut self.pending) {
                state.end(pair);
            }
        }
        match self.program.act(self.id, call.callee, call.args) {
            Some(Act::Register(pair)) => return self.register(call, pair, state),
            Some(Act::Remove(pairs)) => return pairs.into_iter().for_each(|pair| state.end(pair)),
            None => {}
        }
        if words.is(Role::Record, last) {
            let receiver = match &call.callee.kind {
                ExprKind::Member { base, .. } => Some(&**base),
                _ => call.args.first(),
            };
            state.is_recorded |= receiver.is_some_and(|receiver| self.is_kept(receiver));
        }
        for pair in self.ends(call, state) {
            state.end(pair);
        }
        for site in left_by(self.program, self.id, call, self.depth) {
            self.begin(site, state);
        }
    }

    fn register(&mut self, call: Call<'a>, pair: PairId, state: &mut State) {
        let program = self.program;
        let Some(container) = program.place_in(self.method, &call.args[0]) else { return };
        if program.pairs[pair].is_other(program.text_after(self.method, call.expr.span.end)) {
            return;
        }
        let what = call.args.get(program.pairs[pair].what + 1);
        let what = what.and_then(|what| program.place_in(self.method, what));
        let site = Site { pair, call, inner: None, container, what, held: None };
        self.begin(site, state);
    }

    fn begin(&mut self, site: Site<'a>, state: &mut State) {
        let sites = &mut self.walked.sites;
        let same = |known: &Site<'_>| {
            (known.call.expr.span, known.pair, known.inner)
                == (site.call.expr.span, site.pair, site.inner)
        };
        let at = sites.iter().position(same).unwrap_or_else(|| {
            sites.push(site.clone());
            sites.len() - 1
        });
        state.begin(Live { site: at, pair: site.pair, held: None, is_older: false });
    }

    fn exit(&mut self, value: Option<&'a Expr>, span: Span, mut state: State) {
        let Some(value) = value else { return self.leave(&state) };
        let before = state.clone();
        self.pending.clear();
        self.expr(value, &mut state);
        let Some(exit) = self.failure(value, span) else { return self.leave(&state) };
        if exit.attempt.is_some() && Call::of(value).is_some() && !is_named(value, "Err") {
            // The last attempt may do well, too.
            self.leave(&state);
        }
        state.fail_since(&before);
        for pair in std::mem::take(&mut self.pending) {
            state.end(pair);
        }
        for live in &state.live {
            let leak = Leak {
                site: live.site,
                exit,
                is_older: live.is_older,
                is_recorded: state.is_recorded,
            };
            self.walked.leaks.push(leak);
        }
    }

    /// How a value that is returned is, or may be, an error.
    fn failure(&self, value: &Expr, span: Span) -> Option<Exit> {
        let ExprKind::Call { callee, args } = &value.kind else { return None };
        let ExprKind::Name(name) = &callee.kind else {
            return is_result(&self.method.result)
                .then_some(Exit { span, attempt: Some(value.span.end) });
        };
        match name.as_str() {
            "Err" => {
                let held = args.first().and_then(|arg| match &arg.kind {
                    ExprKind::Name(name) if name.starts_with('#') => Some(name),
                    _ => None,
                });
                let values = held.map(|name| self.method.function.values_of(name));
                let operand = values.and_then(|values| values.first().map(|value| value.span.end));
                Some(Exit { span, attempt: operand })
            }
            "Ok" | "Some" => None,
            name if name.ends_with('!') => None,
            _ => is_result(&self.method.result)
                .then_some(Exit { span, attempt: Some(value.span.end) }),
        }
    }

    fn leave(&mut self, state: &State) {
        for live in &state.live {
            let left = (live.site, state.is_recorded);
            if !self.walked.left.contains(&left) {
                self.walked.left.push(left);
            }
        }
    }
}

/// Whether an expression is a call of a function by this name.
pub(super) fn is_named(expr: &Expr, name: &str) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    matches!(&callee.kind, ExprKind::Name(called) if called == name)
}

/// Whether `part` is `whole` or stands in it.
fn within(part: &Expr, whole: &Expr) -> bool {
    let mut found = false;
    deep(whole, &mut |expr| found |= std::ptr::eq(expr, part));
    found
}
