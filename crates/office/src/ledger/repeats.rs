//! Repeats: whether the server's entries show that an operation was applied more than once.
//!
//! A proxy may send a request again long after its answer. Example: 70 seconds later, when the balance was verified already. So
//! every list of entries that is read, for whatever reason, is compared with the journal.

use std::collections::BTreeMap;

use probonus::{AccountId, CheckGuid, Kopecks, TransactionKind};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{
        effect::{expected_effect, undone_by},
        entry::{LedgerEntry, repeat_count},
        sent_attempt::SentAttempt,
        unit::report_other_unit,
    },
    model::{
        account_queue::AccountQueue,
        event::Event,
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        kinds::{Parts, short_id::first_short_id},
        operation::{Operation, OperationId, State},
        payload::Payload,
        queue::{Halt, HaltCause},
    },
};

/// Entries that a report of a repeat names.
const ENTRIES_REPORTED: usize = 6;
/// Refills of an account that are read for one short id. A second refill has the same one only by chance.
const SAME_SHORT_ID: u32 = 10;

/// How often an operation was applied, twice or more, and the entries that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repeated {
    pub times: u32,
    pub entries: Vec<MatchedEntry>,
}

/// Whether the entries add up to exactly these parts, applied once. Equal entries are then no repeat: a server may list one
/// payment as several equal entries, one for each lot of bonuses that it took.
///
/// If the operation adds bonuses, an entry of its accrual must be among them, waiting or not. Without it, two entries of
/// −50.00 may be two lots of a payment of 100.00, or a purchase that accrues 50.00 and spends 100.00, applied twice.
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

/// Whether the entries of a return add up to no more than the whole return. Equal ones are then parts, which a POS returned before.
///
/// Example: the return of a purchase takes 18.00. A POS returned one of two dishes, then the rest was returned: −9.00, −9.00. Two whole
/// returns, −18.00 twice, are more than one.
fn are_parts_of_one_return(payload: &Payload, parts: Parts, entries: &[&LedgerEntry]) -> bool {
    let sum = entries.iter().map(|entry| entry.transaction.sum).try_fold(Kopecks::ZERO, Kopecks::checked_add);
    let (Some(sum), Some(whole)) = (sum, parts.adds.checked_sub(parts.takes)) else { return false };
    let is_within =
        if whole.is_positive() { Kopecks::ZERO <= sum && sum <= whole } else { whole <= sum && sum <= Kopecks::ZERO };
    payload.returned_guid().is_some() && whole != Kopecks::ZERO && is_within
}

/// Tells how often an operation was applied, if its entries show it more than once; `None`: they do not.
///
/// Entries of one sum and kind are counted, unless all entries together are one application; see [`are_listed_once`] and
/// [`are_parts_of_one_return`].
/// `entries`: all with its marker. `purchase`: what a return undoes.
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
    purchase: Option<Parts>,
    entries: &[&LedgerEntry],
) -> Option<Repeated> {
    let times = repeat_count(entries);
    let parts = payload.rules().parts(purchase);
    let is_once =
        parts.is_some_and(|parts| are_listed_once(parts, entries) || are_parts_of_one_return(payload, parts, entries));
    (times > 1 && !is_once).then(|| Repeated {
        times,
        entries: entries.iter().take(ENTRIES_REPORTED).map(|entry| entry.matched(account, true)).collect(),
    })
}

/// The operation that an entry's correlation marker names.
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

/// Compares a list of entries with the journal. The caller holds the account queue. It must load an operation of the account anew
/// afterwards, except `asked_for`: an event may have been appended to it.
///
/// | the list shows | what is done |
/// |---|---|
/// | a confirmed operation more often than was known | reported, the queue is halted |
/// | a confirmed operation with a hundredfold or a hundredth of its sum | the same, see [`report_other_unit`] |
/// | a purchase of another guest | the same |
/// | an operation of unknown outcome, or one that counts as not applied | the trace is recorded, see [`note_trace`] |
///
/// `asked_for`: the operation for which the list was read. Its outcome is judged by the caller.
///
/// Only operations of this journal are compared. A POS or another program answers for what it sent twice. If the journal
/// fails, nothing is lost: the next list of the account's entries shows the same again.
pub async fn hold_against_journal(
    engine: &Engine,
    account: &AccountId,
    entries: &[LedgerEntry],
    asked_for: Option<OperationId>,
) {
    if let Err(error) = compare_with_journal(engine, account, entries, asked_for).await {
        tracing::error!(%error, "the server's entries could not be held against the journal");
    }
}

