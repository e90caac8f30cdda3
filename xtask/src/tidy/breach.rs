//! What a law finds.

/// One breach of a law: where, and what is wrong there.
pub type Breach = String;

/// `path:line: text`, as editors understand it.
pub fn at(path: &str, index: usize, what: &str) -> Breach {
    format!("{path}:{}: {}", index + 1, what.trim())
}
