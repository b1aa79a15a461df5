//! The parts that the charts are drawn with.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use crate::measure::chart::{Size, Tick, pixels};
use crate::shell::browser::dom::{by_id, element, set_shown, set_text};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Space around the charts for labels, in pixels.
pub(super) const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 22.0;

/// The distance between a label and what it labels.
pub(super) const GAP: f64 = 6.0;

/// An SVG element with a chart in it: grid lines, a path, and labels along the lower axis.
pub(super) struct Canvas {
    pub(super) svg: Element,
    pub(super) picture: Element,
    pub(super) grid: Element,
    pub(super) path: Element,
    pub(super) labels: Labels,
    pub(super) meter: Meter,
}

impl Canvas {
    pub(super) fn new(document: &Document, id: &str, class: &str) -> Result<Self, JsValue> {
        let svg = by_id::<Element>(id)?;
        let picture = within(document, &svg, "g", "")?;
        picture
            .set_attribute("transform", &["translate(", &pixels(LEFT), " ", &pixels(TOP), ")"].concat())?;
        let grid = within(document, &picture, "path", "grid")?;
        let path = within(document, &picture, "path", class)?;
        let labels = Labels::new(document, &picture, "below")?;
        let meter = Meter { svg: svg.clone(), size: Rc::default() };
        meter.measure();
        Ok(Self { svg, picture, grid, path, labels, meter })
    }

    /// The size of the chart without the labels around it; `None` if it is hidden.
    pub(super) fn size(&self) -> Option<Size> {
        self.meter.size()
    }

    /// Labels the lower axis.
    pub(super) fn label_axis(&mut self, ticks: &[Tick], size: Size) -> Result<(), JsValue> {
        self.labels.show(ticks, |_, tick| (tick.at, size.height + BOTTOM - GAP))
    }
}

/// Measures a chart. That is slow, so it is done only after a resize.
#[derive(Clone)]
pub(super) struct Meter {
    svg: Element,
    size: Rc<Cell<Option<Size>>>,
}

impl Meter {
    /// The size as last measured; `None` if the chart is hidden.
    pub(super) fn size(&self) -> Option<Size> {
        self.size.get()
    }

    pub(super) fn measure(&self) {
        let outer = self.svg.get_bounding_client_rect();
        let (width, height) = (outer.width() - LEFT - RIGHT, outer.height() - TOP - BOTTOM);
        self.size.set((width > 0.0 && height > 0.0).then_some(Size { width, height }));
    }
}

/// A group of text elements.
pub(super) struct Labels {
    document: Document,
    group: Element,
    texts: Vec<Element>,
}

impl Labels {
    pub(super) fn new(document: &Document, parent: &Element, class: &str) -> Result<Self, JsValue> {
        let group = within(document, parent, "g", &["labels ", class].concat())?;
        Ok(Self { document: document.clone(), group, texts: Vec::new() })
    }

    /// Shows exactly these labels, each at the position given by `place`.
    pub(super) fn show(
        &mut self,
        ticks: &[Tick],
        place: impl Fn(usize, &Tick) -> (f64, f64),
    ) -> Result<(), JsValue> {
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

/// Marks what is pointed at with a line and a dot, and says what it is above the chart.
pub(super) struct Hover {
    group: Element,
    line: Element,
    dot: Element,
    words: Element,
}

impl Hover {
    /// The element with the id `words` shows the words.
    pub(super) fn new(document: &Document, parent: &Element, words: &str) -> Result<Self, JsValue> {
        let group = within(document, parent, "g", "hover")?;
        set_shown(&group, false);
        let line = within(document, &group, "line", "")?;
        let dot = within(document, &group, "circle", "")?;
        set_lengths(&dot, &[("r", 3.5)])?;
        Ok(Self { group, line, dot, words: by_id(words)? })
    }

    /// Shows this at a position in a chart of this height, or nothing.
    pub(super) fn show(&self, shown: Option<(String, (f64, f64))>, height: f64) -> Result<(), JsValue> {
        set_shown(&self.group, shown.is_some());
        let Some((words, (x, y))) = shown else {
            set_text(&self.words, "");
            return Ok(());
        };
        set_text(&self.words, &words);
        set_lengths(&self.line, &[("x1", x), ("x2", x), ("y1", 0.0), ("y2", height)])?;
        set_lengths(&self.dot, &[("cx", x), ("cy", y)])
    }
}

/// A figure in the list, with the text it shows.
pub(super) struct Figure {
    element: Element,
    text: String,
}

impl Figure {
    pub(super) fn new(document: &Document, list: &Element, name: &str) -> Result<Self, JsValue> {
        let (both, term) = (element(document, "div", "")?, element(document, "dt", "")?);
        term.set_text_content(Some(name));
        let element = element(document, "dd", "")?;
        both.append_child(&term)?;
        both.append_child(&element)?;
        list.append_child(&both)?;
        Ok(Self { element, text: String::new() })
    }

    pub(super) fn show(&mut self, text: String) {
        if self.text != text {
            self.element.set_text_content(Some(&text));
            self.text = text;
        }
    }
}

/// Appends a new SVG element to `parent`.
pub(super) fn within(
    document: &Document,
    parent: &Element,
    name: &str,
    class: &str,
) -> Result<Element, JsValue> {
    let element = document.create_element_ns(Some(SVG), name)?;
    if !class.is_empty() {
        element.set_attribute("class", class)?;
    }
    parent.append_child(&element)?;
    Ok(element)
}

pub(super) fn set_lengths(element: &Element, lengths: &[(&str, f64)]) -> Result<(), JsValue> {
    for (name, length) in lengths {
        element.set_attribute(name, &pixels(*length))?;
    }
    Ok(())
}
