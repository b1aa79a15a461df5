//! The frame around the log: the bar, its menus, keys, small and zoomed screens, and print.

use serde_json::json;

use crate::support::Server;
use crate::support::browser::ENTER;
use crate::support::page::Page;

in_both_browsers![
    small_and_zoomed_screens_show_enough_rows,
    a_long_state_of_the_connection_leaves_the_filter_its_place,
    nothing_moves_when_the_first_messages_come,
    escape_closes_a_menu_and_a_click_beside_a_dialog_closes_it,
    keys_move_open_and_copy,
    the_side_panels_width_is_changed_by_keys_and_remembered,
    a_drag_of_a_grip_is_given_up_by_escape_and_when_the_system_takes_the_pointer,
    the_whole_log_is_printed_and_not_the_screen,
    with_forced_colours_the_selected_row_is_seen,
];

/// The keys that WebDriver has numbers for.
const ESCAPE: &str = "\u{e00c}";
const LEFT: &str = "\u{e012}";
const PAGE_UP: &str = "\u{e00e}";

/// A page with exchanges `line 1` to `line N`.
async fn with_lines(server: &Server, lines: usize) -> Page {
    let page = Page::connected(server.http).await;
    let text: Vec<_> = (1..=lines).map(|n| format!("line {n}")).collect();
    page.choose("message", &text.join("\n")).await;
    page.press("send").await;
    page.counts(&format!("{lines} exchanges")).await;
    page
}

async fn opens(page: &Page, title: &str) {
    page.until(&format!("document.querySelector('#detail-title').textContent.startsWith({title:?})")).await;
}

async fn small_and_zoomed_screens_show_enough_rows() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = with_lines(&server, 50).await;
    // The first is 1280 × 800 at 200 %.
    for (width, height, least) in [(640, 400, 5), (740, 360, 5), (360, 500, 5), (360, 740, 11)] {
        page.browser.show_at(width, height, "light").await;
        page.browser.settled().await;
        let seen = page
            .eval(
                "const log = document.querySelector('#log').getBoundingClientRect();
                 const rows = [...document.querySelectorAll('.row:not([hidden])')].map(it => it.getBoundingClientRect());
                 const {scrollWidth, scrollHeight, clientWidth, clientHeight} = document.documentElement;
                 return [rows.filter(row => row.top >= log.top - 1 && row.bottom <= log.bottom + 1).length,
                     scrollWidth > clientWidth, scrollHeight > clientHeight]",
            )
            .await;
        assert!(seen[0].as_u64().unwrap() >= least, "{width} × {height}: {seen}");
        assert_eq!([&seen[1], &seen[2]], [false, false], "{width} × {height} scrolls");
    }
}

async fn a_long_state_of_the_connection_leaves_the_filter_its_place() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.browser.show(360, "light").await;
    assert_eq!(server.stop().await, Some(0));
    page.shows_connection("reconnecting in").await;
    page.until(
        "(() => {
             const [bar, chip, filter] = ['header', '.chip', '#filter'].map(it =>
                 document.querySelector(it).getBoundingClientRect());
             return chip.right <= filter.left && chip.top >= bar.top && chip.bottom <= bar.bottom;
         })()",
    )
    .await;
}

async fn nothing_moves_when_the_first_messages_come() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    for width in [360, 1280] {
        page.browser.show(width, "light").await;
        let places = "return ['#connection', '#filter', '#strip', '.columns', '#log', '#message', '#send', '#hint'].map(it => {
            const {left, top, width, height} = document.querySelector(it).getBoundingClientRect();
            return [it, left, top, it === '#hint' ? 0 : width, height]; })";
        page.press("clear").await;
        let before = page.eval(places).await;
        page.burst(&"a long message without an end ".repeat(20), 200, "1").await;
        page.until("/^200 sent/.test(document.querySelector('#hint').textContent)").await;
        page.choose("message", "").await;
        assert_eq!(page.eval(places).await, before, "{width} px");
    }
}

async fn escape_closes_a_menu_and_a_click_beside_a_dialog_closes_it() {
    let server = Server::start(&[]).await;
    let page = with_lines(&server, 3).await;
    page.browser.keys(&page.log, "j").await;
    opens(&page, "Exchange 1").await;
    let more = page.browser.find("button", "More").await;
    page.browser.click(&more).await;
    page.until("document.querySelector('#more').matches(':popover-open')").await;
    page.browser.keys(&more, ESCAPE).await;
    page.until("!document.querySelector('#more').matches(':popover-open')").await;
    opens(&page, "Exchange 1").await;

    page.press("help-open").await;
    page.until("document.querySelector('#help').open").await;
    page.eval("document.querySelector('#help').dispatchEvent(new MouseEvent('click', {bubbles: true, clientX: 5, clientY: 5}))")
        .await;
    page.until("!document.querySelector('#help').open").await;
}

