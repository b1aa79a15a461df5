//! How many clients the limit of open files has room for.

use std::num::NonZeroUsize;

use crate::error::Error;

/// The descriptors to keep free for listeners, the log, and whatever libraries open: a quarter of the limit, but at
/// most 64.
fn headroom(limit: u64) -> u64 {
    (limit / 4).min(64)
}

/// Raises the limit of open files as far as possible. Returns how many sessions there may be at once, and also how
/// many HTTP connections: `asked`, or as many as the limit has room for when both share it.
///
/// A client takes one descriptor. A WebSocket takes two if there is an upstream service.
///
/// # Errors
/// [`Error::Start`] if the limit can't be read.
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
    fn sessions_and_http_connections_share_the_limit_minus_the_headroom() {
        for (limit, clients) in [(20_000, 9968), (1024, 480), (64, 24), (3, 1), (0, 1)] {
            assert_eq!(room(limit, false), clients, "{limit}");
        }
        assert_eq!(room(20_000, true), 6645);
    }
}
