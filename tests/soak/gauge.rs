//! What the server takes of the system: proc(5).

/// One process.
pub(crate) struct Gauge {
    pid: u32,
}

/// What it has at one time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    pub(crate) descriptors: usize,
    /// Memory in use, in bytes: VmRSS.
    pub(crate) resident: u64,
    /// The part of it that is no file's, so heap and stacks: RssAnon.
    pub(crate) anonymous: u64,
}

impl Gauge {
    pub(crate) fn of(pid: u32) -> Self {
        Self { pid }
    }

    pub(crate) fn read(&self) -> State {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
        };
        State {
            descriptors: std::fs::read_dir(format!("/proc/{}/fd", self.pid)).unwrap().count(),
            resident: bytes("VmRSS"),
            anonymous: bytes("RssAnon"),
        }
    }
}
