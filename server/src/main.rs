//! The `wirestamp` program.

use std::process::ExitCode;

use tokio_util::sync::CancellationToken;
use wirestamp_server::args::{self, Command, ServeArgs};
use wirestamp_server::error::Error;
use wirestamp_server::{log, serve::Server, shutdown};

fn main() -> ExitCode {
    let done = match args::parse() {
        Ok(Command::Serve(args)) => serve(args),
        Err(stop) => return stop,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wirestamp: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(args: ServeArgs) -> Result<(), Error> {
    log::start(args.log_format, args.log_level);
    let server = Server::bind(args).await?;
    let stop = CancellationToken::new();
    // Before the announcement: whoever reads it may send a signal at once.
    shutdown::on_signal(stop.clone())?;
    server.announce();
    server.run(stop).await;
    Ok(())
}
