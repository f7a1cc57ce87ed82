//! Which files a module consists of, by the names that Rust gives them.

use crate::model::FileId;
use crate::sources::{Language, SourceFile};
use syn::{Expr, ExprLit, ItemMod, Lit, Meta};

/// The names of files whose modules lie beside them.
const ROOTS: [&str; 4] = ["lib.rs", "main.rs", "mod.rs", "build.rs"];

/// The files of the module that starts with a file: the file, and those in the folder of its modules. Programs in
/// `bin`, and a library beside a program, are crates of their own.
pub(super) fn files(files: &[SourceFile], root: FileId) -> Vec<FileId> {
    let path = &files[root.0 as usize].path;
    let (folder, name) = split(path);
    let starts_crate = matches!(name, "lib.rs" | "main.rs");
    let beside_library = name == "main.rs" && has(files, &format!("{folder}lib.rs"));
    if beside_library || name == "build.rs" {
        return vec![root];
    }
    let below = modules(path);
    let is_of_it = |file: &SourceFile| {
        let Some(rest) = file.path.strip_prefix(below.as_str()) else { return false };
        let is_program = rest == "main.rs" || rest.starts_with("bin/");
        file.language() == Language::Rust && !(starts_crate && is_program)
    };
    let ids = (0..files.len() as u32).map(FileId);
    ids.filter(|&id| id == root || is_of_it(&files[id.0 as usize])).collect()
}

/// The files of a module that a file declares.
pub(super) fn declared(all: &[SourceFile], from: FileId, module: &ItemMod) -> Vec<FileId> {
    let path = &all[from.0 as usize].path;
    let candidates = match stated(module) {
        Some(stated) => vec![format!("{}{stated}", split(path).0)],
        None => {
            let (folder, name) = (modules(path), module.ident.to_string());
            vec![format!("{folder}{name}.rs"), format!("{folder}{name}/mod.rs")]
        }
    };
    let is_it = |file: &SourceFile| candidates.contains(&file.path);
    let found = all.iter().position(is_it).map(|at| FileId(at as u32));
    found.map(|root| files(all, root)).unwrap_or_default()
}

/// The path in a `#[path]` attribute.
fn stated(module: &ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// The folder that the modules of a file are in, with `/` at its end; empty for the root.
fn modules(path: &str) -> String {
    let (folder, name) = split(path);
    match ROOTS.contains(&name) {
        true => folder.to_owned(),
        false => format!("{}/", path.strip_suffix(".rs").unwrap_or(path)),
    }
}

fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

fn has(files: &[SourceFile], path: &str) -> bool {
    files.iter().any(|file| file.path == path)
}
