//! This page's own session: how its round trips divide into the way there, the service, and the way back.

use wirestamp_protocol::event::{Message, Timestamp};

use crate::measure::ClockOffset;
use crate::measure::round_trip::fixed;
use crate::text::utc::padded;

/// How many round trips are kept.
const TRIPS: usize = 2000;

/// What the page measured on its current connection.
#[derive(Debug)]
pub struct Own {
    label: String,
    /// When each message was sent and its reply arrived, by the browser's clock, in milliseconds since 1970.
    trips: Vec<(f64, f64)>,
    /// How many were forgotten.
    forgotten: u64,
    clocks: ClockOffset,
}

impl Own {
    /// A page that gives its session this label. Its clock has a resolution of `timer_step` milliseconds.
    pub fn new(label: String, timer_step: f64) -> Self {
        Self { label, trips: Vec::new(), forgotten: 0, clocks: ClockOffset::new(timer_step) }
    }

    /// The label of its session.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// A new connection opened, on which messages are counted from 1.
    pub fn opened(&mut self) {
        self.trips.clear();
        self.forgotten = 0;
    }

    /// The next message was answered.
    pub fn answered(&mut self, sent: f64, replied: f64) {
        if self.trips.len() == TRIPS {
            // 32 KiB are moved for each message of thousands.
            self.trips.remove(0);
            self.forgotten += 1;
        }
        self.trips.push((sent, replied));
    }

    /// The server told of a message on this connection.
    pub fn told(&mut self, message: &Message) {
        if let (Some((sent, replied)), Some(service)) = (self.trip(message), message.service_ns) {
            let Timestamp(at) = message.about.at;
            let stamp = [&at.as_secs().to_string(), ".", &padded(at.subsec_nanos().into(), 9)].concat();
            // The service's own time says nothing about the clocks.
            self.clocks.take(stamp.as_bytes(), sent, replied - service as f64 / 1e6);
        }
    }

    fn trip(&self, message: &Message) -> Option<(f64, f64)> {
        let at = message.seq.checked_sub(self.forgotten + 1)?;
        self.trips.get(usize::try_from(at).ok()?).copied()
    }

    /// The round trip of a message on this connection, leg by leg. The legs add up to what the page measured.
    pub fn legs(&self, message: &Message) -> Option<String> {
        let ((sent, replied), service) = (self.trip(message)?, message.service_ns?);
        let micros = |ms: f64| (ms * 1000.0).round() as i64;
        let shown = |micros: i64| [&fixed(micros.unsigned_abs(), 3), " ms"].concat();
        let (whole, service) = (micros(replied - sent), micros(service as f64 / 1e6));
        let (whole_text, service_text) = (shown(whole), shown(service));
        let start = ["This tab measured ", &whole_text, " from sending to the reply"].concat();
        let Timestamp(at) = message.about.at;
        let at = at.as_secs() as f64 * 1000.0 + f64::from(at.subsec_nanos()) / 1e6;
        let there =
            self.clocks.estimate().map(|clocks| (micros(at - clocks.offset - sent), micros(clocks.error)));
        match there {
            Some((there, error)) if there >= 0 && there + service <= whole && error < whole => {
                let back = shown(whole - there - service);
                let parts: [&str; 9] = [
                    &start,
                    ": ",
                    &shown(there),
                    " to the server, ",
                    &service_text,
                    " in the service, ",
                    &back,
                    " back. The difference of the clocks is known to within ",
                    &[&shown(error), "."].concat(),
                ];
                Some(parts.concat())
            }
            _ => {
                let uncertain =
                    " in the service. The clocks are too uncertain to tell the ways there and back apart.";
                Some([&start, ", ", &service_text, uncertain].concat())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, line};
    use super::*;

    /// A message that arrived this many microseconds after the sample's start, and took 50 in the service.
    fn arrived(seq: u64, us: u64) -> Message {
        let mut message = Message { service_ns: Some(50_000), ..line(1, seq, "x\n") };
        message.about.at = at(us);
        message
    }

    /// The sample's start in milliseconds since 1970.
    const START: f64 = 1_795_370_820_000.0;

    #[test]
    fn the_legs_add_up_to_what_was_measured() {
        let mut own = Own::new("tab".into(), 0.0);
        own.opened();
        // 200 µs there and back, of which 50 are the service's; then 300 µs there, 50, and 75 back.
        own.answered(START, START + 0.2);
        own.answered(START + 1.0, START + 1.425);
        let messages = [arrived(1, 75), arrived(2, 1300)];
        messages.iter().for_each(|message| own.told(message));
        let words = own.legs(&messages[1]).unwrap();
        assert!(
            words.starts_with(
                "This tab measured 0.425 ms from sending to the reply: 0.300 ms to the server, 0.050 ms in the service, \
                 0.075 ms back. The difference of the clocks is known to within 0.0"
            ),
            "{words}"
        );
    }

    #[test]
    fn clocks_that_tell_too_little_are_not_believed() {
        let mut own = Own::new("tab".into(), 0.005);
        own.answered(START, START + 0.2);
        let words = own.legs(&arrived(1, 75)).unwrap();
        assert!(words.ends_with("too uncertain to tell the ways there and back apart."), "{words}");
        let mut coarse = Own::new("tab".into(), 100.0);
        coarse.answered(START, START + 0.2);
        coarse.told(&arrived(1, 75));
        assert!(coarse.legs(&arrived(1, 75)).unwrap().contains("too uncertain"));
    }

    #[test]
    fn messages_are_counted_anew_on_each_connection_and_old_ones_are_forgotten() {
        let mut own = Own::new("tab".into(), 0.005);
        for n in 0..=TRIPS {
            own.answered(START + n as f64, START + n as f64 + 0.2);
        }
        assert_eq!(own.legs(&arrived(1, 75)), None);
        assert!(own.legs(&arrived(TRIPS as u64 + 1, 75)).is_some());
        own.opened();
        assert_eq!(own.legs(&arrived(1, 75)), None);
        own.answered(START, START + 0.2);
        assert!(own.legs(&arrived(1, 75)).is_some());
    }
}
