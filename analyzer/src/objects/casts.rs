//! The macros that cast between the structures of an object.

use super::text::arguments;
use crate::model::{Expr, ExprKind, Name};
use crate::syntax::c::scan::{ItemKind, MentionKind, NameHash};
use crate::tree::{ItemId, Tree};
use crate::vocabulary::{CastMacro, CastYield, fill};
use rustc_hash::{FxHashMap, FxHashSet};

/// What a cast macro yields: the structure, and whether it is the object or its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cast {
    /// Object, class, or the class of an object.
    pub(crate) yields: CastYield,
    /// The structure pointed to.
    pub(crate) record: Name,
}

/// All casts of a tree, by macro name.
#[derive(Default)]
pub(crate) struct Casts {
    by_name: FxHashMap<Name, Cast>,
    class_records: FxHashSet<Name>,
}

impl Casts {
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut casts = Self::default();
        for known in &tree.words.known_types {
            casts.declare(&known.stem, &known.instance, &known.class);
        }
        for id in tree.items_of(ItemKind::Invocation) {
            casts.read_invocation(tree, id);
        }
        for id in tree.items_of(ItemKind::Define) {
            casts.read_define(tree, id);
        }
        let classes = casts.by_name.values().filter(|cast| cast.yields != CastYield::Instance);
        casts.class_records = classes.map(|cast| cast.record.clone()).collect();
        casts
    }

    /// The cast that the macro `name` makes.
    pub(crate) fn get(&self, name: &str) -> Option<&Cast> {
        self.by_name.get(name)
    }

    /// The macros that cast to the object itself, as a `record`, sorted.
    pub(crate) fn instances_of(&self, record: &str) -> Vec<&Name> {
        let yields = |cast: &Cast| cast.yields == CastYield::Instance && cast.record == record;
        let mut names: Vec<&Name> =
            self.by_name.iter().filter(|(_, cast)| yields(cast)).map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    /// What a cast is applied to, if the expression is one.
    pub(crate) fn inside<'e>(&self, expr: &'e Expr) -> Option<&'e Expr> {
        match &expr.kind {
            ExprKind::Cast(_, inner) => Some(inner),
            ExprKind::Call { callee, args } => match (&callee.kind, &args[..]) {
                (ExprKind::Name(name), [inner]) if self.get(name).is_some() => Some(inner),
                _ => None,
            },
            _ => None,
        }
    }

    /// The expression without the casts around it.
    pub(crate) fn uncast<'e>(&self, expr: &'e Expr) -> &'e Expr {
        self.inside(expr).map_or(expr, |inner| self.uncast(inner))
    }

    /// Whether the structure is that of a class.
    pub(crate) fn is_class(&self, record: &str) -> bool {
        self.class_records.contains(record)
    }

    fn declare(&mut self, stem: &str, instance: &Name, class: &Name) {
        let mut put = |name: String, yields, record: &Name| {
            if !record.is_empty() {
                let cast = Cast { yields, record: record.clone() };
                self.by_name.insert(Name::new(name), cast);
            }
        };
        put(stem.to_owned(), CastYield::Instance, instance);
        put(format!("{stem}_CLASS"), CastYield::Class, class);
        put(format!("{stem}_GET_CLASS"), CastYield::GetClass, class);
    }

    fn read_invocation(&mut self, tree: &Tree<'_>, id: ItemId) {
        let Some(declared) = tree.words.cast_macro(&tree.name(id)) else { return };
        let text = tree.source(tree.location(id));
        let arguments = arguments(&text);
        let CastMacro { instance, class, cast, .. } = declared;
        let [instance, class, stem] =
            [instance, class, cast].map(|template| fill(template, &arguments));
        self.declare(&stem, &instance, &class);
    }

    /// `#define FOO(obj) OBJECT_CHECK(Foo, (obj), TYPE_FOO)`
    fn read_define(&mut self, tree: &Tree<'_>, id: ItemId) {
        let calls = tree.mentions(id).iter().filter(|mention| mention.kind() == MentionKind::Call);
        if !calls.into_iter().any(|mention| tree.words.is_check(mention.name())) {
            return;
        }
        let text = tree.source(tree.location(id));
        for (check, yields) in tree.words.checks() {
            let Some(at) = text.find(check.as_str()) else { continue };
            let arguments = arguments(&text[at..]);
            let [record, object, ..] = arguments[..] else { continue };
            // A macro that computes the object from its parameter is no cast.
            if is_parameter(&text, object) {
                self.by_name.insert(tree.name(id), Cast { yields, record: Name::new(record) });
            }
            return;
        }
    }
}

/// Whether `object` is the parameter of the macro that `define` defines, in parentheses or not.
fn is_parameter(define: &str, object: &str) -> bool {
    let object = object.trim_matches(['(', ')', ' ', '\t', '\\', '\n', '\r']);
    arguments(define).first().is_some_and(|parameter| *parameter == object)
}

impl crate::vocabulary::Vocabulary {
    fn is_check(&self, name: NameHash) -> bool {
        self.checks().any(|(check, _)| NameHash::of(check.as_bytes()) == name)
    }
}
