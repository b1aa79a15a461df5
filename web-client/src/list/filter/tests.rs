//! Queries over exchanges of every kind.

use super::*;

/// Answered with another text, answered with the same, lost, waiting, and unsolicited.
fn exchanges() -> Exchanges {
    let mut exchanges = Exchanges::default();
    exchanges.sent(b"first", 0.0);
    exchanges.received(b"[Sun Nov 22 18:07:00 2026] uno", 5.0);
    exchanges.sent(b"Second line", 10.0);
    exchanges.received(b"[Sun Nov 22 18:08:00 2026] Second line", 2010.0);
    exchanges.sent(b"third \xff", 20.0);
    exchanges.lose();
    exchanges.received(b"welcome", 30.0);
    exchanges.sent(&[b'x'; 2000], 40.0);
    exchanges
}

const ALL: [usize; 5] = [0, 1, 2, 3, 4];

fn found(query: &str) -> Vec<usize> {
    let (mut filter, exchanges) = (Filter::default(), exchanges());
    filter.set(query, &exchanges);
    assert_eq!(filter.mistake(), None, "{query}");
    (0..filter.rows(&exchanges)).filter_map(|row| filter.exchange(row)).collect()
}

fn mistake(query: &str) -> &'static str {
    let mut filter = Filter::default();
    filter.set(query, &Exchanges::default());
    filter.mistake().unwrap_or_else(|| panic!("{query} is understood"))
}

#[test]
fn a_text_is_found_in_messages_and_replies_in_either_case() {
    for (query, rows) in [
        ("SECOND", &[1][..]),
        ("uno", &[0]),
        ("welcome", &[3]),
        ("ir", &[0, 2]),
        ("line second", &[1]),
        ("first second", &[]),
        ("\"second line\"", &[1]),
        ("\"line second\"", &[]),
        ("\"second l", &[1]),
        ("sent:first", &[0]),
        ("sent:uno", &[]),
        ("reply:uno", &[0]),
        ("Reply:\"second line\" same:yes", &[1]),
        ("a text that is longer than every message here", &[]),
    ] {
        assert_eq!(found(query), rows, "{query}");
    }
}

#[test]
fn a_stamp_is_searched_only_if_asked_for() {
    assert_eq!(found("18:07"), [0_usize; 0]);
    assert_eq!(found("reply:nov"), [0_usize; 0]);
    assert_eq!(found("stamp:18:07"), [0]);
    assert_eq!(found("stamp:NOV -stamp:18:07"), [1]);
}

#[test]
fn states_are_named_by_their_first_letters() {
    for (query, rows) in [
        ("state:waiting", &[4][..]),
        ("state:answered", &[0, 1]),
        ("state:l", &[2]),
        ("STATE:UNSOL", &[3]),
        ("-state:a", &[2, 3, 4]),
        ("state:lost state:waiting", &[]),
    ] {
        assert_eq!(found(query), rows, "{query}");
    }
}

#[test]
fn a_size_is_that_of_the_longer_of_message_and_reply() {
    for (query, rows) in [
        ("size>1k", &[4][..]),
        ("size<1K", &[0, 1, 2, 3]),
        ("size<7", &[0]),
        ("size<=7", &[0, 2, 3]),
        ("size>=11 size<0.5k", &[1]),
        ("size>0.001M", &[4]),
        ("size>1m", &[]),
    ] {
        assert_eq!(found(query), rows, "{query}");
    }
}

#[test]
fn a_round_trip_has_a_unit_or_is_in_milliseconds() {
    for (query, rows) in [
        ("rtt>5", &[1][..]),
        ("rtt>=5ms", &[0, 1]),
        ("rtt<2s", &[0]),
        ("rtt>4999.9us", &[0, 1]),
        ("rtt>1.999S", &[1]),
        ("-rtt>0", &[2, 3, 4]),
    ] {
        assert_eq!(found(query), rows, "{query}");
    }
}

#[test]
fn same_tells_an_echo_from_another_reply() {
    assert_eq!((found("same:no"), found("same:yes")), (vec![0], vec![1]));
    assert_eq!(found("-same:no"), [1, 2, 3, 4], "without a reply it is neither");
}

#[test]
fn a_minus_negates_a_term_of_any_kind() {
    assert_eq!(found("-\"second line\" -third -size>1k"), [0, 3]);
    assert_eq!(found("-sent:first same:no"), [0_usize; 0]);
    assert_eq!(found("first - second"), [0_usize; 0], "alone it is a text");
}

