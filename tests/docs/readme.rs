//! The commands of the README print what it shows.

use std::process::Stdio;

use tokio::process::Command;

use crate::support::place::Place;
use crate::support::shell::bash;
use crate::support::{Server, port_of};

/// The code blocks of the README in this language, as lists of lines.
fn readme_blocks(language: &str) -> Vec<Vec<&'static str>> {
    let fence = format!("```{language}\n");
    let blocks = include_str!("../../README.md").split(&fence[..]).skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap().lines().collect()).collect()
}

/// A line without the time in its stamp: every digit becomes 0, and every letter x.
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

/// A line of `ping` with every number replaced by 0, and regardless of which clock is ahead.
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

/// A line of the README with the addresses of the test.
fn put_in(line: &str, places: &[(&str, String)]) -> String {
    places.iter().fold(line.to_owned(), |line, (shown, real)| line.replace(shown, real))
}

/// Runs the commands of a block with the addresses in `places`, and compares their output with the README's.
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
        let output = bash(&line).await;
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said.lines().map(shape).collect::<Vec<_>>(), expected, "{line}");
    }
}

#[tokio::test]
async fn the_commands_of_the_readme_print_what_it_shows() {
    let commands = readme_blocks("sh");
    assert_eq!(commands, [["make serve"], ["make test"]], "the second command runs this test");

    // The default listeners and those that the README adds, all on free ports.
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
