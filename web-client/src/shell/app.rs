//! The app: passes events to the state, carries out the effects, and draws at most once per frame. While the
//! page is hidden there are no frames, but the state keeps working.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::browser::clock::Clock;
use super::browser::dom::{by_id, document, window};
use super::browser::registrations::{Frames, Timeout};
use super::bus;
use super::effect::clipboard;
use super::effect::file::File;
use super::effect::socket::{Socket, refusal};
use super::effect::store;
use super::effect::{Request, format, info};
use super::view::Views;
use crate::effect::Effect;
use crate::event::Event;
use crate::state::State;

thread_local! {
    /// Lives as long as the page. Callbacks reach it over the bus.
    static APP: RefCell<Option<App>> = const { RefCell::new(None) };
}

struct App {
    state: State,
    clock: Clock,
    socket: Option<Socket>,
    file: File,
    wake: Option<Timeout>,
    resume: Option<Timeout>,
    resume_export: Option<Timeout>,
    draw_in: Option<Timeout>,
    resume_once_drawn: bool,
    frames: Frames,
    views: Views,
    format_request: Option<Request>,
    _info: Request,
}

/// Creates the app and connects.
pub(super) fn start() -> Result<(), JsValue> {
    let clock = Clock::new()?;
    let mut state = State::new(store::settings()?, store::history(), clock.origin(), clock.step());
    state.set_host(&window()?.location().hostname()?);
    let app = App {
        views: Views::new(state.settings())?,
        frames: Frames::new(draw),
        state,
        clock,
        socket: None,
        file: File::new(),
        wake: None,
        resume: None,
        resume_export: None,
        draw_in: None,
        resume_once_drawn: false,
        format_request: None,
        _info: info::ask()?,
    };
    by_id::<Element>("fallback")?.remove();
    APP.with(|slot| slot.replace(Some(app)));
    bus::set_handler(handle_events);
    bus::send(Event::Toggle);
    bus::send(Event::Redraw);
    Ok(())
}

/// Handles all pending events. Events caused by their effects are handled after them, in order.
fn handle_events() {
    with_app(App::handle_events);
}

fn draw() {
    with_app(|app| {
        app.frames.painted();
        if std::mem::take(&mut app.resume_once_drawn) {
            // The browser paints the frame after this callback, and before the next task.
            app.carry_out(Effect::Resume(0));
        }
        // If the DOM refuses new elements, an incomplete page is the best there is.
        let _ = app.draw();
        app.handle_events();
    });
}

/// Does nothing while the app is busy: it takes new events from the bus itself.
fn with_app(act: impl FnOnce(&mut App)) {
    APP.with(|app| {
        if let Ok(mut app) = app.try_borrow_mut()
            && let Some(app) = app.as_mut()
        {
            act(app);
        }
    });
}

/// Sends an event later. `None` in a browser without timers, where the page couldn't work anyway.
fn later(ms: i32, event: impl Fn() -> Event + 'static) -> Option<Timeout> {
    Timeout::new(ms, move || bus::send(event())).ok()
}

impl App {
    fn handle_events(&mut self) {
        while let Some(event) = bus::next() {
            self.handle(event);
        }
    }

    fn handle(&mut self, event: Event) {
        for effect in self.state.update(event) {
            self.carry_out(effect);
        }
    }

    fn draw(&mut self) -> Result<(), JsValue> {
        let (seen, at) = (self.views.log.measure()?, self.clock.now());
        self.handle(Event::Frame { seen, at });
        self.views.draw(&self.state, at)
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open { generation } => self.open(generation),
            Effect::Close => {
                self.wake = None;
                self.socket = None;
            }
            Effect::Transmit(message) => {
                if let Some(socket) = &self.socket {
                    socket.send(&message);
                }
            }
            Effect::Wake(ms) => {
                let clock = self.clock.clone();
                self.wake = later(ms, move || Event::Tick { at: clock.now() });
            }
            Effect::Resume(ms) => {
                let clock = self.clock.clone();
                self.resume = later(ms, move || Event::Resume { at: clock.now() });
            }
            Effect::ResumeOnceDrawn => self.resume_once_drawn(),
            Effect::Draw => self.frames.request(),
            Effect::DrawIn(ms) => self.draw_in = later(ms, || Event::Redraw),
            Effect::KeepHistory => store::keep(self.state.send().history()),
            Effect::Copy(text) => clipboard::copy(&text),
            Effect::BeginFile => self.file = File::new(),
            Effect::AppendToFile(piece) => self.file.append(&piece),
            Effect::ResumeExport(ms) => self.resume_export = later(ms, || Event::ResumeExport),
            Effect::SaveFile(kind) => {
                if self.file.save(kind).is_err() {
                    bus::send(Event::FileRefused);
                }
                self.file = File::new();
            }
            Effect::ShowConnection => {
                self.views.show_connection(&self.state);
                self.frames.request();
            }
            Effect::ShowSettings => {
                store::put_into_address(self.state.settings());
                self.views.show_settings(self.state.settings());
                self.views.format.show(&self.state);
            }
            Effect::Compose(text) => self.views.compose(&text, &self.state),
            Effect::PlaceCaret(at) => self.views.composer.place_caret(at),
            Effect::ShowHint => self.views.show_hint(&self.state),
            Effect::Announce(words) => self.views.announcer.say(&words),
            Effect::DescribeChart(words) => self.views.chart.describe(&words),
            Effect::ShowReading => {
                let _ = self.views.chart.show_reading(&self.state);
            }
            Effect::CheckFormat(format) => self.format_request = format::check(format).ok(),
            Effect::ShowPorts => self.views.snippets.show_ports(&self.state),
            Effect::ShowSnippets => self.views.snippets.open(&self.state),
        }
    }

    fn open(&mut self, generation: u32) {
        self.wake = None;
        // Close the old one first: there is never more than one.
        self.socket = None;
        match Socket::open(generation, self.state.settings(), &self.clock) {
            Ok(socket) => self.socket = Some(socket),
            Err(error) => {
                let (reason, at) = (refusal(&error), self.clock.now());
                bus::send(Event::Closed { generation, code: 1006, reason, at });
            }
        }
    }

    fn resume_once_drawn(&mut self) {
        // A hidden page isn't drawn.
        if document().is_ok_and(|document| document.hidden()) {
            return self.carry_out(Effect::Resume(1));
        }
        self.resume_once_drawn = true;
        self.frames.request();
    }
}
