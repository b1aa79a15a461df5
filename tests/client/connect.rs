//! `wirestamp connect` in a pipe, with Wirestamp's server and with other peers.

use std::process::{Output, Stdio};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::support::peer::{self, STAMPED};
use crate::support::server::{PROGRAM, wirestamp};
use crate::support::{STAMP, Server, soon, unstamp};

/// Pipes `input` through `wirestamp connect` with these arguments.
pub(super) async fn pipe(args: &[&str], input: &[u8]) -> Output {
    let mut command = wirestamp(&["connect"]);
    command.args(args).stdin(Stdio::piped()).kill_on_drop(true);
    through(command, input).await
}

pub(super) async fn through(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A client that ends early does not read all of it.
    tokio::spawn(async move {
        let _ = stdin.write_all(&input).await;
    });
    soon("the client's end", child.wait_with_output()).await.unwrap()
}

/// The replies of a client that succeeded, without their stamps.
fn messages(output: &Output) -> Vec<String> {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    let lines = output.stdout.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| String::from_utf8(unstamp(line).to_vec()).unwrap()).collect()
}

/// The one line on standard error of a client that failed.
pub(super) fn complaint(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
    said.strip_prefix("wirestamp: ").expect(&said).trim_end().to_owned()
}

fn numbers(up_to: u32) -> String {
    (1..=up_to).map(|number| format!("{number}\n")).collect()
}

#[tokio::test]
async fn a_hundred_thousand_lines_come_back_each_with_its_stamp() {
    // On a busy computer, the client may pause within a line for longer than the default gap.
    let server = Server::start(&["--log-level", "warn", "--gap", "off"]).await;
    let lines = numbers(100_000);
    for url in [format!("tcp://{}", server.tcp), format!("ws://{}", server.http)] {
        let output = pipe(&[&url], lines.as_bytes()).await;
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{url}");
        let mut replies = output.stdout.split_inclusive(|byte| *byte == b'\n');
        for line in lines.split_inclusive('\n') {
            let reply = replies.next().unwrap_or_else(|| panic!("{url}: no reply to {line}"));
            assert_eq!(reply[STAMP..], *line.as_bytes(), "{url}");
        }
        assert_eq!(replies.next(), None, "{url}");
    }
}

#[tokio::test]
async fn an_address_is_taken_as_people_type_it() {
    let server = Server::start_at("localhost:0", "localhost:0", &[]).await;
    let (tcp, http) = (server.tcp.port(), server.http.port());
    for url in [
        format!("localhost:{tcp}"),
        format!(":{tcp}"),
        format!("{tcp}"),
        format!("http://localhost:{http}"),
        format!("http://localhost:{http}/"),
        format!("ws://localhost:{http}/"),
    ] {
        assert_eq!(messages(&pipe(&[&url, "--timeout", "5"], b"hello\n").await), ["hello\n"], "{url}");
    }
}

#[tokio::test]
async fn the_last_line_may_lack_a_line_feed() {
    let server = Server::start(&[]).await;
    assert_eq!(messages(&pipe(&[&format!("tcp://{}", server.tcp)], b"a\n\nb").await), ["a\n", "\n", "b"]);
    assert_eq!(messages(&pipe(&[&format!("ws://{}", server.http)], b"a\n\nb").await), ["a\n", "\n", "b\n"]);
}

