//! The command line, validated into a [`Command`].

mod complaint;
mod config;
mod serve;
pub mod value;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
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
    let line: Vec<OsString> = std::env::args_os().collect();
    match Program::try_parse_from(&line) {
        Ok(Program { command: Verb::Serve(args) }) => Ok(Command::Serve(Box::new(args.into_config()))),
        Ok(Program { command: Verb::Connect(args) }) => Ok(Command::Connect(args)),
        Ok(Program { command: Verb::Ping(args) }) => Ok(Command::Ping(args)),
        Err(error) if error.use_stderr() && error.kind() != HELP_WAS_MISSING => {
            eprintln!("wirestamp: {}", complaint::about(&error, &line, &Program::command()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_valid() {
        Program::command().debug_assert();
    }
}
