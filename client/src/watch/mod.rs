//! `wirestamp watch`: follows what a server tells of its sessions.

mod args;
mod feed;
mod follow;
mod http;
mod output;
mod pieces;
mod presentation;
mod request;
mod site;
mod token;
mod view;

use std::io::{IsTerminal, stdout};

use rustix::termios::tcgetwinsize;

use crate::error::Error;
use crate::run;
use crate::show::has_colours;
pub use args::WatchArgs;
use follow::Watch;
use output::Stop;
use presentation::{Presentation, Text};
use request::Request;
use view::Look;

/// The width of a terminal that doesn't tell its own, in columns.
const USUAL_WIDTH: usize = 80;

/// Writes a server's events to standard output: as lines for people at a terminal, otherwise as JSON or as a capture.
///
/// # Errors
/// If the server can't be reached or refuses, or if a capture would be written to a terminal.
pub fn watch(args: WatchArgs) -> Result<(), Error> {
    let is_terminal = stdout().is_terminal();
    if args.pcapng && is_terminal {
        return Err(Error::CaptureAtTerminal);
    }
    let presentation = match (args.pcapng, is_terminal && !args.json) {
        (true, _) => Presentation::Packets,
        (false, true) => Presentation::Text(Text::default()),
        (false, false) => Presentation::Lines,
    };
    let request = Request::new(&args, token::authorization(args.token_file.as_deref())?);
    run::to_the_end(async { Watch { request, presentation, look, stop: Stop::new()? }.run().await })
}

/// Returns how lines look at the terminal that is standard output.
fn look() -> Look {
    let width = tcgetwinsize(stdout()).map_or(0, |size| usize::from(size.ws_col));
    Look { width: if width == 0 { USUAL_WIDTH } else { width }, colour: has_colours() }
}
