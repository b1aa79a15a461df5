//! The connection's story in the log.

use super::*;

fn told(page: &State) -> Vec<String> {
    let story = page.send().log().story();
    (0..story.len()).map(|at| story.get(at).unwrap().describe()).collect()
}

/// A page from `localhost:8080` on its first connection.
fn connected() -> State {
    let mut page = page();
    page.set_host("localhost:8080".to_owned(), "localhost");
    page.update(Event::Toggle);
    open(&mut page, 1);
    page
}

#[test]
fn a_loss_and_the_connection_after_it_are_told() {
    let mut page = connected();
    send(&mut page, "too long", 1.0);
    let reason = "at most 65536 bytes".to_owned();
    page.update(Event::Closed { generation: 1, code: 1009, reason, at: 2.0 });
    page.update(Event::Tick { at: 1002.0 });
    page.update(Event::Opened { generation: 2, at: 1003.0 });
    assert_eq!(
        told(&page),
        [
            "Connected to localhost:8080",
            "Closed with 1009 (message too big): at most 65536 bytes",
            "Reconnected to localhost:8080",
        ]
    );
    assert_eq!(page.send().log().exchange(1), Some(0), "the message is between them");
    let last = page.send().log().story().get(2).unwrap();
    assert_eq!(last.at, 1003.0);
}

#[test]
fn what_the_user_does_is_told_with_its_time() {
    let mut page = connected();
    page.set_clock(5.0);
    page.update(Event::Toggle);
    assert_eq!(told(&page)[1..], ["Disconnected by you"]);
    assert_eq!(page.send().log().story().get(1).unwrap().at, 5.0);
    assert_eq!(page.update(Event::Stop), []);
    assert_eq!(told(&page).len(), 2, "there is nothing to stop");

    let mut page = connected();
    close(&mut page, 1, 0.0);
    page.update(Event::Stop);
    assert_eq!(told(&page)[1..], ["Closed with 1006 (connection lost)", "Retrying stopped by you"]);
}

#[test]
fn another_stamp_format_is_told_between_the_connections() {
    let mut page = connected();
    page.update(Event::SetFormat("unix".into()));
    page.update(Event::FormatChecked { format: "unix".into(), verdict: Verdict::Valid });
    open(&mut page, 2);
    page.update(Event::SetFormat("unix".into()));
    assert_eq!(
        told(&page)[1..],
        ["Stamp format changed to unix", "Reconnected to localhost:8080"],
        "the same format is no change"
    );
    page.update(Event::Toggle);
    page.update(Event::SetFormat(String::new()));
    assert_eq!(told(&page)[4..], ["Stamp format changed to the server's default"]);
}

#[test]
fn attempts_that_fail_alike_are_one_row() {
    let mut page = page();
    page.update(Event::Toggle);
    for generation in 1..=3 {
        close(&mut page, generation, 0.0);
        page.update(Event::Toggle);
    }
    assert_eq!(told(&page), ["Could not connect: 1006 (no answer, or refused) (3 times)"]);
}