async fn compare_with_journal(
    engine: &Engine,
    account: &AccountId,
    entries: &[LedgerEntry],
    asked_for: Option<OperationId>,
) -> Result<(), JournalError> {
    let mut by_owner: BTreeMap<Owner, Vec<&LedgerEntry>> = BTreeMap::new();
    for entry in entries {
        if let Some(owner) = Owner::of(entry) {
            by_owner.entry(owner).or_default().push(entry);
        }
    }
    let is_repeated = |entries: &[&LedgerEntry]| repeat_count(entries) > 1;
    for (owner, marked) in by_owner.iter().filter(|(_, marked)| is_repeated(marked)) {
        // One return undoes a purchase as often as it was registered. So only the purchase is reported.
        if let Owner::Return(guid) = owner
            && by_owner.get(&Owner::Purchase(*guid)).is_some_and(|entries| is_repeated(entries))
        {
            continue;
        }
        let Some(operation) = operation_of(engine, account, owner, &[State::Confirmed]).await? else { continue };
        let purchase = undone_by(&*engine.journal, &operation).await?;
        if let Some(repeated) = repeated_by_entries(account, &operation.payload, purchase, marked)
            && operation.times_applied.is_none_or(|known| known < repeated.times)
        {
            report_repeated(engine, operation, repeated).await?;
        }
    }
    for (owner, marked) in &by_owner {
        if let Owner::Purchase(guid) = owner
            && !by_owner.contains_key(&Owner::Return(*guid))
        {
            report_other_guest(engine, account, *guid, marked).await?;
        }
    }
    for (owner, marked) in &by_owner {
        let states = [State::Confirmed, State::Unknown, State::NotApplied];
        let Some(operation) = operation_of(engine, account, owner, &states).await? else { continue };
        if operation.state == State::Confirmed {
            report_other_unit(engine, account, &operation, marked).await?;
        } else if Some(operation.id) != asked_for {
            note_trace(engine, account, operation, marked).await?;
        }
    }
    Ok(())
}

/// Records the trace of an operation of unknown outcome, or of one that counts as not applied: the server has shown it, so a list
/// that lacks it is old, and proves no absence any more. The operation's next probe settles it.
///
/// Example: two refills of a guest are unknown. The list that is read for the first one shows both; the next one, read for the
/// second, comes from a copy that lacks both.
///
/// Nothing is recorded if a trace is recorded already, or if the entry proves another operation. Returns are left out: two returns
/// of one purchase have the same marker.
async fn note_trace(
    engine: &Engine,
    account: &AccountId,
    operation: Operation,
    marked: &[&LedgerEntry],
) -> Result<(), JournalError> {
    let rules = operation.payload.rules();
    let is_own = |entry: &&&LedgerEntry| rules.may_make_entry_of(entry.transaction.sum);
    let Some(entry) = marked.iter().find(is_own).filter(|_| operation.attempts > 0 && !rules.shares_marker()) else {
        return Ok(());
    };
    let story = engine.journal.story(operation.id).await?;
    let is_known = story.iter().any(|record| matches!(record.event, Event::Probed { evidence: Evidence::Found(_) }));
    if is_known || engine.journal.proves(&engine.policy.server, &entry.key).await?.is_some() {
        return Ok(());
    }
    let evidence = Evidence::Found(entry.matched(account, true));
    engine.append(&operation, Event::Probed { evidence }).await.map(drop)
}

