//! Trees in memory, and what the analysis says about them.

#![allow(dead_code, reason = "each test binary uses a part")]

use devmodel_analyzer::lifecycle::{Glue, OwnershipModel, Phase, RegionCall, Removal, Verdict};
use devmodel_analyzer::{Analysis, Executor, Request, Sequential, Settings, SourceFile, analyze};

/// Files by path and text.
pub(crate) fn tree<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Vec<SourceFile> {
    let file = |(path, text): &(&str, T)| SourceFile {
        path: (*path).to_owned(),
        text: text.as_ref().to_vec(),
    };
    files.iter().map(file).collect()
}

/// Owner references, under glue that makes deletions superfluous.
pub(crate) fn auto_delete() -> Settings {
    Settings {
        model: Some(OwnershipModel::OwnerRefs),
        assume: Glue { auto_delete: true, auto_unparent: false },
        request: Request::EveryCall,
        ..Settings::default()
    }
}

/// What a tree of these files amounts to under [`auto_delete`].
pub(crate) fn analysis<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Analysis {
    analyze(tree(files), &auto_delete(), &Sequential)
}

/// What a tree of one file amounts to under [`auto_delete`].
pub(crate) fn analysis_of(text: impl AsRef<[u8]>) -> Analysis {
    analysis(&[("hw/misc/quince.c", text)])
}

/// The only call in `function`.
pub(crate) fn call_in<'a>(analysis: &'a Analysis, function: &str) -> &'a RegionCall {
    let calls: Vec<_> = analysis.calls.iter().filter(|call| call.function == function).collect();
    match calls[..] {
        [call] => call,
        _ => panic!("{} calls in `{function}`, not one: {:#?}", calls.len(), analysis.calls),
    }
}

/// The names of the types whose callbacks lead to a call.
pub(crate) fn type_names(call: &RegionCall) -> Vec<&str> {
    call.types.iter().map(|name| name.as_str()).collect()
}

/// The phases and functions by which control enters on the way to a call.
pub(crate) fn entries(call: &RegionCall) -> Vec<(Phase, &str)> {
    call.entry_points.iter().map(|entry| (entry.phase, entry.function.as_str())).collect()
}

/// The messages of the evidence for a call.
pub(crate) fn messages(call: &RegionCall) -> Vec<&str> {
    call.evidence.iter().map(|evidence| evidence.message.as_str()).collect()
}

/// What holds for every analysis: spans lie in their files, unknowns have a reason, and only what
/// may go has edits.
pub(crate) fn assert_sane(analysis: &Analysis) {
    for call in &analysis.calls {
        let text = &analysis.file(call.location.file).text;
        let source = text.get(call.location.span.range()).expect("the call lies in its file");
        assert!(source.starts_with(call.callee.as_bytes()), "{call:#?}");
        assert!(call.verdict != Verdict::Unknown || !call.reason.is_empty(), "{call:#?}");
        for evidence in &call.evidence {
            let text = &analysis.file(evidence.location.file).text;
            assert!(text.get(evidence.location.span.range()).is_some(), "{evidence:?}");
        }
        let may_go = matches!(call.verdict, Verdict::Redundant | Verdict::AfterFinalize);
        assert!(may_go || call.removal == Removal::None, "{call:#?}");
    }
}

/// Runs everything on the calling thread, last piece first.
pub(crate) struct Backwards;

impl Executor for Backwards {
    fn run(&self, _stage: &'static str, count: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..count).rev().for_each(work);
    }
}

/// A PCI device, in pieces that a test replaces.
pub(crate) struct Device {
    /// What stands before the device's functions.
    pub(crate) before: String,
    /// The members after the parent.
    pub(crate) members: String,
    /// The body of the helper that takes the port out; `exit` calls it.
    pub(crate) unmap: String,
    /// What stands between the helper and the callbacks.
    pub(crate) between: String,
    /// Further statements of realize.
    pub(crate) realize: String,
    /// Further statements of `class_init`.
    pub(crate) class_init: String,
    /// What stands at the end of the file.
    pub(crate) after: String,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            before: String::new(),
            members: String::new(),
            unmap: "    memory_region_del_subregion(&s->bar, &s->port);\n".to_owned(),
            between: String::new(),
            realize: String::new(),
            class_init: String::new(),
            after: String::new(),
        }
    }
}

impl Device {
    /// The file.
    pub(crate) fn text(&self) -> String {
        let Self { before, members, unmap, between, realize, class_init, after } = self;
        format!(
            "\
#define TYPE_QUINCE \"quince\"
OBJECT_DECLARE_SIMPLE_TYPE(QuinceState, QUINCE)

struct QuinceState {{
    PCIDevice parent_obj;

    MemoryRegion bar;
    MemoryRegion port;
{members}}};

{before}
static void quince_unmap(QuinceState *s)
{{
{unmap}}}

{between}
static void quince_realize(PCIDevice *dev, Error **errp)
{{
    QuinceState *s = QUINCE(dev);

    memory_region_init(&s->bar, OBJECT(s), \"quince\", 0x100);
    memory_region_init_io(&s->port, OBJECT(s), NULL, s, \"quince-port\", 0x10);
    memory_region_add_subregion(&s->bar, 0x40, &s->port);
{realize}}}

static void quince_exit(PCIDevice *dev)
{{
    QuinceState *s = QUINCE(dev);

    quince_unmap(s);
    quince_rest(s);
}}

static void quince_class_init(ObjectClass *klass, void *data)
{{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = quince_realize;
    k->exit = quince_exit;
{class_init}}}

static const TypeInfo quince_info = {{
    .name = TYPE_QUINCE,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(QuinceState),
    .class_init = quince_class_init,
}};

static void quince_register_types(void)
{{
    type_register_static(&quince_info);
}}

type_init(quince_register_types)
{after}"
        )
    }

    /// The verdict on the call in the helper, in a tree of this file and `others`.
    pub(crate) fn verdict_with(&self, others: &[(&str, &str)]) -> Verdict {
        let text = self.text();
        let mut files = vec![("hw/misc/quince.c", text.as_str())];
        files.extend_from_slice(others);
        let analysis = analysis(&files);
        assert_sane(&analysis);
        call_in(&analysis, "quince_unmap").verdict
    }

    /// The verdict on the call in the helper.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verdict_with(&[])
    }
}
