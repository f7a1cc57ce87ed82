//! Declarations: locals, variables at file scope.

use super::declarator::Declarator;
use super::kind::{Kind, Role};
use super::walker::Walker;
use crate::model::{Expr, Local, Name, StmtKind};

impl Walker<'_> {
    /// The declaration at the cursor, as a statement.
    pub(super) fn declaration(&mut self) -> StmtKind {
        let mut is_extern = false;
        self.each_child(|this, _, kind| {
            is_extern |= kind == Kind::StorageClass && this.text() == b"extern";
        });
        let (locals, functions) = self.declared();
        // What looks like a prototype may be a call after a macro.
        if functions && !is_extern {
            return StmtKind::Unknown;
        }
        StmtKind::Declaration(locals)
    }

    /// What the declaration at the cursor declares, and whether functions are among it.
    pub(super) fn declared(&mut self) -> (Vec<Local>, bool) {
        let mut ty = Name::default();
        let mut locals = Vec::new();
        let mut functions = false;
        self.each_child(|this, role, _| match role {
            Role::Type => ty = this.type_name(),
            Role::Declarator => match this.local_variable(&ty) {
                Some(local) => locals.push(local),
                None => functions = true,
            },
            _ => {}
        });
        (locals, functions)
    }

    fn local_variable(&mut self, ty: &Name) -> Option<Local> {
        let span = self.declarator_span();
        let (declarator, init) = match self.kind() {
            Kind::InitDeclarator => self.initialized(),
            _ => (self.declarator(), None),
        };
        if declarator.is_function() {
            return None;
        }
        let ty = declarator.type_of(ty);
        self.variables.push(declarator.name.clone());
        Some(Local { name: declarator.name, span, ty, init })
    }

    fn initialized(&mut self) -> (Declarator, Option<Expr>) {
        let mut declarator = Declarator::default();
        let mut value = None;
        self.each_child(|this, role, _| match role {
            Role::Declarator => declarator = this.declarator(),
            Role::Value => value = Some(this.expression()),
            _ => {}
        });
        (declarator, value)
    }
}
