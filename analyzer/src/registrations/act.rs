//! What a call does to a registration.

use super::call::Call;
use super::program::{MethodId, PairId, Program};
use crate::crates::CrateId;
use crate::model::{Expr, ExprKind, Name};
use crate::vocabulary::RegistrationPair;

/// What a call does to a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It registers.
    Register(PairId),
    /// It takes back, by any of these pairs.
    Remove(Vec<PairId>),
}

impl<'a> Program<'a> {
    /// The calls in a function that take back.
    pub(super) fn removals(
        &self,
        id: MethodId,
    ) -> impl Iterator<Item = (&Call<'a>, &[PairId])> + '_ {
        self.acts[id].iter().filter_map(move |(at, act)| match act {
            Act::Remove(pairs) => Some((&self.calls[id][*at], pairs.as_slice())),
            Act::Register(_) => None,
        })
    }

    /// Whether a function registers.
    pub(super) fn registers(&self, id: MethodId) -> bool {
        self.acts[id].iter().any(|(_, act)| matches!(act, Act::Register(_)))
    }

    /// What a call does to a registration, if anything.
    pub(super) fn act(&self, at: MethodId, callee: &Expr, args: &[Expr]) -> Option<Act> {
        let ExprKind::Name(name) = &callee.kind else { return None };
        let (container, method) = name.rsplit_once("::")?;
        let known = self.by_call.get(&(Name::new(container), Name::new(method)))?;
        let crate_id = self.methods.get(at)?.1;
        let is_register = |id: &&PairId| {
            let pair = &self.pairs[**id];
            pair.arguments + 1 == args.len()
                && pair.register.iter().any(|one| one == method)
                && self.applies(crate_id, container, pair)
        };
        if let Some(id) = known.iter().find(is_register) {
            return Some(Act::Register(*id));
        }
        let removes = |id: &&PairId| self.pairs[**id].remove.iter().any(|one| one == method);
        let removed: Vec<PairId> = known.iter().filter(removes).copied().collect();
        (!removed.is_empty() && !args.is_empty()).then_some(Act::Remove(removed))
    }

    /// A type of the crate's own that has the name of a container is one if it can take back. Of types whose
    /// name says little it is asked that the crate takes back somewhere.
    fn applies(&self, of: CrateId, container: &str, pair: &RegistrationPair) -> bool {
        let here = |id: &&MethodId| self.methods[**id].1 == of;
        let ids = |name: String| self.by_name.get(name.as_str()).into_iter().flatten();
        let declares = |remove: &Name| {
            let own = ids(format!("{container}::{remove}")).any(|id| here(&id));
            own || pair.containers.iter().any(|name| {
                let of_trait = self.by_trait.get(&(name.clone(), remove.clone()));
                of_trait.into_iter().flatten().any(|id| here(&id))
            })
        };
        if self.declared.contains(&(of, Name::new(container))) {
            return pair.remove.iter().any(declares);
        }
        !pair.is_vague || self.removes_in(of, container, pair)
    }

    /// Whether a crate has a call that takes back.
    fn removes_in(&self, of: CrateId, container: &str, pair: &RegistrationPair) -> bool {
        let takes_back = |call: &Call<'_>| match &call.callee.kind {
            ExprKind::Name(name) => name.rsplit_once("::").is_some_and(|(on, method)| {
                on == container && pair.remove.iter().any(|one| one == method)
            }),
            _ => false,
        };
        let here = self.methods.iter().enumerate().filter(|(_, (_, at))| *at == of);
        here.into_iter().any(|(id, _)| self.calls[id].iter().any(takes_back))
    }
}
