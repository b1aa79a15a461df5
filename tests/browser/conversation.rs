//! Sending lines and reading replies. The tests use the page as a person would: by roles, names and keys.

use tokio::net::TcpListener;

use crate::support::Server;
use crate::support::browser::{Browser, DOWN, ENTER, UP};
use crate::support::burst::longest_frame;
use crate::support::page::Page;

in_both_browsers![
    a_typed_line_gets_its_stamped_reply_and_round_trip,
    an_empty_line_is_a_message_too,
    up_and_down_walk_the_history,
    the_page_reconnects_when_a_stopped_server_is_back,
    the_user_can_disconnect_and_connect,
    a_service_that_cannot_be_reached_is_named,
    it_fits_narrow_and_wide_screens_in_both_schemes,
    without_webassembly_the_page_says_how_to_reach_the_service,
];

async fn a_typed_line_gets_its_stamped_reply_and_round_trip() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let focused = page.browser.focused().await;
    assert_eq!(page.browser.name(&focused).await, "Message");

    // No click is needed first, because the box has the focus.
    page.browser.keys(&focused, &format!("hello{ENTER}")).await;
    page.shows_reply("hello").await;
    page.browser.until(&page.log, r"/\d ms/.test(element.innerText)").await;
    assert_eq!(page.browser.value(&page.message).await, "", "the box is empty for the next line");

    page.browser.keys(&page.message, "by the button").await;
    page.browser.click(&page.send).await;
    page.shows_reply("by the button").await;
    let focused = page.browser.focused().await;
    assert_eq!(page.browser.name(&focused).await, "Message", "the focus returns to the box");
}

async fn an_empty_line_is_a_message_too() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("").await;
    page.browser.until(&page.log, "element.querySelectorAll('[data-state=answered]').length === 1").await;
}

async fn up_and_down_walk_the_history() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("first").await;
    page.enter("second").await;
    page.browser.keys(&page.message, "draft").await;
    for (key, shown) in [(UP, "second"), (UP, "first"), (UP, "first"), (DOWN, "second"), (DOWN, "draft")] {
        page.browser.keys(&page.message, key).await;
        assert_eq!(page.browser.value(&page.message).await, shown);
    }
}

async fn the_page_reconnects_when_a_stopped_server_is_back() {
    let server = Server::start(&[]).await;
    let (tcp, http) = (server.tcp.to_string(), server.http);
    let page = Page::connected(http).await;
    page.enter("before").await;
    page.shows_reply("before").await;

    assert_eq!(server.stop().await, Some(0));
    page.browser.until(&page.connection, r"/reconnecting in \d+ s/.test(element.innerText)").await;
    page.shows_connection("1001").await;

    let server = Server::start_at(&tcp, &http.to_string(), &[]).await;
    page.shows_connection("Connected").await;
    page.enter("after").await;
    page.shows_reply("after").await;
    assert_eq!(server.stop().await, Some(0));
}

async fn the_user_can_disconnect_and_connect() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.press_in_connection_menu("Disconnect").await;
    page.shows_connection("Disconnected by you").await;

    // A line typed meanwhile is kept, and can be sent once the page is connected again.
    page.enter("kept").await;
    assert_eq!(page.browser.value(&page.message).await, "kept");
    page.press_in_connection_menu("Connect").await;
    page.shows_connection("Connected").await;
    page.enter("").await;
    page.shows_reply("kept").await;
}

async fn a_service_that_cannot_be_reached_is_named() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let server = Server::start(&["--upstream", &nobody]).await;
    let page = Page::open(server.http).await;
    page.shows_connection(&format!("cannot reach the timestamp service at {nobody}: connection refused"))
        .await;
    page.shows_connection("reconnecting in").await;
}

#[tokio::test]
async fn ten_thousand_exchanges_do_not_freeze_it() {
    let server = Server::start(&[]).await;
    let page = Page::of(Browser::open_alone(&format!("http://{}/", server.http)).await).await;
    page.shows_connection("Connected").await;
    let longest = longest_frame(&page.browser, &page.send, &page.log).await;
    page.shows_reply("line 9999").await;
    assert!(longest < 1000.0, "a frame took {longest} ms");
    page.enter("still here").await;
    page.shows_reply("still here").await;
}

async fn it_fits_narrow_and_wide_screens_in_both_schemes() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter(&"a long line without an end ".repeat(40)).await;
    page.shows_reply("a long line").await;
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        for width in [360, 800, 1600] {
            page.browser.show(width, scheme).await;
            let sizes = "const {scrollWidth, clientWidth} = document.documentElement;
                         return [scrollWidth, clientWidth];";
            let sizes = page.browser.eval(sizes).await;
            assert_eq!(sizes[0], sizes[1], "the page scrolls sideways at {width} px");
            assert_eq!(sizes[1], width);
        }
        let background = "return getComputedStyle(document.body).backgroundColor";
        backgrounds.push(page.browser.eval(background).await);
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}

async fn without_webassembly_the_page_says_how_to_reach_the_service() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    // The page before its WebAssembly runs, which is what a browser without WebAssembly shows.
    let html = "const html = await (await fetch('/')).text();
                const page = new DOMParser().parseFromString(html, 'text/html');
                return page.querySelector('#fallback').textContent;";
    let said = page.browser.eval(&format!("return (async () => {{ {html} }})()")).await;
    assert!(said.as_str().unwrap().contains("nc localhost 21567"), "{said}");
    assert_eq!(page.count("#fallback").await, 0, "the fallback is gone once WebAssembly runs");
}
