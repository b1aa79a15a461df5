//! The worker: the same module as the page, in a thread of its own, with the socket.

use super::browser::bytes::{copied, received};
use super::browser::object::Object;
use super::browser::registrations::Listener;
use super::carrier;
use crate::courier::Order;

/// Gives the page a batch of reports.
fn post(batch: &[u8]) {
    // Fails only for what can't be copied.
    let _ = Object::scope().call("postMessage", vec![copied(batch)]);
}

/// Waits for orders, and tells the page that it does.
pub(super) fn start() {
    carrier::start(post);
    let orders = Listener::on(&Object::scope(), "message", |event| {
        Order::decode(&received(event)).into_iter().for_each(carrier::handle);
    });
    // It lives as long as the worker.
    Box::leak(Box::new(orders));
    post(b"");
}
