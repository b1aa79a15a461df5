//! Gives the names that a module and its script share a few letters: wasm-bindgen's are long, and end in random hashes,
//! which can't be compressed.

use std::collections::HashMap;

/// The short names by the long ones.
#[derive(Debug, Default)]
pub(crate) struct ShortNames(HashMap<String, String>);

impl ShortNames {
    /// Makes a name short. wasm-bindgen itself uses no `$`, so the short name is new in the script.
    pub(crate) fn shorten(&mut self, name: &mut String) {
        let next = format!("${}", self.0.len());
        *name = self.0.entry(std::mem::take(name)).or_insert(next).clone();
    }

    /// Replaces the long names in a script, wherever one is a whole word.
    pub(crate) fn replace(&self, script: &str) -> String {
        let mut short = String::new();
        for word in script.split_inclusive(|char: char| !is_in_names(char)) {
            let name = word.trim_end_matches(|char| !is_in_names(char));
            short.push_str(self.0.get(name).map_or(name, String::as_str));
            short.push_str(&word[name.len()..]);
        }
        short
    }
}

fn is_in_names(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_short_one_in_both() {
        let mut names = ShortNames::default();
        let mut in_module = ["__wbg_send_0123456789abcdef", "__wbg_open_0123", "__wbg_send_0123456789abcdef"]
            .map(String::from);
        in_module.iter_mut().for_each(|name| names.shorten(name));
        assert_eq!(in_module, ["$0", "$1", "$0"]);
        let script =
            "wasm.__wbg_send_0123456789abcdef(__wbg_open_0123);\n__wbg_open_01234: x__wbg_open_0123,";
        assert_eq!(names.replace(script), "wasm.$0($1);\n__wbg_open_01234: x__wbg_open_0123,");
    }
}
