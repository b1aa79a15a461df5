//! What can keep the program from running, each in the words that its user sees.

use std::io;
use std::path::PathBuf;

pub(crate) use wirestamp_client::reason;

/// Why the program ended before its time. `main` prints it, once, and exits with 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A host name without an address.
    #[error("cannot resolve {address}: {source}; check the host's name")]
    Resolve {
        /// What was asked for.
        address: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// An address that cannot be listened on.
    #[error("cannot listen on {flag} {address}: {}; {}", reason(source), advice(source, flag))]
    Listen {
        /// The flag that asks for it, without its dashes.
        flag: &'static str,
        /// The address, resolved.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// A path that cannot be listened on.
    #[error("cannot listen on unix {}: {why}; choose another path with --unix, or make room there", path.display())]
    ListenUnix {
        /// The path.
        path: PathBuf,
        /// What is in the way.
        why: String,
    },
    /// A socket from systemd that is of no use.
    #[error("cannot use the socket {name:?} that systemd handed over: {}", reason(source))]
    Inherit {
        /// Its `FileDescriptorName=`.
        name: String,
        /// What is wrong with it.
        source: io::Error,
    },
    /// Anything else that the system refused at start.
    #[error("cannot {what}: {}", reason(source))]
    Start {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

fn advice(error: &io::Error, flag: &str) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("stop the program that has it, or choose another with --{flag} (port 0 picks a free one)")
        }
        io::ErrorKind::AddrNotAvailable => format!("choose an address of this computer with --{flag}"),
        io::ErrorKind::PermissionDenied => format!("choose a port above 1023 with --{flag}"),
        _ => format!("choose another with --{flag}"),
    }
}
