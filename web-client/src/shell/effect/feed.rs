//! Asks the server for its sessions, and follows its events.
//!
//! The stream is read with `fetch`, since an `EventSource` can't send a token. It is read piece by piece, the next
//! once the last was handled, so that a page that is too slow holds back the server, which then drops and counts.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wirestamp_protocol::event::EventId;

use super::Request;
use super::store::token;
use crate::event::Event;
use crate::shell::browser::bytes::contained;
use crate::shell::browser::object::{Object, parse_json};
use crate::shell::browser::registrations::Callback;
use crate::shell::bus;
use crate::watch::WatchEvent;

/// The stream of events.
#[derive(Default)]
pub(crate) struct Feed {
    sessions: Option<Request>,
    stream: Option<Stream>,
}

struct Stream {
    /// `None` until the server has answered.
    reader: Rc<RefCell<Option<Object>>>,
    arrived: Callback,
    failed: Callback,
    _answered: Callback,
}

fn send(event: WatchEvent) {
    bus::send(Event::Watch(event));
}

impl Feed {
    pub(crate) fn ask_for_sessions(&mut self) {
        let answered = |status, text| send(WatchEvent::Answered { status, text });
        self.sessions = Request::authorized("api/sessions", token().as_deref(), answered).ok();
    }

    /// Follows the events after this one, or all that the server has.
    pub(crate) fn follow(&mut self, since: Option<EventId>) {
        self.stream = Some(Stream::open(since));
    }

    /// Reads the next piece.
    pub(crate) fn read(&self) {
        if let Some(stream) = &self.stream
            && let Some(reader) = &*stream.reader.borrow()
        {
            then(reader.call("read", Vec::new()), &stream.arrived, &stream.failed);
        }
    }
}

impl Stream {
    fn open(since: Option<EventId>) -> Self {
        let reader = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&reader);
        let answered = Callback::new(move |response| {
            let status = response.number("status") as u16;
            let body = response.get("body").filter(|_| status == 200);
            match body.and_then(|body| body.call("getReader", Vec::new()).ok()) {
                Some(reader) => {
                    slot.replace(Some(reader));
                    send(WatchEvent::Following);
                }
                None => send(WatchEvent::Answered { status, text: String::new() }),
            }
        });
        let arrived = Callback::new(|piece| match piece.get("value") {
            Some(bytes) => send(WatchEvent::Arrived(contained(&bytes))),
            None => send(WatchEvent::Ended),
        });
        let failed = Callback::new(|_| send(WatchEvent::Ended));
        let since = since.map(|id| ["?since=", &id.to_string()].concat()).unwrap_or_default();
        let mut arguments: Vec<JsValue> = vec![["api/events.ndjson", &since].concat().into()];
        arguments.extend(headers());
        then(Object::scope().call("fetch", arguments), &answered, &failed);
        Self { reader, arrived, failed, _answered: answered }
    }
}

/// Calls back once a promise is kept or broken.
fn then(promise: Result<Object, JsValue>, kept: &Callback, broken: &Callback) {
    let result = promise.and_then(|promise| promise.call("then", vec![kept.argument(), broken.argument()]));
    if result.is_err() {
        send(WatchEvent::Ended);
    }
}

/// What `fetch` needs to send the token, if there is one.
fn headers() -> Option<JsValue> {
    let init = parse_json("{\"headers\":{}}")?;
    init.get("headers")?.set("authorization", &["Bearer ", &token()?].concat());
    Some(init.into())
}
