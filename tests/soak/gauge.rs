//! The descriptors and memory of a process: proc(5).

use crate::support::memory;

/// One process.
pub(crate) struct Gauge {
    pid: u32,
}

/// The descriptors and memory at one time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    pub(crate) descriptors: usize,
    /// Memory in use, in bytes: VmRSS.
    pub(crate) resident: u64,
    /// The part of it that belongs to no file, which is heap and stacks: RssAnon.
    pub(crate) anonymous: u64,
}

impl Gauge {
    pub(crate) fn of(pid: u32) -> Self {
        Self { pid }
    }

    pub(crate) fn read(&self) -> State {
        State {
            descriptors: std::fs::read_dir(format!("/proc/{}/fd", self.pid)).unwrap().count(),
            resident: memory::of(self.pid, "VmRSS"),
            anonymous: memory::of(self.pid, "RssAnon"),
        }
    }
}
