//! The second view: the server watched while clients do what `docs/watch.md` tells of.

use std::path::Path;

use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::shell::bash;

/// What the clients do, one after the other.
const CLIENTS: [&str; 8] = [
    r#"seq -f 'voltage=3.%g current=0.21' 30 39 | while read -r line; do echo "$line"; sleep 0.1; done | nc -N localhost 21567"#,
    r"printf 'pump=3 state=ok\r\n' | nc -N localhost 21567",
    "nc -z localhost 21567",
    "curl -s http://localhost:21567/status",
    r#"python3 -c '
import socket, ssl
s = socket.create_connection(("localhost", 21567))
ssl.create_default_context().wrap_socket(s, server_hostname="sensor.example")'"#,
    "printf 'alarm=0' | nc -u -w1 localhost 21567",
    r#"python3 -c '
import socket
s = socket.create_connection(("localhost", 21567))
for value in b"21.4", b"21.5", b"21.6":
    s.send(b"temperature=")
    s.send(value + b"\n")
    s.recv(100)'"#,
    r#"python3 -c '
import socket, struct, time
s = socket.create_connection(("localhost", 21567))
for line in b"temperature=21.4 humidity=48", b"temperature=21.5 humidity=47":
    for byte in line:
        s.send(bytes([byte]))
        time.sleep(0.01)
    s.recv(100)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))'"#,
];

/// Takes the pictures for the document into `docs`, and others into `to_look_at`.
pub(crate) async fn pictures(docs: &Path, to_look_at: &Path) {
    let page = Page::of(Browser::open("http://localhost:8080/").await).await;
    page.press("view-watch").await;
    page.until("document.querySelector('#watch').dataset.feed === 'open'").await;
    for client in CLIENTS {
        bash(client).await;
    }
    // Of the two that reset their connections, the last one has the dribbled messages.
    let resets =
        "[...document.querySelectorAll('.session')].filter(it => /client: reset/.test(it.textContent))";
    page.until(&format!("{resets}.length === 2")).await;
    for scheme in ["light", "dark"] {
        for width in [360, 800, 1600] {
            let path = to_look_at.join(format!("watch-all-{scheme}-{width}.png"));
            super::picture(&page, [width, 800], scheme, &path).await;
        }
    }
    page.eval(&format!("{resets}[0].click()")).await;
    page.until("document.querySelector('#verdict')?.innerText.includes('byte by byte')").await;
    // A computer that is too busy tears the message: a pause between two bytes is longer than the gap.
    let whole = "/humidity=48$/m.test(document.querySelector('#watch-rows').innerText)";
    page.until(whole).await;
    for scheme in ["light", "dark"] {
        let path = to_look_at.join(format!("watch-session-{scheme}-360.png"));
        super::picture(&page, [360, 800], scheme, &path).await;
    }
    page.eval("document.querySelector('#watch-rows .row:not(.story, [hidden])').click()").await;
    page.until("document.querySelector('#watch-panel .sentence')").await;
    for scheme in ["light", "dark"] {
        super::picture(&page, [1600, 720], scheme, &docs.join(format!("watch-{scheme}.png"))).await;
        let path = to_look_at.join(format!("watch-anatomy-{scheme}-360.png"));
        super::picture(&page, [360, 800], scheme, &path).await;
    }
    super::picture(&page, [360, 800], "light", &docs.join("watch-360.png")).await;
}
