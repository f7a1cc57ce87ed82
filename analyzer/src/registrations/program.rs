//! The functions, types and traits of a tree by name, and which functions take back what.

use super::act::Act;
use super::call::{Call, calls};
use super::{container, emptied};
use crate::crates::{CrateId, Crates, Method, Ty, TypeItem};
use crate::model::{Expr, ExprKind, Name};
use crate::vocabulary::{RegistrationPair, Vocabulary};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// How many functions an unresolved call may mean before it is taken to mean none.
const MAX_MEANINGS: usize = 12;

/// How deep types are looked into for what is done when they go.
const MAX_NESTING: usize = 3;

/// A function, by its number.
pub(super) type MethodId = usize;

/// A pair of calls, by its number.
pub(super) type PairId = usize;

/// The functions of a tree, tests left out, and what is known about all of them.
pub(super) struct Program<'a> {
    pub(super) crates: &'a Crates<'a>,
    pub(super) words: &'a Vocabulary,
    /// The functions and their crates.
    pub(super) methods: Vec<(&'a Method, CrateId)>,
    /// The calls of each function, closures included.
    pub(super) calls: Vec<Vec<Call<'a>>>,
    /// The functions that call each function.
    pub(super) callers: Vec<BTreeSet<MethodId>>,
    /// The pairs of the vocabulary, and those of the tree's own containers.
    pub(super) pairs: Vec<RegistrationPair>,
    /// The traits that each type implements.
    pub(super) traits: FxHashMap<Name, BTreeSet<Name>>,
    types: FxHashMap<Name, Vec<&'a TypeItem>>,
    pub(super) declared: FxHashSet<(CrateId, Name)>,
    pub(super) by_name: FxHashMap<Name, Vec<MethodId>>,
    by_last: FxHashMap<Name, Vec<MethodId>>,
    pub(super) by_trait: FxHashMap<(Name, Name), Vec<MethodId>>,
    /// The pairs by container and method.
    pub(super) by_call: FxHashMap<(Name, Name), Vec<PairId>>,
    /// The calls of each function that register or take back, by their number.
    pub(super) acts: Vec<Vec<(usize, Act)>>,
    may_remove: Vec<BTreeSet<PairId>>,
    /// The functions that take back, by pair.
    removers: Vec<BTreeSet<MethodId>>,
    /// The functions that empty a field of this name.
    emptied: FxHashMap<Name, BTreeSet<MethodId>>,
}

impl<'a> Program<'a> {
    pub(super) fn new(crates: &'a Crates<'a>, words: &'a Vocabulary) -> Self {
        let mut program = Self {
            crates,
            words,
            methods: Vec::new(),
            calls: Vec::new(),
            callers: Vec::new(),
            pairs: words.registration.pairs.clone(),
            traits: FxHashMap::default(),
            types: FxHashMap::default(),
            declared: FxHashSet::default(),
            by_name: FxHashMap::default(),
            by_last: FxHashMap::default(),
            by_trait: FxHashMap::default(),
            by_call: FxHashMap::default(),
            acts: Vec::new(),
            may_remove: Vec::new(),
            removers: Vec::new(),
            emptied: FxHashMap::default(),
        };
        for part in &crates.parts {
            program.add(part);
        }
        let own = container::own(&program);
        program.pairs.extend(own);
        program.link();
        program.spread();
        program.emptied = emptied::fields(&program);
        program
    }

    fn add(&mut self, part: &'a crate::crates::RustFile) {
        for item in part.types.iter().filter(|item| !item.is_test) {
            let name = &item.record.name;
            self.types.entry(name.clone()).or_default().push(item);
            self.declared.insert((part.origin.of, name.clone()));
        }
        for one in &part.impls {
            self.traits.entry(one.ty.clone()).or_default().insert(one.trait_name.clone());
        }
        for method in part.methods.iter().filter(|method| !method.is_test) {
            let id = self.methods.len();
            let name = &method.function.name;
            let last = Name::new(last_part(name));
            self.by_name.entry(name.clone()).or_default().push(id);
            if !method.trait_name.is_empty() {
                let key = (method.trait_name.clone(), last.clone());
                self.by_trait.entry(key).or_default().push(id);
            }
            if has_self(method) {
                self.by_last.entry(last).or_default().push(id);
            }
            self.methods.push((method, part.origin.of));
            self.calls.push(calls(&method.function));
        }
    }

