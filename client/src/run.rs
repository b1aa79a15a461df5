//! Runs a client.

use crate::error::Error;

/// Runs a client to its end. One thread is enough, since a client has one peer and mostly waits for it.
///
/// A thread that still reads standard input then is abandoned, not waited for.
pub(crate) fn to_the_end<T>(client: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Error::System { what: "start", source })?;
    let done = runtime.block_on(client);
    runtime.shutdown_background();
    done
}
