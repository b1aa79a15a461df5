//! axe-core in the page: it finds those violations of the WCAG that a program can detect.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::browser::Browser;
use super::soon;

/// It is downloaded from npm's registry once and kept in the build directory.
const VERSION: &str = "4.14.1";

/// Runs it and returns a line for each violated rule.
const RUN: &str = "
    return axe.run().then(({violations}) => violations.map(({id, impact, help, nodes}) =>
        `${id} (${impact}): ${help}: ${nodes.map(({target}) => target.join(' ')).join(', ')}`));";

/// The violations on the page: the rule, its impact, what it requires, and where.
pub(crate) async fn violations(browser: &Browser) -> Vec<String> {
    static AXE: OnceCell<String> = OnceCell::const_new();
    let axe = AXE.get_or_init(axe).await;
    // During an animation, colours are between those of the design.
    browser.settled().await;
    let found = browser.eval(&format!("{axe};{RUN}")).await;
    let found = found.as_array().unwrap_or_else(|| panic!("axe returns {found}")).iter();
    found.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The source of axe-core.
async fn axe() -> String {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let kept = cache.join(format!("axe-core-{VERSION}"));
    let source = kept.join("axe.min.js");
    if !source.exists() {
        // Another run may download it at the same time. Each downloads into its own directory, and the first
        // to finish renames it.
        let own = cache.join(format!("axe-core-{}", std::process::id()));
        std::fs::create_dir_all(&own).unwrap();
        run(&own, "npm", &["pack", "--silent", &format!("axe-core@{VERSION}")]).await;
        let archive = format!("axe-core-{VERSION}.tgz");
        run(&own, "tar", &["-xzf", &archive, "--strip-components=1", "package/axe.min.js"]).await;
        std::fs::remove_file(own.join(archive)).unwrap();
        if std::fs::rename(&own, &kept).is_err() {
            std::fs::remove_dir_all(&own).unwrap();
        }
    }
    std::fs::read_to_string(source).unwrap()
}

async fn run(directory: &Path, program: &str, args: &[&str]) {
    let mut command = Command::new(program);
    command.args(args).current_dir(directory).stdin(Stdio::null()).kill_on_drop(true);
    let done = soon(program, command.output()).await;
    let done = done.unwrap_or_else(|error| panic!("cannot run {program}: {error}; see tests/needs.sh"));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {args:?}: {said}; npm downloads axe-core from its registry");
}
