//! Other people's programs as clients: netcat, ncat, socat, Python; and the README's own commands.

use std::process::{Output, Stdio};

use tokio::process::Command;

use crate::support::place::Place;
use crate::support::server::PROGRAM;
use crate::support::{STAMP, Server, soon, unstamp};

/// Runs a line of shell, as a person would type it.
async fn shell(line: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", line]).stdin(Stdio::null()).kill_on_drop(true);
    // `wirestamp` is the one that is tested.
    let here = std::path::Path::new(PROGRAM).parent().unwrap().to_str().unwrap();
    command.env("PATH", format!("{here}:{}", std::env::var("PATH").unwrap_or_default()));
    soon(line, command.output()).await.unwrap()
}

#[tokio::test]
async fn netcat_gets_both_replies_the_second_after_its_fin() {
    let server = Server::start(&["--gap", "off"]).await;
    let port = server.tcp.port();
    let output = shell(&format!(r"printf 'a\nb' | nc -N 127.0.0.1 {port}")).await;
    let (first, second) = output.stdout.split_at(STAMP + 2);
    assert_eq!((unstamp(first), unstamp(second)), (&b"a\n"[..], &b"b"[..]));
    assert!(output.status.success());
}

#[tokio::test]
async fn a_hundred_thousand_lines_through_netcat_lose_none() {
    // On a busy computer netcat may pause in a line for longer than the usual gap.
    let server = Server::start(&["--log-level", "warn", "--gap", "off"]).await;
    let port = server.tcp.port();
    let replies = shell(&format!("seq 100000 | nc -N 127.0.0.1 {port}")).await.stdout;
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
    let output = shell(&format!("echo six | nc -N ::1 {}", server.tcp.port())).await;
    assert_eq!(unstamp(&output.stdout), b"six\n");
}

#[tokio::test]
async fn netcat_sends_a_datagram_and_prints_its_answer() {
    let server = Server::start(&["--udp", "127.0.0.1:0"]).await;
    let port = port_of(server.addresses("udp")[0]);
    // It waits for more datagrams until it is told to go: after one answer of this length.
    let output = shell(&format!("printf hello | nc -u 127.0.0.1 {port} | head -c {}", STAMP + 5)).await;
    assert_eq!(unstamp(&output.stdout), b"hello");
}

#[tokio::test]
async fn netcat_and_ncat_and_socat_reach_it_over_a_unix_socket() {
    let place = Place::new();
    let _server = Server::start(&["--unix", place.text()]).await;
    let path = place.text();
    for client in
        [format!("nc -NU {path}"), format!("ncat -U {path}"), format!("socat - UNIX-CONNECT:{path}")]
    {
        let output = shell(&format!("printf 'a\\nb' | {client}")).await;
        assert_two_replies(&client, &output.stdout);
    }
}

#[tokio::test]
async fn ncat_and_socat_get_both_replies_over_tcp() {
    let server = Server::start(&["--gap", "off"]).await;
    let port = server.tcp.port();
    for client in [format!("ncat 127.0.0.1 {port}"), format!("socat - TCP:127.0.0.1:{port}")] {
        let output = shell(&format!("printf 'a\\nb' | {client}")).await;
        assert_two_replies(&client, &output.stdout);
    }
}

#[tokio::test]
async fn socat_sends_a_datagram_and_prints_its_answer() {
    let server = Server::start(&["--udp", "[::1]:0"]).await;
    let port = port_of(server.addresses("udp")[0]);
    let output =
        shell(&format!("printf hello | socat -t 2 - UDP6:[::1]:{port} | head -c {}", STAMP + 5)).await;
    assert_eq!(unstamp(&output.stdout), b"hello");
}

/// The classic client as the textbooks have it: no newline, and `recv(1024)` for the reply.
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
        let output = shell(&format!("python3 -c '{TEXTBOOK_CLIENT}' {arguments}")).await;
        let replies = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let messages: Vec<&[u8]> = replies.map(unstamp).collect();
        assert_eq!(messages, [&b"hello"[..], b"and again", b"x"], "{arguments}");
    }
}

fn port_of(address: &str) -> &str {
    address.rsplit(':').next().unwrap()
}

fn assert_two_replies(client: &str, replies: &[u8]) {
    assert_eq!(replies.len(), 2 * STAMP + 3, "{client}: {}", String::from_utf8_lossy(replies));
    let (first, second) = replies.split_at(STAMP + 2);
    assert_eq!((unstamp(first), unstamp(second)), (&b"a\n"[..], &b"b"[..]), "{client}");
}

