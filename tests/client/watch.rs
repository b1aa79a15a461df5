//! `wirestamp watch`: what it asks for, and what it writes.

use std::process::{Output, Stdio};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::tls::{localhost, tls};
use crate::support::events::{Asked, Events};
use crate::support::scratch::Scratch;
use crate::support::server::{PROGRAM, wirestamp};
use crate::support::terminal::{CTRL_C, Terminal};
use crate::support::{signal, soon};

pub(super) const NDJSON: &str = "application/x-ndjson";
const PCAPNG: &str = "application/x-pcapng";

/// Starts a watch in a pipe.
pub(super) fn watch(args: &[&str]) -> Child {
    watch_with(args, &[])
}

fn watch_with(args: &[&str], variables: &[(&str, &str)]) -> Child {
    let mut command = wirestamp(&["watch"]);
    command.args(args).envs(variables.iter().copied()).kill_on_drop(true).spawn().unwrap()
}

/// Waits for the end; returns the exit code and what was written to standard output and standard error.
pub(super) async fn end(child: Child) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = soon("the end", child.wait_with_output()).await.unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The event of a session that was opened.
pub(super) fn open(number: u64) -> String {
    format!(
        r#"{{"type":"open","id":"692a0b3c-{number}","session":3,"transport":"tcp","peer":"127.0.0.1:44398","listener":"127.0.0.1:21567","at":"2026-11-22T18:07:00.123456789Z","format":"ctime"}}"#
    ) + "\n"
}

/// The events of a message and of the session's end.
const DRIBBLE: &str = r#"{"type":"message","id":"692a0b3c-2","session":3,"transport":"tcp","peer":"127.0.0.1:44398","listener":"127.0.0.1:21567","at":"2026-11-22T18:07:00.173456789Z","seq":1,"bytes":3,"text":"a\u001bb","first_at":"2026-11-22T18:07:00.123456789Z","reads":[{"at":"2026-11-22T18:07:00.123456789Z","bytes":1},{"at":"2026-11-22T18:07:00.173456789Z","bytes":2}],"source":"kernel","terminator":"none","end":"gap","shared":1,"wait_ns":3000,"service_ns":51000000,"delta_ns":null,"stamp":"Sun Nov 22 18:07:00 2026"}
{"type":"close","id":"692a0b3c-3","session":3,"transport":"tcp","peer":"127.0.0.1:44398","listener":"127.0.0.1:21567","at":"2026-11-22T18:07:01Z","by":"client","how":"reset","reads":2,"messages":1,"bytes_in":3,"bytes_out":30,"lasted_ns":877000000,"count":1,"hints":["reset"],"verdict":"It sent RST."}
{"type":"dropped","id":"692a0b3c-9","at":"2026-11-22T18:07:02Z","reads":0,"messages":0,"bytes":0,"events":6}
"#;

/// A section's first block and an empty block, as in a capture.
const CAPTURE: &[u8] =
    b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0\
                         \x06\0\0\0\x0c\0\0\0\x0c\0\0\0";

#[tokio::test]
async fn a_pipe_gets_the_servers_lines_as_they_are() {
    let server = Events::start().await;
    let child = watch(&["--no-follow", &server.url]);
    let mut asked = server.asked().await;
    assert_eq!(asked.target, "/api/events.ndjson?follow=no");
    assert!(!asked.headers.iter().any(|header| header.starts_with("authorization")), "{:?}", asked.headers);
    asked.begin(NDJSON).await;
    let odd = "{ \"id\": \"692a0b3c-5\", \"type\":\"of tomorrow\", \"text\":\"\\u001b 東\" }\n";
    let lines = format!("{}{odd}{DRIBBLE}", open(1));
    // In pieces that aren't lines, with empty lines that keep the connection alive.
    let (start, rest) = lines.as_bytes().split_at(100);
    for piece in [b"\n", start, rest, b"\n"] {
        asked.send(piece).await;
    }
    asked.end().await;
    assert_eq!(end(child).await, (Some(0), lines, String::new()));
}

#[tokio::test]
async fn flags_filter_what_is_asked_for() {
    let server = Events::start().await;
    let args = ["--transport", "tcp,ws", "--session", "3", "--type", "message", "--since", "692a0b3c-7"];
    let child = watch(&[&args[..], &["--no-follow", &server.url]].concat());
    let mut asked = server.asked().await;
    assert_eq!(
        asked.target,
        "/api/events.ndjson?transport=tcp,ws&type=message&session=3&follow=no&since=692a0b3c-7"
    );
    asked.begin(NDJSON).await;
    asked.end().await;
    assert_eq!(end(child).await, (Some(0), String::new(), String::new()));
}

