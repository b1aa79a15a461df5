//! Whether the documents are true.
//!
//! - [`reliability`]: every test that `docs/reliability.md` names exists.
//! - [`readme`]: the README's commands print what it says.

mod readme;
mod reliability;
