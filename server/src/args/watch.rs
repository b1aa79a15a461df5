//! The flags of `wirestamp serve` that are about watching.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::str::FromStr;

use bytesize::ByteSize;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, Args, Command, Error};

use crate::http::access::token::WatchToken;

/// The group in which the help lists them.
const WATCHING: &str = "Watching";

#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// Keep events of up to this size for those who watch later, from 512 KiB to 1 GiB, or 0 to keep none
    ///
    /// /api/events and /api/sessions show what clients send, in how many pieces, and how they leave. Whoever looks
    /// later sees what has just happened.
    #[arg(long, value_name = "SIZE", env = "WIRESTAMP_WATCH_MEMORY", default_value = "8MiB")]
    #[arg(help_heading = WATCHING)]
    pub(super) watch_memory: WatchMemory,

    /// Let only those watch who have the token in this file
    ///
    /// Without a token, everyone who can reach the server may watch, as long as every HTTP address is one of loopback.
    /// Otherwise watching is off. With a token, clients have to send it, on loopback too: Authorization: Bearer TOKEN.
    ///
    /// Write @ before the path. A token on the command line would be shown to everyone on this computer, so it is
    /// refused. The environment variable holds the token itself, or @ and a path.
    #[arg(long, value_name = "@FILE", env = "WIRESTAMP_WATCH_TOKEN", hide_env_values = true)]
    #[arg(value_parser = TokenParser)]
    #[arg(help_heading = WATCHING)]
    pub(super) watch_token: Option<WatchToken>,
}

/// `--watch-memory`: a size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WatchMemory(pub(super) usize);

impl WatchMemory {
    /// A sixteenth of it has to hold the largest read, of 16 KiB, with room to spare.
    const LEAST: u64 = 512 * 1024;
    const MOST: u64 = 1 << 30;
}

impl FromStr for WatchMemory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size: ByteSize =
            text.parse().map_err(|error| format!("{error}; write 8MiB, or 0 to keep none"))?;
        let is_valid = |size: &u64| *size == 0 || (Self::LEAST..=Self::MOST).contains(size);
        let size = Some(size.as_u64()).filter(is_valid).and_then(|size| usize::try_from(size).ok());
        size.map(Self).ok_or_else(|| "must be 0, or between 512 KiB and 1 GiB".into())
    }
}

/// Reads the token. No error shows the value, which may be the token itself.
#[derive(Clone)]
struct TokenParser;

impl TypedValueParser for TokenParser {
    type Value = WatchToken;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<WatchToken, Error> {
        self.parse_ref_(command, arg, value, ValueSource::CommandLine)
    }

    fn parse_ref_(
        &self,
        command: &Command,
        _: Option<&Arg>,
        value: &OsStr,
        source: ValueSource,
    ) -> Result<WatchToken, Error> {
        let is_typed = source == ValueSource::CommandLine;
        let named = if is_typed { "--watch-token" } else { "WIRESTAMP_WATCH_TOKEN" };
        token(value, is_typed).map_err(|reason| {
            let message = format!("invalid value for {named}: {reason}\n");
            Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

fn token(value: &OsStr, is_typed: bool) -> Result<WatchToken, String> {
    let bytes = value.as_bytes();
    if let Some(path) = bytes.strip_prefix(b"@") {
        return WatchToken::of_file(Path::new(OsStr::from_bytes(path)));
    }
    if is_typed {
        return Err(
            "everyone on this computer can see a token on the command line; write it to a file and give \
                    @FILE, or put it into WIRESTAMP_WATCH_TOKEN"
                .into(),
        );
    }
    String::from_utf8_lossy(bytes).parse().map_err(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_may_be_zero_but_not_tiny_or_huge() {
        for (text, bytes) in [("0", 0), ("512KiB", 1 << 19), ("8MiB", 8 << 20), ("1GiB", 1 << 30)] {
            assert_eq!(text.parse(), Ok(WatchMemory(bytes)), "{text}");
        }
        for text in ["1", "511KiB", "2GiB"] {
            let advice = "must be 0, or between 512 KiB and 1 GiB".to_owned();
            assert_eq!(text.parse::<WatchMemory>(), Err(advice), "{text}");
        }
        assert!("lots".parse::<WatchMemory>().unwrap_err().ends_with("; write 8MiB, or 0 to keep none"));
    }

    #[test]
    fn a_token_may_be_in_the_environment_but_not_on_the_command_line() {
        let s3cret = OsStr::new("s3cret");
        assert_eq!(token(s3cret, false), Ok("s3cret".parse().unwrap()));
        let error = token(s3cret, true).unwrap_err();
        assert!(error.contains("give @FILE") && !error.contains("s3cret"), "{error}");
        let error = token(OsStr::new("two words"), false).unwrap_err();
        assert!(!error.contains("two"), "{error}");
    }
}
