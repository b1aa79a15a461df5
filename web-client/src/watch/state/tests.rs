use wirestamp_protocol::event::{Message, Open};

use super::super::samples::{about, line, message, open};
use super::*;

fn lines(events: &[Event]) -> WatchEvent {
    let text: String = events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    WatchEvent::Arrived(text.into_bytes())
}

/// A view that follows the events of a server without sessions.
fn following() -> Watch {
    let mut watch = Watch::new("tab-1".into(), 0.005);
    watch.shown();
    watch.update(WatchEvent::Answered { status: 200, text: r#"{"open":[],"ended":[]}"#.into() });
    watch.update(WatchEvent::Following);
    watch
}

#[test]
fn the_server_is_asked_once_the_view_is_shown_and_not_again() {
    let mut watch = Watch::new("tab-1".into(), 0.005);
    assert_eq!(watch.feed(), &Feed::Off);
    assert_eq!(watch.shown(), [Effect::Watch(WatchEffect::AskForSessions), Effect::Draw]);
    let answer = WatchEvent::Answered { status: 200, text: "{}".into() };
    assert_eq!(watch.update(answer), [Effect::Watch(WatchEffect::Follow(None)), Effect::Draw]);
    watch.update(WatchEvent::Following);
    assert_eq!((watch.shown(), watch.feed()), (vec![Effect::Draw], &Feed::Open));
}

#[test]
fn a_broken_stream_is_taken_up_behind_the_last_event() {
    let mut watch = following();
    let last = open(12, 1).id();
    watch.update(lines(&[open(12, 1)]));
    assert_eq!(
        watch.update(WatchEvent::Ended),
        [Effect::Watch(WatchEffect::AskAgainIn(AGAIN_MS)), Effect::Draw]
    );
    assert_eq!(
        watch.update(WatchEvent::AskAgain),
        [Effect::Watch(WatchEffect::AskForSessions), Effect::Draw]
    );
    let answer = WatchEvent::Answered { status: 200, text: "{}".into() };
    assert_eq!(watch.update(answer)[0], Effect::Watch(WatchEffect::Follow(Some(last))));
}

#[test]
fn a_server_that_is_away_is_asked_less_and_less_often_and_one_that_refused_when_the_view_is_shown_again() {
    let mut watch = following();
    let mut waits = || match &watch.update(WatchEvent::Ended)[0] {
        Effect::Watch(WatchEffect::AskAgainIn(ms)) => *ms,
        other => panic!("{other:?}"),
    };
    assert_eq!([waits(), waits(), waits(), waits(), waits(), waits()], [500, 1000, 2000, 4000, 8000, 8000]);
    watch.update(WatchEvent::Following);
    watch.update(WatchEvent::Answered { status: 403, text: "no".into() });
    assert_eq!(watch.shown()[0], Effect::Watch(WatchEffect::AskForSessions));
}

#[test]
fn a_token_is_kept_and_the_server_asked_again() {
    let mut watch = Watch::new("tab-1".into(), 0.005);
    watch.shown();
    watch.update(WatchEvent::Answered { status: 401, text: String::new() });
    assert_eq!(watch.feed(), &Feed::Locked(false));
    let effects = watch.update(WatchEvent::Token("secret".into()));
    assert_eq!(
        effects,
        [
            Effect::Watch(WatchEffect::KeepToken("secret".into())),
            Effect::Watch(WatchEffect::AskForSessions),
            Effect::Draw
        ]
    );
    watch.update(WatchEvent::Answered { status: 401, text: String::new() });
    assert_eq!(watch.feed(), &Feed::Locked(true));
}

#[test]
fn the_first_message_opens_its_session_unless_someone_chose() {
    let mut watch = following();
    assert!(watch.is_empty());
    watch.update(lines(&[open(1, 3), message(line(3, 1, "hello\n")), message(line(4, 1, "hello\n"))]));
    assert_eq!(watch.log().chosen().unwrap().number, 3);
    watch.update(WatchEvent::Choose(None));
    watch.update(lines(&[message(line(5, 1, "hello\n"))]));
    assert!(watch.log().chosen().is_none());
}

#[test]
fn this_tabs_session_is_the_latest_with_its_label_and_opens_nothing() {
    let mut watch = following();
    for (session, label) in [(1, "tab-1"), (2, "tab-1"), (3, "tab-2")] {
        let open = Open { about: about(session, session), format: None, label: Some(label.into()) };
        watch.update(lines(&[Event::Open(open)]));
    }
    assert_eq!(watch.own_session(), Some(2));
    watch.update(lines(&[message(line(2, 1, "mine\n"))]));
    assert!(watch.log().chosen().is_none());
}

#[test]
fn an_event_that_comes_in_pieces_is_one() {
    let mut watch = following();
    let WatchEvent::Arrived(bytes) = lines(&[message(Message { seq: 7, ..line(1, 7, "é\n") })]) else {
        return;
    };
    for byte in bytes {
        watch.update(WatchEvent::Arrived(vec![byte]));
    }
    assert_eq!(watch.log().store().session(1).unwrap().messages, 7);
}

#[test]
fn going_back_closes_the_message_and_then_the_session() {
    let mut watch = following();
    watch.update(lines(&[message(line(1, 1, "a\n"))]));
    watch.update(WatchEvent::SelectRow(0));
    watch.update(WatchEvent::Back);
    assert!(watch.log().selected().is_none() && watch.log().chosen().is_some());
    watch.update(WatchEvent::Back);
    assert!(watch.log().chosen().is_none());
}
