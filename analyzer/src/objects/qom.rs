//! Object types of QEMU's Rust bindings: what their traits say becomes what type tables say in C.

use super::class::SlotValue;
use super::{ObjectType, TypeCallback};
use crate::crates::{CrateId, Crates, RustFile, TraitImpl};
use crate::lifecycle::Phase;
use crate::model::{Location, Name};
use crate::vocabulary::{Hook, Vocabulary};
use rustc_hash::{FxHashMap, FxHashSet};

/// Adds the types that the crates of a tree define. A type that the tree has in C as well is another one.
pub(super) fn add_types(crates: &Crates<'_>, words: &Vocabulary, types: &mut Vec<ObjectType>) {
    let reader = Reader { crates, words };
    let in_c: FxHashSet<Name> = types.iter().map(|ty| ty.name.clone()).collect();
    let names = reader.names(&in_c);
    for part in crates.parts.iter().filter(|part| !part.origin.is_test) {
        for of in part.impls.iter().filter(|of| of.trait_name == words.qom.parent_trait) {
            types.extend(reader.object_type(part, of, &names));
        }
    }
}

struct Reader<'r, 'a> {
    crates: &'r Crates<'a>,
    words: &'r Vocabulary,
}

/// Names of object types by the types of Rust.
type Names = FxHashMap<(CrateId, Name), Name>;

impl Reader<'_, '_> {
    /// What the types of Rust are called in QOM.
    fn names(&self, in_c: &FxHashSet<Name>) -> Names {
        let words = &self.words.qom;
        let mut names = Names::default();
        for part in &self.crates.parts {
            for of in part.impls.iter().filter(|of| of.trait_name == words.type_trait) {
                let text = of.texts.iter().find(|(name, _)| *name == words.type_name);
                let text = text.and_then(|(_, text)| self.crates.index.text(part.origin.of, text));
                let Some(name) = text else { continue };
                let name = match in_c.contains(&name) {
                    true => Name::new(format!("{name} (Rust)")),
                    false => name,
                };
                names.insert((part.origin.of, of.ty.clone()), name);
            }
        }
        names
    }

    fn object_type(&self, part: &RustFile, of: &TraitImpl, names: &Names) -> Option<ObjectType> {
        let from = part.origin.of;
        let name = names.get(&(from, of.ty.clone()))?.clone();
        let parent = of.types.iter().find(|(name, _)| *name == self.words.qom.parent);
        let parent = parent.map(|(_, parent)| self.parent(from, &parent.name, names));
        let mut ty = ObjectType {
            name,
            parent: parent.unwrap_or_default(),
            instance: self.crates.index.model_name(&of.ty),
            is_abstract: false,
            location: Some(of.head),
            callbacks: Vec::new(),
            slots: Vec::new(),
        };
        for part in self.crates.parts.iter().filter(|part| part.origin.of == from) {
            for own in part.impls.iter().filter(|own| own.ty == of.ty) {
                let hooks = self.words.qom.hooks.iter();
                for hook in hooks.filter(|hook| hook.trait_name == own.trait_name) {
                    self.add_callback(part, hook, own, &mut ty);
                }
            }
        }
        Some(ty)
    }

    /// The name of a parent: a type of the crates, else one of C by its structure.
    fn parent(&self, from: CrateId, ty: &Name, names: &Names) -> Name {
        let own = names.get(&(from, ty.clone()));
        let elsewhere = || names.iter().find(|((_, known), _)| known == ty).map(|(_, name)| name);
        let in_c = || self.words.known_types.iter().find(|known| known.instance == *ty);
        let known = || in_c().map(|known| &known.name);
        own.or_else(known).or_else(elsewhere).cloned().unwrap_or_default()
    }

    fn add_callback(&self, part: &RustFile, hook: &Hook, of: &TraitImpl, ty: &mut ObjectType) {
        let named = match hook.is_method {
            true => self.method(part, hook, of),
            false => {
                let found = of.hooks.iter().find(|(constant, ..)| *constant == hook.name);
                found.map(|(_, function, location)| (function.clone(), *location))
            }
        };
        let Some((function, location)) = named else { return };
        let field = hook.field.clone();
        match self.words.phase_of_slot(&hook.record, &field) {
            Some(Phase::Init | Phase::Finalize) => {
                ty.callbacks.push(TypeCallback { field, function, location });
            }
            _ => ty.slots.push(SlotValue {
                record: hook.record.clone(),
                field,
                value: function.clone(),
                function: Some(function),
                location,
                uncertain: false,
            }),
        }
    }

    fn method(&self, part: &RustFile, hook: &Hook, of: &TraitImpl) -> Option<(Name, Location)> {
        let name = format!("{}::{}", of.ty, hook.name);
        let method = part
            .methods
            .iter()
            .find(|method| method.function.name == name && method.trait_name == hook.trait_name)?;
        let location = Location::new(of.location.file, method.function.name_span);
        Some((method.function.name.clone(), location))
    }
}
