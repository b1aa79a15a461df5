//! What the courier tells the page: the events of the connection.

use super::bytes::{Reader, Writer};
use crate::event::Event;

const OPENED: u8 = 0;
const SENT: u8 = 1;
const RECEIVED: u8 = 2;
const DELIVERED: u8 = 3;
const CLOSED: u8 = 4;

/// Writes an event of the connection. Others don't come from it.
pub(super) fn put(to: &mut Writer, event: &Event) {
    let mut head = |kind, generation: u32, at| {
        to.u8(kind);
        to.u32(generation);
        to.f64(at);
    };
    match event {
        Event::Opened { generation, at } => head(OPENED, *generation, *at),
        Event::Sent { generation, at } => head(SENT, *generation, *at),
        Event::Delivered { generation } => head(DELIVERED, *generation, 0.0),
        Event::Received { generation, reply, at } => {
            head(RECEIVED, *generation, *at);
            to.bytes(reply);
        }
        Event::Closed { generation, code, reason, at } => {
            head(CLOSED, *generation, *at);
            to.u32(u32::from(*code));
            to.bytes(reason.as_bytes());
        }
        _ => {}
    }
}

/// The events in a batch, in order. What can't be read ends it.
pub fn reports(batch: &[u8]) -> impl Iterator<Item = Event> + '_ {
    let mut from = Reader(batch);
    std::iter::from_fn(move || {
        let (kind, generation, at) = (from.u8()?, from.u32()?, from.f64()?);
        Some(match kind {
            OPENED => Event::Opened { generation, at },
            SENT => Event::Sent { generation, at },
            RECEIVED => Event::Received { generation, reply: from.bytes()?, at },
            DELIVERED => Event::Delivered { generation },
            CLOSED => {
                let code = from.u32()? as u16;
                Event::Closed { generation, code, reason: from.text()?, at }
            }
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_arrive_as_they_were_reported() {
        let events = [
            Event::Opened { generation: 1, at: 0.25 },
            Event::Sent { generation: 1, at: 0.5 },
            Event::Received { generation: 1, reply: b"[now] \xff\0".to_vec(), at: 1e9 },
            Event::Received { generation: 1, reply: Vec::new(), at: -1.0 },
            Event::Delivered { generation: 2 },
            Event::Closed { generation: u32::MAX, code: 1006, reason: "adiós".into(), at: 2.0 },
        ];
        let mut to = Writer::default();
        events.iter().for_each(|event| put(&mut to, event));
        assert_eq!(reports(&to.0).collect::<Vec<_>>(), events);
        assert_eq!(reports(&to.0[..to.0.len() - 1]).count(), events.len() - 1, "a batch that was cut");
    }
}
