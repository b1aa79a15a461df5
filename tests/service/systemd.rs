//! Under systemd: sockets from it, notifications to it, and the unit files.

use std::process::Stdio;

use tokio::net::UnixDatagram;
use tokio::process::Command;

use crate::support::place::Place;
use crate::support::server::{PROGRAM, ask, wirestamp};
use crate::support::{Server, http, soon, unstamp};

/// Does what systemd does (sd_listen_fds(3)): binds sockets, passes them on as descriptors from 3 up, and
/// executes the program.
const ACTIVATE: &str = r#"
import os, socket, sys
names = sys.argv[1].split(":")
for number, name in enumerate(names):
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if name == "udp" else socket.SOCK_STREAM)
    bound.bind(("127.0.0.1", 0))
    if name != "udp":
        bound.listen()
    os.dup2(bound.fileno(), 100 + number)
for number in range(len(names)):
    os.dup2(100 + number, 3 + number)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(names)), LISTEN_FDNAMES=sys.argv[1])
os.execv(sys.argv[2], sys.argv[2:])
"#;

fn activated(names: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-c", ACTIVATE, names, PROGRAM, "serve", "--utc"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn sockets_from_systemd_replace_its_own() {
    let server = Server::started_by(activated("tcp:http:udp:tcp")).await;
    assert_eq!((server.addresses("tcp").len(), server.addresses("udp").len()), (2, 1));
    for address in server.addresses("tcp") {
        let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
        assert_eq!(unstamp(&ask(&mut client, b"activated\n").await), b"activated\n");
    }
    assert_eq!(http::get(server.http, "/healthz", &[]).await.status(), 200);
}

#[tokio::test]
async fn a_socket_with_an_unknown_name_is_refused() {
    let output = soon("its end", activated("tcp:smtp").output()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("cannot use the socket \"smtp\" from systemd"), "{said}");
}

#[tokio::test]
async fn it_notifies_systemd_when_ready_alive_and_stopping() {
    let place = Place::new();
    let notifications = UnixDatagram::bind(place.path()).unwrap();
    let mut command = wirestamp(&["serve", "--udp", "off", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    command.env("NOTIFY_SOCKET", place.path()).env("WATCHDOG_USEC", "100000");
    let server = Server::started_by(command).await;
    let next = async || {
        let mut message = [0; 100];
        let len = soon("a notification", notifications.recv(&mut message)).await.unwrap();
        String::from_utf8_lossy(&message[..len]).trim().to_owned()
    };
    assert_eq!(next().await, "READY=1");
    for _ in 0..3 {
        assert_eq!(next().await, "WATCHDOG=1");
    }
    server.signal("TERM");
    while next().await != "STOPPING=1" {}
}

#[tokio::test]
async fn a_watchdog_interval_of_zero_is_ignored() {
    let place = Place::new();
    let notifications = UnixDatagram::bind(place.path()).unwrap();
    let mut command = wirestamp(&["serve", "--udp", "off", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    command.env("NOTIFY_SOCKET", place.path()).env("WATCHDOG_USEC", "0");
    let mut server = Server::started_by(command).await;
    server.signal("TERM");
    let line = server.logged(&[""]).await;
    assert!(line.contains("stopping"), "{line}");
    for expected in ["READY=1", "STOPPING=1"] {
        let mut message = [0; 100];
        let len = soon("a notification", notifications.recv(&mut message)).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&message[..len]).trim(), expected);
    }
}

#[tokio::test]
async fn the_unit_files_are_valid() {
    let units = concat!(env!("CARGO_MANIFEST_DIR"), "/systemd");
    let read = |name: &str| std::fs::read_to_string(format!("{units}/{name}")).unwrap();
    let service = read("wirestamp.service");
    for kind in ["tcp", "udp", "http"] {
        let name = format!("wirestamp-{kind}.socket");
        assert!(read(&name).contains(&format!("FileDescriptorName={kind}\n")));
        assert!(service.contains(&name));
    }
    // If systemd is installed, it checks the units. It also checks the path of the program, so that is this
    // build's.
    let directory = Place::new();
    let copy = directory.path().parent().unwrap();
    for file in std::fs::read_dir(units).unwrap() {
        let file = file.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap().replace("/usr/local/bin/wirestamp", PROGRAM);
        std::fs::write(copy.join(file.file_name()), text).unwrap();
    }
    let mut verify = Command::new("systemd-analyze");
    verify
        .args(["verify", "--man=no"])
        .args(["wirestamp.service", "wirestamp-tcp.socket"].map(|name| copy.join(name)));
    match soon("systemd-analyze", verify.output()).await {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("wirestamp"), "{said}");
        }
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}"),
    }
}
