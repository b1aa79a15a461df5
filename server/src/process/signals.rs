//! Signals: the first that asks for a stop gets one in order, the second ends the server immediately.

use std::fs;
use std::future::pending;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::journal::Journal;
use crate::process::logging::Log;

/// Cancels `stop` at the first SIGINT, SIGTERM or SIGHUP, and ends the process at the next SIGINT or SIGTERM. A
/// terminal that is closed can send SIGHUP twice, so a second one changes nothing. SIGUSR1 and SIGUSR2, which end a
/// process that doesn't listen for them, are ignored.
///
/// # Errors
/// [`Error::Start`] if the system refuses a handler.
pub fn on_signal(stop: CancellationToken, journal: Journal, log: Log) -> Result<(), Error> {
    let listen = |kind| signal(kind).map_err(|source| Error::Start { what: "listen for signals", source });
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut user1 = listen(SignalKind::user_defined1())?;
    let mut user2 = listen(SignalKind::user_defined2())?;
    let mut hangup = if is_hangup_ignored() { None } else { Some(listen(SignalKind::hangup())?) };
    tokio::spawn(async move {
        loop {
            let signal = tokio::select! {
                _ = interrupt.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
                () = next(hangup.as_mut()) => "SIGHUP",
                _ = user1.recv() => "SIGUSR1",
                _ = user2.recv() => "SIGUSR2",
            };
            match signal {
                "SIGUSR1" | "SIGUSR2" => journal.signal_ignored(signal),
                _ if !stop.is_cancelled() => {
                    journal.stopping(signal);
                    stop.cancel();
                }
                "SIGHUP" => {}
                _ => break,
            }
        }
        log.flush();
        // By convention, the exit code of a program that SIGINT ended: 128 plus its number.
        std::process::exit(130);
    });
    Ok(())
}

async fn next(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => signal.recv().await.unwrap_or_default(),
        None => pending().await,
    }
}

/// Whether this process was started with SIGHUP ignored, as nohup(1) does. It then outlives its terminal.
fn is_hangup_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // The lowest bit is signal 1 (proc_pid_status(5)).
    ignored & 1 != 0
}
