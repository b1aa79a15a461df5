//! The connection, and the settings that it depends on.

use super::*;
use crate::settings::Theme;

#[test]
fn the_page_connects_when_it_is_loaded() {
    let mut page = page();
    assert_eq!(page.update(Event::Toggle), [Effect::Open { generation: 1 }, Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Connecting);
    assert_eq!(page.update(Event::Opened { generation: 1, at: 7.0 }), [Effect::ShowConnection]);
    assert_eq!((page.connection(), page.link().since()), (Connection::Connected, Some(7.0)));
}

#[test]
fn waiting_messages_are_lost_when_the_connection_ends() {
    let mut page = connected();
    send(&mut page, "a\nb", 0.0);
    receive(&mut page, 1, b"a", 1.0);
    let effects = close(&mut page, 1, 2.0);
    assert_eq!(effects, [Effect::Close, Effect::Wake(1000), Effect::ShowConnection, Effect::Draw]);
    assert_eq!(outcomes(&page), [Outcome::Answered, Outcome::Lost]);
    assert_eq!(page.link().last_close().unwrap().describe(), "Closed with 1006 (connection lost)");
    assert_eq!(page.link().since(), None);
}

#[test]
fn a_loss_is_followed_by_a_countdown_and_an_attempt() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 1 });
    let effects = page.update(Event::Tick { at: 1000.0 });
    assert_eq!(effects, [Effect::Open { generation: 2 }, Effect::ShowConnection]);

    close(&mut page, 2, 1500.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 2 });
    // Timers fire late, so the next tick comes that much sooner.
    assert_eq!(page.update(Event::Tick { at: 2510.0 }), [Effect::Wake(990), Effect::ShowConnection]);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 1 });
    page.update(Event::Tick { at: 3500.0 });
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn a_delayed_timer_counts_by_the_clock() {
    let mut page = connected();
    for generation in 1..=5 {
        close(&mut page, generation, 0.0);
        page.update(Event::Toggle);
    }
    close(&mut page, 6, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 30 });
    page.update(Event::Tick { at: 12_000.0 });
    assert_eq!(page.connection(), Connection::Waiting { seconds: 18 });
    page.update(Event::Tick { at: 60_000.0 });
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn a_timer_that_fires_early_waits_for_the_rest() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    assert_eq!(page.update(Event::Tick { at: 999.6 }), [Effect::Wake(1), Effect::ShowConnection]);
}

#[test]
fn the_button_connects_at_once_during_the_countdown_and_so_does_a_network_that_is_back() {
    for now in [Event::Toggle, Event::Network { online: true }] {
        let mut page = connected();
        page.update(Event::Network { online: false });
        assert!(!page.link().is_online());
        close(&mut page, 1, 0.0);
        assert_eq!(page.update(now), [Effect::Open { generation: 2 }, Effect::ShowConnection]);
        // The countdown's timer may still fire.
        assert_eq!(page.update(Event::Tick { at: 1000.0 }), []);
        assert_eq!(page.connection(), Connection::Connecting);
    }
}

#[test]
fn after_a_disconnect_by_hand_no_attempt_comes() {
    let mut page = connected();
    send(&mut page, "a", 0.0);
    assert_eq!(page.update(Event::Toggle), [Effect::Close, Effect::ShowConnection, Effect::Draw]);
    assert_eq!((page.connection(), outcomes(&page)), (Connection::Stopped, vec![Outcome::Lost]));
    assert_eq!(close(&mut page, 1, 5.0), []);
    assert_eq!(page.update(Event::Tick { at: 99_000.0 }), []);
    assert_eq!(page.connection(), Connection::Stopped);
}

#[test]
fn the_attempts_can_be_stopped_while_they_count_down() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    page.update(Event::Stop);
    assert_eq!(page.update(Event::Tick { at: 1000.0 }), []);
    assert_eq!(page.connection(), Connection::Stopped);
}

#[test]
fn events_of_an_old_connection_are_ignored() {
    let mut page = connected();
    page.update(Event::Toggle);
    page.update(Event::Toggle);
    assert_eq!(open(&mut page, 1), []);
    assert_eq!(receive(&mut page, 1, b"late", 0.0), []);
    assert_eq!(close(&mut page, 1, 0.0), []);
    assert_eq!(page.connection(), Connection::Connecting);
}

#[test]
fn waits_grow_until_a_reply_has_come_and_not_merely_an_opening() {
    let mut page = connected();
    close(&mut page, 1, 0.0);
    page.update(Event::Toggle);
    open(&mut page, 2);
    close(&mut page, 2, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 2 });

    page.update(Event::Toggle);
    open(&mut page, 3);
    receive(&mut page, 3, b"x", 0.0);
    close(&mut page, 3, 0.0);
    assert_eq!(page.connection(), Connection::Waiting { seconds: 1 });
}

#[test]
fn a_server_on_this_computer_is_tried_again_within_two_seconds() {
    let mut page = page();
    page.set_host("localhost:8080".to_owned(), "localhost");
    page.update(Event::Toggle);
    for (generation, seconds) in [(1, 1), (2, 2), (3, 2), (4, 2)] {
        close(&mut page, generation, 0.0);
        assert_eq!(page.connection(), Connection::Waiting { seconds });
        page.update(Event::Tick { at: 2000.0 });
    }
}

