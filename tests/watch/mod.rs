//! What the server tells of its sessions.
//!
//! - [`pcapng`]: as a file for Wireshark.

mod pcapng;
