//! The strip in the log's head, and the charts that it opens.

use crate::support::Server;
use crate::support::axe;
use crate::support::browser::{ENTER, Element};
use crate::support::page::Page;

in_both_browsers![
    the_strip_shows_figures_and_opens_the_chart,
    the_chart_shows_round_trips_and_their_statistics,
    the_pointer_names_a_reading_or_a_bar_and_a_click_opens_the_exchange,
    keys_walk_the_readings_and_the_bars,
    an_open_chart_moves_and_a_closed_one_does_not,
    what_queued_in_a_burst_is_left_out_and_the_figures_can_start_anew,
    the_figures_are_of_what_the_filter_shows,
    the_open_chart_has_no_violations,
];

const LEFT: &str = "\u{e012}";
const HOME: &str = "\u{e011}";

impl Page {
    /// Opens the charts and waits until they are drawn.
    async fn open_chart(&self) {
        self.press("strip").await;
        self.until("document.querySelector('#series').getBoundingClientRect().width > 0").await;
        self.until("document.querySelector('#series .grid').getAttribute('d')").await;
    }

    /// Waits until the text of the element with this id matches a JavaScript regular expression.
    async fn says(&self, id: &str, pattern: &str) {
        self.until(&format!("/{pattern}/.test(document.getElementById({id:?}).innerText)")).await;
    }

    async fn attribute(&self, selector: &str, name: &str) -> String {
        let value = format!("return document.querySelector({selector:?}).getAttribute({name:?})");
        self.eval(&value).await.as_str().unwrap_or_default().to_owned()
    }

    /// Moves the pointer to the middle of the element with this id.
    async fn point(&self, id: &str) {
        self.eval(&format!(
            "const chart = document.getElementById({id:?}), {{left, top, width}} = chart.getBoundingClientRect();
             const at = {{bubbles: true, clientX: left + width / 2, clientY: top + 20}};
             chart.dispatchEvent(new PointerEvent('pointermove', at))"
        ))
        .await;
    }

    /// The chart with this accessible name, which is focused.
    async fn focus(&self, id: &str) -> Element {
        self.eval(&format!("document.getElementById({id:?}).focus()")).await;
        self.browser.focused().await
    }
}

async fn the_strip_shows_figures_and_opens_the_chart() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let strip = page.browser.find("button", "Round trips").await;
    assert_eq!(page.attribute("#strip", "aria-expanded").await, "false");
    let place = "const {left, top, width, height} = document.querySelector('#strip').getBoundingClientRect();
                 return [left, top, width, height]";
    let before = page.eval(place).await;
    page.burst("x", 1234, "1").await;
    page.says("strip", r"^p50 [\d.]+ ms · p95 [\d.]+ ms · 1,234$").await;
    assert!(page.attribute("#sparkline path", "d").await.contains('L'));
    assert_eq!((page.eval(place).await, before[3].as_f64()), (before.clone(), Some(28.0)));

    page.browser.click(&strip).await;
    page.says("figures", r"count\s*1,234").await;
    assert_eq!(page.attribute("#strip", "aria-expanded").await, "true");
    page.press("picture-close").await;
    page.until("document.querySelector('#picture').getBoundingClientRect().width === 0").await;
    assert_eq!(page.attribute("#strip", "aria-expanded").await, "false");
    let focused = page.browser.focused().await;
    assert!(page.browser.name(&focused).await.starts_with("p50"));
}

async fn the_chart_shows_round_trips_and_their_statistics() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.open_chart().await;
    page.burst("x", 200, "1").await;
    page.says("figures", r"count\s*200").await;
    for figure in ["p50", "p95", "p99", "min", "max"] {
        page.says("figures", &format!(r"{figure}\s*[\d.]+ m?s")).await;
    }
    page.until("document.querySelector('#series path.marks').getAttribute('d').length > 10").await;
    page.until("/round trips/.test(document.querySelector('#series').getAttribute('aria-label'))").await;
    page.says("scale", r"^Over time, (0 to [\d.]+ m?s|logarithmic)$").await;
}

