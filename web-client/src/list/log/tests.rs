//! The log as a whole: rows, selection and counts.

use super::*;

fn log(messages: &[&str]) -> Log {
    let mut log = Log::default();
    messages.iter().for_each(|message| log.sent(message.as_bytes(), 0.0));
    log
}

fn steps(log: &mut Log, steps: &[Step]) -> Vec<Option<usize>> {
    let after = |step: &Step| {
        log.move_selection(*step);
        log.selected()
    };
    steps.iter().map(after).collect()
}

#[test]
fn the_selection_moves_row_by_row_and_stops_at_the_ends() {
    let mut log = log(&["a", "b", "c"]);
    assert_eq!(
        steps(&mut log, &[Step::Up, Step::Up, Step::First, Step::Up, Step::Down, Step::Last, Step::Down]),
        [Some(2), Some(1), Some(0), Some(0), Some(1), Some(2), Some(2)]
    );
    log.select(None);
    assert_eq!(steps(&mut log, &[Step::Down]), [Some(0)]);
    assert_eq!(steps(&mut Log::default(), &[Step::Down]), [None]);
}

#[test]
fn a_page_is_what_is_in_view_less_a_row() {
    let mut log = log(&["x"; 100]);
    let _ = log.look(Viewport { height: 250, row_height: 24, ..Viewport::default() }, 0.0);
    assert_eq!(
        steps(&mut log, &[Step::PageDown, Step::PageDown, Step::Last, Step::PageUp, Step::PageDown]),
        [Some(0), Some(9), Some(99), Some(90), Some(99)]
    );
}

#[test]
fn with_a_filter_the_selection_moves_among_what_is_found() {
    let mut log = log(&["ab", "b", "ac"]);
    log.look_for("A");
    assert_eq!(steps(&mut log, &[Step::First, Step::Down, Step::Down]), [Some(0), Some(2), Some(2)]);
    log.select_row(0);
    assert_eq!(log.selected(), Some(0));
    log.select(Some(1));
    assert_eq!(steps(&mut log, &[Step::Up]), [Some(2)], "what is hidden is in no row");
}

#[test]
fn lost_messages_enter_and_leave_the_filter() {
    let mut log = log(&["a", "b"]);
    log.received(b"a", 0.0);
    log.look_for("state:lost");
    assert_eq!(log.rows(), 0);
    log.lose();
    assert_eq!((log.rows(), log.exchange(0)), (1, Some(1)));
    log.look_for("state:waiting");
    log.sent(b"c", 0.0);
    log.lose();
    assert_eq!((log.rows(), log.hidden()), (0, 1));
}

#[test]
fn counts_include_matches_and_waiting_messages() {
    let mut log = log(&[]);
    assert_eq!(log.counts(), "");
    log.sent(b"one", 0.0);
    assert_eq!(log.counts(), "1 exchange, 1 waiting");
    log.received(b"one", 0.0);
    assert_eq!(log.counts(), "1 exchange");
    log.sent(b"two", 0.0);
    log.look_for("two");
    assert_eq!(log.counts(), "1 of 2 exchanges, 1 waiting");
}

#[test]
fn the_story_stands_between_exchanges_and_is_hidden_by_a_filter() {
    let mut log = log(&["a", "b"]);
    log.tell(Happening::Disconnected, 1.0);
    log.sent(b"c", 2.0);
    assert_eq!((log.rows(), log.counts().as_str()), (4, "3 exchanges, 3 waiting"));
    assert_eq!(
        (1..5).map(|row| log.entry(row)).collect::<Vec<_>>(),
        [Some(Entry::Exchange(1)), Some(Entry::Occurrence(0)), Some(Entry::Exchange(2)), None]
    );
    log.look_for("c");
    assert_eq!((log.rows(), log.entry(0), log.entry(1)), (1, Some(Entry::Exchange(2)), None));
}

#[test]
fn a_pause_counts_what_comes_and_clearing_takes_nothing_away_from_that() {
    let mut log = log(&["a"]);
    assert_eq!(log.since_pause(), None);
    log.toggle_pause();
    assert_eq!(log.since_pause(), Some(0));
    log.sent(b"b", 0.0);
    log.clear();
    log.clear();
    assert_eq!(log.since_pause(), Some(1));
    log.toggle_pause();
    assert_eq!(log.since_pause(), None);
    log.toggle_pause();
    log.follow_end();
    assert_eq!(log.since_pause(), None);
}

#[test]
fn the_time_since_the_row_before_counts_from_the_story_too() {
    let mut log = Log::default();
    log.tell(Happening::Disconnected, 100.0);
    log.sent(b"a", 350.0);
    log.sent(b"b", 400.0);
    log.sent(b"ab", 1000.0);
    let deltas = |log: &Log| (0..5).map(|row| log.delta(row)).collect::<Vec<_>>();
    assert_eq!(deltas(&log), [None, Some(250.0), Some(50.0), Some(600.0), None]);
    log.look_for("a");
    assert_eq!(deltas(&log)[..3], [None, Some(650.0), None], "of the rows shown");
}

#[test]
fn the_selection_passes_over_the_story() {
    let mut log = log(&["a"]);
    log.tell(Happening::Disconnected, 1.0);
    log.sent(b"b", 2.0);
    assert_eq!(
        steps(&mut log, &[Step::First, Step::Down, Step::Down, Step::Up]),
        [Some(0), Some(1), Some(1), Some(0)]
    );
    log.select_row(1);
    assert_eq!(log.selected(), Some(0), "a click on the story leaves it");
    log.select_row(2);
    assert_eq!(log.selected(), Some(1));
}
