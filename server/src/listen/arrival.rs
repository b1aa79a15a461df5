//! Turns a connection into a client. They differ by what is exchanged before the first message.

use std::io;
use std::time::Duration;

use wirestamp_arrival::{KernelRead, Source, Timed};

use crate::peer::{Peer, Transport};

/// How long everything before the first message may take on one connection.
pub(crate) const GREETING_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection as the kernel hands it over: nothing has been read from it yet.
pub(crate) struct Connection<S> {
    pub(crate) stream: S,
    /// The far end of the connection, which a proxy may have opened for someone else.
    pub(crate) peer: Peer,
}

/// A client and its connection.
pub(crate) struct Arrival<S> {
    pub(crate) stream: S,
    /// The client's own address, which admission uses.
    pub(crate) peer: Peer,
    pub(crate) transport: Transport,
}

/// The greeting of a plain listener exchanges nothing: the far end is the client. `times` says where the listener's
/// times of arrival come from.
///
/// # Errors
/// None. A greeting that reads from the connection can fail.
pub(crate) async fn plain<S: KernelRead>(
    connection: Connection<S>,
    transport: Transport,
    times: Source,
) -> io::Result<Arrival<Timed<S>>> {
    let Connection { stream, peer } = connection;
    let stream = match times {
        Source::Kernel => Timed::by_kernel(stream),
        Source::Read => Timed::by_read(stream),
    };
    Ok(Arrival { stream, peer, transport })
}
