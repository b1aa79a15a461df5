//! The app: passes events to the state, carries out the effects, and draws at most once per frame. While the
//! page is hidden there are no frames, but the state keeps working.

use std::cell::{Cell, RefCell};

use super::browser::clock::Clock;
use super::browser::object::Object;
use super::browser::page::{find, location};
use super::browser::registrations::{Frames, Timeout};
use super::bus;
use super::effect::clipboard::Clipboard;
use super::effect::feed::Feed;
use super::effect::file::File;
use super::effect::socket::Socket;
use super::effect::store;
use super::effect::{Request, format, info};
use super::view::{
    self, Views, announcer, chart, composer, format as format_field, panes, snippets, toast, watch,
};
use crate::courier::Order;
use crate::effect::Effect;
use crate::event::Event;
use crate::state::State;
use crate::view::View;
use crate::watch::{WatchEffect, WatchEvent};

/// How long the service has to tell what it can do before the page connects, in milliseconds.
const LATEST_START: i32 = 1000;

thread_local! {
    /// Callbacks reach it over the bus.
    static APP: Cell<Option<&'static RefCell<App>>> = const { Cell::new(None) };
}

struct App {
    state: State,
    clock: Clock,
    socket: Socket,
    file: File,
    wake: Option<Timeout>,
    resume_export: Option<Timeout>,
    draw_in: Option<Timeout>,
    toast_over: Option<Timeout>,
    clipboard: Clipboard,
    frames: Frames,
    views: Views,
    feed: Feed,
    ask_again: Option<Timeout>,
    start_by_itself: Option<Timeout>,
    format_request: Option<Request>,
    _info: Option<Request>,
}

/// Creates the app and connects.
pub(super) fn start() {
    // First, as it starts on its own while the page is built.
    let socket = Socket::new();
    let clock = Clock::new();
    let mut state =
        State::new(store::settings(), store::widths(), store::history(), clock.origin(), clock.step());
    state.set_host(location("host"), &location("hostname"));
    state.set_label(label());
    let app = App {
        views: Views::new(&state),
        frames: Frames::new(draw),
        state,
        clock,
        socket,
        file: File::new(),
        wake: None,
        resume_export: None,
        draw_in: None,
        toast_over: None,
        clipboard: Clipboard::new(),
        feed: Feed::default(),
        ask_again: None,
        // Where the service doesn't tell what it can do, the page connects all the same.
        start_by_itself: later(LATEST_START, || Event::Start),
        format_request: None,
        _info: info::ask(),
    };
    find("fallback").run("remove");
    // It lives as long as the page.
    APP.set(Some(Box::leak(Box::new(RefCell::new(app)))));
    bus::set_handler(handle_events);
    bus::send(Event::Redraw);
    if View::of_fragment(&location("hash")) == View::Watch {
        bus::send(Event::Show(View::Watch));
    }
}

/// A label for this page's sessions, which others don't have by chance.
fn label() -> String {
    let random = Object::scope().get("Math").and_then(|math| math.call("random", Vec::new()).ok());
    // A random number has 52 bits at least.
    let number = random.and_then(|number| number.as_f64()).unwrap_or_default() * (1_u64 << 52) as f64;
    ["tab-", &(number as u64).to_string()].concat()
}

/// Handles all pending events. Events caused by their effects are handled after them, in order.
fn handle_events() {
    with_app(App::handle_events);
}

fn draw() {
    with_app(|app| {
        app.frames.painted();
        app.draw();
        app.handle_events();
    });
}

/// Does nothing while the app is busy: it takes new events from the bus itself.
fn with_app(act: impl FnOnce(&mut App)) {
    if let Some(mut app) = APP.get().and_then(|app| app.try_borrow_mut().ok()) {
        act(&mut app);
    }
}

/// Sends an event later.
fn later(ms: i32, event: fn() -> Event) -> Option<Timeout> {
    Some(Timeout::new(ms, move || bus::send(event())))
}

