//! What goes from all functions and files, to a fixed point.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use devmodel_edit::Edit;

use super::body::Body;
use super::cut::{self, Cut};
use super::layout::Layout;
use super::{Code, FunctionId, Refusal, Use, check};
use crate::model::{FileId, Function, Location, Name, Span};

/// What goes from all functions and files.
pub(super) struct Tree<'c> {
    code: &'c dyn Code,
    layouts: BTreeMap<FileId, Rc<Layout<'c>>>,
    bodies: BTreeMap<FunctionId, Body<'c>>,
    /// Functions that go whole.
    whole: BTreeSet<FunctionId>,
    /// Functions that stay with an empty body.
    hollow: BTreeSet<FunctionId>,
    /// Prototypes and initialiser items that go.
    items: BTreeSet<Location>,
}

/// What nothing mentions any more.
enum Orphan {
    Function(FunctionId),
    Variable(FileId, Vec<Span>),
    /// A function whose uses are not understood.
    Unknown(Location),
}

impl<'c> Tree<'c> {
    pub(super) fn new(code: &'c dyn Code) -> Self {
        Self {
            code,
            layouts: BTreeMap::new(),
            bodies: BTreeMap::new(),
            whole: BTreeSet::new(),
            hollow: BTreeSet::new(),
            items: BTreeSet::new(),
        }
    }

    pub(super) fn remove(
        mut self,
        requests: &[(FunctionId, Vec<Span>)],
    ) -> Result<Vec<Edit>, Refusal> {
        let mut pending = BTreeSet::new();
        for (function, spans) in requests {
            for &span in spans {
                self.request(*function, span, &mut pending)?;
            }
        }
        self.settle(pending)?;
        while let Some(orphan) = self.orphan()? {
            let mut pending = BTreeSet::new();
            self.drop_orphan(orphan, &mut pending)?;
            self.settle(pending)?;
        }
        self.edits()
    }

    fn request(
        &mut self,
        function: FunctionId,
        span: Span,
        pending: &mut BTreeSet<FunctionId>,
    ) -> Result<(), Refusal> {
        if self.whole.contains(&function) {
            return Ok(());
        }
        pending.insert(function);
        self.body(function)?.request(span)
    }

    fn settle(&mut self, mut pending: BTreeSet<FunctionId>) -> Result<(), Refusal> {
        while let Some(id) = pending.pop_first() {
            if self.whole.contains(&id) {
                continue;
            }
            let body = self.body(id)?;
            body.settle()?;
            if body.is_emptied() && !self.hollow.contains(&id) {
                self.drop_function(id, &mut pending)?;
            }
        }
        Ok(())
    }

