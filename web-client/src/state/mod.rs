//! What the page knows, and how it reacts to events. Times are passed in, in milliseconds of a monotonic clock.

mod format;
mod send;
mod sending;

pub use send::SendState;

use crate::effect::Effect;
use crate::event::Event;
use crate::link::{Connection, Link};
use crate::list::{FileKind, Happening, file_name};
use crate::panes::{Pane, Widths};
use crate::send::History;
use crate::send::Mode;
use crate::settings::{PageSettings, Theme, Verdict};
use crate::snippets::Ports;
use crate::toast::Toast;
use crate::view::View;
use crate::watch::Watch;
use format::FormatCheck;

/// The state of the page: what all views share, and the state of each view.
#[derive(Debug)]
pub struct State {
    link: Link,
    settings: PageSettings,
    format: FormatCheck,
    widths: Widths,
    /// The widths before the change that is under way.
    kept_widths: Widths,
    ports: Option<Ports>,
    send: SendState,
    watch: Watch,
    view: View,
    /// Whether the page has connected, or tried to.
    started: bool,
    /// Whether the service knows labels.
    labels: bool,
    /// The service's address.
    host: String,
    /// When the page's clock was at zero, in milliseconds since 1970.
    origin: f64,
    timer_step: f64,
    /// The current time, for events that don't carry it.
    now: f64,
}

impl State {
    /// A page that isn't connected yet. Its clock was at zero at `origin`, in milliseconds since 1970, and has a
    /// resolution of `timer_step` milliseconds.
    pub fn new(
        settings: PageSettings,
        widths: Widths,
        history: History,
        origin: f64,
        timer_step: f64,
    ) -> Self {
        Self {
            link: Link::default(),
            settings,
            format: FormatCheck::default(),
            kept_widths: widths.clone(),
            widths,
            ports: None,
            send: SendState::new(history, timer_step),
            watch: Watch::new(String::new(), timer_step),
            view: View::Send,
            started: false,
            labels: false,
            host: String::new(),
            origin,
            timer_step,
            now: 0.0,
        }
    }

    /// Tells the address of the service, as in the page's own, and its host without a port. A server on this computer is
    /// tried more often.
    pub fn set_host(&mut self, address: String, host: &str) {
        self.host = address;
        self.link.set_host(host);
    }

    /// Tells the label of this page's sessions, by which it knows them among others.
    pub fn set_label(&mut self, label: String) {
        self.watch = Watch::new(label, self.timer_step);
    }

    /// Tells the current time, for events that don't carry it.
    pub fn set_clock(&mut self, now: f64) {
        self.now = now;
    }

    /// The connection.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The settings.
    pub fn settings(&self) -> &PageSettings {
        &self.settings
    }

    /// The widths of panes and columns.
    pub fn widths(&self) -> &Widths {
        &self.widths
    }

    /// The stamp format in its field: the one in use, unless another is being checked or was refused. Empty for the
    /// server's default.
    pub fn shown_format(&self) -> &str {
        self.format.shown().or(self.settings.format.as_deref()).unwrap_or_default()
    }

    /// Why the server refused that format.
    pub fn format_error(&self) -> Option<&str> {
        self.format.error()
    }

    /// The service's ports, once known.
    pub fn ports(&self) -> Option<Ports> {
        self.ports
    }

    /// The view for sending messages.
    pub fn send(&self) -> &SendState {
        &self.send
    }

    /// The view for watching all sessions.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The view that is shown.
    pub fn view(&self) -> View {
        self.view
    }

    /// The path of the WebSocket on the page's host.
    pub fn socket_path(&self) -> String {
        let path = self.settings.socket_path();
        if !self.labels {
            return path;
        }
        let sign = if path.contains('?') { "&" } else { "?" };
        [&path, sign, "label=", self.watch.own().label()].concat()
    }

    /// When the page's clock was at zero, in milliseconds since 1970.
    pub fn origin(&self) -> f64 {
        self.origin
    }

    /// The resolution of the page's clock, in milliseconds.
    pub fn timer_step(&self) -> f64 {
        self.timer_step
    }

    /// The state of the connection.
    pub fn connection(&self) -> Connection {
        self.link.connection()
    }

    /// The hint below the message box.
    pub fn hint(&self) -> String {
        let draft = self.send.draft();
        match self.send.hidden().words() {
            Some(words) if self.link.is_open() && !draft.says() => words,
            _ => draft.hint(self.settings.mode, self.link.is_open()),
        }
    }

