//! What the second view says of each kind of client: its pieces, its end, and who ended it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket, UnixStream};
use tokio::time::{interval, sleep};

use crate::support::page::Page;
use crate::support::scratch::Scratch;
use crate::support::{Server, unstamp};

in_both_browsers![
    a_line_is_seen_within_a_second_and_opens_its_session,
    a_client_that_writes_byte_by_byte_is_seen_to_do_so,
    a_reset_is_told_from_a_fin,
];

/// How long news may take to be seen: a second, and some more on a busy computer.
const SOON: Duration = Duration::from_secs(5);

impl Page {
    /// Opens the page and its second view.
    pub(super) async fn watching(server: &Server) -> Self {
        let page = Self::connected(server.http).await;
        page.press("view-watch").await;
        page.until("document.querySelector('#watch').dataset.feed === 'open'").await;
        page
    }

    /// Waits until a session is listed that matches a JavaScript regular expression.
    pub(super) async fn lists_session(&self, pattern: &str) {
        self.until(&format!(
            "[...document.querySelectorAll('.session')].some(it => /{pattern}/s.test(it.textContent))"
        ))
        .await;
    }

    /// Waits until a row of the list matches a JavaScript regular expression.
    pub(super) async fn lists(&self, pattern: &str) {
        self.until(&format!(
            "[...document.querySelectorAll('#watch-rows .row:not([hidden])')].some(it => /{pattern}/s.test(it.textContent))"
        ))
        .await;
    }

    /// Opens the first message of the list, and returns what the tab Anatomy says.
    pub(super) async fn anatomy(&self) -> String {
        self.eval("document.querySelector('#watch-rows .row:not(.story, [hidden])').click()").await;
        self.until("document.querySelector('#watch-panel .sentence')").await;
        let text = self.eval("return document.querySelector('#watch-panel').innerText").await;
        text.as_str().unwrap().to_owned()
    }

    /// Waits until the chosen session's verdict says this.
    async fn verdict_says(&self, words: &str) {
        self.until(&format!("document.querySelector('#verdict').innerText.includes({words:?})")).await;
    }

    /// The names of what was noticed of the chosen session.
    async fn hint_names(&self) -> Value {
        self.eval("return [...document.querySelectorAll('.hint')].map(it => it.innerText)").await
    }

    /// How many parts of this kind the small bar of the first message has.
    pub(super) async fn parts(&self, kind: &str) -> usize {
        let path = format!(
            "return document.querySelector('#watch-rows .row:not(.story, [hidden]) .{kind}').getAttribute('d')"
        );
        self.eval(&path).await.as_str().unwrap().matches('z').count()
    }
}

async fn a_line_is_seen_within_a_second_and_opens_its_session() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    page.until("!document.querySelector('#watch-empty').hidden").await;
    let port = server.tcp.port();
    page.until(&format!("document.querySelector('#watch-netcat').innerText === 'nc 127.0.0.1 {port}'")).await;

    let mut client = server.connect().await;
    let sent_at = Instant::now();
    client.write_all(b"hello\n").await.unwrap();
    page.lists("hello").await;
    assert!(sent_at.elapsed() < SOON, "{:?}", sent_at.elapsed());
    let title = format!("/^tcp {}, 1 message, 6 bytes/", client.local_addr().unwrap());
    page.until(&format!("{title}.test(document.querySelector('#watch-title').innerText)")).await;
    assert_eq!([page.parts("reads").await, page.parts("cap").await, page.parts("gap").await], [1, 1, 0]);
    let words = page.anatomy().await;
    assert!(words.contains("6 bytes in one read, ended by LF."), "{words}");
    assert!(words.contains("after its last byte. A read is not a TCP segment"), "{words}");

    // Closing a socket with unread bytes in it would reset the connection.
    client.read_exact(&mut [0; 33]).await.unwrap();
    drop(client);
    page.lists("ended after .* by client: FIN").await;
    page.lists_session("tcp.*client: FIN").await;
}

