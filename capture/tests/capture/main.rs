//! Events in, packets out.
//!
//! - [`feed`] makes events by hand, and [`reader`] reads the file as any other program would.
//! - [`streams`], [`datagrams`], [`gaps`], [`endings`]: what is in the file.
//! - [`properties`]: what holds for any events.

#![allow(clippy::unwrap_used, reason = "unwrapping is how a test fails")]

mod datagrams;
mod endings;
mod feed;
mod gaps;
mod properties;
mod reader;
mod streams;

use wirestamp_capture::Capture;
use wirestamp_protocol::event::Event;

/// The file of these events.
fn capture(events: &[Event]) -> reader::File {
    let mut file = Vec::new();
    let mut capture = Capture::new(&mut file);
    for event in events {
        capture.event(event, &mut file);
    }
    reader::read(&file)
}

/// The packets of these events.
fn packets(events: &[Event]) -> Vec<reader::Packet> {
    capture(events).packets
}
