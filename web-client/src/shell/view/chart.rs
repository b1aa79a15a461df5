//! The chart: the round trips over time, how they are distributed, and their figures.
//!
//! It is drawn once a frame at most. While the page or the chart is hidden, it is not drawn at all.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent, MouseEvent};

use super::time::time_to_the_second;
use crate::measure::round_trip::grouped;
use crate::shell::browser::clock::Clock;
use crate::shell::browser::dom::{by_id, document, element, set_shown};
use crate::shell::browser::registrations::{Frames, Listener, Resizes, Timeout};
use crate::{Distribution, RoundTrips, Series, Size, Tick, Window, pixels, round_trip, short};

const SVG: &str = "http://www.w3.org/2000/svg";

/// What is left around the pictures for their labels, in pixels.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 22.0;

/// How far a label is from what it belongs to.
const GAP: f64 = 6.0;

/// How far the names of percentiles are below one another, as they may be beside one another.
const LINE: f64 = 13.0;

/// How often the pictures' descriptions change at most, in milliseconds: a screen reader may read them out.
const DESCRIBE_EVERY: f64 = 5000.0;

/// From this step on, in milliseconds, a timer is worth a word.
const COARSE: f64 = 0.05;

/// The figures' names. [`Drawing::show_figures`] has their values.
const FIGURES: [&str; 7] = ["p50", "p95", "p99", "min", "max", "jitter", "count"];

pub(crate) struct ChartView {
    drawing: Rc<RefCell<Drawing>>,
    _listeners: [Listener; 2],
}

struct Drawing {
    this: Weak<RefCell<Drawing>>,
    clock: Clock,
    all: RoundTrips,
    now: f64,
    /// Whether there is something that the pictures do not show yet.
    dirty: bool,
    series: Canvas,
    round_trips: Labels,
    hover: Hover,
    /// What the canvas shows, once it has been drawn.
    picture: Option<Series>,
    /// Where the pointer is on it.
    pointer: Option<f64>,
    distribution: Canvas,
    percentile_lines: Element,
    percentiles: Labels,
    figures: Vec<Figure>,
    timer_step: Element,
    described_at: f64,
    describe: Option<Timeout>,
    frames: Frames,
    resizes: Resizes,
}

impl ChartView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (document, clock) = (document()?, Clock::new()?);
        let series = Canvas::new(&document, "series", "marks")?;
        let round_trips = Labels::new(&document, &series.picture, "round-trips")?;
        let hover = Hover::new(&document, &series.picture)?;
        let distribution = Canvas::new(&document, "distribution", "bars")?;
        let percentile_lines = within(&document, &distribution.picture, "path", "percentiles")?;
        let percentiles = Labels::new(&document, &distribution.picture, "percentiles")?;
        let list = by_id::<Element>("figures")?;
        let mut figures = Vec::new();
        for name in FIGURES {
            figures.push(Figure::new(&document, &list, name)?);
        }
        let timer_step = by_id::<Element>("timer-step")?;
        let svg = series.svg.clone();
        let drawing = Rc::new_cyclic(|this: &Weak<RefCell<Drawing>>| {
            RefCell::new(Drawing {
                this: this.clone(),
                clock,
                all: RoundTrips::new(0.0),
                now: 0.0,
                dirty: true,
                series,
                round_trips,
                hover,
                picture: None,
                pointer: None,
                distribution,
                percentile_lines,
                percentiles,
                figures,
                timer_step,
                described_at: -DESCRIBE_EVERY,
                describe: None,
                frames: Frames::new(on(this, Drawing::draw)),
                resizes: Resizes::new(on(this, Drawing::resized)),
            })
        });
        let (moved, left) = (Rc::downgrade(&drawing), Rc::downgrade(&drawing));
        let point = |drawing: &Weak<RefCell<Drawing>>, at: Option<f64>| {
            if let Some(drawing) = drawing.upgrade() {
                drawing.borrow_mut().point(at);
            }
        };
        let listeners = [
            Listener::new(&svg, "pointermove", move |event: &MouseEvent| {
                point(&moved, Some(f64::from(event.client_x())));
            })?,
            Listener::new(&svg, "pointerleave", move |_: &DomEvent| point(&left, None))?,
        ];
        {
            let mut drawing = drawing.borrow_mut();
            drawing.resizes.observe(&drawing.series.svg);
            drawing.resizes.observe(&drawing.distribution.svg);
            drawing.resized();
        }
        Ok(Self { drawing, _listeners: listeners })
    }

    /// Has these round trips shown in the next frame, as of `now`. It takes what is new of them.
    pub(crate) fn show(&self, round_trips: &RoundTrips, now: f64) {
        let mut drawing = self.drawing.borrow_mut();
        drawing.all.follow(round_trips);
        (drawing.now, drawing.dirty) = (now, true);
        drawing.frames.request();
    }
}