async fn a_client_that_writes_byte_by_byte_is_seen_to_do_so() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let mut client = server.connect().await;
    client.set_nodelay(true).unwrap();
    let mut pace = interval(Duration::from_millis(10));
    for byte in *b"temperature=21.4 humidity=48 battery=3" {
        pace.tick().await;
        client.write_all(&[byte]).await.unwrap();
    }
    page.lists("temperature=21.4 humidity=48.*gap").await;
    let words = page.anatomy().await;
    // On a busy computer, some bytes are read together.
    let reads: usize = words.split(" bytes in ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(reads > 10, "{words}");
    assert!(words.contains(", ended by silence, as no line feed came."), "{words}");
    assert!(words.contains("most of which is the service's own wait for more"), "{words}");
    assert_eq!([page.parts("reads").await, page.parts("gap").await], [reads, 1]);
    assert_eq!(page.count("#watch-panel .gap[d*=z]").await, 1);
    page.verdict_says(
        "the client writes byte by byte. No line feed, so the message was cut by the 50 ms gap",
    )
    .await;
    assert_eq!(page.hint_names().await, json!(["byte-by-byte", "no-terminator"]));
}

#[tokio::test]
async fn a_line_in_two_writes_is_two_blocks() {
    let server = Server::start(&["--gap", "5s"]).await;
    let page = Page::watching(&server).await;
    let mut client = server.connect().await;
    client.write_all(b"half a ").await.unwrap();
    // The pause is what the test is about.
    sleep(Duration::from_millis(300)).await;
    client.write_all(b"line\r\n").await.unwrap();
    page.lists("half a line").await;
    assert_eq!(page.parts("reads").await, 2);
    let words = page.anatomy().await;
    assert!(words.contains("13 bytes in 2 reads 3"), "{words}");
    assert!(words.contains(" ms apart, ended by CR LF."), "{words}");
    assert!(words.contains("+0 ns\n7 bytes"), "{words}");
    page.verdict_says("CR").await;
    assert_eq!(page.hint_names().await, json!(["split-line", "crlf"]));
}

async fn a_reset_is_told_from_a_fin() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let mut client = server.connect().await;
    client.write_all(b"hello\n").await.unwrap();
    let mut reply = [0; 33];
    client.read_exact(&mut reply).await.unwrap();
    SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    page.lists("ended after .* by client: reset").await;
    page.lists_session("tcp.*client: reset").await;
    page.until("document.querySelector('#timeline-ending').innerText === 'client: reset'").await;
    page.verdict_says("The client sent RST").await;
    assert_eq!(page.hint_names().await, json!(["reset"]));
}

#[tokio::test]
async fn a_client_of_another_protocol_is_recognised() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let mut client = server.connect().await;
    client.write_all(b"GET /status HTTP/1.1\r\n").await.unwrap();
    page.verdict_says("The client speaks HTTP: it sent \"GET /status\".").await;
    let mut client = server.connect().await;
    client.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.unwrap();
    let listed = "document.querySelectorAll('.session:not([data-ended]) [data-transport=tcp]').length === 2";
    page.until(listed).await;
    page.eval("document.querySelector('.session').click()").await;
    page.verdict_says("The client speaks TLS").await;
    // A click on a hint finds all sessions that have it.
    page.eval("document.querySelector('.hint').click()").await;
    page.until("document.querySelector('#watch-filter').value === 'hint:tls'").await;
    page.until("document.querySelectorAll('.session').length === 1").await;
}