async fn keys_move_open_and_copy() {
    let server = Server::start(&[]).await;
    let page = with_lines(&server, 100).await;
    page.eval("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }")
        .await;
    for (keys, title) in [("jj", "Exchange 2,"), ("k", "Exchange 1,"), ("\u{e010}", "Exchange 100,")] {
        page.browser.keys(&page.log, keys).await;
        opens(&page, title).await;
    }
    page.browser.keys(&page.log, PAGE_UP).await;
    page.until("/Exchange [6-9]\\d,/.test(document.querySelector('#detail-title').textContent)").await;
    page.browser.keys(&page.log, "\u{e011}\u{e009}c\u{e000}").await;
    page.until("/^> line 1\\n< \\[.*\\] line 1 /.test(window.copied)").await;
    page.until("/Copied/.test(document.querySelector('#toast').textContent)").await;
    page.browser.keys(&page.log, ESCAPE).await;
    page.until("document.querySelector('#detail').hidden").await;
    page.browser.keys(&page.log, ENTER).await;
    opens(&page, "Exchange 1,").await;
}

async fn the_side_panels_width_is_changed_by_keys_and_remembered() {
    let server = Server::start(&[]).await;
    let page = with_lines(&server, 2).await;
    page.browser.show(1280, "light").await;
    page.press("strip").await;
    let width = "return document.querySelector('#side').getBoundingClientRect().width";
    let before = page.eval(width).await.as_f64().unwrap();
    let grip = page.browser.find("separator", "Width of the side panel").await;
    page.browser.keys(&grip, &LEFT.repeat(3)).await;
    assert_eq!(page.eval(width).await.as_f64(), Some(before + 48.0));
    page.browser.reload().await;
    let page = Page::of(page.browser).await;
    page.press("strip").await;
    page.until(&format!(
        "document.querySelector('#side').getBoundingClientRect().width === {}",
        before + 48.0
    ))
    .await;
}

async fn a_drag_of_a_grip_is_given_up_by_escape_and_when_the_system_takes_the_pointer() {
    let server = Server::start(&[]).await;
    let page = with_lines(&server, 2).await;
    page.browser.show(1280, "light").await;
    page.eval(
        "window.grip = document.querySelector('.columns [data-pane=sent]');
         grip.setPointerCapture = () => {};
         window.point = (kind, x) => grip.dispatchEvent(new PointerEvent(kind, {bubbles: true, clientX: x}));
         window.width = () => grip.parentElement.getBoundingClientRect().width;",
    )
    .await;
    let before = page.eval("return width()").await.as_f64().unwrap();
    let [same, narrower] = [before, before - 100.0].map(|width| format!("Math.abs(width() - {width}) < 1"));
    for how in ["Escape", "pointercancel"] {
        page.eval("point('pointerdown', 500); point('pointermove', 400)").await;
        page.until(&narrower).await;
        match how {
            "Escape" => page.browser.keys(&page.message, ESCAPE).await,
            _ => drop(page.eval(&format!("point({how:?}, 0)")).await),
        }
        page.until(&same).await;
        page.eval("point('pointermove', 300)").await;
        page.browser.settled().await;
        assert_eq!(page.eval(&format!("return {same}")).await, true, "it goes on after {how}");
    }
    assert_eq!(page.eval("return localStorage.getItem('wirestamp.widths')").await, json!(null));
    page.eval("point('pointerdown', 500); point('pointermove', 400); point('pointerup', 400)").await;
    page.until(&narrower).await;
    page.eval("point('pointermove', 300)").await;
    page.browser.settled().await;
    page.until(&narrower).await;
    page.until("localStorage.getItem('wirestamp.widths')").await;
}

async fn the_whole_log_is_printed_and_not_the_screen() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = with_lines(&server, 500).await;
    let rows = "document.querySelectorAll('.row:not(.story):not([hidden])').length";
    page.eval("dispatchEvent(new Event('beforeprint'))").await;
    assert_eq!(page.eval(&format!("return {rows}")).await, json!(500));
    page.eval("dispatchEvent(new Event('afterprint'))").await;
    page.until(&format!("{rows} < 100")).await;

    // A filter applies.
    page.choose("filter", "\"line 49\"").await;
    page.counts("11 of 500 exchanges").await;
    page.eval("dispatchEvent(new Event('beforeprint'))").await;
    assert_eq!(page.eval(&format!("return {rows}")).await, json!(11));
}

async fn with_forced_colours_the_selected_row_is_seen() {
    let server = Server::start(&[]).await;
    let page = with_lines(&server, 3).await;
    page.browser.force_colours().await;
    page.browser.keys(&page.log, "j").await;
    opens(&page, "Exchange 1").await;
    let outline = "return getComputedStyle(document.querySelector('.row[aria-selected=true]')).outlineStyle";
    assert_eq!(page.eval(outline).await, "solid");
}
