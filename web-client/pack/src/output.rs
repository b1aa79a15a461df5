//! Writes the page to disk, with a list of its files for the server.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::asset::is_named_by_content;
use crate::compress::Packed;

/// The list for the server to include.
const LIST: &str = "assets.rs";

/// Writes the files, then the list that names them, and only then removes files that are no longer listed. So
/// the list always describes a complete page.
pub(crate) fn write(out: &Path, page: &[Packed]) -> Result<()> {
    fs::create_dir_all(out).map_err(|error| explain(out, error))?;
    let mut names = BTreeSet::new();
    for Packed { asset, brotli, gzip } in page {
        for (suffix, content) in [("", &asset.content), (".br", brotli), (".gz", gzip)] {
            let name = format!("{}{suffix}", asset.name);
            write_changed(&out.join(&name), content)?;
            names.insert(name);
        }
    }
    write_changed(&out.join(LIST), list(page).as_bytes())?;

    for entry in fs::read_dir(out).map_err(|error| explain(out, error))? {
        let entry = entry.map_err(|error| explain(out, error))?;
        let stale = |name: &str| is_named_by_content(name) && !names.contains(name);
        if entry.file_name().to_str().is_some_and(stale) {
            fs::remove_file(entry.path()).map_err(|error| explain(&entry.path(), error))?;
        }
    }
    Ok(())
}

/// Writes a file atomically, unless it already has this content.
fn write_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    fs::write(&new, content).and_then(|()| fs::rename(&new, path)).map_err(|error| explain(path, error))
}

fn explain(path: &Path, error: std::io::Error) -> String {
    format!("{}: {error}: make it writable, or choose another directory", path.display())
}

/// The list as a Rust expression: a slice of the server's `Asset`s. Their bytes are in the same directory.
fn list(page: &[Packed]) -> String {
    let mut list = "&[\n".to_owned();
    for Packed { asset, .. } in page {
        let (name, path, mime, hash) = (&asset.name, &asset.path, asset.mime, &asset.hash);
        list.push_str("    Asset {\n");
        for field in [
            format!("path: {path:?}"),
            format!("mime: {mime:?}"),
            format!("etag: {:?}", format!("\"{hash}\"")),
            format!("immutable: {}", asset.immutable),
            format!("identity: include_bytes!({name:?})"),
            format!("brotli: include_bytes!({:?})", format!("{name}.br")),
            format!("gzip: include_bytes!({:?})", format!("{name}.gz")),
        ] {
            list.extend(["        ", &field, ",\n"]);
        }
        list.push_str("    },\n");
    }
    list.push_str("]\n");
    list
}

/// The page's size by file, and on the wire.
pub(crate) fn table(page: &[Packed]) -> String {
    let longest = page.iter().map(|packed| packed.asset.name.len()).max().unwrap_or(0);
    let mut table = String::new();
    let mut row = |name: &str, bytes: &str, gzip: &str, brotli: &str| {
        // Writing to a String can't fail.
        let _ = writeln!(table, "{name:longest$}  {bytes:>8}  {gzip:>8}  {brotli:>8}");
    };
    row("file", "bytes", "gzip", "brotli");
    let (mut bytes, mut gzip, mut brotli) = (0, 0, 0);
    for packed in page {
        let sizes = (packed.asset.content.len(), packed.gzip.len(), packed.brotli.len());
        row(&packed.asset.name, &sizes.0.to_string(), &sizes.1.to_string(), &sizes.2.to_string());
        (bytes, gzip, brotli) = (bytes + sizes.0, gzip + sizes.1, brotli + sizes.2);
    }
    row("total", &bytes.to_string(), &gzip.to_string(), &brotli.to_string());
    let _ = writeln!(table, "on the wire: {brotli} bytes with brotli");
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::Asset;
    use crate::compress::compress;

    fn page(style: &str) -> Vec<Packed> {
        let style = Asset::named_by_content("style.css", style.into()).unwrap();
        let index = Asset::index("index.html", style.name.clone().into_bytes());
        [index, style].map(|asset| compress(asset).unwrap()).into()
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A temporary directory, removed on drop.
    struct Dir(std::path::PathBuf);

    impl Dir {
        fn new(test: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("wirestamp-pack-{}-{test}", std::process::id()));
            Self(dir)
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_list_names_each_file_with_its_encodings() {
        let list = list(&page("foobar"));
        assert!(list.starts_with("&[\n    Asset {\n        path: \"/\",\n"), "{list}");
        assert!(list.contains("path: \"/style-85944171f73967e8.css\",\n"), "{list}");
        assert!(list.contains("etag: \"\\\"85944171f73967e8\\\"\",\n        immutable: true,\n"), "{list}");
        assert!(list.contains("brotli: include_bytes!(\"style-85944171f73967e8.css.br\"),\n"), "{list}");
    }

    #[test]
    fn a_new_page_takes_the_place_of_the_old_and_nothing_else() {
        let dir = Dir::new("replace");
        write(&dir.0, &page("old")).unwrap();
        fs::write(dir.0.join("notes.txt"), "mine").unwrap();
        let new = page("new");
        write(&dir.0, &new).unwrap();
        let style = &new[1].asset.name;
        assert_eq!(
            names(&dir.0),
            [
                "assets.rs",
                "index.html",
                "index.html.br",
                "index.html.gz",
                "notes.txt",
                style,
                &format!("{style}.br"),
                &format!("{style}.gz"),
            ]
        );
    }

    #[test]
    fn a_file_that_is_the_same_is_not_touched() {
        let dir = Dir::new("same");
        write(&dir.0, &page("style")).unwrap();
        let times = |dir: &Dir| -> Vec<_> {
            names(&dir.0)
                .iter()
                .map(|name| fs::metadata(dir.0.join(name)).unwrap().modified().unwrap())
                .collect()
        };
        let before = times(&dir);
        write(&dir.0, &page("style")).unwrap();
        assert_eq!(times(&dir), before);
    }

    #[test]
    fn the_table_ends_with_the_weight_on_the_wire() {
        let page = page("style");
        let brotli: usize = page.iter().map(|packed| packed.brotli.len()).sum();
        assert!(table(&page).ends_with(&format!("on the wire: {brotli} bytes with brotli\n")));
    }
}
