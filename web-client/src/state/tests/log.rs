//! The log, announcements and exports.

use super::*;
use crate::list::inspector::{Notation, Side, Tab};
use crate::list::{FileKind, LogEvent, Step, Viewport};

fn frame(page: &mut State, at: f64) -> Vec<Effect> {
    let seen = Viewport { top: 0, height: 100, scrollable: 100, row_height: 20 };
    page.update(Event::Frame { seen, at })
}

#[test]
fn the_log_is_filtered_selected_and_cleared() {
    let mut page = connected();
    send(&mut page, "one\ntwo", 0.0);
    page.update(Event::Log(LogEvent::Filter("TWO".into())));
    assert_eq!(page.send().log().rows(), 1);
    page.update(Event::Log(LogEvent::SelectRow(0)));
    assert_eq!(page.send().log().selected(), Some(1));
    page.update(Event::Log(LogEvent::SelectRow(99)));
    assert_eq!(page.send().log().selected(), None, "there is none");
    receive(&mut page, 1, b"one", 1.0);
    page.update(Event::Log(LogEvent::Clear));
    assert_eq!((outcomes(&page), page.send().round_trips().readings().len()), (vec![Outcome::Waiting], 0));
    assert_eq!(page.send().log().rows(), 1, "what waits is looked for again");
}

#[test]
fn a_message_that_the_filter_hides_is_said_to_be_sent() {
    let mut page = connected();
    page.update(Event::Log(LogEvent::Filter("reply:yes".into())));
    send(&mut page, "one", 0.0);
    assert!(frame(&mut page, 1.0).contains(&Effect::ShowHint));
    assert_eq!(page.hint(), "Sent; the filter hides it");
    assert!(!frame(&mut page, 2.0).contains(&Effect::ShowHint), "it stands there already");
    receive(&mut page, 1, b"yes", 3.0);
    assert!(frame(&mut page, 4.0).contains(&Effect::ShowHint));
    assert!(page.hint().starts_with("Enter sends"), "its reply matches");

    send(&mut page, "two\nthree", 5.0);
    frame(&mut page, 6.0);
    assert_eq!(page.hint(), "Sent; the filter hides 2 messages");
    page.update(Event::Typed { text: "f".into() });
    assert!(page.hint().starts_with("Enter sends"));
    page.update(Event::Log(LogEvent::Filter("-state:waiting".into())));
    send(&mut page, "four", 7.0);
    frame(&mut page, 8.0);
    assert_eq!(page.hint(), "Sent; the filter hides it", "another filter counts anew");
}

#[test]
fn stamps_with_fractional_seconds_reveal_the_clock_offset() {
    let mut page = connected();
    send(&mut page, "x", 0.0);
    receive(&mut page, 1, b"[1795370820.500000000] x", 2.0);
    let estimate = page.send().offset().estimate().unwrap();
    assert!((estimate.offset - 499.0).abs() < 1.0 && estimate.error < 2.0, "{estimate:?}");
}

#[test]
fn a_frame_settles_which_rows_are_seen_and_what_is_read_out() {
    let mut page = connected();
    assert_eq!(frame(&mut page, 0.0), [Effect::DescribeChart("0 round trips".into())]);
    send(&mut page, "one", 0.0);
    receive(&mut page, 1, b"one", 2.0);
    assert_eq!(frame(&mut page, 10.0), [Effect::Announce("one".into()), Effect::DrawIn(4991)]);
    assert_eq!(page.send().log().placement().count, 2, "the connection and the exchange");
    assert_eq!(frame(&mut page, 20.0), [], "the page will be drawn anyway");

    send(&mut page, "two", 30.0);
    receive(&mut page, 1, b"two", 32.0);
    assert_eq!(frame(&mut page, 110.0), [Effect::DrawIn(1401)], "in place of the later one");
    assert_eq!(frame(&mut page, 1511.0), [Effect::Announce("two".into()), Effect::DrawIn(3490)]);
}

#[test]
fn the_selected_exchange_is_shown_at_length_and_copied() {
    let mut page = connected();
    assert_eq!(page.update(Event::Log(LogEvent::CopySelected)), []);
    send(&mut page, "one", 0.0);
    assert_eq!(page.update(Event::Log(LogEvent::MoveSelection(Step::Last))), [Effect::Draw]);
    assert_eq!(
        page.update(Event::Log(LogEvent::CopySelected)),
        [Effect::Copy("> one\n(no reply yet)".into())]
    );
    page.update(Event::Log(LogEvent::ShowMoreBytes));
    assert_eq!(page.send().log().inspected().unwrap().0.shown(), 4096);
    page.update(Event::Log(LogEvent::Deselect));
    assert!(page.send().log().inspected().is_none());
}

#[test]
fn a_side_of_the_open_exchange_is_copied_without_its_stamp() {
    let mut page = connected();
    let copy = Event::Log(LogEvent::CopySide(Side::Reply, Notation::Hex));
    send(&mut page, "one", 0.0);
    page.update(Event::Log(LogEvent::MoveSelection(Step::First)));
    assert_eq!(page.update(copy.clone()), [], "there is no reply yet");
    receive(&mut page, 1, b"[now] one", 1.0);
    assert_eq!(page.update(copy), [Effect::Copy("6f 6e 65".into())]);
}

