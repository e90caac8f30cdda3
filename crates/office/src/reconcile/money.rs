//! Evidence of a refill, a purchase or a return: the account's entries, and its balance.

use probonus::{Error, Kopecks};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{
        effect::{effect, expected_effect, purchase_of},
        entry::LedgerEntry,
        sent_attempt::SentAttempt,
    },
    model::{
        event::EventRecord,
        evidence::Evidence,
        journal_error::JournalError,
        operation::{Operation, State},
    },
    reconcile::{
        freshness::without_stale_reading,
        judgement::{Case, judge},
        observation::observe,
    },
};

/// Operations of an account read in search of lookalikes: the newest.
const CANDIDATES_READ: u32 = 500;

/// What the account shows of an operation that moves money.
///
/// | what is found | evidence |
/// |---|---|
/// | an entry with the operation's marker | found, exact |
/// | the same, but it was never sent and no such entry has a sum of its own: another PC entered the same receipt otherwise | ambiguous |
/// | entries with its marker that may have been there before the send | ambiguous |
/// | neither | judged by sum, time and balance: see [`judge`] |
///
/// Entries that prove another operation are not counted.
pub async fn evidence_of_money(
    engine: &Engine,
    operation: &Operation,
    story: &[EventRecord],
) -> Result<Result<Evidence, Error>, JournalError> {
    let (Some(sent), Some(account)) = (SentAttempt::first(story, &operation.payload), operation.payload.account())
    else {
        return Ok(Ok(Evidence::Ambiguous { candidates: Vec::new() }));
    };
    let purchase = purchase_of(&*engine.journal, &operation.payload).await?;
    let effect = effect(&operation.payload, purchase.as_ref());
    let observation = match observe(engine, operation, account, &sent, effect, purchase.as_ref()).await {
        Ok(observation) => observation,
        Err(error) => return Ok(Err(error)),
    };
    let may_be_ours = |entry: &LedgerEntry| operation.payload.rules().may_make_entry_of(entry.transaction.sum);
    if operation.attempts == 0 && !observation.marked.is_empty() && !observation.marked.iter().any(may_be_ours) {
        let candidates = observation.marked.iter().map(|entry| entry.matched(account, false)).collect();
        return Ok(Ok(Evidence::Ambiguous { candidates }));
    }
    if let Some(entry) = observation.marked.first() {
        return Ok(Ok(Evidence::Found(entry.matched(account, true))));
    }
    let doubtful = unclaimed(engine, operation, &observation.doubtful).await?;
    if !doubtful.is_empty() {
        let candidates = doubtful.iter().map(|entry| entry.matched(account, false)).collect();
        return Ok(Ok(Evidence::Ambiguous { candidates }));
    }
    let matching = unclaimed(engine, operation, &observation.matching).await?;
    let has_suspected_duplicate =
        !matching.is_empty() && has_suspected_duplicate(engine, operation, effect, &sent).await?;
    let shows_markers =
        operation.payload.rules().capability().is_some_and(|capability| engine.gate.has_observed(capability));
    let payload = &operation.payload;
    let evidence = judge(&Case {
        payload,
        account,
        sent: &sent,
        effect,
        shows_markers,
        has_suspected_duplicate,
        observation: &observation,
        matching: &matching,
    });
    without_stale_reading(engine, operation, account, story, &observation.listing, evidence).await.map(Ok)
}

/// The entries that prove no other operation.
async fn unclaimed(
    engine: &Engine,
    operation: &Operation,
    entries: &[LedgerEntry],
) -> Result<Vec<LedgerEntry>, JournalError> {
    let mut unclaimed = Vec::new();
    for entry in entries {
        if engine.journal.proves(&engine.policy.server, &entry.key).await?.is_none_or(|owner| owner == operation.id) {
            unclaimed.push(entry.clone());
        }
    }
    Ok(unclaimed)
}

/// Whether another operation could have made the same entry: prepared within the window of the duplicate guard, sent at
/// least once, with the same effect on the balance (a purchase: with the same sum paid).
///
/// Example: a refill of 100.00 at 12:00 was taken for not applied; the same refill at 14:00 is unknown. One new entry of
/// 100.00 may be the first one, which arrived late. Operations that were given up count too, so the journal's own question
/// for suspected duplicates, which leaves them out, is not enough.
async fn has_suspected_duplicate(
    engine: &Engine,
    operation: &Operation,
    effect: Option<Kopecks>,
    sent: &SentAttempt,
) -> Result<bool, JournalError> {
    let since = engine.policy.suspects_duplicates_since(sent.at);
    let (kinds, account) = (vec![operation.payload.kind()], operation.payload.account().cloned());
    let filter = Filter { kinds, account, ..Filter::default() };
    let page = engine.journal.list(&filter, PageRequest { after: None, size: CANDIDATES_READ }).await?;
    let may_have_arrived = |other: &&Operation| {
        other.id != operation.id
            && other.attempts > 0
            && other.created_at >= since
            && !matches!(other.state, State::Prepared | State::Cancelled)
    };
    for other in page.rows.iter().filter(may_have_arrived) {
        let fits = if operation.payload.rules().is_known_by_headline() {
            other.payload.headline_sum() == operation.payload.headline_sum()
        } else {
            expected_effect(&*engine.journal, &other.payload).await? == effect
        };
        if fits {
            return Ok(true);
        }
    }
    Ok(false)
}
