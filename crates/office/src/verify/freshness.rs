//! Whether a mismatch may come from old data: from a replica that lags behind, or from a cache.

use std::time::Duration;

use probonus::Kopecks;

use crate::{
    core::engine::Engine,
    ledger::{entry::LedgerEntry, sent_attempt::SentAttempt},
    model::{operation::Operation, queue::HaltCause},
    verify::{explanation::Reading, mismatch::Mismatch},
};

/// How many settling times a balance and entries that contradict each other may be read again.
const CONTRADICTS_FOR: u32 = 3;

/// Whether a mismatch is not judged yet, because what was read may be old.
///
/// | what was read | judged |
/// |---|---|
/// | no change, and nothing later than the send ([`stands_as_before`]), from a cache | once the server itself answers |
/// | the same from the server, within a settling time after the confirmation | after that time |
/// | balance and entries that contradict each other ([`contradict`]), within three settling times | after that time |
/// | the expected balance, by entries of others alone, within three settling times | after that time |
/// | any other, and each sum that differs a hundredfold | at once |
///
/// Example of the second: a refill of 100.00 is answered, and ten seconds later the balance is still that before it. Of a server whose
/// reads lag half a minute behind, that is expected, also if its list shows the refill already. A minute after the answer it is a
/// mismatch, and the queue halts. What a cache answers (`Age: 30`) is never judged: it is read again until the server itself answers.
///
/// Example of the third: two nodes answer in turns, one of which lags behind by 20 seconds. The balance before the send comes from one,
/// the list and the balance after it from the other. A balance and a list that agree are judged at once: old data never show a change
/// that is not there.
pub fn may_be_old(
    engine: &Engine,
    operation: &Operation,
    mismatch: &Mismatch,
    reading: &Reading,
    sent: Option<&SentAttempt>,
) -> bool {
    let policy = &engine.policy;
    let sent = sent.filter(|sent| sent.snapshot.is_some());
    let is_compared = sent.is_some() && reading.listing.is_some();
    // After our clock was set back the age is negative: nothing is known of it.
    let age = engine.host.now().duration_since(operation.updated_at);
    let is_younger_than = |limit: Duration| !age.is_negative() && age.unsigned_abs() < limit;
    let is_doubtful = mismatch.cause != HaltCause::FactorHundred
        && is_compared
        && (contradict(sent, reading) || is_met_by_others(sent, mismatch, reading))
        && is_younger_than(policy.settle * CONTRADICTS_FOR);
    let is_as_before = stands_as_before(engine, mismatch, reading, sent);
    is_doubtful || (is_as_before && ((is_younger_than(policy.settle) && is_compared) || reading.is_cached))
}

/// Whether the operation changed nothing, no entry of others was made after the send, and the operation's own, if it is listed, has the
/// sum that was sent.
///
/// An entry that the pre-send snapshot lacks, and that was made before the send, is no sign of fresh data: the snapshot came from a node
/// that was older still. If an entry has no zone, and the server's is not known, it may be later.
fn stands_as_before(engine: &Engine, mismatch: &Mismatch, reading: &Reading, sent: Option<&SentAttempt>) -> bool {
    let zone = &engine.policy.time_zone;
    let is_zone_known = engine.gate.local_time_agrees(zone) == Some(true);
    // An entry of another sum is no lag of the balance.
    let own = reading.own.as_ref();
    let is_whole = own.is_none_or(|own| own.moved == Some(mismatch.sent));
    let own = own.map_or(&[][..], |own| &own.entries);
    let is_own = |entry: &LedgerEntry| own.iter().any(|own| own.key == entry.key);
    let shows_no_other = sent.zip(reading.listing.as_ref()).is_none_or(|(sent, listing)| {
        let has_zone = |entry: &LedgerEntry| is_zone_known || entry.transaction.at.instant.is_some();
        let is_later = |entry: &LedgerEntry| {
            let may_be_later = !has_zone(entry) || sent.is_surely_after(entry, zone);
            sent.is_new(entry, zone) && may_be_later
        };
        listing.entries.iter().all(|entry| is_own(entry) || !is_later(entry))
    });
    mismatch.cause == HaltCause::NoChange && is_whole && shows_no_other
}

/// Whether the balance changed by the sum that was sent, and the mismatch says that the operation changed nothing. A list that is older
/// than the balance lacks its own entry; one that is newer than the balance before shows one of others as new.
fn is_met_by_others(sent: Option<&SentAttempt>, mismatch: &Mismatch, reading: &Reading) -> bool {
    let expected = sent.and_then(|sent| sent.before).and_then(|before| before.checked_add(mismatch.sent));
    mismatch.cause == HaltCause::NoChange && mismatch.sent != Kopecks::ZERO && expected == Some(reading.after)
}

/// Whether the new entries do not add up to the balance: it was read from older or newer data than they, or than the balance before.
/// Entries that show the operation twice tell enough.
fn contradict(sent: Option<&SentAttempt>, reading: &Reading) -> bool {
    if reading.own.as_ref().is_some_and(|own| own.has_twin) {
        return false;
    }
    let own = reading.own.as_ref().map_or(Some(Kopecks::ZERO), |own| own.moved);
    let sum = sent.and_then(|sent| sent.before).zip(reading.explained).zip(own);
    let told = sum.and_then(|((before, others), own)| before.checked_add(others)?.checked_add(own));
    told.is_some_and(|told| told != reading.after)
}
