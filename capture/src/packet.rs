//! IP packets with TCP segments and UDP datagrams in them.
//!
//! A packet can have more bytes than are known. Its headers then have its true length, as those of a packet that was
//! captured in part. Its checksum covers the known bytes only. That is no loss: nobody can check one without the rest.

use etherparse::{IpNumber, Ipv4Header, Ipv6Header, TcpHeader, UdpHeader, ip_number};

use crate::bytes::Bytes;
use crate::route::Route;

/// The most bytes in a segment: what an IPv4 packet of 65,535 bytes has room for beside two headers of 20 bytes.
pub(crate) const SEGMENT_MAX: u64 = 65_535 - 40;

/// The usual start value (RFC 1340), though no router is on the way.
const TIME_TO_LIVE: u8 = 64;

/// A packet, and its length if it were known whole.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) captured: Vec<u8>,
    pub(crate) len: u32,
}

/// Makes a TCP segment with at most [`SEGMENT_MAX`] bytes of payload. The ports and the checksum are filled in.
pub(crate) fn segment(route: Route, mut header: TcpHeader, payload: Bytes<'_>) -> Packet {
    let known = payload.known();
    (header.source_port, header.destination_port) = ports(route);
    let checksum = match route {
        Route::V4(source, destination) => {
            header.calc_checksum_ipv4_raw(source.ip().octets(), destination.ip().octets(), known)
        }
        Route::V6(source, destination) => {
            header.calc_checksum_ipv6_raw(source.ip().octets(), destination.ip().octets(), known)
        }
    };
    header.checksum = checksum.expect("the payload fits into a segment");
    packet(route, ip_number::TCP, &header.to_bytes(), payload)
}

/// Makes a UDP datagram. A payload that no datagram has room for is cut.
pub(crate) fn datagram(route: Route, mut payload: Bytes<'_>) -> Packet {
    let payload = payload.take(match route {
        Route::V4(..) => 65_507,
        // The length in the IPv6 header doesn't count that header.
        Route::V6(..) => 65_527,
    });
    let known = payload.known();
    let (source_port, destination_port) = ports(route);
    let mut header =
        UdpHeader { source_port, destination_port, length: 8 + payload.size() as u16, checksum: 0 };
    let checksum = match route {
        Route::V4(source, destination) => {
            header.calc_checksum_ipv4_raw(source.ip().octets(), destination.ip().octets(), known)
        }
        Route::V6(source, destination) => {
            header.calc_checksum_ipv6_raw(source.ip().octets(), destination.ip().octets(), known)
        }
    };
    header.checksum = checksum.expect("the payload fits into a datagram");
    packet(route, ip_number::UDP, &header.to_bytes(), payload)
}

fn ports(route: Route) -> (u16, u16) {
    match route {
        Route::V4(source, destination) => (source.port(), destination.port()),
        Route::V6(source, destination) => (source.port(), destination.port()),
    }
}

/// The payload fits into a packet behind its headers.
fn packet(route: Route, protocol: IpNumber, transport: &[u8], payload: Bytes<'_>) -> Packet {
    let behind = (transport.len() as u64 + payload.size()) as u16;
    let mut captured = match route {
        Route::V4(source, destination) => {
            let mut header = Ipv4Header {
                total_len: 20 + behind,
                dont_fragment: true,
                time_to_live: TIME_TO_LIVE,
                protocol,
                source: source.ip().octets(),
                destination: destination.ip().octets(),
                ..Ipv4Header::default()
            };
            header.header_checksum = header.calc_header_checksum();
            header.to_bytes().to_vec()
        }
        Route::V6(source, destination) => {
            let header = Ipv6Header {
                payload_length: behind,
                next_header: protocol,
                hop_limit: TIME_TO_LIVE,
                source: source.ip().octets(),
                destination: destination.ip().octets(),
                ..Ipv6Header::default()
            };
            header.to_bytes().to_vec()
        }
    };
    let len = captured.len() as u32 + u32::from(behind);
    captured.extend_from_slice(transport);
    captured.extend_from_slice(payload.known());
    Packet { captured, len }
}
