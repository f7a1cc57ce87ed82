//! A vCPU and its exits.

use crate::host;
use devmodel::memory::Vcpu;
use devmodel::{AccessError, Attrs, Machine};
use kvm_ioctls::{Error, VcpuExit, VcpuFd};

/// Why a vCPU stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// It waits for an interrupt (`hlt`), and KVM has no interrupt controller that would bring one.
    Halted,
    /// It has shut down, such as after a triple fault.
    Shutdown,
    /// A signal came, or it was told to exit at once.
    Interrupted,
    /// Something else, as `kvm-ioctls` calls it.
    Other(String),
}

/// A vCPU, whose exits by memory and ports are answered by a machine.
///
/// It may be sent to a thread of its own, and keeps no device alive.
pub struct Runner {
    cpu: VcpuFd,
    spaces: Spaces,
}

impl Runner {
    /// A vCPU that sees what the machine's vCPUs see.
    pub fn new(cpu: VcpuFd, machine: &Machine) -> Self {
        let memory = Vcpu::new(machine.address_space());
        let ports = Vcpu::new(machine.port_space());
        Self { cpu, spaces: Spaces { memory, ports, failed: 0 } }
    }

    /// The vCPU, for its registers.
    pub fn cpu(&mut self) -> &mut VcpuFd {
        &mut self.cpu
    }

    /// How many accesses failed. What the guest reads then is told at
    /// [`AddressSpace::read`](devmodel::AddressSpace::read).
    pub fn failed(&self) -> u64 {
        self.spaces.failed
    }

    /// Runs until it stops for another reason than an access. Forgets its view of memory then, as whoever
    /// has stopped may wait for long.
    ///
    /// # Errors
    ///
    /// As KVM says.
    pub fn run(&mut self) -> Result<Stop, Error> {
        let stopped = loop {
            match self.step() {
                Ok(None) => {}
                Ok(Some(stop)) => break Ok(stop),
                Err(error) => break Err(error),
            }
        };
        self.spaces.memory.release();
        self.spaces.ports.release();
        stopped
    }

    /// Runs until the next exit. None if that was an access, which has been answered.
    ///
    /// # Errors
    ///
    /// As KVM says.
    pub fn step(&mut self) -> Result<Option<Stop>, Error> {
        host::run(&mut self.cpu, &mut self.spaces)
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("failed", &self.failed()).finish_non_exhaustive()
    }
}

impl Stop {
    pub(crate) fn from_exit(exit: &VcpuExit<'_>) -> Self {
        match exit {
            VcpuExit::Hlt => Self::Halted,
            VcpuExit::Shutdown => Self::Shutdown,
            VcpuExit::Intr => Self::Interrupted,
            other => Self::Other(format!("{other:?}")),
        }
    }
}

/// What a vCPU sees.
pub(crate) struct Spaces {
    memory: Vcpu,
    ports: Vcpu,
    failed: u64,
}

impl Spaces {
    pub(crate) fn read_memory(&mut self, address: u64, data: &mut [u8]) {
        let done = self.memory.read(address, data, Attrs::default());
        self.count(done);
    }

    pub(crate) fn write_memory(&mut self, address: u64, data: &[u8]) {
        let done = self.memory.write(address, data, Attrs::default());
        self.count(done);
    }

    pub(crate) fn read_port(&mut self, port: u16, data: &mut [u8]) {
        let done = self.ports.read(u64::from(port), data, Attrs::default());
        self.count(done);
    }

    pub(crate) fn write_port(&mut self, port: u16, data: &[u8]) {
        let done = self.ports.write(u64::from(port), data, Attrs::default());
        self.count(done);
    }

    fn count(&mut self, done: Result<(), AccessError>) {
        self.failed += u64::from(done.is_err());
    }
}
