//! The log: one line per event, on standard error.
//!
//! Anything that came from outside is logged with `?`, whose `Debug` escapes control characters.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::time::ChronoLocal;

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
}

/// Starts logging. This must be called only once.
pub fn start(LogConfig { format, level }: LogConfig) {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let colours =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let lines = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level)
        .with_ansi(colours)
        .with_target(false)
        // If standard error is closed, reporting that on standard error would panic.
        .log_internal_errors(false)
        .with_timer(ChronoLocal::new("%FT%T%.3f%:z".into()));
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