    fn body(&mut self, id: FunctionId) -> Result<&mut Body<'c>, Refusal> {
        if !self.bodies.contains_key(&id) {
            let layout = self.layout(self.code.function(id).location.file);
            self.bodies.insert(id, Body::new(self.code, id, layout)?);
        }
        let missing = Refusal::Opaque(self.code.function(id).location);
        self.bodies.get_mut(&id).ok_or(missing)
    }

    fn layout(&mut self, file: FileId) -> Rc<Layout<'c>> {
        let text = self.code.text(file);
        Rc::clone(self.layouts.entry(file).or_insert_with(|| Rc::new(Layout::new(text))))
    }

    fn drop_function(
        &mut self,
        id: FunctionId,
        pending: &mut BTreeSet<FunctionId>,
    ) -> Result<(), Refusal> {
        let location = self.code.function(id).location;
        let uses = self.code.uses(id).ok_or(Refusal::UnknownUses(location))?;
        let stays = |mention: &&Use| !self.is_gone(mention);
        if !uses.iter().filter(stays).all(|mention| self.code.may_unassign(id, mention)) {
            self.hollow.insert(id);
            self.body(id)?.hollow_out();
            return Ok(());
        }
        self.layout(location.file);
        self.whole.insert(id);
        for mention in uses {
            self.drop_use(mention, pending)?;
        }
        Ok(())
    }

    fn drop_use(
        &mut self,
        mention: Use,
        pending: &mut BTreeSet<FunctionId>,
    ) -> Result<(), Refusal> {
        match mention {
            Use::Statement { function, span } => self.request(function, span, pending),
            Use::Declaration(location) => {
                self.layout(location.file);
                self.items.insert(location);
                Ok(())
            }
            Use::Value(_) => Ok(()),
            Use::Item(location) => {
                let layout = self.layout(location.file);
                let span = with_comma(&layout, location.span);
                self.items.insert(Location::new(location.file, span));
                Ok(())
            }
        }
    }

    /// Something of one file whose last mention went.
    fn orphan(&self) -> Result<Option<Orphan>, Refusal> {
        for (&file, layout) in &self.layouts {
            let cuts = self.cuts(file);
            for name in mentioned(layout, &cuts) {
                let Some((orphan, own)) = self.definition(file, layout, &name) else { continue };
                if self.is_unmentioned(file, layout, (&name, &own), &cuts)? {
                    return Ok(Some(orphan));
                }
            }
        }
        Ok(None)
    }

    /// What only `file` can name and has not gone, with the places where it is declared.
    fn definition(
        &self,
        file: FileId,
        layout: &Layout<'_>,
        name: &Name,
    ) -> Option<(Orphan, Vec<Span>)> {
        let variable = self.code.variable(file, name);
        if let Some(&first) = variable.first() {
            let gone = self.items.contains(&Location::new(file, first));
            return (!gone).then(|| (Orphan::Variable(file, variable.clone()), variable));
        }
        let id = self.code.named(file, name)?;
        let function = self.code.function(id);
        let gone = self.whole.contains(&id) || self.hollow.contains(&id);
        if gone || !is_private(function, file, layout) {
            return None;
        }
        let mut own = vec![function.location.span];
        let uses = self.code.uses(id);
        own.extend(uses.iter().flatten().filter_map(|mention| match mention {
            Use::Declaration(location) => Some(location.span),
            _ => None,
        }));
        let orphan = if uses.is_some() {
            Orphan::Function(id)
        } else {
            // Not even its declarations are known.
            Orphan::Unknown(function.location)
        };
        Some((orphan, own))
    }

    /// Whether nothing but its declarations and the cuts mentions the name.
    fn is_unmentioned(
        &self,
        file: FileId,
        layout: &Layout<'_>,
        (name, own): (&Name, &[Span]),
        cuts: &[Cut],
    ) -> Result<bool, Refusal> {
        let text = Span::new(0, layout.text.len() as u32);
        let mut mentions: Vec<usize> = layout.mentions(name, text).collect();
        mentions.retain(|at| !own.iter().any(|span| span.range().contains(at)));
        let is_cut = |at: &usize| cuts.iter().any(|cut| cut.span.range().contains(at));
        let (gone, kept): (Vec<usize>, Vec<usize>) = mentions.into_iter().partition(is_cut);
        if kept.is_empty() || layout.are_covered(&gone, &kept) {
            return Ok(kept.is_empty());
        }
        Err(Refusal::PartlyUsed(Location::new(file, own[0]), name.clone()))
    }

    fn drop_orphan(
        &mut self,
        orphan: Orphan,
        pending: &mut BTreeSet<FunctionId>,
    ) -> Result<(), Refusal> {
        match orphan {
            Orphan::Function(id) => self.drop_function(id, pending),
            Orphan::Variable(file, spans) => {
                self.items.extend(spans.into_iter().map(|span| Location::new(file, span)));
                Ok(())
            }
            Orphan::Unknown(location) => Err(Refusal::UnknownUses(location)),
        }
    }

    /// A function may not go while something still uses its value.
    fn check_values(&self) -> Result<(), Refusal> {
        for &id in &self.whole {
            for mention in self.code.uses(id).unwrap_or_default() {
                if let Use::Value(location) = mention
                    && !self.is_cut(location)
                {
                    return Err(Refusal::UnknownUses(self.code.function(id).location));
                }
            }
        }
        Ok(())
    }

    /// Whether what contains the mention goes anyway.
    fn is_gone(&self, mention: &Use) -> bool {
        match mention {
            Use::Statement { function, span } => {
                self.whole.contains(function)
                    || self.bodies.get(function).is_some_and(|body| body.is_gone(*span))
            }
            Use::Declaration(location) | Use::Item(location) | Use::Value(location) => {
                self.is_cut(*location)
            }
        }
    }

    fn is_cut(&self, location: Location) -> bool {
        self.cuts(location.file).iter().any(|cut| cut.span.contains(location.span))
    }

    fn cuts(&self, file: FileId) -> Vec<Cut> {
        let cut = |span, owns_comment| Cut { span, owns_comment, is_part: false };
        let functions = self.whole.iter().map(|id| self.code.function(*id).location);
        let functions = functions.filter(|location| location.file == file);
        let items = self.items.iter().filter(|item| item.file == file);
        functions
            .map(|location| cut(location.span, true))
            .chain(items.map(|item| cut(item.span, false)))
            .chain(self.kept_bodies(file).flat_map(Body::cuts))
            .collect()
    }

    fn kept_bodies(&self, file: FileId) -> impl Iterator<Item = &Body<'c>> {
        self.bodies
            .iter()
            .filter(move |(id, body)| {
                body.function.location.file == file && !self.whole.contains(id)
            })
            .map(|(_, body)| body)
    }

    fn edits(&self) -> Result<Vec<Edit>, Refusal> {
        let mut edits = Vec::new();
        self.check_values()?;
        for (&file, layout) in &self.layouts {
            let cuts = self.cuts(file);
            check::beginnings(layout, file, &cuts)?;
            let deletions = cut::deletions(layout, &cuts)
                .map_err(|span| Refusal::Conditional(Location::new(file, span)))?;
            for body in self.kept_bodies(file) {
                edits.extend(body.negations().map(|(span, text)| Edit { file, span, text }));
                check::remainder(body)?;
                check::spared(body, &deletions)?;
            }
            edits.extend(deletions.into_iter().map(|span| Edit::deletion(file, span)));
        }
        edits.sort();
        Ok(edits)
    }
}

/// The names in the cuts.
fn mentioned(layout: &Layout<'_>, cuts: &[Cut]) -> BTreeSet<Name> {
    let words = cuts.iter().flat_map(|cut| layout.words(cut.span));
    let names = words.filter_map(|word| std::str::from_utf8(&layout.text[word]).ok());
    names.map(Name::new).collect()
}

/// Whether only `file` can name the function, so that a compiler warns when nothing does.
fn is_private(function: &Function, file: FileId, layout: &Layout<'_>) -> bool {
    let specifiers = Span::new(function.location.span.start, function.name_span.start);
    let is_inline = layout.mentions("inline", specifiers).next().is_some();
    function.is_static && function.location.file == file && !is_inline
}

fn with_comma(layout: &Layout<'_>, item: Span) -> Span {
    let after = &layout.text[item.range().end..];
    let space = after.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if after[space..].first() != Some(&b',') {
        return item;
    }
    let comma = u32::try_from(space + 1).unwrap_or(0);
    Span::new(item.start, item.end + comma)
}
