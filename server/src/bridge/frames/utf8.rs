//! Checking text whose bytes come in pieces.

/// Checks the bytes of a text as they come, and holds back the start of a character until its end is there.
#[derive(Debug, Default)]
pub(super) struct Utf8 {
    /// The start of a character: at most 3 bytes, since the fourth completes it.
    held: [u8; 3],
    len: u8,
}

/// The text isn't valid UTF-8, whatever comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Invalid;

impl Utf8 {
    /// What is held back. It belongs before the next bytes of the text.
    pub(super) fn take(&mut self) -> impl Iterator<Item = u8> + use<> {
        let len = std::mem::take(&mut self.len);
        self.held.into_iter().take(len.into())
    }

    /// Checks the text at the end of `out`, from `start` on. Only whole characters stay there, before whatever makes
    /// the text invalid.
    ///
    /// # Errors
    /// If the text is invalid.
    pub(super) fn check(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), Invalid> {
        let Err(error) = std::str::from_utf8(&out[start..]) else { return Ok(()) };
        let rest = &out[start + error.valid_up_to()..];
        let checked = match (error.error_len(), self.held.get_mut(..rest.len())) {
            (None, Some(held)) => {
                held.copy_from_slice(rest);
                self.len = rest.len() as u8;
                Ok(())
            }
            _ => Err(Invalid),
        };
        out.truncate(start + error.valid_up_to());
        checked
    }

    /// Whether the text may end here.
    pub(super) fn is_whole(&self) -> bool {
        self.len == 0
    }
}
