//! A ProBonus server of our own, true to the vendor's page, for training, demo and tests.

pub mod clock;
pub mod core;
pub mod dialect;
pub mod faults;
mod http;
pub mod protocol;
mod sandbox;
pub mod seed;
mod session;

pub use clock::{Clock, HandClock, SystemClock, TokioClock};
pub use core::audit::Books;
pub use dialect::Dialect;
pub use faults::{ConnectionReset, Fault, Faults, Rule, When};
pub use http::Running;
pub use protocol::Method;
pub use sandbox::{Auth, Options, Sandbox};
