//! Lists whose links lie in the elements: a list is taken for an array of its elements, of which none
//! can be told from another.

use super::{Frame, Index, Place, Root, Step, Tracer, Typed, Value};
use crate::model::{Expr, ExprKind, Location, Name, Span, TypeRef};
use crate::vocabulary::{ListCall, ListOp};

impl Tracer<'_, '_> {
    /// A macro that puts an element on a list, or yields one.
    pub(super) fn list_call(&mut self, call: ListCall, values: &[Typed]) -> Typed {
        let element = element_of(call, values);
        match call.op {
            ListOp::Insert => {
                let inserted = call.element.and_then(|at| values.get(at)?.value.place());
                if let (Some(inserted), Some(element)) = (inserted, element)
                    && let Root::Heap(at) = inserted.root
                    && inserted.path.is_empty()
                {
                    self.homes.entry(at).or_insert(element);
                }
                Typed::unknown()
            }
            // A loop sees every element; which one this is, and whether there is one, is not known.
            ListOp::Take | ListOp::Each => {
                let value = element.map_or(Value::Unknown, Value::Maybe);
                Typed { value, ty: TypeRef::default() }
            }
        }
    }

    /// What the variable of `LIST_FOREACH(x, &list, next)` points to in each turn; `arguments` are
    /// those after the variable, `whole` is the list of all in parentheses.
    pub(super) fn each_element(
        &mut self,
        frame: &mut Frame,
        whole: Span,
        arguments: &[Expr],
    ) -> Option<Typed> {
        let name = self.word_before(whole);
        let call = self.tree.words.list_call(&name).filter(|call| call.op == ListOp::Each)?;
        let mut values = vec![Typed::unknown()];
        values.extend(arguments.iter().map(|argument| self.eval(frame, argument)));
        let element = element_of(call, &values)?;
        Some(Typed { value: Value::Address(element), ty: TypeRef::default() })
    }

    /// The name of the macro whose arguments stand at `span`.
    fn word_before(&self, span: Span) -> Name {
        let before = Location::new(self.file(), Span::new(0, span.start));
        let text = &self.tree.text(before.file)[before.span.range()];
        let text = text.trim_ascii_end();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = text.iter().rev().take_while(|byte| is_word(byte)).count();
        Name::new(String::from_utf8_lossy(&text[text.len() - length..]))
    }
}

/// The arguments of the loop that heads a block, after the variable that it sets.
pub(super) fn loop_arguments(value: &Expr) -> Option<(Span, &[Expr])> {
    match &value.kind {
        ExprKind::Unknown(arguments) => Some((value.span, arguments)),
        _ => None,
    }
}

/// An element of the list that a macro is about.
fn element_of(call: ListCall, values: &[Typed]) -> Option<Place> {
    let place = |at: Option<usize>| values.get(at?)?.value.place().cloned();
    if let Some(list) = place(call.list) {
        return list.index(&Index::Any);
    }
    // What lies beside an element of a list lies on the list too.
    let near = place(call.near)?;
    matches!(near.path.last(), Some(Step::Index(Index::Any))).then_some(near)
}
