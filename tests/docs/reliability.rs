//! The tests that `docs/reliability.md` names exist, and `BROWSER=none` skips every test that opens a
//! browser.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The Rust files below a directory, except for build output.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
    all
}

/// The source of a module of these tests, of the server or of the crate for arrivals, or of all that have this name. A
/// module called `tests` may be part of its parent's file.
fn module(names: &[&str]) -> Option<String> {
    let path = names.join("/");
    let files = ["tests", "server/src", "arrival/src"]
        .into_iter()
        .flat_map(|directory| [format!("{directory}/{path}.rs"), format!("{directory}/{path}/mod.rs")]);
    let sources: Vec<String> = files.filter_map(|file| fs::read_to_string(root().join(file)).ok()).collect();
    if !sources.is_empty() {
        return Some(sources.concat());
    }
    let (last, parent) = names.split_last()?;
    if *last == "tests" { module(parent).filter(|source| source.contains("mod tests {")) } else { None }
}

/// Whether a source has this function; a name that ends with an ellipsis is the start of one.
fn has_function(source: &str, name: &str) -> bool {
    match name.strip_suffix('…') {
        Some(start) => source.contains(&format!("fn {start}")),
        None => source.contains(&format!("fn {name}(")),
    }
}

/// Whether a path such as `service::volume::` or `datagram::policy::a_test…` names a module or a function in one.
fn path_exists(path: &str) -> bool {
    let names: Vec<&str> = path.trim_end_matches("::").split("::").collect();
    let (function, parent) = names.split_last().unwrap();
    module(&names).is_some() || module(parent).is_some_and(|source| has_function(&source, function))
}

#[test]
fn every_test_named_in_the_document_exists() {
    let files = ["protocol", "arrival", "client", "server", "tests"]
        .into_iter()
        .flat_map(|part| sources(&root().join(part)));
    let all: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    let mut named = 0;
    for token in include_str!("../../docs/reliability.md").split('`').skip(1).step_by(2) {
        if token.contains("::") {
            assert!(path_exists(token), "{token}");
        } else if token.matches('_').count() > 2 && !token.contains(['/', ' ', '"', '=', '.']) {
            assert!(has_function(&all, token), "{token}");
        } else {
            continue;
        }
        named += 1;
    }
    assert!(named > 20, "{named}");
}

#[test]
fn a_missing_test_is_noticed() {
    for path in ["service::nowhere::", "service::wire::no_such_test", "service::wire::the_max", "udp::tests"]
    {
        assert!(!path_exists(path), "{path}");
    }
    for path in ["service::wire::", "service::wire::the_maximum_is_a_flag", "service::wire::the_max…"] {
        assert!(path_exists(path), "{path}");
    }
}

#[test]
fn only_skipped_tests_open_a_browser() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    assert!(makefile.contains("\nTESTS := -- --skip browser::\n"), "all of tests/browser is skipped");
    // The tests open a browser through `support`. The others are separate programs, which `make test` doesn't
    // run.
    let allowed = ["browser", "support", "bench", "soak", "screenshots"];
    let tests = root().join("tests");
    for file in sources(&tests) {
        let folder = file.strip_prefix(&tests).unwrap().iter().next().unwrap().to_str().unwrap();
        let source = fs::read_to_string(&file).unwrap();
        for module in ["browser", "page", "axe", "burst"] {
            let opens = source.contains(&format!("support::{module}"));
            assert!(!opens || allowed.contains(&folder), "{} opens a browser", file.display());
        }
    }
}
