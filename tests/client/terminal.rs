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
async fn it_greets_and_ends_with_a_summary() {
    let server = Server::start(&[]).await;
    let home = Scratch::new();
    let url = format!("tcp://{}", server.tcp);
    let mut terminal = Terminal::start(&["connect", &url], &home.0, &[("NO_COLOR", "1")]);
    terminal.shows(&format!("connected to {url}; an empty line or Ctrl-D ends the conversation")).await;
    terminal.shows("> ").await;
    terminal.keys("hello\r").await;
    terminal.shows("] hello  ").await;
    terminal.keys(CTRL_D).await;
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(0));
    assert!(shown.contains("1 line, 1 reply; round trip min "), "{shown}");
}

#[tokio::test]
async fn an_empty_line_is_sent_if_it_should_be() {
    let server = Server::start(&[]).await;
    for url in [format!("tcp://{}", server.tcp), format!("ws://{}", server.http)] {
        let home = Scratch::new();
        let variables = [("WIRESTAMP_CONNECT_KEEP_EMPTY", "1"), ("NO_COLOR", "1")];
        let mut terminal = at_terminal(&url, &home, &variables).await;
        terminal.keys(ENTER).await;
        terminal.shows("]   ").await;
        terminal.shows("> ").await;
        terminal.keys(CTRL_D).await;
        assert_eq!(terminal.end().await.0, Some(0));
    }
}

/// Starts a client at a terminal, and types a line that a silent peer takes.
async fn unanswered(home: &Scratch, args: &[&str]) -> Terminal {
    let (read, was_read) = tokio::sync::oneshot::channel();
    let url = peer::tcp(|mut stream| async move {
        stream.read_u8().await.unwrap();
        read.send(()).unwrap();
        std::future::pending().await
    });
    let mut terminal = Terminal::start(&[&["connect", &url.await], args].concat(), &home.0, &[]);
    terminal.shows("> ").await;
    terminal.keys("hello\r").await;
    was_read.await.unwrap();
    terminal.shows("> ").await;
    terminal
}

#[tokio::test]
async fn it_says_that_it_waits_and_a_missing_reply_is_exit_code_1() {
    let home = Scratch::new();
    let mut terminal = unanswered(&home, &["--timeout", "500ms"]).await;
    terminal.keys(CTRL_D).await;
    terminal.shows("waiting for 1 reply; Ctrl-C ends the wait").await;
    let (code, shown) = terminal.end().await;
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("1 line, 0 replies, 1 missing"), "{shown}");
    assert!(shown.contains("wirestamp: 0 of 1 replies came from tcp://"), "{shown}");
}

#[tokio::test]
async fn ctrl_c_ends_the_wait_at_once() {
    let home = Scratch::new();
    // Longer than the test may take.
    for waiting in [true, false] {
        let mut terminal = unanswered(&home, &["--timeout", "1h"]).await;
        if waiting {
            terminal.keys(CTRL_D).await;
            terminal.shows("Ctrl-C ends the wait").await;
        }
        terminal.keys(CTRL_C).await;
        let (code, shown) = terminal.end().await;
        assert_eq!(code, Some(130), "{shown}");
        assert!(shown.contains("interrupted with 1 of 1 reply missing"), "{shown}");
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
