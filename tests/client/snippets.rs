//! The programs that the page offers for copying. Each runs unchanged and gets its reply.

use std::io::Write;

use wirestamp_web_client::{Ports, Service, Snippet};

use crate::support::scratch::Scratch;
use crate::support::shell::bash_in;
use crate::support::{Server, port_of, unstamp};

/// The file name of a snippet and the command that runs it; `None` if a computer cannot run it.
fn run(snippet: &Snippet) -> Option<(&'static str, &'static str)> {
    match (snippet.language, snippet.title) {
        // It does not end by itself, so `timeout` ends it, and its exit code does not matter.
        ("sh", "curl, WebSocket") => Some(("snippet.sh", "timeout 5 bash snippet.sh || true")),
        ("sh", _) => Some(("snippet.sh", "bash snippet.sh")),
        ("python", _) => Some(("snippet.py", "python3 snippet.py")),
        ("javascript", _) => Some(("snippet.js", "node snippet.js")),
        ("rust", _) => Some(("snippet.rs", "rustc --edition 2024 snippet.rs && ./snippet")),
        // It needs a board.
        ("cpp", "Arduino") => None,
        other => panic!("no command to run {other:?}"),
    }
}

/// Whether curl is installed, supports WebSockets, and can send its input on them, which takes version 8.16.
async fn curl_can(place: &Scratch) -> bool {
    let said = String::from_utf8(bash_in(&place.0, "curl --version").await.stdout).unwrap();
    let mut version = said.split([' ', '.']).skip(1).map_while(|part| part.parse::<u32>().ok());
    let new_enough = (version.next(), version.next()) >= (Some(8), Some(16));
    let protocols = said.lines().find_map(|line| line.strip_prefix("Protocols: ")).unwrap_or_default();
    new_enough && protocols.split(' ').any(|protocol| protocol == "ws")
}

/// Reports a program that is not run. It bypasses the print macros, whose output is hidden when a test
/// passes.
fn tell(snippet: &Snippet, reason: &str) {
    let _ = writeln!(std::io::stderr(), "not run because {reason}: {}", snippet.title);
}

/// Runs all snippets that can run here, and reports the others. Returns the titles of those that ran.
async fn run_all(service: &Service, check: impl Fn(&Snippet, &[u8])) -> Vec<&'static str> {
    let mut ran = Vec::new();
    for snippet in service.snippets() {
        let place = Scratch::new();
        let Some((file, line)) = run(&snippet) else {
            tell(&snippet, "a computer cannot run it");
            continue;
        };
        if snippet.title == "curl, WebSocket" && !curl_can(&place).await {
            tell(&snippet, "it needs curl 8.16 with WebSocket");
            continue;
        }
        std::fs::write(place.0.join(file), &snippet.code).unwrap();
        let output = bash_in(&place.0, line).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}\n{}", snippet.title, snippet.code);
        assert_eq!(said, "", "{}", snippet.title);
        check(&snippet, &output.stdout);
        ran.push(snippet.title);
    }
    ran
}

fn ports(server: &Server) -> Ports {
    Ports {
        tcp: Some(server.tcp.port()),
        udp: Some(port_of(server.addresses("udp")[0])),
        http: server.http.port(),
    }
}

/// The snippets that must run wherever these tests do.
const RUNNABLE: [&str; 7] =
    ["netcat", "wirestamp", "Python", "Node.js", "Rust", "netcat, UDP", "wirestamp, WebSocket"];

#[tokio::test]
async fn every_snippet_gets_its_reply() {
    for (host, tcp) in [("127.0.0.1", "127.0.0.1:0"), ("[::1]", "[::1]:0")] {
        let server = Server::start_at(tcp, tcp, &["--udp", tcp]).await;
        let service = Service::new(host, ports(&server), false, None).unwrap();
        let ran = run_all(&service, |snippet, reply| {
            let message = unstamp(reply).strip_suffix(b"\n");
            // A message of a WebSocket has no line feed, and curl adds none.
            assert!(message == Some(b"hello") || snippet.title.starts_with("curl"), "{}", snippet.title);
        })
        .await;
        for title in RUNNABLE {
            assert!(ran.contains(&title), "{title} at {host}");
        }
    }
}

#[tokio::test]
async fn snippets_for_the_websocket_request_the_format() {
    let server = Server::start(&[]).await;
    let ports = Ports { tcp: None, udp: None, http: server.http.port() };
    let service = Service::new("localhost", ports, false, Some("it's %s @ 100%%")).unwrap();
    let ran = run_all(&service, |snippet, reply| {
        let (stamp, message) = wirestamp_protocol::split_stamp(reply).unwrap();
        let stamp = std::str::from_utf8(stamp).unwrap();
        assert!(stamp.starts_with("it's 1") && stamp.ends_with(" @ 100%"), "{}: {stamp}", snippet.title);
        assert_eq!(message.trim_ascii_end(), b"hello", "{}", snippet.title);
    })
    .await;
    assert!(ran.contains(&"wirestamp, WebSocket"), "{ran:?}");
}
