//! The strip in the log's head, and the charts: round trips over time, their distribution, and the figures. The
//! charts aren't drawn while hidden.

mod canvas;
mod pointing;
mod strip;

use wasm_bindgen::prelude::*;
use web_sys::Element;

use self::canvas::{Canvas, Figure, GAP, Hover, Labels, Meter, within};
use self::strip::Strip;
use super::time::time_to_the_second;
use crate::event::Event;
use crate::list::LogEvent;
use crate::measure::chart::{Chart, Distribution, Series, Size, TimeWindow, bar_words, pixels};
use crate::measure::{FIGURES, RoundTrips, burst_note, figures, reading_words, timer_note};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::{Listener, Resizes};
use crate::shell::bus;
use crate::state::State;

/// The vertical distance between the percentiles' names, which may be side by side.
const LINE: f64 = 13.0;

pub(crate) struct ChartView {
    strip: Strip,
    series: Canvas,
    ranges: Element,
    queued: Element,
    round_trips: Labels,
    scale: Element,
    reading: Hover,
    /// The series as last drawn.
    series_picture: Option<Series>,
    distribution: Canvas,
    percentile_lines: Element,
    percentiles: Labels,
    bar: Hover,
    /// The distribution as last drawn.
    distribution_picture: Distribution,
    figures: Vec<Figure>,
    burst_note: Element,
    timer_step: Element,
    _resizes: Resizes,
    _listeners: [Vec<Listener>; 2],
}

