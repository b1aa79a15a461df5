//! Command lines for the shell.

use std::path::Path;
use std::process::{Output, Stdio};

use super::server::{PROGRAM, without_settings};
use super::soon;

/// Runs a command line in bash. In it, `wirestamp` is the program under test.
pub(crate) async fn bash(line: &str) -> Output {
    bash_in(Path::new("."), line).await
}

/// The same in this directory.
pub(crate) async fn bash_in(directory: &Path, line: &str) -> Output {
    let mut command = without_settings("bash");
    command.args(["-c", line]).current_dir(directory).stdin(Stdio::null()).kill_on_drop(true);
    let here = Path::new(PROGRAM).parent().unwrap().to_str().unwrap();
    command.env("PATH", format!("{here}:{}", std::env::var("PATH").unwrap_or_default()));
    soon(line, command.output()).await.unwrap()
}
