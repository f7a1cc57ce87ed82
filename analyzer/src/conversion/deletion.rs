//! Calls that may go from Rust code, with everything that they leave empty.

use super::draft::Draft;
use super::import::identifiers;
use super::importing::Importer;
use super::page::Page;
use super::purity::only_looks;
use super::range_of;
use crate::lifecycle::Removal;
use crate::model::{FileId, Span};
use crate::sources::SourceFile;
use crate::syntax::rust::with_file;
use crate::vocabulary::Vocabulary;
use std::ops::Range;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ImplItem, Item, ItemImpl, Pat, Stmt};

const NO_STATEMENT: &str = "the call is part of an expression";

/// Works out what goes from a file when these calls go.
pub(crate) fn delete(file: &SourceFile, id: FileId, calls: &[Span], words: &Vocabulary) -> Removal {
    let Ok(text) = std::str::from_utf8(&file.text) else {
        return Removal::Refused("the file is not UTF-8".to_owned());
    };
    let page = Page::new(text);
    let work = |parsed: &crate::syntax::rust::Parsed| {
        let deletion = Deletion { page: &page, calls, words };
        deletion.edits(&parsed.file.items, id)
    };
    match with_file(text.as_bytes(), work) {
        Ok(Ok(edits)) => Removal::Edits(edits),
        Ok(Err(why)) => Removal::Refused(why.to_owned()),
        Err(why) => Removal::Refused(why.to_string()),
    }
}

struct Deletion<'d, 't> {
    page: &'d Page<'t>,
    calls: &'d [Span],
    words: &'d Vocabulary,
}

/// A function that loses statements.
struct Losing<'s> {
    block: &'s Block,
    nodes: Vec<Range<usize>>,
}