impl App {
    fn handle_events(&mut self) {
        while let Some(event) = bus::next() {
            self.handle(event);
        }
    }

    fn handle(&mut self, event: Event) {
        self.state.set_clock(self.clock.now());
        for effect in self.state.update(event) {
            self.carry_out(effect);
        }
    }

    fn draw(&mut self) {
        if self.state.view() == View::Watch {
            let seen = self.views.watch.measure();
            self.handle(Event::Watch(WatchEvent::Frame(seen)));
            return self.views.watch.draw(&self.state);
        }
        let (seen, at) = (self.views.log.measure(), self.clock.now());
        self.handle(Event::Frame { seen, at });
        self.views.draw(&self.state, at);
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open { generation } => self.open(generation),
            Effect::Close => {
                self.wake = None;
                self.socket.order(Order::Close);
            }
            Effect::Deliver { messages, job } => self.socket.order(Order::Deliver { messages, job }),
            Effect::StopDelivery => self.socket.order(Order::Stop),
            Effect::Wake(ms) => self.wake = later(ms, || Event::Tick { at: Clock::new().now() }),
            Effect::Draw => self.frames.request(),
            Effect::DrawNow => self.draw(),
            Effect::DrawIn(ms) => self.draw_in = later(ms, || Event::Redraw),
            Effect::KeepHistory => store::keep(self.state.send().history()),
            Effect::Copy(text) => self.clipboard.copy(&text),
            Effect::Toast(toast) => {
                toast::open(&toast);
                self.toast_over = later(toast.shown_for(), || Event::ToastOver);
            }
            Effect::HideToast => toast::close(),
            Effect::BeginFile => self.file = File::new(),
            Effect::AppendToFile(piece) => self.file.append(&piece),
            Effect::ResumeExport(ms) => self.resume_export = later(ms, || Event::ResumeExport),
            Effect::SaveFile(kind, name) => {
                if self.file.save(kind, &name).is_err() {
                    bus::send(Event::FileRefused);
                }
                self.file = File::new();
            }
            Effect::ShowConnection => {
                view::show_connection(&self.state);
                self.frames.request();
            }
            Effect::ShowSettings => {
                store::put_into_address(self.state.settings(), self.state.view());
                view::show_settings(&self.state);
                format_field::show(&self.state);
            }
            Effect::ShowWidths => panes::show(self.state.widths()),
            Effect::KeepWidths => store::keep_widths(self.state.widths()),
            Effect::Compose(text) => view::compose(&text, &self.state),
            Effect::PlaceCaret(at) => composer::place_caret(at),
            Effect::ShowHint => composer::show_hint(&self.state),
            Effect::Announce(words) => announcer::say(&words),
            Effect::DescribeChart(words) => chart::describe(&words),
            Effect::ShowChart => chart::show_open(&self.state),
            Effect::ShowPointed => self.views.chart.show_pointed(&self.state),
            Effect::CheckFormat(format) => self.format_request = format::check(format),
            Effect::ShowPorts => snippets::show_ports(&self.state),
            Effect::ShowView => self.show_view(),
            Effect::Watch(effect) => self.watch(effect),
            Effect::ShowSnippets => snippets::open(&self.state),
        }
    }

    fn show_view(&self) {
        store::put_into_address(self.state.settings(), self.state.view());
        watch::show_view(self.state.view());
    }

    fn watch(&mut self, effect: WatchEffect) {
        match effect {
            WatchEffect::AskForSessions => self.feed.ask_for_sessions(),
            WatchEffect::Follow(since) => self.feed.follow(since),
            WatchEffect::Read => self.feed.read(),
            WatchEffect::AskAgainIn(ms) => {
                self.ask_again = later(ms, || Event::Watch(WatchEvent::AskAgain));
            }
            WatchEffect::KeepToken(token) => store::keep_token(&token),
        }
    }

    fn open(&mut self, generation: u32) {
        self.wake = None;
        self.start_by_itself = None;
        self.socket.open(generation, &self.state.socket_path(), self.clock);
    }
}
