//! Where the lines typed before are kept.

use std::ffi::OsString;
use std::path::PathBuf;

/// `$XDG_STATE_HOME/wirestamp/history`, else the same below `~/.local/state`; without a home, nowhere.
pub(super) fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The specification of these directories has relative ones ignored.
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("wirestamp/history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lies_where_state_belongs() {
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
