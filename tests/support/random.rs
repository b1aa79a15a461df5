//! Numbers that look random and are the same at every run.

/// SplitMix64: eight bytes of state, and good enough to cut bytes at places that nobody chose.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A size from 1 to `most`, of any magnitude as likely as of any other: many are small, a few are large.
    pub(crate) fn size(&mut self, most: usize) -> usize {
        let magnitude = self.below(most.ilog2() as usize + 1);
        (1 + self.below(1 << (magnitude + 1))).min(most)
    }

    /// Bytes of every value.
    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len + 8);
        while bytes.len() < len {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }
}
