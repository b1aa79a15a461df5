//! `/api/info`: the listeners and settings of the service.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::{Server, http, port_of};

/// Fetches `/api/info` from the server at this address.
async fn told(at: SocketAddr) -> Value {
    let response = http::get(at, "/api/info", &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store", "another server may be here next");
    serde_json::from_slice(response.body()).unwrap()
}

#[tokio::test]
async fn it_has_the_name_the_version_and_every_bound_address() {
    let place = Place::new();
    let server = Server::start(&["--tcp", "[::1]:0", "--udp", "127.0.0.1:0", "--unix", place.text()]).await;
    let told = told(server.http).await;
    assert_eq!((&told["name"], &told["version"]), (&json!("wirestamp"), &json!(env!("CARGO_PKG_VERSION"))));
    let [v4, v6] = server.addresses("tcp")[..] else { panic!("two listeners") };
    let tcp = json!([
        {"host": "127.0.0.1", "port": port_of(v4), "format": "ctime", "arrival": "kernel"},
        {"host": "::1", "port": port_of(v6), "format": "ctime", "arrival": "kernel"},
    ]);
    assert_eq!(told["tcp"], tcp);
    let udp = port_of(server.addresses("udp")[0]);
    assert_eq!(
        told["udp"],
        json!([{"host": "127.0.0.1", "port": udp, "format": "ctime", "arrival": "kernel"}])
    );
    assert_eq!(told["unix"], json!([{"path": place.text(), "format": "ctime", "arrival": "read"}]));
    assert_eq!(told["http"], json!([{"host": "127.0.0.1", "port": server.http.port(), "arrival": "kernel"}]));
}

#[tokio::test]
async fn a_listener_on_all_addresses_has_no_host() {
    let server = Server::start_at("[::]:0", "0.0.0.0:0", &["--udp", "0.0.0.0:0"]).await;
    let told = told(([127, 0, 0, 1], server.http.port()).into()).await;
    for kind in ["tcp", "udp", "http"] {
        let [address] = server.addresses(kind)[..] else { panic!("one listener") };
        assert_eq!(told[kind][0]["host"], Value::Null, "{kind}");
        assert_eq!(told[kind][0]["port"], port_of(address), "{kind}");
    }
}

#[tokio::test]
async fn each_listener_has_its_own_format() {
    let place = Place::new();
    let unix = format!("{}?format=%T", place.text());
    let flags = ["--format", "rfc3339", "--tcp", "127.0.0.1:0?format=unix", "--unix", &unix];
    let told = told(Server::start(&flags).await.http).await;
    let formats = told["tcp"].as_array().unwrap().iter().map(|listener| &listener["format"]);
    assert_eq!(formats.collect::<Vec<_>>(), ["rfc3339", "unix"]);
    assert_eq!(told["unix"], json!([{"path": place.text(), "format": "%T", "arrival": "read"}]));
}

#[tokio::test]
async fn it_has_the_settings_from_defaults_and_from_flags() {
    let told_by = async |flags: &[&str]| {
        let server = Server::start(flags).await;
        let mut told = told(server.http).await;
        ["utc", "max_message", "gap_ms", "upstream", "udp", "unix"].map(|name| told[name].take())
    };
    let usual = told_by(&[]).await;
    assert_eq!(usual, [json!(true), json!(65536), json!(50.0), Value::Null, json!([]), json!([])]);
    let flags = ["--max-message", "1KiB", "--gap", "1500us", "--upstream", "[2001:db8::1]:7"];
    let [_, max_message, gap, upstream, ..] = told_by(&flags).await;
    assert_eq!([max_message, gap, upstream], [json!(1024), json!(1.5), json!("[2001:db8::1]:7")]);
    assert_eq!(told_by(&["--gap", "off"]).await[2], Value::Null);
}

#[tokio::test]
async fn it_has_where_times_come_from_and_what_the_system_tells_of_its_clock() {
    let server = Server::start(&["--arrival", "read", "--udp", "127.0.0.1:0"]).await;
    let told = told(server.http).await;
    for kind in ["tcp", "udp", "http"] {
        assert_eq!(told[kind][0]["arrival"], "read", "{kind}");
    }
    // Which it is depends on the system.
    let synchronised = told["clock"]["synchronised"].as_str().unwrap();
    assert!(["yes", "no", "unknown"].contains(&synchronised), "{synchronised}");
    assert!(told["clock"]["error_ms"].is_null() || told["clock"]["error_ms"].as_f64().unwrap() >= 0.0);
}

#[tokio::test]
async fn other_sites_are_refused() {
    let server = Server::start(&[]).await;
    for (name, value) in [("host", "evil.example"), ("origin", "https://evil.example")] {
        let response = http::get(server.http, "/api/info", &[(name, value)]).await;
        assert_eq!(response.status(), 403, "{name}");
        assert!(!String::from_utf8_lossy(response.body()).contains("max_message"));
    }
}
