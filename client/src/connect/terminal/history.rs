//! Where the history of typed lines is stored.

use std::ffi::OsString;
use std::path::PathBuf;

/// Returns `$XDG_STATE_HOME/wirestamp/history`, with `~/.local/state` as the default, or `None` without a
/// home directory.
pub(super) fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The XDG Base Directory Specification says to ignore relative paths.
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("wirestamp/history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_is_in_the_state_directory() {
        for (xdg, home, lies) in [
            (Some("/state"), Some("/home/me"), Some("/state/wirestamp/history")),
            (None, Some("/home/me"), Some("/home/me/.local/state/wirestamp/history")),
            (Some(""), Some("/home/me"), Some("/home/me/.local/state/wirestamp/history")),
            (Some("relative"), None, None),
            (None, None, None),
        ] {
            let variable = |name: &str| if name == "HOME" { home } else { xdg }.map(OsString::from);
            assert_eq!(path(variable), lies.map(PathBuf::from));
        }
    }
}
