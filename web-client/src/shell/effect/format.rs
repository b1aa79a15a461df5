//! Asks the server whether a stamp format is valid.

use wasm_bindgen::prelude::*;
use web_sys::{Event as DomEvent, XmlHttpRequest};
use wirestamp_protocol::percent::encode;

use crate::event::Event;
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::Verdict;

/// A request to the server, with the listener for its answer. Once dropped, it has no answer.
pub(crate) struct FormatRequest {
    _request: XmlHttpRequest,
    _listener: Listener,
}

impl FormatRequest {
    pub(crate) fn new(format: String) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open("GET", &["api/format?format=", &encode(&format)].concat())?;
        let answered = Listener::new(&request, "loadend", {
            let request = request.clone();
            move |_: &DomEvent| {
                bus::send(Event::FormatChecked { format: format.clone(), verdict: verdict(&request) });
            }
        })?;
        request.send()?;
        Ok(Self { _request: request, _listener: answered })
    }
}

fn verdict(request: &XmlHttpRequest) -> Verdict {
    match request.status() {
        Ok(400) => {
            let text = request.response_text().ok().flatten().unwrap_or_default();
            Verdict::Invalid(text.lines().next().unwrap_or_default().to_owned())
        }
        // The browser's own, if there was no answer.
        Ok(0) | Err(_) => Verdict::Unknown,
        // A proxy may not forward this path, so anything else says nothing against the format.
        Ok(_) => Verdict::Valid,
    }
}
