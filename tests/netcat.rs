//! `nc` as a client, and the README's own commands.

use std::process::{Output, Stdio};

use tokio::process::Command;

use crate::support::{STAMP, Server, soon, unstamp};

/// Runs a line of shell, as a person would type it.
async fn shell(line: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", line]).stdin(Stdio::null()).kill_on_drop(true);
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
    let server = Server::start(&["--log-level", "warn"]).await;
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
