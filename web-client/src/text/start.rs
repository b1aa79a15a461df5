//! The start of a message.

/// The first bytes of a message, at most `most`, cut between characters.
pub(crate) fn start_of(bytes: &[u8], most: usize) -> &[u8] {
    let end = bytes.len().min(most);
    let is_inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    // A character has at most three continuation bytes (RFC 3629, section 3).
    let cut = (end.saturating_sub(3)..=end).rev().find(|at| !is_inside(*at)).unwrap_or(end);
    &bytes[..cut]
}
