//! One row of the log: what was sent, what came back, and how long that took.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use super::dom::{element, isolated};
use crate::{Piece, Reply};

pub(super) struct Row {
    pub(super) element: Element,
    reply: Element,
    round_trip: Element,
}

impl Row {
    /// A message that was sent and waits.
    pub(super) fn sent(document: &Document, message: &[Piece]) -> Result<Self, JsValue> {
        let (row, sent) = Self::new(document, "waiting")?;
        let message = isolated(document, message)?;
        sent.append_child(&message)?;
        row.reply.set_text_content(Some("waiting…"));
        Ok(row)
    }

    /// A reply that no message asked for.
    pub(super) fn unsolicited(document: &Document, reply: &Reply) -> Result<Self, JsValue> {
        let (row, sent) = Self::new(document, "unsolicited")?;
        sent.set_text_content(Some("unsolicited"));
        row.set_reply(document, reply)?;
        Ok(row)
    }

    fn new(document: &Document, state: &str) -> Result<(Self, Element), JsValue> {
        let row = element(document, "div", "row")?;
        row.set_attribute("data-state", state)?;
        let cell = |class| -> Result<Element, JsValue> {
            let cell = element(document, "div", class)?;
            row.append_child(&cell)?;
            Ok(cell)
        };
        let (sent, reply, round_trip) = (cell("sent")?, cell("reply")?, cell("round-trip")?);
        Ok((Self { element: row, reply, round_trip }, sent))
    }

    /// The reply to it came.
    pub(super) fn answer(&self, document: &Document, reply: &Reply, round_trip: &str) -> Result<(), JsValue> {
        self.element.set_attribute("data-state", "answered")?;
        self.set_reply(document, reply)?;
        self.round_trip.set_text_content(Some(round_trip));
        Ok(())
    }

    /// No reply will come.
    pub(super) fn lose(&self) -> Result<(), JsValue> {
        self.element.set_attribute("data-state", "lost")?;
        self.reply.set_text_content(Some("lost"));
        Ok(())
    }

    fn set_reply(&self, document: &Document, reply: &Reply) -> Result<(), JsValue> {
        self.reply.set_text_content(None);
        if !reply.stamp.is_empty() {
            let stamp = element(document, "span", "stamp")?;
            stamp.set_text_content(Some(&["[", &reply.stamp, "]"].concat()));
            self.reply.append_child(&stamp)?;
            self.reply.append_child(&document.create_text_node(" "))?;
        }
        let message = isolated(document, &reply.message)?;
        self.reply.append_child(&message)?;
        Ok(())
    }
}
