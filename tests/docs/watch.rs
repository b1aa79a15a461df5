//! The broken clients of `docs/watch.md` get the verdicts that it shows, and its table has the fields of the schema.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::shell::bash;
use crate::support::{Server, http, port_of, soon};

const DOCUMENT: &str = include_str!("../../docs/watch.md");

/// How many clients run at once. More would change each other's times.
const AT_ONCE: usize = 4;

/// How often a client may try. The times that a verdict depends on can be wrong on a busy computer.
const ATTEMPTS: usize = 4;

/// Hints of clients whose verdict has sizes that depend on the system.
const OF_ANY_SIZE: [&str; 4] = ["tls", "http", "websocket", "never-reads"];

/// A client of the document.
#[derive(Debug)]
struct Client {
    title: &'static str,
    hints: Vec<&'static str>,
    /// A command line for bash.
    command: String,
    verdict: &'static str,
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

fn clients() -> Vec<Client> {
    let part = between(DOCUMENT, "\n## Broken clients\n", "\n## ").unwrap();
    let preamble = between(part, "```python\n", "```").unwrap();
    let clients = part.split("\n### ").skip(1).map(|section| {
        let (heading, rest) = section.split_once('\n').unwrap();
        let (title, hints) = heading.split_once(": ").expect(heading);
        let command = match between(rest, "```python\n", "```") {
            Some(program) => format!("python3 - <<'END'\n{preamble}{program}END"),
            None => between(rest, "```sh\n", "```").expect(title).into(),
        };
        let verdict = between(rest, "\n> ", "\n").expect(title);
        Client {
            title,
            hints: hints.split(", ").map(|hint| hint.trim_matches('`')).collect(),
            command,
            verdict,
        }
    });
    clients.collect()
}

/// A verdict with `#` for each time, and for every other number too if `is_of_any_size`. A time in microseconds is one in
/// any unit. The gap is a setting, so its time doesn't vary.
fn shape(verdict: &str, is_of_any_size: bool) -> String {
    let words: Vec<&str> = verdict.split(' ').collect();
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let unit = |word: &str| word.trim_end_matches(['.', ',', ':']).to_owned();
    let is_time = |at: usize| {
        let follows = |by: usize| words.get(at + by).map(|word| unit(word)).unwrap_or_default();
        is_number(words[at]) && ["ns", "µs", "ms", "s"].contains(&&*follows(1)) && follows(2) != "gap"
    };
    let shaped = words.iter().enumerate().map(|(at, &word)| {
        if is_time(at) || is_of_any_size && is_number(word) {
            "#".to_owned()
        } else if at > 0 && is_time(at - 1) {
            word.replacen(&unit(word), "time", 1)
        } else {
            word.to_owned()
        }
    });
    shaped.collect::<Vec<_>>().join(" ")
}

/// Runs the client against a server of its own, and returns the hints and the verdict.
async fn run(client: &Client) -> (Vec<String>, String) {
    // With more memory than usual, so that nothing is dropped on a busy computer.
    let server = Server::start(&["--watch-memory", "64MiB"]).await;
    bash(&client.command.replace("21567", &port_of(&server.tcp.to_string()).to_string())).await;
    let session = soon("the session's end", async {
        loop {
            let response = http::get(server.http, "/api/sessions", &[]).await;
            let sessions: Value = serde_json::from_slice(response.body()).unwrap();
            match &sessions["ended"][0] {
                Value::Null => tokio::task::yield_now().await,
                session => return session.clone(),
            }
        }
    });
    let session = session.await;
    let hints = session["hints"].as_array().unwrap().iter().map(|hint| hint.as_str().unwrap().to_owned());
    (hints.collect(), session["verdict"].as_str().unwrap().to_owned())
}

async fn gets_its_verdict(client: Client) {
    let is_of_any_size = client.hints.iter().any(|hint| OF_ANY_SIZE.contains(hint));
    let mut said = Vec::new();
    for _ in 0..ATTEMPTS {
        let (hints, verdict) = run(&client).await;
        if hints == client.hints && shape(&verdict, is_of_any_size) == shape(client.verdict, is_of_any_size) {
            return;
        }
        said.push((hints, verdict));
    }
    panic!("{}: {:?} {:?}\n{said:#?}", client.title, client.hints, client.verdict);
}

#[tokio::test]
async fn the_broken_clients_get_the_verdicts_of_the_document() {
    let clients = clients();
    assert!(clients.len() >= 12, "{clients:#?}");
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for client in clients {
        let places = Arc::clone(&places);
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            gets_its_verdict(client).await;
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[test]
fn only_what_varies_is_left_out_of_the_comparison() {
    let verdict = "17 bytes in 17 reads over 1.5 s: cut by the 50 ms gap, which is 3 µs.";
    assert_eq!(
        shape(verdict, false),
        "17 bytes in 17 reads over # time: cut by the 50 ms gap, which is # time."
    );
    assert_eq!(shape("1,234 bytes in 1 read.", true), "# bytes in # read.");
}

#[test]
fn the_table_of_fields_is_the_schemas() {
    let schema: Value =
        serde_json::from_str(include_str!("../../server/src/http/events/schema.json")).unwrap();
    let kinds = ["open", "message", "close", "dropped"];
    let mut described = BTreeSet::new();
    for kind in kinds {
        let parts = schema["$defs"][kind]["allOf"].as_array().into_iter().flatten();
        let parts = parts.map(|part| part["$ref"].as_str().unwrap().trim_start_matches("#/$defs/"));
        for part in parts.chain([kind]) {
            for field in schema["$defs"][part]["properties"].as_object().unwrap().keys() {
                described.insert((field.as_str(), kind));
            }
        }
    }
    let mut listed = BTreeSet::new();
    let table = between(DOCUMENT, "\n## Fields\n", "\n## ").unwrap();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').collect();
        let of = if cells[2].trim() == "all" { kinds.join(", ") } else { cells[2].trim().to_owned() };
        for field in cells[1].split('`').skip(1).step_by(2) {
            listed.extend(
                kinds
                    .into_iter()
                    .filter(|kind| of.split(", ").any(|of| of == *kind))
                    .map(|kind| (field, kind)),
            );
        }
    }
    assert_eq!(listed, described);
}