#[test]
fn the_reason_stands_until_the_service_has_answered() {
    let mut page = connected();
    let reason = "cannot reach the timestamp service".to_owned();
    page.update(Event::Closed { generation: 1, code: 1011, reason, at: 0.0 });
    page.update(Event::Toggle);
    open(&mut page, 2);
    assert_eq!(
        page.link().last_close().unwrap().describe(),
        "Closed with 1011 (internal error): cannot reach the timestamp service"
    );
    assert!(receive(&mut page, 2, b"x", 0.0).contains(&Effect::ShowConnection));
    assert_eq!(page.link().last_close(), None);
}

#[test]
fn a_failed_attempt_is_forgotten_when_the_next_one_opens() {
    let mut page = page();
    page.update(Event::Toggle);
    close(&mut page, 1, 0.0);
    assert_eq!(
        page.link().last_close().unwrap().describe(),
        "Could not connect: 1006 (no answer, or refused)"
    );
    page.update(Event::Toggle);
    open(&mut page, 2);
    assert_eq!(page.link().last_close(), None);
}

#[test]
fn a_new_format_needs_a_new_connection_and_a_new_theme_does_not() {
    let mut page = connected();
    assert_eq!(page.update(Event::SetTheme(Theme::Dark)), [Effect::ShowSettings]);
    assert_eq!(page.update(Event::SetFormat(" ".into())), [Effect::ShowSettings]);
    assert_eq!(page.update(Event::SetFormat("rfc3339 ".into())), [Effect::CheckFormat("rfc3339".into())]);
    assert_eq!((page.settings().format.as_deref(), page.shown_format()), (None, "rfc3339"));
    let effects = check(&mut page, "rfc3339", Verdict::Valid);
    assert_eq!(page.settings().format.as_deref(), Some("rfc3339"));
    assert!(effects.contains(&Effect::Open { generation: 2 }), "{effects:?}");
    let default = page.update(Event::SetFormat(String::new()));
    assert!(default.contains(&Effect::Open { generation: 3 }), "the default needs no check: {default:?}");
}

fn check(page: &mut State, format: &str, verdict: Verdict) -> Vec<Effect> {
    page.update(Event::FormatChecked { format: format.into(), verdict })
}

#[test]
fn a_wrong_format_is_marked_and_the_connection_stays() {
    let mut page = connected();
    page.update(Event::SetFormat("unics".into()));
    let reason = "invalid stamp format \"unics\"";
    let effects = check(&mut page, "unics", Verdict::Invalid(reason.into()));
    assert_eq!(effects, [Effect::ShowSettings, Effect::ShowHint]);
    assert_eq!((page.shown_format(), page.format_error()), ("unics", Some(reason)));
    assert_eq!((page.settings().format.as_deref(), page.connection()), (None, Connection::Connected));
    assert_eq!(page.hint(), reason);

    page.update(Event::SetFormat("unix".into()));
    assert_eq!(page.format_error(), None);
    check(&mut page, "unix", Verdict::Valid);
    assert_eq!((page.shown_format(), page.format_error()), ("unix", None));
}

#[test]
fn going_back_to_the_format_in_use_takes_the_mark_away() {
    let mut page = connected();
    page.update(Event::SetFormat("unics".into()));
    check(&mut page, "unics", Verdict::Invalid("invalid".into()));
    assert_eq!(page.update(Event::SetFormat(String::new())), [Effect::ShowSettings]);
    assert_eq!((page.shown_format(), page.format_error()), ("", None));
}

#[test]
fn an_answer_about_an_earlier_format_is_ignored() {
    let mut page = connected();
    page.update(Event::SetFormat("unix".into()));
    page.update(Event::SetFormat("rfc3339".into()));
    assert_eq!(check(&mut page, "unix", Verdict::Valid), []);
    page.update(Event::SetFormat(String::new()));
    assert_eq!(check(&mut page, "rfc3339", Verdict::Valid), []);
    assert_eq!(page.settings().format, None);
}

#[test]
fn a_format_that_cannot_be_checked_is_not_used() {
    let mut page = page();
    page.update(Event::SetFormat("unix".into()));
    check(&mut page, "unix", Verdict::Unknown);
    assert_eq!(page.settings().format, None);
    assert!(page.format_error().unwrap().contains("doesn't answer"));
}

#[test]
fn a_wrong_format_in_the_address_is_found_when_the_connection_fails() {
    let settings = PageSettings::parse("?format=unics");
    let mut page = State::new(settings, Widths::default(), History::default(), 0.0, 0.1);
    page.update(Event::Toggle);
    assert!(close(&mut page, 1, 0.0).contains(&Effect::CheckFormat("unics".into())));
    assert_eq!(check(&mut page, "unics", Verdict::Unknown), [], "the server may just be down");
    page.update(Event::Tick { at: 1000.0 });
    close(&mut page, 2, 1000.0);
    check(&mut page, "unics", Verdict::Invalid("invalid".into()));
    assert_eq!(page.format_error(), Some("invalid"));
    page.update(Event::Tick { at: 9000.0 });
    assert!(!close(&mut page, 3, 9000.0).contains(&Effect::CheckFormat("unics".into())), "it is known");
}
