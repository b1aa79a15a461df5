//! Sessions over streams, as TCP connections.

use wirestamp_protocol::event::{About, By, Close, Dropped, End, How, Message, Open, Source, Transport};

use crate::bytes::{self, Bytes};
use crate::connection::{Connection, Kind, Side};
use crate::reply::Reply;
use crate::route::Route;
use crate::sink::Sink;
use crate::{notes, reads};

/// The largest message of which every byte is in a segment: the most that `--max-message` can be. A feed that claims more
/// can't make the capture larger: sequence numbers go on behind the rest, as if it hadn't been captured.
const MESSAGE_MAX: u64 = 16 * 1024 * 1024;

/// A session that is under way.
#[derive(Debug)]
pub(crate) struct Stream {
    connection: Connection,
    /// Whether its beginning was told, so that its totals are those of the connection.
    is_whole: bool,
    /// Where the times of arrival were last said to come from.
    source: Source,
    /// How much longer the last reply was than its message, in bytes.
    prefix: u64,
}

impl Stream {
    /// A session that begins.
    pub(crate) fn open(open: &Open, sink: &mut Sink<'_>) -> Self {
        let mut stream = Self::new(&open.about, true);
        let connection = &mut stream.connection;
        for note in notes::open(open) {
            connection.note(note);
        }
        let at = open.about.at;
        connection.signal(Side::Client, at, Kind::Syn, sink);
        connection.signal(Side::Server, at, Kind::Syn, sink);
        connection.signal(Side::Client, at, Kind::Ack, sink);
        stream
    }

    /// A session whose beginning wasn't told, or was forgotten.
    pub(crate) fn late(about: &About) -> Self {
        let mut stream = Self::new(about, false);
        stream.connection.begin_late();
        stream.connection.note(notes::LATE);
        stream
    }

    fn new(about: &About, is_whole: bool) -> Self {
        let route = Route::of(about);
        let made_up = Route::made_up(about.session);
        let mut connection = Connection::new(about.id, about.session, route.unwrap_or(made_up));
        for note in notes::session(about, route.is_some()) {
            connection.note(note);
        }
        Self { connection, is_whole, source: Source::Kernel, prefix: 0 }
    }

    /// A message and its reply.
    pub(crate) fn message(&mut self, message: &Message, sink: &mut Sink<'_>) {
        let connection = &mut self.connection;
        if self.source != message.source {
            self.source = message.source;
            connection.note(notes::source(message.source));
        }
        let known = bytes::known(&message.payload);
        let mut rest = Bytes::new(&known, message.bytes);
        let mut shown = rest.take(MESSAGE_MAX);
        for piece in reads::pieces(message) {
            piece.note.into_iter().for_each(|note| connection.note(note));
            connection.send(Side::Client, piece.at, shown.take(piece.bytes), sink);
        }
        connection.skip(Side::Client, rest.size());

        let reply = Reply::to(message, &known);
        if message.end == End::Eof && message.about.transport != Transport::Ws {
            let at = reply.as_ref().map_or(message.about.at, |reply| reply.at);
            connection.note(notes::EOF);
            connection.signal(Side::Client, at, Kind::Fin, sink);
        }
        let Some(reply) = reply else { return };
        if message.service_ns.is_none() {
            connection.note(notes::UNWRITTEN);
        }
        let mut rest = reply.bytes();
        connection.send(Side::Server, reply.at, rest.take(MESSAGE_MAX + reply.prefix()), sink);
        connection.skip(Side::Server, rest.size());
        self.prefix = reply.prefix();
    }

    /// Events of it are missing. Their replies are taken to have had stamps like the last one.
    pub(crate) fn dropped(&mut self, dropped: &Dropped) {
        let stamps = dropped.messages.saturating_mul(self.prefix);
        self.connection.skip(Side::Client, dropped.bytes);
        self.connection.skip(Side::Server, dropped.bytes.saturating_add(stamps));
    }

    /// Its end.
    pub(crate) fn close(mut self, close: &Close, sink: &mut Sink<'_>) {
        let connection = &mut self.connection;
        if self.is_whole {
            connection.skip_to(Side::Client, close.bytes_in);
            connection.skip_to(Side::Server, close.bytes_out);
        }
        for note in notes::close(close) {
            connection.note(note);
        }
        for (side, kind) in ending(close.by, close.how) {
            if !connection.is_finished(*side) || *kind == Kind::Rst {
                connection.signal(*side, close.about.at, *kind, sink);
            }
        }
    }
}

/// The segments that end a connection. There are only those that the server knows of: a connection that broke has none,
/// and what a client says to the server's FIN isn't told.
fn ending(by: By, how: How) -> &'static [(Side, Kind)] {
    use Kind::{Fin, Rst};
    use Side::{Client, Server};
    match (how, by) {
        (How::Broken | How::Quiet, _) => &[],
        (How::Reset, By::Client | By::Network) => &[(Client, Rst)],
        (How::Reset, By::Server) => &[(Server, Rst)],
        (How::Fin | How::HalfClose | How::Close, By::Client) => &[(Client, Fin), (Server, Fin)],
        // Both sides of a WebSocket say Close.
        (How::Close, _) => &[(Server, Fin), (Client, Fin)],
        _ => &[(Server, Fin)],
    }
}
