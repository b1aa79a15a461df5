//! The one app of the page: it hands events to the state, carries out what the state says, and has what changed
//! drawn once a frame. While the page is hidden there are no frames; the state goes on without them.

use std::cell::RefCell;
use std::collections::VecDeque;

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::browser::clock::Clock;
use super::browser::dom::{by_id, document};
use super::browser::registrations::{Frames, Timeout};
use super::effect::file::Export;
use super::effect::socket::{Socket, refusal};
use super::effect::store;
use super::view::announcer::Announcer;
use super::view::chart::ChartView;
use super::view::composer::Composer;
use super::view::connection::ConnectionView;
use super::view::detail::DetailView;
use super::view::keys::Keys;
use super::view::log::LogView;
use super::view::tools::Tools;
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
    resume_once_drawn: bool,
    export: Option<Export>,
    frames: Frames,
    connection: ConnectionView,
    composer: Composer,
    tools: Tools,
    log: LogView,
    detail: DetailView,
    chart: ChartView,
    announcer: Announcer,
    _keys: Keys,
}

/// Makes the app, and connects.
pub(super) fn start() -> Result<(), JsValue> {
    let clock = Clock::new()?;
    let state = State::new(store::settings()?, store::history(), clock.origin(), clock.step());
    let app = App {
        connection: ConnectionView::new()?,
        composer: Composer::new(state.settings())?,
        tools: Tools::new()?,
        log: LogView::new()?,
        detail: DetailView::new()?,
        chart: ChartView::new()?,
        announcer: Announcer::new()?,
        _keys: Keys::new()?,
        frames: Frames::new(draw),
        state,
        clock,
        socket: None,
        wake: None,
        resume: None,
        resume_once_drawn: false,
        export: None,
    };
    by_id::<Element>("fallback")?.remove();
    app.tools.show_settings(app.state.settings())?;
    APP.with(|slot| slot.replace(Some(app)));
    dispatch(Event::Toggle);
    request_draw();
    Ok(())
}

/// Handles an event. What carrying out its effects brings about is handled behind it, in order.
pub(super) fn dispatch(event: Event) {
    EVENTS.with(|events| events.borrow_mut().push_back(event));
    with_app(|app| {
        // An app that is at work takes the event from the queue itself.
        while let Some(event) = EVENTS.with(|events| events.borrow_mut().pop_front()) {
            for effect in app.state.update(event) {
                app.carry_out(effect);
            }
        }
    });
}

/// Has all that changed drawn before the next frame.
pub(super) fn request_draw() {
    with_app(|app| app.frames.request());
}

/// Looks at the state, unless the app is at work.
pub(super) fn with_state<T>(look: impl FnOnce(&State) -> T) -> Option<T> {
    with_app(|app| look(&app.state))
}

/// Does something to the log's view.
pub(super) fn with_log(act: impl FnOnce(&mut LogView)) {
    with_app(|app| act(&mut app.log));
    request_draw();
}

/// Begins to write the log to a file, in place of another.
pub(super) fn export(export: Export) {
    with_app(|app| app.export = Some(export));
    go_on_exporting();
}

/// Writes some more of it, and comes back for the rest once the page was drawn.
fn go_on_exporting() {
    with_app(|app| {
        let Some(export) = &mut app.export else { return };
        let done = export.go_on(&app.state);
        app.composer.say(&export.progress());
        match done {
            Ok(false) => app.resume_export(),
            Ok(true) => app.export = None,
            Err(_) => {
                app.export = None;
                app.composer.say("This browser did not take the file");
            }
        }
    });
}

fn draw() {
    with_app(|app| {
        app.frames.painted();
        if std::mem::take(&mut app.resume_once_drawn) {
            // The frame is painted behind this call, and before the next task.
            app.carry_out(Effect::Resume(0));
        }
        // Of a DOM that refuses new elements nothing better can be made than an incomplete page.
        let _ = app.draw();
    });
}

fn with_app<T>(act: impl FnOnce(&mut App) -> T) -> Option<T> {
    APP.with(|app| Some(act(app.try_borrow_mut().ok()?.as_mut()?)))
}

impl App {
    fn draw(&mut self) -> Result<(), JsValue> {
        let now = self.clock.now();
        self.log.draw(&self.state)?;
        self.detail.show(&self.state)?;
        self.tools.show_counts(&self.state)?;
        self.composer.show_sending(self.state.send().sending());
        self.chart.show(self.state.send().round_trips(), now);
        self.tools.show_offset(&self.state)?;
        self.announcer.tell(&self.state, now);
        Ok(())
    }

    fn resume_export(&mut self) {
        if let (Some(export), Ok(timeout)) = (&mut self.export, Timeout::new(1, go_on_exporting)) {
            export.wait_for(timeout);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open { generation } => {
                self.wake = None;
                // The old one first: there is only ever one.
                self.socket = None;
                match Socket::open(generation, self.state.settings(), &self.clock) {
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
            Effect::Transmit(message) => {
                if let Some(socket) = &self.socket {
                    socket.send(&message);
                }
            }
            Effect::Wake(ms) => {
                let clock = self.clock.clone();
                // A browser without timers has no page that works.
                self.wake = Timeout::new(ms, move || dispatch(Event::Tick { at: clock.now() })).ok();
            }
            Effect::Resume(ms) => {
                let clock = self.clock.clone();
                self.resume = Timeout::new(ms, move || dispatch(Event::Resume { at: clock.now() })).ok();
            }
            Effect::ResumeOnceDrawn => {
                // What is not seen is not drawn.
                if document().is_ok_and(|document| document.hidden()) {
                    return self.carry_out(Effect::Resume(1));
                }
                self.resume_once_drawn = true;
                self.frames.request();
            }
            Effect::Draw => self.frames.request(),
            Effect::Compose(text) => self.composer.show(&text),
            Effect::ShowMistake(mistake) => self.composer.show_mistake(&mistake),
            Effect::KeepHistory => store::keep(self.state.send().history()),
            Effect::ShowConnection => {
                self.connection.show(&self.state);
                self.composer.set_connected(self.state.connection() == Connection::Connected);
                self.frames.request();
            }
            Effect::ShowSettings => {
                store::put_into_address(self.state.settings());
                self.composer.set_mode(self.state.settings().mode);
                // It fails only on a name that is no attribute's.
                let _ = self.tools.show_settings(self.state.settings());
            }
        }
    }
}
