//! The timestamp service and the program around it.
//!
//! - [`wire`]: raw TCP, byte for byte.
//! - [`volume`]: the same with a hundred megabytes, in chunks of any size.
//! - [`unix`], [`udp`]: the other kinds of socket.
//! - [`arrival`]: which time a stamp shows.
//! - [`formats`]: the formats of stamps, and how a client requests one.
//! - [`limits`], [`drain`]: too many clients, and the stop.
//! - [`metrics`]: what Prometheus sees.
//! - [`program`]: the command line, output, signals and exit codes.
//! - [`log`]: what is logged, and what happens if nobody reads it.
//! - [`systemd`]: sockets from systemd, notifications to it, and the unit files.

mod arrival;
mod drain;
mod formats;
mod limits;
mod log;
mod metrics;
mod program;
mod systemd;
mod udp;
mod unix;
mod volume;
mod wire;
