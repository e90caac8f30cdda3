//! The protocol without its spelling: which methods there are, what each takes and answers, and how the core does it.
//!
//! A [`Dialect`](crate::Dialect) turns this into HTTP and back. Nothing here is shared with any client.

mod desk;
mod methods;
mod schema;
mod value;

pub use desk::{PROFILE, Reply, attend, kind_name};
pub use methods::{Method, Spec, spec};
pub use schema::{Answer, Kind, Need, Prop};
pub use value::{Fields, Value};
