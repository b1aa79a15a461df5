//! Clearing the log, undoing that, and the notices about it.

use super::*;
use crate::list::LogEvent;
use crate::toast::Toast;

fn answered(page: &mut State, text: &str, at: f64) {
    send(page, text, at);
    receive(page, 1, text.as_bytes(), at + 2.0);
}

fn sent(page: &State) -> Vec<String> {
    let sent = page.send().log().exchanges().iter().map(|one| String::from_utf8_lossy(one.sent).into_owned());
    sent.collect()
}

#[test]
fn clearing_offers_to_undo_it_and_that_brings_everything_back() {
    let mut page = connected();
    answered(&mut page, "a", 0.0);
    send(&mut page, "b", 10.0);
    let offer = Toast { words: "Cleared 1 exchange".to_owned(), undo: true };
    assert_eq!(page.update(Event::Log(LogEvent::Clear)), [Effect::Draw, Effect::Toast(offer)]);
    assert_eq!(
        (page.send().log().rows(), page.send().round_trips().readings().len()),
        (1, 0),
        "b still waits"
    );

    receive(&mut page, 1, b"b", 15.0);
    answered(&mut page, "c", 20.0);
    page.update(Event::Log(LogEvent::SelectRow(1)));
    let done = Toast::new("Brought back 1 exchange");
    assert_eq!(page.update(Event::Log(LogEvent::Undo)), [Effect::Draw, Effect::Toast(done)]);
    assert_eq!(sent(&page), ["a", "b", "c"]);
    assert_eq!(outcomes(&page), [Outcome::Answered; 3]);
    assert_eq!(page.send().log().rows(), 4, "with the connection");
    assert_eq!(page.send().log().selected(), Some(2), "c is still open");
    let round_trips: Vec<_> = page.send().round_trips().readings().iter().map(|one| one.ms).collect();
    assert_eq!(round_trips, [2.0, 5.0, 2.0]);
    assert_eq!(page.update(Event::Log(LogEvent::Undo)), [], "there is no more to undo");
}

#[test]
fn only_the_last_clearing_is_undone() {
    let mut page = connected();
    for text in ["a", "b"] {
        answered(&mut page, text, 0.0);
        page.update(Event::Log(LogEvent::Clear));
    }
    assert_eq!(
        page.update(Event::Log(LogEvent::Clear)),
        [],
        "an empty log is no reason to forget what was cleared"
    );
    page.update(Event::Log(LogEvent::Undo));
    assert_eq!((sent(&page), page.send().round_trips().readings().len()), (vec!["b".to_owned()], 1));
}

#[test]
fn with_a_filter_what_comes_back_is_looked_through() {
    let mut page = connected();
    answered(&mut page, "ab", 0.0);
    page.update(Event::Log(LogEvent::Clear));
    page.update(Event::Log(LogEvent::Filter("b".into())));
    assert_eq!(page.send().log().rows(), 0);
    page.update(Event::Log(LogEvent::Undo));
    assert_eq!(page.send().log().rows(), 1);
}

#[test]
fn a_lost_message_stays_lost_when_it_comes_back() {
    let mut page = connected();
    send(&mut page, "a\nb", 0.0);
    receive(&mut page, 1, b"a", 1.0);
    page.update(Event::Log(LogEvent::Clear));
    close(&mut page, 1, 2.0);
    page.update(Event::Log(LogEvent::Undo));
    assert_eq!(outcomes(&page), [Outcome::Answered, Outcome::Lost]);
}

#[test]
fn copying_is_confirmed_or_its_refusal_told_and_the_notice_goes_away() {
    let mut page = connected();
    assert_eq!(page.update(Event::Copied(true)), [Effect::Toast(Toast::new("Copied"))]);
    let refused = Toast::new("The browser refused to copy; it may need HTTPS for that");
    assert_eq!(page.update(Event::Copied(false)), [Effect::Toast(refused)]);
    assert_eq!(page.update(Event::ToastOver), [Effect::HideToast]);
}
