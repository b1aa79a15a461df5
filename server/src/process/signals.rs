//! Ending by signal: the first asks, the second insists.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::journal::Journal;

/// Cancels `stop` at the first SIGINT or SIGTERM, and ends the process at the second.
///
/// # Errors
/// [`Error::Start`] if the system does not take a handler.
pub fn on_signal(stop: CancellationToken, journal: Journal) -> Result<(), Error> {
    let failed = |source| Error::Start { what: "listen for signals", source };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    tokio::spawn(async move {
        for ask in [true, false] {
            let name = tokio::select! {
                _ = interrupt.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
            };
            if ask {
                journal.stopping(name);
                stop.cancel();
            }
        }
        // By convention: ended by SIGINT.
        std::process::exit(130);
    });
    Ok(())
}
