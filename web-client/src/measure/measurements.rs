//! The page's measurements, and what the chart shows of them.

use super::chart::{Chart, Distribution, Size, Target, TimeWindow, bar_words};
use super::description::Description;
use super::figures::reading_words;
use super::in_flight::InFlight;
use super::readings::{Reading, RoundTrips};
use crate::pacing::Announcement;

/// The shortest time between two moves of an open chart, in milliseconds.
const MOVE: f64 = 250.0;

/// How many moves it takes to cross the chart. More would move it by less than a pixel.
const MOVES: f64 = 400.0;

/// All round trips, those that are shown, and the state of the chart.
#[derive(Debug)]
pub struct Measurements {
    all: RoundTrips,
    /// Those of the exchanges that were cleared last, while that can be undone.
    cleared: Option<RoundTrips>,
    /// Those of the exchanges that the filter shows, while it is on.
    found: Option<RoundTrips>,
    in_flight: InFlight,
    description: Description,
    is_open: bool,
    pointed_reading: Option<usize>,
    pointed_x: Option<f64>,
    /// When the chart was last drawn.
    drawn_at: f64,
}

impl Measurements {
    /// Nothing measured yet, with a timer of this resolution in milliseconds, and a closed chart.
    pub(crate) fn new(timer_step: f64) -> Self {
        Self {
            all: RoundTrips::new(timer_step),
            cleared: None,
            found: None,
            in_flight: InFlight::default(),
            description: Description::default(),
            is_open: false,
            pointed_reading: None,
            pointed_x: None,
            drawn_at: 0.0,
        }
    }

    /// The round trips of the exchanges that the log shows.
    pub fn shown(&self) -> &RoundTrips {
        self.found.as_ref().unwrap_or(&self.all)
    }

    /// Whether the chart is open.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The index of the reading that is pointed at, among those shown.
    pub fn pointed_reading(&self) -> Option<usize> {
        self.pointed_reading
    }

    /// Where the distribution is pointed at, in pixels from its left edge.
    pub fn pointed_x(&self) -> Option<f64> {
        self.pointed_x
    }

    /// A message was sent, perhaps in a burst that lets several await their replies at a time.
    pub(crate) fn sent(&mut self, in_burst: bool) {
        self.in_flight.sent(in_burst);
    }

    /// The exchange at this index was answered at `at`, after `ms` milliseconds. `is_found` says whether the filter
    /// shows it.
    pub(crate) fn answered(&mut self, place: usize, at: f64, ms: f64, is_found: bool) {
        let queued = self.in_flight.answered();
        let reading = Reading { at, ms, exchange: place, queued };
        self.all.push(reading);
        if let Some(found) = &mut self.found
            && is_found
        {
            found.push(reading);
        }
    }

    /// Nothing will be answered any more.
    pub(crate) fn lose(&mut self) {
        self.in_flight.lose();
    }

