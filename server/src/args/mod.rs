//! The command line, validated into a [`Command`].

mod complaint;
mod config;
mod manual;
mod serve;
pub mod value;
mod watch;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use wirestamp_client::{ConnectArgs, PingArgs, WatchArgs};

pub use config::Config;

use serve::ServeArgs;

/// The other end of the socket: send it a message, and it comes back prefixed with the time of its arrival.
#[derive(Debug, Parser)]
#[command(name = "wirestamp", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = EXAMPLES)]
struct Program {
    #[command(subcommand)]
    command: Verb,
}

const EXAMPLES: &str = "\
Examples:
  wirestamp serve
      run the server; then open http://localhost:8080/ in a browser
  wirestamp connect
      type lines, and see each come back with its stamp and its round trip
  wirestamp ping -c 10 device.example
      measure the round trips to a timestamp service elsewhere
  wirestamp watch
      see what the clients of a server send, in how many pieces, and who hangs up";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the timestamp server, with its web page and its WebSocket bridge
    Serve(ServeArgs),
    /// Talk to a timestamp service from a terminal or a pipe
    Connect(ConnectArgs),
    /// Measure round-trip times to a timestamp service
    Ping(PingArgs),
    /// Follow what happens on a server's sockets
    Watch(WatchArgs),
    /// Print completions for a shell
    #[command(after_long_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page
    #[command(after_long_help = MAN_EXAMPLES)]
    Man {
        /// The subcommand that the page is about, instead of the whole program
        #[arg(value_parser = ["serve", "connect", "ping", "watch", "completions", "man"])]
        command: Option<String>,
    },
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  wirestamp completions bash > ~/.local/share/bash-completion/completions/wirestamp
  wirestamp completions zsh > ~/.zfunc/_wirestamp
      a directory of $fpath
  wirestamp completions fish > ~/.config/fish/completions/wirestamp.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  wirestamp man > ~/.local/share/man/man1/wirestamp.1
  wirestamp man serve > ~/.local/share/man/man1/wirestamp-serve.1
      then read it with: man wirestamp serve";

/// A command to run.
#[derive(Debug)]
pub enum Command {
    /// `wirestamp serve`.
    Serve(Box<Config>),
    /// `wirestamp connect`.
    Connect(ConnectArgs),
    /// `wirestamp ping`.
    Ping(PingArgs),
    /// `wirestamp watch`.
    Watch(WatchArgs),
}

/// Parses the command line and the environment.
///
/// # Errors
/// The exit code, if there is nothing to run: the help, the version or a one-line error has been printed.
pub fn parse() -> Result<Command, ExitCode> {
    let line: Vec<OsString> = std::env::args_os().collect();
    let is_short_help = line.iter().any(|arg| arg == "-h");
    let parsed = command(is_short_help).try_get_matches_from(&line);
    match parsed.and_then(|matches| Program::from_arg_matches(&matches)) {
        Ok(Program { command }) => match command {
            Verb::Serve(args) => Ok(Command::Serve(Box::new(args.into_config()))),
            Verb::Connect(args) => Ok(Command::Connect(args)),
            Verb::Ping(args) => Ok(Command::Ping(args)),
            Verb::Watch(args) => Ok(Command::Watch(args)),
            Verb::Completions { shell } => Err(print(&manual::completions(shell, Program::command()))),
            Verb::Man { command } => Err(print(&manual::page(command.as_deref(), Program::command()))),
        },
        Err(error) if error.use_stderr() && error.kind() != HELP_WAS_MISSING => {
            eprintln!("wirestamp: {}", complaint::about(&error, &line, &Program::command()));
            Err(ExitCode::from(2))
        }
        Err(error) if error.use_stderr() => {
            let _ = error.print();
            Err(ExitCode::from(2))
        }
        Err(error) => Err(written(error.print())),
    }
}

/// Returns the command line to parse. The short help has a line for each flag, so it leaves out the variables.
fn command(is_short_help: bool) -> clap::Command {
    let program = Program::command();
    if !is_short_help {
        return program;
    }
    program.mut_subcommands(|verb| verb.mut_args(|flag| flag.hide_env(true)))
}

/// Writes to standard output, and returns the exit code.
fn print(text: &[u8]) -> ExitCode {
    let mut stdout = std::io::stdout().lock();
    written(stdout.write_all(text).and_then(|()| stdout.flush()))
}

/// Returns the exit code after standard output was written to.
fn written(done: std::io::Result<()>) -> ExitCode {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("wirestamp: cannot write to standard output: {}", crate::error::reason(&error));
            ExitCode::FAILURE
        }
        // Whoever closes a pipe early has read enough.
        _ => ExitCode::SUCCESS,
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

    #[test]
    fn every_flag_of_serve_is_in_a_group_of_the_help() {
        let program = Program::command();
        for flag in program.find_subcommand("serve").unwrap().get_arguments() {
            assert!(flag.get_help_heading().is_some(), "{} has no help_heading", flag.get_id());
        }
    }
}
