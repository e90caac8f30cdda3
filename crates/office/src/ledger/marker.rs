//! Correlation markers: what an entry shows of the operation that made it.
//!
//! | operation | marker | where the entry shows it |
//! |---|---|---|
//! | refill | short id, `#1a2b3c4d` | first in the comment |
//! | purchase | GUID, else outside number with restaurant code | the entry's external reference |
//! | return | those of its purchase | the same |

use probonus::{ExternalRef, Transaction, TransactionKind};

use crate::{
    journal::words::number_key,
    ledger::{entry::LedgerEntry, listing::Listing},
    model::{operation::OperationId, payload::Payload},
};

/// Whose marker an entry carries, seen from one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The operation's.
    Ours,
    /// Another operation's.
    Theirs,
    /// Nobody's: the entry carries none.
    None,
}

/// Whose marker an entry carries, seen from the operation `id`.
///
/// `is_new`: the entry was surely not there before the send (see `SentAttempt::is_proven_by_marker`). Only then may an outside
/// number count, because a number may be used again after a return; and only then may an entry that is no return prove a
/// return, because the entries of its purchase carry the same marker.
pub fn marker_of(id: OperationId, payload: &Payload, transaction: &Transaction, is_new: bool) -> Marker {
    match payload {
        // The first short id is the refill's own. A later one is quoted in the operator's note.
        Payload::Refill(_) => match transaction.comment.as_deref().and_then(first_short_id) {
            Some(hex) if id.short()[1..].eq_ignore_ascii_case(hex) => Marker::Ours,
            Some(_) => Marker::Theirs,
            None => Marker::None,
        },
        Payload::RegisterCheck(check) => {
            if transaction.kind == TransactionKind::Return {
                return Marker::Theirs;
            }
            match transaction.external.check_guid {
                Some(guid) if guid == check.check_guid => Marker::Ours,
                Some(_) => Marker::Theirs,
                None => by_number(&transaction.external, check.rest_code.as_str(), &check.external_check, is_new),
            }
        }
        Payload::ReturnCheck(check) => {
            let may_be_a_return = transaction.kind == TransactionKind::Return || is_new;
            match transaction.external.check_guid {
                Some(guid) if guid == check.check_guid && may_be_a_return => Marker::Ours,
                Some(_) => Marker::Theirs,
                None => by_number(&transaction.external, check.rest_code.as_str(), &check.external_check, is_new),
            }
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => Marker::None,
    }
}

/// The entry that carries the marker of an operation that was not sent, as far as the journal knows.
///
/// Only a marker that no other operation's entry can carry counts: the short id of a refill, the GUID of a purchase, the GUID
/// in an entry of kind return. An outside number alone does not: it may be used again after a return.
pub fn own_entry<'l>(id: OperationId, payload: &Payload, listing: &'l Listing) -> Option<&'l LedgerEntry> {
    listing.entries.iter().find(|entry| marker_of(id, payload, &entry.transaction, false) == Marker::Ours)
}

/// The marker by outside number. An entry without a restaurant code fits every restaurant.
fn by_number(external: &ExternalRef, rest_code: &str, number: &str, is_new: bool) -> Marker {
    let Some(entry_number) = external.external_check.as_deref() else { return Marker::None };
    let is_same = number_key(entry_number) == number_key(number)
        && external.rest_code.as_deref().is_none_or(|entry_code| entry_code == rest_code);
    if is_same && is_new { Marker::Ours } else { Marker::Theirs }
}

/// The eight hex digits of the first short id in a comment, whichever operation's. Example: `1a2b3c4d` of
/// `#1a2b3c4d birthday`.
fn first_short_id(comment: &str) -> Option<&str> {
    comment.split('#').skip(1).filter_map(|rest| rest.get(..8)).find(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}
