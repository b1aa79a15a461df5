//! Completes the last term of a query.

/// What terms may look like.
const TERMS: [&str; 13] = [
    "state:lost",
    "state:waiting",
    "state:answered",
    "state:unsolicited",
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
    // In a quote that is open, words are no terms.
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Vec::new();
    }
    let start = text.bytes().rposition(|byte| byte == b' ').map_or(0, |space| space + 1);
    let start = if text[start..].starts_with('-') { start + 1 } else { start };
    let (before, term) = text.split_at(start);
    let mut all: Vec<String> = Vec::new();
    if term.is_empty() && !text.is_empty() {
        return all;
    }
    for whole in TERMS {
        // First the keys, then their values.
        let colon = whole.bytes().position(|byte| byte == b':').map_or(whole.len(), |colon| colon + 1);
        let word = if term.len() < colon { &whole[..colon] } else { whole };
        let starts = word.get(..term.len()).is_some_and(|start| start.eq_ignore_ascii_case(term));
        let completed = [before, word].concat();
        if starts && word.len() > term.len() && all.last() != Some(&completed) {
            all.push(completed);
        }
    }
    all
}
