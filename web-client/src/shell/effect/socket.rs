//! A WebSocket that sends its events to the bus, and closes on drop.

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
    /// Connects to the server that the page came from, with the stamp format from the settings.
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

    /// Sends a message: as text if it is valid UTF-8, else as binary.
    pub(crate) fn send(&self, message: &[u8]) {
        // Fails only before the socket is open, and the state doesn't send then.
        let _ = match std::str::from_utf8(message) {
            Ok(text) => self.socket.send_with_str(text),
            Err(_) => self.socket.send_with_u8_array(message),
        };
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Without a code, closing can't fail.
        let _ = self.socket.close();
    }
}

/// The bytes of a text or binary frame.
fn bytes(data: &JsValue) -> Vec<u8> {
    match data.as_string() {
        Some(text) => text.into_bytes(),
        None => js_sys::Uint8Array::new(data).to_vec(),
    }
}

/// Why a socket couldn't be created.
pub(crate) fn refusal(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())).unwrap_or_default()
}
