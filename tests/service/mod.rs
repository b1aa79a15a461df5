//! The service and the program that serves it.
//!
//! - [`wire`]: raw TCP, byte for byte.
//! - [`volume`]: the same by the hundred megabytes, in chunks of any size.
//! - [`unix`], [`udp`]: the other kinds of socket.
//! - [`formats`]: how stamps show the time, and how a client asks for another format.
//! - [`limits`], [`drain`], [`metrics`]: under load, at the stop, and seen from outside.
//! - [`program`]: the command line, what is printed, logs, signals and exit codes.
//! - [`systemd`]: sockets from systemd, notifications to it, and the unit files.

mod drain;
mod formats;
mod limits;
mod metrics;
mod program;
mod systemd;
mod udp;
mod unix;
mod volume;
mod wire;
