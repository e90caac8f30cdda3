//! What the crate promises, tried from outside.

#![allow(clippy::unwrap_used, reason = "a test that can't go on ends")]

mod absence;
mod answers;
mod binding;
mod burning;
mod client;
mod dresses;
mod envelopes;
mod guests;
mod history;
mod pages;
mod receipts;
mod records;
mod rows;
mod stacks;
mod updates;
