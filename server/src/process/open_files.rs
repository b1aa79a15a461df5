//! How many clients the system has room for.

use std::num::NonZeroUsize;

use crate::error::Error;

/// What a client may take of the limit of open files: a WebSocket has its own socket, and both ends of the
/// bridge's connection to the service.
const DESCRIPTORS_A_CLIENT: u64 = 3;

/// Kept free for listeners, the log, and whatever libraries open: a quarter of a small limit, 64 of others.
fn headroom(limit: u64) -> u64 {
    (limit / 4).min(64)
}

/// Raises the limit of open files as far as it may be, and returns how many sessions there may be at once,
/// and how many HTTP connections: `asked`, or as many as that limit has room for.
///
/// # Errors
/// [`Error::Start`] if the system does not tell its limit.
pub(crate) fn max_connections(asked: Option<NonZeroUsize>) -> Result<usize, Error> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)
        .map_err(|source| Error::Start { what: "read the limit of open files", source })?;
    Ok(asked.map_or_else(|| room(limit), NonZeroUsize::get))
}

fn room(limit: u64) -> usize {
    let room = (limit - headroom(limit)) / DESCRIPTORS_A_CLIENT;
    usize::try_from(room.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_third_of_the_open_files_less_some() {
        for (limit, clients) in [(20_000, 6645), (1024, 320), (64, 16), (3, 1), (0, 1)] {
            assert_eq!(room(limit), clients, "{limit}");
        }
    }
}
