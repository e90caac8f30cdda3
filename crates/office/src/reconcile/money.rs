//! Evidence of a refill, a purchase or a return: the account's entries, and its balance.

use probonus::{Error, Kopecks};

use crate::{
    core::engine::Engine,
    ledger::{
        effect::{effect, may_make_entry_of, undone_by},
        entry::LedgerEntry,
        judged::judged_not_own,
        sent_attempt::SentAttempt,
    },
    model::{event::EventRecord, evidence::Evidence, journal_error::JournalError, operation::Operation},
    reconcile::{
        freshness::without_stale_reading,
        judgement::{Case, judge},
        observation::observe,
    },
};

/// What the account shows of an operation that moves money.
///
/// The first row that holds decides:
///
/// | what is found | evidence |
/// |---|---|
/// | the story has no attempt that may have left | ambiguous, without candidates |
/// | entries with the marker, none of a sum of its own, and the operation was never sent or is a return | ambiguous |
/// | a purchase's entry with its marker, and a return's | ambiguous: it is undone by now |
/// | an entry with the operation's marker | found, exact |
/// | entries with the marker that may have been there before the send | ambiguous |
/// | none | judged by sum, time and balance: see [`judge`]; an absence is then checked for old data |
///
/// Examples of the second row: another PC entered the same receipt with another sum; the POS returned a part of it. An example of the
/// third: another PC registered the receipt and returned it, while this one waited to register it.
///
/// Entries that a person has judged are left out, see [`judged_not_own`].
///
/// In the last two rows, entries that prove another operation are left out. An entry of the fourth row may prove another one: the
/// caller checks that.
pub async fn evidence_of_money(
    engine: &Engine,
    operation: &Operation,
    story: &[EventRecord],
) -> Result<Result<Evidence, Error>, JournalError> {
    let (Some(sent), Some(account)) = (SentAttempt::first(story, &operation.payload), operation.payload.account())
    else {
        return Ok(Ok(Evidence::Ambiguous { candidates: Vec::new() }));
    };
    let purchase = undone_by(&*engine.journal, operation).await?;
    let effect = effect(&operation.payload, purchase);
    let judged = judged_not_own(&*engine.journal, operation, purchase).await?;
    let observation = match observe(engine, operation, account, &sent, purchase, &judged).await {
        Ok(observation) => observation,
        Err(error) => return Ok(Err(error)),
    };
    let may_be_ours = |entry: &LedgerEntry| may_make_entry_of(&operation.payload, purchase, entry.transaction.sum);
    let needs_own_sum = operation.attempts == 0 || operation.payload.rules().shares_marker();
    let has_none = needs_own_sum && !observation.marked.is_empty() && !observation.marked.iter().any(may_be_ours);
    if has_none || (!observation.marked.is_empty() && observation.is_undone) {
        let candidates = observation.marked.iter().map(|entry| entry.matched(account, true)).collect();
        return Ok(Ok(Evidence::Ambiguous { candidates }));
    }
    let own = observation.marked.iter().find(|entry| may_be_ours(entry)).or(observation.marked.first());
    if let Some(entry) = own {
        return Ok(Ok(Evidence::Found(entry.matched(account, true))));
    }
    let doubtful = unclaimed(engine, operation, &observation.doubtful).await?;
    if !doubtful.is_empty() {
        let candidates = doubtful.iter().map(|entry| entry.matched(account, false)).collect();
        return Ok(Ok(Evidence::Ambiguous { candidates }));
    }
    let rules = operation.payload.rules();
    let has_shown_markers = rules.capability().is_some_and(|capability| engine.gate.has_observed(capability));
    // Where this server was seen to show markers, an entry with a comment or number of its own is another's.
    let may_lack_marker = |entry: &LedgerEntry| !has_shown_markers || !rules.is_marked_otherwise(&entry.transaction);
    let mut matching = unclaimed(engine, operation, &observation.matching).await?;
    matching.retain(may_lack_marker);
    let mut unmarked = unclaimed(engine, operation, &observation.unmarked).await?;
    unmarked.retain(may_lack_marker);
    // New entries without any marker raise the doubt that this server shows none now. A balance as before the send removes that
    // doubt: none of them can be our operation, which would have moved it.
    let stands = effect.is_some_and(|effect| effect != Kopecks::ZERO)
        && observation.balance.is_some()
        && observation.balance == sent.before;
    let shows_markers = has_shown_markers && (observation.has_markers || observation.unmarked.is_empty() || stands);
    let payload = &operation.payload;
    let evidence = judge(&Case {
        payload,
        account,
        sent: &sent,
        effect,
        shows_markers,
        refused: operation.was_refused() || operation.doubted_refusal().is_some(),
        observation: &observation,
        matching: &matching,
        unmarked: &unmarked,
    });
    without_stale_reading(engine, operation, account, story, &observation.listing, evidence).await.map(Ok)
}

/// Those of the entries that prove no other operation.
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
