//! Whether a balance that did not move may have been read from old data: from a replica that lags behind, or from a cache.

use jiff::Timestamp;

use crate::{
    ledger::{entry::LedgerEntry, sent_attempt::SentAttempt},
    model::{operation::Operation, policy::Policy, queue::HaltCause},
    verify::{explanation::Reading, mismatch::Mismatch},
};

/// Whether a mismatch is not judged yet, because the balance may be as old as the send. All of this holds:
///
/// - the balance is exactly that before the send;
/// - no entry of others is new since the pre-send snapshot, and the operation's own, if it is listed, has the sum that was sent;
/// - the operation was confirmed less than `Policy::settle` ago, and entries were read; or a cache answered.
///
/// Example: a refill of 100.00 is answered, and ten seconds later the balance is still that before it. Of a server whose reads lag
/// half a minute behind, that is expected, also if its list shows the refill already. A minute after the answer it is a mismatch, and
/// the queue halts. What a cache answers (`Age: 30`) is never judged: it is read again until the server itself answers.
///
/// A balance that moved is always judged: old data never show a change that is not there. So is one beside a new entry of
/// another: it was read after that entry.
pub fn may_be_old(
    mismatch: &Mismatch,
    reading: &Reading,
    sent: Option<&SentAttempt>,
    operation: &Operation,
    now: Timestamp,
    policy: &Policy,
) -> bool {
    let sent = sent.filter(|sent| sent.snapshot.is_some());
    let is_compared = sent.is_some() && reading.listing.is_some();
    // An entry of another sum is no lag of the balance.
    let own = reading.own.as_ref();
    let is_whole = own.is_none_or(|own| own.moved == Some(mismatch.sent));
    let own = own.map_or(&[][..], |own| &own.entries);
    let is_own = |entry: &LedgerEntry| own.iter().any(|own| own.key == entry.key);
    let shows_no_other = sent.zip(reading.listing.as_ref()).is_none_or(|(sent, listing)| {
        listing.entries.iter().all(|entry| is_own(entry) || !sent.is_new(entry, &policy.time_zone))
    });
    // After our clock was set back the age is negative: nothing is known of it.
    let age = now.duration_since(operation.updated_at);
    let is_young = !age.is_negative() && age.unsigned_abs() < policy.settle;
    mismatch.cause == HaltCause::NoChange
        && is_whole
        && shows_no_other
        && ((is_young && is_compared) || reading.is_cached)
}
