//! A page's life, event by event.

mod chart;
mod link;
mod log;
mod send;
mod story;
mod undo;

use super::*;
use crate::list::{Exchange, Outcome};
use crate::send::{Job, Mode};

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

/// Sends a text once; it goes out as soon as the page has been drawn.
fn send(page: &mut State, text: &str, at: f64) -> Vec<Effect> {
    let mut effects = page.update(Event::Send { text: text.into(), job: None });
    if effects.contains(&Effect::ResumeOnceDrawn) {
        effects.extend(page.update(Event::Resume { at }));
    }
    effects
}

/// Sends a text repeatedly.
fn send_again(page: &mut State, text: &str, job: Job) -> Vec<Effect> {
    let mut effects = page.update(Event::Send { text: text.into(), job: Some(job) });
    effects.extend(page.update(Event::Resume { at: 0.0 }));
    effects
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

/// The messages that go out, in order.
fn transmitted(effects: &[Effect]) -> Vec<&[u8]> {
    let sent = effects.iter().map(|effect| match effect {
        Effect::Transmit(message) => Some(message.as_slice()),
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