    /// What will be sent, in bytes; `None` for an empty box, and if the text can't be sent.
    pub fn preview(&self) -> Option<String> {
        self.send.draft().preview(self.settings.mode)
    }

    /// Whether the text in the message box can't be sent as it is. The hint says why.
    pub fn is_wrong(&self) -> bool {
        self.send.draft().is_wrong(self.settings.mode)
    }

    /// Handles an event and returns what to do, in order. The cost per message doesn't grow with the log.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            // Events of an earlier connection are ignored.
            Event::Opened { generation, .. }
            | Event::Sent { generation, .. }
            | Event::Delivered { generation }
            | Event::Received { generation, .. }
            | Event::Closed { generation, .. }
                if !self.link.is_current(generation) =>
            {
                Vec::new()
            }
            Event::Opened { at, .. } => self.opened(at),
            Event::Sent { at, .. } => self.send.sent(at),
            Event::Delivered { .. } => self.send.delivered(self.settings.mode),
            Event::Received { reply, at, .. } => self.received(&reply, at),
            Event::Closed { code, reason, at, .. } => self.closed(code, reason, at),
            Event::Start if self.started => Vec::new(),
            Event::Start => self.start(),
            Event::Toggle if self.link.is_wanted() => self.disconnect(Happening::Disconnected),
            Event::Toggle => self.start(),
            Event::Stop if self.link.connection() == Connection::Stopped => Vec::new(),
            Event::Stop => self.disconnect(Happening::GivenUp),
            Event::Tick { at } => match self.link.connection() {
                Connection::Waiting { .. } => self.link.count_down(at),
                _ => Vec::new(),
            },
            Event::Network { online } => self.link.network(online),
            Event::Typed { text } => self.send.typed(text),
            Event::Send { .. } if !self.link.is_open() => Vec::new(),
            Event::Send { text, job } => self.send.send(&text, job, self.settings.mode),
            Event::StopSending => self.send.stop_sending(),
            Event::Older { shown } => self.send.older(&shown),
            Event::Newer => self.send.newer(),
            Event::ForgetHistory => self.send.forget_history(),
            Event::Log(event) => self.send.log_event(event, self.timer_step),
            Event::Copy(text) => vec![Effect::Copy(text)],
            Event::Copied(copied) => vec![Effect::Toast(Toast::copied(copied))],
            Event::ToastOver => vec![Effect::HideToast],
            Event::Export(kind) => self.export(kind),
            Event::ResumeExport => self.send.resume_export(),
            Event::FileRefused => self.send.file_refused(),
            Event::SetMode(mode) => self.set_mode(mode),
            Event::SetFormat(format) => self.set_format(format.trim()),
            Event::FormatChecked { format, verdict } => self.format_checked(format, verdict),
            Event::SetTheme(theme) => self.set_theme(theme),
            Event::PortsTold(ports) => self.told_ports(ports),
            Event::MaxMessageTold(max) => self.send.set_max_message(max),
            Event::WatchTold { labels, gap_ns } => self.told_watch(labels, gap_ns),
            Event::Show(view) => self.show(view),
            Event::Watch(event) => self.watch.update(event),
            Event::OpenSnippets => vec![Effect::ShowSnippets],
            Event::Resize { pane, width } => self.resize(pane, width),
            Event::Resized => self.keep_widths(),
            Event::ResizeCancelled => self.cancel_resize(),
            Event::Chart(event) => self.send.chart(event),
            Event::Redraw => vec![Effect::Draw],
            Event::Frame { seen, at } => self.send.frame(seen, at),
        }
    }

    fn start(&mut self) -> Vec<Effect> {
        self.started = true;
        self.link.open()
    }

    fn show(&mut self, view: View) -> Vec<Effect> {
        self.view = view;
        let mut effects = vec![Effect::ShowView, Effect::Draw];
        if view == View::Watch {
            effects.extend(self.watch.shown());
        }
        effects
    }

    fn opened(&mut self, at: f64) -> Vec<Effect> {
        self.watch.own_mut().opened();
        let (host, format) = (self.host.clone(), self.settings.format.clone());
        let again = self.send.log().story().has_connected();
        self.send.tell(Happening::Connected { host, format, again }, at);
        self.link.opened(at)
    }

    /// Ends the connection or the attempts, as the user wants.
    fn disconnect(&mut self, how: Happening) -> Vec<Effect> {
        let effects = self.stop();
        self.send.tell(how, self.now);
        effects
    }

    fn export(&mut self, kind: FileKind) -> Vec<Effect> {
        let name = file_name(&self.host, self.origin + self.now, kind);
        self.send.export(kind, name, self.origin)
    }

    fn stop(&mut self) -> Vec<Effect> {
        let mut effects = self.link.stop();
        effects.extend(self.send.lose(self.settings.mode));
        effects
    }

    fn closed(&mut self, code: u16, reason: String, at: f64) -> Vec<Effect> {
        let was_open = self.link.is_open();
        let mut effects = self.link.closed(code, reason, at);
        effects.extend(self.send.lose(self.settings.mode));
        let closing = self.link.last_close().cloned();
        closing.into_iter().for_each(|closing| self.send.tell(Happening::Closed(closing), at));
        // A format from the address may be the reason, which the browser hides.
        if let Some(format) = self.settings.format.as_deref().filter(|_| !was_open)
            && self.format.shown().is_none()
        {
            effects.push(self.format.ask(format));
        }
        effects
    }

    fn received(&mut self, reply: &[u8], at: f64) -> Vec<Effect> {
        let (mut effects, sent_at) = self.send.received(reply, at, self.origin);
        if let Some(sent_at) = sent_at {
            self.watch.own_mut().answered(self.origin + sent_at, self.origin + at);
        }
        effects.extend(self.link.answered());
        effects
    }

    fn told_ports(&mut self, ports: Ports) -> Vec<Effect> {
        self.ports = Some(ports);
        vec![Effect::ShowPorts]
    }

    fn told_watch(&mut self, labels: bool, gap_ns: Option<u64>) -> Vec<Effect> {
        self.labels = labels;
        self.watch.set_gap(gap_ns);
        Vec::new()
    }

    fn resize(&mut self, pane: Pane, width: Option<i32>) -> Vec<Effect> {
        self.widths.set(pane, width);
        vec![Effect::ShowWidths]
    }

    fn set_theme(&mut self, theme: Theme) -> Vec<Effect> {
        self.settings.theme = theme;
        vec![Effect::ShowSettings]
    }

    fn keep_widths(&mut self) -> Vec<Effect> {
        self.kept_widths = self.widths.clone();
        vec![Effect::KeepWidths]
    }

    fn cancel_resize(&mut self) -> Vec<Effect> {
        self.widths = self.kept_widths.clone();
        vec![Effect::ShowWidths]
    }

    fn set_mode(&mut self, mode: Mode) -> Vec<Effect> {
        self.settings.mode = mode;
        self.send.read_again();
        vec![Effect::ShowSettings, Effect::ShowHint]
    }

    fn set_format(&mut self, format: &str) -> Vec<Effect> {
        let is_known = format.is_empty() || self.settings.format.as_deref() == Some(format);
        if !is_known {
            return vec![self.format.ask(format)];
        }
        self.format = FormatCheck::default();
        self.use_format(format)
    }

    fn format_checked(&mut self, format: String, verdict: Verdict) -> Vec<Effect> {
        if !self.format.is_answered(&format) {
            return Vec::new();
        }
        let reason = match verdict {
            Verdict::Valid => return self.use_format(&format),
            Verdict::Invalid(reason) => reason,
            Verdict::Unknown if self.settings.format.as_ref() == Some(&format) => return Vec::new(),
            Verdict::Unknown => "the server doesn't answer, so the format stays as it was".to_owned(),
        };
        self.format.refuse(format, reason.clone());
        // The field is in a menu, which may be closed by now.
        vec![Effect::ShowSettings, self.send.say(reason)]
    }

    /// Uses a valid stamp format, or the server's default if it is empty.
    fn use_format(&mut self, format: &str) -> Vec<Effect> {
        let format = (!format.is_empty()).then(|| format.to_owned());
        let is_another = format != self.settings.format;
        self.settings.format = format;
        let mut effects = vec![Effect::ShowSettings];
        if is_another {
            // The stamp format is fixed when a connection opens.
            self.send.forget_offset();
            let reconnects = self.link.is_wanted();
            if reconnects {
                effects.extend(self.stop());
            }
            self.send.tell(Happening::Format(self.settings.format.clone()), self.now);
            if reconnects {
                effects.extend(self.link.open());
            }
            effects.push(Effect::Draw);
        }
        effects
    }
}

#[cfg(test)]
mod tests;
