//! The `wirestamp` program.

use std::process::ExitCode;

use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;
use wirestamp_server::args::{self, Command, ServeArgs};
use wirestamp_server::error::Error;
use wirestamp_server::listen::systemd::Sockets;
use wirestamp_server::process::{logging, signals};
use wirestamp_server::server::Server;

fn main() -> ExitCode {
    let done: Result<(), Box<dyn std::error::Error>> = match args::parse() {
        Ok(Command::Serve(args)) => serve(args).map_err(Into::into),
        Ok(Command::Connect(args)) => wirestamp_client::connect(args).map_err(Into::into),
        Ok(Command::Ping(args)) => wirestamp_client::ping(args).map_err(Into::into),
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

fn serve(args: ServeArgs) -> Result<(), Error> {
    logging::start(args.log_format, args.log_level);
    let handed = Sockets::take()?;
    // One thread for all: the work is system calls, and a session or a bridge that waits for another thread to
    // wake waits longer than they take. docs/performance.md has the figures.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Start { what: "start the runtime", source })?;
    runtime.block_on(async {
        let server = Server::bind(args, handed).await?;
        let asked_to_stop = CancellationToken::new();
        signals::on_signal(asked_to_stop.clone())?;
        server.announce();
        server.run(asked_to_stop).await;
        Ok(())
    })
}