#[tokio::test]
async fn empty_input_is_not_an_error() {
    let server = Server::start(&[]).await;
    for url in [format!("tcp://{}", server.tcp), format!("ws://{}", server.http)] {
        assert_eq!(messages(&pipe(&[&url], b"").await), [""; 0]);
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf8_pass_unchanged() {
    let server = Server::start(&[]).await;
    for url in [format!("tcp://{}", server.tcp), format!("ws://{}", server.http)] {
        let output = pipe(&[&url], b"\x1b[31m\xff\0\r\n").await;
        assert_eq!(unstamp(&output.stdout), b"\x1b[31m\xff\0\r\n", "{url}");
    }
}

#[tokio::test]
async fn datagrams_and_unix_sockets_carry_lines_too() {
    let url = peer::udp(|datagram| vec![peer::stamped(datagram)]).await;
    let stamped: String = numbers(5000).lines().map(|line| format!("{STAMPED}{line}\n")).collect();
    let output = pipe(&[&url], numbers(5000).as_bytes()).await;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.stdout == stamped.as_bytes(), "5000 datagrams arrive in order, none lost");

    let (url, _scratch) = peer::unix();
    let output = pipe(&[&url], numbers(5000).as_bytes()).await;
    assert!(output.stdout == stamped.as_bytes(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_textbook_server_that_stamps_many_lines_at_once_has_answered_them_all() {
    let (url, _group) = peer::textbook().await;
    let lines = format!("{}no line feed", numbers(3000));
    let output = pipe(&[&url], lines.as_bytes()).await;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    let mut replies = String::from_utf8(output.stdout).unwrap();
    // It puts a stamp wherever a recv(1024) began.
    while let Some(at) = replies.find('[') {
        replies.replace_range(at..at + STAMP, "");
    }
    assert!(replies == lines);
}

#[tokio::test]
async fn a_plain_echo_works_as_a_peer() {
    let (url, _group) = peer::socat().await;
    let lines = numbers(1000);
    let output = pipe(&[&url], lines.as_bytes()).await;
    assert_eq!((output.status.code(), output.stdout == lines.as_bytes()), (Some(0), true));
}

#[tokio::test]
async fn a_peer_that_answers_without_line_feeds_and_never_ends_is_understood() {
    let url = peer::tcp(|mut stream| async move {
        let mut buffer = [0; 1024];
        let len = stream.read(&mut buffer).await.unwrap();
        stream.write_all(&peer::stamped(&buffer[..len])).await.unwrap();
        std::future::pending().await
    });
    let output = pipe(&[&url.await], b"hello").await;
    assert_eq!(output.stdout, peer::stamped(b"hello"));
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test]
async fn missing_replies_are_counted() {
    let url = peer::tcp(|stream| peer::answer(stream, 3)).await;
    let output = pipe(&[&url], numbers(10).as_bytes()).await;
    assert_eq!(
        complaint(&output),
        format!("3 of 10 replies came before {url} closed the connection; see the server's log")
    );
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 3);
}

#[tokio::test]
async fn lost_datagrams_do_not_delay_the_others() {
    let mut number = 0;
    let url = peer::udp(move |datagram| {
        number += 1;
        if number % 2 == 0 { vec![datagram.to_vec()] } else { vec![] }
    });
    // More are lost than may be in flight at once.
    let output = pipe(&[&url.await, "--timeout", "500ms"], numbers(300).as_bytes()).await;
    assert!(complaint(&output).starts_with("150 of 300 replies came from udp://"), "{}", complaint(&output));
}

#[tokio::test]
async fn a_peer_that_loses_everything_is_given_up_before_all_is_sent() {
    let url = peer::udp(|_| vec![]).await;
    let output = pipe(&[&url, "--timeout", "50ms"], numbers(100_000).as_bytes()).await;
    assert!(complaint(&output).starts_with("0 of 128 replies came from udp://"), "{}", complaint(&output));
}

#[tokio::test]
async fn a_silent_peer_is_given_up() {
    let url = peer::tcp(|stream| async move {
        let _open = stream;
        std::future::pending().await
    });
    let url = url.await;
    let output = pipe(&[&url, "--timeout", "100ms"], b"a\nb\n").await;
    let expected =
        format!("0 of 2 replies came from {url}, then none for 100ms; use --timeout to wait longer");
    assert_eq!(complaint(&output), expected);
}

#[tokio::test]
async fn a_peer_that_ends_before_the_input_is_reported() {
    let url = peer::tcp(|stream| async move { drop(stream) }).await;
    let mut command = wirestamp(&["connect", &url]);
    let mut child = command.stdin(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let _open = child.stdin.take();
    let output = soon("the client's end", child.wait_with_output()).await.unwrap();
    let expected =
        format!("{url} closed the connection before the end of the input; 0 of 0 lines were answered");
    assert_eq!(complaint(&output), expected);
}

#[tokio::test]
async fn an_unreachable_peer_is_named_with_advice() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (url, said) in [
        (format!("tcp://{free}"), "connection refused: nobody listens there; start a server there"),
        (format!("ws://{free}/ws"), "connection refused: nobody listens there; start a server there"),
        (format!("udp://{free}"), "connection refused: nobody listens there; start a server there"),
        ("tcp://nowhere.invalid:7".into(), "check the host name"),
        ("unix:/nowhere/socket".into(), "no such file or directory; check the path"),
    ] {
        let complaint = complaint(&pipe(&[&url], b"a\n").await);
        let start = format!("cannot reach {url}: ");
        assert!(complaint.starts_with(&start) && complaint.contains(said), "{complaint}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_a_bridge_is_reported() {
    let server = Server::start(&[]).await;
    let said = complaint(&pipe(&[&format!("ws://{}/nothing", server.http)], b"").await);
    let explained =
        "it answered 404 Not Found: not found; the page is at /; check the path; the bridge is at /ws";
    assert!(said.contains(explained), "{said}");
    let said = complaint(&pipe(&[&format!("ws://{}/ws?stamp=unix", server.http)], b"").await);
    let explained = "it answered 400 Bad Request: unknown setting \"stamp\"; use format=";
    assert!(said.contains(explained) && said.ends_with("; correct the address"), "{said}");
    let said = complaint(&pipe(&[&format!("wss://{}", server.http)], b"").await);
    assert!(said.starts_with(&format!("cannot reach wss://{}/ws: ", server.http)), "{said}");
    assert!(said.ends_with("; it doesn't speak TLS; use ws:// instead"), "{said}");
}

#[tokio::test]
async fn a_wrong_url_or_flag_is_one_line_and_exit_code_2() {
    for (args, named) in
        [(["ftp://localhost"], "unknown scheme \"ftp\"; use tcp"), (["--timeout=x"], "--timeout")]
    {
        let output = pipe(&args, b"").await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.starts_with("wirestamp: ") && said.contains(named) && said.lines().count() == 1,
            "{said}"
        );
        assert_eq!(output.status.code(), Some(2));
    }
}

#[tokio::test]
async fn the_url_and_flags_are_read_from_the_environment() {
    let (url, _scratch) = peer::unix();
    let mut command = wirestamp(&["connect"]);
    command.env("WIRESTAMP_CONNECT_URL", &url).env("WIRESTAMP_CONNECT_TIMEOUT", "1m").stdin(Stdio::piped());
    assert_eq!(through(command, b"hello\n").await.stdout, peer::stamped(b"hello\n"));
}

#[tokio::test]
async fn a_reader_that_closes_the_pipe_early_causes_no_error() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let line = format!("seq 100000 | ({PROGRAM} connect tcp://{}; echo $? >&2) | head -n 1", server.tcp);
    let mut command = Command::new("sh");
    command.args(["-c", &line]).kill_on_drop(true);
    let output = soon(&line, command.output()).await.unwrap();
    assert_eq!(unstamp(&output.stdout), b"1\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "0\n");
}

#[tokio::test]
async fn the_longest_replies_of_the_server_are_taken() {
    let server = Server::start(&["--max-message", "16MiB"]).await;
    let line = [&vec![b'x'; (16 << 20) - 1][..], b"\n"].concat();
    let output = pipe(&[&format!("ws://{}", server.http)], &line).await;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(unstamp(&output.stdout) == line);
}

/// Answers the messages of one WebSocket client over any stream, then closes it with this frame.
#[tokio::test]
async fn a_line_that_is_too_long_for_a_message_is_an_error() {
    let server = Server::start(&[]).await;
    let output = pipe(&[&format!("ws://{}", server.http)], &vec![b'x'; 18 << 20]).await;
    let said = complaint(&output);
    assert!(said.starts_with("cannot send to ws://"), "{said}");
    assert!(said.ends_with(": the line is over 17 MiB; over TCP, lines have any length"), "{said}");
}

pub(super) async fn bridge(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    messages: usize,
    close: Option<CloseFrame>,
) {
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    for _ in 0..messages {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                socket.send(Message::Ping("still there?".into())).await.unwrap();
                socket.send(Message::text(format!("{STAMPED}{text}"))).await.unwrap();
            }
            // The client's Close ends the session too.
            Some(Ok(Message::Pong(_))) | Some(Ok(Message::Close(_))) => {}
            _ => return,
        }
    }
    let _ = socket.close(close).await;
    while let Some(Ok(_)) = socket.next().await {}
}

#[tokio::test]
async fn a_close_is_reported_with_its_code_and_reason() {
    let frame = CloseFrame { code: 4000.into(), reason: "out of \x1b[5mpaper".into() };
    let url = peer::tcp(|stream| bridge(stream, 1, Some(frame))).await.replace("tcp://", "ws://");
    let said = complaint(&pipe(&[&url], b"a\nb\n").await);
    let ended = format!(r"{url}/ws closed the WebSocket with 4000: out of \x1b[5mpaper");
    assert_eq!(said, format!("1 of 2 replies came before {ended}; see the server's log"));
}

#[tokio::test]
async fn an_incomplete_line_is_sent_once_the_input_is_quiet() {
    let server = Server::start(&[]).await;
    let mut command = wirestamp(&["connect", &format!("tcp://{}", server.tcp)]);
    let mut child = command.stdin(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    stdin.write_all(b"Password: ").await.unwrap();
    let mut reply = [0; STAMP + 10];
    soon("a reply", stdout.read_exact(&mut reply)).await.unwrap();
    assert_eq!(unstamp(&reply), b"Password: ");
    drop(stdin);
    assert_eq!(soon("the end", child.wait()).await.unwrap().code(), Some(0));
}
