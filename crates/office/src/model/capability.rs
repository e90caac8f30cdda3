//! What a server was seen to show.

use serde::{Deserialize, Serialize};

/// An observed capability: something that this server was seen to show, so that its absence means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// The entry of a refill, with the short id in its comment.
    Refill,
    /// The entry of a purchase, with its GUID or outside number. If the purchase accrues anything, not the entry of its payment.
    Purchase,
    /// The entry of a return, with the purchase's GUID or outside number.
    Return,
    /// An answer to a refill that names something of it: its entry, its account, the balance.
    AnswerToRefill,
    /// A guest, found by a phone in the format that we send.
    Phone,
}
