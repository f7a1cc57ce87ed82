//! Names of types, methods and constants over all crates of a tree.

use super::{CrateId, Ty};
use crate::lower::rust::{Outline, Text};
use crate::model::Name;
use crate::vocabulary::RustWords;
use rustc_hash::FxHashMap;

/// What is declared under one name, and in which crate.
type Declared<T> = Vec<(CrateId, T)>;

/// What the crates of a tree declare.
#[derive(Debug, Default)]
pub(crate) struct Index {
    fields: FxHashMap<Name, Declared<Vec<(Name, Ty)>>>,
    methods: FxHashMap<(Name, Name), Declared<Ty>>,
    functions: FxHashMap<Name, Declared<Ty>>,
    values: FxHashMap<Name, Declared<Ty>>,
    texts: FxHashMap<Name, Declared<Text>>,
    aliases: FxHashMap<Name, Declared<Ty>>,
    traits: FxHashMap<Name, Declared<Name>>,
    /// What a type leads to by itself: `Deref`, or the parent of a QOM type.
    targets: FxHashMap<Name, Declared<Ty>>,
    /// Types that the model calls otherwise, as the tree has a structure in C of their name.
    renamed: FxHashMap<Name, Name>,
}

/// How many constants may name each other.
const MAX_TEXTS: usize = 8;

/// How often a type may lead to another one.
const MAX_TARGETS: usize = 16;

impl Index {
    /// Links the declarations of all files. `is_in_c` tells whether a name is that of a structure in C.
    pub(crate) fn new<'o>(
        outlines: impl Iterator<Item = (CrateId, &'o Outline)>,
        words: &RustWords,
        is_in_c: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut index = Self::default();
        for (of, outline) in outlines {
            index.add(of, outline, words);
            let clashing = outline.types.iter().filter(|ty| is_in_c(&ty.record.name));
            for ty in clashing.filter(|ty| !ty.is_binding(words)) {
                let name = &ty.record.name;
                index.renamed.insert(name.clone(), Name::new(format!("rust::{name}")));
            }
        }
        index
    }

    /// What the model calls a type.
    pub(crate) fn model_name(&self, ty: &Name) -> Name {
        self.renamed.get(ty).unwrap_or(ty).clone()
    }

    fn add(&mut self, of: CrateId, outline: &Outline, words: &RustWords) {
        for ty in &outline.types {
            self.fields.entry(ty.record.name.clone()).or_default().push((of, ty.fields.clone()));
        }
        for one in &outline.signatures {
            let result = (of, one.result.clone());
            match one.of.as_str() {
                "" => self.functions.entry(one.name.clone()).or_default().push(result),
                _ => {
                    let key = (one.of.clone(), one.name.clone());
                    self.methods.entry(key).or_default().push(result);
                }
            }
        }
        for (name, ty) in &outline.values {
            self.values.entry(name.clone()).or_default().push((of, ty.clone()));
        }
        for (name, text) in &outline.texts {
            self.texts.entry(name.clone()).or_default().push((of, text.clone()));
        }
        for (name, ty) in &outline.aliases {
            self.aliases.entry(name.clone()).or_default().push((of, ty.clone()));
        }
        for one in &outline.impls {
            self.traits.entry(one.ty.clone()).or_default().push((of, one.trait_name.clone()));
            let target = one.types.iter().find(|(name, _)| words.targets.contains(name));
            if let Some((_, target)) = target {
                self.targets.entry(one.ty.clone()).or_default().push((of, target.clone()));
            }
        }
    }

    /// The type of a field.
    pub(crate) fn field(&self, from: CrateId, ty: &str, field: &str) -> Option<&Ty> {
        let fields = one(self.fields.get(ty)?, from)?;
        fields.iter().find(|(name, _)| name == field).map(|(_, ty)| ty)
    }

    /// The type that has a method or function of this name, be it the type itself, one of its traits, or
    /// what it leads to, and the result. The first is the name under which the function is known.
    pub(crate) fn method(&self, from: CrateId, ty: &Name, method: &str) -> Option<(Name, Ty)> {
        self.lineage(from, ty).find_map(|at| {
            if let Some(result) = self.own_method(from, &at, method) {
                return Some((at, result.clone()));
            }
            let mut traits = self.traits.get(&at).into_iter().flatten();
            traits
                .find_map(|(_, of)| Some((of.clone(), self.own_method(from, of, method)?.clone())))
        })
    }

    /// A type and what it leads to by itself: `Deref`, or the parents of a QOM type.
    pub(crate) fn lineage(&self, from: CrateId, ty: &Name) -> impl Iterator<Item = Name> {
        let next = move |at: &Name| Some(one(self.targets.get(at)?, from)?.name.clone());
        std::iter::successors(Some(ty.clone()), next).take(MAX_TARGETS)
    }

    fn own_method(&self, from: CrateId, ty: &Name, method: &str) -> Option<&Ty> {
        one(self.methods.get(&(ty.clone(), Name::new(method)))?, from)
    }

    /// The result of a free function.
    pub(crate) fn function(&self, from: CrateId, name: &str) -> Option<&Ty> {
        one(self.functions.get(name)?, from)
    }

    /// The type of a constant or static.
    pub(crate) fn value(&self, from: CrateId, name: &str) -> Option<&Ty> {
        one(self.values.get(name)?, from)
    }

    /// What a name of a type stands for.
    pub(crate) fn alias(&self, from: CrateId, name: &str) -> Option<&Ty> {
        one(self.aliases.get(name)?, from)
    }

    /// Whether the tree declares a structure, enumeration or trait of this name.
    pub(crate) fn declares(&self, ty: &str) -> bool {
        self.fields.contains_key(ty)
    }

    /// The string that a constant is.
    pub(crate) fn text(&self, from: CrateId, text: &Text) -> Option<Name> {
        let mut text = text;
        for _ in 0..MAX_TEXTS {
            match text {
                Text::Literal(literal) => return Some(literal.clone()),
                Text::Same(name) => text = one(self.texts.get(name)?, from)?,
            }
        }
        None
    }
}

/// What a name means in a crate: its own, else what another one declares, if it is one alone.
fn one<T>(declared: &Declared<T>, from: CrateId) -> Option<&T> {
    let own = declared.iter().find(|(of, _)| *of == from);
    match (own, &declared[..]) {
        (Some((_, own)), _) => Some(own),
        (None, [(_, only)]) => Some(only),
        (None, [(first, found), others @ ..]) => {
            others.iter().all(|(of, _)| of == first).then_some(found)
        }
        (None, []) => None,
    }
}
