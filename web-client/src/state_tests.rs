//! A page's life, told to [`State`] event by event.

use super::*;

fn page() -> State {
    State::new(0.1)
}

/// A page on its first connection.
fn connected() -> State {
    let mut page = page();
    page.update(Event::Toggle);
    page.update(Event::Opened { generation: 1 });
    page
}

fn send(page: &mut State, text: &str, at: f64) -> Vec<Effect> {
    page.update(Event::Send { text: text.into(), at })
}

fn receive(page: &mut State, generation: u32, reply: &[u8], at: f64) -> Vec<Effect> {
    page.update(Event::Received { generation, reply: reply.into(), at })
}

fn close(page: &mut State, generation: u32, at: f64) -> Vec<Effect> {
    page.update(Event::Closed { generation, code: 1006, reason: String::new(), at })
}

fn plain(text: &str) -> Vec<Piece> {
    let piece = Piece { text: text.into(), escaped: false };
    if text.is_empty() { vec![] } else { vec![piece] }
}

fn sent(text: &str) -> Effect {
    Effect::Log(LogChange::Sent(plain(text)))
}

fn reply(message: &str) -> Reply {
    Reply { stamp: "Sun Nov 22 18:07:00 2026".into(), message: plain(message) }
}

fn answered(message: &str, round_trip: &str) -> Effect {
    Effect::Log(LogChange::Answered { reply: reply(message), round_trip: round_trip.into() })
}

