//! The regions that a device makes itself, in its `realize` hook.

use super::imp;
use crate::bus::Export;
use crate::io::{IoTarget, RegionKey};
use crate::lifecycle::bag::{Effects, Undo};
use crate::lifecycle::error::RealizeError;
use crate::memory::{Memory, MemoryError, NodeId, RamBlock};
use crate::meta::Meta;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, lock};
use std::sync::{Arc, OnceLock, Weak};

/// What a region is made of.
#[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "nothing is made"))]
pub(crate) enum Make {
    Container,
    Io(Arc<dyn IoTarget>),
    Reserved,
    Ram,
    Rom,
    RomDevice(Arc<dyn IoTarget>),
    Alias { of: NodeId, offset: u64 },
    Iommu,
}

impl Make {
    pub(crate) fn has_bytes(&self) -> bool {
        matches!(self, Self::Ram | Self::Rom | Self::RomDevice(_))
    }
}

/// A region that was made by hand. It lives in [`ByHand`]; a device's fields refer to it weakly, so that
/// one that a field remembers from an earlier realize is known to be gone.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    key: RegionKey,
    node: NodeId,
    size: u64,
    ram: Option<Arc<RamBlock>>,
    has_bytes: bool,
    export: OnceLock<u8>,
    migrates: AtomicBool,
    /// Whether there is, or was, another one of its name.
    is_numbered: AtomicBool,
}

/// The regions of a realized device that it has made itself, in the order of their making.
#[derive(Default)]
pub(crate) struct ByHand(Mutex<Vec<Arc<Entry>>>);

impl ByHand {
    /// Makes a region, which is in the bag before it is in the list. Several regions of one name are
    /// numbered, as the elements of an array are.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Injected`], under test; [`RealizeError::Memory`].
    pub(crate) fn make(
        &self,
        meta: &Meta,
        memory: &Memory,
        effects: &mut Effects,
        (name, size): (&'static str, u64),
        make: &Make,
    ) -> Result<Weak<Entry>, RealizeError> {
        effects.fault.step("region by hand")?;
        let key = self.free_key(meta, name);
        let (node, ram) = imp::make(memory, make, (name, key), size)?;
        effects.bag.push(Undo::Region(node));
        let mut entries = lock(&self.0);
        let mut is_one_of_several = false;
        for other in entries.iter().filter(|other| other.name == name) {
            other.is_numbered.store(true, Ordering::SeqCst);
            is_one_of_several = true;
        }
        let entry = Arc::new(Entry {
            name,
            key,
            node,
            size,
            ram,
            has_bytes: make.has_bytes(),
            export: OnceLock::new(),
            migrates: AtomicBool::new(false),
            is_numbered: AtomicBool::new(is_one_of_several),
        });
        let weak = Arc::downgrade(&entry);
        entries.push(entry);
        Ok(weak)
    }

    /// Regions by hand are counted on after those of the type, by name; of a name, the lowest free number.
    fn free_key(&self, meta: &Meta, name: &'static str) -> RegionKey {
        let entries = lock(&self.0);
        let same = entries.iter().filter(|entry| entry.name == name).map(|entry| entry.key);
        let last = entries.iter().map(|entry| entry.key.field).max();
        let next = last.map_or(meta.regions.len() as u16, |last| last.saturating_add(1));
        let field = same.clone().next().map_or(next, |key| key.field);
        let mut taken: Vec<u16> = same.map(|key| key.element).collect();
        taken.sort_unstable();
        let free = taken.iter().zip(0..).find(|(taken, free)| *taken != free);
        RegionKey { field, element: free.map_or(taken.len() as u16, |(_, free)| free) }
    }

    /// Exports a region, under a number that no other one has.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Export`]; `NoSuchRegion`.
    pub(crate) fn export(
        &self,
        meta: &Meta,
        region: &Weak<Entry>,
        index: u8,
    ) -> Result<(), RealizeError> {
        let entry = self.find(region).ok_or(MemoryError::NoSuchRegion)?;
        let is_described = meta.regions.iter().any(|region| {
            let first = region.export.map(u32::from);
            first.is_some_and(|first| {
                (first..first + u32::from(region.count)).contains(&index.into())
            })
        });
        let is_taken =
            is_described || lock(&self.0).iter().any(|other| other.export.get() == Some(&index));
        if is_taken || entry.export.set(index).is_err() {
            return Err(RealizeError::Export(index));
        }
        Ok(())
    }

    /// The content of a region is part of the saved state from now on.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NoContent`; [`RealizeError::Saved`] if the type describes a region of this name that is
    /// saved.
    pub(crate) fn migrate(&self, meta: &Meta, region: &Weak<Entry>) -> Result<(), RealizeError> {
        let entry = self.find(region).ok_or(MemoryError::NoSuchRegion)?;
        if !entry.has_bytes {
            return Err(MemoryError::NoContent.into());
        }
        if meta.regions.iter().any(|region| region.migrate && region.name == entry.name) {
            return Err(RealizeError::Saved(entry.name));
        }
        entry.migrates.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Forgets a region. `None` if it is gone.
    pub(crate) fn forget(&self, region: &Weak<Entry>) -> Option<NodeId> {
        let mut entries = lock(&self.0);
        let at = entries.iter().position(|entry| is(entry, region))?;
        Some(entries.remove(at).node)
    }

    pub(crate) fn node(&self, region: &Weak<Entry>) -> Option<NodeId> {
        lock(&self.0).iter().find(|entry| is(entry, region)).map(|entry| entry.node)
    }

    pub(crate) fn ram(&self, region: &Weak<Entry>) -> Option<Arc<RamBlock>> {
        self.find(region)?.ram.clone()
    }

    #[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "nothing is mapped"))]
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        lock(&self.0).iter().map(|entry| entry.node).collect()
    }

    #[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "nothing is mapped"))]
    pub(crate) fn exports(&self) -> Vec<Export> {
        let export = |entry: &Arc<Entry>| {
            let index = *entry.export.get()?;
            Some(Export { index, region: entry.node, size: entry.size })
        };
        lock(&self.0).iter().filter_map(export).collect()
    }

    /// The content that is part of the saved state, by name; with `[n]` if there are several of a name.
    pub(crate) fn migrated(&self) -> Vec<(String, Arc<RamBlock>)> {
        let entries = lock(&self.0);
        let named = |entry: &Arc<Entry>| {
            let ram = entry.ram.clone().filter(|_| entry.migrates.load(Ordering::SeqCst))?;
            let name = match entry.is_numbered.load(Ordering::SeqCst) {
                true => format!("{}[{}]", entry.name, entry.key.element),
                false => entry.name.to_owned(),
            };
            Some((name, ram))
        };
        entries.iter().filter_map(named).collect()
    }

    fn find(&self, region: &Weak<Entry>) -> Option<Arc<Entry>> {
        lock(&self.0).iter().find(|entry| is(entry, region)).cloned()
    }
}

/// A weak reference keeps the place in memory, so no later region is taken for an earlier one.
fn is(entry: &Arc<Entry>, region: &Weak<Entry>) -> bool {
    std::ptr::eq(Arc::as_ptr(entry), region.as_ptr())
}
