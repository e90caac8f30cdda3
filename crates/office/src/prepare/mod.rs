//! From a draft to what would be sent: the checks of its fields, the plan and its preview, the duplicate guard. Nothing is
//! written.

pub mod guard;
pub mod payload;
pub mod plan;
mod reads;
mod receipt_guid;
pub mod validate;
