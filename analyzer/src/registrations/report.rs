//! What is said about a registration.

use super::call::Call;
use super::place::Place;
use super::program::{MethodId, PairId, Program, last_part};
use crate::lifecycle::{Evidence, Phase, Registration, RegistrationKind};
use crate::model::{ExprKind, Location, Name, Span};

/// How much of an expression is shown.
const MAX_SHOWN: usize = 48;

impl Program<'_> {
    /// A defect that shows at a call.
    pub(super) fn seen(
        &self,
        kind: RegistrationKind,
        id: MethodId,
        span: Span,
        pair: PairId,
    ) -> Registration {
        let method = self.methods[id].0;
        Registration {
            kind,
            location: Location::new(method.function.location.file, span),
            function: method.function.name.clone(),
            ty: method.self_type.clone(),
            phase: self.phase(id),
            what: String::new(),
            container: String::new(),
            container_type: self.pairs[pair].containers.first().cloned().unwrap_or_default(),
            removal: self.pairs[pair].remove.first().cloned().unwrap_or_default(),
            is_removable: self.is_removed_somewhere(pair),
            evidence: Vec::new(),
            cure: None,
        }
    }

    /// The same, with the arguments of a registering call.
    pub(super) fn seen_at(
        &self,
        kind: RegistrationKind,
        id: MethodId,
        call: Call<'_>,
        pair: PairId,
        container: &Place,
    ) -> Registration {
        let mut seen = self.seen(kind, id, call.expr.span, pair);
        seen.container = container.to_string();
        if let ExprKind::Name(name) = &call.callee.kind
            && let Some((of, _)) = name.rsplit_once("::")
        {
            seen.container_type = Name::new(of);
        }
        if let Some(what) = call.args.get(self.pairs[pair].what + 1) {
            seen.what = self.shown(id, what.span);
        }
        seen
    }

    /// The phase in which a function runs, as far as its name and trait say.
    fn phase(&self, id: MethodId) -> Phase {
        let method = self.methods[id].0;
        let words = &self.words.registration;
        if method.trait_name == words.drop_trait && !method.trait_name.is_empty() {
            Phase::Finalize
        } else if words.teardown.contains(last_part(&method.function.name)) {
            Phase::Unrealize
        } else if super::in_init::makes_own_type(method) {
            Phase::Init
        } else {
            Phase::Unknown
        }
    }

    /// An expression on one line.
    pub(super) fn shown(&self, id: MethodId, span: Span) -> String {
        let text = self.text(self.methods[id].0, span);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".");
        match line.char_indices().nth(MAX_SHOWN) {
            Some((at, _)) => format!("{}...", &line[..at]),
            None => line,
        }
    }

    /// A place to look at.
    pub(super) fn evidence(&self, id: MethodId, span: Span, message: String) -> Evidence {
        let file = self.methods[id].0.function.location.file;
        Evidence { location: Location::new(file, span), message }
    }

    /// The name of a function, where it is defined.
    pub(super) fn named(&self, id: MethodId, message: String) -> Evidence {
        self.evidence(id, self.methods[id].0.function.name_span, message)
    }
}
