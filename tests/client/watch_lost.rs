//! `wirestamp watch` when the server refuses, is lost, or isn't one.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::ChildStderr;

use super::watch::{NDJSON, end, open, watch};
use crate::support::events::Events;
use crate::support::{signal, soon};

/// Returns the next line on standard error.
async fn said(stderr: &mut BufReader<ChildStderr>) -> String {
    let mut line = String::new();
    soon("a line on standard error", stderr.read_line(&mut line)).await.unwrap();
    line
}

#[tokio::test]
async fn a_lost_stream_goes_on_behind_the_last_whole_event() {
    let server = Events::start().await;
    let mut child = watch(&["--type", "open", &server.url]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut asked = server.asked().await;
    assert_eq!(asked.target, "/api/events.ndjson?type=open");
    asked.begin(NDJSON).await;
    // The third event is cut, and must neither be written in part nor be missing.
    asked.send(format!("{}{}{}", open(1), open(2), &open(3)[..70]).as_bytes()).await;
    drop(asked);
    let line = said(&mut stderr).await;
    let lost = format!("wirestamp: lost the connection to {}: it closed the connection", server.url);
    assert_eq!(line, format!("{lost}; trying again\n"));

    let mut asked = server.asked().await;
    assert_eq!(asked.target, "/api/events.ndjson?type=open&since=692a0b3c-2");
    asked.begin(NDJSON).await;
    assert_eq!(said(&mut stderr).await, format!("wirestamp: connected to {} again\n", server.url));
    asked.send(format!("{}{}", open(3), open(4)).as_bytes()).await;
    // A stream that the server ends in order, as it does when it stops, goes on too.
    asked.end().await;
    let line = said(&mut stderr).await;
    assert_eq!(line, format!("wirestamp: {} ended the stream; trying again\n", server.url));
    let asked = server.asked().await;
    assert_eq!(asked.target, "/api/events.ndjson?type=open&since=692a0b3c-4");
    signal(child.id().unwrap(), "INT");
    assert_eq!(end(child).await, (Some(0), [1, 2, 3, 4].map(open).concat(), String::new()));
}

#[tokio::test]
async fn it_waits_for_a_server_that_is_started_again() {
    let server = Events::start().await;
    let (url, address) = (server.url.clone(), server.url["http://".len()..].to_owned());
    let mut child = watch(&[&url]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    drop((asked, server));
    assert!(said(&mut stderr).await.ends_with("; trying again\n"));
    // While it starts, it may refuse connections, or not be ready to answer.
    let server = Events::start_at(&address).await;
    server.asked().await.refuse("503 Service Unavailable", "starting").await;
    let mut asked = server.asked().await;
    assert_eq!(asked.target, "/api/events.ndjson", "no event came yet");
    asked.begin(NDJSON).await;
    asked.send(open(1).as_bytes()).await;
    assert_eq!(said(&mut stderr).await, format!("wirestamp: connected to {url} again\n"));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    soon("the event", stdout.read_line(&mut line)).await.unwrap();
    assert_eq!(line, open(1));
    signal(child.id().unwrap(), "TERM");
    soon("the rest", stderr.read_to_string(&mut line)).await.unwrap();
    assert_eq!((end(child).await.0, line), (Some(0), open(1)), "it was told once");
}

#[tokio::test]
async fn a_signal_ends_the_wait_for_a_lost_server() {
    let server = Events::start().await;
    let mut child = watch(&[&server.url]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    drop((asked, server));
    said(&mut stderr).await;
    signal(child.id().unwrap(), "INT");
    assert_eq!(end(child).await.0, Some(0));
}

#[tokio::test]
async fn a_refusal_ends_it_with_the_servers_reason() {
    let server = Events::start().await;
    for (status, reason, advice) in [
        ("401 Unauthorized", "the token is missing", "give the server's token with --token-file"),
        (
            "403 Forbidden",
            "no --watch-token",
            "the server must allow this; give its token, if it has one, with --token-file",
        ),
        ("400 Bad Request", "unknown type", "correct the flags"),
        ("404 Not Found", "", "check that it is the HTTP address of a Wirestamp server"),
    ] {
        let child = watch(&[&server.url]);
        server.asked().await.refuse(status, reason).await;
        let (code, stdout, said) = end(child).await;
        let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        assert_eq!(
            said,
            format!("wirestamp: cannot watch {}: it answered {status}{why}; {advice}\n", server.url)
        );
        assert_eq!((code, stdout.as_str()), (Some(1), ""));
    }
}

#[tokio::test]
async fn a_refusal_without_end_is_told_by_what_has_come() {
    let server = Events::start().await;
    let child = watch(&[&server.url]);
    let refusing = tokio::spawn(async move {
        server.asked().await.refuse("403 Forbidden", &"no ".repeat(1 << 20)).await;
    });
    let (code, _, said) = end(child).await;
    refusing.abort();
    assert!(said.contains("it answered 403 Forbidden: no no no") && said.len() < 500, "{said}");
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn a_server_that_refuses_after_a_restart_is_not_asked_again() {
    let server = Events::start().await;
    let child = watch(&[&server.url]);
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    asked.send(open(1).as_bytes()).await;
    drop(asked);
    server.asked().await.refuse("403 Forbidden", "no \x1b[5mentry").await;
    let (code, stdout, said) = end(child).await;
    assert_eq!((code, stdout), (Some(1), open(1)));
    let last = said.lines().last().unwrap();
    assert!(last.contains(r"it answered 403 Forbidden: no \x1b[5mentry; "), "{said}");
}

#[tokio::test]
async fn without_following_a_lost_stream_is_an_error() {
    let server = Events::start().await;
    let child = watch(&["--no-follow", &server.url]);
    let mut asked = server.asked().await;
    asked.begin(NDJSON).await;
    asked.send(open(1).as_bytes()).await;
    drop(asked);
    let (code, stdout, said) = end(child).await;
    assert_eq!((code, stdout), (Some(1), open(1)));
    assert!(said.starts_with(&format!("wirestamp: lost the connection to {}: ", server.url)), "{said}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error() {
    let free = Events::start().await.url;
    let (code, _, said) = end(watch(&[&free])).await;
    assert!(said.starts_with(&format!("wirestamp: cannot reach {free}: connection refused: ")), "{said}");
    assert!(said.contains("'wirestamp serve'") && said.lines().count() == 1, "{said}");
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn what_does_not_tell_events_is_said_to_be_something_else() {
    let server = Events::start().await;
    for (kind, sent, named) in [
        ("text/html; charset=utf-8", String::new(), "it answered with a web page"),
        ("application/octet-stream", "x".repeat(2 << 20), "it sent a line over 1 MiB"),
    ] {
        let child = watch(&[&server.url]);
        let mut asked = server.asked().await;
        asked.begin(kind).await;
        let sending = tokio::spawn(async move {
            if !sent.is_empty() {
                asked.send(sent.as_bytes()).await;
            }
            asked.is_left().await;
        });
        let (code, stdout, said) = end(child).await;
        sending.abort();
        let advice = "check that it is the HTTP address of a Wirestamp server";
        assert_eq!(said, format!("wirestamp: cannot watch {}: {named}; {advice}\n", server.url));
        assert_eq!((code, stdout.as_str()), (Some(1), ""));
    }
}
