//! Structures and unions.

use super::Item;
use super::kind::{Kind, Role};
use super::variable::best_tree;
use super::walker::Walker;
use crate::model::{Field, FileId, Location, Name, Record, TypeRef};
use crate::syntax::c::mask::{MacroWords, Scope};

/// Fields found so far.
#[derive(Default)]
struct Members {
    fields: Vec<Field>,
    nested: Vec<Record>,
}

impl Walker<'_> {
    /// The structure that the top-level declaration at the cursor defines.
    pub(super) fn record(&mut self, file: FileId) -> Option<Record> {
        match self.kind() {
            Kind::Struct | Kind::Union => self.definition(file, None),
            Kind::TypeDefinition | Kind::Declaration => {
                let alias = self.alias();
                let mut record = None;
                self.each_child(|this, role, kind| {
                    if role == Role::Type && matches!(kind, Kind::Struct | Kind::Union) {
                        record = this.definition(file, alias.clone());
                    }
                });
                record
            }
            _ => None,
        }
    }

    /// The name that a type definition gives to the structure itself.
    fn alias(&mut self) -> Option<Name> {
        if self.kind() != Kind::TypeDefinition {
            return None;
        }
        let mut alias = None;
        self.each_child(|this, role, kind| {
            if role == Role::Declarator
                && matches!(kind, Kind::TypeIdentifier | Kind::PrimitiveType)
            {
                alias = alias.take().or_else(|| Some(this.name()));
            }
        });
        alias
    }

    fn definition(&mut self, file: FileId, alias: Option<Name>) -> Option<Record> {
        let location = Location::new(file, self.span());
        let tag = Some(self.type_name()).filter(|name| !name.is_empty());
        let outer = alias.clone().or_else(|| tag.clone()).unwrap_or_default();
        let members = self.members(file, &outer)?;
        let name = tag.or_else(|| alias.clone()).unwrap_or_default();
        Some(Record { name, alias, fields: members.fields, nested: members.nested, location })
    }

    /// The members of the structure at the cursor; `None` if it has no body.
    fn members(&mut self, file: FileId, outer: &str) -> Option<Members> {
        let mut members = None;
        self.each_child(|this, role, _| {
            if role == Role::Body {
                let members = members.get_or_insert_default();
                this.nested(|this| this.members_into(file, outer, members));
            }
        });
        members
    }

    fn members_into(&mut self, file: FileId, outer: &str, members: &mut Members) {
        self.each_child(|this, _, kind| {
            if kind == Kind::FieldDeclaration {
                this.field_declaration(file, outer, members);
            }
        });
    }

    fn field_declaration(&mut self, file: FileId, outer: &str, members: &mut Members) {
        let mut ty = Name::default();
        let mut fields = Vec::new();
        self.each_child(|this, role, _| match role {
            Role::Type => ty = this.type_name(),
            Role::Declarator => fields.extend(this.field(file, &ty)),
            _ => {}
        });
        self.each_child(|this, role, kind| {
            if role == Role::Type && matches!(kind, Kind::Struct | Kind::Union) {
                this.inner_record(file, outer, &mut fields, members);
            }
        });
        members.fields.append(&mut fields);
    }

    fn field(&mut self, file: FileId, ty: &Name) -> Option<Field> {
        let location = Location::new(file, self.span());
        let declarator = self.declarator();
        let ty = declarator.type_of(ty);
        let name = Some(declarator.name).filter(|name| !name.is_empty())?;
        Some(Field { name, ty, location })
    }

    /// The structure inside a structure: without a field, its members belong to the outer one.
    fn inner_record(
        &mut self,
        file: FileId,
        outer: &str,
        fields: &mut [Field],
        members: &mut Members,
    ) {
        let Some(first) = fields.first() else {
            let inner = self.members(file, outer).unwrap_or_default();
            members.fields.extend(inner.fields);
            members.nested.extend(inner.nested);
            return;
        };
        let name = Name::new(format!("{outer}.{}", first.name));
        let Some(inner) = self.members(file, &name) else {
            return;
        };
        let alias = Some(self.type_name()).filter(|tag| !tag.is_empty());
        for field in fields {
            field.ty = TypeRef { name: name.clone(), ..field.ty.clone() };
        }
        let location = Location::new(file, self.span());
        members.nested.push(Record {
            name,
            alias,
            fields: inner.fields,
            nested: inner.nested,
            location,
        });
    }
}

/// Lowers the structure or union that an item defines.
pub(crate) fn lower_record(item: &Item<'_>, words: &MacroWords) -> Option<Record> {
    let (text, tree) = best_tree(item, Scope::Record, words)?;
    let mut walker = Walker::new(item.source(), &text, item.span.start, tree.root_node());
    let mut found = None;
    walker.each_child(|walker, _, _| found = found.take().or_else(|| walker.record(item.file)));
    found
}
