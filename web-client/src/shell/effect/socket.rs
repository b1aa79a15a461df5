//! One WebSocket, with its events as the state's, closed on drop.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, Event as DomEvent, MessageEvent, WebSocket};

use crate::event::Event;
use crate::settings::PageSettings;
use crate::shell::browser::clock::Clock;
use crate::shell::browser::dom::window;
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

pub(crate) struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 3],
}

impl Socket {
    /// Connects to the bridge that the page came from, for stamps as the settings have them.
    pub(crate) fn open(generation: u32, settings: &PageSettings, clock: &Clock) -> Result<Self, JsValue> {
        let location = window()?.location();
        let scheme = if location.protocol()? == "https:" { "wss://" } else { "ws://" };
        let socket = WebSocket::new(&[scheme, &location.host()?, &settings.socket_path()].concat())?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let opened = Listener::new(&socket, "open", {
            let clock = clock.clone();
            move |_: &DomEvent| bus::send(Event::Opened { generation, at: clock.now() })
        })?;
        let received = Listener::new(&socket, "message", {
            let clock = clock.clone();
            move |event: &MessageEvent| {
                let at = clock.now();
                bus::send(Event::Received { generation, reply: bytes(&event.data()), at });
            }
        })?;
        let closed = Listener::new(&socket, "close", {
            let clock = clock.clone();
            move |event: &CloseEvent| {
                let (code, reason) = (event.code(), event.reason());
                bus::send(Event::Closed { generation, code, reason, at: clock.now() });
            }
        })?;
        Ok(Self { socket, _listeners: [opened, received, closed] })
    }

    /// Sends a message, as text if it is one.
    pub(crate) fn send(&self, message: &[u8]) {
        // It fails only on a socket that is not open yet, and the state sends on none of these.
        let _ = match std::str::from_utf8(message) {
            Ok(text) => self.socket.send_with_str(text),
            Err(_) => self.socket.send_with_u8_array(message),
        };
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Without a code there is nothing in it that could be refused.
        let _ = self.socket.close();
    }
}

/// A message's bytes, of a text or of a binary frame.
fn bytes(data: &JsValue) -> Vec<u8> {
    match data.as_string() {
        Some(text) => text.into_bytes(),
        None => js_sys::Uint8Array::new(data).to_vec(),
    }
}

/// Why a socket could not even be made.
pub(crate) fn refusal(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())).unwrap_or_default()
}
