//! A courier's work, with a service that answers when the test says so.

use super::*;

/// A courier on an open connection whose page has seen that.
fn courier() -> Courier {
    let mut courier = Courier::default();
    courier.opens(1);
    courier.opened(0.0);
    told(&mut courier, 0.0);
    courier
}

/// Sends what is due. Returns how many.
fn go(courier: &mut Courier, now: f64) -> usize {
    courier.look(now, 0);
    let mut count = 0;
    while courier.next_due().is_some() {
        courier.sent(now);
        count += 1;
    }
    count
}

/// What the page is told now.
fn told(courier: &mut Courier, now: f64) -> Vec<Event> {
    let batch = courier.batch(now);
    courier.acknowledged();
    batch.iter().flat_map(|batch| reports(batch)).collect()
}

fn burst(count: u32, in_flight: Option<u32>) -> Option<Job> {
    Some(Job::Burst { count, in_flight })
}

#[test]
fn a_message_is_reported_at_once_and_so_is_its_reply() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec()], None);
    assert_eq!(go(&mut courier, 5.0), 1);
    assert_eq!(
        told(&mut courier, 5.0),
        [Event::Sent { generation: 1, at: 5.0 }, Event::Delivered { generation: 1 }]
    );
    courier.received(b"a\n".to_vec(), 5.5);
    assert_eq!(told(&mut courier, 5.5), [Event::Received { generation: 1, reply: b"a\n".to_vec(), at: 5.5 }]);
    assert_eq!(courier.wake_in(5.5), None);
}

#[test]
fn with_one_in_flight_the_reply_sends_the_next() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec(), b"b".to_vec()], burst(3, Some(1)));
    let mut out = Vec::new();
    for at in [1.0, 2.0, 3.0, 4.0] {
        courier.look(at, 0);
        if let Some(message) = courier.next_due() {
            out.push(message.to_vec());
            courier.sent(at);
        }
        assert_eq!(courier.next_due(), None);
        courier.received(b"x".to_vec(), at);
    }
    assert_eq!(out, [b"a", b"b", b"a"]);
}

#[test]
fn a_message_of_two_lines_waits_for_two_replies() {
    let mut courier = courier();
    courier.deliver(vec![b"a\nb".to_vec()], burst(2, Some(1)));
    assert_eq!(go(&mut courier, 0.0), 1);
    courier.received(b"a".to_vec(), 1.0);
    assert_eq!(go(&mut courier, 1.0), 0);
    courier.received(b"b".to_vec(), 2.0);
    assert_eq!(go(&mut courier, 2.0), 1);
}

#[test]
fn being_stopped_is_reported_behind_all_that_was_sent() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec()], burst(10, Some(2)));
    go(&mut courier, 0.0);
    courier.stop();
    assert_eq!(go(&mut courier, 1.0), 0);
    let sent = Event::Sent { generation: 1, at: 0.0 };
    assert_eq!(told(&mut courier, 1.0), [sent.clone(), sent, Event::Delivered { generation: 1 }]);
}

#[test]
fn a_page_that_cannot_keep_up_pauses_the_burst() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec()], burst(1_000_000, None));
    let mut now = 100.0;
    let mut sent = go(&mut courier, now);
    // The page is busy with the first batch.
    assert!(courier.batch(now).is_some());
    for _ in 0..100 {
        now += 1.0;
        sent += go(&mut courier, now);
    }
    assert!((4000..6000).contains(&sent), "{sent}");
    assert_eq!(courier.wake_in(now), None, "only the page goes on");
    let mut reported = 500;
    while sent < 1_000_000 || courier.wake_in(now).is_some() {
        now += 1.0;
        let events = told(&mut courier, now);
        assert!(events.len() <= 1000);
        reported += events.iter().filter(|event| matches!(event, Event::Sent { .. })).count();
        sent += go(&mut courier, now);
    }
    assert_eq!((sent, reported), (1_000_000, 1_000_000));
}

#[test]
fn bytes_that_pile_up_in_the_browser_pause_it_too() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec()], burst(1000, None));
    courier.look(0.0, MOST_BUFFERED + 1);
    assert_eq!(courier.next_due(), None);
    assert_eq!(courier.wake_in(0.0), Some(LEAVES_IN));
    assert_eq!(go(&mut courier, 1.0), 500);
}

#[test]
fn a_lost_connection_ends_the_delivery_and_the_next_starts_empty() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec()], burst(10, Some(1)));
    go(&mut courier, 0.0);
    courier.closed(1006, String::new(), 1.0);
    assert_eq!((go(&mut courier, 2.0), told(&mut courier, 2.0).len()), (0, 2));
    courier.opens(2);
    courier.deliver(vec![b"a".to_vec()], burst(10, Some(1)));
    assert_eq!(go(&mut courier, 3.0), 1, "nothing waits on this connection");
}

#[test]
fn messages_at_intervals_go_out_by_the_timer() {
    let mut courier = courier();
    courier.deliver(vec![b"a".to_vec()], Some(Job::Every { ms: 100.0, count: None }));
    assert_eq!(go(&mut courier, 0.0), 1);
    told(&mut courier, 20.0);
    assert_eq!(courier.wake_in(20.0), Some(80.0));
    assert_eq!((go(&mut courier, 20.0), go(&mut courier, 100.0)), (0, 1));
}
