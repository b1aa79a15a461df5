//! Puts functions with like code next to each other, which compresses better than the order by size.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

use crate::Result;

/// Sorts the functions of a module by their code.
pub(crate) fn sort(wasm: &[u8]) -> Result<Vec<u8>> {
    let explain = |error: String| format!("the module cannot be sorted: {error}");
    let mut order = Order::of(wasm).map_err(|error| explain(error.to_string()))?;
    let mut sorted = wasm_encoder::Module::new();
    let done = order.parse_core_module(&mut sorted, Parser::new(0), wasm);
    done.map_err(|error| explain(error.to_string()))?;
    Ok(sorted.finish())
}

/// The new order of a module's functions.
struct Order {
    /// How many functions are imported. They come first, and stay where they are.
    imported: u32,
    /// The old places of the others, in the new order.
    old: Vec<usize>,
    /// Their new places, in the old order.
    new: Vec<u32>,
}

impl Order {
    fn of(wasm: &[u8]) -> wasmparser::Result<Self> {
        let (mut imported, mut bodies) = (0, Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
                _ => {}
            }
        }
        let mut old: Vec<usize> = (0..bodies.len()).collect();
        old.sort_by_key(|&place| bodies[place]);
        let mut new = vec![0; old.len()];
        for (place, &old) in (0..).zip(&old) {
            new[old] = place;
        }
        Ok(Self { imported, old, new })
    }
}

impl Reencode for Order {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> std::result::Result<u32, Error<Infallible>> {
        let defined = index.checked_sub(self.imported);
        Ok(defined.map_or(index, |place| self.imported + self.new[place as usize]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        let types = section.into_iter().collect::<wasmparser::Result<Vec<u32>>>()?;
        for &place in &self.old {
            functions.function(types[place]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        let bodies = section.into_iter().collect::<wasmparser::Result<Vec<_>>>()?;
        let order = self.old.clone();
        order.into_iter().try_for_each(|place| self.parse_function_body(code, bodies[place].clone()))
    }
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, Module, ValType};

    use super::*;

    /// A module with an import, `large` and `small`, which return 7 and what `large` does.
    fn module() -> Module {
        let mut module = Module::default();
        let none = module.types.add(&[], &[]);
        module.add_import_func("page", "import", none);
        let mut large = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        large.func_body().i32_const(9).drop().i32_const(7);
        let large = large.finish(Vec::new(), &mut module.funcs);
        let mut small = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        small.func_body().call(large);
        let small = small.finish(Vec::new(), &mut module.funcs);
        module.exports.add("large", large);
        module.exports.add("small", small);
        module
    }

    /// The bodies of all functions, in order.
    fn bodies(wasm: &[u8]) -> Vec<Vec<u8>> {
        let payloads = Parser::new(0).parse_all(wasm).map(|payload| payload.unwrap());
        let body = |payload| match payload {
            Payload::CodeSectionEntry(body) => Some(body.as_bytes().to_vec()),
            _ => None,
        };
        payloads.filter_map(body).collect()
    }

    #[test]
    fn functions_are_sorted_by_their_code_and_called_at_their_new_places() {
        let before = module().emit_wasm();
        let after = sort(&before).unwrap();
        // `call 1` of the first function after the import becomes `call 2`: it is the second now.
        assert_eq!(bodies(&before), [&b"\0\x41\x09\x1a\x41\x07\x0b"[..], b"\0\x10\x01\x0b"]);
        assert_eq!(bodies(&after), [&b"\0\x10\x02\x0b"[..], b"\0\x41\x09\x1a\x41\x07\x0b"]);
        let exports = Module::from_buffer(&after).unwrap().exports;
        assert!(exports.get_func("large").is_ok() && exports.get_func("small").is_ok());
    }

    #[test]
    fn what_is_no_module_is_an_error() {
        let error = sort(b"page").unwrap_err();
        assert!(error.starts_with("the module cannot be sorted: "), "{error}");
    }
}
