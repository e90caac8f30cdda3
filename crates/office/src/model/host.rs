//! The port for wall clock and random numbers, so that a simulation can replay them.
//!
//! Sleeping and monotonic time are `tokio::time`'s, which a test can pause.

use jiff::Timestamp;
use uuid::Uuid;

/// The machine the office runs on: its wall clock, and its random numbers.
pub trait Host: Send + Sync {
    /// The time of the wall clock. It may jump either way: the order of events is never taken from it.
    fn now(&self) -> Timestamp;

    /// A new random id (UUID v4).
    fn new_uuid(&self) -> Uuid;

    /// A number in `0..bound`, for jitter; `bound` is above zero.
    fn random_below(&self, bound: u64) -> u64;
}
