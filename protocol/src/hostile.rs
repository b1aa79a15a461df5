//! Which characters are hostile where received text is shown, be it a page or a terminal.

/// Whether a character acts on the text around it, or hides, instead of being seen.
///
/// ```
/// assert!(wirestamp_protocol::acts('\u{202e}') && wirestamp_protocol::acts('\x1b'));
/// assert!(!wirestamp_protocol::acts('é'));
/// ```
pub fn acts(char: char) -> bool {
    matches!(char,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Marks, overrides and isolates of the bidirectional algorithm, line and paragraph separators.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        // Nothing to see: soft hyphen, zero-width space, word joiner, deprecated format characters, byte
        // order mark. The zero-width joiners stay: scripts and emoji are made with them.
        | '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        // Annotations, and tags that spell text out of sight.
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}
