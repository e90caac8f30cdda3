//! What the laws need to know of Rust source: its words, its declarations and its imports. No full parser: enough for
//! sources that rustfmt has written and the compiler accepts.

pub mod graph;
pub mod source;
mod tokens;
