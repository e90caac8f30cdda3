//! The short id in an entry's text: the correlation marker of refills.

use probonus::Transaction;

use crate::model::operation_id::OperationId;

/// The eight hex digits of the first short id in a comment, without `#`, whichever operation's. Example: `1a2b3c4d` of
/// `#1a2b3c4d birthday`.
pub fn first_short_id(comment: &str) -> Option<&str> {
    comment.split('#').skip(1).filter_map(|rest| rest.get(..8)).find(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether the comment of an entry carries the short id of another operation, of whatever kind.
///
/// Example: the entry of a refill says `#1a2b3c4d`. For a purchase it is another's, although purchases have another marker.
pub fn names_another(id: OperationId, entry: &Transaction) -> bool {
    entry.comment.as_deref().and_then(first_short_id).is_some_and(|short| !short.eq_ignore_ascii_case(&id.short()))
}
