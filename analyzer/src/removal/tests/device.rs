//! A file of a device, as removal sees it.

use devmodel_edit::{Edit, apply};

use crate::lower::c::{Item, lower_function, lower_initializers};
use crate::model::{
    Aggregate, Expr, ExprKind, FileId, Function, Location, Name, Span, Stmt, StmtKind,
};
use crate::removal::{Code, FunctionId, Refusal, Use, remove};
use crate::syntax::c::mask::MacroWords;
use crate::syntax::c::scan::{self, ItemKind, scan};
use crate::vocabulary::Vocabulary;

const FILE: FileId = FileId(4);

/// One file in which calls of `unmap` are asked to go. Functions with names in capitals, but for
/// guards (`WITH_LOCK`), or that start with `peek`, are pure; what is assigned to `->unrealize` would uncover an inherited
/// callback.
pub(super) struct Device {
    text: String,
    functions: Vec<Function>,
    prototypes: Vec<(String, Span)>,
    items: Vec<(String, Span)>,
    variables: Vec<(String, Span)>,
}

impl Device {
    pub(super) fn new(text: &str) -> Self {
        let words = MacroWords::from(&Vocabulary::builtin().lexical);
        let mut device = Self {
            text: text.to_owned(),
            functions: Vec::new(),
            prototypes: Vec::new(),
            items: Vec::new(),
            variables: Vec::new(),
        };
        for item in &scan(text.as_bytes()).items {
            device.read(text, item, &words);
        }
        device
    }

    fn read(&mut self, text: &str, found: &scan::Item, words: &MacroWords) {
        let item = Item { file: FILE, text: text.as_bytes(), span: found.span };
        match found.kind {
            ItemKind::Function => self.functions.push(lower_function(&item, words)),
            ItemKind::Declaration if !text[found.span.range()].contains('(') => {
                self.add_variable(text, found);
            }
            ItemKind::Declaration => {
                let name = text[found.name.range()].to_owned();
                self.prototypes.push((name, found.span));
            }
            ItemKind::Variable => {
                self.add_variable(text, found);
                for variable in lower_initializers(&item, words) {
                    if let Some(init) = &variable.init {
                        designated(text, init, &mut self.items);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_variable(&mut self, text: &str, found: &scan::Item) {
        if found.is_static {
            self.variables.push((text[found.name.range()].to_owned(), found.span));
        }
    }

    pub(super) fn functions(&self) -> &[Function] {
        &self.functions
    }

    pub(super) fn text_of(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The statements, in every function, that `picks` accepts.
    pub(super) fn requests(
        &self,
        picks: &mut dyn FnMut(&str, &Stmt) -> bool,
    ) -> Vec<(FunctionId, Vec<Span>)> {
        let each = self.functions.iter().zip(0..).map(|(function, id)| {
            let mut spans = Vec::new();
            function.each_statement(&mut |statement| {
                if picks(self.text_of(statement.span), statement) {
                    spans.push(statement.span);
                }
            });
            (FunctionId(id), spans)
        });
        each.filter(|(_, spans)| !spans.is_empty()).collect()
    }

    /// The deletions when every call of `unmap` goes.
    pub(super) fn edits(&self) -> Result<Vec<Edit>, Refusal> {
        let requests = self.requests(&mut |text, statement| {
            matches!(statement.kind, StmtKind::Expr(_)) && text.starts_with("unmap(")
        });
        remove(self, &requests)
    }

    pub(super) fn without(&self, edits: &[Edit]) -> String {
        let bytes = apply(self.text.as_bytes(), edits).expect("deletions are apart");
        String::from_utf8(bytes).expect("deletions respect characters")
    }

    /// Calls of the function as arguments of calls.
    fn arguments(&self, name: &str) -> Vec<Use> {
        let call = format!(" {name}(");
        let requests = self.requests(&mut |text, statement| {
            matches!(statement.kind, StmtKind::Expr(_)) && text.contains(&call)
        });
        let spans = requests.into_iter().flat_map(|(_, spans)| spans);
        spans.map(|span| Use::Value(Location::new(FILE, span))).collect()
    }

    fn mentions(&self, name: &str) -> usize {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        self.text.split(|c| !word(c)).filter(|found| *found == name).count()
    }

    fn statement_uses(&self, name: &str) -> Vec<Use> {
        let call = format!("{name}(");
        let registration = format!(" = {name};");
        let requests = self.requests(&mut |text, statement| {
            let expr = matches!(statement.kind, StmtKind::Expr(_));
            expr && (text.starts_with(&call) || text.ends_with(&registration))
        });
        let uses = requests.into_iter().flat_map(|(function, spans)| {
            spans.into_iter().map(move |span| Use::Statement { function, span })
        });
        uses.collect()
    }
}

/// The values of `.field = value` and the whole of each such item.
fn designated(text: &str, init: &Expr, items: &mut Vec<(String, Span)>) {
    let ExprKind::Aggregate(Aggregate { items: fields, .. }) = &init.kind else {
        return;
    };
    for (field, value) in fields {
        if field.is_some() {
            let dot = text[..value.span.range().start].rfind('.');
            let dot = dot.expect("a designator begins with a dot");
            let span = Span::new(dot as u32, value.span.end);
            items.push((text[value.span.range()].to_owned(), span));
        }
        designated(text, value, items);
    }
}

fn named<'a>(table: &'a [(String, Span)], name: &'a str) -> impl Iterator<Item = Location> + 'a {
    let own = table.iter().filter(move |(other, _)| other == name);
    own.map(|(_, span)| Location::new(FILE, *span))
}

impl Code for Device {
    fn text(&self, _: FileId) -> &[u8] {
        self.text.as_bytes()
    }

    fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    fn named(&self, _: FileId, name: &str) -> Option<FunctionId> {
        let index = self.functions.iter().position(|function| function.name == name)?;
        Some(FunctionId(index as u32))
    }

    fn variable(&self, _: FileId, name: &str) -> Vec<Span> {
        named(&self.variables, name).map(|location| location.span).collect()
    }

    fn is_operand(&self, _: FileId, name: &Name) -> bool {
        !name.starts_with("LOOSE")
    }

    fn is_volatile(&self, _: FunctionId, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Member { name, .. } if name == "volatile_status")
    }

    fn uses(&self, id: FunctionId) -> Option<Vec<Use>> {
        let name = &self.function(id).name;
        let mut uses = self.statement_uses(name);
        uses.extend(named(&self.prototypes, name).map(Use::Declaration));
        uses.extend(named(&self.items, name).map(Use::Item));
        uses.extend(self.arguments(name));
        (uses.len() + 1 == self.mentions(name)).then_some(uses)
    }

    fn is_pure_call(&self, _: FunctionId, callee: &Name) -> bool {
        let is_macro = callee.chars().all(|c| !c.is_lowercase());
        callee.starts_with("peek") || (is_macro && !callee.starts_with("WITH"))
    }

    fn may_unassign(&self, _: FunctionId, mention: &Use) -> bool {
        match mention {
            Use::Statement { span, .. } => !self.text_of(*span).contains("->unrealize"),
            Use::Declaration(_) | Use::Item(_) | Use::Value(_) => true,
        }
    }
}
