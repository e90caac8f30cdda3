//! Repeats: whether the server's entries show that an operation was applied more than once.
//!
//! A proxy may send a request again long after its answer: 70 seconds later, when the balance was verified already. So each
//! list of entries that is read, for whatever reason, is held against the journal.

use std::collections::BTreeMap;

use probonus::{AccountId, CheckGuid, Kopecks, TransactionKind};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{
        effect::{expected_effect, purchase_of},
        entry::{LedgerEntry, repeat_count},
        sent_attempt::SentAttempt,
    },
    model::{
        event::Event,
        evidence::MatchedEntry,
        journal_error::JournalError,
        kinds::{Parts, short_id::first_short_id},
        operation::{Operation, State},
        payload::Payload,
        queue::{Halt, HaltCause},
    },
};

/// Entries that a report of a repeat names.
const ENTRIES_REPORTED: usize = 6;
/// Refills of an account with one short id that are read. More than one has it only by chance.
const SAME_SHORT_ID: u32 = 10;

/// How often an operation was applied, twice or more, and the entries that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repeated {
    pub times: u32,
    pub entries: Vec<MatchedEntry>,
}

/// Whether entries are just these parts, once: a server may list one payment as several equal entries, one for each
/// lot of bonuses that it took. An accrual must be among them: two of −50.00 may be two lots of a payment of 100.00, or
/// a purchase that accrues 50.00 and spends 100.00, applied twice.
fn are_listed_once(parts: Parts, entries: &[&LedgerEntry]) -> bool {
    let sum = |is_meant: &dyn Fn(&LedgerEntry) -> bool| {
        let sums = entries.iter().filter(|entry| is_meant(entry)).map(|entry| entry.transaction.sum);
        sums.into_iter().try_fold(Kopecks::ZERO, Kopecks::checked_add)
    };
    let waits = |entry: &LedgerEntry| entry.transaction.kind == TransactionKind::Waiting;
    let waiting = sum(&waits);
    let added = sum(&|entry| !waits(entry) && entry.transaction.sum.is_positive());
    let taken = sum(&|entry| !waits(entry) && entry.transaction.sum < Kopecks::ZERO).map(Kopecks::negated);
    let is_nothing = parts.adds == Kopecks::ZERO && parts.takes == Kopecks::ZERO;
    let none_or_all = |sum: Option<Kopecks>| sum == Some(Kopecks::ZERO) || sum == Some(parts.adds);
    !is_nothing
        && taken == Some(parts.takes)
        && none_or_all(added)
        && none_or_all(waiting)
        && (!parts.adds.is_positive() || added != Some(Kopecks::ZERO) || waiting != Some(Kopecks::ZERO))
}

/// What shows that an operation was applied more than once: several equal entries with its marker. `entries`: all with its
/// marker. `purchase`: of a return.
///
/// | entries of a purchase that accrues 30.00 and spends 50.00 | applied |
/// |---|---|
/// | +30.00, −50.00 | once |
/// | +30.00, −25.00, −25.00 | once: the payment took two lots of bonuses |
/// | +30.00, −50.00, +30.00, −50.00 | twice |
/// | −20.00, −20.00 | twice |
/// | 30.00 that wait, −50.00, later +30.00 | once |
pub fn repeated_by_entries(
    account: &AccountId,
    payload: &Payload,
    purchase: Option<&Operation>,
    entries: &[&LedgerEntry],
) -> Option<Repeated> {
    let times = repeat_count(entries);
    let parts = payload.rules().parts(purchase.map(|purchase| purchase.payload.rules()));
    let is_once = parts.is_some_and(|parts| are_listed_once(parts, entries));
    (times > 1 && !is_once).then(|| Repeated {
        times,
        entries: entries.iter().take(ENTRIES_REPORTED).map(|entry| entry.matched(account, true)).collect(),
    })
}

/// Whose an entry is, by its correlation marker alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Refill(String),
    Purchase(CheckGuid),
    Return(CheckGuid),
}

impl Owner {
    fn of(entry: &LedgerEntry) -> Option<Self> {
        let transaction = &entry.transaction;
        match (transaction.external.check_guid, transaction.kind) {
            (Some(guid), TransactionKind::Return) => Some(Self::Return(guid)),
            (Some(guid), _) => Some(Self::Purchase(guid)),
            (None, TransactionKind::Return | TransactionKind::Burning | TransactionKind::Welcome) => None,
            (None, _) => {
                transaction.comment.as_deref().and_then(first_short_id).map(|id| Self::Refill(id.to_lowercase()))
            }
        }
    }
}

