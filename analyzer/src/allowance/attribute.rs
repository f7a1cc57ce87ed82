//! Allowances in the attributes of Rust.

use super::feature::holds;
use super::module;
use super::{ALL, Allowance, Reach};
use crate::model::{FileId, Location, Span};
use crate::sources::SourceFile;
use crate::syntax::rust::{span_of, with_file};
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Item, Meta, MetaList, Token};

/// The tool in the names of lints, and the configuration under which a compiler never sees them.
const TOOL: &str = "devmodel";

/// The allowances in the attributes of a file; none if it does not parse.
pub(super) fn allowances(files: &[SourceFile], file: FileId) -> Vec<Allowance> {
    find(files, file, &rules)
}

/// The code of a file that is not there with these features, as if all rules were allowed for it.
pub(super) fn switched_off(
    files: &[SourceFile],
    file: FileId,
    enabled: &BTreeSet<String>,
) -> Vec<Allowance> {
    let all_if_off = |meta: &Meta| match meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let is_off = |condition: &Meta| holds(condition, enabled) == Some(false);
            if parts(list).iter().any(is_off) { vec![ALL.to_owned()] } else { Vec::new() }
        }
        _ => Vec::new(),
    };
    find(files, file, &all_if_off)
}

/// What the attributes of a file allow, as `rules` reads them.
fn find(files: &[SourceFile], file: FileId, rules: Rules<'_>) -> Vec<Allowance> {
    let text = &files[file.0 as usize].text;
    let found = with_file(text, |parsed| {
        let mut finder = Finder { files, file, rules, nodes: Vec::new(), found: Vec::new() };
        finder.visit_file(&parsed.file);
        finder.found
    });
    found.unwrap_or_default()
}

/// The rules that an attribute allows.
type Rules<'r> = &'r dyn Fn(&Meta) -> Vec<String>;

/// What an attribute may stand on.
struct Node<'ast> {
    span: Span,
    /// The module that is in another file.
    module: Option<&'ast syn::ItemMod>,
}

struct Finder<'f, 'ast> {
    files: &'f [SourceFile],
    file: FileId,
    rules: Rules<'f>,
    /// The nodes around, the outermost first.
    nodes: Vec<Node<'ast>>,
    found: Vec<Allowance>,
}

impl<'ast> Finder<'_, 'ast> {
    fn within(&mut self, node: &impl Spanned, visit: impl FnOnce(&mut Self)) {
        self.nodes.push(Node { span: span_of(node), module: None });
        visit(self);
        self.nodes.pop();
    }

    /// What an attribute stands on: the outermost node that starts where its own does, as `#[allow(..)] a.b();`
    /// is about the statement and not about `a`.
    fn reach(&self, attribute: &Attribute) -> Vec<Reach> {
        let Some(own) = self.nodes.last() else {
            return module::files(self.files, self.file).into_iter().map(Reach::File).collect();
        };
        if matches!(attribute.style, AttrStyle::Inner(_)) {
            return vec![Reach::Within(Location::new(self.file, own.span))];
        }
        let same = |node: &&Node<'_>| node.span.start == own.span.start;
        let node = self.nodes.iter().find(same).unwrap_or(own);
        let mut reach = vec![Reach::Within(Location::new(self.file, node.span))];
        if let Some(declared) = node.module {
            let files = module::declared(self.files, self.file, declared);
            reach.extend(files.into_iter().map(Reach::File));
        }
        reach
    }
}

impl<'ast> Visit<'ast> for Finder<'_, 'ast> {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let rules = (self.rules)(&attribute.meta);
        if rules.is_empty() {
            return;
        }
        let location = Location::new(self.file, span_of(attribute));
        let reach = self.reach(attribute);
        self.found.push(Allowance { location, rules, flaw: None, reach });
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let module = match item {
            Item::Mod(module) if module.content.is_none() => Some(module),
            _ => None,
        };
        self.nodes.push(Node { span: span_of(item), module });
        visit::visit_item(self, item);
        self.nodes.pop();
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        self.within(item, |finder| visit::visit_impl_item(finder, item));
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        self.within(item, |finder| visit::visit_trait_item(finder, item));
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.within(field, |finder| visit::visit_field(finder, field));
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.within(variant, |finder| visit::visit_variant(finder, variant));
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        self.within(statement, |finder| visit::visit_stmt(finder, statement));
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        self.within(expression, |finder| visit::visit_expr(finder, expression));
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.within(arm, |finder| visit::visit_arm(finder, arm));
    }
}

/// The rules that an attribute allows, with `-` between their words.
fn rules(meta: &Meta) -> Vec<String> {
    let Meta::List(list) = meta else { return Vec::new() };
    if list.path.is_ident("cfg_attr") {
        let mut parts = parts(list).into_iter();
        let is_ours = parts.next().is_some_and(|condition| condition.path().is_ident(TOOL));
        return if is_ours { parts.flat_map(|part| rules(&part)).collect() } else { Vec::new() };
    }
    if !list.path.is_ident("allow") && !list.path.is_ident("expect") {
        return Vec::new();
    }
    parts(list).iter().filter_map(rule).collect()
}

fn rule(lint: &Meta) -> Option<String> {
    let Meta::Path(path) = lint else { return None };
    match &path.segments.iter().collect::<Vec<_>>()[..] {
        [tool, rule] if tool.ident == TOOL => Some(rule.ident.to_string().replace('_', "-")),
        _ => None,
    }
}

fn parts(list: &MetaList) -> Vec<Meta> {
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parts.map(|parts| parts.into_iter().collect()).unwrap_or_default()
}
