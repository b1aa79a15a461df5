//! Whether the documents are true.
//!
//! - [`promises`]: every test that `docs/reliability.md` names exists.
//! - [`readme`]: the README's commands print what it says.

mod promises;
mod readme;
