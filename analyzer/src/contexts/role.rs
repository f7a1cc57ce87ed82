//! What it means that an item takes the address of a function.

use crate::lifecycle::Phase;
use crate::model::{
    Aggregate, BinaryOp, Expr, ExprKind, Function, Location, Name, StmtKind, UnaryOp,
};
use crate::objects::{Objects, Scope};
use crate::syntax::c::scan::ItemKind;
use crate::tree::{ItemId, Tree};

/// What becomes of a function whose address is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It runs as part of the function that names it.
    Runs,
    /// It is put into a field; structure and field are empty where they are not known.
    Slot {
        /// The structure.
        record: Name,
        /// The field, or the path of fields joined with dots.
        field: Name,
        /// The variable that is the table; empty in a function.
        table: Name,
        /// Where.
        location: Location,
    },
    /// It is handed to a function that keeps it.
    Registered {
        /// That function.
        callee: Name,
        /// When it runs.
        phase: Phase,
        /// Where.
        location: Location,
    },
    /// It runs once at start-up.
    Startup(Location),
    /// Nobody can tell.
    Unknown(Location),
}

/// The roles that `user` gives to the function `name`.
pub(crate) fn roles(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    user: ItemId,
    name: &str,
) -> Vec<Role> {
    let location = tree.name_location(user);
    match tree.item(user).kind {
        ItemKind::Function => in_function(tree, objects, tree.function(user), name),
        ItemKind::Variable => in_variables(tree, user, name),
        ItemKind::Invocation if tree.words.is_startup(&tree.name(user)) => {
            vec![Role::Startup(location)]
        }
        _ => vec![Role::Unknown(location)],
    }
}

struct Search<'s, 'a> {
    tree: &'s Tree<'a>,
    scope: Scope<'s, 'a>,
    function: &'s Function,
    name: &'s str,
    roles: Vec<Role>,
    /// Whether the address is compared with another.
    compared: bool,
}

fn in_function(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    function: &Function,
    name: &str,
) -> Vec<Role> {
    if !function.is_whole() {
        return vec![Role::Unknown(Location::new(function.location.file, function.name_span))];
    }
    let scope = Scope::new(tree, &objects.casts, function);
    let mut search = Search { tree, scope, function, name, roles: Vec::new(), compared: false };
    function.each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            for local in locals {
                if let Some(init) = &local.init {
                    search.declared(&local.ty.name, &local.name, init);
                }
            }
        } else {
            stmt.each_expression(&mut |expr| search.expression(expr));
        }
    });
    // A mention that was not found is one that was not understood.
    if search.roles.is_empty() && !search.compared {
        search.roles.push(Role::Unknown(Location::new(function.location.file, function.name_span)));
    }
    search.roles
}

impl Search<'_, '_> {
    fn at(&self, expr: &Expr) -> Location {
        Location::new(self.function.location.file, expr.span)
    }

    fn declared(&mut self, record: &Name, variable: &Name, init: &Expr) {
        match &init.kind {
            ExprKind::Aggregate(aggregate) => self.aggregate(record, variable, aggregate),
            _ if is_function(init, self.name) => self.roles.push(Role::Unknown(self.at(init))),
            _ => self.expression(init),
        }
    }

    fn aggregate(&mut self, record: &Name, table: &Name, aggregate: &Aggregate) {
        for (field, value) in &aggregate.items {
            match &value.kind {
                ExprKind::Aggregate(inner) => self.aggregate(&Name::default(), table, inner),
                _ if is_function(value, self.name) => self.roles.push(Role::Slot {
                    record: record.clone(),
                    field: field.clone().unwrap_or_default(),
                    table: table.clone(),
                    location: self.at(value),
                }),
                _ => self.expression(value),
            }
        }
    }

