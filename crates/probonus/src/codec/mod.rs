//! Between the words of the domain and the bytes of one server's dialect.

mod wire;

pub use wire::{WireAnswer, WireRequest};
