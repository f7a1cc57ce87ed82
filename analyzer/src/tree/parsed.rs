//! What the text of a file says by itself, whatever stands in other files.

use crate::lower::c as lower;
use crate::model::{Expr, ExprKind, FileId, Function, Name, Stmt};
use crate::sources::Language;
use crate::syntax::c::scan::{self, FileIndex, Item, ItemKind, Mention, MentionKind};
use crate::syntax::c::words::MacroWords;
use crate::syntax::rust::with_file;
use crate::vocabulary::Vocabulary;
use std::sync::OnceLock;

/// The items of one file, and its functions as far as they were asked for.
#[derive(Debug)]
pub(crate) struct ParsedFile {
    pub(super) index: FileIndex,
    /// One for each item; only those of functions are filled.
    functions: Vec<OnceLock<Box<Function>>>,
    /// What the items are called, where the text at their names does not say all (`Type::method`).
    names: Vec<Name>,
}

impl ParsedFile {
    /// Finds the items of a text in C.
    pub(super) fn new(text: &[u8]) -> Self {
        let index = scan::scan(text);
        let functions = index.items.iter().map(|_| OnceLock::new()).collect();
        Self { index, functions, names: Vec::new() }
    }

    /// The same for a file whose functions are all lowered.
    pub(super) fn of_functions(functions: Vec<Function>) -> Self {
        let mut index = FileIndex::default();
        for function in &functions {
            let first = index.mentions.len() as u32;
            mentions(&function.body, &mut index.mentions);
            let own = &mut index.mentions[first as usize..];
            own.sort_unstable();
            index.items.push(Item {
                kind: ItemKind::Function,
                is_static: false,
                span: function.location.span,
                name: function.name_span,
                mentions: (first, index.mentions.len() as u32),
            });
        }
        let names = functions.iter().map(|function| function.name.clone()).collect();
        let functions = functions.into_iter().map(|one| OnceLock::from(Box::new(one))).collect();
        Self { index, functions, names }
    }

    /// What item `at` is called.
    pub(super) fn name<'f>(&'f self, at: usize, text: &'f [u8]) -> &'f [u8] {
        match self.names.get(at) {
            Some(name) => name.as_bytes(),
            None => &text[self.index.items[at].name.range()],
        }
    }

    /// The function that is item `at`, lowered when first asked for.
    pub(super) fn function(
        &self,
        at: usize,
        source: &lower::Item<'_>,
        macros: &MacroWords,
    ) -> &Function {
        self.functions[at].get_or_init(|| Box::new(lower::lower_function(source, macros)))
    }

    /// The functions lowered so far.
    pub(super) fn lowered(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter_map(|slot| slot.get().map(Box::as_ref))
    }
}

/// The names that some statements mention.
fn mentions(body: &[Stmt], found: &mut Vec<Mention>) {
    let mut expression = |expr: &Expr| match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Name(name) => found.push(Mention::of(name, MentionKind::Call)),
            ExprKind::Member { name, .. } => found.push(Mention::of(name, MentionKind::MemberCall)),
            _ => {}
        },
        ExprKind::Name(name) if name.contains("::") => {
            found.push(Mention::of(name, MentionKind::Value));
        }
        _ => {}
    };
    for stmt in body {
        stmt.each(&mut |stmt| stmt.each_expression(&mut |expr| expr.each(&mut expression)));
    }
}

/// What the files of a tree say, kept from one analysis to the next.
#[derive(Debug, Default)]
pub struct Parsed(pub(super) Vec<Option<ParsedFile>>);

impl Parsed {
    /// Forgets what `file` says.
    pub(crate) fn forget(&mut self, file: FileId) {
        if let Some(slot) = self.0.get_mut(file.0 as usize) {
            *slot = None;
        }
    }
}

/// What of a file the analyser cannot read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Functions that do not parse.
    pub opaque_functions: usize,
    /// Lines that open or close conditional compilation without their counterpart.
    pub unbalanced_conditionals: usize,
}

impl Damage {
    /// Reads the whole text of a file, also the functions that no analysis asks for.
    #[must_use]
    pub fn of(text: &[u8], language: Language) -> Self {
        if language == Language::Rust {
            let broken = with_file(text, |parsed| parsed.broken);
            // Of a file that can't be read at all, everything is damaged.
            return Self { opaque_functions: broken.unwrap_or(usize::MAX), ..Self::default() };
        }
        let macros = MacroWords::from(&Vocabulary::builtin().lexical);
        let index = scan::scan(text);
        let functions = index.items.iter().filter(|item| item.kind == ItemKind::Function);
        let opaque = functions.filter(|item| {
            let source = lower::Item { file: FileId(0), text, span: item.span };
            lower::lower_function(&source, &macros).opaque
        });
        Self {
            opaque_functions: opaque.count(),
            unbalanced_conditionals: unbalanced_conditionals(text),
        }
    }

    /// Whether some of it is worse than in `other`.
    #[must_use]
    pub const fn exceeds(self, other: Self) -> bool {
        self.opaque_functions > other.opaque_functions
            || self.unbalanced_conditionals > other.unbalanced_conditionals
    }
}

fn unbalanced_conditionals(text: &[u8]) -> usize {
    let (mut open, mut stray) = (0_usize, 0);
    for line in text.split(|&byte| byte == b'\n') {
        let Some(directive) = line.trim_ascii_start().strip_prefix(b"#") else { continue };
        let directive = directive.trim_ascii_start();
        if directive.starts_with(b"if") {
            open += 1;
        } else if directive.starts_with(b"endif") {
            match open.checked_sub(1) {
                Some(outer) => open = outer,
                None => stray += 1,
            }
        }
    }
    open + stray
}

#[cfg(test)]
mod tests {
    use super::{Damage, Language};

    fn check(text: &str, opaque_functions: usize, unbalanced_conditionals: usize) {
        let damage = Damage { opaque_functions, unbalanced_conditionals };
        assert_eq!(Damage::of(text.as_bytes(), Language::C), damage);
    }

    #[test]
    fn items_of_rust_that_cannot_be_read_are_counted() {
        let damage = |text: &str| Damage::of(text.as_bytes(), Language::Rust).opaque_functions;
        assert_eq!(
            damage(
                "fn a() {}
fn b() { let }
struct S;
"
            ),
            1
        );
        assert_eq!(damage("fn a() {"), usize::MAX);
    }

    #[test]
    fn what_cannot_be_read_is_counted() {
        check("", 0, 0);
        check("int f(void)\n{\n    return 0;\n}\n", 0, 0);
        check("int f(void)\n{\n    return (;\n}\nint g(void)\n{\n}\n", 1, 0);
        check("#if A\nint a;\n#endif\n", 0, 0);
        check("#if A\nint a;\n", 0, 1);
        check("#endif\n  # ifdef B\n#if C\n#endif\n", 0, 2);
    }
}
