//! Whether a balance that did not move may have been read from old data: from a replica that lags behind, or from a cache.

use jiff::Timestamp;

use crate::{
    ledger::sent_attempt::SentAttempt,
    model::{operation::Operation, policy::Policy, queue::HaltCause},
    verify::{explanation::Reading, mismatch::Mismatch},
};

/// Whether a mismatch is not judged yet, because the reading may be as old as the send. All of this holds:
///
/// - the balance is exactly that before the send;
/// - entries were read, and none is new since the pre-send snapshot, neither the operation's own nor another's;
/// - the operation was confirmed less than `Policy::settle` ago.
///
/// Example: a refill of 100.00 is answered, and ten seconds later the balance and the list are still those before it. Of a server
/// whose reads lag half a minute behind, that is expected. A minute after the answer it is a mismatch, and the queue halts.
///
/// A balance that moved is always judged: old data never show a change that is not there.
pub fn may_be_old(
    mismatch: &Mismatch,
    reading: &Reading,
    sent: Option<&SentAttempt>,
    operation: &Operation,
    now: Timestamp,
    policy: &Policy,
) -> bool {
    let (Some(sent), Some(listing)) = (sent.filter(|sent| sent.snapshot.is_some()), &reading.listing) else {
        return false;
    };
    let shows_nothing_new = !listing.entries.iter().any(|entry| sent.is_new(entry, &policy.time_zone));
    // After our clock was set back the age is negative: nothing is known of it.
    let age = now.duration_since(operation.updated_at);
    let is_young = !age.is_negative() && age.unsigned_abs() < policy.settle;
    mismatch.cause == HaltCause::NoChange && shows_nothing_new && is_young
}
