//! Missing deletions, written.

use super::counted::{self, Counted};
use super::spelling::Speller;
use super::target::{Pair, Target};
use super::{Curer, Missing, kept};
use crate::insertion::{self, Call, Callback, Variable};
use crate::lifecycle::Phase;
use crate::model::{Expr, ExprKind, Location, Name, Span, Stmt, StmtKind};
use crate::objects::{Scope, TypeId};
use crate::trace::Event;
use crate::tree::ItemId;
use crate::vocabulary::{ApiCall, Op};
use devmodel_edit::Edit;

impl Curer<'_, '_> {
    /// The edits that undo the additions of a group; those that cannot be undone are left out.
    pub(super) fn written(
        &self,
        pair: &Pair,
        types: &[TypeId],
        group: &mut Vec<Missing>,
    ) -> Option<Vec<Edit>> {
        group.retain(|one| {
            self.is_for_all(one, types) && self.calls_for(pair, std::slice::from_ref(one)).is_some()
        });
        if self.tried(types, group).is_none() {
            group.retain(|one| self.tried(types, std::slice::from_ref(one)).is_some());
            self.tried(types, group)?;
        }
        if group.is_empty() {
            return None;
        }
        // What was added last is deleted first.
        group.sort_by_key(|one| std::cmp::Reverse((one.add.stack.clone(), one.add.location)));
        self.edits(pair, group)
    }

    /// Whether every type that would run the deletion has made the addition.
    fn is_for_all(&self, one: &Missing, types: &[TypeId]) -> bool {
        let makes = |&ty: &TypeId| {
            let trace = self.traces.of(ty);
            let built = [Phase::Init, Phase::Realize, Phase::Unrealize];
            let uncertain = self.objects.is_uncertain(ty, &built);
            if trace.truncated || !trace.ambiguous.is_empty() || uncertain {
                return false;
            }
            let mut events = trace.events.iter().filter(|event| {
                event.op == Op::Add
                    && event.region.places().iter().any(|at| one.add.region.places().contains(at))
            });
            let (Some(event), None) = (events.next(), events.next()) else { return false };
            event.location == one.add.location
                && event.container == one.add.container
                && event.guards == one.add.guards
        };
        one.types.iter().all(|ty| types.contains(ty)) && types.iter().all(makes)
    }

    fn edits(&self, pair: &Pair, group: &[Missing]) -> Option<Vec<Edit>> {
        let (calls, variables) = self.calls_for(pair, group)?;
        let realize = self.tree.function(pair.realize);
        let text = self.tree.text(realize.location.file);
        let slot = match &pair.target {
            Target::Into(id) => {
                let function = self.tree.function(*id);
                let after = self.existing(*id, group);
                return insertion::insert(text, function, (&variables, &calls), after);
            }
            Target::New(slot) => slot,
        };
        let name = self.name_of_new(pair, slot)?;
        let parameter = self.parameter(pair)?;
        let callback =
            Callback { name: &name, parameter: &parameter, variables: &variables, calls: &calls };
        let mut edits = vec![insertion::define(text, realize, &callback)];
        for one in self.assignments(pair)? {
            let function = self.tree.function(one.class_function);
            let sides = (one.base, one.target, one.value);
            let at = (realize.location.file, function);
            edits.push(insertion::assign(text, at, sides, (&slot.1, &name))?);
        }
        Some(edits)
    }

    /// The first parameter of the realize callback, as it is written.
    fn parameter(&self, pair: &Pair) -> Option<String> {
        let function = self.tree.function(pair.realize);
        let head = Span::new(function.name_span.end, function.body_span.start);
        let text = self.tree.source(Location::new(function.location.file, head));
        let first = text.trim_start().strip_prefix('(')?.split([',', ')']).next()?;
        let words: Vec<&str> = first.split_whitespace().collect();
        Some(words.join(" "))
    }

