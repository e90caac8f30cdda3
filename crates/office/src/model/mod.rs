//! What an operation is: its payload, its states and events, and what the office reports about it. Nothing here reads a clock,
//! a file or a network. A kind knows its call of the `Loyalty` port; the room `send` makes the call.

pub(crate) mod account_queue;
pub(crate) mod allowed;
pub(crate) mod capability;
pub(crate) mod comparable;
pub(crate) mod decision;
pub(crate) mod draft;
pub(crate) mod event;
pub(crate) mod evidence;
pub(crate) mod failure;
pub(crate) mod host;
pub(crate) mod journal_error;
pub(crate) mod kinds;
pub(crate) mod operation;
pub(crate) mod operation_id;
pub(crate) mod payload;
pub(crate) mod policy;
pub(crate) mod preview;
pub(crate) mod profile;
pub(crate) mod queue;
pub(crate) mod refusal;
pub(crate) mod sums;
pub(crate) mod suspected_duplicate;
pub(crate) mod transition;
