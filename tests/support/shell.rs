//! Lines of shell, as a person would type them.

use std::process::{Output, Stdio};

use tokio::process::Command;

use super::server::PROGRAM;
use super::soon;

/// Runs a line of shell, as a person would type it.
pub(crate) async fn shell(line: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", line]).stdin(Stdio::null()).kill_on_drop(true);
    // `wirestamp` is the one that is tested.
    let here = std::path::Path::new(PROGRAM).parent().unwrap().to_str().unwrap();
    command.env("PATH", format!("{here}:{}", std::env::var("PATH").unwrap_or_default()));
    soon(line, command.output()).await.unwrap()
}
