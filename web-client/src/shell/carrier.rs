//! Carries out what the courier decides: it has the WebSocket and a timer. It runs in the worker, or in the page
//! where there is none.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::browser::bytes::received;
use super::browser::clock::Clock;
use super::browser::object::Object;
use super::browser::registrations::{Listener, Timeout};
use crate::courier::{Courier, Order};

thread_local! {
    static CARRIER: Cell<Option<&'static RefCell<Carrier>>> = const { Cell::new(None) };
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
    // It lives as long as the worker, or the page.
    CARRIER.set(Some(Box::leak(Box::new(RefCell::new(carrier)))));
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
    let Some(carrier) = CARRIER.get() else { return };
    let mut carrier = carrier.borrow_mut();
    act(&mut carrier);
    carrier.send();
    let now = carrier.clock.now();
    let batch = carrier.courier.batch(now);
    carrier.set_timer();
    let post = carrier.post;
    drop(carrier);
    if let Some(batch) = batch {
        post(&batch);
    }
}

impl Carrier {
    fn open(&mut self, generation: u32, url: &str, origin: f64) {
        // Close the old one first: there is never more than one.
        self.socket = None;
        self.clock = Clock::of_page(origin);
        self.courier.opens(generation);
        match Socket::open(url, self.clock) {
            Ok(socket) => self.socket = Some(socket),
            Err(error) => self.courier.closed(1006, refusal(&error), self.clock.now()),
        }
    }

    fn send(&mut self) {
        let Self { courier, clock, socket: Some(socket), .. } = self else { return };
        courier.look(clock.now(), socket.socket.number("bufferedAmount") as u32);
        while let Some(message) = courier.next_due() {
            let at = clock.now();
            socket.send(&message);
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
        self.timer = Some((now + ms, timer));
    }
}

/// A WebSocket, closed on drop.
struct Socket {
    socket: Object,
    _listeners: [Listener; 3],
}

impl Socket {
    fn open(url: &str, clock: Clock) -> Result<Self, JsValue> {
        let socket = Object::new("WebSocket", vec![url.into()])?;
        socket.set("binaryType", "arraybuffer");
        let opened = Listener::on(&socket, "open", move |_| {
            with_carrier(|carrier| carrier.courier.opened(clock.now()));
        });
        let message = Listener::on(&socket, "message", move |event| {
            let at = clock.now();
            let reply = received(event);
            with_carrier(|carrier| carrier.courier.received(reply, at));
        });
        let closed = Listener::on(&socket, "close", move |event| {
            let (code, reason, at) = (event.number("code"), event.text("reason"), clock.now());
            with_carrier(|carrier| carrier.courier.closed(code as u16, reason.unwrap_or_default(), at));
        });
        Ok(Self { socket, _listeners: [opened, message, closed] })
    }

    /// Sends a message: as text if it is valid UTF-8, else as binary.
    fn send(&self, message: &[u8]) {
        // Fails only before the socket is open, and the page doesn't send then.
        let _ = match std::str::from_utf8(message) {
            Ok(text) => self.socket.send_text(text),
            Err(_) => self.socket.send_bytes(message),
        };
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Without a code, closing can't fail.
        self.socket.run("close");
    }
}

/// Why a socket couldn't be created.
fn refusal(error: &JsValue) -> String {
    error.unchecked_ref::<Object>().text("message").unwrap_or_default()
}