    /// The calls, and the locals that they need.
    fn calls_for(&self, pair: &Pair, group: &[Missing]) -> Option<(Vec<Call>, Vec<Variable>)> {
        let target = match &pair.target {
            Target::Into(id) => Some(*id),
            Target::New(_) => None,
        };
        // What the callback needs to name must be in sight there.
        let file = self.tree.file_of(pair.realize);
        if target.is_some_and(|id| self.tree.file_of(id) != file) {
            return None;
        }
        let function = target.map(|id| self.tree.function(id));
        let owner = function.unwrap_or_else(|| self.tree.function(pair.realize));
        let parameter = owner.parameters.first()?.name.clone();
        let mut models = vec![pair.realize];
        for id in group.iter().flat_map(|one| &one.chain) {
            if !models.contains(id) {
                models.push(*id);
            }
        }
        let mut speller = Speller::new((self.tree, self.objects), function, models, parameter);
        let calls = group.iter().map(|one| self.call(&mut speller, one)).collect::<Option<_>>()?;
        Some((calls, speller.variables))
    }

    fn call(&self, speller: &mut Speller<'_, '_>, one: &Missing) -> Option<Call> {
        let counted = one.counted.as_ref();
        let counter = counted.map(|counted| &counted.counter);
        let (callee, call) = self.deletion()?;
        let mut arguments = vec![None, None];
        *arguments.get_mut(call.region)? = speller.address(&one.add.region, counter);
        *arguments.get_mut(call.container?)? = speller.address(&one.add.container, counter);
        let arguments = arguments.into_iter().collect::<Option<_>>()?;
        let telling = kept(&one.add);
        let guards = telling.map(|guard| speller.guard(guard)).collect::<Option<_>>()?;
        if let Some(counted) = counted {
            self.declare_counter(speller, one, counted)?;
        }
        Some(Call { callee, arguments, guards, header: counted.map(|one| one.header.clone()) })
    }

    fn declare_counter(
        &self,
        speller: &mut Speller<'_, '_>,
        one: &Missing,
        counted: &Counted,
    ) -> Option<()> {
        let target = speller.target;
        if target.is_some_and(|target| counted::declares(target, &counted.counter)) {
            return None;
        }
        if let Some(object) = &counted.object {
            let function = self.tree.function(*one.chain.last()?);
            let scope = Scope::new(self.tree, &self.objects.casts, function);
            let kind = ExprKind::Name(object.clone());
            let ty = scope.type_of(&Expr { kind, span: function.name_span });
            if ty.pointers != 1 || speller.object(&ty.name)? != *object {
                return None;
            }
        }
        if let Some(declaration) = &counted.declaration {
            let variable = Variable { declaration: declaration.clone() };
            if !speller.variables.contains(&variable) {
                speller.variables.push(variable);
            }
        }
        Some(())
    }

    /// The call that takes a region out of a container.
    fn deletion(&self) -> Option<(Name, &ApiCall)> {
        let words = self.tree.words;
        let mut names = words.calls_of(Op::Delete).into_iter();
        let name =
            names.find(|name| words.call(name).is_some_and(|call| call.container.is_some()))?;
        Some((name.clone(), words.call(name)?))
    }

    /// The last statement of a callback that deletes something from one of the containers.
    fn existing(&self, target: ItemId, group: &[Missing]) -> Option<Span> {
        let function = self.tree.function(target);
        let trace = self.traces.of(*group.first()?.types.first()?);
        let same = |event: &&Event| {
            event.op == Op::Delete
                && event.location.file == function.location.file
                && group.iter().any(|one| one.add.container == event.container)
        };
        let events: Vec<&Event> = trace.events.iter().filter(same).collect();
        let holds =
            |stmt: &&Stmt| events.iter().any(|event| stmt.span.contains(event.location.span));
        let at = function.body.iter().rposition(|stmt| holds(&stmt))?;
        let mut leaves = false;
        function.body[..at].iter().for_each(|stmt| {
            stmt.each(&mut |inner| {
                let kind = &inner.kind;
                leaves |= matches!(kind, StmtKind::Return(_) | StmtKind::Goto(_));
            });
        });
        (!leaves).then(|| function.body[at].span)
    }
}
