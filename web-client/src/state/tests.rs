//! A page's life, told to [`State`] event by event.

use super::*;
use crate::list::{Exchange, Outcome};
use crate::send::{Job, Mode};
use crate::settings::Theme;

fn page() -> State {
    State::new(Settings::default(), History::default(), 1_795_370_820_000.0, 0.1)
}

/// A page on its first connection.
fn connected() -> State {
    let mut page = page();
    page.update(Event::Toggle);
    open(&mut page, 1);
    page
}

fn open(page: &mut State, generation: u32) -> Vec<Effect> {
    page.update(Event::Opened { generation, at: 0.0 })
}

/// Sends a text once, which goes out as soon as the page was drawn.
fn send(page: &mut State, text: &str, at: f64) -> Vec<Effect> {
    let mut effects = page.update(Event::Send { text: text.into(), job: None });
    if effects.contains(&Effect::ResumeOnceDrawn) {
        effects.extend(page.update(Event::Resume { at }));
    }
    effects
}

/// Sends a text as a job has it.
fn send_again(page: &mut State, text: &str, job: Job) -> Vec<Effect> {
    let mut effects = page.update(Event::Send { text: text.into(), job: Some(job) });
    effects.extend(page.update(Event::Resume { at: 0.0 }));
    effects
}

fn receive(page: &mut State, generation: u32, reply: &[u8], at: f64) -> Vec<Effect> {
    page.update(Event::Received { generation, reply: reply.into(), at })
}

fn close(page: &mut State, generation: u32, at: f64) -> Vec<Effect> {
    page.update(Event::Closed { generation, code: 1006, reason: String::new(), at })
}

fn set_mode(page: &mut State, mode: Mode) {
    page.update(Event::SetMode(mode));
}

/// What goes out, in order.
fn transmitted(effects: &[Effect]) -> Vec<&[u8]> {
    let sent = effects.iter().map(|effect| match effect {
        Effect::Transmit(message) => Some(message.as_slice()),
        _ => None,
    });
    sent.flatten().collect()
}

fn exchange(page: &State, at: usize) -> Exchange<'_> {
    page.send().log().exchanges().get(at).unwrap()
}

fn outcomes(page: &State) -> Vec<Outcome> {
    page.send().log().exchanges().iter().map(|exchange| exchange.outcome).collect()
}

