//! One file: its devices, and what is said about each.

use super::access::Accesses;
use super::call::{Reader, bare};
use super::cut::Cut;
use super::device::{self, Device};
use super::draft::Draft;
use super::importing::Importer;
use super::number::{Numbers, module_folder};
use super::page::Page;
use super::plan::{Case, Plan};
use super::recipe::Trouble;
use super::steps::Steps;
use super::teardown::{Superfluous, Teardown};
use super::uses::{Query, Uses};
use super::words::laid_out;
use super::{building, lifecycle, range_of};
use crate::lifecycle::{Conversion, ConversionKind, Cure, Evidence, Phase};
use crate::model::{FileId, Location, Name, Span};
use crate::sources::{Language, SourceFile};
use crate::syntax::rust::{Parsed, with_file};
use crate::vocabulary::{FrameworkWords, RustWords};
use rustc_hash::FxHashSet;
use std::ops::Range;
use syn::visit::Visit;
use syn::{Expr, Visibility};

/// A file that mentions the by-hand layer.
pub(super) struct Subject<'a> {
    pub(super) files: &'a [SourceFile],
    pub(super) number: usize,
    pub(super) text: &'a str,
    pub(super) words: &'a FrameworkWords,
    pub(super) rust: &'a RustWords,
    /// The files that are part of tests.
    pub(super) tests: &'a FxHashSet<FileId>,
}

impl<'a> Subject<'a> {
    /// What is said about the devices of the file.
    pub(super) fn conversions(&self, parsed: &Parsed) -> Vec<Conversion> {
        let page = Page::new(self.text);
        device::find(&parsed.file.items, self.text, self.words)
            .iter()
            .flat_map(|device| self.about(device, parsed, &page))
            .collect()
    }

    fn about(&self, device: &Device<'_>, parsed: &Parsed, page: &Page<'_>) -> Vec<Conversion> {
        // The tree lives as long as `parsed`; texts and words live longer.
        let reader = Reader { device, words: self.words, rust: self.rust, text: self.text };
        let steps = match device.realize() {
            Some(hook) => Steps::read(&hook.function.block, reader),
            None => Steps::default(),
        };
        let mut explained = explained(device, &steps, self.words);
        let known = explained.len();
        explained.extend(ends(device, reader));
        let uses = match self.uses(device, parsed, &explained) {
            Ok(uses) => uses,
            Err(path) => return self.unreadable(device, &path),
        };
        let teardown = Teardown::new(reader, &uses, page);
        let (torn, superfluous) = teardown.cut();
        let mut found = Vec::new();
        found.extend(self.teardown(device, page, &torn, &superfluous));
        // Teardown that stays is a use like others.
        explained.truncate(known);
        explained.extend(torn.nodes.iter().cloned());
        let Ok(uses) = self.uses(device, parsed, &explained) else { return found };
        let numbers = Numbers::new(self.files, self.number, &device.names.modules());
        let case = Case {
            device,
            words: self.words,
            text: self.text,
            numbers: &numbers,
            uses: &uses,
            steps: &steps,
        };
        let plan = case.plan();
        found.extend(self.lifecycle(&case, &plan, &torn, reader, page));
        found
    }

    /// What all files that see the regions do with them; the path of one that can't be read is the error.
    fn uses(
        &self,
        device: &Device<'_>,
        parsed: &Parsed,
        explained: &[Range<usize>],
    ) -> Result<Uses, String> {
        let fields = device.regions.iter().map(|region| region.name.as_str()).collect();
        let mut query = Query {
            device: &device.name,
            fields,
            words: self.words,
            roots: device.names.roots(),
            explained,
            is_near: true,
            is_test: self.is_test(self.number),
        };
        let mut uses = Uses::of(&parsed.file.items, &query);
        if parsed.broken > 0 {
            return Err(self.files[self.number].path.clone());
        }
        query.explained = &[];
        query.is_near = false;
        for (number, file) in self.related(device) {
            query.is_test = self.is_test(number);
            let other = with_file(&file.text, |parsed| {
                (parsed.broken == 0).then(|| Uses::of(&parsed.file.items, &query))
            });
            uses.extend(other.ok().flatten().ok_or_else(|| file.path.clone())?);
        }
        Ok(uses)
    }

