//! What spans rooms, tested in one binary.

#![expect(clippy::expect_used, reason = "a test says what it expects")]
#![expect(clippy::unwrap_used, reason = "a test that can't go on should panic, in its helpers too")]

mod crash;
mod dialects;
mod main_job;