#[test]
fn an_exchange_that_was_closed_is_opened_again() {
    let mut page = connected();
    send(&mut page, "one\ntwo\nthree", 0.0);
    page.update(Event::Log(LogEvent::Inspect));
    assert_eq!(page.send().log().selected(), Some(2), "none was open before");
    page.update(Event::Log(LogEvent::MoveSelection(Step::Up)));
    page.update(Event::Log(LogEvent::Inspect));
    assert_eq!(page.send().log().selected(), Some(1));
    page.update(Event::Log(LogEvent::Deselect));
    page.update(Event::Log(LogEvent::Inspect));
    assert_eq!(page.send().log().selected(), Some(1));
    page.update(Event::Log(LogEvent::Deselect));
    page.update(Event::Log(LogEvent::Filter("three".into())));
    page.update(Event::Log(LogEvent::Inspect));
    assert_eq!(page.send().log().selected(), Some(2), "the other is filtered out");
}

#[test]
fn the_chosen_tab_stays() {
    let mut page = connected();
    send(&mut page, "one\ntwo", 0.0);
    page.update(Event::Log(LogEvent::MoveSelection(Step::First)));
    assert_eq!(page.update(Event::Log(LogEvent::ShowTab(Tab::Hex))), [Effect::Draw]);
    page.update(Event::Log(LogEvent::MoveSelection(Step::Up)));
    assert_eq!(page.send().log().inspected().unwrap().0.tab(), Tab::Hex);
}

#[test]
fn a_resize_that_is_given_up_leaves_the_width_of_before() {
    let mut page = connected();
    let resize = |page: &mut State, width| page.update(Event::Resize { pane: Pane::Sent, width });
    assert_eq!(page.update(Event::ResizeCancelled), [Effect::ShowWidths]);
    assert_eq!(page.widths().get(Pane::Sent), None);
    resize(&mut page, Some(300));
    assert_eq!(page.update(Event::Resized), [Effect::KeepWidths]);
    resize(&mut page, Some(400));
    page.update(Event::ResizeCancelled);
    assert_eq!(page.widths().get(Pane::Sent), Some(300));
}

#[test]
fn the_log_becomes_a_file_piece_by_piece() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 5001, in_flight: None });
    go_out(&mut page, 5001, 1.0);
    page.set_host("localhost:8080".to_owned(), "localhost");
    page.set_clock(86_400_000.0);
    let first = page.update(Event::Export(FileKind::Csv));
    assert!(
        matches!(
            &first[..],
            [Effect::BeginFile, Effect::AppendToFile(_), Effect::ShowHint, Effect::ResumeExport(1)]
        ),
        "{first:?}"
    );
    assert_eq!(page.hint(), "Writing 5000 of 5002 rows");
    let last = page.update(Event::ResumeExport);
    let name = "wirestamp-localhost-8080-2026-11-23.csv".to_owned();
    assert_eq!(page.hint(), ["Wrote 5001 exchanges to ", &name].concat());
    assert_eq!(last.last(), Some(&Effect::SaveFile(FileKind::Csv, name)));
    assert_eq!(page.update(Event::ResumeExport), []);
    page.update(Event::FileRefused);
    assert_eq!(page.hint(), "The browser refused to save the file");
}

/// How many lines are written to the file by these effects, and whether the file is saved.
fn written(effects: &[Effect]) -> (usize, bool) {
    let lines = effects.iter().map(|effect| match effect {
        Effect::AppendToFile(piece) => piece.lines().count(),
        _ => 0,
    });
    (lines.sum(), effects.iter().any(|effect| matches!(effect, Effect::SaveFile(..))))
}

/// A page with an open connection and this many exchanges, of which none waits.
fn with_exchanges(count: u32) -> State {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count, in_flight: None });
    go_out(&mut page, count as usize, 1.0);
    (0..count).for_each(|_| drop(receive(&mut page, 1, b"x", 2.0)));
    page.update(Event::Delivered { generation: 1 });
    page
}

#[test]
fn a_file_is_written_to_its_end_before_the_log_is_cleared_brought_back_or_filtered() {
    for change in [LogEvent::Clear, LogEvent::Undo, LogEvent::Filter("y".into())] {
        let mut page = with_exchanges(6000);
        if change == LogEvent::Undo {
            page.update(Event::Log(LogEvent::Clear));
            send(&mut page, &"x\n".repeat(6002), 3.0);
        }
        let begun = page.update(Event::Export(FileKind::JsonLines));
        assert_eq!(written(&begun), (5000, false), "{change:?}");
        let ended = page.update(Event::Log(change.clone()));
        assert_eq!(written(&ended), (1002, true), "{change:?}");
        assert_eq!(page.update(Event::ResumeExport), [], "{change:?}");
    }
}
