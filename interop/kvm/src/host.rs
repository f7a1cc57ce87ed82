//! Calls of KVM that `unsafe` is needed for: it is told of memory of this process, and tells of memory.

use crate::Pages;
use crate::runner::{Spaces, Stop};
use devmodel::memory::{RamBacking, RamBlock};
use kvm_bindings::{kvm_ioeventfd, kvm_userspace_memory_region};
use kvm_ioctls::{Error, VcpuExit, VcpuFd, VmFd};
use std::any::{Any, TypeId};
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;
use vmm_sys_util::ioctl::ioctl_with_ref;
use vmm_sys_util::ioctl_iow_nr;

const KVMIO: u32 = 0xae;

ioctl_iow_nr!(KVM_IOEVENTFD, KVMIO, 0x79, kvm_ioeventfd);

/// Whose word is taken for where memory is. A guest reads and writes there, so a wrong address is as bad as a
/// wrong pointer; and safe code can implement
/// [`RamBacking::host_address`] as it likes.
///
/// By default that is the memory of `devmodel` itself, and [`Pages`].
#[derive(Clone, Debug)]
pub struct Trust(Vec<TypeId>);

impl Default for Trust {
    fn default() -> Self {
        Self(vec![TypeId::of::<Pages>()])
    }
}

impl Trust {
    /// Takes the word of `T`, too.
    ///
    /// # Safety
    ///
    /// Where [`RamBacking::host_address`] of every `T` says, there must be [`RamBacking::len`] bytes that may
    /// be read and written at any time until it is dropped, and to which no Rust reference leads except to
    /// atomics.
    #[must_use]
    pub unsafe fn with<T: RamBacking>(mut self) -> Self {
        self.0.push(TypeId::of::<T>());
        self
    }

    /// Where the bytes of a block are, if that is certain.
    pub(crate) fn host_address(&self, block: &RamBlock) -> Option<u64> {
        let address = match block.backing() {
            None => block.words()?.as_ptr().expose_provenance(),
            Some(backing) => {
                let backing: &dyn Any = &**backing;
                let is_known = self.0.contains(&backing.type_id());
                is_known.then(|| block.host_address()).flatten()?
            }
        };
        u64::try_from(address).ok()
    }
}

/// Memory that a virtual machine has been told of. It is taken back when this is dropped.
pub(crate) struct Slot {
    vm: Arc<VmFd>,
    region: kvm_userspace_memory_region,
    block: ManuallyDrop<Arc<RamBlock>>,
    is_gone: bool,
}

impl Slot {
    /// Tells the virtual machine of `size` bytes of a block, from `offset` on. All of them are pages.
    ///
    /// # Errors
    ///
    /// As KVM says. `EINVAL` if they are not all in the block, or it is not certain where that is.
    pub(crate) fn new(
        vm: Arc<VmFd>,
        trust: &Trust,
        block: &Arc<RamBlock>,
        offset: u64,
        mut region: kvm_userspace_memory_region,
    ) -> Result<Self, Error> {
        let invalid = Error::new(EINVAL);
        let end = offset.checked_add(region.memory_size).ok_or(invalid)?;
        let first = trust.host_address(block).filter(|_| end <= block.len()).ok_or(invalid)?;
        region.userspace_addr = first.checked_add(offset).ok_or(invalid)?;
        // SAFETY: these are bytes of the block: `end` was compared with its length. They may be written to
        // through a shared block: `Trust` vouches for it, or they are the block's own atomics. They stay
        // where they are until the block is dropped, which `Slot` only does when KVM has forgotten them.
        unsafe { vm.set_user_memory_region(region) }?;
        Ok(Self { vm, region, block: ManuallyDrop::new(block.clone()), is_gone: false })
    }

    pub(crate) fn region(&self) -> &kvm_userspace_memory_region {
        &self.region
    }

    pub(crate) fn block(&self) -> &Arc<RamBlock> {
        &self.block
    }

