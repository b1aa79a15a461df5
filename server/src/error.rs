//! Errors that keep the server from starting, with the messages that users see.

use std::io;
use std::path::PathBuf;

use nix::errno::Errno;

pub(crate) use wirestamp_client::reason;

/// Why the server could not start. `main` prints it once and exits with 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host name doesn't resolve.
    #[error("cannot resolve {address}: {source}; check the host name")]
    Resolve {
        /// The address, as it was given.
        address: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// The address can't be listened on.
    #[error("cannot listen on {flag} {address}: {}; {}", reason(source), advice(source, flag))]
    Listen {
        /// The flag that set it, without its dashes.
        flag: &'static str,
        /// The resolved address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// Every listener is off.
    #[error("nothing to listen on: turn on one of --tcp, --unix, --udp and --http")]
    NoListener,
    /// The path can't be listened on.
    #[error("cannot listen on unix {}: {why}; free this path, or choose another with --unix", path.display())]
    ListenUnix {
        /// The path.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// A socket from systemd can't be used.
    #[error("cannot use the socket {name:?} from systemd: {}", reason(source))]
    Inherit {
        /// Its `FileDescriptorName=`.
        name: String,
        /// What is wrong with it.
        source: io::Error,
    },
    /// Anything else that the system refused to do.
    #[error("cannot {what}: {}", reason(source))]
    Start {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

fn advice(error: &io::Error, flag: &str) -> String {
    if error.raw_os_error() == Some(Errno::EMFILE as i32) {
        return "raise the limit of open files (ulimit -n)".into();
    }
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "stop the program that uses it, or choose another address with --{flag} (port 0 picks a free port)"
            )
        }
        io::ErrorKind::AddrNotAvailable => format!("choose an address of this computer with --{flag}"),
        io::ErrorKind::PermissionDenied => format!("choose a port above 1023 with --{flag}"),
        _ => format!("choose another address with --{flag}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_listened_on_comes_with_advice_on_the_reason() {
        for (errno, advice) in [
            (Errno::EADDRINUSE, "stop the program that uses it"),
            (Errno::EADDRNOTAVAIL, "choose an address of this computer with --tcp"),
            (Errno::EACCES, "choose a port above 1023 with --tcp"),
            (Errno::EMFILE, "raise the limit of open files (ulimit -n)"),
        ] {
            let source = io::Error::from_raw_os_error(errno as i32);
            let said = Error::Listen { flag: "tcp", address: "127.0.0.1:1".into(), source }.to_string();
            assert!(said.contains(advice), "{said}");
        }
    }
}
