//! The worker: the same module as the page, in a thread of its own, with the socket.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::browser::registrations::Listener;
use super::carrier;
use crate::courier::Order;

thread_local! {
    /// Lives as long as the worker.
    static ORDERS: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Waits for orders, and tells the page that it does.
pub(super) fn start() -> Result<(), JsValue> {
    carrier::start(|batch| {
        // Fails only for what can't be copied.
        let _ = scope().post_message(&Uint8Array::from(batch));
    });
    let orders = Listener::new(&scope(), "message", |event: &MessageEvent| {
        if let Some(order) = Order::decode(&Uint8Array::new(&event.data()).to_vec()) {
            carrier::handle(order);
        }
    })?;
    ORDERS.set(Some(orders));
    scope().post_message(&Uint8Array::new_with_length(0))
}
