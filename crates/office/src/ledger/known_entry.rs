//! A known entry, asked of the server now and then: whether it still tells its sums in the unit in which it told them before.
//!
//! The entries of the guest to whom money is sent tell that as well, but a guest may have none of this program. Example: the server is
//! replaced at noon by one that counts in rubles, and the next refill is for a new guest.

use std::time::Duration;

use probonus::AccountId;
use tokio::time::Instant;

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{reading::entries_since, repeats::hold_against_journal, sent_attempt::SentAttempt},
    model::{
        account_queue::AccountQueue,
        failure::is_passing,
        journal_error::JournalError,
        kinds::Kind,
        operation::{Operation, State},
    },
};

/// How often the server is asked. An operation that is asked after is older than that: an entry of the last hour may have been made
/// after the unit changed, and show its sum as it was sent.
const ASKED_EVERY: Duration = Duration::from_hours(1);

/// An older operation is not asked after: its account may have more entries since than are worth reading.
const AT_MOST_OLD: Duration = Duration::from_hours(31 * 24);

/// Operations of the journal among which one is looked for, the newest.
const OPERATIONS_READ: u32 = 200;

/// Asks for the entries of the newest operation that is known to be in the right unit, once an hour, and compares them with the
/// journal. If they show another unit, the queue is halted. May be repeated; reads only.
///
/// If there is no such operation, or the entries can't be read, nothing is known, and the send goes on as before.
///
/// The caller holds the account queue `held`. The preflight reads the entries of that account itself. An account at which another
/// step works is left to that step, and asked for at the next send.
///
/// # Errors
/// Why the journal can't be read.
pub async fn ask_for_known_entry(engine: &Engine, held: &AccountQueue) -> Result<(), JournalError> {
    if !engine.known_entry_is_due(Instant::now(), ASKED_EVERY) {
        return Ok(());
    }
    let known = known_operation(engine).await?.filter(|(_, account)| AccountQueue::Account(account.clone()) != *held);
    let Some((operation, account)) = known else {
        engine.note_known_entry(Instant::now());
        return Ok(());
    };
    let Some(_free) = engine.queues.try_lock(AccountQueue::Account(account.clone())) else { return Ok(()) };
    let story = engine.journal.story(operation.id).await?;
    let Some(sent) = SentAttempt::first(&story, &operation.payload) else { return Ok(()) };
    match entries_since(engine, &account, &sent).await {
        Ok((listing, _)) => hold_against_journal(engine, &account, &listing.entries, None).await,
        // The reads before the send will say so.
        Err(error) if is_passing(&error) => return Ok(()),
        Err(error) => tracing::debug!(%error, "the entries of a known operation could not be read"),
    }
    engine.note_known_entry(Instant::now());
    Ok(())
}

/// The newest operation that is older than an hour, whose balance was verified and is as expected, and whose entry was told.
async fn known_operation(engine: &Engine) -> Result<Option<(Operation, AccountId)>, JournalError> {
    let filter =
        Filter { kinds: vec![Kind::Refill, Kind::RegisterCheck], states: vec![State::Confirmed], ..Filter::default() };
    let page = engine.journal.list(&filter, PageRequest { after: None, size: OPERATIONS_READ }).await?;
    let now = engine.host.now();
    let is_of_its_time = |operation: &Operation| {
        let age = Duration::try_from(now.duration_since(operation.updated_at)).unwrap_or_default();
        (ASKED_EVERY..AT_MOST_OLD).contains(&age)
    };
    let is_known = |operation: &Operation| {
        let was_right = operation.balance.after.is_some() && !operation.mismatch && operation.returned_by.is_none();
        let has_entry = operation.trace_seen || operation.proof.is_some();
        was_right && has_entry && is_of_its_time(operation) && engine.other_server(operation).is_none()
    };
    let known = page.rows.into_iter().find(is_known);
    Ok(known.and_then(|operation| operation.payload.account().cloned().map(|account| (operation, account))))
}
