//! How many clients the limit of open files has room for.

use std::num::NonZeroUsize;

use crate::error::Error;

/// Kept free for listeners, the log, and whatever libraries open: a quarter of a small limit, 64 of others.
fn headroom(limit: u64) -> u64 {
    (limit / 4).min(64)
}

/// Raises the limit of open files as far as possible, and returns how many sessions there may be at once, and how
/// many HTTP connections besides: `asked`, or as many as that limit has room for.
///
/// A client takes one descriptor, a WebSocket with an upstream service two.
///
/// # Errors
/// [`Error::Start`] if the system does not tell its limit.
pub(crate) fn max_connections(asked: Option<NonZeroUsize>, has_upstream: bool) -> Result<usize, Error> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)
        .map_err(|source| Error::Start { what: "read the limit of open files", source })?;
    Ok(asked.map_or_else(|| room(limit, has_upstream), NonZeroUsize::get))
}

fn room(limit: u64, has_upstream: bool) -> usize {
    let descriptors_each = 1 + if has_upstream { 2 } else { 1 };
    let room = (limit - headroom(limit)) / descriptors_each;
    usize::try_from(room.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_and_http_connections_share_the_open_files_less_some() {
        for (limit, clients) in [(20_000, 9968), (1024, 480), (64, 24), (3, 1), (0, 1)] {
            assert_eq!(room(limit, false), clients, "{limit}");
        }
        assert_eq!(room(20_000, true), 6645);
    }
}