#[tokio::test]
async fn datagrams_and_unix_clients_are_sessions_too() {
    let place = Scratch::new();
    let path = place.0.join("socket");
    let server = Server::start(&["--udp", "127.0.0.1:0", "--unix", path.to_str().unwrap()]).await;
    let page = Page::watching(&server).await;

    let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    peer.send_to(b"a datagram", server.addresses("udp")[0]).await.unwrap();
    page.lists("a datagram.*datagram").await;
    let words = page.anatomy().await;
    assert!(words.contains("10 bytes in one read, a datagram of its own."), "{words}");
    page.lists_session(&format!("udp.*{}.*open", peer.local_addr().unwrap())).await;

    page.press("all-sessions").await;
    let mut client = UnixStream::connect(&path).await.unwrap();
    client.write_all(b"one\ntwo\n").await.unwrap();
    page.lists(&format!("pid:{},uid.*two", std::process::id())).await;
    client.shutdown().await.unwrap();
    page.lists_session("unix.*2 messages, 8 bytes.*client: ").await;
}

#[tokio::test]
async fn a_message_at_the_maximum_is_cut_and_its_true_size_is_told() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let mut client = server.connect().await;
    client.write_all(&[b'x'; 64 * 1024]).await.unwrap();
    page.lists("xxx.*65,536.*cap").await;
    let words = page.anatomy().await;
    assert!(
        words.contains("65,536 bytes in ") && words.contains("cut at the service's longest message"),
        "{words}"
    );
    page.press("watch-tab-text").await;
    page.until("/^The server tells the first 4,096 of 65,536 bytes/.test(document.querySelector('#watch-panel').innerText)")
        .await;
}

#[tokio::test]
async fn this_tabs_own_session_is_marked_and_its_round_trips_add_up() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    for n in 0..5 {
        page.enter(&format!("mine {n}")).await;
        page.shows_reply(&format!("mine {n}")).await;
    }
    page.press("view-watch").await;
    page.lists_session("ws.*this tab.*5 messages.*open").await;
    page.eval("document.querySelector('.session:has(.mark:not(:empty))').click()").await;
    page.lists("mine 4").await;
    page.anatomy().await;
    page.until("/This tab measured/.test(document.querySelector('#watch-panel').innerText)").await;
    let words = page.eval("return document.querySelector('#watch-panel').innerText").await;
    let legs = words.as_str().unwrap().split("This tab measured ").nth(1).unwrap();
    let micros: Vec<u64> = legs
        .split(" ms")
        .filter_map(|part| part.rsplit(' ').next()?.replace(['.', ','], "").parse().ok())
        .collect();
    match micros[..] {
        [whole, there, service, back, _] => assert_eq!(whole, there + service + back, "{legs}"),
        // Nothing better can be said where the clocks tell too little.
        _ => assert!(legs.contains("too uncertain"), "{legs}"),
    }
}

#[tokio::test]
async fn a_page_that_is_opened_late_sees_what_has_just_happened() {
    let server = Server::start(&[]).await;
    let mut client = server.connect().await;
    client.write_all(b"before\n").await.unwrap();
    let mut reply = [0; 34];
    client.read_exact(&mut reply).await.unwrap();
    assert_eq!(unstamp(&reply), b"before\n");
    drop(client);
    let page = Page::watching(&server).await;
    page.lists("before").await;
    page.lists_session("tcp.*1 message, 7 bytes.*client: FIN").await;
    page.until("document.querySelector('#watch-title').innerText === 'All sessions'").await;
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_with_the_next_server() {
    let server = Server::start(&[]).await;
    let (tcp, http) = (server.tcp.to_string(), server.http.to_string());
    let page = Page::watching(&server).await;
    let mut client = server.connect().await;
    client.write_all(b"the first\n").await.unwrap();
    page.lists("the first").await;
    drop((client, server));
    page.until("/broke/.test(document.querySelector('#watch-feed-words').innerText)").await;
    let server = Server::start_at(&tcp, &http, &[]).await;
    page.until("document.querySelector('#watch').dataset.feed === 'open'").await;
    let mut client: TcpStream = server.connect().await;
    client.write_all(b"the second\n").await.unwrap();
    page.press("all-sessions").await;
    page.lists("the second").await;
    let seen: Value =
        page.eval("return document.querySelector('#watch-rows').innerText.includes('the first')").await;
    assert_eq!(seen, true, "what was told before stays");
}