#[tokio::test]
async fn a_terminal_gets_lines_for_people() {
    let server = Events::start().await;
    let home = Scratch::new();
    for (variable, [time, session, reset]) in [
        ("NO_COLOR", ["18:07:00.173456", "tcp 3", "reset by the client (RST)"]),
        ("UNUSED", ["\x1b[2m18:07:00.173456\x1b[0m", "\x1b[34mtcp 3\x1b[0m", "\x1b[31mreset by the client"]),
    ] {
        let mut terminal = Terminal::start(&["watch", &server.url], &home.0, &[(variable, "1")]);
        let mut asked = server.asked().await;
        assert_eq!(asked.target, "/api/events.ndjson");
        asked.begin(NDJSON).await;
        asked.send(open(1).as_bytes()).await;
        asked.send(DRIBBLE.as_bytes()).await;
        terminal.shows("2026-11-22, in UTC").await;
        terminal.shows("127.0.0.1:44398  opened at 127.0.0.1:21567\r\n").await;
        let message = terminal.shows("3 B").await;
        assert!(message.contains(time) && message.contains(session), "{message:?}");
        terminal.shows("\\x1b").await;
        terminal.shows("in 2 reads: 1 B, +50.0 ms 2 B; ended by the gap; reply after 51.0 ms").await;
        terminal.shows(reset).await;
        terminal.shows("It sent RST.").await;
        terminal.shows("missing here: 6 events").await;
        terminal.keys(CTRL_C).await;
        assert_eq!(terminal.end().await.0, Some(0));
    }
}

#[tokio::test]
async fn a_terminal_gets_json_if_it_should() {
    let server = Events::start().await;
    let home = Scratch::new();
    let mut terminal = Terminal::start(&["watch", "--json", &server.url], &home.0, &[]);
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    asked.send(DRIBBLE.as_bytes()).await;
    for line in DRIBBLE.lines() {
        terminal.shows(&format!("{line}\r\n")).await;
    }
}

#[tokio::test]
async fn a_token_comes_from_a_file_or_from_a_variable() {
    let scratch = Scratch::new();
    let path = scratch.0.join("token");
    std::fs::write(&path, "of the file\n".replace(' ', "-")).unwrap();
    let flag = ["--token-file", path.to_str().unwrap()];
    for (args, variables, token) in [
        (&flag[..], &[][..], "of-the-file"),
        (&[], &[("WIRESTAMP_WATCH_TOKEN", "of-the-variable")], "of-the-variable"),
        (&flag, &[("WIRESTAMP_WATCH_TOKEN", "of-the-variable")], "of-the-file"),
    ] {
        let server = Events::start().await;
        let child = watch_with(&[args, &["--no-follow", &server.url]].concat(), variables);
        let mut asked = server.asked().await;
        let header = format!("authorization: Bearer {token}");
        assert!(asked.headers.contains(&header), "{:?}", asked.headers);
        assert!(!asked.target.contains(token), "{}", asked.target);
        asked.begin(NDJSON).await;
        asked.end().await;
        assert_eq!(end(child).await.0, Some(0));
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_used_is_not_shown() {
    let scratch = Scratch::new();
    let path = scratch.0.join("token");
    let flag = ["--token-file", path.to_str().unwrap()];
    let (code, _, said) = end(watch(&flag)).await;
    let missing = format!("wirestamp: cannot use the token in {}: no such file", path.display());
    assert!(said.starts_with(&missing) && said.lines().count() == 1, "{said}");
    assert_eq!(code, Some(1));
    std::fs::write(&path, "two words").unwrap();
    let (code, _, said) = end(watch(&flag)).await;
    assert!(said.ends_with(": a token is one word of ASCII characters\n") && !said.contains("two"), "{said}");
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn a_capture_is_copied_in_whole_blocks() {
    let server = Events::start().await;
    let child = watch(&["--pcapng", "--transport", "udp", &server.url]);
    let mut asked = server.asked().await;
    assert_eq!(asked.target, "/api/events.pcapng?transport=udp");
    asked.begin(PCAPNG).await;
    asked.send(&CAPTURE[..30]).await;
    asked.send(&[&CAPTURE[30..], &CAPTURE[28..37]].concat()).await;
    // The last block is incomplete. Once the server is gone, the capture is cut short.
    drop(asked);
    let output = soon("the end", child.wait_with_output()).await.unwrap();
    assert_eq!(output.stdout, CAPTURE);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("wirestamp: lost the connection to {}: ", server.url)), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn a_capture_that_the_server_ends_is_complete() {
    let server = Events::start().await;
    let child = watch(&["--pcapng", &server.url]);
    let mut asked = server.asked().await;
    asked.begin(PCAPNG).await;
    asked.send(CAPTURE).await;
    asked.end().await;
    let output = soon("the end", child.wait_with_output()).await.unwrap();
    assert_eq!((output.stdout.as_slice(), output.status.code()), (CAPTURE, Some(0)));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("wirestamp: {} ended the stream\n", server.url));
}

#[tokio::test]
async fn a_capture_is_not_written_to_a_terminal() {
    let home = Scratch::new();
    let (code, shown) = Terminal::start(&["watch", "--pcapng"], &home.0, &[]).end().await;
    let advice = "write it to a file, or pipe it to 'wireshark -k -i -'";
    assert!(shown.contains(advice) && shown.lines().count() == 1, "{shown}");
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn a_reader_that_closes_the_pipe_ends_it_though_nothing_more_happens() {
    let server = Events::start().await;
    let line = format!("({PROGRAM} watch {}; echo $? >&2) | head -n 1", server.url);
    let mut command = Command::new("sh");
    let child = command.args(["-c", &line]).kill_on_drop(true);
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    asked.send(open(1).as_bytes()).await;
    assert_eq!(end(child).await, (Some(0), open(1), "0\n".to_owned()));
}

#[tokio::test]
async fn a_signal_ends_it_behind_a_whole_line() {
    for name in ["INT", "TERM"] {
        let server = Events::start().await;
        let mut child = watch(&[&server.url]);
        let mut asked = server.asked().await;
        asked.begin(NDJSON).await;
        asked.send(format!("{}{}", open(1), &open(2)[..50]).as_bytes()).await;
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = soon("the line", stdout.next_line()).await.unwrap().unwrap();
        assert_eq!(line, open(1).trim_end());
        signal(child.id().unwrap(), name);
        assert_eq!(soon("the end of the lines", stdout.next_line()).await.unwrap(), None);
        assert_eq!(end(child).await, (Some(0), String::new(), String::new()));
    }
}

#[tokio::test]
async fn a_signal_ends_it_though_its_reader_does_not_read() {
    let server = Events::start().await;
    let mut child = watch(&[&server.url]);
    let stdout = child.stdout.take();
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    let many = open(1).repeat(4096);
    // Far more than a pipe holds. The rest waits in the socket.
    let flood = tokio::spawn(async move {
        for _ in 0..16 {
            asked.send(many.as_bytes()).await;
        }
        asked
    });
    // It stands still once it waits for its reader.
    let pid = child.id().unwrap();
    let waits = async {
        while !tasks_wait_in(pid, "pipe_write") {
            tokio::task::yield_now().await;
        }
    };
    soon("the full pipe", waits).await;
    signal(pid, "TERM");
    let (code, _, said) = end(child).await;
    assert_eq!((code, said.as_str()), (Some(0), ""));
    drop(stdout);
    flood.abort();
}

/// Returns whether a thread of the process waits in this function of the kernel (proc_pid_wchan(5)).
fn tasks_wait_in(pid: u32, function: &str) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let functions =
        tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("wchan")).ok());
    functions.into_iter().any(|name| name.contains(function))
}