    fn expression(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Assign { target, value, .. } if is_function(value, self.name) => {
                self.assigned(expr, target);
            }
            ExprKind::Call { callee, args } => self.call(expr, callee, args),
            ExprKind::Aggregate(aggregate) => {
                let record = aggregate.ty.as_ref().map(|ty| ty.name.clone()).unwrap_or_default();
                self.aggregate(&record, &Name::default(), aggregate);
            }
            // Comparing an address lets nobody call the function.
            ExprKind::Binary(BinaryOp::Equal | BinaryOp::NotEqual, ..) => {
                expr.parts().into_iter().for_each(|part| self.operand(part));
            }
            _ if is_function(expr, self.name) => self.roles.push(Role::Unknown(self.at(expr))),
            _ => expr.parts().into_iter().for_each(|part| self.expression(part)),
        }
    }

    fn operand(&mut self, expr: &Expr) {
        if is_function(expr, self.name) {
            self.compared = true;
        } else {
            self.expression(expr);
        }
    }

    fn assigned(&mut self, whole: &Expr, target: &Expr) {
        let location = self.at(whole);
        let role = match self.scope.slot_of(target) {
            Some((record, field)) => Role::Slot { record, field, table: Name::default(), location },
            None => Role::Unknown(location),
        };
        self.roles.push(role);
    }

    fn call(&mut self, whole: &Expr, callee: &Expr, args: &[Expr]) {
        let name = match &callee.kind {
            // `(f)(s)`
            ExprKind::Name(name) if name == self.name => {
                self.roles.push(Role::Runs);
                name.clone()
            }
            ExprKind::Name(name) => name.clone(),
            ExprKind::Member { name, .. } => {
                self.expression(callee);
                name.clone()
            }
            _ => {
                self.expression(callee);
                Name::default()
            }
        };
        for (position, arg) in args.iter().enumerate() {
            if is_function(arg, self.name) {
                let role = self.handed(whole, &name, position);
                self.roles.push(role);
            } else {
                self.expression(arg);
            }
        }
    }

    fn handed(&self, whole: &Expr, callee: &Name, position: usize) -> Role {
        let words = self.tree.words;
        let location = self.at(whole);
        if words.runs_argument(callee, position) {
            return Role::Runs;
        }
        let setter = words.setters(callee).iter().find(|setter| setter.function == position);
        if let Some(setter) = setter {
            let (record, field) = (setter.record.clone(), setter.field.clone());
            return Role::Slot { record, field, table: Name::default(), location };
        }
        let phase = words.registered_phase(callee, position).unwrap_or(Phase::Runtime);
        Role::Registered { callee: callee.clone(), phase, location }
    }
}

fn in_variables(tree: &Tree<'_>, user: ItemId, name: &str) -> Vec<Role> {
    let mut roles = Vec::new();
    for variable in tree.variables(user) {
        let Some(init) = &variable.init else { continue };
        let mut table = TableSearch {
            file_location: variable.location,
            table: &variable.name,
            name,
            roles: &mut roles,
        };
        table.value(&variable.ty.name, &Name::default(), init);
    }
    if roles.is_empty() {
        roles.push(Role::Unknown(tree.name_location(user)));
    }
    roles
}

struct TableSearch<'s> {
    file_location: Location,
    table: &'s Name,
    name: &'s str,
    roles: &'s mut Vec<Role>,
}

impl TableSearch<'_> {
    fn value(&mut self, record: &Name, field: &Name, value: &Expr) {
        let location = Location::new(self.file_location.file, value.span);
        match &value.kind {
            _ if is_function(value, self.name) => self.roles.push(Role::Slot {
                record: record.clone(),
                field: field.clone(),
                table: self.table.clone(),
                location,
            }),
            ExprKind::Aggregate(aggregate) => self.aggregate(record, field, aggregate),
            ExprKind::Unary(UnaryOp::AddressOf, inner) => self.value(record, field, inner),
            ExprKind::Call { callee, args } => {
                let ExprKind::Name(callee) = &callee.kind else { return };
                if args.iter().any(|arg| is_function(arg, self.name)) {
                    let (callee, phase) = (callee.clone(), Phase::Runtime);
                    self.roles.push(Role::Registered { callee, phase, location });
                }
            }
            _ => {}
        }
    }

    /// Elements of an array keep its structure; fields of a structure have one of their own, which
    /// is taken from the compound literal if it is one.
    fn aggregate(&mut self, record: &Name, field: &Name, aggregate: &Aggregate) {
        let own = aggregate.ty.as_ref().map(|ty| ty.name.clone());
        let record = match own {
            Some(own) => own,
            None if field.is_empty() => record.clone(),
            None => Name::default(),
        };
        for (field, value) in &aggregate.items {
            self.value(&record, &field.clone().unwrap_or_default(), value);
        }
    }
}

fn is_function(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Name(candidate) => candidate == name,
        ExprKind::Unary(UnaryOp::AddressOf, inner) | ExprKind::Cast(_, inner) => {
            is_function(inner, name)
        }
        ExprKind::Conditional(_, then, otherwise) => {
            then.as_ref().is_some_and(|then| is_function(then, name))
                || is_function(otherwise, name)
        }
        _ => false,
    }
}
