//! The course of a session, and who ended it.

use wirestamp_protocol::event::{By, How, Transport};

use crate::session::{Session, each, ms, tcp};

const MINUTE: u64 = 60_000;

#[test]
fn a_client_that_leaves_without_a_byte_is_a_probe() {
    let session = tcp().wait(ms(3)).fin();
    assert_eq!(session.hints(), "probe");
    let expected = "The client connected and left 3 ms later without sending a byte, as a port scan or a health check does.";
    assert_eq!(session.verdict(), expected);
    assert_eq!(tcp().reset().hints(), "probe reset");
    assert_eq!(Session::new(Transport::Unix).fin().hints(), "probe");
}

#[test]
fn a_session_without_a_byte_that_the_service_ends_is_no_probe() {
    assert_eq!(tcp().end(By::Server, How::Stop).hints(), "");
    assert_eq!(tcp().read("\n").fin().hints(), "");
    // A WebSocket has shown by its handshake that it isn't one.
    assert_eq!(Session::new(Transport::Ws).end(By::Client, How::Close).hints(), "");
}

#[test]
fn a_reset_is_told_with_the_time_since_the_reply() {
    let session = tcp().read("hello\n").wait(ms(2)).reset();
    assert_eq!(session.hints(), "reset");
    assert!(session.verdict().contains("The client sent RST 2 ms after the reply."), "{}", session.verdict());

    let session = tcp().read_only("hello\n").wait(ms(3)).reset();
    let told = "The client sent RST 3 ms after its last bytes, before the reply was written.";
    assert!(session.verdict().contains(told), "{}", session.verdict());

    let session = Session::new(Transport::Unix).read("hello\n").reset();
    assert!(session.verdict().contains("The client dropped the connection"), "{}", session.verdict());
}

#[test]
fn what_others_reset_is_not_the_clients_reset() {
    assert_eq!(tcp().read("hello\n").end(By::Upstream, How::Reset).hints(), "");
    assert_eq!(tcp().read("hello\n").end(By::Network, How::Broken).hints(), "");
    assert_eq!(Session::new(Transport::Udp).read("hello").end(By::Client, How::Reset).hints(), "");
}

#[test]
fn a_fin_before_the_last_reply_is_early() {
    let cut_by_it = tcp().read("one\n").read("two").fin();
    assert_eq!(cut_by_it.hints(), "no-terminator early-fin");
    let told = "The client sent FIN before its last reply was written. That is fine if it goes on reading";
    assert!(cut_by_it.verdict().contains(told), "{}", cut_by_it.verdict());

    assert_eq!(tcp().read_only("hello\n").end(By::Client, How::HalfClose).hints(), "early-fin");
    assert_eq!(tcp().read_only("hello\n").end(By::Client, How::Fin).hints(), "early-fin");
    let unix = Session::new(Transport::Unix).read("hello").fin();
    assert!(
        unix.verdict().contains("The client ended its stream before its last reply"),
        "{}",
        unix.verdict()
    );
}

#[test]
fn a_fin_after_all_replies_is_not_early() {
    assert_eq!(tcp().read("one\n").read("two\n").fin().hints(), "");
    // The gap has ended the message and answered it before.
    assert_eq!(tcp().read("one").wait(ms(60)).fin().hints(), "no-terminator");
    assert_eq!(Session::new(Transport::Ws).read_only("one\n").end(By::Client, How::Close).hints(), "");
}

#[test]
fn a_client_that_does_not_read_is_told_while_it_lasts_and_at_the_end() {
    let waiting = tcp().read_only("hello\n").held_back().wait(ms(2500)).held_back();
    assert_eq!(waiting.hints(), "never-reads");
    let told = "The client hasn't read its replies for 2.5 s, so the service reads nothing from it.";
    assert!(waiting.verdict().contains(told), "{}", waiting.verdict());

    let stalled = waiting.wait(ms(27_500)).end(By::Server, How::Stalled);
    assert_eq!(stalled.hints(), "never-reads");
    let told = "The client didn't read its replies for 30 s, so the service read nothing more from it. \
                The stall timeout ended the session.";
    assert!(stalled.verdict().ends_with(told), "{}", stalled.verdict());
    assert_eq!(tcp().read_only("hello\n").end(By::Server, How::Stalled).hints(), "never-reads");

    let reset = tcp().read_only("hello\n").held_back().wait(ms(2500)).held_back().reset();
    let told = "The client sent RST 2.5 s after the last bytes that were read, before the reply was written.";
    assert!(reset.verdict().ends_with(told), "{}", reset.verdict());
}

#[test]
fn a_client_that_reads_late_does_read() {
    assert_eq!(tcp().read_only("hello\n").held_back().wait(ms(1900)).held_back().hints(), "");
    assert_eq!(tcp().read_only("hello\n").held_back().wait(ms(4000)).read("again\n").fin().hints(), "");
}

#[test]
fn a_long_silence_is_told() {
    let between = each(tcp(), ["one\n", "two\n"], ms(7 * MINUTE));
    assert_eq!(between.hints(), "long-idle");
    assert!(between.verdict().contains("The longest silence was 7 min."), "{}", between.verdict());
    assert_eq!(tcp().read("one\n").wait(ms(5 * MINUTE)).fin().hints(), "long-idle");

    let at_the_end = tcp().read("one\n").wait(ms(10 * MINUTE)).end(By::Server, How::Idle);
    assert_eq!(at_the_end.hints(), "long-idle");
    let told = "ended with LF. The idle timeout ended the session after 10 min of silence.";
    assert!(at_the_end.verdict().ends_with(told), "{}", at_the_end.verdict());
    let from_the_start = tcp().wait(ms(MINUTE)).end(By::Server, How::Idle);
    assert_eq!(from_the_start.hints(), "long-idle");
    assert_eq!(from_the_start.verdict(), "Nothing came in 60 s. The idle timeout ended the session.");
}

#[test]
fn a_silence_of_less_than_five_minutes_is_not_long() {
    assert_eq!(each(tcp(), ["one\n"; 9], ms(5 * MINUTE - 1)).fin().hints(), "");
    // The service didn't read meanwhile, so it can't know.
    let held = tcp().read_only("one\n").held_back().wait(ms(9 * MINUTE)).read("two\n");
    assert_eq!(held.hints(), "");
}

#[test]
fn every_ending_says_who_ended_it() {
    for how in How::ALL {
        for by in By::ALL {
            let verdict = tcp().read("hello\n").end_with(by, how, Some(1001), Some("why")).verdict();
            let sentences =
                verdict.strip_prefix("1 message, 6 bytes. It came in one read and ended with LF. ");
            assert!(sentences.is_some_and(|ending| ending.ends_with('.')), "{by:?} {how:?}: {verdict}");
        }
    }
}

#[test]
fn a_websockets_close_is_told_with_its_code_and_reason() {
    let session = Session::new(Transport::Ws).read("hello\n");
    let closed = session.end_with(By::Client, How::Close, Some(1001), Some("gone\x1b[2J"));
    assert_eq!(closed.hints(), "");
    let expected = r#"1 message, 6 bytes. The client closed the WebSocket with code 1001: "gone\x1b[2J"."#;
    assert_eq!(closed.verdict(), expected);

    let session = Session::new(Transport::Ws).read("hello\n");
    let silent = session.end_with(By::Client, How::Close, None, Some(""));
    assert!(silent.verdict().ends_with("The client closed the WebSocket."), "{}", silent.verdict());
}