#[tokio::test]
async fn a_server_behind_tls_is_watched_if_its_certificate_is_trusted() {
    let scratch = Scratch::new();
    let (acceptor, pem) = tls(&localhost(), &scratch);
    let server = Events::start().await;
    let url = server.url.replace("http://127.0.0.1", "https://localhost");
    let trusted =
        |pem: &str| watch_with(&["--no-follow", &url], &[("SSL_CERT_FILE", pem), ("SSL_CERT_DIR", "")]);

    let child = trusted(&pem);
    let stream = soon("the handshake", acceptor.accept(server.accepted().await)).await.unwrap();
    let mut asked = Asked::over(stream).await;
    asked.begin(NDJSON).await;
    asked.send(open(1).as_bytes()).await;
    asked.end().await;
    assert_eq!(end(child).await, (Some(0), open(1), String::new()));

    let other = Scratch::new();
    let child = trusted(&tls(&localhost(), &other).1);
    let _ = soon("the handshake", acceptor.accept(server.accepted().await)).await;
    let (code, _, said) = end(child).await;
    assert!(said.contains("invalid peer certificate") && said.contains("set SSL_CERT_FILE to "), "{said}");
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn every_flag_is_in_the_help_with_its_environment_variable() {
    let output = soon("help", wirestamp(&["watch", "--help"]).output()).await.unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for flag in ["URL", "TRANSPORT", "SESSION", "TYPE", "SINCE", "NO_FOLLOW", "TOKEN_FILE", "JSON", "PCAPNG"]
    {
        let variable = format!("env: WIRESTAMP_WATCH_{flag}=");
        assert!(help.contains(&variable), "{variable} in {help}");
    }
    assert!(help.contains("Examples:") && help.contains("the variable WIRESTAMP_WATCH_TOKEN."), "{help}");
}

#[tokio::test]
async fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for (args, named) in [
        (&["tcp://localhost:21567"][..], "use the server's http or https address"),
        (&["--transport", "tcp,smoke"], "'smoke'"),
        (&["--type", "closed"], "'closed'"),
        (&["--since", "yesterday"], "neither an event's id nor a time"),
        (&["--json", "--pcapng"], "cannot be used with"),
        (&["--token", "secret"], "unexpected argument '--token'"),
    ] {
        let (code, _, said) = end(watch(args)).await;
        assert!(said.contains(named) && said.lines().count() == 1, "{said}");
        assert_eq!(code, Some(2));
    }
}
