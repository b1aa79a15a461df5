//! The times of `wirestamp ping`: when each reply came, and how long the way there took.

use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::sleep;
use wirestamp_protocol::measure::StampTime;

use crate::support::place::Place;
use crate::support::server::wirestamp;
use crate::support::{Server, peer, signal, soon};

/// How long a client is stopped. A round trip takes far less than half of it.
const STOPPED: Duration = Duration::from_secs(2);

async fn ping(args: &[&str]) -> Output {
    let mut command = wirestamp(&["ping", "-c", "5", "-i", "20ms", "-W", "20"]);
    command.args(args).kill_on_drop(true);
    soon("ping's end", command.output()).await.unwrap()
}

/// The lines of a ping's output.
fn lines(output: &Output) -> Vec<&str> {
    assert!(output.status.success(), "{output:?}");
    std::str::from_utf8(&output.stdout).unwrap().lines().collect()
}

/// The probes and the summary of a ping with `--json`.
fn objects(output: &Output) -> (Vec<Value>, Value) {
    let mut probes: Vec<Value> =
        lines(output).into_iter().map(|line| serde_json::from_str(line).expect(line)).collect();
    let summary = probes.pop().unwrap();
    assert_eq!((probes.len(), &summary["type"]), (5, &"summary".into()), "{output:?}");
    (probes, summary)
}

/// A time in nanoseconds since 1970.
fn time(value: &Value) -> i64 {
    StampTime::parse(value.as_str().unwrap().as_bytes()).unwrap_or_else(|| panic!("{value}")).nanos
}

/// Milliseconds, in nanoseconds.
fn ms(value: &Value) -> i64 {
    (value.as_f64().unwrap_or_else(|| panic!("{value}")) * 1e6).round() as i64
}

fn now() -> i64 {
    chrono::Utc::now().timestamp_nanos_opt().unwrap()
}

#[tokio::test]
async fn each_probe_has_its_times_and_their_source() {
    let place = Place::new();
    let unix = format!("{}?format=rfc3339", place.text());
    let flags = ["--udp", "127.0.0.1:0?format=unix", "--unix", &unix];
    let server = Server::start_at("127.0.0.1:0?format=rfc3339", "127.0.0.1:0", &flags).await;
    for (url, source) in [
        (format!("tcp://{}", server.tcp), "kernel"),
        (format!("udp://{}", server.addresses("udp")[0]), "kernel"),
        (format!("unix:{}", place.text()), "read"),
        (format!("ws://{}/ws?format=unix", server.http), "read"),
    ] {
        let before = now();
        let output = ping(&["--json", &url]).await;
        let (probes, summary) = objects(&output);
        for probe in &probes {
            let (sent, stamped, received) =
                (time(&probe["sent"]), time(&probe["stamp"]), time(&probe["received"]));
            // There is one clock, so the times are in order, and nothing is estimated.
            assert!(before < sent && sent <= stamped && stamped <= received && received < now(), "{probe}");
            assert_eq!(ms(&probe["time_ms"]), received - sent, "{probe}");
            assert_eq!(ms(&probe["there_ms"]), stamped - sent, "{probe}");
            assert_eq!(ms(&probe["back_ms"]), received - stamped, "{probe}");
            assert_eq!(probe["clock_error_ms"], 0.0, "{probe}");
        }
        // The kernel may not have turned its times on before the first reply.
        assert_eq!(probes[4]["source"], source, "{url}");
        assert_eq!(
            (&summary["clock_offset_ms"]["offset"], &summary["clock_offset_ms"]["error"]),
            (&0.0.into(), &0.0.into())
        );
    }
}

#[tokio::test]
async fn each_line_shows_the_way_there_and_back() {
    let server = Server::start(&[]).await;
    let output = ping(&[&format!("ws://{}/ws?format=rfc3339", server.http)]).await;
    let lines = lines(&output);
    for line in &lines[1..6] {
        let parts: Vec<&str> = line.split([' ', '=']).collect();
        let [_, _, _, time, "ms,", there, "there,", back, "back"] = parts[..] else { panic!("{line}") };
        let micros = |ms: &str| (ms.parse::<f64>().unwrap() * 1e3).round() as u64;
        assert_eq!(micros(there) + micros(back), micros(time), "{line}");
    }
    let clock = "clock: this computer's on both sides, so there and back have no clock error";
    assert_eq!(lines.last(), Some(&clock));
}

