//! The log, announcements and exports.

use super::*;
use crate::list::{FileKind, Step, Viewport};

fn frame(page: &mut State, at: f64) -> Vec<Effect> {
    let seen = Viewport { top: 0, height: 100, scrollable: 100, row_height: 20 };
    page.update(Event::Frame { seen, at })
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
    assert_eq!(page.update(Event::CopySelected), []);
    send(&mut page, "one", 0.0);
    assert_eq!(page.update(Event::MoveSelection(Step::Last)), [Effect::Draw]);
    assert_eq!(page.update(Event::CopySelected), [Effect::Copy("> one\n(no reply yet)".into())]);
    page.update(Event::ShowMoreBytes);
    assert_eq!(page.send().log().inspected().unwrap().0.rows(), 512);
    page.update(Event::Deselect);
    assert!(page.send().log().inspected().is_none());
}

#[test]
fn the_log_becomes_a_file_piece_by_piece() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 5001, in_flight: None });
    (1..=10).for_each(|at| drop(page.update(Event::Resume { at: f64::from(at) })));
    page.set_host("localhost:8080".to_owned());
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

#[test]
fn hovering_needs_no_frame() {
    let mut page = connected();
    assert_eq!(page.update(Event::PointAtChart(Some(5.0))), [Effect::ShowReading]);
    assert_eq!(page.send().pointer(), Some(5.0));
}
