//! The strip in the log's head, and the charts: round trips over time, their distribution, and the figures. The
//! charts aren't drawn while hidden.

mod marks;
mod pointing;
mod sizes;
mod strip;

use self::marks::{GAP, show_labels};
use self::sizes::{BOTTOM, size};
use super::time::time_to_the_second;
use crate::event::Event;
use crate::list::LogEvent;
use crate::measure::chart::{Chart, Distribution, Series, Size, TimeWindow, bar_words, pixels};
use crate::measure::{FIGURES, RoundTrips, burst_note, figures, reading_words, timer_note};
use crate::shell::browser::page::{append, find, say, set_attribute, show, show_text};
use crate::shell::browser::registrations::{Listener, Resizes};
use crate::shell::bus;
use crate::state::State;

/// The vertical distance between the percentiles' names, which may be side by side.
const LINE: f64 = 13.0;

pub(crate) struct ChartView {
    /// The series as last drawn.
    series: Option<Series>,
    /// The distribution as last drawn.
    distribution: Distribution,
    _resizes: Resizes,
    _listeners: [Vec<Listener>; 2],
}

impl ChartView {
    pub(crate) fn new() -> Self {
        let list = find("figures");
        for name in FIGURES {
            let figure = append(&list, "div", "");
            append(&figure, "dt", "").set_content(name);
            append(&figure, "dd", "").set_attribute("id", &figure_id(name));
        }
        sizes::measure();
        // From now on its other attributes decide.
        show("side", true);
        Self {
            series: None,
            distribution: Distribution::default(),
            _resizes: sizes::watch(),
            _listeners: [Chart::Series, Chart::Distribution].map(pointing::watch),
        }
    }

    /// Draws the round trips as of `now`, in milliseconds of the page's clock.
    pub(crate) fn draw(&mut self, state: &State, now: f64) {
        let all = state.send().round_trips();
        strip::draw(all);
        let (Some(series), Some(distribution)) = (size(Chart::Series), size(Chart::Distribution)) else {
            return;
        };
        show_figures(all);
        self.draw_series(all, series, now);
        self.draw_distribution(all, distribution);
        self.show_pointed(state);
    }

    /// Shows what is pointed at.
    pub(crate) fn show_pointed(&self, state: &State) {
        let (measurements, all) = (state.send().measurements(), state.send().round_trips());
        let reading = self.series.as_ref().and_then(|picture| {
            let reading = *all.readings().get(measurements.pointed_reading()?)?;
            let came = time_to_the_second(state.origin() + reading.at);
            let words = [&reading_words(reading, all.timer_step()), " at ", &came].concat();
            Some((words, picture.place(reading)?))
        });
        let height = |chart| size(chart).map_or(0.0, |size| size.height);
        marks::show_pointed("series", "reading-words", reading, height(Chart::Series));
        let ground = height(Chart::Distribution);
        let bar = measurements.pointed_x().and_then(|x| self.distribution.bar(x));
        let bar = bar.map(|bar| (bar_words(bar, all), (bar.middle(), ground - bar.height)));
        marks::show_pointed("distribution", "bar-words", bar, ground);
    }

    fn draw_series(&mut self, all: &RoundTrips, size: Size, now: f64) {
        let window = TimeWindow::of(all.readings(), now);
        let picture = Series::new(all, size, window, self.series.as_ref());
        let mut grid = String::new();
        for tick in &picture.round_trips {
            grid.extend(["M0 ", &pixels(tick.at), "H", &pixels(size.width)]);
        }
        set_attribute("series-grid", "d", &grid);
        set_attribute("series-marks", "d", &picture.dots(false));
        set_attribute("series-queued", "d", &picture.dots(true));
        set_attribute("series-ranges", "d", &picture.ranges());
        find("series").toggle_attribute("data-sparse", picture.is_sparse());
        show_labels("series-times", &picture.times, &|_, at| (at, size.height + BOTTOM - GAP));
        show_labels("series-round-trips", &picture.round_trips, &|_, at| (-GAP, at));
        say("scale", &["Over time, ", &picture.scale()].concat());
        self.series = Some(picture);
    }

    fn draw_distribution(&mut self, all: &RoundTrips, size: Size) {
        let picture = Distribution::new(all, size);
        let ground = pixels(size.height);
        set_attribute("distribution-grid", "d", &["M0 ", &ground, "H", &pixels(size.width)].concat());
        set_attribute("distribution-bars", "d", &picture.path(size.height));
        find("distribution").toggle_attribute("data-dots", picture.is_few);
        show_labels("distribution-round-trips", &picture.ticks, &|_, at| (at, size.height + BOTTOM - GAP));
        let top = |line: usize| line as f64 * LINE;
        let mut lines = String::new();
        for (line, percentile) in picture.percentiles.iter().enumerate() {
            lines.extend(["M", &pixels(percentile.at), " ", &pixels(top(line)), "V", &ground]);
        }
        set_attribute("distribution-percentiles", "d", &lines);
        show_labels("percentiles", &picture.percentiles, &|line, at| (at - GAP / 2.0, top(line) + GAP));
        self.distribution = picture;
    }
}

/// Opens or closes the charts.
pub(crate) fn show_open(state: &State) {
    let is_open = state.send().measurements().is_open();
    strip::show_open(is_open);
    sizes::measure();
    if is_open && size(Chart::Series).is_none() {
        // Where there is no room for both, the open exchange hides the charts.
        bus::send(Event::Log(LogEvent::Deselect));
    }
}

/// Sets the accessible description.
pub(crate) fn describe(words: &str) {
    for (id, name) in [("series", "Over time, "), ("distribution", "Distribution of ")] {
        set_attribute(id, "aria-label", &[name, words].concat());
    }
}

fn figure_id(name: &str) -> String {
    ["figure-", name].concat()
}

fn show_figures(all: &RoundTrips) {
    for (name, figure) in FIGURES.iter().zip(figures(all)) {
        say(&figure_id(name), &figure);
    }
    show_text("burst-note", burst_note(all));
    show_text("timer-step", timer_note(all));
}
