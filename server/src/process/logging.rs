//! Logs: standard error, a line an event.
//!
//! Anything that came from outside is logged with `?`, whose `Debug` escapes control characters.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::time::ChronoLocal;

/// How a log line is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people: time, level, words and fields.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// From which level on lines are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Level {
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

/// Starts logging; to be called once.
pub fn start(format: Format, level: Level) {
    let level = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
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
        Format::Text => lines.init(),
        Format::Json => lines.json().flatten_event(true).init(),
    }
}
