//! SSH: the identification string (RFC 4253, 4.2).

use super::Match;

pub(super) fn recognize(head: &[u8]) -> Match {
    // 1.99 is how a server of version 2 says that it also speaks version 1.
    Match::prefix(head, b"SSH-2.0-").or(Match::prefix(head, b"SSH-1.99-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identification_is_known_by_its_version() {
        assert_eq!(recognize(b"SSH-2.0-OpenSSH_9.6p1\r\n"), Match::Yes);
        assert_eq!(recognize(b"SSH-1.99-x"), Match::Yes);
        assert_eq!(recognize(b"SSH-"), Match::Maybe);
        for text in ["SSH-3.0-x", "SSH 2.0", "ssh-2.0-x", " SSH-2.0-x"] {
            assert_eq!(recognize(text.as_bytes()), Match::No, "{text}");
        }
    }
}
