//! Correlation markers: what an entry carries of the operation that made it.

use probonus::{ExternalRef, Transaction, TransactionKind};

use crate::model::{operation::OperationId, payload::Payload};

/// Whose entry it is, by the marks it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A mark of the operation.
    Ours,
    /// A mark of another.
    Theirs,
    /// It carries none.
    None,
}

/// Whose entry it is. `new`: it was not there before the operation was sent, as far as [`SentAttempt::tells_by_marks`].
pub fn marker_of(id: OperationId, payload: &Payload, transaction: &Transaction, is_new: bool) -> Marker {
    match payload {
        // The first mark of a comment is its own; what an operator's note quotes after it is another's.
        Payload::Refill(_) => match transaction.comment.as_deref().and_then(short_id) {
            Some(short_id) if id.short()[1..].eq_ignore_ascii_case(short_id) => Marker::Ours,
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
            // The purchase's own entries carry the same marks; they were there before.
            let may_be = transaction.kind == TransactionKind::Return || is_new;
            match transaction.external.check_guid {
                Some(guid) if guid == check.check_guid && may_be => Marker::Ours,
                Some(_) => Marker::Theirs,
                None => by_number(&transaction.external, check.rest_code.as_str(), &check.external_check, is_new),
            }
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => Marker::None,
    }
}

/// An outside number may come again after a return: only a new entry is ours by it.
fn by_number(external: &ExternalRef, rest: &str, number: &str, is_new: bool) -> Marker {
    match external.external_check.as_deref() {
        None => Marker::None,
        Some(told) if told == number && external.rest_code.as_deref().is_none_or(|told| told == rest) && is_new => {
            Marker::Ours
        }
        Some(_) => Marker::Theirs,
    }
}

/// The first short id in a comment, of whatever operation: its eight hex digits.
fn short_id(comment: &str) -> Option<&str> {
    comment.split('#').skip(1).filter_map(|rest| rest.get(..8)).find(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}
