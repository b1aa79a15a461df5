//! Modbus TCP: the MBAP header and the request that follows it (MODBUS Messaging on TCP/IP V1.0b, 3.1.3, and MODBUS
//! Application Protocol V1.1b3, 6).

use super::Match;

/// The header with its unit, and the function.
const HEAD: usize = 8;
/// With the address and the quantity that the common functions have.
const REQUEST: usize = 12;

pub(super) fn recognize(head: &[u8]) -> Match {
    let is_likely = head.iter().enumerate().all(|(at, byte)| match at {
        // The protocol, and the high byte of a length below 256.
        2..=4 => *byte == 0,
        5 => (2..=254).contains(byte),
        7 => is_known(*byte),
        _ => true,
    });
    if !is_likely {
        return Match::No;
    }
    // The length counts what follows it: the unit, the function and its data.
    let Some(&[.., len, _unit, function]) = head.first_chunk::<HEAD>() else { return Match::Maybe };
    match (function, len) {
        (7 | 11 | 12 | 17, 2) => Match::Yes,
        (1..=6, 6) | (15 | 16, 9..) => {
            let Some(request) = head.first_chunk::<REQUEST>() else { return Match::Maybe };
            let quantity = u16::from_be_bytes([request[10], request[11]]);
            match (function, quantity) {
                (1 | 2, 1..=2000) | (3 | 4, 1..=125) | (5, 0 | 0xff00) | (6, _) => Match::Yes,
                (15, 1..=1968) => counted(head, len, quantity.div_ceil(8)),
                (16, 1..=123) => counted(head, len, quantity * 2),
                _ => Match::No,
            }
        }
        _ => Match::No,
    }
}

/// The functions that a first request has: reading, writing, and asking what the device is.
fn is_known(function: u8) -> bool {
    matches!(function, 1..=7 | 11 | 12 | 15..=17)
}

/// The values to write have their number of bytes in front, and the length fits.
fn counted(head: &[u8], len: u8, bytes: u16) -> Match {
    match head.get(REQUEST) {
        None => Match::Maybe,
        Some(&count) if u16::from(count) == bytes && u16::from(len) == 7 + bytes => Match::Yes,
        Some(_) => Match::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_known_by_header_function_and_lengths() {
        for bytes in [
            // Read ten holding registers from address 0 of unit 1.
            &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10][..],
            &[0xab, 0xcd, 0, 0, 0, 6, 0xff, 1, 0, 19, 0, 37],
            // Switch a coil on, write one register, then two.
            &[0, 2, 0, 0, 0, 6, 1, 5, 0, 172, 0xff, 0],
            &[0, 3, 0, 0, 0, 6, 17, 6, 0, 1, 0, 3],
            &[0, 4, 0, 0, 0, 11, 17, 16, 0, 1, 0, 2, 4, 0, 10, 1, 2],
            // Ten coils.
            &[0, 5, 0, 0, 0, 9, 17, 15, 0, 19, 0, 10, 2, 0xcd, 1],
            // Report the server's identifier.
            &[0, 6, 0, 0, 0, 2, 17, 17],
        ] {
            assert_eq!(recognize(bytes), Match::Yes, "{bytes:?}");
            assert_eq!(recognize(&bytes[..7]), Match::Maybe, "{bytes:?}");
        }
    }

    #[test]
    fn what_deviates_in_one_byte_is_not() {
        for bytes in [
            // Another protocol, length, function, or quantity.
            &[0, 1, 0, 1, 0, 6, 1, 3, 0, 0, 0, 10][..],
            &[0, 1, 0, 0, 1, 6, 1, 3, 0, 0, 0, 10],
            &[0, 1, 0, 0, 0, 7, 1, 3, 0, 0, 0, 10],
            &[0, 1, 0, 0, 0, 6, 1, 99, 0, 0, 0, 10],
            &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 0],
            &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 126],
            &[0, 2, 0, 0, 0, 6, 1, 5, 0, 172, 1, 0],
            &[0, 4, 0, 0, 0, 11, 17, 16, 0, 1, 0, 2, 5],
            &[0; 12],
        ] {
            assert_eq!(recognize(bytes), Match::No, "{bytes:?}");
        }
    }
}
