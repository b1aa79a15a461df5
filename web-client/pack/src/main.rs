//! Packs the page: `wirestamp-pack <web_client.wasm> <static dir> <out dir>`.
//!
//! It prepares the module for browsers, names each file after its content, compresses it, and lists all files in
//! `assets.rs` for the server to include. Everything is prepared in memory first, so a failed run leaves the
//! previous page intact. Files whose content hasn't changed aren't touched, so they cause no rebuild.

mod asset;
mod compress;
mod minify;
mod module;
mod names;
mod order;
mod output;
mod panics;
mod references;
mod style;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use asset::Asset;

/// The page itself, the only file that keeps its name.
const INDEX: &str = "index.html";

/// The names of the module and its script in the index.
const WASM: &str = "wirestamp.wasm";
const SCRIPT: &str = "wirestamp.js";

/// Errors are one line that names a file and says what to do.
type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let args: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let packed = match args.as_slice() {
        [wasm, source, out] => pack(wasm, source, out),
        _ => Err("usage: wirestamp-pack <web_client.wasm> <static dir> <out dir>".to_owned()),
    };
    match packed {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("wirestamp-pack: {error}");
            ExitCode::FAILURE
        }
    }
}

fn pack(wasm: &Path, source: &Path, out: &Path) -> Result<String> {
    let module = module::build(wasm)?;
    let (optimised, how) = module::optimise(module.wasm, out)?;
    println!("{how}");

    let wasm = Asset::named_by_content(WASM, order::sort(&optimised)?)?;
    let script = module::with_start(&minify::script(&module.script), &wasm.name)?;
    let mut assets = vec![(WASM.to_owned(), wasm)];
    assets.push((SCRIPT.to_owned(), Asset::named_by_content(SCRIPT, script.into_bytes())?));
    for name in static_names(source)? {
        let mut content = read(&source.join(&name))?;
        if name.ends_with(".css") {
            let sheet = text(content, &source.join(&name))?;
            let part = |name: &str| text(read(&source.join(name))?, &source.join(name));
            content = minify::css(&style::join(&sheet, part)?).into_bytes();
        }
        assets.push((name.clone(), Asset::named_by_content(&name, content)?));
    }

    let index = source.join(INDEX);
    let html = minify::html(&text(read(&index)?, &index)?);
    let names = assets.iter().map(|(plain, asset)| (plain.as_str(), asset.name.as_str()));
    let html = references::rewrite(&html, names).map_err(|error| format!("{}: {error}", index.display()))?;

    let mut packed = vec![Asset::index(INDEX, html.into_bytes())];
    packed.extend(assets.into_iter().map(|(_, asset)| asset));
    let packed = packed.into_iter().map(compress::compress).collect::<Result<Vec<_>>>()?;
    output::write(out, &packed)?;
    Ok(output::table(&packed))
}

/// The static files except the index, sorted so that runs are reproducible. Folders have parts of them.
fn static_names(source: &Path) -> Result<Vec<String>> {
    let explain = |error| format!("{}: {error}: name the directory of the page's files", source.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(source).map_err(explain)? {
        let entry = entry.map_err(explain)?;
        if entry.file_type().map_err(explain)?.is_dir() {
            continue;
        }
        let name = entry.file_name();
        let name = name.into_string().map_err(|name| format!("{}: not UTF-8: rename it", name.display()))?;
        if name != INDEX && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn text(content: Vec<u8>, path: &Path) -> Result<String> {
    String::from_utf8(content).map_err(|_| format!("{}: not UTF-8: save it as UTF-8", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}: this file is part of the page", path.display()))
}