#[tokio::test]
async fn with_two_clocks_the_parts_have_the_error_of_their_comparison() {
    // A service elsewhere, behind a tunnel.
    let url = peer::udp(|datagram| {
        let time = chrono::Utc::now() + chrono::Duration::hours(1);
        vec![[format!("[{}] ", time.to_rfc3339()).as_bytes(), datagram].concat()]
    });
    let url = url.await;
    let output = ping(&["--json", &url]).await;
    for probe in objects(&output).0 {
        let [time, there, back] = ["time_ms", "there_ms", "back_ms"].map(|part| ms(&probe[part]));
        assert!(there >= 0 && back >= 0 && there + back == time, "{probe}");
        let error = ms(&probe["clock_error_ms"]);
        assert!(0 < error && error <= time / 2 + 1, "{probe}");
    }
    let output = ping(&[&url]).await;
    let said = lines(&output);
    assert!(said[1].contains(" there, ") && said[1].ends_with(" back"), "{said:?}");
    let last = said.last().unwrap();
    assert!(last.starts_with("there and back: give or take ") && last.contains(" two clocks"), "{said:?}");
}

#[tokio::test]
async fn a_stamp_in_whole_seconds_tells_nothing_about_the_way_there() {
    let server = Server::start(&[]).await;
    let url = format!("tcp://{}", server.tcp);
    let output = ping(&["--json", &url]).await;
    let (probes, summary) = objects(&output);
    for probe in probes {
        assert_eq!(time(&probe["received"]) - time(&probe["sent"]), ms(&probe["time_ms"]), "{probe}");
        assert_eq!(probe["stamp"].as_str().unwrap().len(), "Sun Nov 22 18:07:00 2026".len(), "{probe}");
        for part in ["there_ms", "back_ms", "clock_error_ms"] {
            assert_eq!(probe.get(part), Some(&Value::Null), "{probe}");
        }
    }
    assert!(summary["clock_offset_ms"].is_null(), "{summary}");
    let output = ping(&[&url]).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("there") && said.contains("whole seconds"), "{said}");
}

/// Answers a client's probes, and stops the client right before the last reply.
#[derive(Default)]
struct Stopper {
    client: AtomicU32,
    stopped: Notify,
}

impl Stopper {
    fn answer(&self, probe: &[u8]) -> Vec<u8> {
        if String::from_utf8_lossy(probe).contains(" 5.") {
            signal(self.client.load(Ordering::Relaxed), "STOP");
            self.stopped.notify_one();
        }
        peer::stamped(probe)
    }

    async fn answer_lines(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).await.unwrap_or(0) > 0 {
            stream.write_all(&self.answer(&line)).await.unwrap();
            line.clear();
        }
    }
}

#[tokio::test]
async fn a_client_that_is_stopped_when_a_reply_comes_knows_when_it_came() {
    for transport in ["tcp", "udp"] {
        let stopper = Arc::new(Stopper::default());
        let there = Arc::clone(&stopper);
        let url = match transport {
            "tcp" => peer::tcp(|stream| async move { there.answer_lines(stream).await }).await,
            _ => peer::udp(move |probe| vec![there.answer(probe)]).await,
        };
        let mut command = wirestamp(&["ping", "-c", "5", "-i", "20ms", "-W", "20", "--json", &url]);
        let client = command.kill_on_drop(true).spawn().unwrap();
        let id = client.id().unwrap();
        stopper.client.store(id, Ordering::Relaxed);
        soon("the last probe", stopper.stopped.notified()).await;
        sleep(STOPPED).await;
        signal(id, "CONT");
        let output = soon("ping's end", client.wait_with_output()).await.unwrap();
        let probe = &objects(&output).0[4];
        assert_eq!(probe["source"], "kernel", "{transport}: {probe}");
        assert!(ms(&probe["time_ms"]) < STOPPED.as_nanos() as i64 / 2, "{transport}: {probe}");
    }
}
