//! The browser's side: its events in, the state's effects out. It decides nothing.
//!
//! Whatever is registered with the browser is held by a guard that takes it back when dropped.

mod app;
mod browser;
mod bus;
mod effect;
mod view;

use wasm_bindgen::prelude::*;

/// Brings the page to life. On an error, the page's own word on what it needs is left standing.
#[wasm_bindgen(start)]
fn start() -> Result<(), JsValue> {
    app::start()
}
