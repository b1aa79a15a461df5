//! The one app of the page: it hands events to the state, and carries out what the state says.

use std::cell::RefCell;
use std::collections::VecDeque;

use wasm_bindgen::prelude::*;

use super::clock::Clock;
use super::composer::Composer;
use super::connection::ConnectionView;
use super::dom::by_id;
use super::guard::Timeout;
use super::log::LogView;
use super::socket::{Socket, refusal};
use crate::{Connection, Effect, Event, State};

thread_local! {
    /// Lives as long as the page. The browser's callbacks reach it by [`dispatch`].
    static APP: RefCell<Option<App>> = const { RefCell::new(None) };
    /// What has happened and was not handled yet.
    static EVENTS: RefCell<VecDeque<Event>> = const { RefCell::new(VecDeque::new()) };
}

struct App {
    state: State,
    clock: Clock,
    socket: Option<Socket>,
    wake: Option<Timeout>,
    resume: Option<Timeout>,
    connection: ConnectionView,
    composer: Composer,
    log: LogView,
}

/// Makes the app, and connects.
pub(super) fn start() -> Result<(), JsValue> {
    let clock = Clock::new()?;
    let app = App {
        state: State::new(clock.step()),
        connection: ConnectionView::new()?,
        composer: Composer::new(&clock)?,
        log: LogView::new()?,
        clock,
        socket: None,
        wake: None,
        resume: None,
    };
    by_id::<web_sys::Element>("fallback")?.remove();
    APP.with(|slot| slot.replace(Some(app)));
    dispatch(Event::Toggle);
    Ok(())
}

/// Handles an event. What carrying out its effects brings about is handled behind it, in order.
pub(super) fn dispatch(event: Event) {
    EVENTS.with(|events| events.borrow_mut().push_back(event));
    APP.with(|app| {
        // An app that is at work takes the event from the queue itself.
        let Ok(mut app) = app.try_borrow_mut() else { return };
        let Some(app) = app.as_mut() else { return };
        while let Some(event) = EVENTS.with(|events| events.borrow_mut().pop_front()) {
            for effect in app.state.update(event) {
                app.carry_out(effect);
            }
        }
    });
}

impl App {
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open { generation } => {
                self.wake = None;
                // The old one first: there is only ever one.
                self.socket = None;
                match Socket::open(generation, &self.clock) {
                    Ok(socket) => self.socket = Some(socket),
                    Err(error) => {
                        let (reason, at) = (refusal(&error), self.clock.now());
                        dispatch(Event::Closed { generation, code: 1006, reason, at });
                    }
                }
            }
            Effect::Close => {
                self.wake = None;
                self.socket = None;
            }
            Effect::Transmit(text) => {
                if let Some(socket) = &self.socket {
                    socket.send(&text);
                }
            }
            Effect::Wake(ms) => {
                let clock = self.clock.clone();
                // A browser without timers has no page that works.
                self.wake = Timeout::new(ms, move || dispatch(Event::Tick { at: clock.now() })).ok();
            }
            Effect::Resume => {
                let clock = self.clock.clone();
                self.resume = Timeout::new(0, move || dispatch(Event::Resume { at: clock.now() })).ok();
            }
            Effect::Log(change) => self.log.push(change),
            Effect::Compose(text) => self.composer.show(&text),
            Effect::ShowConnection => {
                let connection = self.state.connection();
                self.connection.show(connection, self.state.last_close());
                self.composer.set_connected(connection == Connection::Connected);
            }
        }
    }
}
