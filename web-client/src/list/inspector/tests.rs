use super::*;

fn exchange<'a>(outcome: Outcome, sent: &'a [u8], reply: &'a [u8]) -> Exchange<'a> {
    Exchange { outcome, sent, sent_at: 0.0, reply, replied_at: None }
}

fn headings(exchange: &Exchange<'_>) -> Vec<String> {
    let differences = differences(exchange);
    Side::ALL.iter().filter_map(|side| heading(exchange, *side, &differences)).collect()
}

#[test]
fn only_the_sides_that_there_are_have_headings() {
    for (outcome, expected) in [
        (Outcome::Answered, &["Sent, 1 byte", "Reply, 1 byte, same as sent"][..]),
        (Outcome::Waiting, &["Sent, 1 byte"]),
        (Outcome::Lost, &["Sent, 1 byte"]),
        (Outcome::Unsolicited, &["Reply, 1 byte"]),
    ] {
        assert_eq!(headings(&exchange(outcome, b"a", b"[now] a")), expected);
    }
}

#[test]
fn a_reply_is_compared_without_its_stamp() {
    let other = exchange(Outcome::Answered, b"one two", b"[now] one, two");
    assert_eq!(differences(&other), [3..3, 3..4]);
    assert_eq!(headings(&other), ["Sent, 7 bytes", "Reply, 8 bytes, differs from byte 3"]);
    assert_eq!(stamp(&other).as_deref(), Some("now"));
    assert_eq!(stamp(&exchange(Outcome::Answered, b"a", b"a")), None);
    assert_eq!(differences(&exchange(Outcome::Waiting, b"a", b"")), [0..0, 0..0]);
}

#[test]
fn more_is_shown_step_by_step_until_another_exchange_is_opened() {
    let long = vec![b'x'; 200 << 10];
    let long = exchange(Outcome::Waiting, &long, b"");
    let mut inspector = Inspector::default();
    assert!(inspector.select(Some(0)));
    let mut steps: Vec<usize> = Vec::new();
    while let Some(more) = inspector.more(&long) {
        steps.push(more.split(' ').nth(1).unwrap().parse().unwrap());
        inspector.show_more();
    }
    assert_eq!(steps, [2, 4, 8, 16, 32, 64, 64, 8]);
    assert!(!inspector.select(Some(0)) && inspector.shown() == 256 << 10);
    assert!(inspector.select(Some(1)) && inspector.shown() == 2 << 10);
}

#[test]
fn the_tab_stays_for_other_exchanges() {
    let mut inspector = Inspector::default();
    inspector.choose(Tab::Hex);
    inspector.select(Some(3));
    assert_eq!(inspector.tab(), Tab::Hex);
    inspector.select(None);
    assert_eq!((inspector.tab(), inspector.closed()), (Tab::Hex, Some(3)));
}

#[test]
fn json_is_read_from_whole_texts_of_a_bounded_length() {
    let both = exchange(Outcome::Answered, b"{\"a\":1}", b"[now] [1]");
    assert_eq!(Side::ALL.map(|side| json_text(&both, side)), [Some("{\"a\":1}"), Some("[1]")]);
    let neither = exchange(Outcome::Answered, b"[\xff]", b"[1] is no stamp");
    assert_eq!(Side::ALL.map(|side| json_text(&neither, side)), [None, None]);
    let long = ["[", &" ".repeat(MOST_JSON), "]"].concat();
    assert_eq!(json_text(&exchange(Outcome::Waiting, long.as_bytes(), b""), Side::Sent), None);
}

#[test]
fn the_title_names_the_exchange() {
    assert_eq!(title(2, &exchange(Outcome::Lost, b"", b"")), "Exchange 3, lost");
}
