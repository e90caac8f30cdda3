//! Which of the new entries are the operation's own, and what the others explain of a difference.

use std::ops::{Bound, RangeBounds as _};

use jiff::{Timestamp, civil::DateTime};
use probonus::{Kopecks, TransactionKind};

use crate::{
    core::engine::Engine,
    ledger::{
        entry::LedgerEntry,
        listing::Listing,
        marker::{Marker, marker_of},
        sent_attempt::SentAttempt,
    },
    model::{
        event::{Event, EventRecord},
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        operation::Operation,
        payload::Payload,
    },
};

/// What was read after an operation.
pub struct Reading {
    pub after: Kopecks,
    /// What others did to the balance in between; `None`: the entries were not read.
    pub explained: Option<Kopecks>,
    /// The operation's own entries, by their markers or else by their sums: the first of them, and what all of them moved.
    pub ours: Option<(MatchedEntry, Option<Kopecks>)>,
    /// Another entry without markers is just like one of them: it may be ours a second time.
    pub has_twin: bool,
}

/// What the entries after an operation tell: which of them are its own, and what the others explain.
pub async fn explain(
    engine: &Engine,
    operation: &Operation,
    account: &probonus::AccountId,
    (before, expected, after): (Option<Kopecks>, Option<Kopecks>, Kopecks),
    sent: &SentAttempt,
    listing: &Listing,
) -> Result<Reading, JournalError> {
    let mut sent = sent.clone();
    if sent.snapshot.is_none()
        && let Some(own) = listing.entries.iter().find(|entry| is_marked_alone(operation, entry))
    {
        sent.learn_clock_shift(own, &engine.policy.time_zone);
    }
    let mut new_entries: Vec<&LedgerEntry> = Vec::new();
    for entry in listing.entries.iter().filter(|entry| sent.is_new(entry, &engine.policy.time_zone)) {
        // Where nothing was read before, entries of just before look new: of some it is known whose they are, and since when.
        if sent.snapshot.is_some() || !was_there_before(engine, entry, operation, sent.at).await? {
            new_entries.push(entry);
        }
    }
    let by_markers = sent.is_proven_by_marker(&operation.payload);
    let ours: Vec<&LedgerEntry> = new_entries
        .iter()
        .copied()
        .filter(|entry| marker_of(operation.id, &operation.payload, &entry.transaction, by_markers) == Marker::Ours)
        .collect();
    let change = expected.zip(before).and_then(|(expected, before)| expected.checked_sub(before));
    // Without a marker, entries of the right sums are taken for ours: what is left then explains itself or not.
    let unmarked = if ours.is_empty() { unmarked(&operation.payload, change, &new_entries) } else { Vec::new() };
    // Where entries carry no markers, a twin of ours is more likely ours a second time than anybody else's: it explains
    // nothing.
    let same_sum_and_kind = |entry: &LedgerEntry| {
        unmarked.iter().any(|ours| {
            entry.transaction.sum == ours.transaction.sum && entry.transaction.kind == ours.transaction.kind
        })
    };
    let is_ours = |entry: &LedgerEntry| ours.iter().any(|ours| ours.key == entry.key) || same_sum_and_kind(entry);
    let sum_of = |is_counted: &dyn Fn(&LedgerEntry) -> bool| {
        let mut counted = new_entries.iter().filter(|entry| !is_ours(entry) && is_counted(entry));
        counted.try_fold(Kopecks::ZERO, |sum, entry| sum.checked_add(entry.transaction.sum))
    };
    let explains = |sum: &Kopecks| expected.and_then(|expected| expected.checked_add(*sum)) == Some(after);
    let own = if ours.is_empty() { &unmarked } else { &ours };
    let all = sum_of(&|_| true);
    let explained = if sent.snapshot.is_some() {
        all
    } else {
        // Entries of just before are among them: the clocks may tell them apart, or the operation's own entry.
        let by_clocks = sum_of(&|entry| sent.is_surely_after(entry, &engine.policy.time_zone));
        let by_moment = candidate_read_times(own, &new_entries)
            .into_iter()
            .filter_map(|cut| sum_of(&|entry| cut.contains(&entry.transaction.at.local)));
        by_clocks.into_iter().chain(by_moment).find(explains).or(all)
    };
    let has_twin = new_entries.iter().filter(|entry| is_ours(entry)).count() > own.len();
    let moved = own.iter().try_fold(Kopecks::ZERO, |sum, entry| sum.checked_add(entry.transaction.sum));
    let ours = own.first().map(|entry| (entry.matched(account, unmarked.is_empty()), moved));
    Ok(Reading { after, explained, ours, has_twin })
}

