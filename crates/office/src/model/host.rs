//! The port through which time and randomness come, so that a simulation can replay them.
//!
//! Sleeping is `tokio::time`'s, which a test pauses; nothing else here touches a clock.

use jiff::Timestamp;
use uuid::Uuid;

/// The machine the office runs on: its clock on the wall, and its source of chance.
pub trait Host: Send + Sync {
    /// What the clock on the wall shows. It may jump either way: order is never taken from it.
    fn now(&self) -> Timestamp;

    /// A new random id (UUID v4).
    fn new_uuid(&self) -> Uuid;

    /// A number in `0..bound`, for jitter; `bound` is above zero.
    fn random_below(&self, bound: u64) -> u64;
}
