//! Limits on the number of clients, and what happens beyond them.

use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::support::server::{PROGRAM, ask, flood, wirestamp};
use crate::support::{STAMP, Server, http, metrics, soon, unstamp, websocket};

/// Starts a server from a shell that has set a limit.
async fn start_under(limit: &str, flags: &[&str]) -> Server {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limit} && exec \"$0\" \"$@\""), PROGRAM]);
    command.args(["serve", "--utc", "--udp", "off", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    command.args(flags).stdout(Stdio::piped()).stderr(Stdio::piped());
    Server::started_by(command).await
}

#[tokio::test]
async fn at_the_limit_a_client_waits_in_the_backlog_until_another_leaves() {
    let mut server = Server::start(&["--max-connections", "2"]).await;
    let mut first = server.connect().await;
    let mut second = server.connect().await;
    ask(&mut first, b"1\n").await;
    ask(&mut second, b"2\n").await;

    // The kernel accepts the connection and its bytes. The server does once there is a place.
    let mut third = server.connect().await;
    third.write_all(b"3\n").await.unwrap();
    server.logged(&["WARN", "at the limit of connections", "limit=2"]).await;
    metrics::shows(server.http, r#"wirestamp_connection_limit_reached_total{listener="stream"} 1"#).await;
    assert!(third.try_read(&mut [0]).is_err());
    drop(first);
    let mut reply = [0; STAMP + 2];
    soon("the reply", third.read_exact(&mut reply)).await.unwrap();
    assert_eq!(unstamp(&reply), b"3\n");
}

#[tokio::test]
async fn monitoring_is_answered_at_the_limit() {
    let server = Server::start(&["--max-connections", "2"]).await;
    assert_eq!(http::get(server.http, "/readyz", &[]).await.status(), 200);
    let mut streams = [server.connect().await, server.connect().await];
    for client in &mut streams {
        ask(client, b"x\n").await;
    }
    let ready = http::get(server.http, "/readyz", &[]).await;
    assert_eq!((ready.status().as_u16(), &ready.body()[..]), (503, &b"at the limit of connections\n"[..]));

    let mut sockets = [websocket::open(server.http).await, websocket::open(server.http).await];
    for client in &mut sockets {
        client.send("x".into()).await.unwrap();
        websocket::next(client).await;
    }
    for (path, status) in [("/healthz", 200), ("/metrics", 200), ("/readyz", 503), ("/", 503)] {
        // More often than there are places in the reserve: each gets its place back.
        for _ in 0..20 {
            assert_eq!(http::get(server.http, path, &[]).await.status(), status, "{path}");
        }
    }
    assert_eq!(http::get(server.http, "/ws", &http::HANDSHAKE).await.status(), 503);

    drop((streams, sockets));
    soon("the places", async { while http::get(server.http, "/readyz", &[]).await.status() != 200 {} }).await;
}

#[tokio::test]
async fn the_listener_for_metrics_has_places_of_its_own() {
    let server = Server::start(&["--max-connections", "1", "--metrics-addr", "127.0.0.1:0"]).await;
    let _stream = server.connect().await;
    let _socket = websocket::open(server.http).await;
    let own = server.addresses("metrics")[0].trim_end_matches("/metrics").parse().unwrap();
    metrics::shows(own, "wirestamp_sessions_open{transport=\"ws\"} 1").await;
    assert_eq!(http::get(server.http, "/metrics", &[]).await.status(), 503, "it has moved");
    assert_eq!(http::get(server.http, "/healthz", &[]).await.status(), 200);
}

#[tokio::test]
async fn an_idle_listener_takes_no_place_from_another() {
    let any = "127.0.0.1:0";
    let server = Server::start(&["--max-connections", "1", "--tcp", any, "--tcp", any]).await;
    let listeners = server.addresses("tcp");
    // Each listener must accept the next client, whichever listener served the last one.
    for at in [2, 1, 0, 0, 1, 2, 2] {
        let mut client = TcpStream::connect(listeners[at]).await.unwrap();
        assert_eq!(unstamp(&ask(&mut client, b"my turn\n").await), b"my turn\n");
    }
}

#[tokio::test]
async fn websockets_and_raw_clients_do_not_take_each_others_places() {
    let server = Server::start(&["--max-connections", "2"]).await;
    let mut sockets = Vec::new();
    for _ in 0..2 {
        let mut client = websocket::open(server.http).await;
        client.send("x".into()).await.unwrap();
        websocket::next(&mut client).await;
        sockets.push(client);
    }
}

#[tokio::test]
async fn one_address_is_held_to_its_own_limit() {
    let server = Server::start(&["--max-per-ip", "1"]).await;
    let mut first = server.connect().await;
    ask(&mut first, b"1\n").await;
    let mut second = server.connect().await;
    assert_eq!(soon("the end", second.read(&mut [0])).await.unwrap_or(0), 0, "the server hangs up");
    drop(first);
    // The place is free once the session has ended. A client cannot see that, so it retries.
    loop {
        let mut third = server.connect().await;
        let mut reply = [0; STAMP + 2];
        let _ = third.write_all(b"3\n").await;
        if soon("the reply or the end", third.read_exact(&mut reply)).await.is_ok() {
            break;
        }
    }
}

#[tokio::test]
async fn without_descriptors_it_neither_ends_nor_spins_and_later_recovers() {
    let mut server = start_under("ulimit -n 64", &["--max-connections", "1000"]).await;
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(server.connect().await);
    }
    server.logged(&["WARN", "cannot accept; clients wait in the backlog", "too many open files"]).await;
    let before = server.cpu_time();
    // Meanwhile it answers its clients. A hundred lines give it time to spin, if it did.
    for _ in 0..100 {
        ask(&mut clients[0], b"served\n").await;
    }
    let spent = server.cpu_time() - before;
    assert!(spent < Duration::from_secs(1), "{spent:?} for a hundred lines");
    let mut last = clients.pop().unwrap();
    drop(clients);
    assert_eq!(unstamp(&ask(&mut last, b"my turn\n").await), b"my turn\n");
}

#[tokio::test]
async fn the_limit_fits_the_open_files_allowed() {
    let mut server = start_under("ulimit -n 64", &[]).await;
    let mut clients = Vec::new();
    for _ in 0..40 {
        clients.push(server.connect().await);
    }
    server.logged(&["at the limit of connections", "limit=24"]).await;
}

#[tokio::test]
async fn the_limit_of_open_files_is_raised_to_its_maximum() {
    let server = start_under("ulimit -Sn 64", &[]).await;
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(server.connect().await);
        ask(clients.last_mut().unwrap(), b"one more\n").await;
    }
}

