//! The service on Unix stream sockets.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::support::place::Place;
use crate::support::server::wirestamp;
use crate::support::{STAMP, Server, soon, unstamp};

async fn ask(path: &Path, message: &[u8]) -> Vec<u8> {
    let mut client = UnixStream::connect(path).await.unwrap();
    client.write_all(message).await.unwrap();
    let mut reply = vec![0; STAMP + message.len()];
    soon("a reply", client.read_exact(&mut reply)).await.unwrap();
    reply
}

/// The error of a server that cannot listen on this path.
async fn refusal(path: &str) -> String {
    let any = "127.0.0.1:0";
    let args = ["serve", "--tcp", any, "--udp", "off", "--http", any, "--unix", path];
    let output = soon("its end", wirestamp(&args).output()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn it_works_like_tcp_and_logs_the_clients_process() {
    let place = Place::new();
    let mut server = Server::start(&["--unix", place.text()]).await;
    assert_eq!(server.addresses("unix"), [place.text()]);
    for message in [&b"hello\n"[..], b"no line feed", b"\r\0\xff\n"] {
        assert_eq!(unstamp(&ask(place.path(), message).await), message);
    }
    let peer = format!("peer=pid:{},uid:", std::process::id());
    server.logged(&["session opened", "transport=unix", &peer]).await;
}

#[tokio::test]
async fn only_the_owner_may_connect_unless_the_mode_allows_more() {
    for (flags, mode) in [(&[][..], 0o600), (&["--unix-mode", "0666"], 0o666)] {
        let place = Place::new();
        let _server = Server::start(&[&["--unix", place.text()], flags].concat()).await;
        assert_eq!(place.path().metadata().unwrap().permissions().mode() & 0o777, mode);
    }
}

#[tokio::test]
async fn the_path_is_removed_at_the_end() {
    let place = Place::new();
    let server = Server::start(&["--unix", place.text()]).await;
    assert!(place.path().exists());
    assert_eq!(server.stop().await, Some(0));
    assert!(!place.path().exists());
}

#[tokio::test]
async fn a_path_that_another_program_replaced_is_not_removed() {
    let place = Place::new();
    let server = Server::start(&["--unix", place.text()]).await;
    std::fs::remove_file(place.path()).unwrap();
    std::fs::write(place.path(), "someone else's").unwrap();
    assert_eq!(server.stop().await, Some(0));
    assert_eq!(std::fs::read(place.path()).unwrap(), b"someone else's");
}

#[tokio::test]
async fn a_socket_that_nobody_listens_on_is_replaced() {
    let place = Place::new();
    drop(UnixListener::bind(place.path()).unwrap());
    assert!(place.path().exists());
    let _server = Server::start(&["--unix", place.text()]).await;
    assert_eq!(unstamp(&ask(place.path(), b"new\n").await), b"new\n");
}

#[tokio::test]
async fn a_socket_in_use_is_left_alone() {
    let place = Place::new();
    let _other = UnixListener::bind(place.path()).unwrap();
    let said = refusal(place.text()).await;
    assert!(
        said.contains(&format!("cannot listen on unix {}: another program is listening there", place.text())),
        "{said}"
    );
    assert!(UnixStream::connect(place.path()).await.is_ok());
}

#[tokio::test]
async fn a_socket_whose_owner_is_too_busy_to_accept_is_left_alone() {
    let place = Place::new();
    let other = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    other.bind(&SockAddr::unix(place.path()).unwrap()).unwrap();
    other.listen(0).unwrap();
    let _waits_in_its_backlog = UnixStream::connect(place.path()).await.unwrap();
    let said = refusal(place.text()).await;
    assert!(said.contains("another program is listening there"), "{said}");
    assert!(place.path().exists());
}

#[tokio::test]
async fn a_file_is_left_alone() {
    let place = Place::new();
    std::fs::write(place.path(), "precious").unwrap();
    let said = refusal(place.text()).await;
    assert!(said.contains("something other than a socket is there and was left alone"), "{said}");
    assert_eq!(std::fs::read(place.path()).unwrap(), b"precious");
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let said = refusal("/nowhere/at/all/socket").await;
    assert!(
        said.contains("cannot listen on unix /nowhere/at/all/socket: no such file or directory"),
        "{said}"
    );
}
