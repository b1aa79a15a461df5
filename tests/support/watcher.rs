//! A client that watches a server: it follows `/api/events.ndjson`.

use std::collections::VecDeque;
use std::sync::LazyLock;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use jsonschema::Validator;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Server, http, soon};

/// How long an event may take to be told: a second, and some more on a busy computer.
const NEWS: Duration = Duration::from_secs(5);

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(include_str!("../../server/src/http/events/schema.json")).unwrap();
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
});

/// A watcher. Dropping it closes its connection.
pub(crate) struct Watcher {
    body: Incoming,
    /// The start of a line.
    rest: Vec<u8>,
    events: VecDeque<Value>,
    driver: JoinHandle<hyper::Result<()>>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Watcher {
    /// Starts to watch with this query, such as `since=now`. The server knows of it when this returns.
    pub(crate) async fn start(server: &Server, query: &str) -> Self {
        Self::start_with(server, query, &[]).await
    }

    /// The same with these headers.
    pub(crate) async fn start_with(server: &Server, query: &str, headers: &[(&str, &str)]) -> Self {
        let stream = soon("connecting", TcpStream::connect(server.http)).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let driver = tokio::spawn(connection);
        let mut request = Request::get(format!("/api/events.ndjson?{query}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header(HOST, server.http.to_string()).body(Empty::<Bytes>::new()).unwrap();
        let response = soon("the stream", sender.send_request(request)).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        // Requests are served in order, so the one for the stream was served before this one.
        sessions(server).await;
        Self { body: response.into_body(), rest: Vec::new(), events: VecDeque::new(), driver }
    }

    /// The next event, or `None` at the end of the stream. It's as the schema says.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let frame = timeout(NEWS, self.body.frame()).await.expect("there is news in time");
            let Some(frame) = frame else {
                assert!(self.rest.is_empty(), "{}", self.rest.escape_ascii());
                return None;
            };
            self.take(&frame.unwrap().into_data().unwrap());
        }
    }

    fn take(&mut self, data: &[u8]) {
        self.rest.extend_from_slice(data);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return };
        let tail = self.rest.split_off(end + 1);
        let lines = std::mem::replace(&mut self.rest, tail);
        // Empty lines are signs of life.
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let event: Value = serde_json::from_slice(line).unwrap();
            let errors: Vec<String> = SCHEMA.iter_errors(&event).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{event}: {errors:#?}");
            self.events.push_back(event);
        }
    }

    /// The next event of this type. Others before it are skipped.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended without {kind}"));
            if event["type"] == kind {
                return event;
            }
        }
    }

    /// All events until the stream ends.
    pub(crate) async fn rest(mut self) -> Vec<Value> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

/// All that the server has to tell of the past, with this query.
pub(crate) async fn told(server: &Server, query: &str) -> Vec<Value> {
    Watcher::start(server, &format!("follow=no&{query}")).await.rest().await
}

/// `/api/sessions`.
pub(crate) async fn sessions(server: &Server) -> Value {
    let response = http::get(server.http, "/api/sessions", &[]).await;
    assert_eq!(response.status(), 200);
    serde_json::from_slice(response.body()).unwrap()
}

/// The values of a field, such as `type`.
pub(crate) fn all<'a>(events: &'a [Value], field: &str) -> Vec<&'a Value> {
    events.iter().map(|event| &event[field]).collect()
}
