//! The PROXY protocol of HAProxy, which load balancers put in front of a stream: version 1 in text, version 2 in
//! binary (proxy-protocol.txt, 2).

use super::Match;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

pub(super) fn recognize_v1(head: &[u8]) -> Match {
    let families: [&[u8]; 3] = [b"PROXY TCP4 ", b"PROXY TCP6 ", b"PROXY UNKNOWN"];
    families.iter().map(|family| Match::prefix(head, family)).fold(Match::No, Match::or)
}

pub(super) fn recognize_v2(head: &[u8]) -> Match {
    match (Match::prefix(head, SIGNATURE), head.get(SIGNATURE.len())) {
        // Version 2, and a command: LOCAL or PROXY.
        (Match::Yes, Some(0x20 | 0x21)) => Match::Yes,
        (Match::Yes, Some(_)) => Match::No,
        (Match::Yes, None) => Match::Maybe,
        (found, _) => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_known() {
        assert_eq!(recognize_v1(b"PROXY TCP4 192.0.2.1 192.0.2.2 1234 21567\r\n"), Match::Yes);
        assert_eq!(recognize_v1(b"PROXY TCP6 ::1 ::1 1234 21567\r\n"), Match::Yes);
        assert_eq!(recognize_v1(b"PROXY UNKNOWN\r\n"), Match::Yes);
        assert_eq!(recognize_v1(b"PROXY TCP"), Match::Maybe);
        for command in [0x20, 0x21] {
            let header = [SIGNATURE, &[command, 0x11, 0, 12]].concat();
            assert_eq!(recognize_v2(&header), Match::Yes);
            assert_eq!(recognize_v2(&header[..12]), Match::Maybe);
            assert_eq!(recognize_v2(&header[..5]), Match::Maybe);
        }
    }

    #[test]
    fn text_about_a_proxy_is_not() {
        for text in ["PROXY settings\n", "PROXY TCP5 a b\n", "proxy TCP4 a b\n"] {
            assert_eq!(recognize_v1(text.as_bytes()), Match::No, "{text}");
        }
        assert_eq!(recognize_v2(b"\r\n\r\nhello\n"), Match::No);
        assert_eq!(recognize_v2(&[SIGNATURE, &[0x10]].concat()), Match::No);
    }
}
