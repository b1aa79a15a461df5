//! Carries out what the courier decides: it has the WebSocket and a timer. It runs in the worker, or in the page
//! where there is none.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, Event as DomEvent, MessageEvent, WebSocket};

use super::browser::clock::Clock;
use super::browser::registrations::{Listener, Timeout};
use crate::courier::{Courier, Order};

thread_local! {
    /// Lives as long as the worker, or the page.
    static CARRIER: RefCell<Option<Carrier>> = const { RefCell::new(None) };
}

struct Carrier {
    courier: Courier,
    clock: Clock,
    socket: Option<Socket>,
    /// When the timer fires, with the timer.
    timer: Option<(f64, Timeout)>,
    post: fn(&[u8]),
}

/// Starts without a connection. `post` gives a batch of reports to the page.
pub(super) fn start(post: fn(&[u8])) {
    let carrier =
        Carrier { courier: Courier::default(), clock: Clock::new(), socket: None, timer: None, post };
    CARRIER.set(Some(carrier));
}

/// Carries out an order.
pub(super) fn handle(order: Order) {
    with_carrier(|carrier| match order {
        Order::Open { generation, url, origin } => carrier.open(generation, &url, origin),
        Order::Close => {
            carrier.socket = None;
            carrier.courier.opens(0);
        }
        Order::Deliver { messages, job } => carrier.courier.deliver(messages, job),
        Order::Stop => carrier.courier.stop(),
        Order::Acknowledge => carrier.courier.acknowledged(),
    });
}

/// Handles what happened, sends what is due, and gives a batch to the page if one is due.
fn with_carrier(act: impl FnOnce(&mut Carrier)) {
    let batch = CARRIER.with_borrow_mut(|carrier| {
        let carrier = carrier.as_mut()?;
        act(carrier);
        carrier.send();
        let batch = carrier.courier.batch(carrier.clock.now());
        carrier.set_timer();
        batch.map(|batch| (carrier.post, batch))
    });
    if let Some((post, batch)) = batch {
        post(&batch);
    }
}

impl Carrier {
    fn open(&mut self, generation: u32, url: &str, origin: f64) {
        // Close the old one first: there is never more than one.
        self.socket = None;
        self.clock = Clock::of_page(origin);
        self.courier.opens(generation);
        match Socket::open(url, &self.clock) {
            Ok(socket) => self.socket = Some(socket),
            Err(error) => self.courier.closed(1006, refusal(&error), self.clock.now()),
        }
    }

    fn send(&mut self) {
        let Self { courier, clock, socket: Some(socket), .. } = self else { return };
        courier.look(clock.now(), socket.socket.buffered_amount());
        while let Some(message) = courier.next_due() {
            let at = clock.now();
            socket.send(message);
            courier.sent(at);
        }
    }

    fn set_timer(&mut self) {
        let now = self.clock.now();
        let Some(ms) = self.courier.wake_in(now) else { return };
        // Waking early does no harm, and setting a timer for every reply would cost more.
        if self.timer.as_ref().is_some_and(|(at, _)| *at <= now + ms) {
            return;
        }
        let timer = Timeout::new(ms.ceil() as i32, || with_carrier(|carrier| carrier.timer = None));
        self.timer = timer.ok().map(|timer| (now + ms, timer));
    }
}

/// A WebSocket, closed on drop.
struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 3],
}

impl Socket {
    fn open(url: &str, clock: &Clock) -> Result<Self, JsValue> {
        let socket = WebSocket::new(url)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let opened = Listener::new(&socket, "open", {
            let clock = clock.clone();
            move |_: &DomEvent| with_carrier(|carrier| carrier.courier.opened(clock.now()))
        })?;
        let received = Listener::new(&socket, "message", {
            let clock = clock.clone();
            move |event: &MessageEvent| {
                let at = clock.now();
                let reply = bytes(&event.data());
                with_carrier(|carrier| carrier.courier.received(reply, at));
            }
        })?;
        let closed = Listener::new(&socket, "close", {
            let clock = clock.clone();
            move |event: &CloseEvent| {
                let (code, reason, at) = (event.code(), event.reason(), clock.now());
                with_carrier(|carrier| carrier.courier.closed(code, reason, at));
            }
        })?;
        Ok(Self { socket, _listeners: [opened, received, closed] })
    }

    /// Sends a message: as text if it is valid UTF-8, else as binary.
    fn send(&self, message: &[u8]) {
        // Fails only before the socket is open, and the page doesn't send then.
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
fn refusal(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())).unwrap_or_default()
}
