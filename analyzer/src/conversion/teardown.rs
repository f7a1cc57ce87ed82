//! Teardown that the framework does anyway.

use super::call::{Act, Each, Reader, bare};
use super::cut::{Cut, has_comments};
use super::device::{Device, Hook, methods};
use super::page::Page;
use super::purity::only_looks;
use super::range_of;
use super::uses::Uses;
use crate::lifecycle::Phase;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprIf, ExprMethodCall, ImplItemFn, ItemImpl, Stmt, Visibility};

/// One call that the framework makes superfluous.
#[derive(Clone, Debug)]
pub(super) struct Superfluous {
    pub(super) region: String,
    pub(super) range: Range<usize>,
    pub(super) function: String,
    pub(super) phase: Phase,
}

/// The teardown of a device.
pub(super) struct Teardown<'e, 't> {
    pub(super) reader: Reader<'e, 't>,
    pub(super) device: &'e Device<'t>,
    pub(super) uses: &'e Uses,
    pub(super) page: &'e Page<'t>,
    found: RefCell<Vec<Superfluous>>,
    pruned: RefCell<BTreeMap<String, bool>>,
}

/// A function that runs in teardown only.
#[derive(Clone)]
struct Member<'t> {
    hook: Hook<'t>,
    name: String,
}

/// What goes from a block.
#[derive(Default)]
struct Pruned {
    nodes: Vec<Range<usize>>,
    /// Whether that is all there is.
    is_all: bool,
}

impl<'e, 't> Teardown<'e, 't> {
    pub(super) fn new(reader: Reader<'e, 't>, uses: &'e Uses, page: &'e Page<'t>) -> Self {
        Self {
            reader,
            device: reader.device,
            uses,
            page,
            found: RefCell::default(),
            pruned: RefCell::default(),
        }
    }

    /// What goes, and the calls that are the reason.
    pub(super) fn cut(&self) -> (Cut<'t>, Vec<Superfluous>) {
        let members = self.members();
        let mut cut = Cut::default();
        for member in &members {
            self.prune(member, &members, &mut cut);
        }
        if let Some(realize) = self.device.realize() {
            self.prune_rollback(realize, &mut cut);
        }
        let mut found = self.found.take();
        let goes = |one: &Superfluous| {
            cut.nodes.iter().any(|node| node.start <= one.range.start && one.range.end <= node.end)
        };
        found.retain(goes);
        found.sort_by_key(|one| one.range.start);
        (cut, found)
    }