#[tokio::test]
async fn a_storm_of_five_thousand_connects_is_answered() {
    rlimit::increase_nofile_limit(20_000).unwrap();
    // For every client, this program and the server each need a descriptor.
    let storm = (rlimit::Resource::NOFILE.get_soft().unwrap().min(20_000) / 4).min(5000);
    let mut command =
        wirestamp(&["serve", "--utc", "--udp", "off", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    command.args(["--log-level", "warn", "--max-connections", "6000"]);
    let server = Server::started_by(command).await;
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..storm {
        let address = server.tcp;
        clients.spawn(async move {
            let mut client = TcpStream::connect(address).await.unwrap();
            ask(&mut client, b"storm\n").await;
            client
        });
    }
    let kept = soon("the storm's end", clients.join_all()).await;
    let took = began.elapsed();
    println!("{storm} simultaneous connections, all answered after {took:?}");
    assert_eq!(kept.len(), storm as usize);
    // Two idle cores take two seconds. With a backlog of 1,024 it takes seven, because the kernel retries
    // after one, three and seven seconds.
    assert!(took < Duration::from_secs(6), "{took:?}");
}

/// Clients that flood the server and read nothing, until it holds the most that it ever holds for them.
async fn stuck_clients(server: &Server, clients: usize) -> JoinSet<()> {
    let mut floods = JoinSet::new();
    for _ in 0..clients {
        // With a small buffer, the kernel takes few replies and the server is left with the rest.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        floods.spawn(flood(soon("connecting", socket.connect(server.tcp)).await.unwrap()));
    }
    metrics::steady(server.http, r#"wirestamp_received_bytes_total{transport="tcp"}"#).await;
    floods
}

#[tokio::test]
async fn a_client_that_does_not_read_uses_bounded_memory() {
    const CLIENTS: usize = 20;
    let server = Server::start(&["--log-level", "warn", "--watch-memory", "0"]).await;
    ask(&mut server.connect().await, b"warm\n").await;
    let before = server.anonymous_memory();
    let _clients = stuck_clients(&server, CLIENTS).await;
    let held = server.anonymous_memory().saturating_sub(before) / CLIENTS;
    println!("{} KiB held for each client that does not read", held / 1024);
    // 64 KiB of replies, 16 KiB of input, and the server's own buffers, divided by the clients.
    assert!(held < 128 * 1024, "{held} bytes a client");
}

#[tokio::test]
async fn what_clients_that_did_not_read_were_owed_is_given_back_when_they_are_gone() {
    const CLIENTS: usize = 300;
    let server = Server::start(&["--log-level", "warn", "--watch-memory", "0"]).await;
    ask(&mut server.connect().await, b"warm\n").await;
    let before = server.anonymous_memory();
    let clients = stuck_clients(&server, CLIENTS).await;
    gives_back(&server, before, clients).await;
}

#[tokio::test]
async fn messages_without_their_ends_are_given_back_when_their_clients_are_gone() {
    let server = Server::start(&["--log-level", "warn", "--watch-memory", "0", "--gap", "off"]).await;
    ask(&mut server.connect().await, b"warm\n").await;
    let before = server.anonymous_memory();
    let (mut clients, mut sent) = (Vec::new(), 0);
    for size in [5_000, 20_000, 60_000].into_iter().cycle().take(300) {
        let mut client = server.connect().await;
        client.write_all(&vec![b'x'; size]).await.unwrap();
        clients.push(client);
        sent += size;
    }
    server.holds(before + sent).await;
    gives_back(&server, before, clients).await;
}

/// Ends the clients, and waits until the server has given back what it held for them.
async fn gives_back<C>(server: &Server, before: usize, clients: C) {
    // It comes after them and stays, so that the heap can't shrink below what it takes.
    let mut quiet = server.connect().await;
    ask(&mut quiet, b"still here\n").await;
    drop(clients);
    server.gives_back(before).await;
    ask(&mut quiet, b"still answered\n").await;
}
