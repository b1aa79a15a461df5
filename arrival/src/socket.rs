//! Asks the kernel for receive times, and finds them in its control messages.

use std::os::fd::AsFd;
use std::time::Duration;

use nix::sys::socket::{ControlMessageOwned, cmsg_space, setsockopt, sockopt};
use nix::sys::time::TimeSpec;

/// Asks the kernel to stamp what arrives at this socket. What a listener accepts inherits that. Times come a little
/// later: the kernel turns its stamps on in the background, if no socket had asked before.
///
/// Returns whether the kernel agreed. It does for TCP and UDP; Unix sockets have no times.
pub fn ask_kernel(socket: &impl AsFd) -> bool {
    setsockopt(socket, sockopt::ReceiveTimestampns, &true).is_ok()
}

/// The length of the control messages that a read can bring, in bytes: a time, and a UDP socket's count of drops.
const CONTROL_LEN: usize = cmsg_space::<TimeSpec>() + cmsg_space::<u32>();

/// Room for the control messages of one read, aligned as the kernel writes them (cmsg(3)).
#[derive(Debug)]
#[repr(align(8))]
pub(crate) struct Control([u8; CONTROL_LEN]);

impl Default for Control {
    fn default() -> Self {
        Self([0; CONTROL_LEN])
    }
}

impl Control {
    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// Returns the time in a control message that has one.
pub(crate) fn kernel_time(message: &ControlMessageOwned) -> Option<Duration> {
    let ControlMessageOwned::ScmTimestampns(time) = message else { return None };
    // A clock that's set to a time before 1970 has none that could be told.
    Some(Duration::new(time.tv_sec().try_into().ok()?, time.tv_nsec().try_into().ok()?))
}
