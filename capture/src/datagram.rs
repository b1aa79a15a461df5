//! Messages over UDP: a datagram is a packet, and so is its reply.

use wirestamp_protocol::event::Message;

use crate::blocks::Direction;
use crate::bytes::{self, Bytes};
use crate::reply::Reply;
use crate::route::Route;
use crate::sink::Sink;
use crate::{notes, packet};

pub(crate) fn message(message: &Message, sink: &mut Sink<'_>) {
    let about = &message.about;
    let known = bytes::known(&message.payload);
    let mut notes = Vec::new();
    let route = Route::of(about).unwrap_or_else(|| {
        notes.push(notes::no_addresses(&about.peer, &about.listener));
        Route::made_up(about.session)
    });
    if let Some(reason) = message.unanswered {
        notes.push(format!("It got no reply: {}.", reason.name()));
    }
    let asked = packet::datagram(route, Bytes::new(&known, message.bytes));
    sink.packet(about.at, Direction::In, &asked, notes);
    if let Some(reply) = Reply::to(message, &known) {
        let answered = packet::datagram(route.back(), reply.bytes());
        sink.packet(reply.at, Direction::Out, &answered, Vec::new());
    }
}
