//! The worker: the same module as the page, in a thread of its own, with the socket.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::browser::registrations::Listener;
use super::carrier;
use crate::courier::Order;

thread_local! {
    /// Lives as long as the worker.
    static ORDERS: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = self)]
    static SCOPE: DedicatedWorkerGlobalScope;
}

/// Gives the page a batch of reports.
fn post(batch: &[u8]) {
    // Fails only for what can't be copied.
    let _ = SCOPE.with(|scope| scope.post_message(&Uint8Array::from(batch)));
}

/// Waits for orders, and tells the page that it does.
pub(super) fn start() -> Result<(), JsValue> {
    carrier::start(post);
    let obey = |event: &MessageEvent| {
        if let Some(order) = Order::decode(&Uint8Array::new(&event.data()).to_vec()) {
            carrier::handle(order);
        }
    };
    ORDERS.set(Some(SCOPE.with(|scope| Listener::new(scope, "message", obey))?));
    post(b"");
    Ok(())
}
