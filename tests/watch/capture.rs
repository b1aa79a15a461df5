//! Real traffic as a file for Wireshark, and in `wirestamp watch`.

use std::process::Output;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::UdpSocket;

use super::pcapng::{conversation, read};
use crate::support::scratch::Scratch;
use crate::support::server::{ask, wirestamp};
use crate::support::terminal::{CTRL_C, Terminal};
use crate::support::watcher::Watcher;
use crate::support::{Server, http, soon};

const LINES: [&str; 3] = ["hello\n", "wörld\r\n", "\u{1}\u{2}\n"];
const DATAGRAM: &str = "a datagram";

/// A server, and what was said to it and by it: over TCP, then over UDP.
async fn traffic() -> (Server, [[Vec<u8>; 2]; 2]) {
    let server = Server::start(&["--udp", "127.0.0.1:0"]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    let mut replies = Vec::new();
    for line in LINES {
        replies.extend(ask(&mut client, line.as_bytes()).await);
    }
    drop(client);
    watcher.next_of("close").await;
    let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    peer.send_to(DATAGRAM.as_bytes(), server.addresses("udp")[0]).await.unwrap();
    let mut reply = vec![0; 100];
    let len = soon("the reply", peer.recv(&mut reply)).await.unwrap();
    reply.truncate(len);
    watcher.next_of("message").await;
    (server, [[LINES.concat().into(), replies], [DATAGRAM.into(), reply]])
}

/// The whole of an answer.
async fn fetch(server: &Server, path: &str) -> Vec<u8> {
    let response = http::get(server.http, path, &[]).await;
    assert_eq!(response.status(), 200);
    response.body().to_vec()
}

/// What `wirestamp watch` writes to a pipe of all that happened.
async fn watch(server: &Server, flags: &[&str]) -> Vec<u8> {
    let url = format!("http://{}", server.http);
    let mut command = wirestamp(&["watch", "--no-follow", &url]);
    let Output { status, stdout, stderr } = soon("the watch", command.args(flags).output()).await.unwrap();
    assert!(status.success(), "{}", stderr.escape_ascii());
    stdout
}

#[tokio::test]
async fn tshark_reads_real_traffic_without_a_malformed_packet_and_reassembles_the_same_bytes() {
    let (server, said) = traffic().await;
    let file = fetch(&server, "/api/events.pcapng?follow=no").await;
    assert_eq!(read(&file, &["-Y", "_ws.malformed"]), Vec::<String>::new());
    let [tcp, udp] = said.map(|said| said.map(|bytes| data_encoding::HEXLOWER.encode(&bytes)));
    assert_eq!(conversation(&file, "tcp", 0), tcp);
    assert_eq!(conversation(&file, "udp", 0), udp);
    assert_eq!(watch(&server, &["--pcapng"]).await, file);
}

#[tokio::test]
async fn watch_in_a_pipe_writes_what_the_server_tells() {
    let (server, _) = traffic().await;
    let written = watch(&server, &["--type", "message"]).await;
    assert_eq!(written, fetch(&server, "/api/events.ndjson?follow=no&type=message").await);
    let messages: Vec<Value> = written
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let texts: Vec<&str> = messages.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts, [&LINES[..], &[DATAGRAM]].concat());

    // It goes on with what happens next.
    let url = format!("http://{}", server.http);
    let mut following = wirestamp(&["watch", "--transport", "tcp", &url]).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    ask(&mut server.connect().await, b"the last\n").await;
    let told = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if serde_json::from_str::<Value>(&line).unwrap()["text"] == "the last\n" {
                return true;
            }
        }
        false
    };
    assert!(soon("the last line", told).await);
}

#[tokio::test]
async fn watch_at_a_terminal_shows_each_session_with_its_verdict() {
    let server = Server::start(&[]).await;
    let home = Scratch::new();
    let url = format!("http://{}", server.http);
    let mut terminal = Terminal::start(&["watch", &url], &home.0, &[("NO_COLOR", "1")]);
    let mut client = server.connect().await;
    let peer = client.local_addr().unwrap();
    ask(&mut client, b"hello\r\n").await;
    terminal.shows(&format!("{peer}  opened at {}", server.tcp)).await;
    terminal.shows("hello").await;
    drop(client);
    terminal.shows("1 message, 7 bytes. It came in one read").await;
    terminal.shows("The client ended the stream with FIN.").await;
    terminal.keys(CTRL_C).await;
    assert_eq!(terminal.end().await.0, Some(0));
}
