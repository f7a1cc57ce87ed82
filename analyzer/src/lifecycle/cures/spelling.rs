//! Places and conditions as C, in a function that has the object as its parameter.

use crate::insertion::Variable;
use crate::model::{Expr, ExprKind, Function, Location, Name, Span, StmtKind};
use crate::objects::Objects;
use crate::trace::{Guard, Index, Place, Root, Step, Value};
use crate::tree::{ItemId, Tree};
use std::collections::BTreeMap;

/// Spells what a callback needs, and collects the locals for it.
pub(super) struct Speller<'s, 'a> {
    pub(super) tree: &'s Tree<'a>,
    pub(super) objects: &'s Objects<'s, 'a>,
    /// The function to be written into; `None` for one that does not exist yet.
    pub(super) target: Option<&'s Function>,
    /// The functions from the callback that makes the additions down to them, from where names and
    /// casts are taken.
    pub(super) models: Vec<ItemId>,
    /// The name of the target's parameter, and its type as the model's.
    pub(super) parameter: Name,
    /// What the object is called, by the structure that it is seen as.
    names: BTreeMap<Name, Name>,
    /// The locals that have to be declared.
    pub(super) variables: Vec<Variable>,
}

impl<'s, 'a> Speller<'s, 'a> {
    pub(super) fn new(
        (tree, objects): (&'s Tree<'a>, &'s Objects<'s, 'a>),
        target: Option<&'s Function>,
        models: Vec<ItemId>,
        parameter: Name,
    ) -> Self {
        let (names, variables) = (BTreeMap::new(), Vec::new());
        Self { tree, objects, target, models, parameter, names, variables }
    }

    /// The address of a region, or the call that yields it.
    pub(super) fn address(&mut self, value: &Value, counter: Option<&Name>) -> Option<String> {
        let Value::Address(place) = value else { return None };
        match &place.root {
            Root::Object => self.path(place, counter),
            Root::Unowned(getter) if place.path.is_empty() => {
                let call = format!("{getter}()");
                self.models.iter().any(|&id| self.tree.mentions_text(id, &call)).then_some(call)
            }
            _ => None,
        }
    }

    /// `&s->field[i].region`
    fn path(&mut self, place: &Place, counter: Option<&Name>) -> Option<String> {
        let [Step::Field(record, first), rest @ ..] = &place.path[..] else { return None };
        let object = self.object(record)?;
        let mut spelled = format!("{object}->{first}");
        let mut follows = false;
        for step in rest {
            match step {
                Step::Field(_, name) => {
                    spelled.push_str(if follows { "->" } else { "." });
                    spelled.push_str(name);
                }
                Step::Index(_) if follows => return None,
                Step::Index(Index::Number(number)) => spelled.push_str(&format!("[{number}]")),
                Step::Index(Index::Constant(name)) => spelled.push_str(&format!("[{name}]")),
                Step::Index(Index::Any) => spelled.push_str(&format!("[{}]", counter?)),
                Step::Deref if follows => return None,
                Step::Deref => {}
            }
            follows = *step == Step::Deref;
        }
        Some(if follows { spelled } else { format!("&{spelled}") })
    }

    /// A condition on a property of the object.
    pub(super) fn guard(&mut self, guard: &Guard) -> Option<String> {
        let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let condition = guard.condition.as_str();
        let end = condition.find(|c| !is_path(c)).unwrap_or(condition.len());
        let (path, comparison) = condition.split_at(end);
        let (record, fields) = path.split_once('.')?;
        if !guard.is_choice {
            return None;
        }
        let object = self.object(&Name::new(record))?;
        let field = format!("{object}->{fields}");
        if comparison.is_empty() {
            return Some(if guard.holds { field } else { format!("!{field}") });
        }
        let (operator, operand) = compared(comparison, guard.holds)?;
        Some(format!("{field} {operator} {operand}"))
    }

    /// What the object is called where it is seen as a `record`.
    pub(super) fn object(&mut self, record: &Name) -> Option<Name> {
        if let Some(name) = self.names.get(record) {
            return Some(name.clone());
        }
        let name = match self.known(record) {
            Some(name) => name,
            None => self.declare(record)?,
        };
        self.names.insert(record.clone(), name.clone());
        Some(name)
    }

    /// A variable that the target has for the object already.
    fn known(&self, record: &Name) -> Option<Name> {
        let target = self.target?;
        let parameter = target.parameters.first()?;
        if parameter.ty.name == *record && parameter.ty.pointers == 1 {
            return Some(parameter.name.clone());
        }
        self.local(target, record).map(|local| local.name.clone())
    }

    /// The local at the head of a callback that is its parameter, seen as a `record`.
    fn local<'f>(&self, function: &'f Function, record: &str) -> Option<&'f crate::model::Local> {
        let parameter = &function.parameters.first()?.name;
        let head = function.body.iter().map_while(|stmt| match &stmt.kind {
            StmtKind::Declaration(locals) => Some(locals),
            _ => None,
        });
        head.flatten().find(|local| {
            let same = local.ty.name == record && local.ty.pointers == 1 && !local.ty.array;
            let object = local.init.as_ref().is_some_and(|init| self.is_object(init, parameter));
            same && object && function.values_of(&local.name).len() == 1
        })
    }

    /// Whether an expression is the parameter, cast or not, or the structure around it.
    fn is_object(&self, expr: &Expr, parameter: &Name) -> bool {
        let inner = self.objects.casts.uncast(expr);
        match &inner.kind {
            ExprKind::Name(name) => name == parameter,
            ExprKind::Call { callee, args } => {
                let ExprKind::Name(name) = &callee.kind else { return false };
                let container = self.tree.words.container_macro(name);
                let pointer = container.and_then(|container| args.get(container.pointer));
                pointer.is_some_and(|pointer| self.is_object(pointer, parameter))
            }
            _ => false,
        }
    }

    /// Declares a local as the model does, or with a cast that the models use.
    fn declare(&mut self, record: &Name) -> Option<Name> {
        let model = self.tree.function(*self.models.first()?);
        let parameter = model.parameters.first()?;
        if self.target.is_none() && parameter.ty.name == *record && parameter.ty.pointers == 1 {
            return Some(parameter.name.clone());
        }
        let (name, value) = match self.local(model, record) {
            Some(local) => (local.name.clone(), self.translated(model, local)?),
            None => self.cast(record)?,
        };
        let taken = |function: &Function| {
            let text = self.tree.source(function.location);
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name)
        };
        if name == self.parameter || self.target.is_some_and(taken) {
            return None;
        }
        let specifier = self.specifier(record);
        let declaration = format!("{specifier} *{name} = {value}");
        self.variables.push(Variable { declaration });
        Some(name)
    }

    /// The initialiser of a model's local, for the parameter of the target.
    fn translated(&self, model: &Function, local: &crate::model::Local) -> Option<String> {
        let init = local.init.as_ref()?;
        let is_cast = matches!(&init.kind, ExprKind::Call { callee, .. }
            if matches!(&callee.kind, ExprKind::Name(name) if self.objects.casts.get(name).is_some()));
        let parameter = model.parameters.first()?;
        let same = self.target.is_none_or(|target| {
            target.parameters.first().is_some_and(|own| own.ty == parameter.ty)
        });
        // A checked cast takes any object, other ways need the same type.
        if !is_cast && !same {
            return None;
        }
        let mut span = None;
        init.each(&mut |expr| {
            if matches!(&expr.kind, ExprKind::Name(name) if *name == parameter.name) {
                span = Some(expr.span);
            }
        });
        let inner: Span = span?;
        let source = |start, end| {
            self.tree.source(Location::new(model.location.file, Span::new(start, end)))
        };
        let (before, after) =
            (source(init.span.start, inner.start), source(inner.end, init.span.end));
        let value = format!("{before}{}{after}", self.parameter);
        (!value.contains('\n')).then_some(value)
    }

    /// A name and a cast for the object that the models use.
    fn cast(&self, record: &Name) -> Option<(Name, String)> {
        let casts = self.objects.casts.instances_of(record);
        let used = |name: &&&Name| {
            let call = format!("{name}(");
            self.models.iter().any(|&id| self.tree.mentions_text(id, &call))
        };
        let chosen =
            casts.iter().find(used).or(if casts.len() == 1 { casts.first() } else { None });
        let name = self.models.iter().find_map(|&id| named(self.tree.function(id), record))?;
        Some((name, format!("{}({})", chosen?, self.parameter)))
    }

    /// How the models write the type.
    fn specifier(&self, record: &Name) -> String {
        let tagged = format!("struct {record} *");
        let is_tagged = self.models.iter().any(|&id| self.tree.mentions_text(id, &tagged));
        if is_tagged { format!("struct {record}") } else { record.to_string() }
    }
}

/// The variable of a function that points to a `record`.
fn named(function: &Function, record: &Name) -> Option<Name> {
    let is_it = |ty: &crate::model::TypeRef| ty.name == *record && ty.pointers == 1 && !ty.array;
    let mut found =
        function.parameters.iter().find(|one| is_it(&one.ty)).map(|one| one.name.clone());
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind
            && found.is_none()
        {
            found = locals.iter().find(|one| is_it(&one.ty)).map(|one| one.name.clone());
        }
    });
    found
}

/// The operator and the operand of a comparison, or of its opposite.
fn compared(comparison: &str, holds: bool) -> Option<(&'static str, &str)> {
    const OPERATORS: [(&str, &str); 6] =
        [("==", "!="), ("!=", "=="), ("<=", ">"), (">=", "<"), ("<", ">="), (">", "<=")];
    let (operator, opposite) = OPERATORS.iter().find(|one| comparison.starts_with(one.0))?;
    let operand = &comparison[operator.len()..];
    let is_word = operand.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let plain = !operand.is_empty() && is_word;
    plain.then_some((if holds { operator } else { opposite }, operand))
}