#[test]
fn what_is_still_being_typed_hides_nothing() {
    for query in
        ["", "   ", "-", "\"", "-\"", "state:", "-state:", "size>", "rtt<", "sent:", "sent:\"", "size:"]
    {
        assert_eq!(found(query), ALL, "{query}");
    }
    assert_eq!(found("first size>"), [0]);
}

#[test]
fn what_only_looks_like_a_term_is_a_text() {
    let mut exchanges = Exchanges::default();
    for text in ["http://x", "size>x", "a -b", "state>lost", ":", "a\"b", "{\"state\": 1}"] {
        exchanges.sent(text.as_bytes(), 0.0);
    }
    let mut filter = Filter::default();
    for (query, row) in [
        ("http://x", 0),
        ("\"size>x\"", 1),
        ("\" -b", 2),
        ("state>lost", 3),
        ("-tp -st -{", 4),
        ("a\"b", 5),
        ("{\"state\":", 6),
    ] {
        filter.set(query, &exchanges);
        assert_eq!(filter.mistake(), None, "{query}");
        assert!(filter.row(row).is_some(), "{query}");
    }
}

#[test]
fn a_mistake_is_said_in_words() {
    for query in ["size>x", "size>1x", "size>-1", "size>.", "size>1.2.3k", "size:1", "size> 1k", "-size>é"] {
        assert_eq!(mistake(query), "size needs a number of bytes, as in size>1k", "{query}");
    }
    for query in ["rtt>5m", "rtt:5", "a rtt<fast b", "rtt>=", "rtt>\"5 ms\""] {
        assert_eq!(mistake(query), "rtt needs a time, as in rtt>5ms", "{query}");
    }
    for query in ["state:x", "state:lostt", "state: lost", "state:é"] {
        assert_eq!(mistake(query), "state: needs lost, waiting, answered or unsolicited", "{query}");
    }
    assert_eq!(mistake("same:maybe"), "same: needs yes or no");
    assert_eq!(mistake("sent: hello"), "sent: needs a text, as in sent:hello");
}

#[test]
fn a_query_with_a_mistake_leaves_the_last_one_in_force() {
    let (mut filter, exchanges) = (Filter::default(), exchanges());
    filter.set("first", &exchanges);
    filter.set("first state:x", &exchanges);
    assert!(filter.mistake().is_some());
    assert_eq!((filter.rows(&exchanges), filter.exchange(0)), (1, Some(0)));
    filter.set("", &exchanges);
    assert_eq!((filter.mistake(), filter.rows(&exchanges)), (None, 5));
}

#[test]
fn hostile_and_long_queries_are_read_or_refused() {
    let long = "x".repeat(LONGEST + 1);
    assert_eq!(mistake(&long), "a filter has at most 256 bytes");
    assert_eq!(found(&long[..LONGEST]), [4]);
    assert_eq!(found(&["size<", &"9".repeat(200)].concat()), ALL);
    assert_eq!(found(&["size>0.", &"0".repeat(200)].concat()), ALL);
    let pieces = ["-", "\"", " ", ":", ">", "size", "state", "é", "\u{202e}", "\0", "=", "1", ".", "k", "🚀"];
    let (mut filter, exchanges) = (Filter::default(), exchanges());
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let query = [a, b, c, a, b].concat();
                filter.set(&query, &exchanges);
                filter.runs(Field::Sent, "a🚀é");
                complete(&query);
            }
        }
    }
}

#[test]
fn without_a_query_every_row_is_its_exchange() {
    let (filter, exchanges) = (Filter::default(), exchanges());
    assert_eq!((filter.rows(&exchanges), filter.exchange(2), filter.row(1)), (5, Some(2), Some(1)));
    assert!(!filter.is_on());
}

#[test]
fn an_exchange_enters_and_leaves_as_its_state_changes() {
    let (mut waiting, mut answered) = (Filter::default(), Filter::default());
    let mut exchanges = Exchanges::default();
    (0..4).for_each(|_| exchanges.sent(b"x", 0.0));
    waiting.set("state:waiting", &exchanges);
    answered.set("state:answered", &exchanges);
    for _ in 0..2 {
        let at = exchanges.received(b"y", 1.0);
        waiting.look_at(at, &exchanges);
        answered.look_at(at, &exchanges);
        answered.look_at(at, &exchanges);
    }
    assert_eq!((waiting.found(), answered.found()), (&[2, 3][..], &[0, 1][..]));
    exchanges.lose();
    waiting.look_at_lost(&exchanges);
    assert_eq!(waiting.rows(&exchanges), 0);
}

