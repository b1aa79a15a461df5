//! The chart of round trips.

use super::*;
use crate::list::{LogEvent, Viewport};
use crate::measure::chart::{Chart, ChartEvent, Size, Target};

fn count(page: &State) -> usize {
    page.send().round_trips().readings().len()
}

fn point(page: &mut State, chart: Chart, target: Target) -> Vec<Effect> {
    let size = Size { width: 400.0, height: 100.0 };
    page.update(Event::Chart(ChartEvent::Point { chart, target, size }))
}

/// Sends each text by itself and answers it.
fn exchange_all(page: &mut State, texts: &[&str]) {
    for (n, text) in texts.iter().enumerate() {
        let at = n as f64 * 1000.0;
        send(page, text, at);
        receive(page, 1, text.as_bytes(), at + 1.0);
    }
}

#[test]
fn an_open_chart_is_drawn_again_because_time_passes() {
    let mut page = connected();
    exchange_all(&mut page, &["a"]);
    let frame = |page: &mut State, at| page.update(Event::Frame { seen: Viewport::default(), at });
    let is_timed = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::DrawIn(_)));
    frame(&mut page, 10_000.0);
    assert!(!is_timed(&frame(&mut page, 20_000.0)), "it is closed");
    let effects = page.update(Event::Chart(ChartEvent::Toggle));
    assert_eq!(effects, [Effect::ShowChart, Effect::Draw]);
    assert!(page.send().measurements().is_open());
    assert!(is_timed(&frame(&mut page, 30_000.0)));
    assert!(!is_timed(&frame(&mut page, 30_010.0)), "the next is due already");
    assert!(is_timed(&frame(&mut page, 30_251.0)));
}

#[test]
fn the_round_trips_are_those_of_the_exchanges_that_are_shown() {
    let mut page = connected();
    exchange_all(&mut page, &["one", "two", "twofold"]);
    page.update(Event::Log(LogEvent::Filter("two".into())));
    assert_eq!(count(&page), 2);
    exchange_all(&mut page, &["two again", "three"]);
    assert_eq!(count(&page), 3);
    page.update(Event::Log(LogEvent::Filter(String::new())));
    assert_eq!(count(&page), 5);
}

#[test]
fn the_figures_start_anew_while_the_log_stays() {
    let mut page = connected();
    exchange_all(&mut page, &["a", "b"]);
    send(&mut page, "c", 5000.0);
    assert_eq!(page.update(Event::Chart(ChartEvent::StartAnew)), [Effect::Draw]);
    assert_eq!((count(&page), outcomes(&page).len()), (0, 3));
    receive(&mut page, 1, b"c", 5001.0);
    assert_eq!(page.send().round_trips().readings()[0].exchange, 2);
}

#[test]
fn what_queues_in_a_burst_is_not_mixed_with_single_messages() {
    let mut page = connected();
    exchange_all(&mut page, &["single"]);
    send_again(&mut page, "x", Job::Burst { count: 3, in_flight: None });
    // Typed while the burst is under way, and sent right after it.
    page.update(Event::Send { text: "y".into(), job: None });
    go_out(&mut page, 3, 0.0);
    page.update(Event::Delivered { generation: 1 });
    go_out(&mut page, 1, 0.0);
    (0..4).for_each(|n| drop(receive(&mut page, 1, b"x", f64::from(n) + 2000.0)));
    let all = page.send().round_trips();
    assert_eq!((all.statistics().count(), all.left_out()), (1, 4));
}

#[test]
fn a_burst_with_one_in_flight_and_slow_replies_do_not_queue() {
    let mut page = connected();
    send_again(&mut page, "x", Job::Burst { count: 2, in_flight: Some(1) });
    for at in [0.0, 1.0] {
        go_out(&mut page, 1, at);
        receive(&mut page, 1, b"x", at);
    }
    page.update(Event::Delivered { generation: 1 });
    send(&mut page, "a", 10.0);
    send(&mut page, "b", 11.0);
    (0..2).for_each(|_| drop(receive(&mut page, 1, b"", 500.0)));
    let all = page.send().round_trips();
    assert_eq!((all.statistics().count(), all.left_out()), (4, 0));
}

#[test]
fn hovering_needs_no_frame_and_a_click_opens_the_exchange() {
    let mut page = connected();
    exchange_all(&mut page, &["a", "b", "c"]);
    assert_eq!(point(&mut page, Chart::Series, Target::At(0.0)), [Effect::ShowPointed]);
    page.update(Event::Chart(ChartEvent::OpenPointed));
    assert_eq!(page.send().log().selected(), Some(0));
    point(&mut page, Chart::Series, Target::Nothing);
    page.update(Event::Chart(ChartEvent::OpenPointed));
    assert_eq!(page.send().log().selected(), Some(0), "nothing is pointed at");
}

#[test]
fn keys_have_the_reading_read_out() {
    let mut page = connected();
    exchange_all(&mut page, &["a", "b"]);
    let said = |words: &str| vec![Effect::Announce(words.into()), Effect::ShowPointed];
    assert_eq!(point(&mut page, Chart::Series, Target::Last), said("#2 1.0 ms"));
    let words = "1.0 ms: 2 round trips, 100 %";
    assert_eq!(point(&mut page, Chart::Distribution, Target::First), said(words));
}
