//! The history that was read last, for its further pages.

use probonus::{AccountId, History, Span};

/// A history that was read, and what it was read of.
#[derive(Clone)]
pub(in crate::app) struct Kept {
    pub(super) of: Of,
    pub(super) history: History,
    /// Whether rows came, and all of them are of other days than the ones that were asked for.
    pub(super) other_days: bool,
}

/// What a history is of.
#[derive(Clone, PartialEq)]
pub(super) struct Of {
    /// The server, `None` in training, and the revision of its binding.
    pub(super) server: (Option<String>, u64),
    pub(super) account: AccountId,
    pub(super) span: Span,
}
