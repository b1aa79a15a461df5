//! Tells the compiler where the packed page is. Without one, the build fails with an error that says how to make it.

use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-env-changed=WIRESTAMP_PAGE");
    let page = std::env::var_os("WIRESTAMP_PAGE")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site")), PathBuf::from);
    println!("cargo::rerun-if-changed={}", page.join("assets.rs").display());
    if page.join("assets.rs").is_file() {
        println!("cargo::rustc-env=WIRESTAMP_PAGE={}", page.display());
    } else {
        println!(
            "cargo::error=no packed page in {}; run 'make page' first, or set WIRESTAMP_PAGE to its directory",
            page.display()
        );
    }
}