#[test]
fn the_page_connects_when_it_is_loaded() {
    let mut page = page();
    assert_eq!(page.update(Event::Toggle), [Effect::Open { generation: 1 }, Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Connecting);
    assert_eq!(page.update(Event::Opened { generation: 1, at: 7.0 }), [Effect::ShowConnection]);
    assert_eq!((page.connection(), page.link().since()), (Connection::Connected, Some(7.0)));
}

#[test]
fn a_message_waits_until_its_reply_has_come() {
    let mut page = connected();
    let effects = send(&mut page, "hello", 100.0);
    assert_eq!(transmitted(&effects), [b"hello"]);
    assert!(effects.contains(&Effect::Compose(String::new())), "the box is ready for the next");
    assert_eq!(outcomes(&page), [Outcome::Waiting]);
    receive(&mut page, 1, b"[Sun Nov 22 18:07:00 2026] hello\n", 112.5);
    let answered = exchange(&page, 0);
    assert_eq!(answered.reply_parts(), (&b"Sun Nov 22 18:07:00 2026"[..], &b"hello"[..]));
    assert_eq!((answered.round_trip(), page.send().round_trips().count()), (Some(12.5), 1));
}

#[test]
fn each_line_is_a_message_and_has_a_reply() {
    let mut page = connected();
    let effects = send(&mut page, "a\n\nb\n", 0.0);
    assert_eq!(transmitted(&effects), [&b"a"[..], b"", b"b"]);
    for message in [&b"a"[..], b"", b"b"] {
        receive(&mut page, 1, message, 1.0);
    }
    receive(&mut page, 1, b"welcome", 2.0);
    assert_eq!(outcomes(&page), [[Outcome::Answered; 3].as_slice(), &[Outcome::Unsolicited]].concat());
}

#[test]
fn an_escaped_line_feed_makes_two_messages_of_one_frame() {
    let mut page = connected();
    set_mode(&mut page, Mode::Escapes);
    assert_eq!(transmitted(&send(&mut page, r"a\nb", 0.0)), [b"a\nb"]);
    assert_eq!((exchange(&page, 0).sent, exchange(&page, 1).sent), (&b"a"[..], &b"b"[..]));
    set_mode(&mut page, Mode::Hex);
    assert_eq!(transmitted(&send(&mut page, "ff 00", 0.0)), [b"\xff\0"]);
}

#[test]
fn what_stands_for_no_message_is_not_sent_but_told() {
    let mut page = connected();
    set_mode(&mut page, Mode::Hex);
    let effects = send(&mut page, "f", 0.0);
    assert_eq!(effects, [Effect::ShowHint, Effect::PlaceCaret(0)]);
    assert_eq!(page.hint(), "a byte is two hex digits, as in 0a");
    assert!(page.send().log().exchanges().is_empty());
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
fn what_waits_when_the_connection_ends_is_lost() {
    let mut page = connected();
    send(&mut page, "a\nb", 0.0);
    receive(&mut page, 1, b"a", 1.0);
    let effects = close(&mut page, 1, 2.0);
    assert_eq!(effects, [Effect::Close, Effect::Wake(1000), Effect::ShowConnection, Effect::Draw]);
    assert_eq!(outcomes(&page), [Outcome::Answered, Outcome::Lost]);
    assert_eq!(page.link().last_close().unwrap().describe(), "Closed with 1006 (connection lost)");
    assert_eq!(page.link().since(), None);
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
fn the_button_connects_at_once_during_the_countdown_and_so_does_a_network_that_is_back() {
    for now in [Event::Toggle, Event::Network { online: true }] {
        let mut page = connected();
        page.update(Event::Network { online: false });
        assert!(!page.link().is_online());
        close(&mut page, 1, 0.0);
        assert_eq!(page.update(now), [Effect::Open { generation: 2 }, Effect::ShowConnection]);
        // The countdown's timer may still come.
        assert_eq!(page.update(Event::Tick { at: 1000.0 }), []);
        assert_eq!(page.connection(), Connection::Connecting);
    }
}

#[test]
fn after_a_disconnect_by_hand_no_attempt_comes() {
    let mut page = connected();
    send(&mut page, "a", 0.0);
    assert_eq!(page.update(Event::Toggle), [Effect::Close, Effect::ShowConnection, Effect::Draw]);
    assert_eq!((page.connection(), outcomes(&page)), (Connection::Stopped, vec![Outcome::Lost]));
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
    assert_eq!(open(&mut page, 1), []);
    assert_eq!(receive(&mut page, 1, b"late", 0.0), []);
    assert_eq!(close(&mut page, 1, 0.0), []);
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn waits_grow_until_a_reply_has_come_and_not_merely_an_opening() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    page.update(Event::Toggle);
    open(&mut page, 2);
    close(&mut page, 2, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 2 });

    page.update(Event::Toggle);
    open(&mut page, 3);
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
    open(&mut page, 2);
    assert_eq!(
        page.link().last_close().unwrap().describe(),
        "Closed with 1011 (internal error): cannot reach the timestamp service"
    );
    assert!(receive(&mut page, 2, b"x", 0.0).contains(&Effect::ShowConnection));
    assert_eq!(page.link().last_close(), None);
}

#[test]
fn a_failed_attempt_is_forgotten_when_the_next_one_opens() {
    let mut page = page();
    page.update(Event::Toggle);
    close(&mut page, 1, 0.0);
    assert_eq!(
        page.link().last_close().unwrap().describe(),
        "Could not connect: 1006 (no answer, or refused)"
    );
    page.update(Event::Toggle);
    open(&mut page, 2);
    assert_eq!(page.link().last_close(), None);
}

#[test]
fn up_and_down_walk_what_was_sent_until_it_is_forgotten() {
    let mut page = connected();
    send(&mut page, "one", 0.0);
    assert!(send(&mut page, "two", 0.0).contains(&Effect::KeepHistory));
    let up = |page: &mut State, shown: &str| page.update(Event::Older { shown: shown.into() });
    assert_eq!(up(&mut page, "dra"), [Effect::Compose("two".into())]);
    assert_eq!(up(&mut page, "two"), [Effect::Compose("one".into())]);
    assert_eq!(up(&mut page, "one"), []);
    assert_eq!(page.update(Event::Newer), [Effect::Compose("two".into())]);
    assert_eq!(page.update(Event::Newer), [Effect::Compose("dra".into())]);
    assert_eq!(page.update(Event::ForgetHistory), [Effect::KeepHistory, Effect::ShowHint]);
    assert_eq!(page.hint(), "Forgotten");
    assert_eq!(up(&mut page, "dra"), []);
}

#[test]
fn a_message_goes_out_once_the_page_is_drawn_and_is_timed_from_then() {
    let mut page = connected();
    let effects = page.update(Event::Send { text: "a".into(), job: None });
    assert!(transmitted(&effects).is_empty() && effects.contains(&Effect::ResumeOnceDrawn), "{effects:?}");
    // A fast typist's next one is behind it.
    page.update(Event::Send { text: "b".into(), job: None });
    let first = page.update(Event::Resume { at: 16.0 });
    let second = page.update(Event::Resume { at: 17.0 });
    assert_eq!([transmitted(&first), transmitted(&second)], [[b"a"], [b"b"]]);
    receive(&mut page, 1, b"a", 18.0);
    assert_eq!(exchange(&page, 0).round_trip(), Some(2.0));
}

#[test]
fn thousands_are_sent_some_at_a_time_and_what_follows_behind_them() {
    let mut page = connected();
    let lines = vec!["line"; 1001].join("\n");
    let first = send(&mut page, &lines, 0.0);
    assert!(matches!(first.last(), Some(Effect::Resume(_))), "{:?}", first.last());
    assert_eq!(page.send().sending().unwrap().progress(), (500, Some(1001)));
    page.update(Event::Send { text: "behind".into(), job: None });
    let rest = (2..5).flat_map(|at| page.update(Event::Resume { at: f64::from(at) })).collect::<Vec<_>>();
    let rest = transmitted(&rest);
    assert_eq!((rest.len(), rest.last()), (502, Some(&&b"behind"[..])));
    assert!(page.send().sending().is_none());
}

#[test]
fn what_was_not_sent_before_the_connection_ended_goes_back_into_the_box() {
    let mut page = connected();
    let lines = [vec!["sent"; 500].join("\n"), "not".into(), "sent".into()].join("\n");
    send(&mut page, &lines, 0.0);
    let effects = close(&mut page, 1, 1.0);
    assert!(effects.contains(&Effect::Compose("not\nsent".into())), "{effects:?}");
    assert_eq!(page.update(Event::Resume { at: 2.0 }), []);
}

#[test]
fn while_timers_are_slow_replies_keep_a_burst_going() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 2000, in_flight: None });
    assert_eq!(page.send().sending().unwrap().progress(), (500, Some(2000)));
    assert!(transmitted(&receive(&mut page, 1, b"x", 0.5)).is_empty(), "the timer's time has not come");
    assert_eq!(transmitted(&receive(&mut page, 1, b"x", 20.0)).len(), 500, "it has, and no timer came");
}

