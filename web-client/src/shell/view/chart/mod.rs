//! The charts: round trips over time, their distribution, and the figures. They aren't drawn while hidden.

mod canvas;

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, MouseEvent};

use self::canvas::{Canvas, Figure, GAP, Hover, LEFT, Labels, Meter, within};
use super::time::time_to_the_second;
use crate::event::Event;
use crate::measure::chart::{Distribution, Series, Size, TimeWindow, pixels};
use crate::measure::{FIGURES, RoundTrips, figures, reading, timer_note};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::{Listener, Resizes};
use crate::shell::bus;
use crate::state::State;

/// The vertical distance between the percentiles' names, which may be side by side.
const LINE: f64 = 13.0;

pub(crate) struct ChartView {
    series: Canvas,
    round_trips: Labels,
    hover: Hover,
    /// The series as last drawn.
    picture: Option<Series>,
    distribution: Canvas,
    percentile_lines: Element,
    percentiles: Labels,
    figures: Vec<Figure>,
    timer_step: Element,
    _resizes: Resizes,
    _listeners: [Listener; 2],
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
            round_trips: Labels::new(&document, &series.picture, "round-trips")?,
            hover: Hover::new(&document, &series.picture)?,
            picture: None,
            percentile_lines: within(&document, &distribution.picture, "path", "percentiles")?,
            percentiles: Labels::new(&document, &distribution.picture, "percentiles")?,
            figures,
            timer_step: by_id("timer-step")?,
            _resizes: watch_sizes(&series, &distribution),
            _listeners: watch_pointer(&series.svg)?,
            series,
            distribution,
        })
    }

    /// Draws the round trips as of `now`.
    pub(crate) fn draw(&mut self, state: &State, now: f64) -> Result<(), JsValue> {
        let (Some(series), Some(distribution)) = (self.series.size(), self.distribution.size()) else {
            return Ok(());
        };
        let all = state.send().round_trips();
        self.show_figures(all);
        self.draw_series(all, series, now)?;
        self.draw_distribution(all, distribution)?;
        self.show_reading(state)
    }

    /// Shows the reading under the pointer.
    pub(crate) fn show_reading(&self, state: &State) -> Result<(), JsValue> {
        let all = state.send().round_trips();
        let found = self.picture.as_ref().zip(state.send().pointer()).and_then(|(picture, x)| {
            let place = picture.nearest(all.readings(), x)?;
            let reading = *all.readings().get(place)?;
            Some((place, reading, picture.place(reading)))
        });
        set_shown(&self.hover.group, found.is_some());
        let (Some((place, found, at)), Some(size)) = (found, self.series.size()) else { return Ok(()) };
        let came = time_to_the_second(state.origin() + found.at);
        let text = [&reading(place, found, all.timer_step()), " at ", &came].concat();
        self.hover.show(&text, at, size)
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
        let note = timer_note(all);
        set_shown(&self.timer_step, note.is_some());
        set_text(&self.timer_step, &note.unwrap_or_default());
    }

    fn draw_series(&mut self, all: &RoundTrips, size: Size, now: f64) -> Result<(), JsValue> {
        let picture = Series::new(all, size, TimeWindow::of(all.readings(), now));
        let mut grid = String::new();
        for tick in &picture.round_trips {
            grid.extend(["M0 ", &pixels(tick.at), "H", &pixels(size.width)]);
        }
        self.series.grid.set_attribute("d", &grid)?;
        self.series.path.set_attribute("d", &picture.path())?;
        let class = if picture.is_sparse() { "marks sparse" } else { "marks" };
        self.series.path.set_attribute("class", class)?;
        self.series.label_axis(&picture.times, size)?;
        self.round_trips.show(&picture.round_trips, |_, tick| (-GAP, tick.at))?;
        self.picture = Some(picture);
        Ok(())
    }

    fn draw_distribution(&mut self, all: &RoundTrips, size: Size) -> Result<(), JsValue> {
        let picture = Distribution::new(all, size);
        let ground = pixels(size.height);
        self.distribution.grid.set_attribute("d", &["M0 ", &ground, "H", &pixels(size.width)].concat())?;
        self.distribution.path.set_attribute("d", &picture.path(size.height))?;
        self.distribution.label_axis(&picture.ticks, size)?;
        let top = |line: usize| line as f64 * LINE;
        let mut lines = String::new();
        for (line, percentile) in picture.percentiles.iter().enumerate() {
            lines.extend(["M", &pixels(percentile.at), " ", &pixels(top(line)), "V", &ground]);
        }
        self.percentile_lines.set_attribute("d", &lines)?;
        self.percentiles.show(&picture.percentiles, |line, tick| (tick.at - GAP / 2.0, top(line) + GAP))
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

fn watch_pointer(svg: &Element) -> Result<[Listener; 2], JsValue> {
    let pointed = svg.clone();
    Ok([
        Listener::new(svg, "pointermove", move |event: &MouseEvent| {
            let left = pointed.get_bounding_client_rect().left() + LEFT;
            bus::send(Event::PointAtChart(Some(f64::from(event.client_x()) - left)));
        })?,
        Listener::new(svg, "pointerleave", |_: &DomEvent| bus::send(Event::PointAtChart(None)))?,
    ])
}