/// A callback that does something to the drawing, as long as there is one.
fn on(drawing: &Weak<RefCell<Drawing>>, act: fn(&mut Drawing)) -> impl FnMut() + 'static + use<> {
    let drawing = drawing.clone();
    move || {
        if let Some(drawing) = drawing.upgrade() {
            act(&mut drawing.borrow_mut());
        }
    }
}

impl Drawing {
    fn resized(&mut self) {
        self.series.measure();
        self.distribution.measure();
        self.dirty = true;
        self.frames.request();
    }

    /// The pointer is at that place of the page, or nowhere on the picture.
    fn point(&mut self, at: Option<f64>) {
        self.pointer = at.map(|x| x - self.series.svg.get_bounding_client_rect().left() - LEFT);
        self.frames.request();
    }

    fn draw(&mut self) {
        self.frames.painted();
        // Of a DOM that refuses new elements nothing better can be made than an incomplete chart.
        let _ = self.draw_all();
    }

    fn draw_all(&mut self) -> Result<(), JsValue> {
        let (Some(series), Some(distribution)) = (self.series.size, self.distribution.size) else {
            // Hidden. It has another size once it is seen.
            return Ok(());
        };
        if std::mem::take(&mut self.dirty) {
            self.show_figures();
            self.draw_series(series)?;
            self.draw_distribution(distribution)?;
            self.describe_in_time();
        }
        self.draw_hover(series)
    }

