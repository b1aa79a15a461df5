//! A file of the page: its name, path and media type.

use crate::Result;

/// A file of the page before compression.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    /// The file name.
    pub(crate) name: String,
    /// The path it is served at.
    pub(crate) path: String,
    pub(crate) mime: &'static str,
    /// The hash of its content.
    pub(crate) hash: String,
    /// Whether the name changes with the content, so that the file may be cached forever.
    pub(crate) immutable: bool,
    pub(crate) content: Vec<u8>,
}

impl Asset {
    /// A file named after the hash of its content.
    pub(crate) fn named_by_content(plain: &str, content: Vec<u8>) -> Result<Self> {
        let hash = hash(&content);
        let (stem, extension) = plain.rsplit_once('.').unwrap_or((plain, ""));
        let mime = mime(extension)
            .ok_or_else(|| format!("{plain}: unknown file type: use a known extension, or add this one"))?;
        let name = format!("{stem}-{hash}.{extension}");
        Ok(Self { path: format!("/{name}"), name, mime, hash, immutable: true, content })
    }

    /// The page itself, at `/`.
    pub(crate) fn index(name: &str, content: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            path: "/".to_owned(),
            mime: "text/html; charset=utf-8",
            hash: hash(&content),
            immutable: false,
            content,
        }
    }
}

/// Whether a file name was made by [`Asset::named_by_content`], compressed or not.
pub(crate) fn is_named_by_content(name: &str) -> bool {
    let name = name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz")).unwrap_or(name);
    let hash = name.rsplit_once('.').and_then(|(stem, _)| stem.rsplit_once('-')).map(|(_, hash)| hash);
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// 64-bit FNV-1a. It tells versions of a file apart, and isn't meant to resist attacks.
fn hash(content: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325, step);
    format!("{hash:016x}")
}

fn mime(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash(b""), "cbf29ce484222325");
        assert_eq!(hash(b"a"), "af63dc4c8601ec8c");
        assert_eq!(hash(b"foobar"), "85944171f73967e8");
    }

    #[test]
    fn a_file_is_called_by_its_content() {
        let asset = Asset::named_by_content("style.css", b"foobar".to_vec()).unwrap();
        assert_eq!(asset.name, "style-85944171f73967e8.css");
        assert_eq!(asset.path, "/style-85944171f73967e8.css");
        assert_eq!(asset.mime, "text/css; charset=utf-8");
        assert!(asset.immutable);
    }

    #[test]
    fn the_index_keeps_its_name() {
        let asset = Asset::index("index.html", b"foobar".to_vec());
        assert_eq!((asset.name.as_str(), asset.path.as_str()), ("index.html", "/"));
        assert_eq!(asset.hash, "85944171f73967e8");
        assert!(!asset.immutable);
    }

    #[test]
    fn the_extension_says_what_a_file_is() {
        assert_eq!(mime("js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(mime("wasm"), Some("application/wasm"));
        assert_eq!(mime("svg"), Some("image/svg+xml"));
        let unknown = Asset::named_by_content("notes.md", Vec::new()).unwrap_err();
        assert!(unknown.starts_with("notes.md: "), "{unknown}");
    }

    #[test]
    fn names_by_content_are_known_again() {
        for name in ["a-85944171f73967e8.css", "a-b-85944171f73967e8.js.br", "a-85944171f73967e8.js.gz"] {
            assert!(is_named_by_content(name), "{name}");
        }
        for name in ["index.html", "index.html.br", "assets.rs", "a-b.css", "a-85944171f73967ex.css", "a"] {
            assert!(!is_named_by_content(name), "{name}");
        }
    }
}
