//! Raw TCP over real sockets. The session's unit tests cover what depends on time, with a paused clock.

use std::net::SocketAddr;

use chrono::{FixedOffset, NaiveDateTime, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::support::server::{ask, flood, wirestamp};
use crate::support::{STAMP, Server, soon, unstamp};

async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    soon("the end of the stream", stream.read_to_end(&mut all)).await.unwrap();
    all
}

#[tokio::test]
async fn the_textbook_client_without_line_feeds_gets_its_replies() {
    let server = Server::start(&[]).await;
    let mut client = server.connect().await;
    for message in ["hello", "and again", "x"] {
        client.write_all(message.as_bytes()).await.unwrap();
        let mut buffer = [0; 1024];
        let len = soon("recv(1024)", client.read(&mut buffer)).await.unwrap();
        assert_eq!(unstamp(&buffer[..len]), message.as_bytes());
    }
}

#[tokio::test]
async fn bytes_come_back_unchanged() {
    let server = Server::start(&[]).await;
    let mut client = server.connect().await;
    let every_byte: Vec<u8> = (0..=255).filter(|byte| *byte != b'\n').chain(*b"\n").collect();
    for message in [&b"\n"[..], b"\r\n", b"\0\n", b"\xff\xfe\xc3\n", b"\x1b[31mred\n", &every_byte] {
        assert_eq!(unstamp(&ask(&mut client, message).await), message);
    }
}

#[tokio::test]
async fn input_before_the_end_of_the_stream_is_answered() {
    let server = Server::start(&["--gap", "off"]).await;
    let mut client = server.connect().await;
    client.write_all(b"a\nb").await.unwrap();
    client.shutdown().await.unwrap();
    let replies = read_all(&mut client).await;
    let (first, second) = replies.split_at(STAMP + 2);
    assert_eq!((unstamp(first), unstamp(second)), (&b"a\n"[..], &b"b"[..]));
}

#[tokio::test]
async fn sixty_four_kibibytes_without_a_line_feed_are_a_message() {
    let server = Server::start(&["--gap", "off"]).await;
    let mut client = server.connect().await;
    let message = vec![b'x'; 64 * 1024];
    assert_eq!(unstamp(&ask(&mut client, &message).await), message);
    assert_eq!(unstamp(&ask(&mut client, b"the rest\n").await), b"the rest\n");
}

#[tokio::test]
async fn the_maximum_is_a_flag() {
    let server = Server::start(&["--max-message", "4", "--gap", "off"]).await;
    let mut client = server.connect().await;
    assert_eq!(unstamp(&ask(&mut client, b"abcd").await), b"abcd");
}

#[tokio::test]
async fn two_hundred_clients_at_once_get_only_their_own_replies() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let mut clients = JoinSet::new();
    for number in 0..200 {
        let mut client = server.connect().await;
        clients.spawn(async move {
            for round in 0..20 {
                let message = format!("client {number}, round {round}\n");
                assert_eq!(unstamp(&ask(&mut client, message.as_bytes()).await), message.as_bytes());
            }
        });
    }
    clients.join_all().await;
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_message_affects_no_other_client() {
    let mut server = Server::start(&["--gap", "off"]).await;
    let mut other = server.connect().await;
    ask(&mut other, b"before\n").await;

    let mut client = server.connect().await;
    let address = client.local_addr().unwrap();
    ask(&mut client, b"a whole line\n").await;
    client.write_all(b"half a li").await.unwrap();
    reset(client);
    let line = server.logged(&["session closed", &address.to_string()]).await;
    assert!(line.contains("by=client how=reset"), "{line}");

    assert_eq!(unstamp(&ask(&mut other, b"after\n").await), b"after\n");
}

/// Closes the connection with a reset: with a linger time of zero, the kernel discards unsent bytes.
fn reset(client: TcpStream) {
    client.set_zero_linger().unwrap();
}

#[tokio::test]
async fn a_flooding_client_affects_no_other_client() {
    let server = Server::start(&[]).await;
    let flood = tokio::spawn(flood(server.connect().await));
    let mut other = server.connect().await;
    for _ in 0..100 {
        assert_eq!(unstamp(&ask(&mut other, b"still there?\n").await), b"still there?\n");
    }
    assert!(!flood.is_finished(), "the flooding client is kept");
    flood.abort();
}

