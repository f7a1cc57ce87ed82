//! A device written without the derive, as a derive.

use super::cut::Cut;
use super::device::{ByHand, Device};
use super::draft::Draft;
use super::page::Page;
use super::range_of;
use super::recipe::Trouble;
use crate::vocabulary::FrameworkWords;
use std::ops::Range;
use syn::{Expr, ExprStruct, Fields, ImplItem, ItemImpl, Lit, Member, Stmt, Type};

use Trouble::Blocked;

/// What an implementation comes to as attributes.
pub(super) struct Derivation<'t> {
    of: &'t ItemImpl,
    /// Words of the device's attribute before those that name hooks.
    words: Vec<String>,
    /// Items other than hooks.
    items: Vec<Range<usize>>,
    /// What fields start as, where that is no default.
    starts: Vec<(String, String)>,
}

impl<'t> Derivation<'t> {
    /// Reads the implementation by which `device` is one.
    pub(super) fn read(
        device: &Device<'t>,
        of: &'t ItemImpl,
        words: &FrameworkWords,
        text: &str,
    ) -> Result<Self, Trouble> {
        let mut derivation = Self { of, words: Vec::new(), items: Vec::new(), starts: Vec::new() };
        let (mut name, mut parent, mut hotpluggable) = (None, None, None);
        for item in &of.items {
            match item {
                ImplItem::Const(item) if item.ident == words.items.name.0.as_str() => {
                    name =
                        Some(literal(&item.expr).ok_or_else(|| blocked("the name is no literal"))?);
                }
                ImplItem::Const(item) if item.ident == words.items.hotpluggable.0.as_str() => {
                    hotpluggable = Some(text[range_of(&item.expr)].to_owned());
                }
                ImplItem::Type(item) if item.ident == words.items.parent.0.as_str() => {
                    parent = bus(device, &item.ty, words, text);
                }
                ImplItem::Fn(item) if item.sig.ident == words.items.init.as_str() => {
                    derivation.starts = starts(device, &item.block.stmts, text)?;
                }
                ImplItem::Fn(_) => {
                    continue;
                }
                _ => return Err(blocked("the implementation has items that are not known")),
            }
            derivation.items.push(range_of(item));
        }
        let said = |word: &str, value: String| format!("{word} = {value}");
        derivation.words.extend(name.map(|name| said(&words.items.name.1, name)));
        derivation.words.extend(parent.map(|parent| said(&words.items.parent.1, parent)));
        derivation.words.extend(hotpluggable.filter(|value| value != "false").map(|value| {
            let word = &words.items.hotpluggable.1;
            if value == "true" { word.to_string() } else { said(word, value) }
        }));
        let hooks = device.hooks.iter().filter(|hook| std::ptr::eq(hook.owner, of));
        let mut names = hooks.map(|hook| hook.function.sig.ident.to_string());
        match names.find(|name| device.inherent(name).is_some()) {
            Some(name) => Err(blocked(&format!("the type has two functions called `{name}`"))),
            None => Ok(derivation),
        }
    }

    /// What is to be done besides what goes from hooks.
    pub(super) fn draft(
        &self,
        device: &Device<'t>,
        cut: &Cut<'t>,
        words: &FrameworkWords,
        page: &Page<'t>,
    ) -> Draft {
        let mut draft = Draft::default();
        let left: Vec<_> = device
            .hooks
            .iter()
            .filter(|hook| std::ptr::eq(hook.owner, self.of) && !cut.takes(hook.function))
            .collect();
        if left.is_empty() {
            draft.delete(page, &range_of(self.of));
        } else {
            self.items.iter().for_each(|item| draft.delete(page, item));
            if let Some((_, path, of)) = &self.of.trait_ {
                let start = range_of(path).start;
                let end = range_of(&*self.of.self_ty).start;
                let _ = of;
                draft.replace(start..end, "");
            }
        }
        let mut said = self.words.clone();
        for hook in &words.hooks {
            let name = hook.name.as_str();
            let is_left = left.iter().any(|left| left.function.sig.ident == name);
            said.extend(is_left.then(|| format!("{name} = {name}")));
        }
        derive(device, words, &said, page, &mut draft);
        for (field, start) in &self.starts {
            if let Some(at) = place_of(device, field) {
                draft.insert_above(page, at, &format!("#[{}({start})]", words.derived.start));
            }
        }
        draft
    }
}

fn blocked(reason: &str) -> Trouble {
    Blocked(reason.to_owned())
}

fn literal(expr: &Expr) -> Option<String> {
    let Expr::Lit(lit) = expr else { return None };
    match &lit.lit {
        Lit::Str(text) => Some(text.token().to_string()),
        _ => None,
    }
}

/// The bus, unless there is none.
fn bus(device: &Device<'_>, ty: &Type, words: &FrameworkWords, text: &str) -> Option<String> {
    let path = match ty {
        Type::Path(path) => device.names.canonical(&path.path, words),
        _ => None,
    };
    let is_none = path.is_some_and(|path| words.no_bus.iter().any(|known| *known == path));
    (!is_none).then(|| text[range_of(ty)].to_owned())
}

