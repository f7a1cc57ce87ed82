//! What constants come to.

use crate::sources::{Language, SourceFile};
use std::cell::RefCell;
use std::collections::BTreeMap;
use syn::{BinOp, Expr, Lit, UnOp};

/// How far constants may lead to each other.
const MAX_DEPTH: usize = 12;

/// The longest definition of a constant that is read, in bytes: what is longer may nest too deep for the parser.
const MAX_LENGTH: usize = 512;

/// The constants of a tree, looked up by name: in the file that names them, in those that this one imports from,
/// else anywhere. Several of one name must come to the same.
pub(super) struct Numbers<'a> {
    files: &'a [SourceFile],
    /// The file whose expressions are read.
    own: usize,
    /// Files that it imports from.
    near: Vec<usize>,
    known: RefCell<BTreeMap<(usize, String), Option<i128>>>,
}

impl<'a> Numbers<'a> {
    /// Reads expressions of the file `own`, which imports from modules of these paths.
    pub(super) fn new(files: &'a [SourceFile], own: usize, modules: &[Vec<String>]) -> Self {
        let folder = module_folder(&files[own].path);
        let is_module = |file: &SourceFile, path: &Vec<String>| {
            let is_step = |step: &&String| !["self", "super", "crate"].contains(&step.as_str());
            let steps: Vec<&str> = path.iter().filter(is_step).map(String::as_str).collect();
            let end = match steps.as_slice() {
                [] => return false,
                [one] => format!("{folder}/{one}"),
                [.., parent, one] => format!("/{parent}/{one}"),
            };
            let whole = format!("/{}", file.path);
            [".rs", "/mod.rs"].iter().any(|name| whole.ends_with(&format!("{end}{name}")))
        };
        let near = files
            .iter()
            .enumerate()
            .filter(|(_, file)| modules.iter().any(|path| is_module(file, path)))
            .map(|(at, _)| at);
        Self { files, own, near: near.collect(), known: RefCell::default() }
    }

    /// The value of an expression, if it is known.
    pub(super) fn value(&self, expr: &Expr) -> Option<i128> {
        self.at_depth(expr, self.own, 0)
    }

    /// The value of an expression as it is written.
    pub(super) fn read(&self, text: &str) -> Option<i128> {
        self.value(&syn::parse_str(text).ok()?)
    }

    fn at_depth(&self, expr: &Expr, file: usize, depth: usize) -> Option<i128> {
        if depth > MAX_DEPTH {
            return None;
        }
        let value = |expr: &Expr| self.at_depth(expr, file, depth + 1);
        match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(number) => number.base10_parse().ok(),
                _ => None,
            },
            Expr::Paren(inner) => value(&inner.expr),
            Expr::Group(inner) => value(&inner.expr),
            // What casts cut off would have to be known.
            Expr::Cast(cast) => value(&cast.expr).filter(|number| (0..1 << 31).contains(number)),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
                value(&unary.expr)?.checked_neg()
            }
            Expr::Binary(binary) => {
                let (left, right) = (value(&binary.left)?, value(&binary.right)?);
                apply(&binary.op, left, right)
            }
            Expr::Path(path) if path.qself.is_none() => {
                let last = path.path.segments.last()?;
                self.constant(&last.ident.to_string(), file, depth + 1)
            }
            _ => None,
        }
    }

    fn constant(&self, name: &str, file: usize, depth: usize) -> Option<i128> {
        let key = (file, name.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        // Against constants that lead to themselves.
        self.known.borrow_mut().insert(key.clone(), None);
        let near: &[usize] = if file == self.own { &self.near } else { &[] };
        let all: Vec<usize> = (0..self.files.len()).collect();
        let rings = [&[file], near, &all];
        let value = rings.into_iter().find_map(|files| self.defined(name, files, depth)).flatten();
        self.known.borrow_mut().insert(key, value);
        value
    }

    /// What a name is in some files; `None` if it is nothing there, `Some(None)` if that is not known.
    fn defined(&self, name: &str, files: &[usize], depth: usize) -> Option<Option<i128>> {
        let head = format!("const {name}:");
        let mut found: Option<Option<i128>> = None;
        for &at in files {
            let file = &self.files[at];
            if file.language() != Language::Rust {
                continue;
            }
            for place in memchr::memmem::find_iter(&file.text, &head) {
                let value = self.definition(&file.text[place..], at, depth);
                match found {
                    None => found = Some(value),
                    Some(other) if other == value => {}
                    Some(_) => return Some(None),
                }
            }
        }
        found
    }

    /// The value of the constant whose definition starts here.
    fn definition(&self, text: &[u8], file: usize, depth: usize) -> Option<i128> {
        let end = memchr::memchr(b';', &text[..text.len().min(MAX_LENGTH)])?;
        let (_, body) = std::str::from_utf8(&text[..end]).ok()?.split_once('=')?;
        self.at_depth(&syn::parse_str(body).ok()?, file, depth)
    }
}

/// The folder of the modules within that of a file, behind a `/`.
pub(super) fn module_folder(path: &str) -> String {
    let roots = ["mod.rs", "lib.rs", "main.rs"];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let inner = if roots.contains(&name) { folder } else { path.trim_end_matches(".rs") };
    if inner.is_empty() { String::new() } else { format!("/{inner}") }
}

fn apply(operator: &BinOp, left: i128, right: i128) -> Option<i128> {
    let shift = || u32::try_from(right).ok().filter(|&by| by < 64);
    match operator {
        BinOp::Add(_) => left.checked_add(right),
        BinOp::Sub(_) => left.checked_sub(right),
        BinOp::Mul(_) => left.checked_mul(right),
        BinOp::Div(_) => left.checked_div(right),
        BinOp::Rem(_) => left.checked_rem(right),
        BinOp::Shl(_) => left.checked_mul(1_i128.checked_shl(shift()?)?),
        BinOp::Shr(_) => left.checked_shr(shift()?),
        BinOp::BitAnd(_) => Some(left & right),
        BinOp::BitOr(_) => Some(left | right),
        _ => None,
    }
}