    /// Other files that may name the regions, or the type as what it is.
    fn related(&self, device: &Device<'_>) -> impl Iterator<Item = (usize, &'a SourceFile)> {
        let own = &self.files[self.number].path;
        let folder = format!("{}/", module_folder(own));
        let is_open =
            device.regions.iter().any(|region| !matches!(region.field.vis, Visibility::Inherited));
        let fields: Vec<String> = device.regions.iter().map(|region| region.name.clone()).collect();
        let open_hooks = device.hooks.iter().filter(|hook| {
            hook.word.is_some() && !matches!(hook.function.vis, Visibility::Inherited)
        });
        let hooks: Vec<String> =
            open_hooks.map(|hook| hook.function.sig.ident.to_string()).collect();
        let (name, is_bare) = (device.name.clone(), device.lifecycle.is_some());
        let number = self.number;
        self.files.iter().enumerate().filter_map(move |(at, file)| {
            let mentions = |word: &str| memchr::memmem::find(&file.text, word.as_bytes()).is_some();
            let is_within = format!("/{}", file.path).starts_with(&folder);
            let sees = is_within
                || (is_open && fields.iter().any(|field| mentions(field)))
                || hooks.iter().any(|hook| mentions(hook));
            let knows = is_bare && mentions(&name);
            let is_other = at != number && file.language() == Language::Rust;
            (is_other && (sees || knows)).then_some((at, file))
        })
    }

    /// Whether a file is in a folder of tests.
    fn is_test(&self, number: usize) -> bool {
        self.tests.contains(&FileId(number as u32))
    }

    fn unreadable(&self, device: &Device<'_>, path: &str) -> Vec<Conversion> {
        let mut found = self.said(ConversionKind::Lifecycle, device);
        found.reason = format!("`{path}`, which may use its regions, does not parse");
        vec![found]
    }

    /// What is said about a device, without a rewrite.
    fn said(&self, kind: ConversionKind, device: &Device<'_>) -> Conversion {
        Conversion {
            kind,
            location: self.at(&range_of(&device.item.ident)),
            function: Name::new(device.realize().map_or_else(String::new, |hook| {
                format!("{}::{}", device.name, hook.function.sig.ident)
            })),
            ty: Name::new(&device.name),
            phase: Phase::Realize,
            regions: device.regions.iter().map(|region| full(device, &region.name)).collect(),
            evidence: Vec::new(),
            reason: String::new(),
            cure: None,
        }
    }

    fn at(&self, range: &Range<usize>) -> Location {
        let span = Span::new(range.start as u32, range.end as u32);
        Location { file: FileId(self.number as u32), span }
    }

    fn evidence(&self, range: &Range<usize>, message: String) -> Evidence {
        Evidence { location: self.at(range), message }
    }

    fn teardown(
        &self,
        device: &Device<'_>,
        page: &Page<'_>,
        cut: &Cut<'_>,
        superfluous: &[Superfluous],
    ) -> Option<Conversion> {
        let first = superfluous.first()?;
        let mut regions: Vec<String> =
            superfluous.iter().map(|one| full(device, &one.region)).collect();
        regions.sort();
        regions.dedup();
        let evidence = superfluous.iter().map(|one| {
            let message =
                format!("`{}` is gone before this runs, or goes right afterwards", one.region);
            self.evidence(&one.range, message)
        });
        let draft = cut.draft(device, page);
        let (reason, cure) = self.finished(device, page, draft, &[], None);
        Some(Conversion {
            location: self.at(&first.range),
            function: Name::new(format!("{}::{}", device.name, first.function)),
            phase: first.phase,
            regions,
            evidence: evidence.collect(),
            reason,
            cure,
            ..self.said(ConversionKind::Teardown, device)
        })
    }