    /// Changes the flags.
    ///
    /// # Errors
    ///
    /// As KVM says; the flags are as before then.
    pub(crate) fn set_flags(&mut self, flags: u32) -> Result<(), Error> {
        let region = kvm_userspace_memory_region { flags, ..self.region };
        // SAFETY: the memory is that of `new`, and still there.
        unsafe { self.vm.set_user_memory_region(region) }?;
        self.region = region;
        Ok(())
    }

    /// Takes it back. No vCPU uses it any more when this returns.
    ///
    /// # Errors
    ///
    /// As KVM says; the memory is never freed then, as the guest may still have it.
    pub(crate) fn remove(mut self) -> Result<(), Error> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Error> {
        if self.is_gone {
            return Ok(());
        }
        self.is_gone = true;
        let none = kvm_userspace_memory_region { memory_size: 0, ..self.region };
        // SAFETY: KVM is told of no memory; it forgets some.
        unsafe { self.vm.set_user_memory_region(none) }?;
        // SAFETY: `is_gone` lets only one call get here, and nobody uses the block after it: `end` is the
        // last thing that `remove` and `drop` do.
        unsafe { ManuallyDrop::drop(&mut self.block) };
        Ok(())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // If KVM refuses, the block is not dropped, and that is all that can be done.
        let _ = self.end();
    }
}

const EINVAL: i32 = 22;
const EINTR: i32 = 4;
const EAGAIN: i32 = 11;

/// Adds an ioeventfd, or removes one, as its flags say.
///
/// `kvm-ioctls` has functions for this, but in them the size of the write is that of the value that is
/// compared: they can't say "2 bytes, of any value", which is what most devices want.
///
/// # Errors
///
/// As KVM says.
pub(crate) fn ioeventfd(vm: &VmFd, ioeventfd: &kvm_ioeventfd) -> Result<(), Error> {
    // SAFETY: `vm` is a virtual machine, and KVM reads no more than the structure. Whether `fd` in it is an
    // eventfd is checked by KVM, which takes a share in it.
    let done = unsafe { ioctl_with_ref(vm, KVM_IOEVENTFD(), ioeventfd) };
    if done == 0 { Ok(()) } else { Err(Error::last()) }
}

/// Runs a vCPU until it exits, and answers if it asks for memory or a port; else says why it stopped.
///
/// # Errors
///
/// As KVM says.
pub(crate) fn run(cpu: &mut VcpuFd, spaces: &mut Spaces) -> Result<Option<Stop>, Error> {
    let (port, is_read, data) = match cpu.run() {
        Ok(VcpuExit::MmioRead(address, data)) => {
            spaces.read_memory(address, data);
            return Ok(None);
        }
        Ok(VcpuExit::MmioWrite(address, data)) => {
            spaces.write_memory(address, data);
            return Ok(None);
        }
        Ok(VcpuExit::IoIn(port, data)) => (port, true, ptr::from_mut(data)),
        Ok(VcpuExit::IoOut(port, data)) => (port, false, ptr::from_ref(data).cast_mut()),
        Ok(other) => return Ok(Some(Stop::from_exit(&other))),
        Err(error) => {
            return match error.errno() {
                EINTR => Ok(Some(Stop::Interrupted)),
                EAGAIN => Ok(None),
                _ => Err(error),
            };
        }
    };
    // SAFETY: the vCPU has just exited by a port, so this is the part of the union that KVM has filled in; and
    // it is made of integers.
    let size = unsafe { cpu.get_kvm_run().__bindgen_anon_1.io.size };
    // SAFETY: `data` is the slice that `run` gave out. It lies in the mapping of `cpu`, which is borrowed
    // until the end of this function, and beyond the structure that `get_kvm_run` shows; nobody else has a
    // reference to it, as the one that it was made of is not used any more.
    let data = unsafe { &mut *data };
    // `rep ins` is one exit for many reads of the same port.
    for piece in data.chunks_mut(usize::from(size.max(1))) {
        if is_read { spaces.read_port(port, piece) } else { spaces.write_port(port, piece) }
    }
    Ok(None)
}
