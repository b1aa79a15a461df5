//! Room for what a client leaves half done: a message without its end, or replies that it doesn't read.
//!
//! More than a few bytes have a memory mapping of their own, which the kernel gets back at once when they are dropped.
//! The allocator would keep them: whenever glibc frees a large block, it raises the size from which on it maps blocks
//! (mallopt(3), `M_MMAP_THRESHOLD`). Later blocks of that size are in the heap, and the heap shrinks only from its
//! end.

use std::cell::RefCell;
use std::io;
use std::ops::Deref;

use memmap2::MmapMut;
use wirestamp_protocol::Pending;

use super::{PIECE_MAX, READ_SIZE};

/// The most that is kept in the heap, in bytes. A mapping takes at least a page, which is as much.
const HEAP_MAX: usize = 4096;

/// The usual size of a mapping: the replies to a piece, and the rest of the read. A message of the default maximum fits
/// as well. Pages that aren't written to take no memory.
const MAPPED: usize = PIECE_MAX + READ_SIZE;

/// How many mappings are kept for the next client. A bridge and its service have bytes in up to four at once: what each
/// is about to write, and what waits between them in each direction.
const SPARES: usize = 4;

thread_local! {
    /// Mappings for the next client, so that one whose messages all take several reads doesn't need new ones for each.
    static SPARE: RefCell<Vec<MmapMut>> = const { RefCell::new(Vec::new()) };
}

/// Bytes that have to wait.
#[derive(Debug, Default)]
pub(crate) struct Room(Kept);

#[derive(Debug)]
enum Kept {
    /// Few bytes, or the kernel refused another mapping.
    Heap(Vec<u8>),
    Mapped {
        mapping: MmapMut,
        len: usize,
    },
}

impl Default for Kept {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl Deref for Room {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Kept::Heap(bytes) => bytes,
            Kept::Mapped { mapping, len } => &mapping[..*len],
        }
    }
}

impl Pending for Room {
    fn append(&mut self, bytes: &[u8]) {
        self.append_in(bytes, map);
    }
}

impl Room {
    /// Appends `bytes`, if need be in a mapping that `map` makes of at least the size that it is passed.
    fn append_in(&mut self, bytes: &[u8], map: impl FnOnce(usize) -> io::Result<MmapMut>) {
        let (before, after) = (self.len(), self.len() + bytes.len());
        match &mut self.0 {
            Kept::Mapped { mapping, len } if after <= mapping.len() => {
                mapping[before..after].copy_from_slice(bytes);
                *len = after;
                return;
            }
            Kept::Heap(heap) if after <= HEAP_MAX => return heap.extend_from_slice(bytes),
            _ => {}
        }
        // Twice as much as before, so that a long message isn't copied for each of its reads.
        if let Ok(mut mapping) = map(after.max(2 * before)) {
            mapping[..before].copy_from_slice(self);
            mapping[before..after].copy_from_slice(bytes);
            *self = Self(Kept::Mapped { mapping, len: after });
            return;
        }
        match &mut self.0 {
            Kept::Heap(heap) => heap.extend_from_slice(bytes),
            Kept::Mapped { .. } => *self = Self(Kept::Heap([&**self, bytes].concat())),
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Kept::Mapped { mapping, .. } = std::mem::take(&mut self.0)
            && mapping.len() == MAPPED
        {
            SPARE.with_borrow_mut(|spare| {
                if spare.len() < SPARES {
                    spare.push(mapping);
                }
            });
        }
    }
}

/// Maps at least `size` bytes.
///
/// # Errors
/// If the kernel refuses: a process has at most `vm.max_map_count` mappings, 65,530 by default.
fn map(size: usize) -> io::Result<MmapMut> {
    match if size <= MAPPED { SPARE.with_borrow_mut(Vec::pop) } else { None } {
        Some(spare) => Ok(spare),
        None => MmapMut::map_anon(size.max(MAPPED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::ErrorKind;

    fn refuse(_: usize) -> io::Result<MmapMut> {
        Err(ErrorKind::OutOfMemory.into())
    }

    fn is_mapped(room: &Room) -> bool {
        matches!(room.0, Kept::Mapped { .. })
    }

    /// Bytes that can be told apart by their place.
    fn some_bytes(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn few_bytes_are_in_the_heap_and_more_in_a_mapping() {
        let bytes = some_bytes(5 * MAPPED);
        let (mut room, mut len) = (Room::default(), 0);
        for piece in bytes.chunks(1000) {
            room.append(piece);
            len += piece.len();
            assert_eq!(&*room, &bytes[..len]);
            assert_eq!(is_mapped(&room), len > HEAP_MAX, "{len} bytes");
        }
    }

    #[test]
    fn bytes_that_no_mapping_is_left_for_are_in_the_heap() {
        let bytes = some_bytes(2 * MAPPED);
        let mut room = Room::default();
        room.append_in(&bytes[..2 * HEAP_MAX], refuse);
        room.append_in(&bytes[2 * HEAP_MAX..4 * HEAP_MAX], refuse);
        assert!(!is_mapped(&room) && *room == bytes[..4 * HEAP_MAX]);
        // There is one again, and then none that is larger.
        room.append(&bytes[4 * HEAP_MAX..5 * HEAP_MAX]);
        assert!(is_mapped(&room) && *room == bytes[..5 * HEAP_MAX]);
        room.append_in(&bytes[5 * HEAP_MAX..], refuse);
        assert!(!is_mapped(&room) && *room == *bytes);
    }

    #[test]
    fn a_mapping_of_the_usual_size_is_kept_for_the_next_client() {
        let mut room = Room::default();
        room.append(&some_bytes(MAPPED));
        let first = room.as_ptr();
        drop(room);
        let mut room = Room::default();
        room.append(&[b'x'; HEAP_MAX + 1]);
        assert_eq!(room.as_ptr(), first);
        assert!(SPARE.take().is_empty());

        // A larger one isn't: it would hold as much for as long as the thread runs.
        room.append(&some_bytes(MAPPED));
        drop((SPARE.take(), room));
        assert!(SPARE.take().is_empty());
    }

    #[test]
    fn only_a_few_mappings_are_kept() {
        let rooms: Vec<_> = (0..2 * SPARES)
            .map(|_| {
                let mut room = Room::default();
                room.append(&some_bytes(MAPPED));
                room
            })
            .collect();
        drop(rooms);
        assert_eq!(SPARE.take().len(), SPARES);
    }
}
