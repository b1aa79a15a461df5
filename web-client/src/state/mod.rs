//! What the page knows, and how it reacts to events. Times are passed in, in milliseconds of a monotonic clock.

mod send;

pub use send::SendState;

use crate::effect::Effect;
use crate::event::Event;
use crate::link::{Connection, Link};
use crate::list::{FileKind, Happening, file_name};
use crate::send::History;
use crate::send::Mode;
use crate::settings::PageSettings;
use crate::snippets::Ports;
use crate::toast::Toast;

/// The state of the page: what all views share, and the state of each view.
#[derive(Debug)]
pub struct State {
    link: Link,
    settings: PageSettings,
    ports: Option<Ports>,
    send: SendState,
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
    pub fn new(settings: PageSettings, history: History, origin: f64, timer_step: f64) -> Self {
        Self {
            link: Link::default(),
            settings,
            ports: None,
            send: SendState::new(history, timer_step),
            host: String::new(),
            origin,
            timer_step,
            now: 0.0,
        }
    }

    /// Tells the address of the service, as in the page's own.
    pub fn set_host(&mut self, host: String) {
        self.host = host;
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

    /// The service's ports, once known.
    pub fn ports(&self) -> Option<Ports> {
        self.ports
    }

    /// The view for sending messages.
    pub fn send(&self) -> &SendState {
        &self.send
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
        self.send.draft().hint(self.settings.mode, self.link.is_open())
    }

    /// The bytes that will be sent, in modes where they differ from the text.
    pub fn preview(&self) -> Option<String> {
        self.send.draft().preview(self.settings.mode)
    }

    /// Handles an event and returns what to do, in order. The cost per message doesn't grow with the log.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            // Events of an earlier connection are ignored.
            Event::Opened { generation, .. }
            | Event::Received { generation, .. }
            | Event::Closed { generation, .. }
                if !self.link.is_current(generation) =>
            {
                Vec::new()
            }
            Event::Opened { at, .. } => self.opened(at),
            Event::Received { reply, at, .. } => self.received(&reply, at),
            Event::Closed { code, reason, at, .. } => self.closed(code, reason, at),
            Event::Toggle if self.link.is_wanted() => self.disconnect(Happening::Disconnected),
            Event::Toggle => self.link.open(),
            Event::Stop if self.link.connection() == Connection::Stopped => Vec::new(),
            Event::Stop => self.disconnect(Happening::GivenUp),
            Event::Tick { at } => match self.link.connection() {
                Connection::Waiting { .. } => self.link.count_down(at),
                _ => Vec::new(),
            },
            Event::Network { online } => self.link.network(online),
            Event::Resume { at } => self.send.resume(at),
            Event::Typed { text } => self.send.typed(text),
            Event::Send { .. } if !self.link.is_open() => Vec::new(),
            Event::Send { text, job } => self.send.send(&text, job, self.settings.mode),
            Event::StopSending => self.send.hold_back(self.settings.mode),
            Event::Older { shown } => self.send.older(&shown),
            Event::Newer => self.send.newer(),
            Event::ForgetHistory => self.send.forget_history(),
            Event::Filter(text) => self.send.look_for(&text),
            Event::SelectRow(row) => self.send.select_row(row),
            Event::MoveSelection(step) => self.send.move_selection(step),
            Event::Deselect => self.send.deselect(),
            Event::ShowMoreBytes => self.send.show_more_bytes(),
            Event::CopySelected => self.send.copy_selected(self.timer_step),
            Event::Copy(text) => vec![Effect::Copy(text)],
            Event::FollowEnd => self.send.follow_end(),
            Event::TogglePause => self.send.toggle_pause(),
            Event::Clear => self.send.clear(),
            Event::Undo => self.send.undo(),
            Event::Copied(copied) => vec![Effect::Toast(Toast::copied(copied))],
            Event::ToastOver => vec![Effect::HideToast],
            Event::Export(kind) => self.export(kind),
            Event::ResumeExport => self.send.resume_export(self.origin),
            Event::FileRefused => self.send.file_refused(),
            Event::SetMode(mode) => self.set_mode(mode),
            Event::SetFormat(format) => self.set_format(format.trim()),
            Event::SetTheme(theme) => {
                self.settings.theme = theme;
                vec![Effect::ShowSettings]
            }
            Event::PortsTold(ports) => {
                self.ports = Some(ports);
                vec![Effect::ShowPorts]
            }
            Event::OpenSnippets => vec![Effect::ShowSnippets],
            Event::PointAtChart(at) => self.send.point_at_chart(at),
            Event::Redraw => vec![Effect::Draw],
            Event::Frame { seen, at } => self.send.frame(seen, at),
        }
    }

    fn opened(&mut self, at: f64) -> Vec<Effect> {
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
        let mut effects = self.link.closed(code, reason, at);
        effects.extend(self.send.lose(self.settings.mode));
        let closing = self.link.last_close().cloned();
        closing.into_iter().for_each(|closing| self.send.tell(Happening::Closed(closing), at));
        effects
    }

    fn received(&mut self, reply: &[u8], at: f64) -> Vec<Effect> {
        let mut effects = self.send.received(reply, at, self.origin);
        effects.extend(self.link.answered());
        effects
    }

    fn set_mode(&mut self, mode: Mode) -> Vec<Effect> {
        self.settings.mode = mode;
        self.send.read_again();
        vec![Effect::ShowSettings, Effect::ShowHint]
    }

    fn set_format(&mut self, format: &str) -> Vec<Effect> {
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
