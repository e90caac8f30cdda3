//! A function that outgrows a screen is taken apart.

use super::{breach::Breach, rust::graph::crates};
use crate::house::House;

/// Lines of a function, from its name to its closing brace.
const LONGEST: usize = 60;

/// Functions longer than [`LONGEST`], outside a file's own module of tests.
pub fn short_functions(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let crates = crates(house);
    for (path, source) in crates.iter().flat_map(|one| one.files()) {
        for function in source.functions.iter().filter(|function| function.length > LONGEST) {
            let (line, name, length) = (function.line, &function.name, function.length);
            breaches.push(format!("{path}:{line}: `{name}` has {length} lines, more than {LONGEST}"));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_function_is_caught_and_a_long_test_is_not() {
        let function = |lines: usize| format!("fn f() {{\n{}}}\n", "g();\n".repeat(lines - 2));
        let found = |text: &str| short_functions(&House::with("a/src/lib.rs", text));
        assert_eq!(found(&function(LONGEST + 1)).len(), 1);
        assert!(found(&function(LONGEST)).is_empty());
        assert!(found(&format!("#[cfg(test)]\nmod tests {{\n{}}}", function(LONGEST + 1))).is_empty());
    }
}