#[test]
fn the_page_connects_when_it_is_loaded() {
    let mut page = page();
    assert_eq!(page.update(Event::Toggle), [Effect::Open { generation: 1 }, Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Connecting);
    assert_eq!(page.update(Event::Opened { generation: 1 }), [Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Connected);
}

#[test]
fn a_message_waits_until_its_reply_has_come() {
    let mut page = connected();
    assert_eq!(
        send(&mut page, "hello", 100.0),
        [sent("hello"), Effect::Transmit("hello".into()), Effect::Compose(String::new())]
    );
    assert_eq!(
        receive(&mut page, 1, b"[Sun Nov 22 18:07:00 2026] hello", 112.34),
        [answered("hello", "12.3 ms")]
    );
}

#[test]
fn replies_answer_messages_in_their_order() {
    let mut page = connected();
    send(&mut page, "a", 0.0);
    send(&mut page, "b", 10.0);
    assert_eq!(receive(&mut page, 1, b"[Sun Nov 22 18:07:00 2026] a", 11.0), [answered("a", "11.0 ms")]);
    assert_eq!(receive(&mut page, 1, b"[Sun Nov 22 18:07:00 2026] b", 12.0), [answered("b", "2.0 ms")]);
}

#[test]
fn each_line_is_a_message_and_has_a_reply() {
    let mut page = connected();
    let effects = send(&mut page, "a\n\nb\n", 0.0);
    let lines = ["a", "", "b"].map(|line| [sent(line), Effect::Transmit(line.into())]);
    assert_eq!(effects[..6], lines.concat());
    for message in ["a", "", "b"] {
        let line = ["[Sun Nov 22 18:07:00 2026] ", message].concat();
        assert_eq!(receive(&mut page, 1, line.as_bytes(), 1.0), [answered(message, "1.0 ms")]);
    }
    assert!(matches!(receive(&mut page, 1, b"x", 2.0)[..], [Effect::Log(LogChange::Unsolicited(_))]));
}

#[test]
fn an_empty_box_sends_an_empty_message() {
    let mut page = connected();
    assert_eq!(
        send(&mut page, "", 0.0),
        [sent(""), Effect::Transmit(String::new()), Effect::Compose(String::new())]
    );
    assert_eq!(receive(&mut page, 1, b"[Sun Nov 22 18:07:00 2026] \n", 1.0), [answered("", "1.0 ms")]);
}

#[test]
fn without_a_connection_nothing_is_sent_and_the_text_is_kept() {
    let mut page = page();
    assert_eq!(send(&mut page, "early", 0.0), []);
    page.update(Event::Toggle);
    assert_eq!(send(&mut page, "early", 0.0), []);
    assert_eq!(page.update(Event::Older { shown: "early".into() }), []);
}

#[test]
fn what_nobody_asked_for_is_shown_all_the_same() {
    let unsolicited = Reply { stamp: String::new(), message: plain("welcome") };
    let effects = receive(&mut connected(), 1, b"welcome", 0.0);
    assert_eq!(effects, [Effect::Log(LogChange::Unsolicited(unsolicited))]);
}

#[test]
fn a_hostile_reply_is_only_text() {
    let reply = Reply::new(b"[\x1b[2J] \xff\x07");
    assert_eq!(reply.stamp, r"\x1b[2J");
    assert_eq!(reply.message, [Piece { text: r"\xff\x07".into(), escaped: true }]);
}

#[test]
fn what_waits_when_the_connection_ends_is_lost() {
    let mut page = connected();
    send(&mut page, "a\nb", 0.0);
    receive(&mut page, 1, b"[Sun Nov 22 18:07:00 2026] a", 1.0);
    let effects = close(&mut page, 1, 2.0);
    assert_eq!(
        effects,
        [Effect::Close, Effect::Log(LogChange::Lost), Effect::Wake(1000), Effect::ShowConnection]
    );
    assert_eq!(page.last_close().unwrap().describe(), "Closed with 1006 (connection lost)");
}

#[test]
fn a_loss_is_followed_by_a_countdown_and_an_attempt() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 1 });
    let effects = page.update(Event::Tick { at: 1000.0 });
    assert_eq!(effects, [Effect::Open { generation: 2 }, Effect::ShowConnection]);

    close(&mut page, 2, 1500.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 2 });
    // A second and a bit later, as timers are: the next tick comes that bit sooner.
    assert_eq!(page.update(Event::Tick { at: 2510.0 }), [Effect::Wake(990), Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 1 });
    page.update(Event::Tick { at: 3500.0 });
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn a_timer_that_was_held_back_counts_by_the_clock() {
    let mut page = connected();
    for generation in 1..=5 {
        close(&mut page, generation, 0.0);
        page.update(Event::Toggle);
    }
    close(&mut page, 6, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 30 });
    page.update(Event::Tick { at: 12_000.0 });
    assert_eq!(page.connection(), Connection::Waiting { seconds: 18 });
    page.update(Event::Tick { at: 60_000.0 });
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn a_timer_that_fires_early_waits_for_the_rest() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    assert_eq!(page.update(Event::Tick { at: 999.6 }), [Effect::Wake(1), Effect::ShowConnection]);
}

#[test]
fn the_button_connects_at_once_during_the_countdown() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    assert_eq!(page.update(Event::Toggle), [Effect::Open { generation: 2 }, Effect::ShowConnection]);
    // The countdown's timer may still come.
    assert_eq!(page.update(Event::Tick { at: 1000.0 }), []);
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn after_a_disconnect_by_hand_no_attempt_comes() {
    let mut page = connected();
    send(&mut page, "a", 0.0);
    let effects = page.update(Event::Toggle);
    assert_eq!(effects, [Effect::Close, Effect::Log(LogChange::Lost), Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Stopped);
    assert_eq!(close(&mut page, 1, 5.0), []);
    assert_eq!(page.update(Event::Tick { at: 99_000.0 }), []);
    assert_eq!(page.connection(), Connection::Stopped);
}

#[test]
fn the_attempts_can_be_stopped_while_they_count_down() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    page.update(Event::Stop);
    assert_eq!(page.update(Event::Tick { at: 1000.0 }), []);
    assert_eq!(page.connection(), Connection::Stopped);
}

