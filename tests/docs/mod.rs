//! Whether the documents are true.
//!
//! - [`reliability`]: every test that `docs/reliability.md` names exists.
//! - [`readme`]: the README's commands print what it says.
//! - [`watch`]: the broken clients of `docs/watch.md` get its verdicts.

mod readme;
mod reliability;
mod watch;
