//! Types and declarators: `const struct Foo` and `*x[4]`.

use super::kind::{Kind, Role};
use super::walker::Walker;
use crate::model::{Name, Parameter, Span, TypeRef};

/// What a declarator declares.
#[derive(Clone, Debug, Default)]
pub(super) struct Declarator {
    pub(super) name: Name,
    /// The bytes of the name in the file.
    pub(super) name_span: Span,
    pointers: u8,
    array: bool,
    /// Pointers of the result, if it declares a function or a pointer to one.
    result_pointers: Option<u8>,
    /// The parameters of the function that has the name.
    pub(super) parameters: Vec<Parameter>,
}

impl Declarator {
    /// Whether it declares a function, not a pointer to one.
    pub(super) fn is_function(&self) -> bool {
        self.result_pointers.is_some_and(|of_result| self.pointers == of_result && !self.array)
    }

    /// The type of what it declares.
    pub(super) fn type_of(&self, name: &Name) -> TypeRef {
        if self.result_pointers.is_some() {
            return TypeRef { array: self.array, ..TypeRef::default() };
        }
        TypeRef { name: name.clone(), pointers: self.pointers, array: self.array }
    }

    /// The type of the function's result.
    pub(super) fn result(&self, name: &Name) -> TypeRef {
        let pointers = self.result_pointers.unwrap_or_default();
        TypeRef { name: name.clone(), pointers, array: false }
    }
}

impl Walker<'_> {
    /// The name of the type specifier at the cursor; empty for the types of the language.
    pub(super) fn type_name(&mut self) -> Name {
        match self.kind() {
            Kind::TypeIdentifier => self.name(),
            Kind::Struct | Kind::Union | Kind::Enum | Kind::MacroType => {
                let mut name = Name::default();
                self.each_child(|this, role, _| {
                    if role == Role::Name {
                        name = this.name();
                    }
                });
                name
            }
            _ => Name::default(),
        }
    }

    /// The type of the descriptor at the cursor (`struct Foo *` in a cast).
    pub(super) fn type_descriptor(&mut self) -> TypeRef {
        let mut name = Name::default();
        let mut declarator = Declarator::default();
        self.each_child(|this, role, _| match role {
            Role::Type => name = this.type_name(),
            Role::Declarator => this.declarator_into(&mut declarator),
            _ => {}
        });
        declarator.type_of(&name)
    }

    /// The declarator at the cursor.
    pub(super) fn declarator(&mut self) -> Declarator {
        let mut declarator = Declarator::default();
        self.declarator_into(&mut declarator);
        declarator
    }

    fn declarator_into(&mut self, out: &mut Declarator) {
        self.nested(|this| this.declarator_level(out));
    }

    fn declarator_level(&mut self, out: &mut Declarator) {
        match self.kind() {
            Kind::Identifier
            | Kind::FieldIdentifier
            | Kind::TypeIdentifier
            | Kind::PrimitiveType => {
                out.name = self.name();
                out.name_span = self.span();
                return;
            }
            Kind::PointerDeclarator | Kind::AbstractPointer => {
                out.pointers = out.pointers.saturating_add(1);
            }
            Kind::ArrayDeclarator | Kind::AbstractArray => out.array = true,
            Kind::FunctionDeclarator | Kind::AbstractFunction => {
                return self.function_declarator(out);
            }
            _ => {}
        }
        // The size of an array may be a name as well.
        let only_field = matches!(self.kind(), Kind::ArrayDeclarator | Kind::AbstractArray);
        self.each_child(|this, role, kind| {
            if role == Role::Declarator || (!only_field && is_declarator(kind)) {
                this.declarator_into(out);
            }
        });
    }

    /// Of several parameter lists the innermost in parentheses counts: `f` in `(*f(int a))(int)`,
    /// but the last in `MACRO(name)(int a)`.
    fn function_declarator(&mut self, out: &mut Declarator) {
        out.result_pointers = out.result_pointers.or(Some(out.pointers));
        let mut parameters = Vec::new();
        let mut direct = false;
        self.each_child(|this, role, kind| match role {
            Role::Declarator => {
                direct = matches!(
                    kind,
                    Kind::Identifier | Kind::FieldIdentifier | Kind::FunctionDeclarator
                );
                this.declarator_into(out);
            }
            Role::Parameters => parameters = this.parameters(),
            _ => {}
        });
        if direct {
            out.parameters = parameters;
        }
    }

    fn parameters(&mut self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        self.each_child(|this, _, kind| match kind {
            Kind::Parameter => parameters.extend(this.parameter()),
            Kind::Identifier => {
                parameters.push(Parameter { name: this.name(), ty: TypeRef::default() });
            }
            _ => {}
        });
        parameters
    }

    /// The parameter at the cursor; `void` alone is none.
    fn parameter(&mut self) -> Option<Parameter> {
        if self.text() == b"void" {
            return None;
        }
        let mut name = Name::default();
        let mut declarator = Declarator::default();
        self.each_child(|this, role, _| match role {
            Role::Type => name = this.type_name(),
            Role::Declarator => this.declarator_into(&mut declarator),
            _ => {}
        });
        let ty = declarator.type_of(&name);
        Some(Parameter { name: declarator.name, ty })
    }
}

const fn is_declarator(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Identifier
            | Kind::FieldIdentifier
            | Kind::TypeIdentifier
            | Kind::PointerDeclarator
            | Kind::ArrayDeclarator
            | Kind::FunctionDeclarator
            | Kind::AbstractPointer
            | Kind::AbstractArray
            | Kind::AbstractFunction
    )
}
