//! The token that a server may ask of those who watch it.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use subtle::ConstantTimeEq;

use crate::error::reason;

/// The longest token, in bytes. It has to fit into the head of a request.
const TOKEN_MAX: usize = 1024;

/// A secret that clients send as `Authorization: Bearer …`. It's never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct WatchToken(String);

impl WatchToken {
    /// Reads the token from a file. White space at its end isn't part of it.
    ///
    /// # Errors
    /// Why the file can't be read, or isn't a token. The message doesn't show its content.
    pub(crate) fn of_file(path: &Path) -> Result<Self, String> {
        let mut text = String::new();
        // A little more, for what follows the token.
        let most = TOKEN_MAX as u64 + 16;
        let read = File::open(path).and_then(|file| file.take(most).read_to_string(&mut text));
        read.map_err(|error| format!("cannot read {}: {}", path.display(), reason(&error)))?;
        text.trim_end().parse().map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Whether a client has sent this token. How long that takes tells nothing but whether the lengths are equal.
    pub(crate) fn is(&self, sent: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(sent).into()
    }
}

impl FromStr for WatchToken {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("the token is empty; openssl rand -hex 32 makes one");
        }
        if text.len() > TOKEN_MAX {
            return Err("the token is longer than 1024 bytes");
        }
        // Others can't be in a header, or end the token there.
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "the token has characters other than visible ASCII; openssl rand -hex 32 makes a valid one",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for WatchToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WatchToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_only_what_was_given() {
        let token: WatchToken = "s3cret".parse().unwrap();
        assert!(token.is(b"s3cret"));
        for other in [&b""[..], b"s3cre", b"s3crets", b"S3cret", b"s3cret\n"] {
            assert!(!token.is(other), "{other:?}");
        }
    }

    #[test]
    fn a_token_is_visible_ascii_and_neither_empty_nor_long() {
        for (text, reason) in [
            ("", "is empty"),
            ("two words", "visible ASCII"),
            ("grüße", "visible ASCII"),
            ("a\n", "visible ASCII"),
            (&"x".repeat(TOKEN_MAX + 1), "longer"),
        ] {
            let error = text.parse::<WatchToken>().unwrap_err();
            assert!(error.contains(reason), "{text:?}: {error}");
        }
        assert!("x".repeat(TOKEN_MAX).parse::<WatchToken>().is_ok());
    }

    #[test]
    fn a_token_is_not_shown() {
        let token: WatchToken = "s3cret".parse().unwrap();
        assert!(!format!("{token:?}").contains("s3cret"));
    }

    #[test]
    fn a_file_that_is_no_token_is_refused_without_its_content() {
        for (path, reason) in [
            ("/no/such/file", "cannot read /no/such/file: no such file"),
            ("/dev/null", "/dev/null: the token is empty"),
            ("/dev/zero", "/dev/zero: the token is longer"),
        ] {
            let error = WatchToken::of_file(Path::new(path)).unwrap_err();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