    fn lifecycle(
        &self,
        case: &Case<'_, '_>,
        plan: &Plan<'_>,
        torn: &Cut<'_>,
        reader: Reader<'_, '_>,
        page: &Page<'_>,
    ) -> Option<Conversion> {
        let device = case.device;
        let mut said = self.said(ConversionKind::Lifecycle, device);
        if plan.is_empty() {
            let blocked = plan.obstacle.iter().chain(plan.troubles.values());
            let mut blocked = blocked.filter(|trouble| matches!(trouble, Trouble::Blocked(_)));
            said.reason = blocked.next()?.reason().to_owned();
            said.regions = plan
                .troubles
                .iter()
                .filter(|(_, trouble)| matches!(trouble, Trouble::Blocked(_)))
                .map(|(field, _)| full(device, field))
                .collect();
            said.location = self.first(case, &said.regions);
            return Some(said);
        }
        said.regions = plan.recipes.iter().map(|(field, _)| full(device, field)).collect();
        said.location = self.first(case, &said.regions);
        said.evidence = self.told(case, plan);
        let cut = self.cut(case, plan, torn, reader, page);
        let draft = self.draft(case, plan, &cut, page);
        let wanted = self.wanted(plan);
        (said.reason, said.cure) =
            self.finished(device, page, draft, &wanted, plan.doubts.first().copied());
        Some(said)
    }

    /// The first call about one of some regions; without one, the device.
    fn first(&self, case: &Case<'_, '_>, regions: &[String]) -> Location {
        let device = case.device;
        let is_about = |field: &str| regions.contains(&full(device, field));
        let call = case.steps.calls.iter().find(|call| is_about(&call.region.field));
        self.at(&call.map_or_else(|| range_of(&device.item.ident), |call| call.range.clone()))
    }

    /// What attributes will say, and why some regions stay.
    fn told(&self, case: &Case<'_, '_>, plan: &Plan<'_>) -> Vec<Evidence> {
        let place = |field: &str| {
            let region = case.device.region(field);
            region.map_or(0..0, |region| range_of(region.field))
        };
        let said = plan.recipes.iter().map(|(field, recipe)| {
            self.evidence(&place(field), format!("`{field}` is `{}`", recipe.attribute(self.words)))
        });
        let stays = plan.troubles.iter().map(|(field, trouble)| {
            self.evidence(&place(field), format!("`{field}` stays: {}", trouble.reason()))
        });
        let doubts = plan.doubts.iter().map(|doubt| {
            self.evidence(&range_of(&case.device.item.ident), format!("taken for granted: {doubt}"))
        });
        said.chain(stays).chain(doubts).collect()
    }

