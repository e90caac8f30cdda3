//! Whether a reading is fresh: a replica that lags behind, or a cache, shows how things were before the send.
//!
//! What an old reading lacks proves nothing. What it shows proves as much as in a fresh one.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use probonus::AccountId;

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{
        entry::LedgerEntry,
        listing::{Listing, Reach},
        sent_attempt::SentAttempt,
    },
    model::{
        event::{Event, EventRecord},
        evidence::{Evidence, StaleSign},
        failure::Precondition,
        journal_error::JournalError,
        kinds::{Kind, Marker},
        operation::{Operation, State},
    },
};

/// Confirmed operations of an account, the newest, that a list is compared with. For each one that it lacks a story is read.
const OPERATIONS_READ: u32 = 30;
/// How long a server is expected to list an entry. Some show the entries of the last weeks only.
const LISTED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Turns an absence into stale evidence if the answer is old: a cache gave it, or the server once showed this operation. Other
/// evidence stays as it is.
pub fn without_old_answer(evidence: Evidence, is_cached: bool, story: &[EventRecord]) -> Evidence {
    if !matches!(evidence, Evidence::Absent { .. }) {
        return evidence;
    }
    if was_seen(story) {
        return Evidence::Stale { sign: StaleSign::TraceMissing };
    }
    if is_cached { Evidence::Stale { sign: StaleSign::Cached } } else { evidence }
}

/// Checks an absence against what a fresh list would show. Other evidence stays as it is. The first row that holds decides:
///
/// | the list | evidence |
/// |---|---|
/// | lacks an entry that the server showed before, and has no new one | stale |
/// | lacks the entry of a confirmed operation, and shows nothing later than it | stale |
/// | shows an entry made when the request could not arrive any more, or a confirmed operation that was prepared after the send | absent, proven |
/// | any other | absent, not proven |
pub async fn without_stale_reading(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    story: &[EventRecord],
    listing: &Listing,
    evidence: Evidence,
) -> Result<Evidence, JournalError> {
    let Evidence::Absent { conclusive, .. } = evidence else { return Ok(evidence) };
    let stale = Evidence::Stale { sign: StaleSign::EntryMissing };
    if lacks_known_entries(engine, story, listing) {
        return Ok(stale);
    }
    let last = SentAttempt::last(story);
    let (zone, now, settle) = (&engine.policy.time_zone, engine.host.now(), engine.policy.settle);
    let is_zone_known = engine.gate.local_time_agrees(zone) == Some(true);
    let is_later = |last: &SentAttempt| {
        listing.entries.iter().any(|entry| last.is_settled_before(entry, (zone, is_zone_known), now, settle))
    };
    let mut proven = last.as_ref().is_some_and(is_later);
    let confirmed = confirmed_of(engine, account).await?;
    let server = |other: &Operation| engine.other_server(other).is_none();
    // Only operations that move money have entries. The record of an edited guest was seen as well, but never in this list.
    let has_entry = |other: &&Operation| other.id != operation.id && other.payload.moves_money() && server(other);
    for other in confirmed.iter().filter(has_entry) {
        if is_listed(other, listing) {
            let is_later = last.as_ref().is_some_and(|last| other.created_at >= last.at);
            proven |= is_later && engine.journal.precedes(operation.id, other.id).await?;
        } else if must_be_listed(engine, other, listing).await? {
            return Ok(stale);
        }
    }
    Ok(Evidence::Absent { conclusive, proven })
}

