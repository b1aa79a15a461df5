//! How a connection ended, in words.

/// How a connection ended, as far as the browser reveals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The WebSocket close code.
    pub code: u16,
    /// The other side's reason, often empty.
    pub reason: String,
    /// Whether the connection had been open.
    pub was_open: bool,
}

impl Closing {
    /// One line with the code, its meaning, and the reason if one was given.
    pub fn describe(&self) -> String {
        let lead = if self.was_open { "Closed with " } else { "Could not connect: " };
        let code = self.code.to_string();
        let mut line = [lead, &code].concat();
        let meaning = self.meaning();
        if !meaning.is_empty() {
            line.extend([" (", meaning, ")"]);
        }
        if !self.reason.is_empty() {
            line.extend([": ", &self.reason]);
        }
        line
    }

    /// The code's registered name; empty if it has none.
    fn meaning(&self) -> &'static str {
        match self.code {
            1000 => "normal closure",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unsupported data",
            1005 => "no code given",
            // Set by the browser itself, which hides whether the server refused or was unreachable.
            1006 if self.was_open => "connection lost",
            1006 => "no answer, or refused",
            1007 => "invalid data",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "extension missing",
            1011 => "internal error",
            1012 => "service restart",
            1013 => "try again later",
            1014 => "bad gateway",
            1015 => "TLS handshake failed",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closing(code: u16, reason: &str, was_open: bool) -> String {
        Closing { code, reason: reason.into(), was_open }.describe()
    }

    #[test]
    fn code_and_reason_are_both_shown() {
        assert_eq!(
            closing(1011, "cannot reach the timestamp service at 127.0.0.1:21567: connection refused", true),
            "Closed with 1011 (internal error): cannot reach the timestamp service at 127.0.0.1:21567: \
             connection refused"
        );
    }

    #[test]
    fn without_a_reason_the_code_is_shown() {
        assert_eq!(closing(1001, "", true), "Closed with 1001 (going away)");
        assert_eq!(closing(1006, "", true), "Closed with 1006 (connection lost)");
    }

    #[test]
    fn an_unknown_code_is_shown_as_its_number() {
        assert_eq!(closing(4001, "enough", true), "Closed with 4001: enough");
    }

    #[test]
    fn a_connection_that_never_opened_was_not_closed() {
        assert_eq!(closing(1006, "", false), "Could not connect: 1006 (no answer, or refused)");
    }
}