    fn cut<'t>(
        &self,
        case: &Case<'_, 't>,
        plan: &Plan<'_>,
        torn: &Cut<'t>,
        reader: Reader<'_, 't>,
        page: &Page<'t>,
    ) -> Cut<'t> {
        let fields: Vec<&str> = plan.recipes.iter().map(|(field, _)| field.as_str()).collect();
        let is_spare = |expr: &Expr| {
            matches!(bare(expr), Expr::MethodCall(_) | Expr::Call(_))
                && Accesses::read(expr, case.device, self.words, case.numbers).is_some()
        };
        let mut cut = building::cut(case.device, &fields, reader, page, &is_spare);
        cut.extend(torn);
        for (_, recipe) in &plan.recipes {
            let spare = building::spare_constant(&recipe.accesses, case.device, &cut, page);
            cut.nodes.extend(spare);
        }
        cut
    }

    fn draft(&self, case: &Case<'_, '_>, plan: &Plan<'_>, cut: &Cut<'_>, page: &Page<'_>) -> Draft {
        let derived = &self.words.derived;
        let device = case.device;
        let mut draft = cut.draft(device, page);
        for (field, recipe) in &plan.recipes {
            let Some(region) = device.region(field) else { continue };
            let start = lifecycle::start_of(region);
            let indent = page.indent(page.line_of(start));
            let attribute = laid_out(&recipe.attribute(self.words), indent, page.end());
            draft.insert_above(page, start, &attribute);
            draft.replace(region.ty.clone(), format!("{}<{}>", derived.region, recipe.init.kind));
        }
        if let Some(derivation) = &plan.derivation {
            draft.extend(&derivation.draft(device, cut, self.words, page));
        }
        draft
    }

    /// What the module has to know afterwards, behind the name of the crate.
    fn wanted(&self, plan: &Plan<'_>) -> Vec<String> {
        let derived = &self.words.derived;
        let mut wanted: Vec<String> = plan
            .recipes
            .iter()
            .map(|(_, recipe)| format!("{}::{}", derived.kinds, recipe.init.kind))
            .collect();
        wanted.sort();
        wanted.dedup();
        if !plan.recipes.is_empty() {
            wanted.push(derived.region.to_string());
        }
        if plan.derivation.is_some() {
            wanted.push(derived.device.to_string());
        }
        wanted
    }

    /// The rewrite with imports, or why there is none.
    fn finished(
        &self,
        device: &Device<'_>,
        page: &Page<'_>,
        mut draft: Draft,
        wanted: &[String],
        assumption: Option<&'static str>,
    ) -> (String, Option<Cure>) {
        let importer =
            Importer { page, items: device.items, words: self.words, roots: device.names.roots() };
        let imports = importer.tidy(&draft, wanted);
        draft.extend(&imports);
        if draft.refused {
            return ("what is to go shares a line with something else".to_owned(), None);
        }
        let edits = draft.edits(page, FileId(self.number as u32));
        (String::new(), Some(Cure { edits, assumption }))
    }
}

/// By-hand calls whose meaning is known, and what `init` gives to regions.
fn explained(device: &Device<'_>, steps: &Steps<'_>, words: &FrameworkWords) -> Vec<Range<usize>> {
    let calls = steps.calls.iter().map(|call| call.range.clone());
    let mut explained: Vec<Range<usize>> = calls.chain(steps.heads.iter().cloned()).collect();
    let init = device.lifecycle.into_iter().flat_map(device::methods);
    let init = init.filter(|function| function.sig.ident == words.items.init.as_str());
    for made in init.filter_map(|function| lifecycle::made(device, &function.block.stmts)) {
        explained.extend(made.fields.iter().map(range_of));
    }
    explained
}

/// All calls that take regions apart.
fn ends(device: &Device<'_>, reader: Reader<'_, '_>) -> Vec<Range<usize>> {
    let mut finder = Ends { reader, found: Vec::new(), each: Vec::new() };
    device.impls().for_each(|of| finder.visit_item_impl(of));
    finder.found
}

fn full(device: &Device<'_>, field: &str) -> String {
    format!("{}.{field}", device.name)
}

/// Finds teardown calls wherever they are.
struct Ends<'r, 't> {
    reader: Reader<'r, 't>,
    found: Vec<Range<usize>>,
    each: Vec<Option<super::call::Each>>,
}

impl<'t> Visit<'t> for Ends<'_, 't> {
    fn visit_expr_for_loop(&mut self, each: &'t syn::ExprForLoop) {
        let over = self.reader.each(each);
        if over.is_some() {
            self.found.push(range_of(&*each.expr));
        }
        self.each.push(over);
        self.visit_block(&each.body);
        self.each.pop();
    }

    fn visit_expr(&mut self, expr: &'t Expr) {
        let each = self.each.last().and_then(Option::as_ref);
        let call = self.reader.call(expr, each);
        if call.is_some_and(|call| matches!(call.act, super::call::Act::Teardown)) {
            self.found.push(range_of(expr));
            return;
        }
        syn::visit::visit_expr(self, expr);
    }
}
