//! The contract of the ProBonus API, and the binding: how one server wants it.
//!
//! - [`contract`]: one table of all that is known of the protocol, each statement with its source;
//! - [`binding`]: where a server takes each field and how it writes each value; data that is kept, compared and overruled.
//!
//! Nothing here speaks to a server: `probonus` does by a binding, and `probonus-swagger` makes one of a published document.

pub mod binding;
pub mod contract;
pub mod method;

pub use method::Method;
