//! The command line, validated into a [`Command`].

mod config;
mod serve;
pub mod value;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wirestamp_client::{ConnectArgs, PingArgs};

pub use config::Config;

use serve::ServeArgs;

/// The other end of the socket: send it a message, and it comes back prefixed with the time of its arrival.
#[derive(Debug, Parser)]
#[command(name = "wirestamp", version, arg_required_else_help = true, max_term_width = 100)]
struct Program {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the timestamp server, with its web page and its WebSocket bridge
    Serve(ServeArgs),
    /// Talk to a timestamp service from a terminal or a pipe
    Connect(ConnectArgs),
    /// Measure round-trip times to a timestamp service
    Ping(PingArgs),
}

/// A command to run.
#[derive(Debug)]
pub enum Command {
    /// `wirestamp serve`.
    Serve(Box<Config>),
    /// `wirestamp connect`.
    Connect(ConnectArgs),
    /// `wirestamp ping`.
    Ping(PingArgs),
}

/// Parses the command line and the environment.
///
/// # Errors
/// The exit code, if there is nothing to run: the help, the version or a one-line error has been printed.
pub fn parse() -> Result<Command, ExitCode> {
    match Program::try_parse() {
        Ok(Program { command: Verb::Serve(args) }) => Ok(Command::Serve(Box::new(args.into_config()))),
        Ok(Program { command: Verb::Connect(args) }) => Ok(Command::Connect(args)),
        Ok(Program { command: Verb::Ping(args) }) => Ok(Command::Ping(args)),
        Err(error) if error.use_stderr() && error.kind() != HELP_WAS_MISSING => {
            eprintln!("wirestamp: {}", in_one_line(&error.render().to_string()));
            Err(ExitCode::from(2))
        }
        Err(error) => {
            let _ = error.print();
            Err(ExitCode::from(u8::from(error.use_stderr()) * 2))
        }
    }
}

const HELP_WAS_MISSING: clap::error::ErrorKind =
    clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;

/// Joins the paragraph in which clap explains an error into one line, so that logs have one entry for it.
fn in_one_line(paragraph: &str) -> String {
    let said = paragraph.lines().map(str::trim).filter(|line| !line.is_empty());
    let kept =
        said.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let line = kept.collect::<Vec<_>>().join("; ");
    format!("{}; see 'wirestamp --help'", line.trim_start_matches("error: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_valid() {
        Program::command().debug_assert();
    }

    #[test]
    fn an_error_is_one_line() {
        let error = Program::try_parse_from(["wirestamp", "serve", "--tpc", "localhost:1"]).unwrap_err();
        let line = in_one_line(&error.render().to_string());
        assert!(line.starts_with("unexpected argument '--tpc'"), "{line}");
        assert!(line.ends_with("; see 'wirestamp --help'") && !line.contains('\n'), "{line}");
    }
}
