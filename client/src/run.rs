//! Running a client from beginning to end.

use crate::error::Error;

/// Runs a client on one thread: a conversation has one peer, and waits more than it works.
///
/// What blocks on standard input when the client is done is left behind rather than waited for.
pub(crate) fn to_the_end<T>(client: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Error::System { what: "start", source })?;
    let done = runtime.block_on(client);
    runtime.shutdown_background();
    done
}