/// The blocks of the README in this language, each a list of lines.
fn readme_blocks(language: &str) -> Vec<Vec<&'static str>> {
    let fence = format!("```{language}\n");
    let blocks = include_str!("../README.md").split(&fence[..]).skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap().lines().collect()).collect()
}

/// A line with every digit a nought and every name of a day or a month a mark: when it was is not what the
/// README promises.
fn without_time(line: &str) -> String {
    let Some((stamp, message)) = wirestamp_protocol::split_stamp(line.as_bytes()) else { return line.into() };
    let shape = |byte: &u8| match byte {
        b'0'..=b'9' => '0',
        b'a'..=b'z' | b'A'..=b'Z' => 'x',
        other => char::from(*other),
    };
    let stamp: String = stamp.iter().map(shape).collect();
    format!("[{}] {}", stamp.replace("  ", " 0"), String::from_utf8_lossy(message))
}

/// A line of a measurement with every number a nought, and without the way that the clocks are apart.
fn without_figures(line: &str) -> String {
    let line = line.replace("behind", "ahead of");
    let digits = |c: char| c.is_ascii_digit();
    let mut shape = String::new();
    for piece in line.split_inclusive(digits) {
        match piece.strip_suffix(digits) {
            Some("") if shape.ends_with('0') => {}
            Some(text) => shape = shape + text + "0",
            None => shape += piece,
        }
    }
    shape
}

/// A line of the README with the test's own addresses in it.
fn put_in(line: &str, places: &[(&str, String)]) -> String {
    places.iter().fold(line.to_owned(), |line, (shown, real)| line.replace(shown, real))
}

/// Runs the commands of a block, `places` put in for the README's addresses, and compares what they print.
async fn run_block(block: &[&str], places: &[(&str, String)]) {
    let mut lines = block.iter().peekable();
    while let Some(line) = lines.next() {
        let line = line.strip_prefix("$ ").expect("a block begins with a command");
        let shape = if line.contains("wirestamp ping") { without_figures } else { without_time };
        let mut expected = Vec::new();
        while let Some(said) = lines.next_if(|line| !line.starts_with("$ ")) {
            expected.push(shape(&put_in(said, places)));
        }
        if line.starts_with("wirestamp serve ") {
            continue;
        }
        let line = put_in(&format!("{line}\n"), places);
        let output = shell(&line).await;
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said.lines().map(shape).collect::<Vec<_>>(), expected, "{line}");
    }
}

#[tokio::test]
async fn the_readmes_own_commands_do_what_it_says() {
    let verbs = readme_blocks("sh");
    assert_eq!(verbs, [["make serve"], ["make test"]], "the two commands; the second is running this");

    // The classic listeners as `make serve` has them, and those that the README adds, all on free ports.
    let place = Place::new();
    let mut command = Command::new("make");
    command.arg("serve").current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
        .env("WIRESTAMP_TCP", "127.0.0.1:0,127.0.0.1:0?format=unix,[::1]:0")
        .env("WIRESTAMP_UNIX", format!("{}?format=%T", place.text()))
        .env("WIRESTAMP_UDP", "127.0.0.1:0")
        .env("WIRESTAMP_HTTP", "127.0.0.1:0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Server::started_by(command).await;
    let [classic, unix, six] = server.addresses("tcp")[..] else { panic!("three listeners") };
    let places = [
        ("wirestamp connect\n", format!("wirestamp connect tcp://{classic}")),
        ("ws://localhost:8080", format!("ws://{}", server.http)),
        ("udp://localhost:21567", format!("udp://{}", server.addresses("udp")[0])),
        ("-w1 localhost 21567", format!("-w1 127.0.0.1 {}", port_of(server.addresses("udp")[0]))),
        ("localhost 21567", format!("127.0.0.1 {}", port_of(classic))),
        ("::1 21567", format!("::1 {}", port_of(six))),
        ("localhost 21568", format!("127.0.0.1 {}", port_of(unix))),
        ("/tmp/wirestamp", place.text().to_owned()),
    ];
    let blocks = readme_blocks("console");
    assert!(blocks.len() >= 3);
    for block in blocks {
        run_block(&block, &places).await;
    }
}
