//! Memory of a machine as slots of KVM.

use crate::host::{Slot, Trust};
use crate::status::Status;
use devmodel::memory::{Listener, RamBlock, Section, SectionKind};
use kvm_bindings::{KVM_MEM_LOG_DIRTY_PAGES, KVM_MEM_READONLY, kvm_userspace_memory_region};
use kvm_ioctls::VmFd;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const PAGE: u64 = 4096;

pub(crate) struct Slots {
    vm: Arc<VmFd>,
    trust: Trust,
    status: Arc<Status>,
    /// What KVM knows, by the first address of the section.
    known: BTreeMap<u64, Known>,
    /// What is to go and to come at the end of the change.
    going: Vec<u64>,
    coming: BTreeMap<u64, Wanted>,
    free: BTreeSet<u32>,
    used: u32,
}

struct Known {
    wanted: Wanted,
    slot: Slot,
}

/// The pages of a section.
#[derive(Clone)]
struct Wanted {
    start: u64,
    size: u64,
    /// The offset into the block of the first page.
    offset: u64,
    block: Arc<RamBlock>,
    readonly: bool,
    clients: u8,
}

impl Wanted {
    /// The pages of a section that are pages of the host, too.
    fn new(section: &Section<'_>, trust: &Trust) -> Option<Self> {
        let block = section.ram?;
        let start = section.start.checked_next_multiple_of(PAGE)?;
        let skipped = start - section.start;
        let size = u64::try_from(section.size()).ok()?.checked_sub(skipped)? / PAGE * PAGE;
        let offset = section.offset.checked_add(skipped)?;
        let host = trust.host_address(block)?.checked_add(offset)?;
        let readonly = section.readonly || section.kind == SectionKind::RomDevice;
        let wanted =
            Self { start, size, offset, block: block.clone(), readonly, clients: section.dirty };
        (size > 0 && host.is_multiple_of(PAGE)).then_some(wanted)
    }

    fn is_same(&self, other: &Self) -> bool {
        let key = |wanted: &Self| (wanted.start, wanted.size, wanted.offset, wanted.readonly);
        key(self) == key(other) && Arc::ptr_eq(&self.block, &other.block)
    }

    fn flags(&self) -> u32 {
        let readonly = if self.readonly { KVM_MEM_READONLY } else { 0 };
        let watched = if self.clients != 0 { KVM_MEM_LOG_DIRTY_PAGES } else { 0 };
        readonly | watched
    }
}

impl Slots {
    pub(crate) fn new(vm: Arc<VmFd>, trust: Trust, status: Arc<Status>) -> Self {
        Self {
            vm,
            trust,
            status,
            known: BTreeMap::new(),
            going: Vec::new(),
            coming: BTreeMap::new(),
            free: BTreeSet::new(),
            used: 0,
        }
    }

    fn add(&mut self, key: u64, wanted: Wanted) {
        let number = self.number();
        let region = kvm_userspace_memory_region {
            slot: number,
            flags: wanted.flags(),
            guest_phys_addr: wanted.start,
            memory_size: wanted.size,
            userspace_addr: 0,
        };
        let made = Slot::new(self.vm.clone(), &self.trust, &wanted.block, wanted.offset, region);
        let (slot, done) = match made {
            Ok(slot) => (Some(slot), Ok(())),
            Err(error) => (None, Err(error)),
        };
        self.status.note("add memory", wanted.start, done);
        if let Some(slot) = slot {
            self.known.insert(key, Known { wanted, slot });
            self.status.slots.add();
        } else {
            self.free.insert(number);
        }
    }

    fn remove(&mut self, key: u64) {
        let Some(known) = self.known.remove(&key) else {
            return;
        };
        self.fetch_log(&known, known.wanted.clients);
        let number = known.slot.region().slot;
        let done = known.slot.remove();
        self.status.slots.take();
        if self.status.note("remove memory", known.wanted.start, done) {
            self.free.insert(number);
        }
    }

