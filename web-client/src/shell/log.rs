//! The log of exchanges: changes are gathered, and drawn once a frame.
//!
//! While the page is hidden there are no frames. The changes are kept, and drawn when it is seen again.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent};

use super::dom::{by_id, document, element, set_shown};
use super::guard::{Frames, Listener, Resizes};
use super::row::Row;
use crate::LogChange;

/// How many changes one frame draws: a fraction of its sixteen milliseconds.
const PER_FRAME: usize = 200;

/// How many rows are a chunk. The browser skips chunks that are out of view as a whole: with each row left
/// to it alone, ten thousand of them cost every frame dearly.
const CHUNK: usize = 100;

/// With more changes than this in one frame, a screen reader could not keep up: it is told nothing.
const READABLE: usize = 8;

/// How near to the end counts as being there, in pixels: scroll positions are rounded.
const NEAR: i32 = 8;

/// Further down than any log: the browser stops at its end.
const END: i32 = i32::MAX;

pub(super) struct LogView {
    drawing: Rc<RefCell<Drawing>>,
    _listeners: [Listener; 2],
}

struct Drawing {
    document: Document,
    log: Element,
    empty: Element,
    jump: Element,
    changes: VecDeque<LogChange>,
    /// The rows that wait for a reply, the oldest in front.
    waiting: VecDeque<Row>,
    /// The last chunk of rows, and how many it holds.
    chunk: Option<(Element, usize)>,
    /// Whether the end is kept in view.
    following: bool,
    /// Where the log was scrolled to when last looked at.
    top: i32,
    frames: Frames,
    /// The log's and its chunks': one that comes into view takes its true size only then.
    resizes: Resizes,
}

impl LogView {
    pub(super) fn new() -> Result<Self, JsValue> {
        let (document, log, jump) = (document()?, by_id::<Element>("log")?, by_id::<Element>("jump")?);
        let empty = by_id::<Element>("empty")?;
        set_shown(&empty, true);
        let drawing = Rc::new_cyclic(|drawing: &Weak<RefCell<Drawing>>| {
            RefCell::new(Drawing {
                document,
                log: log.clone(),
                empty,
                jump: jump.clone(),
                changes: VecDeque::new(),
                waiting: VecDeque::new(),
                chunk: None,
                following: true,
                top: 0,
                frames: Frames::new(on(drawing, Drawing::draw)),
                resizes: Resizes::new(on(drawing, Drawing::keep_end_in_view)),
            })
        });
        let weak = Rc::downgrade(&drawing);
        let mut scrolled = on(&weak, Drawing::scrolled);
        let mut jumped = on(&weak, Drawing::jump);
        let listeners = [
            Listener::new(&log, "scroll", move |_: &DomEvent| scrolled())?,
            Listener::new(&jump, "click", move |_: &DomEvent| jumped())?,
        ];
        drawing.borrow().resizes.observe(&log);
        Ok(Self { drawing, _listeners: listeners })
    }

    /// Has the change drawn in one of the next frames, in order.
    pub(super) fn push(&self, change: LogChange) {
        let mut drawing = self.drawing.borrow_mut();
        drawing.changes.push_back(change);
        drawing.frames.request();
    }
}

/// A callback that does something to the drawing, as long as there is one.
fn on(drawing: &Weak<RefCell<Drawing>>, act: fn(&mut Drawing)) -> impl FnMut() + 'static + use<> {
    let drawing = drawing.clone();
    move || {
        if let Some(drawing) = drawing.upgrade() {
            act(&mut drawing.borrow_mut());
        }
    }
}

impl Drawing {
    fn draw(&mut self) {
        self.frames.painted();
        // Of a DOM that refuses new elements nothing better can be made than an incomplete log.
        let _ = self.draw_changes();
        self.keep_end_in_view();
        if !self.changes.is_empty() {
            self.frames.request();
        }
    }

    fn draw_changes(&mut self) -> Result<(), JsValue> {
        let live = if self.changes.len() > READABLE { "off" } else { "polite" };
        self.log.set_attribute("aria-live", live)?;
        set_shown(&self.empty, false);
        for _ in 0..PER_FRAME {
            let Some(change) = self.changes.pop_front() else { break };
            match change {
                LogChange::Sent(message) => {
                    let row = Row::sent(&self.document, &message)?;
                    self.add(&row)?;
                    self.waiting.push_back(row);
                }
                LogChange::Answered { reply, round_trip } => {
                    if let Some(row) = self.waiting.pop_front() {
                        row.answer(&self.document, &reply, &round_trip)?;
                    }
                }
                LogChange::Lost => {
                    if let Some(row) = self.waiting.pop_front() {
                        row.lose()?;
                    }
                }
                LogChange::Unsolicited(reply) => {
                    self.add(&Row::unsolicited(&self.document, &reply)?)?;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, row: &Row) -> Result<(), JsValue> {
        let (chunk, rows) = match self.chunk.take() {
            Some((chunk, rows)) if rows < CHUNK => (chunk, rows),
            _ => {
                let chunk = element(&self.document, "div", "chunk")?;
                self.log.append_child(&chunk)?;
                self.resizes.observe(&chunk);
                (chunk, 0)
            }
        };
        chunk.append_child(&row.element)?;
        self.chunk = Some((chunk, rows + 1));
        Ok(())
    }

    fn keep_end_in_view(&mut self) {
        if self.following {
            self.log.set_scroll_top(END);
        }
    }

    /// Only someone who scrolls up lets go of the end: rows that grow or shrink do not.
    fn scrolled(&mut self) {
        let top = self.log.scroll_top();
        let at_end = self.log.scroll_height() - top - self.log.client_height() <= NEAR;
        if at_end {
            self.following = true;
        } else if top < self.top {
            self.following = false;
        }
        self.top = top;
        set_shown(&self.jump, !self.following);
    }

    fn jump(&mut self) {
        self.following = true;
        set_shown(&self.jump, false);
        self.keep_end_in_view();
    }
}
