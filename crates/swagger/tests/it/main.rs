//! What is learnt of documents of many dialects, alone and together.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod documents;
mod expectations;
mod money;
mod spread;
