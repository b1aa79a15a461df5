//! CPU time: the first field of `/proc/PID/schedstat`, in nanoseconds.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// The CPU time of this thread so far.
pub(crate) fn own_time() -> Duration {
    time_of(Path::new("/proc/thread-self"))
}

/// The CPU time of all threads of a process so far.
pub(crate) fn time(pid: u32) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Duration::ZERO };
    threads.flatten().map(|thread| time_of(&thread.path())).sum()
}

fn time_of(task: &Path) -> Duration {
    let taken = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    let nanoseconds = taken.split(' ').next().and_then(|field| field.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