/// Whether a list of an account's entries is empty although a fresh one would show a confirmed operation, not older than
/// [`LISTED_FOR`]. Nothing may be sent on such a list, unless a balance shows that ProBonus itself answers.
///
/// Example: a gateway answers each path with `{}`, and the account had an entry yesterday.
pub async fn is_emptied(engine: &Engine, account: &AccountId, listing: &Listing) -> Result<bool, JournalError> {
    if !listing.entries.is_empty() {
        return Ok(false);
    }
    let since = engine.host.now().checked_sub(LISTED_FOR).unwrap_or(Timestamp::MIN);
    for other in confirmed_of(engine, account).await? {
        let is_recent = other.updated_at >= since && other.payload.moves_money();
        if is_recent && engine.other_server(&other).is_none() && must_be_listed(engine, &other, listing).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The newest confirmed operations of an account.
async fn confirmed_of(engine: &Engine, account: &AccountId) -> Result<Vec<Operation>, JournalError> {
    let states = vec![State::Confirmed];
    let filter = Filter { states, account: Some(account.clone()), ..Filter::default() };
    Ok(engine.journal.list(&filter, PageRequest { after: None, size: OPERATIONS_READ }).await?.rows)
}

/// Whether the server once showed this operation: an entry that proved it, or one with its marker.
fn was_seen(story: &[EventRecord]) -> bool {
    story.iter().any(|record| match &record.event {
        Event::Unknown { failure: Some(failure) } => failure.precondition == Some(Precondition::AlreadyOnServer),
        Event::Probed { evidence: Evidence::Found(_) } | Event::Reconciled { found: Some(_), .. } => true,
        Event::Probed { evidence: Evidence::Ambiguous { candidates } } => {
            candidates.iter().any(|candidate| candidate.exact)
        }
        _ => false,
    })
}

/// Whether a list lacks an entry that the server showed before, and has no new one that could have pushed it out.
///
/// Only keys made of the server's ids count. A key made of an entry's contents changes when the server words it differently.
fn lacks_known_entries(engine: &Engine, story: &[EventRecord], listing: &Listing) -> bool {
    let mut known = BTreeSet::new();
    for record in story {
        match &record.event {
            Event::Sending { snapshot: Some(snapshot), .. } => known.extend(snapshot.keys.iter()),
            Event::Probed { evidence: Evidence::Ambiguous { candidates } } => {
                known.extend(candidates.iter().map(|candidate| &candidate.proof));
            }
            _ => {}
        }
    }
    let attempt = SentAttempt::last(story);
    let is_new = |entry: &LedgerEntry| {
        !known.contains(&entry.key)
            && attempt.as_ref().is_none_or(|attempt| attempt.is_new(entry, &engine.policy.time_zone))
    };
    let is_listed = |key: &String| listing.entries.iter().any(|entry| entry.key == *key);
    let has_id = |key: &&&String| !key.contains("/~");
    !listing.entries.iter().any(is_new) && known.iter().filter(has_id).any(|key| !is_listed(key))
}

/// Whether a list shows the entry of a confirmed operation.
fn is_listed(operation: &Operation, listing: &Listing) -> bool {
    listing.entries.iter().any(|entry| {
        operation.proof.as_ref() == Some(&entry.key)
            || operation.payload.rules().marker(operation.id, &entry.transaction, false) == Marker::Ours
    })
}

/// Whether a fresh list would show the entry of a confirmed operation: this server lists such an entry, the list reaches back to its
/// day, and nothing later is listed that could have pushed it out.
///
/// | operation | the server lists its entry if |
/// |---|---|
/// | a refill, confirmed by an answer, without a balance mismatch | this server was ever seen to show a refill's marker |
/// | any other | this very entry was seen: an accrual may wait for its day without an entry |
async fn must_be_listed(engine: &Engine, operation: &Operation, listing: &Listing) -> Result<bool, JournalError> {
    let story = engine.journal.story(operation.id).await?;
    let is_answered = story.iter().any(|record| matches!(record.event, Event::Confirmed { .. }));
    let is_mismatch = story.iter().any(|record| matches!(record.event, Event::BalanceRead { mismatch: true, .. }));
    let capability = operation.payload.rules().capability();
    let shows_such = capability.is_some_and(|capability| engine.gate.has_observed(capability));
    let is_shown_at_once = operation.payload.kind() == Kind::Refill && shows_such && is_answered && !is_mismatch;
    if !is_shown_at_once && !was_seen(&story) {
        return Ok(false);
    }
    let Some(sent) = SentAttempt::last(&story) else { return Ok(false) };
    if let Reach::Since(from) = listing.reach
        && sent.is_before_day(from, &engine.policy.time_zone)
    {
        return Ok(false);
    }
    let (zone, now) = (&engine.policy.time_zone, engine.host.now());
    Ok(!listing.entries.iter().any(|entry| sent.is_outlived_by(entry, zone, now)))
}