    fn link(&mut self) {
        let mut callers = vec![BTreeSet::new(); self.methods.len()];
        for (id, calls) in self.calls.iter().enumerate() {
            for callee in calls.iter().flat_map(|call| self.meanings(call.callee)) {
                callers[callee].insert(id);
            }
        }
        self.callers = callers;
        for (id, pair) in self.pairs.iter().enumerate() {
            for container in &pair.containers {
                for method in pair.register.iter().chain(&pair.remove) {
                    let key = (container.clone(), method.clone());
                    self.by_call.entry(key).or_default().push(id);
                }
            }
        }
        let acts = |(id, calls): (usize, &Vec<Call<'a>>)| {
            let acts = calls.iter().enumerate();
            let acts =
                acts.filter_map(|(at, call)| Some((at, self.act(id, call.callee, call.args)?)));
            acts.collect()
        };
        self.acts = self.calls.iter().enumerate().map(acts).collect();
    }

    /// Hands what a function takes back on to those that call it.
    fn spread(&mut self) {
        self.may_remove = vec![BTreeSet::new(); self.methods.len()];
        self.removers = vec![BTreeSet::new(); self.pairs.len()];
        for id in 0..self.methods.len() {
            let removed: BTreeSet<PairId> =
                self.removals(id).flat_map(|(_, pairs)| pairs.iter().copied()).collect();
            for pair in removed {
                self.removers[pair].insert(id);
                let mut open = vec![id];
                while let Some(at) = open.pop() {
                    if self.may_remove[at].insert(pair) {
                        open.extend(&self.callers[at]);
                    }
                }
            }
        }
    }