/// Holds a list of entries against the journal: reports each confirmed operation of the account that they show more often
/// than was known. The caller holds the account queue, and has no operation of it in hand that is confirmed.
///
/// Only operations of this journal are looked at. What a POS or another program sent twice is theirs. If the journal fails, the
/// next list of the account's entries shows the same again.
pub async fn hold_against_journal(engine: &Engine, account: &AccountId, entries: &[LedgerEntry]) {
    if let Err(error) = report_repeats(engine, account, entries).await {
        tracing::error!(%error, "the server's entries could not be held against the journal");
    }
}

async fn report_repeats(engine: &Engine, account: &AccountId, entries: &[LedgerEntry]) -> Result<(), JournalError> {
    let mut by_owner: BTreeMap<Owner, Vec<&LedgerEntry>> = BTreeMap::new();
    for entry in entries {
        if let Some(owner) = Owner::of(entry) {
            by_owner.entry(owner).or_default().push(entry);
        }
    }
    let is_repeated = |entries: &[&LedgerEntry]| repeat_count(entries) > 1;
    for (owner, marked) in by_owner.iter().filter(|(_, marked)| is_repeated(marked)) {
        // A return undoes a purchase as often as it was registered: that is the purchase's fault.
        if let Owner::Return(guid) = owner
            && by_owner.get(&Owner::Purchase(*guid)).is_some_and(|entries| is_repeated(entries))
        {
            continue;
        }
        let Some(operation) = confirmed_operation(engine, account, owner).await? else { continue };
        let purchase = purchase_of(&*engine.journal, &operation.payload).await?;
        if let Some(repeated) = repeated_by_entries(account, &operation.payload, purchase.as_ref(), marked)
            && operation.times_applied.is_none_or(|known| known < repeated.times)
        {
            report_repeated(engine, operation, repeated).await?;
        }
    }
    Ok(())
}

/// The confirmed operation with a marker, if it is one of the journal and of the account.
async fn confirmed_operation(
    engine: &Engine,
    account: &AccountId,
    owner: &Owner,
) -> Result<Option<Operation>, JournalError> {
    let found = match owner {
        Owner::Purchase(guid) => engine.journal.by_guid(*guid).await?,
        Owner::Return(guid) => engine.journal.active_return(*guid).await?,
        Owner::Refill(short) => {
            let filter = Filter {
                states: vec![State::Confirmed],
                account: Some(account.clone()),
                text: short.clone(),
                ..Filter::default()
            };
            let page = engine.journal.list(&filter, PageRequest { after: None, size: SAME_SHORT_ID }).await?;
            let is_its = |operation: &Operation| operation.id.short()[1..].eq_ignore_ascii_case(short);
            page.rows.into_iter().find(is_its)
        }
    };
    Ok(found.filter(|operation| operation.state == State::Confirmed && operation.payload.account() == Some(account)))
}

/// Records that an operation was applied more than once, and halts the queue until someone has looked at it.
pub async fn report_repeated(
    engine: &Engine,
    operation: Operation,
    repeated: Repeated,
) -> Result<Operation, JournalError> {
    let Repeated { times, entries } = repeated;
    tracing::error!(operation = %operation.id, times, "applied more than once: the queue is halted");
    let effect = expected_effect(&*engine.journal, &operation.payload).await?.unwrap_or_default();
    let changed = Kopecks::new(effect.get().saturating_mul(i64::from(times))).unwrap_or(effect);
    let sent_at = SentAttempt::times(&engine.journal.story(operation.id).await?);
    let halt = Halt {
        operation: operation.id,
        at: engine.host.now(),
        cause: HaltCause::Doubled,
        sent: effect,
        changed,
        balance: operation.balance,
        entries: entries.clone(),
        // As often as it was applied, it was sent from here: nobody else repeated it.
        sent_at: if sent_at.len() > 1 && sent_at.len() >= times as usize { sent_at } else { Vec::new() },
    };
    // Halted first: if the program ends between the two, the next list of entries records it.
    engine.gate.close(&*engine.journal, halt).await?;
    let operation = engine.append(&operation, Event::Repeated { times, entries }).await?;
    engine.report_queue().await;
    Ok(operation)
}

#[cfg(test)]
mod tests;