    /// The hooks of teardown, and private functions that only they call.
    fn members(&self) -> Vec<Member<'t>> {
        if self.device.lost_hook.is_some() {
            return Vec::new();
        }
        let hooks = self.device.hooks.iter().filter(|hook| hook.phase != Phase::Realize);
        let mut members: Vec<Member<'t>> = hooks
            .map(|hook| Member { name: hook.function.sig.ident.to_string(), hook: hook.clone() })
            .collect();
        while let Some(at) =
            members.iter().position(|member| !self.is_for_teardown(member, &members))
        {
            members.remove(at);
        }
        loop {
            let more = self.private().find_map(|(owner, function)| {
                let name = function.sig.ident.to_string();
                if members.iter().any(|member| member.name == name) {
                    return None;
                }
                let phase = self.phase_of_callers(&name, &members)?;
                Some(Member { hook: Hook { phase, function, owner, word: None }, name })
            });
            match more {
                // What is called goes before what calls.
                Some(member) => members.insert(0, member),
                None => return members,
            }
        }
    }

    /// Whether a hook runs in teardown only: it is no other hook, and only others of teardown call it.
    fn is_for_teardown(&self, member: &Member<'t>, members: &[Member<'t>]) -> bool {
        let is_named_once = member.hook.word.is_none() || self.device.mentions(&member.name) == 1;
        // Nobody calls the function of a `Drop`.
        let is_drop = member.hook.word.is_none()
            && member.hook.owner.trait_.as_ref().is_some_and(|(_, path, _)| path.is_ident("Drop"));
        let mut callers = self.uses.own_calls.iter().filter(|(_, callee)| *callee == member.name);
        is_named_once
            && (is_drop
                || callers.all(|(caller, _)| members.iter().any(|other| other.name == *caller)))
    }

    fn private(&self) -> impl Iterator<Item = (&'t ItemImpl, &'t ImplItemFn)> + use<'t> {
        let own = self.device.impls().filter(|of| of.trait_.is_none());
        own.flat_map(|of| methods(of).map(move |function| (of, function)))
            .filter(|(_, function)| matches!(function.vis, Visibility::Inherited))
    }

    /// The phase in which a function runs, if only members call it.
    fn phase_of_callers(&self, name: &str, members: &[Member<'t>]) -> Option<Phase> {
        let is_hook = self.device.hooks.iter().any(|hook| hook.function.sig.ident == name);
        if is_hook || self.device.mentions(name) > 0 {
            return None;
        }
        let mut phase = None;
        for (caller, _) in self.uses.own_calls.iter().filter(|(_, callee)| callee == name) {
            let member = members.iter().find(|member| member.name == *caller)?;
            phase = Some(member.hook.phase);
        }
        phase
    }

    fn prune(&self, member: &Member<'t>, members: &[Member<'t>], cut: &mut Cut<'t>) {
        let function = member.hook.function;
        let scope = Scope { member, each: None, members };
        let pruned = self.prune_block(&function.block, &scope);
        if pruned.nodes.is_empty() {
            return;
        }
        let is_whole = pruned.is_all && !has_comments(self.page, function, &pruned.nodes);
        self.pruned.borrow_mut().insert(member.name.clone(), is_whole);
        cut.nodes.extend(pruned.nodes);
        if is_whole {
            cut.functions.push((member.hook.owner, function));
            cut.words.extend(member.hook.word);
        } else {
            cut.touched.push(function);
        }
    }

    fn prune_block(&self, block: &'t Block, scope: &Scope<'_, 't>) -> Pruned {
        let mut pruned = Pruned { nodes: Vec::new(), is_all: true };
        for statement in &block.stmts {
            match self.prune_statement(statement, scope) {
                Some(inner) if inner.is_all => pruned.nodes.push(range_of(statement)),
                Some(inner) => {
                    pruned.nodes.extend(inner.nodes);
                    pruned.is_all = false;
                }
                None => pruned.is_all = false,
            }
        }
        pruned
    }

    /// What goes from a statement; `None` if nothing does.
    fn prune_statement(&self, statement: &'t Stmt, scope: &Scope<'_, 't>) -> Option<Pruned> {
        if self.is_superfluous(statement, scope) {
            return Some(Pruned { nodes: Vec::new(), is_all: true });
        }
        let Stmt::Expr(expr, _) = statement else { return None };
        match expr {
            Expr::MethodCall(call) if self.is_emptied(call, scope) => {
                Some(Pruned { nodes: Vec::new(), is_all: true })
            }
            Expr::ForLoop(each) => {
                let over = self.reader.each(each);
                let is_pure = over.is_some();
                let inner = self.prune_block(&each.body, &Scope { each: over.as_ref(), ..*scope });
                settled(inner, is_pure)
            }
            Expr::If(branch) => self.prune_branch(branch, scope),
            Expr::Block(block) => settled(self.prune_block(&block.block, scope), true),
            _ => None,
        }
    }

    fn prune_branch(&self, branch: &'t ExprIf, scope: &Scope<'_, 't>) -> Option<Pruned> {
        let then = self.prune_block(&branch.then_branch, scope);
        let other = match &branch.else_branch {
            None => None,
            Some((_, other)) => match &**other {
                Expr::Block(block) => Some(self.prune_block(&block.block, scope)),
                // Chains stay.
                _ => return None,
            },
        };
        let is_all = then.is_all && other.as_ref().is_none_or(|other| other.is_all);
        let empties = then.is_all || other.as_ref().is_some_and(|other| other.is_all);
        if empties && !(is_all && only_looks(&branch.cond, self.reader.rust)) {
            return None;
        }
        let mut nodes = then.nodes;
        nodes.extend(other.into_iter().flat_map(|other| other.nodes));
        settled(Pruned { nodes, is_all }, true)
    }

    /// Whether a statement does what the framework does anyway.
    fn is_superfluous(&self, statement: &'t Stmt, scope: &Scope<'_, 't>) -> bool {
        let Some(call) = self.reader.statement(statement, scope.each) else { return false };
        let Act::Teardown = call.act else { return false };
        let is_needed =
            self.matters_later(&call.region.field, call.range.start, &scope.member.name);
        if !is_needed {
            self.found.borrow_mut().push(Superfluous {
                region: call.region.field,
                range: call.range,
                function: scope.member.name.clone(),
                phase: scope.member.hook.phase,
            });
        }
        !is_needed
    }

    /// Whether a function does something else with a region after a position, itself or through others.
    fn matters_later(&self, region: &str, at: usize, function: &str) -> bool {
        let later = self.uses.list.iter().any(|one| {
            one.field == region && one.is_near && one.function == function && one.range.start > at
        });
        let reached = self.uses.leading_to(region);
        later
            || self.uses.calls.iter().any(|(caller, callee)| {
                caller == function && callee != function && reached.contains(callee.as_str())
            })
    }

    /// Whether a call runs a function of which nothing is left.
    fn is_emptied(&self, call: &ExprMethodCall, scope: &Scope<'_, 't>) -> bool {
        let name = call.method.to_string();
        let is_own = matches!(bare(&call.receiver), Expr::Path(path) if path.path.is_ident("self"));
        let is_member = scope.members.iter().any(|member| member.name == name);
        is_own
            && is_member
            && call.args.iter().all(|arg| only_looks(arg, self.reader.rust))
            && self.pruned.borrow().get(&name) == Some(&true)
    }

    /// Where realize gives up, all is undone as well.
    fn prune_rollback(&self, realize: &Hook<'t>, cut: &mut Cut<'t>) {
        let mut finder = Rollbacks::default();
        finder.visit_block(&realize.function.block);
        let name = realize.function.sig.ident.to_string();
        let member = Member { hook: realize.clone(), name };
        let scope = Scope { member: &member, each: None, members: &[] };
        for block in finder.blocks {
            let mut is_touched = false;
            for statement in &block.stmts {
                if self.is_superfluous(statement, &scope) {
                    cut.nodes.push(range_of(statement));
                    is_touched = true;
                }
            }
            if is_touched && !cut.touched.iter().any(|known| std::ptr::eq(*known, realize.function))
            {
                cut.touched.push(realize.function);
            }
        }
    }
}

/// What a statement is read with.
#[derive(Clone, Copy)]
struct Scope<'s, 't> {
    member: &'s Member<'t>,
    each: Option<&'s Each>,
    members: &'s [Member<'t>],
}

/// What goes from a compound statement: all of it only where its head does nothing.
fn settled(mut inner: Pruned, is_pure: bool) -> Option<Pruned> {
    if inner.nodes.is_empty() || (inner.is_all && !is_pure) {
        return None;
    }
    if inner.is_all {
        inner.nodes.clear();
    }
    Some(inner)
}

/// Blocks that end by giving up.
#[derive(Default)]
struct Rollbacks<'t> {
    blocks: Vec<&'t Block>,
}

impl<'t> Visit<'t> for Rollbacks<'t> {
    fn visit_block(&mut self, block: &'t Block) {
        if let Some(Stmt::Expr(Expr::Return(made), _)) = block.stmts.last()
            && let Some(Expr::Call(call)) = made.expr.as_deref()
            && matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err"))
        {
            self.blocks.push(block);
        }
        visit::visit_block(self, block);
    }

    fn visit_expr_closure(&mut self, _: &'t syn::ExprClosure) {}
}
