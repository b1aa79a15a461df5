//! A GET request to the server that the page came from.

use wasm_bindgen::prelude::*;

use crate::shell::browser::object::Object;
use crate::shell::browser::registrations::Listener;

/// A request, with the listener for its answer. Once dropped, it has no answer.
pub(crate) struct Request {
    _listener: Listener,
}

impl Request {
    /// Calls `answered` with the status and the text. The status is 0 if there was no answer.
    pub(crate) fn get(path: &str, answered: impl Fn(u16, String) + 'static) -> Result<Self, JsValue> {
        Self::authorized(path, None, answered)
    }

    /// As [`Self::get`], with this token.
    pub(crate) fn authorized(
        path: &str,
        token: Option<&str>,
        answered: impl Fn(u16, String) + 'static,
    ) -> Result<Self, JsValue> {
        let request = Object::new("XMLHttpRequest", Vec::new())?;
        request.call("open", vec!["GET".into(), path.into()])?;
        if let Some(token) = token {
            let value = ["Bearer ", token].concat();
            request.call("setRequestHeader", vec!["authorization".into(), value.into()])?;
        }
        let answer = request.clone();
        let listener = Listener::on(&request, "loadend", move |_| {
            answered(answer.number("status") as u16, answer.text("responseText").unwrap_or_default());
        });
        request.run("send");
        Ok(Self { _listener: listener })
    }
}
