//! What goes from all functions and files, to a fixed point.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use devmodel_edit::Edit;

use super::body::Body;
use super::cut::{self, Cut};
use super::layout::Layout;
use super::{Code, FunctionId, Refusal, Use, check};
use crate::model::{FileId, Function, Location, Span};

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
            self.drop_function(orphan, &mut pending)?;
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
        if !uses.iter().all(|mention| self.code.may_unassign(id, mention)) {
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

    /// A function of one file whose last mention went.
    fn orphan(&self) -> Result<Option<FunctionId>, Refusal> {
        for (&file, layout) in &self.layouts {
            let cuts = self.cuts(file);
            for id in self.mentioned(file, layout, &cuts) {
                if self.is_orphan(id, layout, &cuts)? {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    /// The functions of `file` that the cuts mention and that stay.
    fn mentioned(&self, file: FileId, layout: &Layout<'_>, cuts: &[Cut]) -> BTreeSet<FunctionId> {
        let words = cuts.iter().flat_map(|cut| layout.words(cut.span));
        let names = words.filter_map(|word| std::str::from_utf8(&layout.text[word]).ok());
        let names: BTreeSet<&str> = names.collect();
        let functions = names.into_iter().filter_map(|name| self.code.named(file, name));
        functions
            .filter(|id| !self.whole.contains(id) && !self.hollow.contains(id))
            .filter(|id| is_private(self.code.function(*id), file, layout))
            .collect()
    }

    fn is_orphan(
        &self,
        id: FunctionId,
        layout: &Layout<'_>,
        cuts: &[Cut],
    ) -> Result<bool, Refusal> {
        let function = self.code.function(id);
        let mut known: Vec<Span> = cuts.iter().map(|cut| cut.span).collect();
        known.push(function.location.span);
        let uses = self.code.uses(id);
        known.extend(uses.iter().flatten().filter_map(|mention| match mention {
            Use::Declaration(location) => Some(location.span),
            _ => None,
        }));
        let file = Span::new(0, u32::try_from(layout.text.len()).unwrap_or(u32::MAX));
        let mut mentions = layout.mentions(&function.name, file);
        let other = |at: usize| !known.iter().any(|span| span.range().contains(&at));
        if mentions.any(other) {
            return Ok(false);
        }
        // Unused, and not even its declarations are known.
        uses.map(|_| true).ok_or(Refusal::UnknownUses(function.location))
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
                check::remainder(body)?;
                check::spared(body, &deletions)?;
            }
            edits.extend(deletions.into_iter().map(|span| Edit::deletion(file, span)));
        }
        Ok(edits)
    }
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
