//! Sending messages, and the message box.

use super::*;
use crate::send::Summary;

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
    assert_eq!((answered.round_trip(), page.send().round_trips().readings().len()), (Some(12.5), 1));
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
fn invalid_text_is_not_sent_and_the_mistake_is_shown() {
    let mut page = connected();
    set_mode(&mut page, Mode::Hex);
    let effects = send(&mut page, "f", 0.0);
    let what = "a byte is two hex digits, as in 0a";
    assert_eq!(effects, [Effect::ShowHint, Effect::PlaceCaret(0), Effect::Announce(what.into())]);
    assert_eq!(page.hint(), what);
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
    // A fast typist's next message comes after it.
    page.update(Event::Send { text: "b".into(), job: None });
    let first = page.update(Event::Resume { at: 16.0 });
    let second = page.update(Event::Resume { at: 17.0 });
    assert_eq!([transmitted(&first), transmitted(&second)], [[b"a"], [b"b"]]);
    receive(&mut page, 1, b"a", 18.0);
    assert_eq!(exchange(&page, 0).round_trip(), Some(2.0));
}

#[test]
fn thousands_are_sent_in_batches_and_later_messages_after_them() {
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
fn unsent_messages_go_back_into_the_box_when_the_connection_ends() {
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
fn what_is_queued_goes_back_into_the_box_before_what_is_typed_meanwhile() {
    let mut page = connected();
    send_again(&mut page, "tick", Job::Every { ms: 100.0, count: None });
    page.update(Event::Send { text: "queued".into(), job: None });
    page.update(Event::Typed { text: "typed".into() });
    let effects = page.update(Event::StopSending);
    assert!(effects.contains(&Effect::Compose("queued\ntyped".into())), "{effects:?}");
}

#[test]
fn a_burst_ends_with_a_summary() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 2, in_flight: Some(1) });
    let effects = receive(&mut page, 1, b"x", 10.0);
    assert_eq!((transmitted(&effects).len(), page.send().summary()), (1, None));
    let effects = receive(&mut page, 1, b"x", 30.0);
    let words = "2 sent in 30.0 ms, 67/s, p50 10.0 ms, p95 20.0 ms, p99 20.0 ms, 0 lost";
    assert_eq!(page.hint(), words);
    assert!(effects.ends_with(&[Effect::ShowHint, Effect::Announce(words.into())]), "{effects:?}");
    assert_eq!(page.send().summary(), Some(&Summary { at: 30.0, words: words.into() }));
    page.update(Event::Typed { text: "y".into() });
    assert!(page.hint().starts_with("Enter sends"));
}

#[test]
fn a_repetition_that_is_stopped_waits_for_its_last_reply_and_sums_up() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Every { ms: 100.0, count: None });
    receive(&mut page, 1, b"x", 10.0);
    page.update(Event::Resume { at: 100.0 });
    page.update(Event::StopSending);
    assert_eq!(page.send().summary(), None);
    send(&mut page, "another", 105.0);
    receive(&mut page, 1, b"x", 110.0);
    assert!(page.hint().starts_with("2 sent in 110 ms"), "{}", page.hint());
}

#[test]
fn a_job_that_loses_its_connection_counts_what_is_lost() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 3, in_flight: None });
    receive(&mut page, 1, b"x", 10.0);
    close(&mut page, 1, 20.0);
    assert!(page.hint().ends_with(", 2 lost"), "{}", page.hint());
}

#[test]
fn messages_sent_once_are_not_summed_up() {
    let mut page = connected();
    send(&mut page, "a\nb", 0.0);
    receive(&mut page, 1, b"a", 1.0);
    receive(&mut page, 1, b"b", 1.0);
    assert_eq!(page.send().summary(), None);
}

#[test]
fn a_repeated_text_is_numbered_and_bytes_are_not() {
    let mut page = connected();
    let burst = Job::Burst { count: 2, in_flight: None };
    assert_eq!(transmitted(&send_again(&mut page, "a{n} {{n}}", burst)), [b"a1 {n}", b"a2 {n}"]);
    set_mode(&mut page, Mode::Escapes);
    assert_eq!(transmitted(&send_again(&mut page, r"\t{n}", burst)), [b"\t1", b"\t2"]);
    set_mode(&mut page, Mode::Hex);
    assert_eq!(transmitted(&send_again(&mut page, "7b 6e 7d", burst)), [b"{n}", b"{n}"]);
    set_mode(&mut page, Mode::Text);
    assert_eq!(transmitted(&send(&mut page, "{n}", 0.0)), [b"{n}"], "sent once, there is nothing to count");
}

#[test]
fn a_message_that_is_too_long_for_the_server_stays_in_the_box() {
    let mut page = connected();
    assert_eq!(page.update(Event::MaxMessageTold(8)), [Effect::ShowHint]);
    let effects = send(&mut page, "12345678", 0.0);
    let what = "8 bytes + LF; the server takes at most 8";
    assert_eq!(effects, [Effect::ShowHint, Effect::PlaceCaret(8), Effect::Announce(what.into())]);
    assert!(page.is_wrong());
    assert_eq!(transmitted(&send(&mut page, "1234567", 0.0)), [b"1234567"]);
    assert!(!page.is_wrong());
}

#[test]
fn a_number_that_would_grow_beyond_the_maximum_is_refused_before_the_first_is_sent() {
    let mut page = connected();
    page.update(Event::MaxMessageTold(8));
    let burst = |count| Job::Burst { count, in_flight: None };
    assert_eq!(transmitted(&send_again(&mut page, "1234{n}", burst(1000))), [] as [&[u8]; 0]);
    assert_eq!(page.hint(), "8 bytes + LF; the server takes at most 8");
    assert_eq!(transmitted(&send_again(&mut page, "1234{n}", burst(500))).len(), 500);
}

#[test]
fn the_hint_and_the_preview_follow_what_is_typed_and_how_it_is_read() {
    let mut page = connected();
    assert_eq!(page.update(Event::Typed { text: "ff".into() }), [Effect::ShowHint]);
    assert_eq!(page.preview().unwrap(), "2 bytes + LF");
    assert_eq!(page.update(Event::SetMode(Mode::Hex)), [Effect::ShowSettings, Effect::ShowHint]);
    assert_eq!(page.preview().unwrap(), "1 byte + LF: ff ⏎ LF");
    page.update(Event::Toggle);
    assert_eq!(page.hint(), "Not connected; your text is kept");
}
