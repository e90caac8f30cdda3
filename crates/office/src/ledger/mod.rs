//! The server's entries of an account: their keys, which of them are new since an attempt, and whose markers they carry.

pub mod control_search;
pub mod effect;
pub mod entry;
pub mod judged;
pub mod known_entry;
pub mod listing;
pub mod marker;
pub mod reading;
pub mod repeats;
#[cfg(test)]
pub(crate) mod sample;
pub mod search;
pub mod sent_attempt;
pub mod unexplained;
mod unit;
