//! The types of flag values.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;
use clap::ValueEnum;
use wirestamp_arrival::Source;
use wirestamp_client::duration;

use crate::listen::address::Address;
use crate::listen::profile::Binding;

/// A value, or the word "off".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrOff<T> {
    /// The value.
    On(T),
    /// The word.
    Off,
}

impl<T> OrOff<T> {
    /// The value, if there is one.
    pub fn on(self) -> Option<T> {
        match self {
            Self::On(value) => Some(value),
            Self::Off => None,
        }
    }
}

impl<T: FromStr<Err: fmt::Display>> FromStr for OrOff<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            _ => {
                text.parse().map(Self::On).map_err(|error: T::Err| format!("{error}; \"off\" is also valid"))
            }
        }
    }
}

/// `--arrival`: where times of arrival come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ArrivalTimes {
    /// The kernel's time, when the packet came.
    Kernel,
    /// The time of the read.
    Read,
}

impl From<ArrivalTimes> for Source {
    fn from(times: ArrivalTimes) -> Self {
        match times {
            ArrivalTimes::Kernel => Self::Kernel,
            ArrivalTimes::Read => Self::Read,
        }
    }
}

/// `--gap`: a duration other than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap(pub Duration);

impl FromStr for Gap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match duration(text)? {
            Duration::ZERO => Err("a gap of zero would end a message at every read; write 50ms or 2s".into()),
            gap => Ok(Self(gap)),
        }
    }
}

/// `--idle-timeout`: a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout(pub Duration);

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        duration(text).map(Self)
    }
}

/// `--unix-mode`: octal permissions, as in chmod(1).
pub(super) fn mode(text: &str) -> Result<u32, String> {
    match u32::from_str_radix(text, 8) {
        Ok(mode) if mode <= 0o777 => Ok(mode),
        _ => Err("write an octal mode from 0 to 777, such as 0660".into()),
    }
}

/// `--unix`: a path, perhaps with a query.
pub(super) fn path(text: &str) -> Result<Binding<PathBuf>, String> {
    let binding: Binding<PathBuf> = text.parse()?;
    if binding.at.as_os_str().is_empty() { Err("missing path".into()) } else { Ok(binding) }
}

/// `--upstream`: an address to connect to.
pub(super) fn upstream(text: &str) -> Result<Address, String> {
    match text.parse()? {
        Address { port: 0, .. } => Err("invalid port \"0\": must be 1 to 65535".into()),
        address => Ok(address),
    }
}

/// `--max-message`: a size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxMessage(pub(super) NonZeroUsize);

impl MaxMessage {
    /// 16 MiB. Each session may hold one incomplete message, and a client shouldn't take up more memory than that.
    const MOST: u64 = 16 << 20;
}

impl From<MaxMessage> for NonZeroUsize {
    fn from(max: MaxMessage) -> Self {
        max.0
    }
}

impl FromStr for MaxMessage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size: ByteSize = text.parse().map_err(|error| format!("{error}; write 64KiB or 65536"))?;
        if size.as_u64() > Self::MOST {
            return Err("must be at most 16 MiB".into());
        }
        let size = usize::try_from(size.as_u64()).ok().and_then(NonZeroUsize::new);
        size.map(Self).ok_or_else(|| "must be at least 1 byte".into())
    }
}
