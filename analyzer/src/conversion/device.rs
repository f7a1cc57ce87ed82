//! Devices with regions made by hand, as one file has them.

use super::names::{self, Names};
use super::range_of;
use super::words::{self, Words};
use crate::lifecycle::Phase;
use crate::vocabulary::FrameworkWords;
use std::ops::Range;
use syn::{Field, Fields, ImplItem, ImplItemFn, Item, ItemImpl, ItemStruct, Type};

/// A device, or at least a type of which a part can be left to the framework.
pub(super) struct Device<'t> {
    pub(super) name: String,
    pub(super) item: &'t ItemStruct,
    /// All items of the module that it is in.
    pub(super) items: &'t [Item],
    pub(super) names: Names,
    /// Its attributes of words.
    pub(super) words: Vec<Words>,
    /// The implementation by which it is a device, if it does not derive that.
    pub(super) lifecycle: Option<&'t ItemImpl>,
    /// Its fields that are regions made by hand.
    pub(super) regions: Vec<ByHand<'t>>,
    pub(super) hooks: Vec<Hook<'t>>,
    /// A hook that is not to be found here, or there under a condition.
    pub(super) lost_hook: Option<String>,
}

/// A field that is a region made by hand, or an array of them.
pub(super) struct ByHand<'t> {
    pub(super) name: String,
    pub(super) field: &'t Field,
    /// The type of the region within the type of the field.
    pub(super) ty: Range<usize>,
    /// The number of elements of an array, as it is written.
    pub(super) count: Option<String>,
}

/// A function that runs at a step of the device's life.
#[derive(Clone)]
pub(super) struct Hook<'t> {
    pub(super) phase: Phase,
    pub(super) function: &'t ImplItemFn,
    pub(super) owner: &'t ItemImpl,
    /// The attribute and the word that name it, by number; `None` if the trait does.
    pub(super) word: Option<(usize, usize)>,
}

/// All devices among the items of a module and those within.
pub(super) fn find<'t>(items: &'t [Item], text: &str, words: &FrameworkWords) -> Vec<Device<'t>> {
    let mut devices = Vec::new();
    for item in items {
        match item {
            Item::Struct(item) => devices.extend(Device::read(item, items, text, words)),
            Item::Mod(module) if !is_configured(&module.attrs) => {
                if let Some((_, items)) = &module.content {
                    devices.extend(find(items, text, words));
                }
            }
            _ => {}
        }
    }
    devices
}

/// Whether something is there under a condition.
pub(super) fn is_configured(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr"))
}

impl<'t> Device<'t> {
    fn read(
        item: &'t ItemStruct,
        items: &'t [Item],
        text: &str,
        words: &FrameworkWords,
    ) -> Option<Self> {
        let attributes: Vec<Words> = item
            .attrs
            .iter()
            .filter_map(|attribute| Words::of(attribute, &words.derived.attribute))
            .collect();
        let root = attributes.iter().find_map(|list| list.get(&words.derived.root));
        let roots = root.into_iter().filter_map(|root| {
            let path = root.value.to_string().replace(' ', "");
            path.trim_start_matches("::").split("::").next().map(str::to_owned)
        });
        let names = Names::of(items, &roots.collect::<Vec<_>>(), words);
        let mut device = Self {
            name: names::text(&item.ident),
            item,
            items,
            names,
            words: attributes,
            lifecycle: None,
            regions: Vec::new(),
            hooks: Vec::new(),
            lost_hook: None,
        };
        if let Fields::Named(fields) = &item.fields {
            let read = |field| ByHand::read(field, &device.names, text, words);
            device.regions = fields.named.iter().filter_map(read).collect();
        }
        device.lifecycle = device.impls().find(|of| device.is_trait(of, &words.lifecycle, words));
        if is_configured(&item.attrs) {
            return None;
        }
        let is_device = device.lifecycle.is_some() || device.derives(words);
        if !is_device || (device.regions.is_empty() && device.lifecycle.is_none()) {
            return None;
        }
        device.find_hooks(words);
        Some(device)
    }

    /// The implementations of the type in its module.
    pub(super) fn impls(&self) -> impl Iterator<Item = &'t ItemImpl> + use<'t> {
        let name = self.name.clone();
        self.items.iter().filter_map(move |item| match item {
            Item::Impl(item) => {
                let Type::Path(path) = &*item.self_ty else { return None };
                let last = path.path.segments.last()?;
                (path.path.segments.len() == 1 && names::text(&last.ident) == name).then_some(item)
            }
            _ => None,
        })
    }