impl ChartView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let document = document()?;
        let series = Canvas::new(&document, "series", "marks")?;
        let distribution = Canvas::new(&document, "distribution", "bars")?;
        let list = by_id::<Element>("figures")?;
        let mut figures = Vec::new();
        for name in FIGURES {
            figures.push(Figure::new(&document, &list, name)?);
        }
        Ok(Self {
            strip: Strip::new()?,
            ranges: within(&document, &series.picture, "path", "ranges")?,
            queued: within(&document, &series.picture, "path", "marks queued")?,
            round_trips: Labels::new(&document, &series.picture, "round-trips")?,
            scale: by_id("scale")?,
            reading: Hover::new(&document, &series.picture, "reading-words")?,
            series_picture: None,
            percentile_lines: within(&document, &distribution.picture, "path", "percentiles")?,
            percentiles: Labels::new(&document, &distribution.picture, "percentiles")?,
            bar: Hover::new(&document, &distribution.picture, "bar-words")?,
            distribution_picture: Distribution::default(),
            figures,
            burst_note: by_id("burst-note")?,
            timer_step: by_id("timer-step")?,
            _resizes: watch_sizes(&series, &distribution),
            _listeners: [
                pointing::watch(Chart::Series, &series)?,
                pointing::watch(Chart::Distribution, &distribution)?,
            ],
            series,
            distribution,
        })
    }

    /// Draws the round trips as of `now`, in milliseconds of the page's clock.
    pub(crate) fn draw(&mut self, state: &State, now: f64) -> Result<(), JsValue> {
        let all = state.send().round_trips();
        self.strip.draw(all)?;
        let (Some(series), Some(distribution)) = (self.series.size(), self.distribution.size()) else {
            return Ok(());
        };
        self.show_figures(all);
        self.draw_series(all, series, now)?;
        self.draw_distribution(all, distribution)?;
        self.show_pointed(state)
    }

    /// Opens or closes the charts.
    pub(crate) fn show_open(&self, state: &State) -> Result<(), JsValue> {
        let is_open = state.send().measurements().is_open();
        self.strip.show_open(is_open)?;
        self.series.meter.measure();
        if is_open && self.series.size().is_none() {
            // Where there is no room for both, the open exchange hides the charts.
            bus::send(Event::Log(LogEvent::Deselect));
        }
        Ok(())
    }

    /// Shows what is pointed at.
    pub(crate) fn show_pointed(&self, state: &State) -> Result<(), JsValue> {
        let (measurements, all) = (state.send().measurements(), state.send().round_trips());
        let reading = self.series_picture.as_ref().and_then(|picture| {
            let reading = *all.readings().get(measurements.pointed_reading()?)?;
            let came = time_to_the_second(state.origin() + reading.at);
            let words = [&reading_words(reading, all.timer_step()), " at ", &came].concat();
            Some((words, picture.place(reading)?))
        });
        let height = |canvas: &Canvas| canvas.size().map_or(0.0, |size| size.height);
        self.reading.show(reading, height(&self.series))?;
        let ground = height(&self.distribution);
        let bar = measurements.pointed_x().and_then(|x| self.distribution_picture.bar(x));
        let bar = bar.map(|bar| (bar_words(bar, all), (bar.middle(), ground - bar.height)));
        self.bar.show(bar, ground)
    }

    /// Sets the accessible description.
    pub(crate) fn describe(&self, words: &str) {
        // Fails only for an invalid attribute name.
        let label = |svg: &Element, name: &str| svg.set_attribute("aria-label", &[name, words].concat());
        let _ = label(&self.series.svg, "Over time, ");
        let _ = label(&self.distribution.svg, "Distribution of ");
    }

    fn show_figures(&mut self, all: &RoundTrips) {
        for (shown, figure) in self.figures.iter_mut().zip(figures(all)) {
            shown.show(figure);
        }
        for (element, note) in [(&self.burst_note, burst_note(all)), (&self.timer_step, timer_note(all))] {
            set_shown(element, note.is_some());
            set_text(element, &note.unwrap_or_default());
        }
    }

    fn draw_series(&mut self, all: &RoundTrips, size: Size, now: f64) -> Result<(), JsValue> {
        let window = TimeWindow::of(all.readings(), now);
        let picture = Series::new(all, size, window, self.series_picture.as_ref());
        let mut grid = String::new();
        for tick in &picture.round_trips {
            grid.extend(["M0 ", &pixels(tick.at), "H", &pixels(size.width)]);
        }
        self.series.grid.set_attribute("d", &grid)?;
        self.series.path.set_attribute("d", &picture.dots(false))?;
        self.queued.set_attribute("d", &picture.dots(true))?;
        self.ranges.set_attribute("d", &picture.ranges())?;
        self.series.picture.toggle_attribute_with_force("data-sparse", picture.is_sparse())?;
        self.series.label_axis(&picture.times, size)?;
        self.round_trips.show(&picture.round_trips, |_, tick| (-GAP, tick.at))?;
        set_text(&self.scale, &["Over time, ", &picture.scale()].concat());
        self.series_picture = Some(picture);
        Ok(())
    }

    fn draw_distribution(&mut self, all: &RoundTrips, size: Size) -> Result<(), JsValue> {
        let picture = Distribution::new(all, size);
        let ground = pixels(size.height);
        self.distribution.grid.set_attribute("d", &["M0 ", &ground, "H", &pixels(size.width)].concat())?;
        self.distribution.path.set_attribute("d", &picture.path(size.height))?;
        self.distribution.picture.toggle_attribute_with_force("data-dots", picture.is_few)?;
        self.distribution.label_axis(&picture.ticks, size)?;
        let top = |line: usize| line as f64 * LINE;
        let mut lines = String::new();
        for (line, percentile) in picture.percentiles.iter().enumerate() {
            lines.extend(["M", &pixels(percentile.at), " ", &pixels(top(line)), "V", &ground]);
        }
        self.percentile_lines.set_attribute("d", &lines)?;
        self.percentiles.show(&picture.percentiles, |line, tick| (tick.at - GAP / 2.0, top(line) + GAP))?;
        self.distribution_picture = picture;
        Ok(())
    }
}

/// Measures and redraws the charts whenever they are resized.
fn watch_sizes(series: &Canvas, distribution: &Canvas) -> Resizes {
    let meters = [series.meter.clone(), distribution.meter.clone()];
    let resizes = Resizes::new(move || {
        meters.iter().for_each(Meter::measure);
        bus::send(Event::Redraw);
    });
    resizes.observe(&series.svg);
    resizes.observe(&distribution.svg);
    resizes
}
