//! Sending messages, and the message box.

use super::*;
use crate::list::Occurrence;

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
fn a_message_is_timed_by_who_sends_it() {
    let mut page = connected();
    let effects = page.update(Event::Send { text: "a".into(), job: None });
    assert_eq!((transmitted(&effects), outcomes(&page)), (vec![&b"a"[..]], vec![]));
    go_out(&mut page, 1, 16.0);
    receive(&mut page, 1, b"a", 18.0);
    assert_eq!((exchange(&page, 0).sent_at, exchange(&page, 0).round_trip()), (16.0, Some(2.0)));
}

#[test]
fn what_is_sent_meanwhile_goes_out_behind_it() {
    let mut page = connected();
    page.update(Event::Send { text: "first\nsecond".into(), job: None });
    let effects = page.update(Event::Send { text: "behind".into(), job: None });
    assert!(transmitted(&effects).is_empty() && effects.contains(&Effect::Compose(String::new())));
    go_out(&mut page, 2, 0.0);
    assert_eq!(page.send().sending().unwrap().progress(), (2, Some(2)));
    let effects = page.update(Event::Delivered { generation: 1 });
    assert_eq!(transmitted(&effects), [b"behind"]);
    go_out(&mut page, 1, 1.0);
    page.update(Event::Delivered { generation: 1 });
    assert!(page.send().sending().is_none());
}

#[test]
fn unsent_messages_go_back_into_the_box_when_the_connection_ends() {
    let mut page = connected();
    page.update(Event::Send { text: "went\nnot\nsent".into(), job: None });
    page.update(Event::Send { text: "behind".into(), job: None });
    go_out(&mut page, 1, 0.0);
    let effects = close(&mut page, 1, 1.0);
    assert!(effects.contains(&Effect::Compose("not\nsent\nbehind".into())), "{effects:?}");
    assert_eq!(page.update(Event::Sent { generation: 1, at: 2.0 }), []);
    assert_eq!(outcomes(&page), [Outcome::Lost]);
}

#[test]
fn a_burst_stays_in_the_box_and_can_be_stopped() {
    let mut page = connected();
    let job = Job::Burst { count: 5, in_flight: Some(2) };
    let effects = send_again(&mut page, "x\ny", job);
    let messages = Messages::new(vec![b"x".to_vec(), b"y".to_vec()], false);
    assert!(effects.contains(&Effect::Deliver { messages, job: Some(job) }), "{effects:?}");
    assert!(!effects.contains(&Effect::Compose(String::new())), "it stays in the box");
    go_out(&mut page, 3, 0.0);
    assert_eq!(page.update(Event::StopSending), [Effect::StopDelivery]);
    // One more was on its way.
    go_out(&mut page, 1, 0.0);
    assert_eq!(page.send().sending().unwrap().progress(), (4, Some(5)));
    page.update(Event::Delivered { generation: 1 });
    assert!(page.send().sending().is_none());
    let sent = |at| exchange(&page, at).sent.to_vec();
    assert_eq!([sent(0), sent(1), sent(2), sent(3)], [b"x", b"y", b"x", b"y"]);
    assert_eq!(page.update(Event::StopSending), []);
}

#[test]
fn messages_stopped_on_their_way_go_back_into_the_box() {
    let mut page = connected();
    page.update(Event::Send { text: "went\nnot".into(), job: None });
    go_out(&mut page, 1, 0.0);
    page.update(Event::StopSending);
    let effects = page.update(Event::Delivered { generation: 1 });
    assert!(effects.contains(&Effect::Compose("not".into())), "{effects:?}");
}

#[test]
fn what_is_queued_goes_back_into_the_box_before_what_is_typed_meanwhile() {
    let mut page = connected();
    send_again(&mut page, "tick", Job::Every { ms: 100.0, count: None });
    page.update(Event::Send { text: "queued".into(), job: None });
    page.update(Event::Typed { text: "typed".into() });
    page.update(Event::StopSending);
    let effects = page.update(Event::Delivered { generation: 1 });
    assert!(effects.contains(&Effect::Compose("queued\ntyped".into())), "{effects:?}");
}

/// The last row of the log's story, if it sums up a job, with its time.
fn summary(page: &State) -> Option<(String, f64)> {
    let story = page.send().log().story();
    let last = story.get(story.len().checked_sub(1)?)?;
    matches!(last.what, Happening::Summary(_)).then(|| (last.describe(), last.at))
}

