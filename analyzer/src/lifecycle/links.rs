//! Objects that a device only refers to, and takes away from whoever they belong to.

use super::detect::each_call;
use super::inits::{Field, field_of};
use super::outside::{Outside, Sight};
use super::report::paths;
use super::{Evidence, Kind, Observation, Phase};
use crate::Executor;
use crate::model::{Expr, ExprKind, Function, Location, Name, StmtKind, UnaryOp};
use crate::objects::{Objects, Scope, field_type};
use crate::tree::{ItemId, Tree, per_item};
use crate::vocabulary::Op;
use rustc_hash::FxHashMap;

/// The fields that refer to objects of others, and where that is said.
pub(crate) struct Links<'l, 'a> {
    outside: Outside<'l, 'a>,
    tree: &'l Tree<'a>,
    objects: &'l Objects<'l, 'a>,
    fields: FxHashMap<Field, Location>,
}

impl<'l, 'a> Links<'l, 'a> {
    pub(crate) fn new(outside: Outside<'l, 'a>) -> Self {
        let Outside { tree, objects, .. } = outside;
        let mut links = Self { outside, tree, objects, fields: FxHashMap::default() };
        for (path, location) in objects.properties().links() {
            if let Some(field) = links.innermost(path) {
                links.fields.entry(field).or_insert(location);
            }
        }
        for id in super::sites::callers(tree, &[Op::Link]) {
            links.read_calls(id);
        }
        links
    }

    /// `conf.rng` of a `Foo` is `rng` of the structure that `conf` is.
    fn innermost(&self, path: &str) -> Option<Field> {
        let mut parts = path.split('.');
        let mut record = Name::new(parts.next()?);
        let mut name = Name::new(parts.next()?);
        for part in parts {
            record = field_type(self.tree, &record, &name)?.name;
            name = Name::new(part);
        }
        Some(Field { record, name })
    }

    /// Links that a function adds by a call.
    fn read_calls(&mut self, id: ItemId) {
        let (tree, objects) = (self.tree, self.objects);
        let function = tree.function(id);
        let scope = Scope::new(tree, &objects.casts, function);
        each_call(function, &mut |name, args, expr| {
            let Some(call) = tree.words.call(name).filter(|call| call.op == Op::Link) else {
                return;
            };
            let field = args.get(call.region).and_then(|arg| field_of(&scope, objects, arg));
            if let Some((field, _)) = field {
                let location = Location::new(function.location.file, expr.span);
                self.fields.entry(field).or_insert(location);
            }
        });
    }

    /// Every call that unparents the object in such a field.
    pub(crate) fn observe(&self, executor: &dyn Executor) -> Vec<Observation> {
        let functions = super::sites::callers(self.tree, &[Op::Unparent]);
        let found =
            per_item(executor, "links", functions.len(), &|at| self.in_function(functions[at]));
        found.into_iter().flatten().collect()
    }

    fn in_function(&self, id: ItemId) -> Vec<Observation> {
        let function = self.tree.function(id);
        let scope = Scope::new(self.tree, &self.objects.casts, function);
        let mut found = Vec::new();
        each_call(function, &mut |name, args, expr| {
            let call = self.tree.words.call(name).filter(|call| call.op == Op::Unparent);
            let Some(object) = call.and_then(|call| args.get(call.region)) else { return };
            let field = self.field(&scope, function, object);
            let linked = field.and_then(|field| Some((self.fields.get(&field)?, field)));
            if let Some((&link, field)) = linked.filter(|(_, field)| !self.is_made(field)) {
                let location = Location::new(function.location.file, expr.span);
                found.push(self.observation(id, location, &field, link));
            }
        });
        found
    }

    /// The field that an object is read from, be it by way of a local variable.
    fn field(&self, scope: &Scope<'_, '_>, function: &Function, object: &Expr) -> Option<Field> {
        let object = self.objects.casts.uncast(object);
        match &object.kind {
            ExprKind::Name(name) => {
                let value = only_value(function, name)?;
                let value = self.objects.casts.uncast(value);
                read_from(scope, self.objects, value)
            }
            _ => read_from(scope, self.objects, object),
        }
    }

    /// Whether some function puts an object there itself: then it may be a child after all.
    fn is_made(&self, field: &Field) -> bool {
        let functions = self.tree.functions_with_member(&field.name);
        functions.into_iter().any(|id| self.assigns(self.tree.function(id), field))
    }

    fn assigns(&self, function: &Function, field: &Field) -> bool {
        let scope = Scope::new(self.tree, &self.objects.casts, function);
        let mut assigns = false;
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    let ExprKind::Assign { target, value, .. } = &expr.kind else { return };
                    let is_null = matches!(&value.kind, ExprKind::Name(name) if name == "NULL");
                    let found = read_from(&scope, self.objects, target);
                    // A structure that is not known may be the one in question.
                    let same = found.as_ref() == Some(field)
                        || (is_member(target, &field.name) && found.is_none());
                    assigns |= !is_null && same;
                });
            });
        });
        assigns
    }

    fn observation(
        &self,
        function: ItemId,
        location: Location,
        field: &Field,
        link: Location,
    ) -> Observation {
        let contexts = self.outside.contexts.of(function);
        let phases = contexts.entries.iter().map(|entry| entry.phase);
        let phase = phases.min().unwrap_or(Phase::Unknown);
        let region = format!("{}.{}", field.record, field.name);
        let sight = Sight {
            kind: Kind::UnparentOfLink,
            function,
            location,
            phase,
            paths: paths(&[phase]),
            region: region.clone(),
            region_kind: None,
            evidence: vec![
                Evidence { location: link, message: format!("`{region}` is a link") },
                Evidence { location, message: "the object it refers to is unparented".to_owned() },
            ],
        };
        self.outside.observation(sight, &contexts)
    }
}

/// The field that an expression reads a pointer from.
fn read_from(scope: &Scope<'_, '_>, objects: &Objects<'_, '_>, expr: &Expr) -> Option<Field> {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::AddressOf, _) => None,
        _ => Some(field_of(scope, objects, expr)?.0),
    }
}

fn is_member(expr: &Expr, field: &str) -> bool {
    matches!(&expr.kind, ExprKind::Member { name, .. } if name == field)
}

/// What a local variable is initialised with, if nothing is assigned to it later.
fn only_value<'f>(function: &'f Function, name: &str) -> Option<&'f Expr> {
    let mut value = None;
    let mut assigned = false;
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            let local = locals.iter().find(|local| local.name == name);
            value = local.and_then(|local| local.init.as_ref()).or(value);
        }
        stmt.each_expression(&mut |expr| {
            expr.each(&mut |expr| {
                assigned |= matches!(&expr.kind, ExprKind::Assign { target, .. }
                    if matches!(&target.kind, ExprKind::Name(target) if target == name));
            });
        });
    });
    value.filter(|_| !assigned)
}