#[test]
fn a_burst_keeps_so_many_in_flight_and_can_be_stopped() {
    let mut page = connected();
    let effects = send_again(&mut page, "x\ny", Job::Burst { count: 5, in_flight: Some(2) });
    assert_eq!(transmitted(&effects), [b"x", b"y"]);
    assert!(!effects.contains(&Effect::Compose(String::new())), "it stays in the box");
    assert_eq!(transmitted(&receive(&mut page, 1, b"x", 1.0)), [b"x"]);
    assert_eq!(page.send().sending().unwrap().progress(), (3, Some(5)));
    page.update(Event::StopSending);
    assert_eq!(transmitted(&receive(&mut page, 1, b"y", 2.0)), [] as [&[u8]; 0]);
    assert!(page.send().sending().is_none());
}

#[test]
fn a_message_every_so_often_goes_on_until_it_is_stopped() {
    let mut page = connected();
    let effects = send_again(&mut page, "tick", Job::Every { ms: 100.0, count: None });
    assert_eq!((transmitted(&effects).len(), effects.last()), (1, Some(&Effect::Resume(100))));
    assert_eq!(transmitted(&page.update(Event::Resume { at: 100.0 })).len(), 1);
    page.update(Event::StopSending);
    assert_eq!(page.update(Event::Resume { at: 200.0 }), []);
}

#[test]
fn the_log_is_filtered_selected_and_cleared() {
    let mut page = connected();
    send(&mut page, "one\ntwo", 0.0);
    page.update(Event::Filter("TWO".into()));
    assert_eq!(page.send().log().rows(), 1);
    page.update(Event::SelectRow(0));
    assert_eq!(page.send().log().selected(), Some(1));
    page.update(Event::SelectRow(99));
    assert_eq!(page.send().log().selected(), None, "there is none");
    receive(&mut page, 1, b"one", 1.0);
    page.update(Event::Clear);
    assert_eq!((outcomes(&page), page.send().round_trips().count()), (vec![Outcome::Waiting], 0));
    assert_eq!(page.send().log().rows(), 1, "what waits is looked for again");
}

#[test]
fn other_stamps_take_another_connection_and_other_colours_do_not() {
    let mut page = connected();
    assert_eq!(page.update(Event::SetTheme(Theme::Dark)), [Effect::ShowSettings]);
    assert_eq!(page.update(Event::SetFormat(" ".into())), [Effect::ShowSettings]);
    let effects = page.update(Event::SetFormat("rfc3339 ".into()));
    assert_eq!(page.settings().format.as_deref(), Some("rfc3339"));
    assert!(effects.contains(&Effect::Open { generation: 2 }), "{effects:?}");
}

#[test]
fn stamps_with_a_part_below_the_second_tell_how_the_clocks_stand() {
    let mut page = connected();
    send(&mut page, "x", 0.0);
    receive(&mut page, 1, b"[1795370820.500000000] x", 2.0);
    let estimate = page.send().offset().estimate().unwrap();
    assert!((estimate.offset - 499.0).abs() < 1.0 && estimate.error < 2.0, "{estimate:?}");
}
