//! `wirestamp connect` at a terminal.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Server;
use crate::support::peer::{self, STAMPED};
use crate::support::scratch::Scratch;
use crate::support::terminal::{CTRL_C, CTRL_D, ENTER, Terminal, UP};

/// Starts a client at a terminal and waits for its prompt. It keeps its history in `home`.
async fn at_terminal(url: &str, home: &Scratch, variables: &[(&str, &str)]) -> Terminal {
    let mut terminal = Terminal::start(&["connect", url], &home.0, variables);
    terminal.shows("> ").await;
    terminal
}

#[tokio::test]
async fn a_line_gets_its_reply_with_its_round_trip() {
    let server = Server::start(&[]).await;
    for url in [format!("tcp://{}", server.tcp), format!("ws://{}", server.http)] {
        let home = Scratch::new();
        let mut terminal = at_terminal(&url, &home, &[]).await;
        terminal.keys("hello").await;
        terminal.keys(ENTER).await;
        terminal.shows("] hello  \x1b[2m").await;
        let time = terminal.shows("\x1b[0m").await;
        assert!(time.contains(" µs") || time.contains(" ms"), "{time:?}");
        terminal.shows("> ").await;
        terminal.keys(ENTER).await;
        assert_eq!(terminal.end().await.0, Some(0), "an empty line ends it");
    }
}

#[tokio::test]
async fn the_history_is_kept_for_the_next_run() {
    let server = Server::start(&[]).await;
    let url = format!("tcp://{}", server.tcp);
    let home = Scratch::new();
    for keys in ["remember me", UP] {
        let mut terminal = at_terminal(&url, &home, &[("NO_COLOR", "1")]).await;
        terminal.keys(keys).await;
        terminal.keys(ENTER).await;
        terminal.shows("] remember me  ").await;
        let time = terminal.shows("> ").await;
        assert!(!time.contains("\x1b[2m"), "{time:?} is not dim");
        terminal.keys(CTRL_D).await;
        assert_eq!(terminal.end().await.0, Some(0));
    }
    assert!(home.0.join(".local/state/wirestamp/history").is_file());
}

#[tokio::test]
async fn pasted_lines_are_separate_messages() {
    let server = Server::start(&[]).await;
    let home = Scratch::new();
    let mut terminal = at_terminal(&format!("tcp://{}", server.tcp), &home, &[]).await;
    // The empty line ends the client, perhaps before the last reply has arrived.
    terminal.keys("one\rtwo\rthree\r\r").await;
    for line in ["] one  ", "] two  ", "] three  "] {
        terminal.shows(line).await;
    }
    assert_eq!(terminal.end().await.0, Some(0));
}

#[tokio::test]
async fn control_characters_are_shown_escaped_unless_raw() {
    for (args, shown) in [(&[][..], r"\x1b[31m\u{202e}\xff  "), (&["--raw"], "\x1b[31m\u{202e}\u{fffd}  ")] {
        let url = peer::tcp(|mut stream| async move {
            stream.read_u8().await.unwrap();
            stream.write_all(b"\x1b[31m\xe2\x80\xae\xff\n").await.unwrap();
            peer::answer(stream, 0).await;
        });
        let (url, home) = (url.await, Scratch::new());
        let mut terminal = Terminal::start(&[&["connect", &url], args].concat(), &home.0, &[]);
        terminal.shows("> ").await;
        terminal.keys("x\r").await;
        terminal.shows(shown).await;
        terminal.shows("> ").await;
        terminal.keys(CTRL_C).await;
        assert_eq!(terminal.end().await.0, Some(0), "Ctrl-C ends it");
    }
}

#[tokio::test]
async fn replies_after_the_end_of_input_are_shown() {
    let url = peer::tcp(|mut stream| async move {
        let mut asked = String::new();
        // The peer answers only after the client has ended its stream.
        stream.read_to_string(&mut asked).await.unwrap();
        stream.write_all(format!("{STAMPED}{asked}").as_bytes()).await.unwrap();
    });
    let (url, home) = (url.await, Scratch::new());
    let mut terminal = at_terminal(&url, &home, &[]).await;
    terminal.keys("late").await;
    terminal.keys(ENTER).await;
    terminal.shows("> ").await;
    terminal.keys(CTRL_D).await;
    terminal.shows("] late").await;
    assert_eq!(terminal.end().await.0, Some(0));
}

#[tokio::test]
async fn a_peer_lost_while_typing_ends_it_after_showing_its_last_bytes() {
    let (end, ended) = tokio::sync::oneshot::channel();
    let url = peer::tcp(|mut stream: TcpStream| async move {
        ended.await.unwrap();
        stream.write_all(b"good-bye\n").await.unwrap();
    });
    let (url, home) = (url.await, Scratch::new());
    let mut terminal = at_terminal(&url, &home, &[]).await;
    terminal.keys("half a line").await;
    terminal.shows("half a line").await;
    end.send(()).unwrap();
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(1), "{shown}");
    let said = shown.find("good-bye").expect(&shown);
    let complaint = shown.find(&format!("wirestamp: {url} closed the connection; check ")).expect(&shown);
    assert!(said < complaint, "{shown}");
}

#[tokio::test]
async fn sigterm_ends_it_and_leaves_the_terminal_as_it_was() {
    let (url, _scratch) = peer::unix();
    let home = Scratch::new();
    let terminal = at_terminal(&url, &home, &[]).await;
    terminal.signal("TERM");
    assert_eq!(terminal.end().await.0, Some(0));
}
