//! The token that a server may want from its watchers.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use hyper::header::HeaderValue;

use crate::error::{Error, reason};

/// The variable with the token. There is no flag for it, as others can read command lines.
const VARIABLE: &str = "WIRESTAMP_WATCH_TOKEN";

/// The longest token, in bytes.
const TOKEN_MAX: u64 = 4096;

/// Returns the `Authorization` header for the token in the file, or in the variable, if there is one.
///
/// # Errors
/// [`Error::Token`].
pub(super) fn authorization(file: Option<&Path>) -> Result<Option<HeaderValue>, Error> {
    let (place, text) = match (file, std::env::var_os(VARIABLE)) {
        (Some(path), _) => {
            let place = path.display().to_string();
            let text = read(path).map_err(|error| Error::Token {
                place: place.clone(),
                reason: format!("{}; check the file's name and its permissions", reason(&error)),
            })?;
            (place, text)
        }
        (None, Some(text)) if !text.is_empty() => (VARIABLE.to_owned(), text.into_encoded_bytes()),
        (None, _) => return Ok(None),
    };
    bearer(&text).map(Some).map_err(|reason| Error::Token { place, reason: reason.into() })
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(TOKEN_MAX + 1).read_to_end(&mut text)?;
    Ok(text)
}

/// Returns the header for a token, without the line feed that ends a file.
fn bearer(text: &[u8]) -> Result<HeaderValue, &'static str> {
    let token = text.trim_ascii();
    if token.is_empty() {
        return Err("it is empty");
    }
    if text.len() as u64 > TOKEN_MAX {
        return Err("it is over 4 KiB");
    }
    if !token.iter().all(u8::is_ascii_graphic) {
        return Err("a token is one word of ASCII characters");
    }
    let mut header = HeaderValue::from_bytes(&[b"Bearer ", token].concat())
        .map_err(|_| "a token is one word of ASCII characters")?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        for text in ["secret", "secret\n", "  secret\r\n"] {
            assert_eq!(bearer(text.as_bytes()).unwrap(), "Bearer secret");
        }
        for text in ["", "\n", "two words", "two\nlines", "gehe\u{ef}m", "nul\0"] {
            assert!(bearer(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(bearer(&[b'x'; 4097]).is_err());
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        assert!(!format!("{:?}", bearer(b"secret").unwrap()).contains("secret"));
    }
}
