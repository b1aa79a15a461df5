//! A GET request to the server that the page came from.

use wasm_bindgen::prelude::*;
use web_sys::{Event as DomEvent, XmlHttpRequest};

use crate::shell::browser::registrations::Listener;

/// A request, with the listener for its answer. Once dropped, it has no answer.
pub(crate) struct Request {
    _request: XmlHttpRequest,
    _listener: Listener,
}

impl Request {
    /// Calls `answered` with the status and the text. The status is 0 if there was no answer.
    pub(crate) fn get(path: &str, answered: Box<dyn Fn(u16, String)>) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open("GET", path)?;
        let listener = Listener::new(&request, "loadend", {
            let request = request.clone();
            move |_: &DomEvent| {
                let text = request.response_text().ok().flatten().unwrap_or_default();
                answered(request.status().unwrap_or_default(), text);
            }
        })?;
        request.send()?;
        Ok(Self { _request: request, _listener: listener })
    }
}
