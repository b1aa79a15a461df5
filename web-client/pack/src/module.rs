//! Turns the compiler's module into one for browsers, with a script that loads it.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::{fs, str};

use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::Result;
use crate::minify::without_function;
use crate::names::ShortNames;
use crate::panics;

/// The function in the script that loads the module.
const INIT: &str = "__wbg_init";

/// The function that loads it while the page waits, and what the script exports. Nobody uses either.
const SYNC: &str = "initSync";
const EXPORTS: &str = "export { initSync, __wbg_init as default };";

/// A module with its script.
pub(crate) struct Module {
    pub(crate) wasm: Vec<u8>,
    pub(crate) script: String,
}

/// Generates the script and prepares the module for it.
pub(crate) fn build(wasm: &Path) -> Result<Module> {
    if !wasm.is_file() {
        return Err(format!("{}: no such file: build the web client for wasm32 first", wasm.display()));
    }
    let generated = Bindgen::new()
        .input_path(wasm)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .omit_default_module_path(true)
                // All browsers that run the page have it.
                .encode_into(EncodeInto::Always)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate_output()
        })
        // The alternate format includes the underlying causes, on several lines.
        .map_err(|error| format!("{}: {}: build it again", wasm.display(), one_line(&format!("{error:#}"))));
    let mut output = generated?;
    let inline = output.snippets().values().any(|scripts| !scripts.is_empty());
    if inline || !output.local_modules().is_empty() {
        return Err(format!("{}: needs script files of its own, which are not packed", wasm.display()));
    }
    let script = without_function(output.js(), SYNC).replace(EXPORTS, "");
    let module = output.wasm_mut();
    panics::silence(module);
    let mut names = ShortNames::default();
    module.imports.iter_mut().for_each(|import| names.shorten(&mut import.name));
    // The others are called by names that are words of the language, too.
    let exports = module.exports.iter_mut().filter(|export| export.name.contains("__"));
    exports.for_each(|export| names.shorten(&mut export.name));
    // For tools, not for browsers.
    module.customs.remove_raw("target_features");
    Ok(Module { wasm: module.emit_wasm(), script: names.replace(&script) })
}

/// Adds the lines that start the module: the page's policy forbids inline scripts.
pub(crate) fn with_start(script: &str, wasm_name: &str) -> Result<String> {
    if !script.contains(&format!("function {INIT}(")) {
        return Err(format!("{wasm_name}: its script has no {INIT}: adapt wirestamp-pack to wasm-bindgen"));
    }
    let script = script.trim_end();
    // In a worker there is no document. The page gives it the module that it has compiled. The worker starts while
    // that is fetched; one that can't start is gone by the time the page looks for it, or tells it later.
    Ok(format!(
        "{script}\n\
         const boot = module_or_path => {INIT}({{ module_or_path }});\n\
         if (self.document) {{\n\
         try {{\n\
         self.courier = new Worker(import.meta.url, {{ type: \"module\" }});\n\
         courier.onerror = () => delete self.courier;\n\
         }} catch {{}}\n\
         boot(new URL(\"{wasm_name}\", import.meta.url));\n\
         }} else self.onmessage = ({{ data }}) => {{ self.onmessage = null; boot(data); }};\n"
    ))
}

/// Shrinks the module with `wasm-opt` if it is installed. The second value says what happened, in one line.
pub(crate) fn optimise(wasm: Vec<u8>, out: &Path) -> Result<(Vec<u8>, String)> {
    let before = wasm.len();
    let Some(optimised) = run_wasm_opt(&wasm, out)? else {
        return Ok((wasm, "wasm-opt is not on the PATH, so the module was not optimised".to_owned()));
    };
    let after = optimised.len();
    Ok((optimised, format!("wasm-opt -Oz: {before} bytes became {after}")))
}

fn run_wasm_opt(wasm: &[u8], out: &Path) -> Result<Option<Vec<u8>>> {
    let explain = |path: &Path, error| format!("{}: {error}: make the directory writable", path.display());
    fs::create_dir_all(out).map_err(|error| explain(out, error))?;
    let (input, output) = (out.join(".unoptimised.wasm"), out.join(".optimised.wasm"));
    fs::write(&input, wasm).map_err(|error| explain(&input, error))?;
    // The features that rustc enables for wasm32. The module no longer lists them itself.
    let ran = Command::new("wasm-opt")
        .args(["-Oz", "--enable-bulk-memory", "--enable-multivalue", "--enable-mutable-globals"])
        .args(["--enable-nontrapping-float-to-int", "--enable-reference-types", "--enable-sign-ext"])
        .arg(&input)
        .arg("-o")
        .arg(&output)
        .output();
    let optimised = match ran {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("wasm-opt: {error}: fix it or take it off the PATH")),
        Ok(ran) if !ran.status.success() => {
            let said = one_line(str::from_utf8(&ran.stderr).unwrap_or("it failed"));
            Err(format!("wasm-opt: {said}: fix it or take it off the PATH"))
        }
        Ok(_) => fs::read(&output).map(Some).map_err(|error| explain(&output, error)),
    };
    for path in [input, output] {
        // It may never have been created.
        let _ = fs::remove_file(path);
    }
    optimised
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_starts_the_module_by_its_name_and_in_a_worker_as_it_is_given() {
        let script = "async function __wbg_init(module_or_path) {\n}\n";
        let script = with_start(script, "wirestamp-1.wasm").unwrap();
        let (page, worker) = script.split_once("else ").unwrap();
        assert!(page.contains("boot(new URL(\"wirestamp-1.wasm\", import.meta.url));\n"));
        assert!(worker.contains("boot(data)"));
    }

    #[test]
    fn a_script_that_cannot_be_started_is_an_error() {
        let error = with_start("export { init };", "wirestamp-1.wasm").unwrap_err();
        assert!(error.contains("__wbg_init"), "{error}");
    }

    #[test]
    fn a_module_that_is_not_there_is_named() {
        let error = build(Path::new("no/such.wasm")).err().unwrap();
        assert_eq!(error, "no/such.wasm: no such file: build the web client for wasm32 first");
    }

    #[test]
    fn errors_are_one_line() {
        assert_eq!(one_line("Fatal:\n  not\ta module\n"), "Fatal: not a module");
    }
}
