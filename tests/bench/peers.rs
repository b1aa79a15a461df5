//! The programs that are measured.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::support::group::Group;
use crate::support::server::{PROGRAM, without_settings};
use crate::support::{Server, soon};
use crate::wire::Wire;

/// A program that is ready for the load.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) wire: Wire,
    /// The process that does the work, unless it starts others to do it.
    pub(crate) pid: Option<u32>,
    _process: Option<Group>,
}

/// Starts the program under test as a user would, except for its ports. Its stamps are in local time.
pub(crate) async fn ours(flags: &[&str]) -> Server {
    build(PROGRAM, flags).await
}

/// Starts the build that `BENCH_BEFORE` names, to be compared with the program under test.
pub(crate) async fn before(flags: &[&str]) -> Option<Server> {
    let program = std::env::var("BENCH_BEFORE").ok()?;
    Some(build(&program, flags).await)
}

async fn build(program: &str, flags: &[&str]) -> Server {
    let mut command = without_settings(program);
    command.args(["serve", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "warn"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if !flags.contains(&"--udp") {
        command.args(["--udp", "off"]);
    }
    command.args(flags);
    Server::started_by(command).await
}

impl Peer {
    /// The service under test, or its bridge.
    pub(crate) fn ours(server: &Server, wire: Wire) -> Self {
        let address = if wire.is_websocket() { server.http } else { server.tcp };
        Self { name: "wirestamp", address, wire, pid: Some(server.pid()), _process: None }
    }

    /// The same peer by another name.
    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The service under test over UDP.
    pub(crate) fn our_datagrams(server: &Server) -> Self {
        let address = server.addresses("udp")[0].parse().expect("the server prints its addresses");
        Self { address, ..Self::ours(server, Wire::Raw { stamped: true }) }
    }
}

/// Builds the floor: `cc -O2`.
pub(crate) fn build_floor() -> PathBuf {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/bench/floor.c");
    let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("floor");
    let built = std::process::Command::new("cc").args(["-O2", "-o"]).arg(&program).arg(source).status();
    assert!(built.expect("a C compiler is installed").success(), "floor.c was not built");
    program
}

/// Starts the floor over `tcp` or `udp`.
pub(crate) async fn floor(program: &PathBuf, transport: &str) -> Peer {
    let mut command = Command::new(program);
    let mut process = Group::spawn(command.arg(transport).stdout(Stdio::piped())).expect("it was built");
    let mut lines = BufReader::new(process.0.stdout.take().expect("it is piped")).lines();
    let port = soon("the floor's port", lines.next_line()).await.unwrap().expect("it prints its port");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse().unwrap()));
    let pid = process.0.id();
    Peer { name: "floor", address, wire: Wire::Raw { stamped: false }, pid, _process: Some(process) }
}

/// Starts `socat` as an echo server. It uses a process for each client.
pub(crate) async fn socat() -> Option<Peer> {
    let address = free_address().await;
    let listen = format!("TCP-LISTEN:{},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=4096", address.port());
    let mut command = Command::new("socat");
    command.args([&listen, "PIPE"]);
    started("socat", command, address, Wire::Raw { stamped: false }, false).await
}

/// Starts `websocat` as a bridge to the floor.
pub(crate) async fn websocat(floor: SocketAddr) -> Option<Peer> {
    let address = free_address().await;
    let mut command = Command::new("websocat");
    command.args(["--binary", &format!("ws-l:{address}"), &format!("tcp:{floor}")]);
    started("websocat", command, address, Wire::Stream, true).await
}

/// Starts `websockify` as a bridge to the floor. It uses a process for each client.
pub(crate) async fn websockify(floor: SocketAddr) -> Option<Peer> {
    let address = free_address().await;
    let mut command = Command::new("websockify");
    command.args([address.to_string(), floor.to_string()]);
    started("websockify", command, address, Wire::Stream, false).await
}

/// Starts a program and waits until it listens at `address`. Returns `None` if it is not installed.
async fn started(
    name: &'static str,
    mut command: Command,
    address: SocketAddr,
    wire: Wire,
    works_itself: bool,
) -> Option<Peer> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = Group::spawn(&mut command).ok()?;
    let listening = async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    soon(name, listening).await;
    let pid = process.0.id().filter(|_| works_itself);
    Some(Peer { name, address, wire, pid, _process: Some(process) })
}

async fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap()
}

/// The first line of output with the version of `program`.
pub(crate) async fn version(program: &str, flag: &str) -> String {
    let said = Command::new(program).arg(flag).output().await;
    let Ok(said) = said else { return "not installed".into() };
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    let line = text.lines().find(|line| line.contains(|c: char| c.is_ascii_digit()));
    line.unwrap_or("installed, tells no version").trim().to_owned()
}
