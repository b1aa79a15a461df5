use super::super::samples::{about, close, dropped, line, message, open};
use super::*;

#[test]
fn events_make_a_session_and_end_it() {
    let mut store = Store::default();
    store.take(open(1, 7), None);
    store.take(message(line(7, 1, "hello\n")), None);
    store.take(message(line(7, 2, "again\n")), None);
    let session = store.session(7).unwrap();
    assert_eq!((session.messages, session.bytes_in, &session.ending), (2, 12, &None));
    store.take(Event::Close(Close { messages: 2, bytes_in: 12, ..close(4, 7) }), None);
    let session = store.session(7).unwrap();
    assert_eq!((session.messages, session.bytes_out), (2, 33));
    assert_eq!(session.ending.as_ref().unwrap().words(), "client: FIN");
    assert_eq!((store.numbers(), store.messages(7).count()), ((0, 4), 2));
}

#[test]
fn a_session_whose_start_was_missed_is_known_from_its_message() {
    let mut store = Store::default();
    store.take(message(line(7, 5, "hello\n")), None);
    let session = store.session(7).unwrap();
    assert_eq!((session.peer.as_str(), session.messages), ("127.0.0.1:44007", 5));
}

#[test]
fn what_was_told_with_a_session_is_not_counted_twice() {
    let mut store = Store::default();
    let mut told = Session::new(7, about(1, 7).transport, "peer".into(), about(1, 7).at);
    (told.messages, told.bytes_in) = (2, 12);
    store.know(vec![told.clone()]);
    store.take(open(1, 7), None);
    for seq in 1..=3 {
        store.take(message(line(7, seq, "hello\n")), None);
    }
    let session = store.session(7).unwrap();
    assert_eq!((session.messages, session.bytes_in), (3, 18));
    store.know(vec![told]);
    assert_eq!(store.session(7).unwrap().messages, 3, "an older answer changes nothing");
}

#[test]
fn of_too_many_sessions_the_one_that_ended_first_is_forgotten() {
    let mut store = Store::default();
    for session in 1..=SESSIONS_MAX as u64 {
        store.take(open(session, session), None);
    }
    for ended in [5, 3] {
        let mut close = close(1, ended);
        close.about.at = super::super::samples::at(10 - ended);
        store.take(Event::Close(close), None);
    }
    let is_known = |store: &Store, number| store.session(number).is_some();
    store.take(open(1, 5000), None);
    assert_eq!([3, 5].map(|one| is_known(&store, one)), [true, false]);
    store.take(open(1, 5001), Some(3));
    assert!(is_known(&store, 3), "it is being looked at");
    assert_eq!(store.sessions().len(), SESSIONS_MAX);
}

#[test]
fn the_oldest_events_are_forgotten_by_number_and_by_size() {
    let mut store = Store::default();
    for seq in 0..EVENTS_MAX as u64 + 5 {
        store.take(message(line(1, seq, "x\n")), None);
    }
    store.trim(2);
    assert_eq!(store.numbers(), (0, EVENTS_MAX as u64 + 5), "twice as many are kept while someone reads");
    store.trim(1);
    assert_eq!(store.numbers(), (5, EVENTS_MAX as u64 + 5));
    assert!(store.event(4).is_none() && store.event(5).is_some());
    for seq in 0..EVENTS_MAX as u64 {
        store.take(message(line(1, seq, &"x".repeat(4096))), None);
        store.trim(1);
    }
    let (first, last) = store.numbers();
    assert!(last - first < BYTES_MAX as u64 / 4096, "{}", last - first);
}

#[test]
fn a_server_that_was_started_again_has_other_sessions() {
    let mut store = Store::default();
    store.take(open(1, 1), None);
    store.take(dropped(2, None), None);
    let mut next = about(1, 9);
    next.id.run += 1;
    store.take(Event::Open(wirestamp_protocol::event::Open { about: next, format: None, label: None }), None);
    assert!(store.session(1).is_none() && store.session(9).is_some());
}
