//! A process that takes its children with it.

use tokio::process::{Child, Command};

/// A process in a group of its own. The whole group is killed when this is dropped.
pub(crate) struct Group(pub(crate) Child);

impl Group {
    pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Self> {
        command.process_group(0).kill_on_drop(true).spawn().map(Self)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Of a process that was waited for there is no number any more.
        if let Some(leader) = self.0.id() {
            let _ =
                std::process::Command::new("kill").args(["-s", "KILL", "--", &format!("-{leader}")]).status();
        }
    }
}
