//! `/api/events` and `/api/sessions`: who may watch, and how streams begin and end.

use std::net::SocketAddr;
use std::path::PathBuf;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::support::scratch::Scratch;
use crate::support::server::wirestamp;
use crate::support::{Server, http, metrics, soon};

const TOKEN: &str = "s3cret-0123456789";
const BEARER: (&str, &str) = ("authorization", "Bearer s3cret-0123456789");

/// What shows other people's bytes.
const GUARDED: [&str; 3] = ["/api/events?follow=no", "/api/events.ndjson?follow=no", "/api/sessions"];

/// A server at this HTTP address, with these flags and [`TOKEN`] in its environment.
async fn with_token(http: &str, flags: &[&str]) -> Server {
    let mut command = wirestamp(&["serve", "--tcp", "127.0.0.1:0", "--udp", "off", "--http", http]);
    command.args(flags).env("WIRESTAMP_WATCH_TOKEN", TOKEN);
    Server::started_by(command).await
}

/// The server on this computer, for one that listens on every address.
fn here(server: &Server) -> SocketAddr {
    ([127, 0, 0, 1], server.http.port()).into()
}

/// Asks, and returns the status and the text.
async fn ask(at: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let response = http::get(at, path, headers).await;
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

/// Asks for a stream that doesn't end by itself, and returns once it has begun.
async fn watch(at: SocketAddr, path: &str) -> Response<Incoming> {
    let stream = soon("connecting", TcpStream::connect(at)).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get(path).header("host", at.to_string()).body(Empty::<Bytes>::new()).unwrap();
    soon("the head", sender.send_request(request)).await.unwrap()
}

/// A file with this content.
fn file(content: &str) -> (Scratch, PathBuf) {
    let scratch = Scratch::new();
    let path = scratch.0.join("token");
    std::fs::write(&path, content).unwrap();
    (scratch, path)
}

#[tokio::test]
async fn a_stream_has_its_media_type_and_is_neither_stored_nor_buffered() {
    let server = Server::start(&[]).await;
    for (path, media_type) in
        [("/api/events", "text/event-stream"), ("/api/events.ndjson", "application/x-ndjson")]
    {
        let stream = watch(server.http, path).await;
        assert_eq!(stream.status(), 200, "{path}");
        for (name, value) in
            [("content-type", media_type), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
        {
            assert_eq!(stream.headers()[name], value, "{path}");
        }
        assert!(!stream.headers().contains_key("access-control-allow-origin"), "{path}");
    }
}

#[tokio::test]
async fn a_stream_that_does_not_follow_ends() {
    let server = Server::start(&[]).await;
    for query in ["follow=no", "follow=no&since=now", "follow=no&type=open,close&transport=tcp&session=1"] {
        for path in ["/api/events", "/api/events.ndjson"] {
            // This waits for the end of the body.
            assert_eq!(ask(server.http, &format!("{path}?{query}"), &[]).await.0, 200, "{path}?{query}");
        }
    }
}

#[tokio::test]
async fn a_wrong_query_is_one_line_that_lists_what_is_valid() {
    let server = Server::start(&[]).await;
    for (query, reason) in [
        ("token=x", "unknown setting \"token\"; use since=…, transport=…, session=…, type=… or follow=…\n"),
        ("transport=quic", "invalid transport \"quic\"; use tcp, udp, unix or ws, or several with commas\n"),
        (
            "since=%1b",
            "invalid since \"\\u{1b}\"; use an event's id, a time as in 2026-11-22T18:07:00Z, or now\n",
        ),
    ] {
        for path in ["/api/events", "/api/events.ndjson"] {
            assert_eq!(ask(server.http, &format!("{path}?{query}"), &[]).await, (400, reason.into()));
        }
    }
    let (status, reason) = ask(server.http, "/api/events", &[("last-event-id", "x")]).await;
    assert_eq!(
        (status, reason.starts_with("Last-Event-ID: invalid event id \"x\"")),
        (400, true),
        "{reason}"
    );
}

#[tokio::test]
async fn the_sessions_and_the_schema_are_json() {
    let server = Server::start(&[]).await;
    for (path, media_type) in
        [("/api/sessions", "application/json"), ("/api/events.schema.json", "application/schema+json")]
    {
        let response = http::get(server.http, path, &[]).await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (200, &media_type.parse().unwrap())
        );
        assert!(serde_json::from_slice::<Value>(response.body()).unwrap().is_object(), "{path}");
    }
}

#[tokio::test]
async fn on_loopback_alone_everyone_may_watch() {
    let server = Server::start(&[]).await;
    for path in GUARDED {
        assert_eq!(ask(server.http, path, &[]).await.0, 200, "{path}");
        assert_eq!(ask(server.http, path, &[BEARER]).await.0, 200, "{path}: a token is ignored");
    }
    assert_eq!(info(server.http).await, "open");
}

#[tokio::test]
async fn beyond_loopback_and_without_a_token_nobody_may_watch_and_the_log_says_so() {
    let mut server = Server::start_at("127.0.0.1:0", "0.0.0.0:0", &[]).await;
    let line = server.logged(&["WARN", "nobody may watch"]).await;
    assert!(line.contains("--watch-token @FILE") && line.contains("WIRESTAMP_WATCH_TOKEN"), "{line}");
    for path in GUARDED {
        let (status, reason) = ask(here(&server), path, &[BEARER]).await;
        assert_eq!(status, 403, "{path}");
        assert!(reason.starts_with("watching is off, because"), "{reason}");
        assert!(
            reason.ends_with("--watch-token @FILE or with the token in WIRESTAMP_WATCH_TOKEN\n"),
            "{reason}"
        );
    }
    assert_eq!(info(here(&server)).await, "off");
    assert_eq!(metrics::value(here(&server), r#"wirestamp_refusals_total{reason="watch_off"}"#).await, 3);
    assert_eq!(ask(here(&server), "/api/events.schema.json", &[]).await.0, 200, "the schema has no secrets");
}

#[tokio::test]
async fn one_address_beyond_loopback_is_enough_to_turn_watching_off() {
    let server = Server::start(&["--http", "0.0.0.0:0"]).await;
    assert_eq!(ask(server.http, "/api/sessions", &[]).await.0, 403);
}

#[tokio::test]
async fn a_token_is_needed_wherever_the_server_listens() {
    for http in ["127.0.0.1:0", "0.0.0.0:0"] {
        let server = with_token(http, &[]).await;
        let at = here(&server);
        for path in GUARDED {
            assert_eq!(ask(at, path, &[BEARER]).await.0, 200, "{path}");
            for (header, challenge, reason) in [
                (None, "Bearer realm=\"wirestamp\"", "watching needs the server's token"),
                (Some("Basic czNjcmV0"), "Bearer realm=\"wirestamp\"", "watching needs the server's token"),
                (
                    Some("Bearer s3cret"),
                    "Bearer realm=\"wirestamp\", error=\"invalid_token\"",
                    "the token is wrong",
                ),
            ] {
                let header = header.map(|value| ("authorization", value));
                let refused = http::get(at, path, header.as_slice()).await;
                assert_eq!(refused.status(), 401, "{header:?}");
                assert_eq!(refused.headers()["www-authenticate"], challenge);
                assert_eq!(refused.headers()["content-type"], "text/plain; charset=utf-8");
                let said = std::str::from_utf8(refused.body()).unwrap();
                assert!(said.starts_with(reason) && said.ends_with('\n'), "{said}");
            }
            let in_the_url = format!("/api/events?follow=no&token={TOKEN}");
            assert_eq!(ask(at, &in_the_url, &[]).await.0, 401, "a URL may be logged anywhere");
        }
        assert_eq!(metrics::value(at, r#"wirestamp_refusals_total{reason="wrong_token"}"#).await, 3);
        assert_eq!(info(at).await, "token");
    }
}

#[tokio::test]
async fn a_token_does_not_make_up_for_a_foreign_host_or_origin() {
    for server in [Server::start(&[]).await, with_token("127.0.0.1:0", &[]).await] {
        for header in [("host", "evil.example"), ("origin", "https://evil.example")] {
            for path in GUARDED {
                let (status, reason) = ask(server.http, path, &[BEARER, header]).await;
                assert_eq!(status, 403, "{path}: {reason}");
                assert!(reason.contains("evil.example"), "{reason}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_may_be_in_a_file_that_a_flag_or_the_variable_names() {
    let (_scratch, path) = file(&format!("{TOKEN}\n"));
    let named = format!("@{}", path.display());
    let by_flag = Server::start(&["--watch-token", &named]).await;
    let mut command = wirestamp(&["serve", "--tcp", "127.0.0.1:0", "--udp", "off", "--http", "127.0.0.1:0"]);
    command.env("WIRESTAMP_WATCH_TOKEN", &named);
    let by_variable = Server::started_by(command).await;
    for server in [by_flag, by_variable] {
        assert_eq!(ask(server.http, "/api/sessions", &[]).await.0, 401);
        assert_eq!(ask(server.http, "/api/sessions", &[BEARER]).await.0, 200);
    }
}

#[tokio::test]
async fn a_token_on_the_command_line_or_an_invalid_one_is_refused_without_being_repeated() {
    let (_scratch, two_words) = file("s3cret s3cret");
    let two_words = format!("@{}", two_words.display());
    for (flags, variable, reason) in [
        (&["--watch-token", "s3cret"][..], None, "--watch-token: everyone on this computer can see a token"),
        (&[], Some("s3cret s3cret"), "WIRESTAMP_WATCH_TOKEN: the token has characters other than visible"),
        (&[], Some(""), "WIRESTAMP_WATCH_TOKEN: the token is empty"),
        (&["--watch-token", &two_words], None, "/token: the token has characters other than visible"),
        (&["--watch-token", "@/no/such/file"], None, "cannot read /no/such/file: no such file or directory"),
    ] {
        let mut command = wirestamp(&["serve"]);
        command.args(flags).envs(variable.map(|token| ("WIRESTAMP_WATCH_TOKEN", token)));
        let output = soon("the end", command.output()).await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("wirestamp: invalid value for ") && said.contains(reason), "{said}");
        assert_eq!(
            (said.lines().count(), said.contains("s3cret"), output.status.code()),
            (1, false, Some(2)),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_token_is_never_shown() {
    let mut server = with_token("127.0.0.1:0", &["--log-level", "debug"]).await;
    assert_eq!(ask(server.http, "/api/events?follow=no", &[BEARER]).await.0, 200);
    let almost = format!("Bearer {TOKEN}x");
    assert_eq!(ask(server.http, "/api/events", &[("authorization", &almost)]).await.0, 401);
    let mut line = String::new();
    while !line.contains("the token is wrong") {
        line = server.logged(&[]).await;
        assert!(!line.contains(TOKEN), "{line}");
    }
    let response = http::get(server.http, "/api/info", &[]).await;
    assert!(!String::from_utf8_lossy(response.body()).contains(TOKEN));
    let mut help = wirestamp(&["serve", "--help"]);
    let help = soon("the help", help.env("WIRESTAMP_WATCH_TOKEN", TOKEN).output()).await.unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("[env: WIRESTAMP_WATCH_TOKEN]") && !help.contains(TOKEN), "{help}");
}

#[tokio::test]
async fn a_limited_number_of_clients_may_watch_and_the_next_is_told_so() {
    let server = Server::start(&[]).await;
    let mut watchers = Vec::new();
    for _ in 0..32 {
        let stream = watch(server.http, "/api/events").await;
        assert_eq!(stream.status(), 200);
        watchers.push(stream);
    }
    let (status, reason) = ask(server.http, "/api/events", &[]).await;
    assert_eq!((status, reason.as_str()), (503, "32 clients watch already; try again when one has left\n"));
    assert_eq!(metrics::value(server.http, r#"wirestamp_refusals_total{reason="watchers"}"#).await, 1);
    assert_eq!(ask(server.http, "/api/sessions", &[]).await.0, 200, "that takes no place");
    watchers.pop();
    soon("a place", async { while ask(server.http, "/api/events?follow=no", &[]).await.0 != 200 {} }).await;
}

#[tokio::test]
async fn a_stop_ends_streams_in_order() {
    let server = Server::start(&[]).await;
    let mut streams = Vec::new();
    for path in ["/api/events", "/api/events.ndjson"] {
        streams.push(watch(server.http, path).await);
    }
    server.signal("TERM");
    for stream in streams {
        // An error would mean that the stream was cut off in the middle.
        soon("the end", stream.into_body().collect()).await.unwrap();
    }
    assert_eq!(server.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_memory_of_zero_is_valid_and_one_of_terabytes_is_not() {
    let server = Server::start(&["--watch-memory", "0"]).await;
    assert_eq!(ask(server.http, "/api/events?follow=no", &[]).await.0, 200);
    let output = soon("the end", wirestamp(&["serve", "--watch-memory", "1TiB"]).output()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("'1TiB' for '--watch-memory <SIZE>': must be 0, or between 512 KiB and 1 GiB"),
        "{said}"
    );
}

/// What `/api/info` says of who may watch.
async fn info(at: SocketAddr) -> Value {
    let response = http::get(at, "/api/info", &[]).await;
    serde_json::from_slice::<Value>(response.body()).unwrap()["watch"].take()
}
