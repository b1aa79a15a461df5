//! Logs: standard error, a line an event.
//!
//! Anything that came from outside is logged with `?`, whose `Debug` escapes control characters.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::time::ChronoLocal;

/// How a log line is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For people: time, level, words and fields.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// From which level on lines are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What keeps the service from doing its work.
    Error,
    /// What someone may want to look into.
    Warn,
    /// A line as a client comes and as it goes.
    Info,
    /// Peers' mistakes as well.
    Debug,
}

/// How the log is written.
#[derive(Debug, Clone, Copy)]
pub struct LogConfig {
    /// How a line is written.
    pub format: LogFormat,
    /// From which level on lines are written.
    pub level: LogLevel,
}

/// Starts logging. To be called once.
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
        // Whoever closed standard error does not want to know, and printing that it is closed would panic.
        .log_internal_errors(false)
        .with_timer(ChronoLocal::new("%FT%T%.3f%:z".into()));
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
