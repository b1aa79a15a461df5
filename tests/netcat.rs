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

/// The blocks of the README in this language, each a list of lines.
fn readme_blocks(language: &str) -> Vec<Vec<&'static str>> {
    let fence = format!("```{language}\n");
    let blocks = include_str!("../README.md").split(&fence[..]).skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap().lines().collect()).collect()
}

/// A line with its stamp, if it has one, as a mere mark: when it was is not what the README promises.
fn without_time(line: &str) -> String {
    match wirestamp_protocol::split_stamp(line.as_bytes()) {
        Some((_, message)) => format!("[stamp] {}", String::from_utf8_lossy(message)),
        None => line.to_owned(),
    }
}

#[tokio::test]
async fn the_readmes_own_commands_do_what_it_says() {
    let verbs = readme_blocks("sh");
    assert_eq!(verbs, [["make serve"], ["make test"]], "the two commands; the second is running this");

    // On free ports.
    let mut command = Command::new("make");
    command.arg("serve").current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
        .env("WIRESTAMP_TCP", "127.0.0.1:0")
        .env("WIRESTAMP_UDP", "off")
        .env("WIRESTAMP_HTTP", "127.0.0.1:0")
        .env("WIRESTAMP_UTC", "true");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Server::started_by(command).await;

    let mut ran = 0;
    for block in readme_blocks("console") {
        let line = block[0].strip_prefix("$ ").unwrap();
        if !line.contains("nc ") {
            continue;
        }
        let line = line.replace("localhost 21567", &format!("127.0.0.1 {}", server.tcp.port()));
        let output = shell(&line).await;
        let said: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(without_time).collect();
        assert_eq!(said, block[1..].iter().copied().map(without_time).collect::<Vec<_>>(), "{line}");
        ran += 1;
    }
    assert_eq!(ran, 1);
}
