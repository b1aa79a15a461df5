//! Other programs as clients: netcat, ncat, socat and Python.

use crate::support::place::Place;
use crate::support::shell::bash;
use crate::support::{STAMP, Server, port_of, unstamp};

#[tokio::test]
async fn netcat_gets_the_last_reply_after_its_fin() {
    let server = Server::start(&["--gap", "off"]).await;
    let port = server.tcp.port();
    let output = bash(&format!(r"printf 'a\nb' | nc -N 127.0.0.1 {port}")).await;
    let (first, second) = output.stdout.split_at(STAMP + 2);
    assert_eq!((unstamp(first), unstamp(second)), (&b"a\n"[..], &b"b"[..]));
    assert!(output.status.success());
}

#[tokio::test]
async fn a_hundred_thousand_lines_through_netcat_lose_none() {
    // On a busy computer, netcat may pause within a line for longer than the default gap.
    let server = Server::start(&["--log-level", "warn", "--gap", "off"]).await;
    let port = server.tcp.port();
    let replies = bash(&format!("seq 100000 | nc -N 127.0.0.1 {port}")).await.stdout;
    let mut lines = replies.split_inclusive(|byte| *byte == b'\n');
    for number in 1..=100_000 {
        let reply = lines.next().unwrap_or_else(|| panic!("no reply to {number}"));
        assert_eq!(reply[STAMP..], *format!("{number}\n").as_bytes());
    }
    assert_eq!(lines.next(), None);
}

#[tokio::test]
async fn netcat_reaches_it_over_ipv6() {
    let server = Server::start_at("[::1]:0", "127.0.0.1:0", &[]).await;
    let output = bash(&format!("echo six | nc -N ::1 {}", server.tcp.port())).await;
    assert_eq!(unstamp(&output.stdout), b"six\n");
}

#[tokio::test]
async fn netcat_sends_a_datagram_and_prints_its_answer() {
    let server = Server::start(&["--udp", "127.0.0.1:0"]).await;
    let port = port_of(server.addresses("udp")[0]);
    // netcat waits for more datagrams until the pipe is closed, here after one reply of this length.
    let output = bash(&format!("printf hello | nc -u 127.0.0.1 {port} | head -c {}", STAMP + 5)).await;
    assert_eq!(unstamp(&output.stdout), b"hello");
}

#[tokio::test]
async fn netcat_ncat_and_socat_reach_it_over_a_unix_socket() {
    let place = Place::new();
    let _server = Server::start(&["--unix", place.text()]).await;
    let path = place.text();
    for client in
        [format!("nc -NU {path}"), format!("ncat -U {path}"), format!("socat - UNIX-CONNECT:{path}")]
    {
        let output = bash(&format!("printf 'a\\nb' | {client}")).await;
        assert_two_replies(&client, &output.stdout);
    }
}

#[tokio::test]
async fn ncat_and_socat_get_both_replies_over_tcp() {
    let server = Server::start(&["--gap", "off"]).await;
    let port = server.tcp.port();
    for client in [format!("ncat 127.0.0.1 {port}"), format!("socat - TCP:127.0.0.1:{port}")] {
        let output = bash(&format!("printf 'a\\nb' | {client}")).await;
        assert_two_replies(&client, &output.stdout);
    }
}

#[tokio::test]
async fn socat_sends_a_datagram_and_prints_its_answer() {
    let server = Server::start(&["--udp", "[::1]:0"]).await;
    let port = port_of(server.addresses("udp")[0]);
    let output =
        bash(&format!("printf hello | socat -t 2 - UDP6:[::1]:{port} | head -c {}", STAMP + 5)).await;
    assert_eq!(unstamp(&output.stdout), b"hello");
}

/// The client of the textbooks: it sends no line feed and reads the reply with `recv(1024)`.
const TEXTBOOK_CLIENT: &str = r#"
import socket, sys
family, kind, address = sys.argv[1], sys.argv[2], sys.argv[3:]
address = address[0] if family == "AF_UNIX" else (address[0], int(address[1]))
client = socket.socket(getattr(socket, family), getattr(socket, kind))
client.connect(address)
for message in ["hello", "and again", "x"]:
    client.send(message.encode())
    print(client.recv(1024).decode())
client.close()
"#;

#[tokio::test]
async fn the_textbook_client_in_python_gets_its_replies_on_every_kind_of_socket() {
    let place = Place::new();
    let flags = ["--udp", "127.0.0.1:0", "--unix", place.text(), "--tcp", "[::1]:0"];
    let server = Server::start(&flags).await;
    let (tcp, udp) = (server.tcp.port(), port_of(server.addresses("udp")[0]));
    let tcp6 = port_of(server.addresses("tcp")[1]);
    for arguments in [
        format!("AF_INET SOCK_STREAM 127.0.0.1 {tcp}"),
        format!("AF_INET6 SOCK_STREAM ::1 {tcp6}"),
        format!("AF_UNIX SOCK_STREAM {}", place.text()),
        format!("AF_INET SOCK_DGRAM 127.0.0.1 {udp}"),
    ] {
        let output = bash(&format!("python3 -c '{TEXTBOOK_CLIENT}' {arguments}")).await;
        let replies = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let messages: Vec<&[u8]> = replies.map(unstamp).collect();
        assert_eq!(messages, [&b"hello"[..], b"and again", b"x"], "{arguments}");
    }
}

fn assert_two_replies(client: &str, replies: &[u8]) {
    assert_eq!(replies.len(), 2 * STAMP + 3, "{client}: {}", String::from_utf8_lossy(replies));
    let (first, second) = replies.split_at(STAMP + 2);
    assert_eq!((unstamp(first), unstamp(second)), (&b"a\n"[..], &b"b"[..]), "{client}");
}