    /// The lowest number that is free. KVM says when there are too many.
    fn number(&mut self) -> u32 {
        self.free.pop_first().unwrap_or_else(|| {
            self.used += 1;
            self.used - 1
        })
    }

    fn watch(&mut self, section: &Section<'_>, clients: u8) {
        if let Some(wanted) = self.coming.get_mut(&section.start) {
            wanted.clients = clients;
        } else if let Some(mut known) = self.known.remove(&section.start) {
            let before = known.wanted.clients;
            if clients == 0 {
                self.fetch_log(&known, before);
            }
            known.wanted.clients = clients;
            self.update_flags(&mut known);
            self.known.insert(section.start, known);
        }
    }

    fn update_flags(&self, known: &mut Known) {
        let flags = known.wanted.flags();
        if flags != known.slot.region().flags {
            let done = known.slot.set_flags(flags);
            self.status.note("watch memory", known.wanted.start, done);
        }
    }

    /// What KVM knows of writes goes into the block's logs.
    fn fetch_log(&self, known: &Known, clients: u8) {
        let region = known.slot.region();
        if region.flags & KVM_MEM_LOG_DIRTY_PAGES == 0 {
            return;
        }
        match self.vm.get_dirty_log(region.slot, region.memory_size as usize) {
            Ok(words) => {
                for page in set_bits(&words) {
                    let offset = known.wanted.offset + page * PAGE;
                    known.slot.block().mark_dirty(offset, PAGE, clients);
                }
            }
            Err(error) => {
                self.status.note("fetch the log", known.wanted.start, Err(error));
            }
        }
    }
}

impl Listener for Slots {
    fn region_del(&mut self, section: &Section<'_>) {
        if self.known.contains_key(&section.start) {
            self.going.push(section.start);
        }
    }

    fn region_add(&mut self, section: &Section<'_>) {
        let is_memory = match section.kind {
            SectionKind::Ram | SectionKind::RamDevice => true,
            SectionKind::RomDevice => section.romd,
            _ => false,
        };
        match Wanted::new(section, &self.trust) {
            _ if !is_memory => {}
            Some(wanted) => {
                self.coming.insert(section.start, wanted);
            }
            None => self.status.left_out.add(),
        }
    }

    fn log_start(&mut self, section: &Section<'_>, _: u8, clients: u8) {
        self.watch(section, clients);
    }

    fn log_stop(&mut self, section: &Section<'_>, _: u8, clients: u8) {
        self.watch(section, clients);
    }

    fn log_sync(&mut self, section: &Section<'_>) {
        if let Some(known) = self.known.get(&section.start) {
            self.fetch_log(known, section.dirty);
        }
    }

    /// All that goes, goes first: slots must not overlap. What goes and comes again stays.
    fn commit(&mut self) {
        for key in std::mem::take(&mut self.going) {
            let known = self.known.get(&key);
            let again = self.coming.get(&key).zip(known);
            if again.is_some_and(|(wanted, known)| wanted.is_same(&known.wanted)) {
                self.keep(key);
            } else {
                self.remove(key);
            }
        }
        for (key, wanted) in std::mem::take(&mut self.coming) {
            self.add(key, wanted);
        }
    }
}

impl Slots {
    fn keep(&mut self, key: u64) {
        let (wanted, known) = (self.coming.remove(&key), self.known.remove(&key));
        if let (Some(wanted), Some(mut known)) = (wanted, known) {
            known.wanted = wanted;
            self.update_flags(&mut known);
            self.known.insert(key, known);
        }
    }
}

fn set_bits(words: &[u64]) -> impl Iterator<Item = u64> {
    let bits = |word: u64| (0..64).filter(move |bit| word >> bit & 1 != 0);
    words.iter().zip(0..).flat_map(move |(word, at)| bits(*word).map(move |bit| at * 64 + bit))
}