    /// The functions of the tree that a call may mean.
    pub(super) fn meanings(&self, callee: &Expr) -> Vec<MethodId> {
        match &callee.kind {
            ExprKind::Name(name) => {
                let mut found = self.by_name.get(name).cloned().unwrap_or_default();
                if let Some((of, last)) = name.rsplit_once("::") {
                    let key = (Name::new(of), Name::new(last));
                    found.extend(self.by_trait.get(&key).into_iter().flatten());
                }
                found
            }
            ExprKind::Member { name, .. } => {
                let found = self.by_last.get(name).map_or(&[][..], Vec::as_slice);
                if found.len() <= MAX_MEANINGS { found.to_vec() } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// The only function that a call can mean.
    pub(super) fn meaning(&self, callee: &Expr) -> Option<MethodId> {
        let ExprKind::Name(_) = &callee.kind else { return None };
        match self.meanings(callee)[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether a function, or one that it calls, takes back.
    pub(super) fn may_remove(&self, id: MethodId, pair: PairId) -> bool {
        self.may_remove[id].contains(&pair)
    }

    /// Whether a call may take back.
    pub(super) fn call_may_remove(&self, at: MethodId, call: &Call<'_>, pair: PairId) -> bool {
        match self.act(at, call.callee, call.args) {
            Some(Act::Remove(pairs)) => pairs.contains(&pair),
            Some(Act::Register(_)) => false,
            None => self.meanings(call.callee).iter().any(|id| self.may_remove(*id, pair)),
        }
    }

    /// The functions in which the tree takes back.
    pub(super) fn removers(&self, pair: PairId) -> &BTreeSet<MethodId> {
        &self.removers[pair]
    }

    /// Whether another function than `id` empties a field of this name.
    pub(super) fn is_emptied(&self, id: MethodId, field: &str) -> bool {
        self.emptied.get(field).is_some_and(|by| by.iter().any(|other| *other != id))
    }

    /// Whether the crate of a function takes back anywhere.
    pub(super) fn is_removed_nearby(&self, id: MethodId, pair: PairId) -> bool {
        self.removers[pair].iter().any(|other| self.methods[*other].1 == self.methods[id].1)
    }

    /// Whether the tree takes back anywhere.
    pub(super) fn is_removed_somewhere(&self, pair: PairId) -> bool {
        !self.removers[pair].is_empty()
    }

    /// Whether taking back is part of what is done when a value of the type goes.
    pub(super) fn drop_removes(&self, ty: &Ty, pair: PairId) -> bool {
        self.drop_removes_in(ty, pair, MAX_NESTING)
    }

    fn drop_removes_in(&self, ty: &Ty, pair: PairId, depth: usize) -> bool {
        if self.drop_of(&ty.name).is_some_and(|id| self.may_remove(id, pair)) {
            return true;
        }
        let Some(depth) = depth.checked_sub(1) else { return false };
        let fields = self.types.get(&ty.name).into_iter().flatten().flat_map(|item| &item.fields);
        let inner = fields.map(|(_, ty)| ty).chain(&ty.args);
        inner.into_iter().any(|ty| self.drop_removes_in(ty, pair, depth))
    }

    /// What runs when a value of the type goes, if it is written down.
    pub(super) fn drop_of(&self, ty: &str) -> Option<MethodId> {
        let ids = self.by_name.get(format!("{ty}::drop").as_str())?;
        let trait_name = &self.words.registration.drop_trait;
        ids.iter().copied().find(|id| self.methods[*id].0.trait_name == *trait_name)
    }

    /// The functions of a type.
    pub(super) fn methods_of<'p>(&'p self, ty: &'p str) -> impl Iterator<Item = MethodId> + 'p {
        (0..self.methods.len()).filter(move |id| self.methods[*id].0.self_type == ty)
    }

    /// The function of this name, if there is one alone.
    pub(super) fn only(&self, name: &str) -> Option<&'a Method> {
        match self.by_name.get(name)?[..] {
            [id] => Some(self.methods[id].0),
            _ => None,
        }
    }

    /// The types of the tree, each name once, sorted.
    pub(super) fn type_items(&self) -> Vec<&'a TypeItem> {
        let mut items: Vec<_> = self.types.values().filter_map(|items| items.first()).collect();
        items.sort_by(|a, b| a.record.name.cmp(&b.record.name));
        items.into_iter().copied().collect()
    }

    /// The type of this name.
    pub(super) fn type_item(&self, name: &str) -> Option<&'a TypeItem> {
        self.types.get(name).and_then(|items| items.first()).copied()
    }

    /// The type of a field.
    pub(super) fn field(&self, ty: &str, field: &str) -> Option<&'a Ty> {
        let items = self.types.get(ty)?;
        let mut fields = items.iter().flat_map(|item| &item.fields);
        fields.find(|(name, _)| name == field).map(|(_, ty)| ty)
    }

    /// Whether a type implements a trait that only devices do.
    pub(super) fn is_device(&self, ty: &str) -> bool {
        let traits = self.traits.get(ty).into_iter().flatten();
        traits.into_iter().any(|name| self.words.registration.device_traits.contains(name))
    }

    /// What follows some byte of the file of a function, without space before it.
    pub(super) fn text_after(&self, method: &Method, offset: u32) -> &'a str {
        let end = method.function.location.span.end.max(offset);
        self.text(method, crate::model::Span::new(offset, end)).trim_start()
    }

    /// The text of some bytes of the file of a function.
    pub(super) fn text(&self, method: &Method, span: crate::model::Span) -> &'a str {
        let file = &self.crates.files[method.function.location.file.0 as usize];
        file.text.get(span.range()).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// The last part of a path.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// Whether a function is called on a value.
pub(super) fn has_self(method: &Method) -> bool {
    method.parameters.first().is_some_and(|(name, _)| name == "self")
}
