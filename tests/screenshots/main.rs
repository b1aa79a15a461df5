//! Pictures of the page in a real Chromium: `make screenshots`.
//!
//! The pictures of the documents go into `docs`, and pictures at common widths into `target/screenshots`.
//! With `SCREENSHOTS_DIR`, all of them go there instead. The server listens on its default ports, which must
//! be free, so that the pictures show the ports that a reader will see.

#![allow(clippy::unwrap_used, reason = "a failing test should panic")]

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

#[allow(dead_code, reason = "the pictures use only part of it")]
#[path = "../support/mod.rs"]
mod support;
mod watch;

use support::Server;
use support::browser::Browser;
use support::page::Page;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
const TO_LOOK_AT: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../screenshots");

/// Messages that someone might send to try the service.
const CONVERSATION: [&str; 13] = [
    "hello",
    "is the clock of sensor-7 right?",
    r#"{"device":"sensor-7","t":21.4,"rh":48,"battery":3.71}"#,
    "$GPGGA,170700.00,5231.1404,N,01324.8217,E,1,08,0.9,34.4,M,44.7,M,,*6B",
    "GET / HTTP/1.1",
    "Grüße aus Köln, 21,4 °C",
    "Температура 21,4 °C",
    "שלום עולם",
    "\u{1b}[31mALARM\u{1b}[0m: pump 3 has stopped",
    "invoice\u{202e}fdp.exe",
    "",
    "one long line: Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt \
     ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris.",
    "thank you, that is all",
];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let chosen = std::env::var_os("SCREENSHOTS_DIR").map(PathBuf::from);
    let docs = chosen.clone().unwrap_or_else(|| DOCS.into());
    let to_look_at = chosen.unwrap_or_else(|| TO_LOOK_AT.into());
    fs::create_dir_all(&docs).unwrap();
    fs::create_dir_all(&to_look_at).unwrap();

    let udp = ["--udp", "localhost:21567"];
    let _server = Server::start_at("localhost:21567", "localhost:8080", &udp).await;
    let page = Page::of(Browser::open("http://localhost:8080/").await).await;
    page.shows_connection("Connected").await;
    for line in CONVERSATION {
        page.paste(line).await;
    }
    page.shows_reply("thank you").await;
    for scheme in ["light", "dark"] {
        for width in [360, 800, 1600] {
            let path = to_look_at.join(format!("{scheme}-{width}.png"));
            picture(&page, [width, 800], scheme, &path).await;
        }
    }
    // The README's pictures also show an exchange, the one with control characters, and the charts.
    page.browser.eval("document.querySelectorAll('.row:not(.story)')[8].click(); document.querySelector('#strip').click()").await;
    for scheme in ["light", "dark"] {
        picture(&page, [1280, 800], scheme, &docs.join(format!("{scheme}.png"))).await;
    }
    drop(page);
    watch::pictures(&docs, &to_look_at).await;
}

/// Takes a picture of the page at this size.
async fn picture(page: &Page, [width, height]: [u32; 2], scheme: &str, path: &Path) {
    page.browser.show_at(width, height, scheme).await;
    page.browser.settled().await;
    let png = page.browser.get("/screenshot").await;
    fs::write(path, BASE64.decode(png.as_str().unwrap().as_bytes()).unwrap()).unwrap();
    println!("{}", path.canonicalize().unwrap().display());
}
