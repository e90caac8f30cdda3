//! Evidence for an operation of unknown outcome.

mod guest;
mod money;
pub mod probe;
