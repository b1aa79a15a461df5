//! What can be noticed about a session, by name.

/// Something noticed about a session. Its [`name`](Self::name) is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hint {
    /// It begins with a TLS ClientHello.
    Tls,
    /// It begins with an HTTP request.
    Http,
    /// It begins with an HTTP request for a WebSocket.
    WebSocket,
    /// It begins with the identification of an SSH client.
    Ssh,
    /// It begins with an MQTT CONNECT.
    Mqtt,
    /// It begins with a Modbus TCP request.
    Modbus,
    /// It begins with a PROXY header, version 1 or 2.
    ProxyHeader,
    /// It begins with Telnet commands.
    Telnet,
    /// The client writes one or two bytes at a time.
    ByteByByte,
    /// A line came in a few reads with a pause between them.
    SplitLine,
    /// A message didn't end with a line feed. Datagrams need none.
    NoTerminator,
    /// Lines end with a carriage return and a line feed.
    Crlf,
    /// Lines end with a carriage return alone.
    CrOnly,
    /// There's a NUL byte.
    Nul,
    /// It's text in UTF-16.
    Utf16,
    /// It begins with the byte order mark of UTF-8.
    Bom,
    /// It isn't all valid UTF-8.
    InvalidUtf8,
    /// Several messages came in one read.
    Coalesced,
    /// The client closed without sending a byte.
    Probe,
    /// The client doesn't read its replies.
    NeverReads,
    /// The client was silent for [`LONG_IDLE`](super::LONG_IDLE), or until the idle timeout ended its session.
    LongIdle,
    /// The client reset the connection.
    Reset,
    /// The client ended its stream before its last reply was written.
    EarlyFin,
}

impl Hint {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 23] = [
        Self::Tls,
        Self::Http,
        Self::WebSocket,
        Self::Ssh,
        Self::Mqtt,
        Self::Modbus,
        Self::ProxyHeader,
        Self::Telnet,
        Self::ByteByByte,
        Self::SplitLine,
        Self::NoTerminator,
        Self::Crlf,
        Self::CrOnly,
        Self::Nul,
        Self::Utf16,
        Self::Bom,
        Self::InvalidUtf8,
        Self::Coalesced,
        Self::Probe,
        Self::NeverReads,
        Self::LongIdle,
        Self::Reset,
        Self::EarlyFin,
    ];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Http => "http",
            Self::WebSocket => "websocket",
            Self::Ssh => "ssh",
            Self::Mqtt => "mqtt",
            Self::Modbus => "modbus",
            Self::ProxyHeader => "proxy-header",
            Self::Telnet => "telnet",
            Self::ByteByByte => "byte-by-byte",
            Self::SplitLine => "split-line",
            Self::NoTerminator => "no-terminator",
            Self::Crlf => "crlf",
            Self::CrOnly => "cr-only",
            Self::Nul => "nul",
            Self::Utf16 => "utf-16",
            Self::Bom => "bom",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::Coalesced => "coalesced",
            Self::Probe => "probe",
            Self::NeverReads => "never-reads",
            Self::LongIdle => "long-idle",
            Self::Reset => "reset",
            Self::EarlyFin => "early-fin",
        }
    }
}

/// A set of hints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hints(u32);

impl Hints {
    /// Adds `hint` if `is_noticed`.
    pub(super) fn add(&mut self, hint: Hint, is_noticed: bool) {
        self.0 |= u32::from(is_noticed) << hint as u32;
    }

    pub(super) fn contains(self, hint: Hint) -> bool {
        self.0 >> hint as u32 & 1 == 1
    }

    /// Returns them in the order of [`Hint::ALL`].
    pub(super) fn iter(self) -> impl Iterator<Item = Hint> {
        Hint::ALL.into_iter().filter(move |hint| self.contains(*hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_added_in_the_order_of_all() {
        let mut hints = Hints::default();
        hints.add(Hint::EarlyFin, true);
        hints.add(Hint::Crlf, false);
        hints.add(Hint::Tls, true);
        assert_eq!(hints.iter().collect::<Vec<_>>(), [Hint::Tls, Hint::EarlyFin]);
    }

    #[test]
    fn every_hint_has_a_name_of_its_own() {
        let mut all = Hints::default();
        for hint in Hint::ALL {
            all.add(hint, true);
        }
        assert_eq!(all.iter().count(), Hint::ALL.len());
        let mut names = Hint::ALL.map(Hint::name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Hint::ALL.len());
    }
}