#[tokio::test]
async fn silent_clients_are_kept() {
    let server = Server::start(&[]).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(server.connect().await);
    }
    for client in &mut silent {
        ask(client, b"at last\n").await;
    }
}

#[tokio::test]
async fn the_stamp_is_local_time() {
    // In the notation of POSIX (environ(7)), this is five and a half hours east of UTC.
    let mut command = wirestamp(&["serve", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--udp", "off"]);
    command.env("TZ", "IST-5:30");
    let server = Server::started_by(command).await;
    let reply = ask(&mut server.connect().await, b"\n").await;
    let stamp = std::str::from_utf8(&reply[1..25]).unwrap();
    let shown = NaiveDateTime::parse_from_str(stamp, "%a %b %e %H:%M:%S %Y").unwrap();
    let there = Utc::now().with_timezone(&FixedOffset::east_opt(19_800).unwrap()).naive_local();
    assert!((there - shown).num_seconds().abs() < 60, "the stamp is {shown}, the time {there}");
}

#[tokio::test]
async fn ipv6_is_served_like_ipv4() {
    let server = Server::start_at("[::1]:0", "[::1]:0", &[]).await;
    assert!(server.tcp.is_ipv6());
    assert_eq!(unstamp(&ask(&mut server.connect().await, b"six\n").await), b"six\n");
}

#[tokio::test]
async fn a_listener_on_all_addresses_serves_both_families_and_logs_ipv4_as_ipv4() {
    let mut server = Server::start_at("[::]:0", "127.0.0.1:0", &[]).await;
    for host in ["127.0.0.1", "::1"] {
        let mut client = TcpStream::connect((host, server.tcp.port())).await.unwrap();
        let peer = format!("peer={}", client.local_addr().unwrap());
        assert_eq!(unstamp(&ask(&mut client, b"both\n").await), b"both\n");
        server.logged(&["session opened", &peer]).await;
    }
}

#[tokio::test]
async fn a_half_closed_client_still_gets_its_reply() {
    let server = Server::start(&[]).await;
    let mut client = server.connect().await;
    client.write_all(b"last words").await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(unstamp(&read_all(&mut client).await), b"last words");
}

#[tokio::test]
async fn urgent_bytes_are_bytes_like_any_other() {
    let server = Server::start(&["--gap", "off"]).await;
    let mut client = server.connect().await;
    client.write_all(b"a").await.unwrap();
    socket2::SockRef::from(&client).send_out_of_band(b"!").unwrap();
    client.write_all(b"b\n").await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(unstamp(&read_all(&mut client).await), b"a!b\n");
}

#[tokio::test]
async fn a_line_sent_in_two_writes_is_one_message() {
    let server = Server::start(&[]).await;
    let address: SocketAddr = server.tcp;
    let mut client = TcpSocket::new_v4().unwrap().connect(address).await.unwrap();
    client.set_nodelay(false).unwrap();
    for _ in 0..5 {
        client.write_all(b"one li").await.unwrap();
        client.write_all(b"ne\n").await.unwrap();
        let mut reply = [0; STAMP + 9];
        soon("a reply", client.read_exact(&mut reply)).await.unwrap();
        assert_eq!(unstamp(&reply), b"one line\n");
    }
}

#[tokio::test]
async fn the_gap_is_a_flag() {
    let (patient, usual) = (Server::start(&["--gap", "1h"]).await, Server::start(&[]).await);
    let mut client = patient.connect().await;
    client.write_all(b"hel").await.unwrap();
    // Once the default gap has ended two messages on the other server, it would have ended this one too.
    let mut elsewhere = usual.connect().await;
    for _ in 0..2 {
        ask(&mut elsewhere, b"tick").await;
    }
    assert!(client.try_read(&mut [0]).is_err(), "the message ended too early");
    client.write_all(b"lo\n").await.unwrap();
    let mut reply = [0; STAMP + 6];
    soon("a reply", client.read_exact(&mut reply)).await.unwrap();
    assert_eq!(unstamp(&reply), b"hello\n");
}
