//! The protocol without a wire format: the methods with their requests and answers, and how the core applies them.
//!
//! A [`Dialect`](crate::Dialect) converts this to HTTP and back. Nothing here is shared with any client.

mod handler;
mod methods;
mod schema;
mod value;

pub use handler::{Reply, handle, kind_name};
pub use methods::{Method, Spec, spec};
pub use schema::{Answer, Kind, Need, PROFILE, Prop};
pub use value::{Fields, Value};