    fn is_trait(
        &self,
        of: &ItemImpl,
        paths: &[crate::model::Name],
        words: &FrameworkWords,
    ) -> bool {
        let Some((None, path, _)) = &of.trait_ else { return false };
        let path = self.names.canonical(path, words);
        path.is_some_and(|path| paths.iter().any(|known| *known == path))
    }

    /// Whether the type derives that it is a device.
    fn derives(&self, words: &FrameworkWords) -> bool {
        let derives =
            self.item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive"));
        derives.into_iter().any(|attribute| {
            let mut is_device = false;
            // What can't be read as paths derives nothing that is known.
            let _ = attribute.parse_nested_meta(|meta| {
                let path = self.names.canonical(&meta.path, words);
                is_device |= path.is_some_and(|path| words.derived.device == path);
                Ok(())
            });
            is_device
        })
    }

    fn find_hooks(&mut self, words: &FrameworkWords) {
        for hook in &words.hooks {
            if let Some(owner) = self.lifecycle {
                let function =
                    methods(owner).find(|function| function.sig.ident == hook.name.as_str());
                self.hooks.extend(function.map(|function| Hook {
                    phase: hook.phase,
                    function,
                    owner,
                    word: None,
                }));
            }
            let place = self.words.iter().enumerate().find_map(|(number, list)| {
                let at = list.list.iter().position(|word| hook.name == word.name)?;
                Some((number, at))
            });
            let Some((list, word)) = place else { continue };
            let called = self.words[list].list[word].value.to_string().replace(' ', "");
            let name = called.trim_start_matches("Self::");
            match self.inherent(name) {
                Some((owner, function)) => self.hooks.push(Hook {
                    phase: hook.phase,
                    function,
                    owner,
                    word: Some((list, word)),
                }),
                None => self.lost_hook = Some(called),
            }
        }
        let is_there_always = |hook: &Hook<'_>| {
            !is_configured(&hook.function.attrs) && !is_configured(&hook.owner.attrs)
        };
        if let Some(hook) = self.hooks.iter().find(|hook| !is_there_always(hook)) {
            self.lost_hook = Some(hook.function.sig.ident.to_string());
        }
        self.hooks.extend(self.drop_hook().filter(is_there_always));
    }

    /// The function of `Drop`.
    fn drop_hook(&self) -> Option<Hook<'t>> {
        let is_drop =
            |of: &&ItemImpl| of.trait_.as_ref().is_some_and(|(_, path, _)| path.is_ident("Drop"));
        let owner = self.impls().find(is_drop)?;
        let function = methods(owner).next()?;
        Some(Hook { phase: Phase::Finalize, function, owner, word: None })
    }

    /// The type's own function of this name.
    pub(super) fn inherent(&self, name: &str) -> Option<(&'t ItemImpl, &'t ImplItemFn)> {
        let own = self.impls().filter(|of| of.trait_.is_none());
        own.flat_map(|of| methods(of).map(move |function| (of, function)))
            .find(|(_, function)| function.sig.ident == name)
    }

    /// The hook of a phase that is no `Drop`.
    pub(super) fn realize(&self) -> Option<&Hook<'t>> {
        self.hooks.iter().find(|hook| hook.phase == Phase::Realize)
    }

    /// How often the type's attributes and those of its fields name a function.
    pub(super) fn mentions(&self, function: &str) -> usize {
        let fields = self.item.fields.iter().flat_map(|field| &field.attrs);
        let said = self.item.attrs.iter().chain(fields).flat_map(words::all);
        let named = said.flat_map(|word| super::import::identifiers(&word.value.to_string()));
        named.filter(|(name, _)| name == function).count()
    }

    /// The region of this name.
    pub(super) fn region(&self, name: &str) -> Option<&ByHand<'t>> {
        self.regions.iter().find(|region| region.name == name)
    }
}

/// The functions of an implementation.
pub(super) fn methods(of: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    of.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

impl<'t> ByHand<'t> {
    fn read(field: &'t Field, names: &Names, text: &str, words: &FrameworkWords) -> Option<Self> {
        let name = names::text(field.ident.as_ref()?);
        let is_region = |ty: &Type| {
            let Type::Path(path) = ty else { return false };
            let path = names.canonical(&path.path, words);
            path.is_some_and(|path| words.region.iter().any(|known| *known == path))
        };
        match &field.ty {
            Type::Array(array) if is_region(&array.elem) => {
                let count = text[range_of(&array.len)].to_owned();
                Some(Self { name, field, ty: range_of(&*array.elem), count: Some(count) })
            }
            ty if is_region(ty) => Some(Self { name, field, ty: range_of(ty), count: None }),
            _ => None,
        }
    }
}
