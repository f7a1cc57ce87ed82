//! The node kinds and roles of the grammar, as enums.

use std::sync::LazyLock;
use tree_sitter::Language;

macro_rules! kinds {
    ($($kind:ident = $name:literal),* $(,)?) => {
        /// What a node is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            /// Punctuation and keywords.
            Token,
            /// A part of the text that did not parse.
            Error,
            /// A named node that lowering does not tell apart.
            Other,
            $(#[doc = $name] $kind,)*
        }

        fn kind_of(name: &str) -> Kind {
            match name {
                $($name => Kind::$kind,)*
                _ => Kind::Other,
            }
        }
    };
}

kinds! {
    AlignOf = "alignof_expression",
    AbstractArray = "abstract_array_declarator",
    AbstractFunction = "abstract_function_declarator",
    AbstractPointer = "abstract_pointer_declarator",
    Arguments = "argument_list",
    ArrayDeclarator = "array_declarator",
    Assembly = "gnu_asm_expression",
    Assignment = "assignment_expression",
    AttributedStatement = "attributed_statement",
    Binary = "binary_expression",
    Break = "break_statement",
    Call = "call_expression",
    Case = "case_statement",
    Cast = "cast_expression",
    Character = "char_literal",
    Comma = "comma_expression",
    Comment = "comment",
    CompoundLiteral = "compound_literal_expression",
    CompoundStatement = "compound_statement",
    ConcatenatedString = "concatenated_string",
    Conditional = "conditional_expression",
    Continue = "continue_statement",
    Declaration = "declaration",
    Do = "do_statement",
    Else = "else_clause",
    Enum = "enum_specifier",
    ExpressionStatement = "expression_statement",
    Extension = "extension_expression",
    False = "false",
    FieldDeclaration = "field_declaration",
    FieldDesignator = "field_designator",
    FieldExpression = "field_expression",
    FieldIdentifier = "field_identifier",
    For = "for_statement",
    FunctionDeclarator = "function_declarator",
    FunctionDefinition = "function_definition",
    Generic = "generic_expression",
    Goto = "goto_statement",
    Identifier = "identifier",
    If = "if_statement",
    InitDeclarator = "init_declarator",
    InitializerList = "initializer_list",
    InitializerPair = "initializer_pair",
    Labeled = "labeled_statement",
    MacroType = "macro_type_specifier",
    Null = "null",
    Number = "number_literal",
    OffsetOf = "offsetof_expression",
    Parameter = "parameter_declaration",
    Parenthesized = "parenthesized_expression",
    Pointer = "pointer_expression",
    PointerDeclarator = "pointer_declarator",
    PrimitiveType = "primitive_type",
    RangeDesignator = "subscript_range_designator",
    Return = "return_statement",
    SizeOf = "sizeof_expression",
    SizedType = "sized_type_specifier",
    StatementIdentifier = "statement_identifier",
    StorageClass = "storage_class_specifier",
    String = "string_literal",
    Struct = "struct_specifier",
    Subscript = "subscript_expression",
    SubscriptDesignator = "subscript_designator",
    Switch = "switch_statement",
    True = "true",
    TypeDefinition = "type_definition",
    TypeDescriptor = "type_descriptor",
    TypeIdentifier = "type_identifier",
    Unary = "unary_expression",
    Union = "union_specifier",
    Update = "update_expression",
    While = "while_statement",
}

macro_rules! roles {
    ($($role:ident = $name:literal),* $(,)?) => {
        /// What a node is to its parent.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Role {
            /// A child without a role, or with one that lowering has no use for.
            None,
            $(#[doc = $name] $role,)*
        }

        fn role_of(name: &str) -> Role {
            match name {
                $($name => Role::$role,)*
                _ => Role::None,
            }
        }
    };
}

roles! {
    Alternative = "alternative",
    Argument = "argument",
    Arguments = "arguments",
    Body = "body",
    Condition = "condition",
    Consequence = "consequence",
    Declarator = "declarator",
    Designator = "designator",
    Member = "field",
    Function = "function",
    Index = "index",
    Initializer = "initializer",
    Label = "label",
    Left = "left",
    Name = "name",
    Operator = "operator",
    Parameters = "parameters",
    Right = "right",
    Type = "type",
    Update = "update",
    Value = "value",
}

impl Kind {
    /// Whether nodes of the kind are expressions.
    pub(super) const fn is_expression(self) -> bool {
        matches!(
            self,
            Self::AlignOf
                | Self::Assembly
                | Self::Assignment
                | Self::Binary
                | Self::Call
                | Self::Cast
                | Self::Character
                | Self::Comma
                | Self::CompoundLiteral
                | Self::ConcatenatedString
                | Self::Conditional
                | Self::Extension
                | Self::False
                | Self::FieldExpression
                | Self::Generic
                | Self::Identifier
                | Self::InitializerList
                | Self::Null
                | Self::Number
                | Self::OffsetOf
                | Self::Parenthesized
                | Self::Pointer
                | Self::SizeOf
                | Self::String
                | Self::Subscript
                | Self::True
                | Self::Unary
                | Self::Update
        )
    }
}

/// The grammar's numbers for kinds and fields, as enums.
pub(super) struct Grammar {
    kinds: Vec<Kind>,
    roles: Vec<Role>,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(Grammar::new);

impl Grammar {
    pub(super) fn get() -> &'static Self {
        &GRAMMAR
    }

    fn new() -> Self {
        let language = Language::from(tree_sitter_c::LANGUAGE);
        let kind = |id| match language.node_kind_for_id(id) {
            Some(name) if language.node_kind_is_named(id) => kind_of(name),
            _ => Kind::Token,
        };
        let role = |id| language.field_name_for_id(id).map_or(Role::None, role_of);
        Self {
            kinds: (0..language.node_kind_count() as u16).map(kind).collect(),
            roles: (0..=language.field_count() as u16).map(role).collect(),
        }
    }

    pub(super) fn kind(&self, id: u16) -> Kind {
        self.kinds.get(id as usize).copied().unwrap_or(Kind::Error)
    }

    pub(super) fn role(&self, id: Option<std::num::NonZeroU16>) -> Role {
        id.and_then(|id| self.roles.get(id.get() as usize)).copied().unwrap_or(Role::None)
    }
}

#[cfg(test)]
mod tests {
    use super::{Grammar, Kind, Role};
    use tree_sitter::Language;

    #[test]
    fn numbers_of_the_grammar_have_names() {
        let language = Language::from(tree_sitter_c::LANGUAGE);
        let kind = |name| Grammar::get().kind(language.id_for_node_kind(name, true));
        assert_eq!(kind("call_expression"), Kind::Call);
        assert_eq!(kind("preproc_def"), Kind::Other);
        assert_eq!(Grammar::get().kind(u16::MAX), Kind::Error);
        assert_eq!(Grammar::get().role(language.field_id_for_name("operator")), Role::Operator);
    }
}
