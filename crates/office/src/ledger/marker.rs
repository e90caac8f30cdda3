//! Correlation markers: what an entry shows of the operation that made it.
//!
//! | operation | marker | where the entry shows it |
//! |---|---|---|
//! | refill | short id, `#1a2b3c4d` | first in the comment |
//! | purchase | GUID, else outside number with restaurant code | the entry's external reference |
//! | return | those of its purchase | the same |

use crate::{
    ledger::{entry::LedgerEntry, listing::Listing},
    model::{kinds::Marker, operation::OperationId, payload::Payload},
};

/// The entry with the marker of an operation that was never sent, as far as the journal knows. If there is one, the journal has
/// forgotten the send.
///
/// Only a marker that no other operation's entry can carry counts: the short id of a refill, the GUID of a purchase, the GUID
/// in an entry of kind return. An outside number alone does not count: it may be used again after a return.
///
/// `is_not_own`: whether an entry was surely made before the operation was prepared, or a person has judged it. An entry whose marker
/// other operations share is not its own then. Example: the POS returned one dish of a purchase an hour ago; its entry has the GUID
/// that the return of the whole purchase will have.
pub fn own_entry<'l>(
    id: OperationId,
    payload: &Payload,
    listing: &'l Listing,
    is_not_own: impl Fn(&LedgerEntry) -> bool,
) -> Option<&'l LedgerEntry> {
    let is_ours = |entry: &LedgerEntry| payload.rules().marker(id, &entry.transaction, false) == Marker::Ours;
    let may_be_own = |entry: &LedgerEntry| !(payload.rules().shares_marker() && is_not_own(entry));
    listing.entries.iter().find(|entry| is_ours(entry) && may_be_own(entry))
}
