//! Signals: the first stops the server in order, the second ends it immediately.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::journal::Journal;
use crate::process::logging::Log;

/// Cancels `stop` at the first SIGINT or SIGTERM, and ends the process at the second.
///
/// # Errors
/// [`Error::Start`] if the system refuses a handler.
pub fn on_signal(stop: CancellationToken, journal: Journal, log: Log) -> Result<(), Error> {
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
        log.flush();
        // By convention, the exit code of a program that SIGINT ended: 128 plus its number.
        std::process::exit(130);
    });
    Ok(())
}
