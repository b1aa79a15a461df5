//! A process that is killed together with its children.

use tokio::process::{Child, Command};

/// A process in its own process group. Dropping this kills the whole group.
pub(crate) struct Group(pub(crate) Child);

impl Group {
    pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Self> {
        command.process_group(0).kill_on_drop(true).spawn().map(Self)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A process that has been waited for has no id.
        if let Some(leader) = self.0.id() {
            let _ =
                std::process::Command::new("kill").args(["-s", "KILL", "--", &format!("-{leader}")]).status();
        }
    }
}