#[test]
fn messages_sent_since_the_query_was_set_are_counted_if_hidden() {
    let (mut filter, mut exchanges) = (Filter::default(), exchanges());
    filter.set("reply:yes", &exchanges);
    assert_eq!(filter.hidden(&exchanges), 0, "those were there before");
    let reply = |reply: &[u8], filter: &mut Filter, exchanges: &mut Exchanges| {
        let at = exchanges.received(reply, 1.0);
        filter.look_at(at, exchanges);
    };
    for _ in 0..2 {
        exchanges.sent(b"x", 0.0);
        filter.look_at(exchanges.len() - 1, &exchanges);
    }
    assert_eq!(filter.hidden(&exchanges), 2);
    reply(b"yes to one sent before", &mut filter, &mut exchanges);
    assert_eq!(filter.hidden(&exchanges), 2);
    reply(b"yes", &mut filter, &mut exchanges);
    reply(b"no", &mut filter, &mut exchanges);
    assert_eq!(filter.hidden(&exchanges), 1);
    for unsolicited in [&b"yes"[..], b"no"] {
        reply(unsolicited, &mut filter, &mut exchanges);
    }
    assert_eq!(filter.hidden(&exchanges), 1, "those weren't sent");
    filter.set("reply:yes size>x", &exchanges);
    assert_eq!(filter.hidden(&exchanges), 1, "that changes nothing");
    filter.set("no", &exchanges);
    assert_eq!(filter.hidden(&exchanges), 0);
    exchanges.clear();
    filter.look_again(&exchanges);
    assert_eq!(filter.hidden(&exchanges), 0);
}

#[test]
fn matches_are_marked_where_they_are() {
    let mut filter = Filter::default();
    let exchanges = Exchanges::default();
    let runs = |filter: &Filter, field, text: &str| -> String {
        let runs = filter.runs(field, text).into_iter();
        runs.map(|(text, marked)| if marked { ["<", text, ">"].concat() } else { text.to_owned() }).collect()
    };
    filter.set("AB sent:bc -c é reply:z stamp:c size>1", &exchanges);
    assert_eq!(runs(&filter, Field::Sent, "abcabab zéc"), "<abcabab> z<é>c");
    assert_eq!(runs(&filter, Field::Reply, "abc z"), "<ab>c <z>");
    assert_eq!(runs(&filter, Field::Stamp, "abc"), "ab<c>");
    assert_eq!(runs(&filter, Field::Sent, ""), "");
    assert_eq!(runs(&Filter::default(), Field::Sent, "abc"), "abc");
}

#[test]
fn the_last_term_is_completed() {
    let completed = |text: &str| complete(text).join(",");
    for (text, all) in [
        ("", "state:,same:,size>1k,size<10,rtt>5ms,rtt<1s,sent:,reply:,stamp:"),
        ("st", "state:,stamp:"),
        ("S", "state:,same:,size>1k,size<10,sent:,stamp:"),
        ("state:", "state:lost,state:waiting,state:answered,state:unsolicited"),
        ("state:U", "state:unsolicited"),
        ("state:lost", ""),
        ("rtt", "rtt>5ms,rtt<1s"),
        ("hello -sa", "hello -same:"),
        ("hello ", ""),
        ("\"hello st", ""),
        ("\"hello\" re", "\"hello\" reply:"),
        ("é", ""),
        ("sent:", ""),
    ] {
        assert_eq!(completed(text), all, "{text}");
    }
}

#[test]
fn a_new_exchange_costs_no_search_of_the_others() {
    let mut filter = Filter::default();
    let mut exchanges = Exchanges::default();
    filter.set("state:waiting x -\"y z\" size<1k", &exchanges);
    let began = std::time::Instant::now();
    for at in 0..100_000 {
        exchanges.sent(b"a message with an x in it", 0.0);
        filter.look_at(at, &exchanges);
    }
    for at in 0..100_000 {
        exchanges.received(b"[Sun Nov 22 18:07:00 2026] x", 1.0);
        filter.look_at(at, &exchanges);
    }
    assert_eq!(filter.rows(&exchanges), 0);
    // Searching all of them each time would take minutes.
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
