//! The browser's side: turns its events into the state's, and carries out effects. It decides nothing.
//!
//! Everything registered with the browser is held by a guard that undoes it on drop.

mod allocator;
mod app;
mod browser;
mod bus;
mod carrier;
mod effect;
mod view;
mod worker;

use wasm_bindgen::prelude::*;

/// Starts the page, or its worker. On an exception, the page keeps its note about what it needs.
#[wasm_bindgen(start)]
fn start() {
    if browser::page::document().is_some() {
        app::start();
    } else {
        worker::start();
    }
}
