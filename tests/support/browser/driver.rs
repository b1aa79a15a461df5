//! A browser with its driver, and the WebDriver protocol of the W3C that it speaks.
//!
//! The client crates for this protocol have sixty dependencies. The dozen calls needed here are a page of
//! JSON over HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;

use hyper::{Method, Request};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::support::group::Group;
use crate::support::scratch::Scratch;
use crate::support::{PATIENCE, http, soon};

/// The number of browsers at once: one for each of two cores, so that none is slow.
const BROWSERS: u32 = 2;
static FREE: Semaphore = Semaphore::const_new(BROWSERS as usize);

/// A kind of browser.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Chromium,
    Firefox,
}

impl Kind {
    /// The driver and its arguments. On port 0, it chooses a free one.
    fn driver(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Chromium => ("chromedriver", &["--port=0"]),
            // The size of a page and its colours are set in the browser's own context.
            Self::Firefox => ("geckodriver", &["--port=0", "--allow-system-access"]),
        }
    }

    /// What comes before the port in the driver's first lines.
    fn before_port(self) -> &'static str {
        match self {
            Self::Chromium => "started successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
        }
    }

    /// The capabilities to ask for.
    fn capabilities(self) -> Value {
        let timeouts = json!({"script": (PATIENCE / 2).as_millis()});
        match self {
            Self::Chromium => {
                let flags = [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ];
                json!({
                    "goog:chromeOptions": {"args": flags},
                    "goog:loggingPrefs": {"browser": "ALL"},
                    "timeouts": timeouts,
                })
            }
            Self::Firefox => json!({"moz:firefoxOptions": {"args": ["-headless"]}, "timeouts": timeouts}),
        }
    }
}

/// Starts the driver of a browser on a free port. Chromedriver chooses a port that is free over IPv6, and fails if that
/// port is taken over IPv4, so this tries again.
async fn start_driver(kind: Kind, leavings: &Scratch) -> (Group, u16) {
    let (name, args) = kind.driver();
    for _ in 0..20 {
        let mut command = Command::new(name);
        command.args(args).env("TMPDIR", &leavings.0).stdout(Stdio::piped()).stderr(Stdio::null());
        // The browser's processes join the driver's group and end with it.
        let mut driver = Group::spawn(&mut command)
            .unwrap_or_else(|error| panic!("{name}: {error}: `make test` installs it"));
        let mut said = BufReader::new(driver.0.stdout.take().unwrap()).lines();
        while let Some(line) = soon("the driver's port", said.next_line()).await.unwrap() {
            if let Some((_, port)) = line.split_once(kind.before_port()) {
                // Read the rest of its output, so that it never blocks on a full pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
                return (driver, port.trim_end_matches('.').parse().unwrap());
            }
        }
    }
    panic!("{name} finds no free port");
}

/// A browser that runs. Dropping this kills it and its driver.
pub(super) struct Session {
    pub(super) kind: Kind,
    _place: SemaphorePermit<'static>,
    /// Fields are dropped in order, so the browser ends before its profile and other files are removed.
    _driver: Group,
    _leavings: Scratch,
    at: SocketAddr,
    path: String,
}

impl Session {
    /// Starts a browser once there is a place for it.
    pub(super) async fn start(kind: Kind) -> Self {
        Self::start_in(FREE.acquire().await.unwrap(), kind).await
    }

    /// Starts a browser once no other runs.
    pub(super) async fn start_alone(kind: Kind) -> Self {
        Self::start_in(FREE.acquire_many(BROWSERS).await.unwrap(), kind).await
    }

    async fn start_in(place: SemaphorePermit<'static>, kind: Kind) -> Self {
        let leavings = Scratch::new();
        let (driver, port) = start_driver(kind, &leavings).await;
        let at = (Ipv4Addr::LOCALHOST, port).into();
        let mut session =
            Self { kind, _place: place, _driver: driver, _leavings: leavings, at, path: String::new() };
        let wanted = json!({"capabilities": {"alwaysMatch": kind.capabilities()}});
        let started = session.post("/session", wanted).await;
        session.path = format!("/session/{}", started["sessionId"].as_str().unwrap());
        session
    }

    /// Gets the value at this path of the session.
    pub(super) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, &Value::Null).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Gives a command to the session and returns its value.
    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.try_post(path, &body).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The same, or the error that WebDriver reports.
    pub(super) async fn try_post(&self, path: &str, body: &Value) -> Result<Value, Value> {
        self.call(Method::POST, path, body).await
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Value, Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri([&self.path, path].concat());
        let request = request.header("content-type", "application/json").body(body).unwrap();
        let response = http::send(self.at, request).await;
        let mut answer: Value = serde_json::from_slice(response.body()).unwrap();
        let value = answer["value"].take();
        if response.status().is_success() { Ok(value) } else { Err(value) }
    }
}
