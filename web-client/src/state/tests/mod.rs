//! A page's life, event by event.

mod chart;
mod link;
mod log;
mod send;
mod story;
mod undo;

use super::*;
use crate::list::{Exchange, Outcome};
use crate::send::{Job, Messages, Mode};

fn page() -> State {
    State::new(PageSettings::default(), Widths::default(), History::default(), 1_795_370_820_000.0, 0.1)
}

/// A page on its first connection.
fn connected() -> State {
    let mut page = page();
    page.update(Event::Toggle);
    open(&mut page, 1);
    page
}

fn open(page: &mut State, generation: u32) -> Vec<Effect> {
    page.update(Event::Opened { generation, at: 0.0 })
}

/// Sends a text once; all of it goes out at once.
fn send(page: &mut State, text: &str, at: f64) -> Vec<Effect> {
    let mut effects = page.update(Event::Send { text: text.into(), job: None });
    let count = transmitted(&effects).len();
    if count > 0 {
        go_out(page, count, at);
        effects.extend(page.update(Event::Delivered { generation: current(page) }));
    }
    effects
}

/// Sends a text repeatedly.
fn send_again(page: &mut State, text: &str, job: Job) -> Vec<Effect> {
    page.update(Event::Send { text: text.into(), job: Some(job) })
}

/// So many of the messages being sent go out.
fn go_out(page: &mut State, count: usize, at: f64) {
    let generation = current(page);
    (0..count).for_each(|_| drop(page.update(Event::Sent { generation, at })));
}

fn current(page: &State) -> u32 {
    (0..9).find(|generation| page.link.is_current(*generation)).unwrap()
}

fn receive(page: &mut State, generation: u32, reply: &[u8], at: f64) -> Vec<Effect> {
    page.update(Event::Received { generation, reply: reply.into(), at })
}

fn close(page: &mut State, generation: u32, at: f64) -> Vec<Effect> {
    page.update(Event::Closed { generation, code: 1006, reason: String::new(), at })
}

fn set_mode(page: &mut State, mode: Mode) {
    page.update(Event::SetMode(mode));
}

/// The messages that are to go out, in order.
fn transmitted(effects: &[Effect]) -> Vec<&[u8]> {
    let sent = effects.iter().filter_map(|effect| match effect {
        Effect::Deliver { messages, .. } => Some(messages.list().iter().map(Vec::as_slice)),
        _ => None,
    });
    sent.flatten().collect()
}

fn exchange(page: &State, at: usize) -> Exchange<'_> {
    page.send().log().exchanges().get(at).unwrap()
}

fn outcomes(page: &State) -> Vec<Outcome> {
    page.send().log().exchanges().iter().map(|exchange| exchange.outcome).collect()
}
