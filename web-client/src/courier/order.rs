//! What the page wants of its courier.

use super::bytes::{Reader, Writer};
use crate::send::{Job, Messages};

const OPEN: u8 = 0;
const CLOSE: u8 = 1;
const DELIVER: u8 = 2;
const STOP: u8 = 3;
const ACKNOWLEDGE: u8 = 4;

const ONCE: u8 = 0;
const EVERY: u8 = 1;
const BURST: u8 = 2;

/// An order of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Open a connection, replacing any other.
    Open {
        /// Identifies the connection in reports.
        generation: u32,
        /// Where to connect.
        url: String,
        /// When the page's clock was at zero, in milliseconds since 1970.
        origin: f64,
    },
    /// Close the connection.
    Close,
    /// Send these messages: each once, or in turn as the job says.
    Deliver {
        /// The messages.
        messages: Messages,
        /// How often.
        job: Option<Job>,
    },
    /// Stop sending.
    Stop,
    /// The last batch of reports was handled: there may be another.
    Acknowledge,
}

impl Order {
    /// The order as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::default();
        match self {
            Self::Open { generation, url, origin } => {
                to.u8(OPEN);
                to.u32(*generation);
                to.bytes(url.as_bytes());
                to.f64(*origin);
            }
            Self::Close => to.u8(CLOSE),
            Self::Deliver { messages, job } => {
                to.u8(DELIVER);
                put_job(&mut to, *job);
                to.u8(u8::from(messages.are_numbered()));
                messages.list().iter().for_each(|message| to.bytes(message));
            }
            Self::Stop => to.u8(STOP),
            Self::Acknowledge => to.u8(ACKNOWLEDGE),
        }
        to.0
    }

    /// Reads an order; `None` if it isn't one.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        Some(match from.u8()? {
            OPEN => Self::Open { generation: from.u32()?, url: from.text()?, origin: from.f64()? },
            CLOSE => Self::Close,
            DELIVER => {
                let (job, are_numbered) = (job(&mut from)?, from.u8()? != 0);
                let list = std::iter::from_fn(|| from.bytes()).collect();
                Self::Deliver { messages: Messages::new(list, are_numbered), job }
            }
            STOP => Self::Stop,
            ACKNOWLEDGE => Self::Acknowledge,
            _ => return None,
        })
    }
}

/// Any number is written as zero, which is no count and no limit.
fn put_job(to: &mut Writer, job: Option<Job>) {
    match job {
        None => to.u8(ONCE),
        Some(Job::Every { ms, count }) => {
            to.u8(EVERY);
            to.f64(ms);
            to.u32(count.unwrap_or(0));
        }
        Some(Job::Burst { count, in_flight }) => {
            to.u8(BURST);
            to.u32(count);
            to.u32(in_flight.unwrap_or(0));
        }
    }
}

fn job(from: &mut Reader) -> Option<Option<Job>> {
    let limit = |number| (number > 0).then_some(number);
    Some(match from.u8()? {
        EVERY => Some(Job::Every { ms: from.f64()?, count: limit(from.u32()?) }),
        BURST => Some(Job::Burst { count: from.u32()?, in_flight: limit(from.u32()?) }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_arrive_as_they_were_given() {
        let messages = Messages::new(vec![b"{n}".to_vec(), Vec::new(), b"\xff".to_vec()], true);
        let deliver = |job| Order::Deliver { messages: messages.clone(), job };
        for order in [
            Order::Open { generation: 7, url: "ws://[::1]:21580/ws".into(), origin: 1_795_370_820_000.5 },
            Order::Close,
            deliver(None),
            deliver(Some(Job::Every { ms: 0.5, count: None })),
            deliver(Some(Job::Every { ms: 0.5, count: Some(3) })),
            deliver(Some(Job::Burst { count: 10_000, in_flight: Some(1) })),
            deliver(Some(Job::Burst { count: 10_000, in_flight: None })),
            Order::Stop,
            Order::Acknowledge,
        ] {
            assert_eq!(Order::decode(&order.encode()), Some(order));
        }
    }

    #[test]
    fn other_bytes_are_no_order() {
        for bytes in [&b""[..], b"\x09", b"\0\x01", b"\0\0\0\0\0\x02\0\0\0\xff\xff", b"\x02\x01\0"] {
            assert_eq!(Order::decode(bytes), None, "{bytes:?}");
        }
    }
}
