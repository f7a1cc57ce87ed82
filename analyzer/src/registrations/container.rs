//! Containers that the tree declares itself.

use super::program::{Program, has_self};
use crate::crates::{Ty, TypeItem};
use crate::model::Name;
use crate::vocabulary::{Keeps, RegistrationPair};
use std::collections::BTreeSet;

/// The pairs of all types of the tree that can be told to be containers.
pub(super) fn own(program: &Program<'_>) -> Vec<RegistrationPair> {
    let traits: BTreeSet<&Name> = program.traits.values().flatten().collect();
    let mut pairs = Vec::new();
    for item in program.type_items() {
        let held = held(program, item, &traits);
        if held.is_empty() {
            continue;
        }
        for (register, remove) in &program.words.registration.own_pairs {
            if !is_known(program, item, register) {
                pairs.extend(pair(program, item, register, remove, &held));
            }
        }
    }
    pairs
}

fn is_known(program: &Program<'_>, item: &TypeItem, register: &Name) -> bool {
    program
        .words
        .registration
        .pairs
        .iter()
        .any(|pair| pair.containers.contains(&item.record.name) && pair.register.contains(register))
}

/// The traits of whose implementors the type keeps handles in a collection.
fn held<'p>(program: &'p Program<'_>, item: &TypeItem, traits: &BTreeSet<&'p Name>) -> Vec<Name> {
    let words = program.words;
    let mut held = Vec::new();
    for (_, ty) in &item.fields {
        let collection = ty.innermost(&words.rust);
        if words.registration.collections.contains(&collection.name)
            && let Some(of) = collection.args.last().and_then(|ty| handled(program, ty, traits))
        {
            held.push(of);
        }
    }
    held
}

/// The trait to whose implementor a type is a handle.
fn handled(program: &Program<'_>, ty: &Ty, traits: &BTreeSet<&Name>) -> Option<Name> {
    let rust = &program.words.rust;
    if !ty.is_strong(rust) {
        return ty.args.iter().find_map(|ty| handled(program, ty, traits));
    }
    let of = &ty.innermost(rust).name;
    traits.contains(of).then(|| of.clone())
}

fn pair(
    program: &Program<'_>,
    item: &TypeItem,
    register: &Name,
    remove: &Name,
    held: &[Name],
) -> Option<RegistrationPair> {
    let ty = &item.record.name;
    let adds = program.only(&format!("{ty}::{register}")).filter(|method| has_self(method))?;
    let takes = program.only(&format!("{ty}::{remove}")).filter(|method| has_self(method))?;
    let rust = &program.words.rust;
    let is_held = |ty: &Ty| ty.is_strong(rust) && held.contains(&ty.innermost(rust).name);
    let given = &adds.parameters[1..];
    let what = given.iter().position(|(_, ty)| is_held(ty))?;
    let key = takes.parameters.get(1).filter(|_| takes.parameters.len() == 2);
    let same = |(_, ty): &(Name, Ty)| key.is_some_and(|(_, key)| key == ty);
    let mut keys = given.iter().enumerate().filter(|(_, given)| same(given)).map(|(at, _)| at);
    // Of two arguments of the type of the key, either may be it.
    let at = keys.next().filter(|_| keys.next().is_none());
    let token = at.is_none() && key.is_some_and(|(_, key)| adds.result.outcome() == *key);
    let undo = match at {
        Some(at) => Name::new(format!("{remove}({{{at}}})")),
        None if token => Name::new(format!("{remove}({{result}})")),
        None => Name::default(),
    };
    Some(RegistrationPair {
        containers: vec![ty.clone()],
        register: vec![register.clone()],
        remove: vec![remove.clone()],
        arguments: given.len(),
        what,
        undo,
        keeps: Keeps::Handle,
        fails: is_result(&adds.result),
        reports: Some(remove.clone()).filter(|_| is_result(&takes.result)).into_iter().collect(),
        token,
        is_vague: false,
    })
}

/// Whether a function can fail by its result.
pub(super) fn is_result(ty: &Ty) -> bool {
    ty.name.ends_with("Result")
}