/// Whether an entry proves another operation, and was known to before `moment`.
async fn was_there_before(
    engine: &Engine,
    entry: &LedgerEntry,
    operation: &Operation,
    moment: Timestamp,
) -> Result<bool, JournalError> {
    let Some(owner) = engine.journal.proves(&entry.key).await? else { return Ok(false) };
    // What was prepared later went later: the account's order tells, of the same moment and of a clock that was set back.
    if !engine.journal.precedes(owner, operation.id).await? {
        return Ok(false);
    }
    let proven = |record: &EventRecord| {
        record.at <= moment
            && match &record.event {
                Event::Confirmed { proof, .. } => proof.as_ref() == Some(&entry.key),
                Event::Reconciled { found, .. } | Event::Decided { found, .. } => {
                    found.as_ref().is_some_and(|found| found.proof == entry.key)
                }
                Event::Probed { evidence: Evidence::Found(found) } => found.proof == entry.key,
                _ => false,
            }
    };
    Ok(engine.journal.story(owner).await?.iter().any(proven))
}

/// Whether an entry carries a marker that no other operation's entry can carry, whenever it was made.
fn is_marked_alone(operation: &Operation, entry: &LedgerEntry) -> bool {
    // The entries of a purchase and of its return carry the same markers: they differ in kind, or not at all.
    let is_return = matches!(operation.payload, Payload::ReturnCheck(_));
    is_return == (entry.transaction.kind == TransactionKind::Return)
        && marker_of(operation.id, &operation.payload, &entry.transaction, false) == Marker::Ours
}

/// Since when, by the server's own clock, entries may be missing in a balance that was read before an operation: what is later
/// than its own entry came after; what is not, is in that balance up to some moment and not from then on. The latest first.
fn candidate_read_times(own: &[&LedgerEntry], new_entries: &[&LedgerEntry]) -> Vec<(Bound<DateTime>, Bound<DateTime>)> {
    let at = |entry: &&LedgerEntry| entry.transaction.at.local;
    let Some(made) = own.iter().map(at).min() else { return Vec::new() };
    let mut moments: Vec<DateTime> = new_entries.iter().map(at).filter(|moment| *moment <= made).collect();
    moments.sort_unstable_by(|a, b| b.cmp(a));
    moments.dedup();
    let starts = std::iter::once(Bound::Excluded(made)).chain(moments.into_iter().map(Bound::Included));
    starts.map(|start| (start, Bound::Unbounded)).collect()
}

/// The new entries that an operation may have made where entries carry no markers: one that moved as much as was sent, or the two
/// of a purchase that was paid with bonuses and accrued some.
fn unmarked<'r>(payload: &Payload, change: Option<Kopecks>, new_entries: &[&'r LedgerEntry]) -> Vec<&'r LedgerEntry> {
    let of_sum = |sum: Kopecks| new_entries.iter().copied().find(|entry| entry.transaction.sum == sum);
    let pair = match payload {
        // Two of just these sums are less likely a till's than one of their difference.
        Payload::RegisterCheck(check) if check.bonus_accrued.is_positive() && check.bonus_spent.is_positive() => {
            of_sum(check.bonus_accrued).zip(of_sum(check.bonus_spent.negated()))
        }
        _ => None,
    };
    match pair {
        Some((accrued, spent)) => vec![accrued, spent],
        None => change.and_then(of_sum).into_iter().collect(),
    }
}