    /// Starts anew. Messages that still await their reply will be measured.
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        if let Some(found) = &mut self.found {
            found.clear();
        }
        self.point_away();
    }

    /// Sets all round trips aside, because their exchanges were cleared.
    pub(crate) fn set_aside(&mut self) {
        let none = RoundTrips::new(self.all.timer_step());
        self.cleared = Some(std::mem::replace(&mut self.all, none));
        self.point_away();
    }

    /// Whether there are round trips to bring back.
    pub(crate) fn has_set_aside(&self) -> bool {
        self.cleared.is_some()
    }

    /// Brings back what was set aside last, in front of what was measured since. So many exchanges were brought back.
    pub(crate) fn bring_back(&mut self, exchanges: usize) {
        let Some(earlier) = self.cleared.take() else { return };
        let since = std::mem::replace(&mut self.all, earlier);
        for reading in since.readings() {
            self.all.push(Reading { exchange: reading.exchange + exchanges, ..*reading });
        }
        self.point_away();
    }

    /// Shows only the round trips of some exchanges, or of all again.
    pub(crate) fn filter(&mut self, is_shown: Option<impl Fn(usize) -> bool>) {
        self.found = is_shown.map(|is_shown| self.all.of(is_shown));
        self.point_away();
    }

    /// Opens or closes the chart.
    pub(crate) fn toggle(&mut self) {
        self.is_open = !self.is_open;
        self.point_away();
    }

    fn point_away(&mut self) {
        (self.pointed_reading, self.pointed_x) = (None, None);
    }

    /// Points at a chart of this size. Returns what to announce, if that was done by keys.
    pub(crate) fn point(&mut self, chart: Chart, target: Target, size: Size) -> Option<String> {
        let (shown, by_key) = (self.shown(), !matches!(target, Target::At(_) | Target::Nothing));
        let words = match chart {
            Chart::Series => {
                let window = TimeWindow::of(shown.readings(), self.drawn_at);
                let place = window.find(shown.readings(), self.pointed_reading, target, size.width);
                let found = place.and_then(|place| shown.readings().get(place));
                let words = found.map(|reading| reading_words(*reading, shown.timer_step()));
                self.pointed_reading = place;
                words
            }
            Chart::Distribution => {
                let picture = Distribution::new(shown, size);
                let x = picture.find(self.pointed_x, target);
                let found = x.and_then(|x| picture.bar(x));
                let words = found.map(|bar| bar_words(bar, shown));
                self.pointed_x = x;
                words
            }
        };
        words.filter(|_| by_key)
    }

    /// The exchange of the reading that is pointed at.
    pub(crate) fn pointed_exchange(&self) -> Option<usize> {
        Some(self.shown().readings().get(self.pointed_reading?)?.exchange)
    }

    /// The charts are about to be drawn. Returns the new description if it should change.
    pub(crate) fn look(&mut self, now: f64) -> Announcement {
        self.drawn_at = now;
        let shown = self.found.as_ref().unwrap_or(&self.all);
        self.description.look(shown, now)
    }

    /// In how many milliseconds an open chart should be drawn again, because time has passed.
    pub(crate) fn moves_in(&self) -> Option<f64> {
        let readings = self.shown().readings();
        let window = TimeWindow::of(readings, self.drawn_at);
        (self.is_open && !readings.is_empty()).then(|| ((window.to - window.from) / MOVES).max(MOVE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 400.0, height: 100.0 };

    /// Measurements of messages that took this long in milliseconds, one a second.
    fn measured(all: &[f64]) -> Measurements {
        let mut measured = Measurements::new(0.005);
        for (n, ms) in all.iter().enumerate() {
            measured.sent(false);
            measured.answered(n, n as f64 * 1000.0 + ms, *ms, true);
        }
        let _ = measured.look(all.len() as f64 * 1000.0);
        measured
    }

    fn count(measured: &Measurements) -> usize {
        measured.shown().readings().len()
    }

    #[test]
    fn a_filter_chooses_what_is_measured_until_it_is_off() {
        let mut some = measured(&[1.0, 2.0, 3.0]);
        some.filter(Some(|exchange| exchange != 1));
        assert_eq!((count(&some), some.shown().statistics().max()), (2, Some(3.0)));
        some.clear();
        assert_eq!(count(&some), 0);
        some.filter(None::<fn(usize) -> bool>);
        assert_eq!(count(&some), 0);
    }

    #[test]
    fn what_was_cleared_is_brought_back_in_front_of_what_came_since() {
        let mut some = measured(&[1.0, 2.0]);
        some.set_aside();
        assert_eq!((count(&some), some.has_set_aside()), (0, true));
        some.all.push(Reading { at: 9000.0, ms: 5.0, exchange: 0, queued: false });
        some.bring_back(2);
        let exchanges: Vec<_> = some.shown().readings().iter().map(|reading| reading.exchange).collect();
        assert_eq!((exchanges, some.shown().statistics().max()), (vec![0, 1, 2], Some(5.0)));
        some.bring_back(2);
        assert_eq!(count(&some), 3, "only once");
    }

    #[test]
    fn keys_move_from_reading_to_reading_and_say_them() {
        let mut some = measured(&[1.0, 2.0, 3.0]);
        let mut press = |target| some.point(Chart::Series, target, SIZE);
        assert_eq!(press(Target::Previous).unwrap(), "#3 3.00 ms");
        assert_eq!(press(Target::Previous).unwrap(), "#2 2.00 ms");
        assert_eq!(press(Target::First).unwrap(), "#1 1.00 ms");
        assert_eq!(press(Target::Previous).unwrap(), "#1 1.00 ms");
        assert_eq!(press(Target::Last).unwrap(), "#3 3.00 ms");
        assert_eq!(press(Target::Nothing), None);
        assert_eq!(some.pointed_exchange(), None);
    }

    #[test]
    fn the_pointer_says_nothing_aloud_and_knows_the_exchange() {
        let mut some = measured(&[1.0, 2.0, 3.0]);
        assert_eq!(some.point(Chart::Series, Target::At(130.0), SIZE), None);
        assert_eq!(some.pointed_exchange(), Some(1));
        some.clear();
        assert_eq!(some.pointed_exchange(), None);
    }

    #[test]
    fn keys_move_from_bar_to_bar() {
        let mut some = measured(&[1.0, 1.0, 1.0, 30.0]);
        let mut press = |target| some.point(Chart::Distribution, target, SIZE);
        assert_eq!(press(Target::First).unwrap(), "1.00–1.01 ms: 3 round trips, 75 %");
        assert_eq!(press(Target::Next).unwrap(), "30.0–30.1 ms: 1 round trip, 25 %");
        assert_eq!(press(Target::At(0.0)), None);
        assert!(some.pointed_x().is_some());
    }

    #[test]
    fn an_open_chart_moves_by_a_pixel_but_four_times_a_second_at_most() {
        let mut some = measured(&[1.0, 2.0]);
        assert_eq!(some.moves_in(), None, "it is closed");
        some.toggle();
        assert_eq!(some.moves_in(), Some(250.0));
        let _ = some.look(161_002.0);
        assert_eq!(some.moves_in(), Some(500.0));
        some.clear();
        assert_eq!(some.moves_in(), None, "nothing would move");
    }
}