async fn the_pointer_names_a_reading_or_a_bar_and_a_click_opens_the_exchange() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.open_chart().await;
    page.burst("x", 200, "1").await;
    page.says("figures", r"count\s*200").await;
    page.point("distribution").await;
    page.says("bar-words", r"^[\d.]+(–[\d.]+)? ms: [\d,]+ round trips?, (\d+|< 1) %$").await;
    page.point("series").await;
    page.says("reading-words", r"^#\d+ [\d.]+ ms at \d\d:\d\d:\d\d$").await;
    let words = page.eval("return document.querySelector('#reading-words').innerText").await;
    let number = words.as_str().unwrap().trim_start_matches('#').split(' ').next().unwrap().to_owned();
    page.eval("document.querySelector('#series').dispatchEvent(new MouseEvent('click'))").await;
    page.until(&format!(
        "document.querySelector('#detail-title').textContent.startsWith('Exchange {number}')"
    ))
    .await;
}

async fn keys_walk_the_readings_and_the_bars() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.open_chart().await;
    for n in 1..=3 {
        page.enter(&format!("line {n}")).await;
        page.counts(&format!("{n} exchange{}", if n == 1 { "" } else { "s" })).await;
    }
    let series = page.focus("series").await;
    page.browser.keys(&series, LEFT).await;
    page.says("reading-words", "^#3 ").await;
    page.until("/^#3 [\\d.]+ ms$/.test(document.querySelector('#announce').textContent)").await;
    page.browser.keys(&series, HOME).await;
    page.says("reading-words", "^#1 ").await;
    let distribution = page.focus("distribution").await;
    page.says("reading-words", "^$").await;
    page.browser.keys(&distribution, HOME).await;
    page.says("bar-words", r"ms: [123] round trips?, (33|67|100) %$").await;
    // So few are dots.
    let dots = page.attribute("#distribution .bars", "d").await;
    assert_eq!(dots.matches("h0").count(), 3, "{dots}");
    let series = page.focus("series").await;
    page.browser.keys(&series, &format!("{HOME}{ENTER}")).await;
    page.until("document.querySelector('#detail-title').textContent.startsWith('Exchange 1')").await;
    // On a small screen the exchange takes the charts' place until they are opened again.
    page.until("document.querySelector('#picture').getBoundingClientRect().width === 0").await;
    page.press("strip").await;
    page.open_chart().await;
    page.until("document.querySelector('#detail').hidden").await;
}

async fn an_open_chart_moves_and_a_closed_one_does_not() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("a").await;
    page.counts("1 exchange").await;
    page.open_chart().await;
    page.eval(
        "window.moves = [];
         new MutationObserver(() => moves.push(performance.now()))
             .observe(document.querySelector('#series path.marks'), {attributes: true})",
    )
    .await;
    // Single frames may be late on a busy computer, so the average counts.
    page.until("moves.length > 8").await;
    let every = page.eval("return (moves[8] - moves[1]) / 7").await.as_f64().unwrap();
    assert!(every > 150.0, "it moved every {every} ms");
    page.press("strip").await;
    page.eval("moves.length = 0").await;
    page.enter("b").await;
    page.counts("2 exchanges").await;
    assert_eq!(page.eval("return moves.length").await, 0);
}

async fn what_queued_in_a_burst_is_left_out_and_the_figures_can_start_anew() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.open_chart().await;
    page.burst("x", 300, "").await;
    page.counts("300 exchanges").await;
    page.says("burst-note", "^All were sent in bursts").await;
    page.says("strip", "300 queued$").await;
    page.choose("job", "once").await;
    page.enter("single").await;
    page.says("strip", "1 of 301$").await;
    page.says("figures", r"count\s*1$").await;
    page.says("burst-note", r"without the 300 \(pale\)").await;
    page.until("document.querySelector('#series .queued').getAttribute('d').length > 10").await;
    page.press("anew").await;
    page.says("strip", "^Round trips$").await;
    page.counts("301 exchanges").await;
}

async fn the_figures_are_of_what_the_filter_shows() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("message", "one\ntwo\nTwofold").await;
    page.press("send").await;
    page.counts("3 exchanges").await;
    page.choose("filter", "two").await;
    page.says("strip", "· 2 queued$").await;
    page.choose("filter", "").await;
    page.says("strip", "· 3 queued$").await;
}

async fn the_open_chart_has_no_violations() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("a").await;
    page.counts("1 exchange").await;
    page.open_chart().await;
    page.burst("x", 50, "").await;
    page.says("burst-note", "pale").await;
    for (width, scheme) in [(360, "light"), (360, "dark"), (1600, "light"), (1600, "dark")] {
        page.browser.show(width, scheme).await;
        let found = axe::violations(&page.browser).await;
        assert!(found.is_empty(), "{width} px, {scheme}: {found:#?}");
    }
}
