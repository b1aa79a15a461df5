//! The `wirestamp` program.

use std::process::ExitCode;

use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;
use wirestamp_server::args::{self, Command, Config};
use wirestamp_server::error::Error;
use wirestamp_server::journal::Journal;
use wirestamp_server::listen::systemd::Sockets;
use wirestamp_server::process::logging::{self, Log};
use wirestamp_server::process::signals;
use wirestamp_server::server::Server;

fn main() -> ExitCode {
    match args::parse() {
        Ok(Command::Serve(config)) => exit(serve(*config), |_| 1),
        Ok(Command::Connect(args)) => {
            exit(wirestamp_client::connect(args), wirestamp_client::Error::exit_code)
        }
        Ok(Command::Ping(args)) => exit(wirestamp_client::ping(args), wirestamp_client::Error::exit_code),
        Ok(Command::Watch(args)) => exit(wirestamp_client::watch(args), wirestamp_client::Error::exit_code),
        Err(code) => code,
    }
}

fn exit<E: std::error::Error>(done: Result<(), E>, code: impl FnOnce(&E) -> u8) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wirestamp: {error}");
            code(&error).into()
        }
    }
}

fn serve(config: Config) -> Result<(), Error> {
    let journal = Journal::new(config.log.payload);
    let log = logging::start(config.log, journal.clone())?;
    let done = run(config, journal, log.clone());
    log.flush();
    done
}

fn run(config: Config, journal: Journal, log: Log) -> Result<(), Error> {
    let handed = Sockets::take()?;
    // One thread for everything: the work is system calls, and waking another thread takes longer than they do.
    // docs/performance.md has the figures.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Start { what: "start the runtime", source })?;
    runtime.block_on(async {
        let server = Server::bind(config, handed, journal.clone()).await?;
        let stop = CancellationToken::new();
        signals::on_signal(stop.clone(), journal, log)?;
        server.announce()?;
        server.run(stop).await;
        Ok(())
    })
}