    fn draw_series(&mut self, size: Size) -> Result<(), JsValue> {
        let picture = Series::new(&self.all, size, Window::of(self.all.readings(), self.now));
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

    fn draw_distribution(&mut self, size: Size) -> Result<(), JsValue> {
        let picture = Distribution::new(&self.all, size);
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

    fn draw_hover(&mut self, size: Size) -> Result<(), JsValue> {
        let readings = self.all.readings();
        let found = self.picture.as_ref().zip(self.pointer).and_then(|(picture, x)| {
            let place = picture.nearest(readings, x)?;
            let reading = *readings.get(place)?;
            Some((place, reading, picture.place(reading)))
        });
        set_shown(&self.hover.group, found.is_some());
        let Some((place, reading, at)) = found else { return Ok(()) };
        let took = round_trip(reading.ms, self.all.timer_step());
        let number = grouped(place as u64 + 1);
        let came = time_to_the_second(self.clock.origin() + reading.at);
        let text = ["#", &number, " ", &took, " at ", &came].concat();
        self.hover.show(&text, at, size)
    }

    fn show_figures(&mut self) {
        let (all, step) = (&self.all, self.all.timer_step());
        let median = all.percentile(50.0);
        let times = [median, all.percentile(95.0), all.percentile(99.0), all.min(), all.max(), all.jitter()];
        for (figure, ms) in self.figures.iter_mut().zip(times) {
            figure.show(ms.map_or_else(|| "–".to_owned(), |ms| round_trip(ms, step)));
        }
        if let Some(count) = self.figures.last_mut() {
            count.show(grouped(all.count() as u64));
        }
        // Three digits are shown where the timer has them.
        let is_bound = median.is_some_and(|median| step >= COARSE || median < step * 100.0);
        set_shown(&self.timer_step, is_bound);
        if is_bound {
            let text = ["This browser's timer steps by ", &short(step), " ms"].concat();
            self.timer_step.set_text_content(Some(&text));
        }
    }

    fn describe_in_time(&mut self) {
        if self.describe.is_some() {
            return;
        }
        let left = self.described_at + DESCRIBE_EVERY - self.clock.now();
        if left <= 0.0 {
            self.describe();
        } else {
            self.describe = Timeout::new(left.ceil() as i32, on(&self.this, Drawing::describe)).ok();
        }
    }

    fn describe(&mut self) {
        self.describe = None;
        self.described_at = self.clock.now();
        let words = self.all.describe();
        // It fails only on a name that is no attribute's.
        let label =
            |svg: &Element, name: &str| svg.set_attribute("aria-label", &[name, words.as_str()].concat());
        let _ = label(&self.series.svg, "Over time, ");
        let _ = label(&self.distribution.svg, "Distribution of ");
    }
}

/// An SVG element with a picture in it: lines to read it by, a path, and labels along the axis below.
struct Canvas {
    svg: Element,
    picture: Element,
    grid: Element,
    path: Element,
    labels: Labels,
    /// The picture's, without the labels around it. None if it is not seen.
    size: Option<Size>,
}

impl Canvas {
    fn new(document: &Document, id: &str, class: &str) -> Result<Self, JsValue> {
        let svg = by_id::<Element>(id)?;
        let picture = within(document, &svg, "g", "")?;
        picture
            .set_attribute("transform", &["translate(", &pixels(LEFT), " ", &pixels(TOP), ")"].concat())?;
        let grid = within(document, &picture, "path", "grid")?;
        let path = within(document, &picture, "path", class)?;
        let labels = Labels::new(document, &picture, "below")?;
        Ok(Self { svg, picture, grid, path, labels, size: None })
    }

    fn measure(&mut self) {
        let outer = self.svg.get_bounding_client_rect();
        let (width, height) = (outer.width() - LEFT - RIGHT, outer.height() - TOP - BOTTOM);
        self.size = (width > 0.0 && height > 0.0).then_some(Size { width, height });
    }

    /// Labels the axis below.
    fn label_axis(&mut self, ticks: &[Tick], size: Size) -> Result<(), JsValue> {
        self.labels.show(ticks, |_, tick| (tick.at, size.height + BOTTOM - GAP))
    }
}

/// A group of texts.
struct Labels {
    document: Document,
    group: Element,
    texts: Vec<Element>,
}

impl Labels {
    fn new(document: &Document, parent: &Element, class: &str) -> Result<Self, JsValue> {
        let group = within(document, parent, "g", &["labels ", class].concat())?;
        Ok(Self { document: document.clone(), group, texts: Vec::new() })
    }

    /// Shows these labels, and no others, each where `place` says.
    fn show(&mut self, ticks: &[Tick], place: impl Fn(usize, &Tick) -> (f64, f64)) -> Result<(), JsValue> {
        while self.texts.len() < ticks.len() {
            self.texts.push(within(&self.document, &self.group, "text", "")?);
        }
        for (at, text) in self.texts.iter().enumerate() {
            let tick = ticks.get(at);
            set_shown(text, tick.is_some());
            if let Some(tick) = tick {
                let (x, y) = place(at, tick);
                set_lengths(text, &[("x", x), ("y", y)])?;
                text.set_text_content(Some(&tick.label));
            }
        }
        Ok(())
    }
}

/// The reading under the pointer: a line, a dot and a text.
struct Hover {
    group: Element,
    line: Element,
    dot: Element,
    text: Element,
}

impl Hover {
    fn new(document: &Document, parent: &Element) -> Result<Self, JsValue> {
        let group = within(document, parent, "g", "hover")?;
        set_shown(&group, false);
        let line = within(document, &group, "line", "")?;
        let dot = within(document, &group, "circle", "")?;
        set_lengths(&dot, &[("r", 3.5)])?;
        let text = within(document, &group, "text", "")?;
        Ok(Self { group, line, dot, text })
    }

    fn show(&self, text: &str, (x, y): (f64, f64), size: Size) -> Result<(), JsValue> {
        set_lengths(&self.line, &[("x1", x), ("x2", x), ("y1", 0.0), ("y2", size.height)])?;
        set_lengths(&self.dot, &[("cx", x), ("cy", y)])?;
        // On the side where there is more room.
        let (anchor, gap) = if x < size.width / 2.0 { ("start", GAP) } else { ("end", -GAP) };
        self.text.set_attribute("text-anchor", anchor)?;
        set_lengths(&self.text, &[("x", x + gap), ("y", GAP)])?;
        self.text.set_text_content(Some(text));
        Ok(())
    }
}

/// A figure in the list, and what it shows.
struct Figure {
    element: Element,
    text: String,
}

impl Figure {
    fn new(document: &Document, list: &Element, name: &str) -> Result<Self, JsValue> {
        let (both, term) = (element(document, "div", "")?, element(document, "dt", "")?);
        term.set_text_content(Some(name));
        let element = element(document, "dd", "")?;
        both.append_child(&term)?;
        both.append_child(&element)?;
        list.append_child(&both)?;
        Ok(Self { element, text: String::new() })
    }

    fn show(&mut self, text: String) {
        if self.text != text {
            self.element.set_text_content(Some(&text));
            self.text = text;
        }
    }
}

/// A new element of SVG's, the last in its parent.
fn within(document: &Document, parent: &Element, name: &str, class: &str) -> Result<Element, JsValue> {
    let element = document.create_element_ns(Some(SVG), name)?;
    if !class.is_empty() {
        element.set_attribute("class", class)?;
    }
    parent.append_child(&element)?;
    Ok(element)
}

fn set_lengths(element: &Element, lengths: &[(&str, f64)]) -> Result<(), JsValue> {
    for (name, length) in lengths {
        element.set_attribute(name, &pixels(*length))?;
    }
    Ok(())
}
