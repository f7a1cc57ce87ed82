//! What names mean: imports, followed to the framework.

use crate::vocabulary::FrameworkWords;
use rustc_hash::{FxHashMap, FxHashSet};
use syn::ext::IdentExt as _;
use syn::{Item, Path, UseTree};

/// How often an import may lead to another one.
const MAX_STEPS: usize = 8;

/// The names of one module.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    imports: FxHashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    own: FxHashSet<String>,
    roots: Vec<String>,
}

impl Names {
    /// The names that the items of a module bring in or define. `roots` are other names of the framework.
    pub(super) fn of(items: &[Item], roots: &[String], words: &FrameworkWords) -> Self {
        let mut names = Self { roots: roots.to_vec(), ..Self::default() };
        names.roots.push(words.root.to_string());
        for item in items {
            match item {
                Item::Use(item) => names.add(&item.tree, &mut Vec::new()),
                Item::ExternCrate(item) => {
                    if let Some((_, name)) = &item.rename {
                        names.imports.insert(text(name), vec![text(&item.ident)]);
                    }
                }
                _ => names.own.extend(defined(item)),
            }
        }
        names
    }

    fn add(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(step) => {
                path.push(text(&step.ident));
                self.add(&step.tree, path);
                path.pop();
            }
            UseTree::Name(name) => self.bind(&text(&name.ident), &text(&name.ident), path),
            UseTree::Rename(name) => self.bind(&text(&name.rename), &text(&name.ident), path),
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, path)),
        }
    }

    fn bind(&mut self, name: &str, of: &str, path: &[String]) {
        let mut path = path.to_vec();
        if of != "self" {
            path.push(of.to_owned());
        }
        let name =
            if name == "self" { path.last().cloned().unwrap_or_default() } else { name.to_owned() };
        self.imports.insert(name, path);
    }

    /// Where in the framework a path leads, without the name of the crate.
    pub(super) fn canonical(&self, path: &Path, words: &FrameworkWords) -> Option<String> {
        let steps: Vec<String> = path.segments.iter().map(|step| text(&step.ident)).collect();
        let first = steps.first()?;
        if path.leading_colon.is_some() || self.is_taken(first) || self.roots.contains(first) {
            return self.resolve(steps);
        }
        self.globs.iter().find_map(|glob| {
            let mut full = glob.clone();
            full.extend(steps.iter().cloned());
            self.resolve(full).filter(|path| words.knows(path))
        })
    }

    fn resolve(&self, mut steps: Vec<String>) -> Option<String> {
        for _ in 0..MAX_STEPS {
            let first = steps.first()?;
            if first == "self" {
                steps.remove(0);
                continue;
            }
            match self.imports.get(first) {
                Some(path) if path.first() != Some(first) => {
                    steps.splice(..1, path.iter().cloned());
                }
                Some(path) if path.len() > 1 => return None,
                _ => return self.roots.contains(first).then(|| steps[1..].join("::")),
            }
        }
        None
    }

    /// The modules that names come from, as paths that start anywhere.
    pub(super) fn modules(&self) -> Vec<Vec<String>> {
        let single =
            self.imports.values().map(|path| path[..path.len().saturating_sub(1)].to_vec());
        let mut modules: Vec<Vec<String>> = single.chain(self.globs.iter().cloned()).collect();
        for path in &mut modules {
            // A module that is itself imported.
            if let Some(of) = path.first().and_then(|first| self.imports.get(first)) {
                path.splice(..1, of.iter().cloned());
            }
        }
        modules.sort();
        modules.dedup();
        modules
    }

    /// The local name of something of the framework.
    pub(super) fn local(&self, path: &str) -> Option<&str> {
        let leads = |steps: &Vec<String>| self.resolve(steps.clone()).as_deref() == Some(path);
        self.imports.iter().find(|(_, steps)| leads(steps)).map(|(name, _)| name.as_str())
    }

    /// How the framework is called.
    pub(super) fn roots(&self) -> &[String] {
        &self.roots
    }

    /// Whether a name means something here.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.own.contains(name) || self.imports.contains_key(name)
    }
}

/// An identifier without `r#`.
pub(super) fn text(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}

fn defined(item: &Item) -> Option<String> {
    Some(text(match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Mod(item) => &item.ident,
        _ => return None,
    }))
}