/// Reports a purchase that this journal registered for another guest than the one whose entries show its GUID: one paper receipt
/// was entered on two PCs, for two guests. Nothing else shows it, for the API reads the entries of one guest only.
///
/// What was returned is left alone, whoever's it was. The other guest's queue is not waited for: the next list shows the same.
async fn report_other_guest(
    engine: &Engine,
    account: &AccountId,
    guid: CheckGuid,
    marked: &[&LedgerEntry],
) -> Result<(), JournalError> {
    let is_of_another = |operation: &Operation| {
        let own = operation.payload.account();
        operation.state == State::Confirmed
            && own.is_some_and(|own| own != account)
            && operation.returned_by.is_none()
            && operation.times_applied.is_none()
            && engine.other_server(operation).is_none()
    };
    let Some(known) = engine.journal.by_guid(guid).await?.filter(is_of_another) else { return Ok(()) };
    let Some(_held) = engine.queues.try_lock(AccountQueue::of_operation(&known)) else { return Ok(()) };
    let operation = engine.load(known.id).await?;
    if !is_of_another(&operation) {
        return Ok(());
    }
    let entries = marked.iter().take(ENTRIES_REPORTED).map(|entry| entry.matched(account, true)).collect();
    report(engine, operation, Repeated { times: 2, entries }, HaltCause::TwoGuests).await.map(drop)
}

/// The operation of this account and server that a marker names, if the journal has it in one of `states`.
async fn operation_of(
    engine: &Engine,
    account: &AccountId,
    owner: &Owner,
    states: &[State],
) -> Result<Option<Operation>, JournalError> {
    let found = match owner {
        Owner::Purchase(guid) => engine.journal.by_guid(*guid).await?,
        Owner::Return(guid) => engine.journal.active_return(*guid).await?,
        Owner::Refill(short) => {
            let filter = Filter {
                states: states.to_vec(),
                account: Some(account.clone()),
                text: short.clone(),
                ..Filter::default()
            };
            let page = engine.journal.list(&filter, PageRequest { after: None, size: SAME_SHORT_ID }).await?;
            let is_its = |operation: &Operation| operation.id.short()[1..].eq_ignore_ascii_case(short);
            page.rows.into_iter().find(is_its)
        }
    };
    let is_meant = |operation: &Operation| {
        states.contains(&operation.state)
            && operation.payload.account() == Some(account)
            && engine.other_server(operation).is_none()
    };
    Ok(found.filter(is_meant))
}

/// Halts the queue until someone has looked, and records that an operation was applied more than once.
pub async fn report_repeated(
    engine: &Engine,
    operation: Operation,
    repeated: Repeated,
) -> Result<Operation, JournalError> {
    report(engine, operation, repeated, HaltCause::Doubled).await
}

async fn report(
    engine: &Engine,
    operation: Operation,
    repeated: Repeated,
    cause: HaltCause,
) -> Result<Operation, JournalError> {
    let Repeated { times, entries } = repeated;
    tracing::error!(operation = %operation.id, times, "applied more than once: the queue is halted");
    let effect = expected_effect(&*engine.journal, &operation).await?.unwrap_or_default();
    let changed = Kopecks::new(effect.get().saturating_mul(i64::from(times))).unwrap_or(effect);
    let sent_at = SentAttempt::times(&engine.journal.story(operation.id).await?);
    let halt = Halt {
        operation: operation.id,
        at: engine.host.now(),
        cause,
        sent: effect,
        changed,
        balance: operation.balance,
        entries: entries.clone(),
        // The attempts are named only if there are as many as applications: then this program, and no proxy, repeated it.
        sent_at: if sent_at.len() > 1 && sent_at.len() >= times as usize { sent_at } else { Vec::new() },
    };
    // The halt comes first. If the program ends before the event, the next list of entries reports the repeat again.
    engine.gate.close(&*engine.journal, halt).await?;
    let operation = engine.append(&operation, Event::Repeated { times, entries }).await?;
    engine.report_queue().await;
    Ok(operation)
}

#[cfg(test)]
mod tests;
