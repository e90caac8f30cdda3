//! An entry that may be an operation's own, although the journal says that the operation was not sent.

use std::collections::BTreeSet;

use jiff::Timestamp;
use probonus::Kopecks;

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{effect::expected_effect, entry::LedgerEntry, listing::Listing, sent_attempt::SentAttempt},
    model::{
        event::{Event, EventRecord},
        evidence::Evidence,
        journal_error::JournalError,
        kinds::Marker,
        operation::{Operation, State},
    },
};

/// Operations of an account read in search of those that explain an entry: the newest.
const CANDIDATES_READ: u32 = 500;

/// The first entry that may be the operation's own although it carries no marker; `None`: there is none. All of this holds:
///
/// - its kind and sum fit, and it carries no marker; where this server was seen to show markers, it has no comment of its own
///   either;
/// - it was made after the operation was prepared, or after the operator last asked to send it again;
/// - no earlier attempt saw it, and it was no candidate of earlier evidence, which a person has judged;
/// - it proves no other operation, and there are more such entries than operations of the journal that may have made them.
///
/// Example: a refill of 95.00 waits since 12:00, and the server lists a refill of 95.00 of 12:05 without a comment, which the
/// journal does not know. The journal may be an older copy.
///
/// A time without a zone is taken as the office's. So an entry of a server whose local time is behind may be missed.
pub async fn unexplained_entry(
    engine: &Engine,
    operation: &Operation,
    listing: &Listing,
) -> Result<Option<LedgerEntry>, JournalError> {
    let rules = operation.payload.rules();
    let effect = expected_effect(&*engine.journal, operation).await?;
    let story = engine.journal.story(operation.id).await?;
    let since = SentAttempt::at_the_earliest(waits_since(operation, &story), engine.loyalty.clock_offset());
    let judged = judged_before(&story);
    let has_shown_markers = rules.capability().is_some_and(|capability| engine.gate.has_observed(capability));
    let mut similar = Vec::new();
    for entry in &listing.entries {
        let transaction = &entry.transaction;
        let is_similar = rules.marker(operation.id, transaction, true) == Marker::None
            && !(has_shown_markers && rules.is_marked_otherwise(transaction))
            && rules.fits(effect, transaction)
            && since.is_surely_after(entry, &engine.policy.time_zone)
            && !judged.contains(&entry.key);
        if is_similar && engine.journal.proves(&engine.policy.server, &entry.key).await?.is_none() {
            similar.push(entry);
        }
    }
    if similar.is_empty() || similar.len() <= possible_makers(engine, operation, effect, since.at).await? {
        return Ok(None);
    }
    Ok(similar.first().map(|entry| (*entry).clone()))
}

/// When the operation was prepared, or when the operator last asked to send it again.
fn waits_since(operation: &Operation, story: &[EventRecord]) -> Timestamp {
    let resent = story.iter().rev().find(|record| matches!(record.event, Event::Resent { .. }));
    resent.map_or(operation.created_at, |record| record.at)
}

/// Keys of entries that were there at an earlier attempt, or that the operator has seen as candidates.
fn judged_before(story: &[EventRecord]) -> BTreeSet<String> {
    let mut judged = BTreeSet::new();
    for record in story {
        match &record.event {
            Event::Sending { snapshot: Some(snapshot), .. } => judged.extend(snapshot.keys.iter().cloned()),
            Event::Probed { evidence: Evidence::Ambiguous { candidates } } => {
                judged.extend(candidates.iter().map(|candidate| candidate.proof.clone()));
            }
            _ => {}
        }
    }
    judged
}

/// How many other operations of the account may have made such an entry: confirmed or changed `since`, with the same effect, and
/// proven by no entry. Only confirmed ones count: an operation that is taken for not applied made no entry.
async fn possible_makers(
    engine: &Engine,
    operation: &Operation,
    effect: Option<Kopecks>,
    since: Timestamp,
) -> Result<usize, JournalError> {
    let account = operation.payload.account().cloned();
    let filter = Filter { account, states: vec![State::Confirmed], ..Filter::default() };
    let page = engine.journal.list(&filter, PageRequest { after: None, size: CANDIDATES_READ }).await?;
    let mut makers = 0;
    for other in &page.rows {
        let may_have_made_it = other.id != operation.id && other.proof.is_none() && other.updated_at >= since;
        if may_have_made_it && expected_effect(&*engine.journal, other).await? == effect {
            makers += 1;
        }
    }
    Ok(makers)
}
