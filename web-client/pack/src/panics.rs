//! Takes out what words a panic. In a browser nobody would see the words: a panic ends in a trap either way.

use walrus::{Function, FunctionKind, Module, passes};

/// What is in the names of the standard library's functions that never return.
const PANICS: [&str; 13] = [
    "::panicking::",
    "::assert_failed",
    "::capacity_overflow",
    "::do_panic",
    "::expect_failed",
    "::handle_alloc_error",
    "::len_mismatch_fail",
    "::panic_access_error",
    "::panic_already_borrowed",
    "::panic_poisoned",
    "::raw_vec::handle_error",
    "::rust_oom",
    "::slice_index_fail",
];

/// Makes them trap at once, and removes what only they used.
pub(crate) fn silence(module: &mut Module) {
    let panics: Vec<_> =
        module.funcs.iter().filter(|function| is_panic(function)).map(Function::id).collect();
    for id in panics {
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            let mut body = function.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
        }
    }
    passes::gc::run(module);
}

fn is_panic(function: &Function) -> bool {
    let name = function.name.as_deref().unwrap_or_default();
    let is_of_library =
        ["core", "alloc", "std"].iter().any(|library| name.trim_start_matches('<').starts_with(library));
    is_of_library && PANICS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use walrus::FunctionBuilder;

    use super::*;

    /// A module with an exported function of this name, which has two instructions.
    fn module(name: &str) -> Module {
        let mut module = Module::default();
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.name(name.to_owned()).func_body().i32_const(1).drop();
        let function = builder.finish(Vec::new(), &mut module.funcs);
        module.exports.add("exported", function);
        module
    }

    fn instructions(module: &Module) -> u64 {
        module.funcs.iter_local().map(|(_, function)| function.size()).sum()
    }

    #[test]
    fn what_words_a_panic_traps_at_once() {
        for name in [
            "core[c5930c85a12de822]::panicking::panic_fmt",
            "<alloc[0]::vec::Vec<_, _>>::remove::assert_failed",
        ] {
            let mut module = module(name);
            silence(&mut module);
            assert_eq!(instructions(&module), 1, "{name}");
        }
    }

    #[test]
    fn other_functions_stay_as_they_are() {
        for name in ["core[c5930c85a12de822]::fmt::write", "wirestamp_web_client::panicking::expect_failed"] {
            let mut module = module(name);
            silence(&mut module);
            assert_eq!(instructions(&module), 2, "{name}");
        }
    }
}
