//! What accesses a region of registers takes, as the by-hand layer and the attribute say it.

use super::call::bare;
use super::device::Device;
use super::number::Numbers;
use crate::vocabulary::FrameworkWords;
use syn::{Expr, ExprMethodCall, ImplItem, Item, Local, Pat, Stmt};

/// The accesses of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Accesses {
    valid: Sizes,
    implemented: Sizes,
    is_big: bool,
    /// The constant that says so, if one does.
    pub(super) constant: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sizes {
    range: Option<(i128, i128)>,
    is_unaligned: bool,
}

impl Accesses {
    /// What an expression says.
    pub(super) fn read(
        expr: &Expr,
        device: &Device<'_>,
        words: &FrameworkWords,
        numbers: &Numbers<'_>,
    ) -> Option<Self> {
        match bare(expr) {
            Expr::MethodCall(call) => {
                let mut accesses = Self::read(&call.receiver, device, words, numbers)?;
                accesses.add(call, words, numbers)?;
                Some(accesses)
            }
            Expr::Call(call) if call.args.is_empty() => {
                let Expr::Path(path) = &*call.func else { return None };
                let mut ty = path.path.clone();
                let last = ty.segments.pop()?.into_value();
                ty.segments.pop_punct();
                let is_start =
                    last.ident == words.accesses.make.as_str() || last.ident == "default";
                let ty = device.names.canonical(&ty, words)?;
                (is_start && words.access.iter().any(|known| *known == ty)).then(Self::default)
            }
            Expr::Path(path) => {
                let last = path.path.segments.last()?.ident.to_string();
                let mut accesses =
                    Self::read(constant(device, &path.path)?, device, words, numbers)?;
                accesses.constant = Some(last);
                Some(accesses)
            }
            _ => None,
        }
    }

    fn add(
        &mut self,
        call: &ExprMethodCall,
        words: &FrameworkWords,
        numbers: &Numbers<'_>,
    ) -> Option<()> {
        let known = &words.accesses;
        let range = || {
            let size =
                |at| numbers.value(call.args.get(at)?).filter(|size| [1, 2, 4, 8].contains(size));
            Some((size(0)?, size(1)?)).filter(|(min, max)| min <= max)
        };
        match call.method.to_string() {
            name if known.valid == name => self.valid.range = Some(range()?),
            name if known.valid_unaligned == name => self.valid.is_unaligned = true,
            name if known.implemented == name => self.implemented.range = Some(range()?),
            name if known.implemented_unaligned == name => self.implemented.is_unaligned = true,
            name if known.big == name => self.is_big = true,
            _ => return None,
        }
        Some(())
    }

    /// The words of the attribute.
    pub(super) fn words(&self, words: &FrameworkWords) -> Vec<String> {
        let words = &words.words;
        let sizes = |word: &str, sizes: &Sizes| {
            let range = sizes.range.map(|(min, max)| match min == max {
                true => min.to_string(),
                false => format!("{min}..={max}"),
            });
            let unaligned = sizes.is_unaligned.then(|| words.unaligned.to_string());
            let said: Vec<String> = range.into_iter().chain(unaligned).collect();
            (!said.is_empty()).then(|| format!("{word}({})", said.join(", ")))
        };
        let endian = self.is_big.then(|| format!("{} = \"{}\"", words.endian, words.big));
        [sizes(&words.valid, &self.valid), sizes(&words.implemented, &self.implemented), endian]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// What the only local of this name in the realize hook is set to.
fn local<'t>(device: &Device<'t>, name: &syn::Ident) -> Option<&'t Expr> {
    let statements = &device.realize()?.function.block.stmts;
    let mut values = statements.iter().filter_map(|statement| match statement {
        Stmt::Local(Local { pat: Pat::Ident(pattern), init: Some(init), .. })
            if pattern.ident == *name && pattern.mutability.is_none() =>
        {
            Some(&*init.expr)
        }
        _ => None,
    });
    values.next().filter(|_| values.next().is_none())
}

/// What a constant of the module, or of the device, is said to be.
fn constant<'t>(device: &Device<'t>, path: &syn::Path) -> Option<&'t Expr> {
    let name = &path.segments.last()?.ident;
    if path.segments.len() == 1 {
        let constant = device.items.iter().find_map(|item| match item {
            Item::Const(item) if item.ident == *name => Some(&*item.expr),
            _ => None,
        });
        return constant.or_else(|| local(device, name));
    }
    if path.segments.len() != 2 || path.segments[0].ident != "Self" {
        return None;
    }
    let own = device.impls().filter(|of| of.trait_.is_none()).flat_map(|of| &of.items);
    own.into_iter().find_map(|item| match item {
        ImplItem::Const(item) if item.ident == *name => Some(&item.expr),
        _ => None,
    })
}