#[test]
fn an_old_connection_is_not_heard_any_more() {
    let mut page = connected();
    page.update(Event::Toggle);
    page.update(Event::Toggle);
    assert_eq!(page.update(Event::Opened { generation: 1 }), []);
    assert_eq!(receive(&mut page, 1, b"late", 0.0), []);
    assert_eq!(close(&mut page, 1, 0.0), []);
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn waits_grow_until_a_reply_has_come_and_not_merely_an_opening() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    page.update(Event::Toggle);
    page.update(Event::Opened { generation: 2 });
    close(&mut page, 2, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 2 });

    page.update(Event::Toggle);
    page.update(Event::Opened { generation: 3 });
    receive(&mut page, 3, b"x", 0.0);
    close(&mut page, 3, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 1 });
}

#[test]
fn the_reason_stands_until_the_service_has_answered() {
    let mut page = connected();
    let reason = "cannot reach the timestamp service".to_owned();
    page.update(Event::Closed { generation: 1, code: 1011, reason, at: 0.0 });
    page.update(Event::Toggle);
    page.update(Event::Opened { generation: 2 });
    assert_eq!(
        page.last_close().unwrap().describe(),
        "Closed with 1011 (internal error): cannot reach the timestamp service"
    );
    let effects = receive(&mut page, 2, b"x", 0.0);
    assert_eq!(effects.last(), Some(&Effect::ShowConnection));
    assert_eq!(page.last_close(), None);
}

#[test]
fn a_failed_attempt_is_forgotten_when_the_next_one_opens() {
    let mut page = page();
    page.update(Event::Toggle);
    close(&mut page, 1, 0.0);
    assert_eq!(page.last_close().unwrap().describe(), "Could not connect: 1006 (no answer, or refused)");
    page.update(Event::Toggle);
    page.update(Event::Opened { generation: 2 });
    assert_eq!(page.last_close(), None);
}

#[test]
fn up_and_down_walk_what_was_sent() {
    let mut page = connected();
    send(&mut page, "one", 0.0);
    send(&mut page, "two", 0.0);
    let up = |page: &mut State, shown: &str| page.update(Event::Older { shown: shown.into() });
    assert_eq!(up(&mut page, "dra"), [Effect::Compose("two".into())]);
    assert_eq!(up(&mut page, "two"), [Effect::Compose("one".into())]);
    assert_eq!(up(&mut page, "one"), []);
    assert_eq!(page.update(Event::Newer), [Effect::Compose("two".into())]);
    assert_eq!(page.update(Event::Newer), [Effect::Compose("dra".into())]);
    assert_eq!(page.update(Event::Newer), []);
}

#[test]
fn thousands_are_sent_some_at_a_time() {
    let mut page = connected();
    let lines = vec!["line"; 2 * AT_ONCE + 1].join("\n");
    let transmitted =
        |effects: &[Effect]| effects.iter().filter(|e| matches!(e, Effect::Transmit(_))).count();
    let effects = send(&mut page, &lines, 0.0);
    assert_eq!((transmitted(&effects), effects.contains(&Effect::Resume)), (AT_ONCE, true));
    let effects = send(&mut page, "one more", 1.0);
    assert_eq!(effects, [Effect::Compose(String::new())], "it waits for its turn");
    let effects = page.update(Event::Resume { at: 2.0 });
    assert_eq!((transmitted(&effects), effects.contains(&Effect::Resume)), (AT_ONCE, true));
    let effects = page.update(Event::Resume { at: 3.0 });
    assert_eq!((transmitted(&effects), effects.contains(&Effect::Resume)), (2, false));
}

#[test]
fn what_was_not_sent_before_the_connection_ended_goes_back_into_the_box() {
    let mut page = connected();
    let lines = [vec!["sent"; AT_ONCE].join("\n"), "not".into(), "sent".into()].join("\n");
    send(&mut page, &lines, 0.0);
    let effects = close(&mut page, 1, 1.0);
    assert!(effects.contains(&Effect::Compose("not\nsent".into())), "{effects:?}");
    assert_eq!(page.update(Event::Resume { at: 2.0 }), []);
}