#[test]
fn a_burst_ends_with_a_summary() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 2, in_flight: Some(1) });
    go_out(&mut page, 1, 0.0);
    receive(&mut page, 1, b"x", 10.0);
    go_out(&mut page, 1, 10.0);
    page.update(Event::Delivered { generation: 1 });
    assert_eq!(summary(&page), None);
    let effects = receive(&mut page, 1, b"x", 30.0);
    let words = "2 sent in 30.0 ms, 67/s, p50 10.0 ms, p95 20.0 ms, p99 20.0 ms, 0 lost";
    assert_eq!(page.hint(), words);
    assert!(effects.ends_with(&[Effect::ShowHint, Effect::Announce(words.into())]), "{effects:?}");
    assert_eq!(summary(&page), Some((words.into(), 30.0)), "it is a row of the log");
    page.update(Event::Typed { text: "y".into() });
    assert!(page.hint().starts_with("Enter sends"));
}

#[test]
fn a_repetition_that_is_stopped_waits_for_its_last_reply_and_sums_up() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Every { ms: 100.0, count: None });
    go_out(&mut page, 1, 0.0);
    receive(&mut page, 1, b"x", 10.0);
    go_out(&mut page, 1, 100.0);
    page.update(Event::StopSending);
    page.update(Event::Delivered { generation: 1 });
    assert_eq!(summary(&page), None);
    send(&mut page, "another", 105.0);
    receive(&mut page, 1, b"x", 110.0);
    assert!(page.hint().starts_with("2 sent in 110 ms"), "{}", page.hint());
}

/// All summaries in the log, as far as the first comma.
fn summaries(page: &State) -> Vec<String> {
    let story = page.send().log().story();
    let all = (0..story.len()).filter_map(|at| story.get(at));
    let all = all.filter(|one| matches!(one.what, Happening::Summary(_))).map(Occurrence::describe);
    all.map(|words| words.split(',').next().unwrap_or_default().to_owned()).collect()
}

/// Starts a repetition, which sends this many messages and is stopped while they wait.
fn repeat(page: &mut State, count: usize, at: f64) {
    send_again(page, "x", Job::Every { ms: 1.0, count: None });
    go_out(page, count, at);
    page.update(Event::StopSending);
    page.update(Event::Delivered { generation: 1 });
}

#[test]
fn a_job_that_starts_while_another_waits_for_replies_has_a_summary_of_its_own() {
    let mut page = connected();
    repeat(&mut page, 1, 0.0);
    repeat(&mut page, 2, 1.0);
    receive(&mut page, 1, b"x", 50.0);
    assert_eq!(summaries(&page), ["1 sent in 50.0 ms"]);
    (0..2).for_each(|_| drop(receive(&mut page, 1, b"x", 60.0)));
    assert_eq!(summaries(&page), ["1 sent in 50.0 ms", "2 sent in 59.0 ms"]);

    repeat(&mut page, 3, 70.0);
    repeat(&mut page, 4, 80.0);
    close(&mut page, 1, 90.0);
    assert_eq!(summaries(&page)[2..], ["3 sent in < 0.1 ms", "4 sent in < 0.1 ms"]);
}

#[test]
fn a_job_that_loses_its_connection_counts_what_is_lost() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 3, in_flight: None });
    go_out(&mut page, 3, 0.0);
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
    assert_eq!(summary(&page), None);
}

#[test]
fn a_repeated_text_is_numbered_and_bytes_are_not() {
    let mut page = connected();
    let burst = Job::Burst { count: 2, in_flight: None };
    let mut sent = |mode, text| {
        set_mode(&mut page, mode);
        send_again(&mut page, text, burst);
        let first = page.send().log().exchanges().len();
        go_out(&mut page, 2, 0.0);
        page.update(Event::Delivered { generation: 1 });
        [first, first + 1].map(|at| exchange(&page, at).sent.to_vec())
    };
    assert_eq!(sent(Mode::Text, "a{n} {{n}}"), [b"a1 {n}", b"a2 {n}"]);
    assert_eq!(sent(Mode::Escapes, r"\t{n}"), [b"\t1", b"\t2"]);
    assert_eq!(sent(Mode::Hex, "7b 6e 7d"), [b"{n}", b"{n}"]);
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
    assert_eq!(transmitted(&send_again(&mut page, "1234{n}", burst(500))), [b"1234{n}"]);
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
