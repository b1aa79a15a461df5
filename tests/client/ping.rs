//! `wirestamp ping` over every transport, and its statistics for lost, late and duplicate replies.

use std::process::Output;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::ChildStdout;

use crate::support::place::Place;
use crate::support::server::wirestamp;
use crate::support::{Server, peer, signal, soon};

async fn ping(args: &[&str]) -> Output {
    let mut command = wirestamp(&["ping"]);
    command.args(args).kill_on_drop(true);
    soon("ping's end", command.output()).await.unwrap()
}

/// The output of a ping that got replies.
async fn report(args: &[&str]) -> String {
    let output = ping(args).await;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn every_transport_is_measured() {
    let place = Place::new();
    let server = Server::start(&["--udp", "127.0.0.1:0", "--unix", place.text()]).await;
    let (tcp, ws) = (format!("tcp://{}", server.tcp), format!("ws://{}", server.http));
    let (udp, unix) = (format!("udp://{}", server.addresses("udp")[0]), format!("unix:{}", place.text()));
    for url in [tcp, ws, udp, unix] {
        let said = report(&[&url, "-c", "5", "-i", "5ms"]).await;
        let lines: Vec<&str> = said.lines().collect();
        assert!(
            lines[0].starts_with(&format!("PING {url}")) && lines[0].ends_with("with 56 bytes a probe"),
            "{said}"
        );
        for (seq, line) in (1..=5).zip(&lines[1..]) {
            let time =
                line.strip_prefix(&format!("seq={seq} time=")).and_then(|line| line.strip_suffix(" ms"));
            assert!(time.is_some_and(|time| time.parse::<f64>().is_ok_and(|ms| ms > 0.0)), "{said}");
        }
        assert!(said.contains("sent 5, received 5, lost 0 (0%), duplicates 0, out of order 0"), "{said}");
        assert!(said.contains("\njitter ") && said.contains("(RFC 3550, 6.4.1)"), "{said}");
        assert!(said.contains("whole seconds"), "{said}");
    }
}

#[tokio::test]
async fn json_output_is_an_object_per_line_ending_with_the_summary() {
    let server = Server::start(&[]).await;
    let said = report(&[&format!("tcp://{}", server.tcp), "-c", "20", "-i", "0.001", "--json"]).await;
    let values: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let (summary, probes) = values.split_last().unwrap();
    let times: Vec<f64> = probes.iter().map(|probe| probe["time_ms"].as_f64().unwrap()).collect();
    assert_eq!(times.len(), 20);
    assert_eq!(
        (&summary["type"], &summary["sent"], &summary["lost"]),
        (&"summary".into(), &20.into(), &0.into())
    );
    let of = |name: &str| summary["round_trip_ms"][name].as_f64().unwrap();
    assert_eq!(of("min"), times.iter().copied().fold(f64::MAX, f64::min));
    assert_eq!(of("max"), times.iter().copied().fold(0.0, f64::max));
    assert!((of("mean") - times.iter().sum::<f64>() / 20.0).abs() < 1e-5, "{said}");
    let jitter =
        times.windows(2).fold(0.0, |jitter, pair| jitter + ((pair[1] - pair[0]).abs() - jitter) / 16.0);
    assert!((of("jitter") - jitter).abs() < 1e-5, "{said}");
    for pair in ["min", "p50", "p95", "p99", "max"].windows(2) {
        assert!(of(pair[0]) <= of(pair[1]), "{said}");
    }
}

#[tokio::test]
async fn lost_duplicate_and_reordered_replies_are_counted() {
    // The second reply comes twice, then the first. The third never comes.
    let mut seen = Vec::new();
    let url = peer::udp(move |datagram| {
        seen.push(peer::stamped(datagram));
        if seen.len() == 2 { vec![seen[1].clone(), seen[1].clone(), seen[0].clone()] } else { vec![] }
    });
    let said = report(&[&url.await, "-c", "3", "-i", "1ms", "-W", "0.1"]).await;
    assert!(said.contains("sent 3, received 2, lost 1 (33.333%), duplicates 1, out of order 1"), "{said}");
    let probes: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(probes[1..4], ["seq=2", "seq=2", "seq=1"]);
    assert!(said.contains("seq=2 duplicate"), "{said}");
}

#[tokio::test]
async fn a_probe_has_the_requested_size() {
    for (size, len) in [("0", 16), ("1000", 1000)] {
        let url = peer::udp(|datagram| {
            vec![format!("{} of {}", "x".repeat(20), datagram.len()).into(), datagram.to_vec()]
        });
        let said = report(&[&url.await, "-c", "1", "-s", size]).await;
        assert!(said.contains(&format!("with {len} bytes a probe")), "{said}");
    }
}

#[tokio::test]
async fn stamps_with_fractions_of_a_second_give_the_clock_offset() {
    for (ahead, side) in [(5, "ahead of"), (-5, "behind")] {
        let url = peer::udp(move |datagram| {
            let time = chrono::Utc::now() + chrono::Duration::seconds(ahead);
            vec![[format!("[{}] ", time.to_rfc3339()).as_bytes(), datagram].concat()]
        });
        let said = report(&[&url.await, "-c", "5", "-i", "2ms"]).await;
        let clock = said.lines().find(|line| line.starts_with("clock")).unwrap();
        assert!(
            clock.starts_with("clock: the service's is ") && clock.contains(&format!(" ms {side} this one")),
            "{said}"
        );
        let offset: f64 = clock.split_whitespace().nth(4).unwrap().parse().expect(clock);
        let error: f64 = clock.split_whitespace().rev().nth(3).unwrap().parse().expect(clock);
        assert!((offset - 5000.0).abs() <= error, "{said}");
    }
}

/// Reads lines up to one that contains `text`.
async fn read_to(text: &str, stdout: &mut BufReader<ChildStdout>, said: &mut String) {
    let from = said.len();
    while !said[from..].contains(text) {
        let len = soon(text, stdout.read_line(said)).await.unwrap();
        assert!(len > 0, "it ended without {text:?}: {said}");
    }
}

#[tokio::test]
async fn it_goes_on_when_the_peer_vanishes_and_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut first = listener.accept().await.unwrap().0;
        let mut probe = [0; 57];
        first.read_exact(&mut probe).await.unwrap();
        first.write_all(&probe).await.unwrap();
        drop(first);
        peer::answer(listener.accept().await.unwrap().0, usize::MAX).await;
    });
    let mut command = wirestamp(&["ping", "-i", "10ms", &url]);
    let mut child = command.kill_on_drop(true).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    for text in ["; trying again\n", "connected to 127.0.0.1:", "seq="] {
        read_to(text, &mut stdout, &mut said).await;
    }
    signal(child.id().unwrap(), "INT");
    soon("the summary", stdout.read_to_string(&mut said)).await.unwrap();
    assert!(said.contains("disconnected 1 time\n") && !said.contains("lost 0 "), "{said}");
    assert_eq!(soon("the end", child.wait()).await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn datagrams_that_nobody_takes_are_lost_and_said_to_be_so_once() {
    let free = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let output = ping(&[&format!("udp://{free}"), "-c", "5", "-i", "10ms", "-W", "0.1"]).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.matches("nobody listens there; trying again\n").count(), 1, "{said}");
    assert!(said.contains("sent 5, received 0, lost 5 (100%)"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn a_deadline_ends_it_and_quiet_it_writes_only_the_summary() {
    let server = Server::start(&[]).await;
    let url = format!("tcp://{}", server.tcp);
    let said = report(&[&url, "-q", "-i", "5ms", "-w", "0.2"]).await;
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("PING ") && lines[1].is_empty() && lines[2].starts_with("--- "), "{said}");
    assert!(!said.contains("seq="), "{said}");
    let coarse = "clock: not compared, as the stamps are in whole seconds; ask for ?format=rfc3339";
    assert_eq!(said.matches("clock").count(), 1, "{said}");
    assert_eq!(lines.last(), Some(&coarse));
}

#[tokio::test]
async fn no_reply_is_one_line_and_exit_code_1() {
    let url = peer::udp(|_| vec![]).await;
    let output = ping(&[&url, "-c", "2", "-i", "1ms", "-W", "50ms"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("wirestamp: no reply from {url} to 2 probes; ")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("sent 2, received 0, lost 2 (100%)"));
}

#[tokio::test]
async fn the_wait_for_the_last_reply_may_exceed_the_clocks_range() {
    let server = Server::start(&[]).await;
    let url = format!("tcp://{}", server.tcp);
    let said = report(&[&url, "-c", "1", "-W", "18446744073709551615s"]).await;
    assert!(said.contains("sent 1, received 1, lost 0"), "{said}");
}

#[tokio::test]
async fn ctrl_c_prints_the_summary() {
    let server = Server::start(&[]).await;
    let mut command = wirestamp(&["ping", &format!("tcp://{}", server.tcp), "-i", "10ms"]);
    let mut child = command.kill_on_drop(true).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    read_to("seq=3 ", &mut stdout, &mut said).await;
    signal(child.id().unwrap(), "INT");
    soon("the summary", stdout.read_to_string(&mut said)).await.unwrap();
    assert!(said.contains(" ping statistics ---\nsent ") && said.contains("round trip min "), "{said}");
    assert_eq!(soon("the end", child.wait()).await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn probes_larger_than_the_socket_buffers_do_not_block_their_replies() {
    // The peer does not read while it answers.
    let url = peer::tcp(|stream| peer::answer(stream, usize::MAX)).await;
    let said = report(&[&url, "-c", "10", "-i", "1ms", "-s", "1048576", "-W", "20"]).await;
    assert!(said.contains("sent 10, received 10, lost 0"), "{said}");
}

#[tokio::test]
async fn a_reader_that_closes_the_pipe_ends_it() {
    let server = Server::start(&[]).await;
    let program = crate::support::server::PROGRAM;
    let line = format!("({program} ping -i 1ms tcp://{}; echo $? >&2) | head -n 3", server.tcp);
    let mut command = tokio::process::Command::new("sh");
    let output = soon(&line, command.args(["-c", &line]).kill_on_drop(true).output()).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "0\n");
}

#[tokio::test]
async fn every_flag_of_the_clients_is_in_their_help_with_its_environment_variable() {
    for (client, flags) in [
        ("connect", &["url", "timeout", "raw", "keep_empty"][..]),
        ("ping", &["url", "count", "interval", "deadline", "size", "timeout", "quiet", "json"]),
    ] {
        let output = soon("help", wirestamp(&[client, "--help"]).output()).await.unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        for flag in flags {
            let variable = format!("WIRESTAMP_{}_{}", client.to_uppercase(), flag.to_uppercase());
            assert!(help.contains(&format!("env: {variable}=")), "{variable} in {help}");
        }
        assert!(help.contains("Examples:"));
    }
}

#[tokio::test]
async fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for (args, named) in [
        (["-i", "0"], "the interval must be at least 1ms"),
        (["-c", "0"], "'--count <COUNT>'"),
        (["-s", "2000000"], "'--size <SIZE>'"),
        (["-W", "soon"], "use seconds, such as 0.2, or a unit, such as 200ms"),
    ] {
        let output = ping(&args).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(named) && said.lines().count() == 1, "{said}");
        assert_eq!(output.status.code(), Some(2));
    }
}
