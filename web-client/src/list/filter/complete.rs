//! Completes the last term of a query.

/// Keys, and terms as they may look.
const WORDS: [&str; 15] = [
    "state:",
    "state:lost",
    "state:waiting",
    "state:answered",
    "state:unsolicited",
    "same:",
    "same:no",
    "same:yes",
    "size>1k",
    "size<10",
    "rtt>5ms",
    "rtt<1s",
    "sent:",
    "reply:",
    "stamp:",
];

/// The texts that this one may become once its last term is complete. If it is empty, one for each key.
///
/// ```
/// use wirestamp_web_client::filter::complete;
/// assert_eq!(complete("hello st"), ["hello state:", "hello stamp:"]);
/// assert_eq!(complete("state:l"), ["state:lost"]);
/// ```
pub fn complete(text: &str) -> Vec<String> {
    completed(text, &WORDS)
}

/// The texts that this one may become once its last term is one of these words.
pub(crate) fn completed(text: &str, words: &[&str]) -> Vec<String> {
    let bytes = text.as_bytes();
    let is_quoted = bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    let mut start = bytes.iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
    if is_quoted || (start > 0 && start == text.len()) {
        return Vec::new();
    }
    if bytes.get(start) == Some(&b'-') {
        start += 1;
    }
    let (before, term) = text.split_at_checked(start).unwrap_or((text, ""));
    let completes = |word: &&str| match word.as_bytes().split_at_checked(term.len()) {
        // A key is offered first, and then its values.
        Some((same, [left @ .., _])) => same.eq_ignore_ascii_case(term.as_bytes()) && !left.contains(&b':'),
        _ => false,
    };
    words.iter().copied().filter(completes).map(|word| [before, word].concat()).collect()
}
