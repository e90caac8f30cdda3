//! Verification of what was done: of the balance after a money operation, of the record after an edit.

pub mod balance;
pub mod confirmed;
mod expectation;
mod explanation;
mod freshness;
pub mod mismatch;
mod record;
mod waiting;
