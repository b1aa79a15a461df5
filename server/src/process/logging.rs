//! The log: one line per event, on standard error.
//!
//! Anything that came from outside is logged with `?`, whose `Debug` escapes control characters. A thread of its own
//! writes the lines, so that a reader who stalls doesn't hold up the server.

use std::fmt;
use std::io::{self, IsTerminal};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use super::log_fields::ReadableFields;
use super::log_queue::LogQueue;
use crate::error::Error;
use crate::journal::Journal;
use crate::zone;

/// How long the end of the process waits for a reader of the log who stalls.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// The format of the log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For people: time, level, message and fields.
    Text,
    /// For programs: one JSON object per line.
    Json,
}

/// The least severe level that is logged.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Problems that keep the service from working.
    Error,
    /// Problems that may need attention.
    Warn,
    /// Clients that connect and disconnect.
    Info,
    /// Mistakes of clients and other peers.
    Debug,
}

/// How the log is written.
#[derive(Debug, Clone, Copy)]
pub struct LogConfig {
    /// The format of the lines.
    pub format: LogFormat,
    /// The least severe level that is logged.
    pub level: LogLevel,
    /// Whether each message is logged.
    pub payload: bool,
}

/// The running log. Clones are one log.
#[derive(Clone)]
pub struct Log(LogQueue);

impl Log {
    /// Waits until every line is written, but not for long if nobody reads.
    pub fn flush(&self) {
        self.0.flush(FLUSH_TIMEOUT);
    }
}

/// Starts logging. This must be called only once. `journal` is told about lines that had to be dropped.
///
/// # Errors
/// [`Error::Start`] if the system refuses a thread.
pub fn start(LogConfig { format, level, .. }: LogConfig, journal: Journal) -> Result<Log, Error> {
    let queue = LogQueue::new(journal);
    let writer = queue.clone();
    thread::Builder::new()
        .name("log".into())
        .spawn(move || writer.write_to(io::stderr()))
        .map_err(|source| Error::Start { what: "start the log's thread", source })?;
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let log = Log(queue.clone());
    let lines = tracing_subscriber::fmt()
        .with_writer(move || queue.clone())
        .with_max_level(level)
        .with_ansi(colours)
        .with_target(false)
        // They would go to standard error past the queue.
        .log_internal_errors(false)
        .with_timer(LocalTime);
    match format {
        LogFormat::Text => lines.fmt_fields(ReadableFields).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(log)
}

/// The time of a line: RFC 3339 with milliseconds.
struct LocalTime;

impl FormatTime for LocalTime {
    fn format_time(&self, line: &mut Writer<'_>) -> fmt::Result {
        write!(line, "{}", zone::local_time().format("%FT%T%.3f%:z"))
    }
}
