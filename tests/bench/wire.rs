//! The bytes of the load: numbered lines, and checks of their replies.

/// The length of every line with its line feed, in bytes.
pub(crate) const LINE: usize = 64;

/// The length of a stamp with its brackets and the space, in bytes.
const STAMP: usize = 27;

/// The number of different lines. No load has that many in flight, so a lost, duplicate or reordered reply is
/// always noticed.
const LINES: usize = 4096;

/// How lines travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// As they are. Replies are the same lines, with or without a stamp.
    Raw { stamped: bool },
    /// Each as a WebSocket message. Each reply is one message, a stamp and the line.
    Messages,
    /// Each as a WebSocket message. Replies are a stream of the same bytes, split into messages anywhere.
    Stream,
}

impl Wire {
    pub(crate) fn is_websocket(self) -> bool {
        matches!(self, Self::Messages | Self::Stream)
    }

    /// The header of each reply, the length of its stamp, and how much of the line it contains.
    fn reply(self) -> (&'static [u8], usize, usize) {
        match self {
            Self::Raw { stamped } => (&[], if stamped { STAMP } else { 0 }, LINE),
            // The header of a text frame (RFC 6455, 5.2) for a reply of less than 126 bytes.
            Self::Messages => (&[0x81, (STAMP + LINE - 1) as u8], STAMP, LINE - 1),
            Self::Stream => (&[], 0, LINE),
        }
    }
}

/// Any mask will do, because unmasking always takes the same work.
const MASK: [u8; 4] = [0x9a, 0x3c, 0xe1, 0x57];

fn line(number: usize) -> [u8; LINE] {
    let mut line = [b'x'; LINE];
    line[..4].copy_from_slice(format!("{number:04x}").as_bytes());
    line[LINE - 1] = b'\n';
    line
}

/// All lines as they are sent and as they are expected back. They are stored twice over, so that the lines
/// after any line are contiguous. They are generated once, because a load that generated them as it ran would
/// be slower than the floor.
pub(crate) struct Script {
    wire: Wire,
    sent: Vec<u8>,
    expected: Vec<u8>,
}

impl Script {
    pub(crate) fn new(wire: Wire) -> Self {
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for number in (0..LINES).chain(0..LINES) {
            let line = line(number);
            append(wire, &line, &mut sent);
            expected.extend_from_slice(&line[..wire.reply().2]);
        }
        Self { wire, sent, expected }
    }

    /// This many lines as they are sent, starting with line `first`.
    pub(crate) fn lines(&self, first: usize, lines: usize) -> &[u8] {
        let length = self.sent.len() / (2 * LINES);
        let start = first % LINES * length;
        &self.sent[start..start + lines * length]
    }

    pub(crate) fn expected(&self, first: usize, lines: usize) -> &[u8] {
        let length = self.wire.reply().2;
        let start = first % LINES * length;
        &self.expected[start..start + lines * length]
    }
}

fn append(wire: Wire, line: &[u8], out: &mut Vec<u8>) {
    // In a message, the other side adds the line feed.
    let (opcode, line) = match wire {
        Wire::Raw { .. } => return out.extend_from_slice(line),
        Wire::Messages => (0x81, &line[..LINE - 1]),
        Wire::Stream => (0x82, line),
    };
    out.extend_from_slice(&[opcode, 0x80 | line.len() as u8]);
    out.extend_from_slice(&MASK);
    out.extend(line.iter().zip(MASK.into_iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

/// Checks the replies on a connection.
#[derive(Default)]
pub(crate) struct Receiver {
    /// The number of the line that the next reply must belong to.
    next: usize,
    /// The start of an incomplete reply.
    partial: Vec<u8>,
    /// The start of an incomplete frame.
    framed: Vec<u8>,
}

impl Receiver {
    /// Takes bytes that were read; returns how many replies are complete.
    ///
    /// # Errors
    /// The first reply that does not belong to the next line.
    pub(crate) fn take(&mut self, bytes: &[u8], script: &Script) -> Result<usize, String> {
        if script.wire != Wire::Stream {
            return self.take_replies(bytes, script);
        }
        self.framed.extend_from_slice(bytes);
        let framed = std::mem::take(&mut self.framed);
        let (mut rest, mut replies) = (framed.as_slice(), 0);
        while let Some((payload, behind)) = unframe(rest) {
            replies += self.take_replies(payload, script)?;
            rest = behind;
        }
        self.framed.extend_from_slice(rest);
        Ok(replies)
    }

    fn take_replies(&mut self, bytes: &[u8], script: &Script) -> Result<usize, String> {
        let (head, stamp, kept) = script.wire.reply();
        let length = head.len() + stamp + kept;
        let (mut rest, mut replies) = (bytes, 0);
        if !self.partial.is_empty() {
            let missing = (length - self.partial.len()).min(rest.len());
            self.partial.extend_from_slice(&rest[..missing]);
            rest = &rest[missing..];
            if self.partial.len() < length {
                return Ok(0);
            }
            let whole = std::mem::take(&mut self.partial);
            self.check(&whole, script)?;
            replies += 1;
        }
        let (whole, partial) = rest.split_at(rest.len() - rest.len() % length);
        for piece in whole.chunks(length * LINES) {
            let lines = piece.len() / length;
            // Without stamps, many replies are compared at once.
            if length == kept && piece == script.expected(self.next, lines) {
                self.next += lines;
            } else {
                piece.chunks(length).try_for_each(|reply| self.check(reply, script))?;
            }
            replies += lines;
        }
        self.partial.extend_from_slice(partial);
        Ok(replies)
    }

    fn check(&mut self, reply: &[u8], script: &Script) -> Result<(), String> {
        let (head, stamp, _) = script.wire.reply();
        let expected = script.expected(self.next, 1);
        self.next += 1;
        let body = &reply[head.len()..];
        let is_stamped = stamp == 0 || (body[0] == b'[' && &body[stamp - 2..stamp] == b"] ");
        if reply.starts_with(head) && is_stamped && &body[stamp..] == expected {
            return Ok(());
        }
        let (reply, expected) = (String::from_utf8_lossy(reply), String::from_utf8_lossy(expected));
        Err(format!("{reply:?} is not the reply to {expected:?}"))
    }
}

/// The payload of the first frame and the bytes after it; `None` if the frame is incomplete.
fn unframe(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, length) = match *bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    Some((bytes.get(header..header + length)?, &bytes[header + length..]))
}