/// What `init` gives to fields that are no regions made by hand.
fn starts(
    device: &Device<'_>,
    body: &[Stmt],
    text: &str,
) -> Result<Vec<(String, String)>, Trouble> {
    let unclear = || blocked("what the device starts as is computed");
    let made = made(device, body).ok_or_else(unclear)?;
    let Fields::Named(fields) = &device.item.fields else { return Err(unclear()) };
    if made.rest.is_some() || made.fields.len() != fields.named.len() {
        return Err(unclear());
    }
    let mut starts = Vec::new();
    for value in &made.fields {
        let Member::Named(name) = &value.member else { return Err(unclear()) };
        let name = super::names::text(name);
        let field = fields
            .named
            .iter()
            .find(|field| field.ident.as_ref().is_some_and(|known| *known == name));
        let field = field.ok_or_else(unclear)?;
        if device.region(&name).is_none() && !is_default(&value.expr, &field.ty) {
            starts.push((name, text[range_of(&value.expr)].to_owned()));
        }
    }
    Ok(starts)
}

/// The structure that `init` consists of.
pub(super) fn made<'t>(device: &Device<'_>, body: &'t [Stmt]) -> Option<&'t ExprStruct> {
    let [Stmt::Expr(Expr::Struct(made), None)] = body else { return None };
    let is_own = made.path.is_ident("Self") || made.path.is_ident(&device.name);
    is_own.then_some(made)
}

/// Whether a value is what the type starts as by itself.
fn is_default(expr: &Expr, ty: &Type) -> bool {
    let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
    let type_name = match ty {
        Type::Path(path) => last(&path.path).unwrap_or_default(),
        _ => String::new(),
    };
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(number) => {
                let is_integer = [
                    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
                    "isize",
                ]
                .contains(&type_name.as_str());
                is_integer && number.base10_digits() == "0"
            }
            Lit::Bool(on) => type_name == "bool" && !on.value,
            _ => false,
        },
        Expr::Path(path) => type_name == "Option" && path.path.is_ident("None"),
        Expr::Call(call) if call.args.is_empty() => {
            let Expr::Path(path) = &*call.func else { return false };
            let steps: Vec<String> =
                path.path.segments.iter().map(|step| step.ident.to_string()).collect();
            let (Some(of), Some(function)) = (steps.iter().rev().nth(1), steps.last()) else {
                return false;
            };
            let starts_empty =
                ["Vec", "String", "VecDeque", "BTreeMap", "BTreeSet", "HashMap", "HashSet"];
            let is_own = *of == type_name || of == "Default";
            match function.as_str() {
                "default" => is_own,
                "new" => is_own && starts_empty.contains(&type_name.as_str()),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The derive, and the attribute that it reads.
fn derive(
    device: &Device<'_>,
    words: &FrameworkWords,
    said: &[String],
    page: &Page<'_>,
    draft: &mut Draft,
) {
    let item = device.item;
    let attribute = format!("#[{}({})]", words.derived.attribute, said.join(", "));
    let name = words.derived.device.as_str();
    let existing = item.attrs.iter().find(|attribute| attribute.path().is_ident("derive"));
    let head = match &item.vis {
        syn::Visibility::Inherited => range_of(&item.struct_token).start,
        vis => range_of(vis).start,
    };
    let Some(existing) = existing else {
        let line = format!(
            "#[derive({name})]{}{}{attribute}",
            page.end(),
            page.indent(page.line_of(head))
        );
        draft.insert_above(page, head, &line);
        return;
    };
    if let syn::Meta::List(list) = &existing.meta {
        let end = list.tokens.clone().into_iter().last().map(|token| token.span().byte_range().end);
        let (at, text) = match end {
            Some(end) => (end, format!(", {name}")),
            None => (range_of(existing).end - 2, name.to_owned()),
        };
        draft.replace(at..at, text);
    }
    let derive = range_of(existing);
    let next = page.line_of(derive.end) + 1;
    let line = page.range(next - 1);
    draft.refused |= !page.text[derive.end..line.end].trim().is_empty();
    if next < page.len() {
        let start = page.range(next).start;
        let indent = page.indent(page.line_of(head));
        draft.replace(start..start, format!("{indent}{attribute}{}", page.end()));
    }
}

/// Where the declaration of a field starts, behind its attributes.
fn place_of(device: &Device<'_>, name: &str) -> Option<usize> {
    let Fields::Named(fields) = &device.item.fields else { return None };
    let field = fields
        .named
        .iter()
        .find(|field| field.ident.as_ref().is_some_and(|known| known == name))?;
    Some(match &field.vis {
        syn::Visibility::Inherited => range_of(field.ident.as_ref()?).start,
        vis => range_of(vis).start,
    })
}

/// Where the declaration of a region starts, behind its attributes.
pub(super) fn start_of(region: &ByHand<'_>) -> usize {
    match (&region.field.vis, &region.field.ident) {
        (syn::Visibility::Inherited, Some(name)) => range_of(name).start,
        (vis, _) => range_of(vis).start,
    }
}
