//! Evidence for an operation of unknown outcome.

pub(crate) mod answered;
pub(crate) mod freshness;
mod guest;
mod judgement;
mod money;
mod observation;
pub mod probe;
pub mod refused;
