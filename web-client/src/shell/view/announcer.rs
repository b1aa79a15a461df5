//! What a screen reader is told of replies: one at a time while they come one at a time, and how many when they
//! come faster than they could be read out.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::shell::app::request_draw;
use crate::shell::browser::dom::by_id;
use crate::shell::browser::registrations::Timeout;
use crate::{State, visible};

/// The shortest time from one word to the next, in milliseconds.
const PAUSE: f64 = 1500.0;

/// How much of a reply is read out, in bytes.
const READ_OUT: usize = 200;

pub(crate) struct Announcer {
    element: Element,
    /// How many replies it has told of, and when it did last.
    told: usize,
    at: f64,
    /// Has the page drawn when there may be another word, as nothing else may by then.
    next: Option<Timeout>,
}

impl Announcer {
    pub(crate) fn new() -> Result<Self, JsValue> {
        Ok(Self { element: by_id("announce")?, told: 0, at: f64::NEG_INFINITY, next: None })
    }

    pub(crate) fn tell(&mut self, state: &State, now: f64) {
        let replies = state.send().log().exchanges().len() - state.send().log().exchanges().waiting();
        if replies < self.told {
            self.told = replies;
        }
        let new = replies - self.told;
        if new == 0 {
            return;
        }
        if now - self.at < PAUSE {
            let left = (PAUSE - (now - self.at)).ceil() as i32 + 1;
            self.next = self.next.take().or_else(|| Timeout::new(left, request_draw).ok());
            return;
        }
        self.next = None;
        let words = match (new, state.send().log().exchanges().get(replies - 1)) {
            (1, Some(exchange)) => {
                let reply = &exchange.reply[..exchange.reply.len().min(READ_OUT)];
                visible(reply).into_iter().map(|piece| piece.text).collect()
            }
            _ => [&new.to_string(), " replies"].concat(),
        };
        self.element.set_text_content(Some(&words));
        (self.told, self.at) = (replies, now);
    }
}
