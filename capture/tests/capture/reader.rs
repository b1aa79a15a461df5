//! A reader of pcapng files with IP packets, which shares no code with the writer. It panics if the file is inconsistent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// A file with one section and one interface.
#[derive(Debug)]
pub(crate) struct File {
    /// The options of the section and of the interface.
    pub(crate) section: Vec<(u16, Vec<u8>)>,
    pub(crate) interface: Vec<(u16, Vec<u8>)>,
    pub(crate) packets: Vec<Packet>,
}

/// A packet, with what its headers say.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    pub(crate) at: Duration,
    pub(crate) is_inbound: bool,
    pub(crate) comments: Vec<String>,
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    /// `None` in a UDP packet.
    pub(crate) tcp: Option<Tcp>,
    /// The known part of the payload, and the length of the whole.
    pub(crate) known: Vec<u8>,
    pub(crate) size: usize,
}

/// What the header of a segment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tcp {
    pub(crate) number: u32,
    pub(crate) acknowledged: u32,
    /// As tcpdump abbreviates them.
    pub(crate) flags: &'static str,
}

/// Reads a file.
pub(crate) fn read(mut file: &[u8]) -> File {
    let (kind, section) = block(&mut file);
    assert_eq!((kind, &section[..8]), (0x0A0D_0D0A, &[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0][..]));
    let (kind, interface) = block(&mut file);
    assert_eq!((kind, &interface[..8]), (1, &[101, 0, 0, 0, 0, 0, 0, 0][..]));
    let mut packets = Vec::new();
    while !file.is_empty() {
        let (kind, body) = block(&mut file);
        assert_eq!(kind, 6);
        packets.push(enhanced_packet(body));
    }
    File { section: options(&section[16..]), interface: options(&interface[8..]), packets }
}

fn u16_be(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn u32_le(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn block<'a>(file: &mut &'a [u8]) -> (u32, &'a [u8]) {
    let length = u32_le(&file[4..]) as usize;
    assert_eq!(length % 4, 0);
    let (block, rest) = file.split_at(length);
    *file = rest;
    assert_eq!(u32_le(&block[length - 4..]) as usize, length, "the lengths of a block differ");
    (u32_le(block), &block[8..length - 4])
}

fn padded<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(length.next_multiple_of(4));
    *bytes = rest;
    assert!(taken[length..].iter().all(|byte| *byte == 0));
    &taken[..length]
}

fn options(mut bytes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut options = Vec::new();
    loop {
        let (code, length) = (u32_le(bytes) as u16, u32_le(bytes) >> 16);
        bytes = &bytes[4..];
        if code == 0 {
            assert_eq!((length, bytes), (0, &[][..]));
            return options;
        }
        options.push((code, padded(&mut bytes, length as usize).to_vec()));
    }
}

fn enhanced_packet(mut body: &[u8]) -> Packet {
    let [interface, high, low, captured, len] = [0, 4, 8, 12, 16].map(|at| u32_le(&body[at..]));
    assert_eq!(interface, 0);
    body = &body[20..];
    let bytes = padded(&mut body, captured as usize);
    assert!(captured <= len);
    let mut packet = ip(bytes, len as usize);
    packet.at = Duration::from_nanos(u64::from(high) << 32 | u64::from(low));
    for (code, value) in options(body) {
        match code {
            1 => packet.comments.push(String::from_utf8(value).expect("a comment is text")),
            2 => packet.is_inbound = u32_le(&value) == 1,
            _ => panic!("an option of kind {code}"),
        }
    }
    packet
}

fn ip(bytes: &[u8], len: usize) -> Packet {
    let (protocol, from, to, rest): (u8, IpAddr, IpAddr, &[u8]) = if bytes[0] >> 4 == 4 {
        assert_eq!(bytes[0] & 15, 5);
        assert_eq!(usize::from(u16_be(&bytes[2..])), len);
        assert_eq!(sum([&bytes[..20]]), 0xffff, "the checksum of the IPv4 header");
        let address = |at: usize| Ipv4Addr::from_octets(bytes[at..at + 4].try_into().unwrap());
        (bytes[9], address(12).into(), address(16).into(), &bytes[20..])
    } else {
        assert_eq!(bytes[0] >> 4, 6);
        assert_eq!(usize::from(u16_be(&bytes[4..])) + 40, len);
        let address = |at: usize| Ipv6Addr::from_octets(bytes[at..at + 16].try_into().unwrap());
        (bytes[6], address(8).into(), address(24).into(), &bytes[40..])
    };
    let behind = len - (bytes.len() - rest.len());
    let header = if protocol == 6 { usize::from(rest[12] >> 4) * 4 } else { 8 };
    if protocol == 17 {
        assert_eq!(usize::from(u16_be(&rest[4..])), behind);
        assert_ne!(u16_be(&rest[6..]), 0, "a UDP datagram without a checksum");
    }
    if rest.len() == behind {
        let addresses: Vec<u8> = [from, to].iter().flat_map(octets).collect();
        let lengths = (u32::from(protocol) + behind as u32).to_be_bytes();
        assert_eq!(sum([&addresses[..], &lengths, rest]), 0xffff, "the checksum of {rest:x?}");
    }
    Packet {
        at: Duration::ZERO,
        is_inbound: false,
        comments: Vec::new(),
        source: SocketAddr::new(from, u16_be(rest)),
        destination: SocketAddr::new(to, u16_be(&rest[2..])),
        tcp: (protocol == 6).then(|| tcp(rest)),
        known: rest[header..].to_vec(),
        size: behind - header,
    }
}

fn tcp(header: &[u8]) -> Tcp {
    let number = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
    let flags = match header[13] {
        0x02 => "S",
        0x12 => "S.",
        0x10 => ".",
        0x18 => "P.",
        0x11 => "F.",
        0x14 => "R.",
        other => panic!("flags {other:x}"),
    };
    Tcp { number: number(4), acknowledged: number(8), flags }
}

fn octets(address: &IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// The one's complement sum (RFC 1071), which is 0xffff over bytes with a right checksum.
fn sum<const N: usize>(parts: [&[u8]; N]) -> u32 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum = words
        .fold(0, |sum, word| sum + (u32::from(word[0]) << 8) + u32::from(word.get(1).copied().unwrap_or(0)));
    let folded = (sum & 0xffff) + (sum >> 16);
    (folded & 0xffff) + (folded >> 16)
}
