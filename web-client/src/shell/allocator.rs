//! The allocator. The one in the standard library is larger by 2 KiB with brotli.

use rlsf::{GlobalTlsf, GlobalTlsfOptions};

#[global_allocator]
static ALLOCATOR: GlobalTlsf<Options> = GlobalTlsf::new();

#[derive(Debug)]
struct Options;

impl GlobalTlsfOptions for Options {
    /// Buffers that grow are copied. In place takes more code, and the log's rarely could.
    const ENABLE_REALLOCATION: bool = false;
    /// What a growing log leaves behind is used again, by larger allocations too.
    const COALESCE_POOLS: bool = true;
}
