//! `wirestamp connect`: a conversation, typed at a terminal or piped through.

mod pipe;
mod terminal;

use std::io::{IsTerminal, stdin, stdout};

use crate::args::ConnectArgs;
use crate::error::Error;
use crate::{link, run};

/// Talks to a timestamp service until the input ends.
///
/// # Errors
/// If the service can't be reached, the connection is lost, or replies are missing.
pub fn connect(args: ConnectArgs) -> Result<(), Error> {
    run::to_the_end(async {
        let link = link::open(&args.url, None).await?;
        if stdin().is_terminal() && stdout().is_terminal() {
            terminal::converse(link, &args).await
        } else {
            pipe::copy(link, tokio::io::stdin(), tokio::io::stdout(), &args).await
        }
    })
}
