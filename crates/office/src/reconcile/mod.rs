//! Evidence for an operation of unknown outcome.

mod freshness;
mod guest;
mod judgement;
mod money;
mod observation;
pub mod probe;
pub mod refused;
