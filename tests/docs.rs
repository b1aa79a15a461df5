//! What the documents name is there.

use std::fs;
use std::path::Path;

/// All Rust source that tests may stand in, as one text.
fn sources(directory: &Path, all: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_promises_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = String::new();
    for part in ["protocol", "server", "tests"] {
        sources(&root.join(part), &mut all);
    }
    let mut named = 0;
    for token in include_str!("../docs/reliability.md").split('`').skip(1).step_by(2) {
        let (is_module, name) = match token.strip_suffix("::") {
            Some(module) => (true, module),
            None => (false, token.rsplit("::").next().unwrap().trim_end_matches('…')),
        };
        if is_module {
            assert!(
                all.contains(&format!("mod {name};")) || root.join(format!("tests/{name}.rs")).exists(),
                "{token}"
            );
        } else if name.matches('_').count() > 2 && !name.contains(['/', ' ', '"', '=', '.']) {
            assert!(all.contains(&format!("fn {name}")), "{token}");
        } else {
            continue;
        }
        named += 1;
    }
    assert!(named > 20, "{named}");
}
