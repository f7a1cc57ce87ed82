//! Functions.

use super::Item;
use super::kind::{Kind, Role};
use super::walker::{Walker, name_of};
use crate::model::{Function, Location, Name, Span, TypeRef};
use crate::syntax::c::Branches;
use crate::syntax::c::mask::{MacroWords, Masked, Scope, Source};
use crate::syntax::c::parse::parse;

/// Lowers a function definition. Never fails; a body that does not parse makes it opaque.
pub(crate) fn lower_function(item: &Item<'_>, words: &MacroWords) -> Function {
    let text = item.source();
    let source = Source::new(text, Scope::Function, words);
    let mut function = undefined(item);
    function.directives = source.directives().map(|span| item.in_file(span)).collect();
    let mut previous = None;
    for branches in Branches::ATTEMPTS {
        let masked = source.masked(branches);
        if previous.as_ref() == Some(&masked) {
            continue;
        }
        if lower_masked(item, &masked, &mut function) {
            function.partial = branches != Branches::All;
            break;
        }
        if function.directives.is_empty() {
            break;
        }
        previous = Some(masked);
    }
    function
}

/// What is known of a function before it is parsed.
fn undefined(item: &Item<'_>) -> Function {
    Function {
        name: Name::default(),
        location: Location::new(item.file, item.span),
        name_span: Span::new(item.span.start, item.span.start),
        body_span: Span::new(item.span.end, item.span.end),
        parameters: Vec::new(),
        result: TypeRef::default(),
        is_static: false,
        body: Vec::new(),
        opaque: true,
        partial: false,
        directives: Vec::new(),
    }
}

/// Lowers one version of the text; returns whether its body parses.
fn lower_masked(item: &Item<'_>, masked: &Masked, function: &mut Function) -> bool {
    let Some(body) = masked.body else {
        return lower_name(item, masked.text.len(), masked, function);
    };
    function.body_span = item.in_file(body);
    let is_whole = masked.text[body.end as usize..].trim_ascii().is_empty();
    let parses = lower_tree(item, &masked.text, body, function);
    lower_name(item, body.start as usize, masked, function);
    if parses {
        return is_whole || give_up(function);
    }
    // The header may be what does not parse.
    let mut text = masked.text.clone();
    text[..body.start as usize].fill(b' ');
    lower_tree(item, &text, body, function) && (is_whole || give_up(function))
}

fn give_up(function: &mut Function) -> bool {
    function.opaque = true;
    function.body.clear();
    false
}

/// Lowers the definition, or the bare body, in `text`.
fn lower_tree(item: &Item<'_>, text: &[u8], body: Span, function: &mut Function) -> bool {
    let Some(tree) = parse(text) else {
        return false;
    };
    let mut walker = Walker::new(item.source(), text, item.span.start, tree.root_node());
    walker.each_child(|walker, _, kind| match kind {
        Kind::FunctionDefinition => walker.function(body, function),
        Kind::CompoundStatement => walker.body(body, function),
        _ => {}
    });
    !function.opaque
}

/// The name of a function whose header does not parse: the word before its first parenthesis.
fn lower_name(item: &Item<'_>, end: usize, masked: &Masked, function: &mut Function) -> bool {
    if !function.name.is_empty() {
        return false;
    }
    let header = &masked.text[..end];
    let open = header.iter().position(|&byte| byte == b'(').unwrap_or(end);
    let head = header[..open].trim_ascii_end();
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = head.iter().rev().take_while(is_word).count();
    let span = Span::new((head.len() - length) as u32, head.len() as u32);
    function.name = name_of(&item.source()[span.range()]);
    function.name_span = item.in_file(span);
    false
}

impl Walker<'_> {
    /// The function definition at the cursor, if it is the one with this body.
    fn function(&mut self, body: Span, function: &mut Function) {
        if self.node().child_by_field_name("body").map(|node| node.start_byte() as u32)
            != Some(body.start)
        {
            return;
        }
        let mut ty = Name::default();
        self.each_child(|this, role, kind| match (role, kind) {
            (Role::Type, _) => ty = this.type_name(),
            (_, Kind::StorageClass) => function.is_static |= this.text() == b"static",
            (Role::Declarator, _) => {
                let declarator = this.declarator();
                if !declarator.is_function() {
                    return;
                }
                function.result = declarator.result(&ty);
                function.name = declarator.name;
                function.name_span = declarator.name_span;
                function.parameters = declarator.parameters;
            }
            (Role::Body, _) => this.body(body, function),
            _ => {}
        });
    }

    /// The body at the cursor.
    fn body(&mut self, body: Span, function: &mut Function) {
        if self.local() != body || self.node().has_error() {
            return;
        }
        self.variables.extend(function.parameters.iter().map(|parameter| parameter.name.clone()));
        let statements = self.block();
        function.opaque = self.lost;
        if !self.lost {
            function.body = statements;
        }
    }
}