impl Deletion<'_, '_> {
    fn edits(
        &self,
        items: &[Item],
        file: FileId,
    ) -> Result<Vec<devmodel_edit::Edit>, &'static str> {
        let mut bodies = Bodies::default();
        items.iter().for_each(|item| bodies.visit_item(item));
        let mut losing: Vec<Losing<'_>> = Vec::new();
        for block in bodies.found {
            let nodes = self.prune(block);
            if !nodes.is_empty() {
                losing.push(Losing { block, nodes });
            }
        }
        let is_met = |call: &Span| {
            let mut nodes = losing.iter().flat_map(|one| &one.nodes);
            nodes.any(|node| node.contains(&(call.start as usize)))
        };
        if !self.calls.iter().all(is_met) {
            return Err(NO_STATEMENT);
        }
        let mut draft = Draft::default();
        for one in &losing {
            self.draft(one, items, &mut draft);
        }
        let framework = &self.words.framework;
        let importer = Importer { page: self.page, items, words: framework, roots: &[] };
        let imports = importer.tidy(&draft, &[]);
        draft.extend(&imports);
        if draft.refused {
            return Err("what goes shares a line with something else");
        }
        Ok(draft.edits(self.page, file))
    }

    /// What goes from a body: statements, and locals that only those use.
    fn prune(&self, block: &Block) -> Vec<Range<usize>> {
        let mut nodes = self.statements(block);
        if nodes.is_empty() {
            return nodes;
        }
        while let Some(local) = self.idle_local(block, &nodes) {
            nodes.push(local);
        }
        nodes
    }

    /// The statements of a block that go as a whole, or what goes from within them.
    fn statements(&self, block: &Block) -> Vec<Range<usize>> {
        block.stmts.iter().flat_map(|stmt| self.of_statement(stmt)).collect()
    }

    fn of_statement(&self, stmt: &Stmt) -> Vec<Range<usize>> {
        let Stmt::Expr(expr, _) = stmt else { return Vec::new() };
        let inner = match expr {
            Expr::Call(call) => {
                let range = range_of(call);
                let is_meant = self.calls.iter().any(|call| call.range() == range);
                let goes =
                    is_meant && call.args.iter().all(|arg| only_looks(arg, &self.words.rust));
                return if goes { vec![range_of(stmt)] } else { Vec::new() };
            }
            Expr::Unsafe(inner) => &inner.block,
            Expr::Block(inner) => &inner.block,
            Expr::If(branch)
                if branch.else_branch.is_none() && only_looks(&branch.cond, &self.words.rust) =>
            {
                &branch.then_branch
            }
            Expr::ForLoop(each) if only_looks(&each.expr, &self.words.rust) => &each.body,
            _ => return Vec::new(),
        };
        let nodes = self.statements(inner);
        if nodes.is_empty() || self.is_left(inner, &nodes) { nodes } else { vec![range_of(stmt)] }
    }

    /// Whether something is left of a block, be it a comment.
    fn is_left(&self, block: &Block, nodes: &[Range<usize>]) -> bool {
        let is_gone = |at: usize| nodes.iter().any(|node| node.contains(&at));
        let body = range_of(block);
        let (first, last) = (self.page.line_of(body.start), self.page.line_of(body.end - 1));
        let gone: Vec<Range<usize>> =
            nodes.iter().filter_map(|node| self.page.lines_of(node)).collect();
        block.stmts.iter().any(|stmt| !is_gone(range_of(stmt).start))
            || (first + 1..last).any(|line| {
                self.page.is_comment(line) && !gone.iter().any(|lines| lines.contains(&line))
            })
    }

    /// A local of which all uses go, and whose value costs nothing.
    fn idle_local(&self, block: &Block, nodes: &[Range<usize>]) -> Option<Range<usize>> {
        let body = range_of(block);
        let is_gone = |at: usize| nodes.iter().any(|node| node.contains(&at));
        let used = identifiers(&self.page.text[body.clone()]);
        let local = block.stmts.iter().find(|stmt| {
            let Stmt::Local(local) = stmt else { return false };
            let Pat::Ident(name) = &local.pat else { return false };
            let range = range_of(*stmt);
            let uses = used
                .iter()
                .filter(|(word, at)| name.ident == word && !range.contains(&(body.start + at)));
            let mut uses = uses.peekable();
            !is_gone(range.start)
                && local.init.as_ref().is_some_and(|init| only_looks(&init.expr, &self.words.rust))
                && uses.peek().is_some()
                && uses.all(|(_, at)| is_gone(body.start + at))
        });
        local.map(range_of)
    }

    /// The deletion of nodes, and of a finalizer of which nothing is left.
    fn draft(&self, losing: &Losing<'_>, items: &[Item], draft: &mut Draft) {
        if !self.is_left(losing.block, &losing.nodes)
            && let Some(finalizer) = self.finalizer(items, losing.block)
        {
            draft.delete(self.page, &range_of(finalizer));
            return;
        }
        for node in &losing.nodes {
            draft.delete(self.page, node);
        }
    }

    /// The implementation that is a callback and has nothing but this body.
    fn finalizer<'s>(&self, items: &'s [Item], block: &Block) -> Option<&'s ItemImpl> {
        items.iter().find_map(|item| match item {
            Item::Mod(module) => self.finalizer(&module.content.as_ref()?.1, block),
            Item::Impl(of) => {
                let (_, path, _) = of.trait_.as_ref()?;
                let name = &path.segments.last()?.ident;
                let mut hooks = self.words.qom.hooks.iter();
                let is_callback =
                    hooks.any(|hook| hook.is_method && name == hook.trait_name.as_str());
                match &of.items[..] {
                    [ImplItem::Fn(only)] if std::ptr::eq(&only.block, block) => {
                        is_callback.then_some(of)
                    }
                    _ => None,
                }
            }
            _ => None,
        })
    }
}

/// The bodies of all functions.
#[derive(Default)]
struct Bodies<'s> {
    found: Vec<&'s Block>,
}

impl<'s> Visit<'s> for Bodies<'s> {
    fn visit_impl_item_fn(&mut self, function: &'s syn::ImplItemFn) {
        self.found.push(&function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_item_fn(&mut self, function: &'s syn::ItemFn) {
        self.found.push(&function.block);
        visit::visit_item_fn(self, function);
    }
}
