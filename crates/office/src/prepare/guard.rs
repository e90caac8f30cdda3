//! The duplicate guard: it refuses what must not be sent twice, and lists suspected duplicates for the operator.

use probonus::{Phone, Transaction};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::{listing::Listing, search::operations_with, sent_attempt::moment_of},
    model::{
        comparable::number_twins,
        journal_error::JournalError,
        kinds::{Claim, Kind, Target},
        operation::{Operation, OperationId, State},
        payload::Payload,
        refusal::Refusal,
        suspected_duplicate::SuspectedDuplicate,
    },
};

/// Creations of one phone that are read.
const CREATIONS_READ: u32 = 20;

/// Checks an operation against the journal: refuses it, or returns its suspected duplicates.
///
/// | operation | refused if |
/// |---|---|
/// | purchase | its GUID was ever registered, or its outside number is active in the restaurant |
/// | return | its purchase is returned, unknown or not confirmed, or has an active return |
///
/// | operation | suspected duplicates |
/// |---|---|
/// | new guest | creations with the same phone that may have been applied; a replica that lags behind lacks such a guest |
/// | the same | the newest operation of each other guest who was found by that phone; or the guest, if only this run found them |
/// | purchase | active purchases whose number looks the same in print, and the next row |
/// | refill, purchase | operations of the same account, kind and sum, prepared within `Policy::duplicate_window`, that may be applied |
/// | edit, return | none |
pub async fn guard_against_journal(
    engine: &Engine,
    id: OperationId,
    payload: &Payload,
) -> Result<Vec<SuspectedDuplicate>, Refusal> {
    if let Target::NewGuest(new) = payload.rules().target() {
        return guests_like(engine, id, &new.phone).await;
    }
    match payload.rules().claim() {
        Claim::None => {}
        Claim::Purchase { guid, rest_code, number } => {
            if let Some(other) = engine.journal.by_guid(guid).await?.filter(|other| other.id != id) {
                return Err(Refusal::GuidTaken { op: other.id });
            }
            let active = engine.journal.by_outside_number(rest_code, number).await?;
            if let Some(other) = active.filter(|other| other.id != id) {
                return Err(Refusal::OutsideNumberTaken { op: other.id });
            }
        }
        Claim::ReturnOf(guid) => {
            if let Some(purchase) = engine.journal.by_guid(guid).await? {
                if let Some(server) = engine.other_server(&purchase) {
                    return Err(Refusal::OtherServer { server: server.to_owned() });
                }
                if let Some(by) = purchase.returned_by {
                    return Err(Refusal::AlreadyReturned { by });
                }
                if purchase.state == State::Unknown {
                    return Err(Refusal::UnknownPending { op: purchase.id });
                }
                if !purchase.allowed().return_check {
                    return Err(Refusal::PurchaseNotActive { state: purchase.state });
                }
            }
            let active = engine.journal.active_return(guid).await?;
            return match active.filter(|other| other.id != id) {
                Some(other) => Err(Refusal::AlreadyReturned { by: other.id }),
                None => Ok(Vec::new()),
            };
        }
    }
    let (Some(account), Some(sum)) = (payload.account(), payload.headline_sum()) else { return Ok(Vec::new()) };
    let mut suspected = number_twins_in_journal(engine, payload).await?;
    let since = engine.policy.suspects_duplicates_since(engine.host.now());
    for other in engine.journal.suspected_duplicates(account, payload.kind(), sum, since).await? {
        if suspected.iter().all(|known| known.id != other.id) {
            suspected.push(other);
        }
    }
    Ok(suspected.iter().filter(|other| other.id != id).map(SuspectedDuplicate::of_operation).collect())
}

/// What says that a phone is some guest's already; see [`guard_against_journal`].
///
/// Example: a server writes phones in another way since its upgrade, and finds nobody by the phone of a guest whom it showed
/// yesterday. A second account with that phone would be made.
async fn guests_like(engine: &Engine, id: OperationId, phone: &Phone) -> Result<Vec<SuspectedDuplicate>, Refusal> {
    let mut like = creations_with(engine, phone).await?;
    for other in operations_with(engine, phone).await? {
        let is_of_same = |one: &Operation| one.id == other.id || one.subject.account == other.subject.account;
        if !like.iter().any(is_of_same) {
            like.push(other);
        }
    }
    like.retain(|other| other.id != id);
    let mut suspected: Vec<_> = like.iter().map(SuspectedDuplicate::of_operation).collect();
    let known: Vec<_> = engine.known_guests().accounts_of(phone);
    if suspected.is_empty()
        && let Some(account) = known.first()
    {
        let name = engine.known_guests().of(account).map(|guest| guest.name);
        suspected.push(SuspectedDuplicate::of_guest(name));
    }
    Ok(suspected)
}

/// The creations of a guest with this phone that were applied on this server, or may have been; the newest first.
pub async fn creations_with(engine: &Engine, phone: &Phone) -> Result<Vec<Operation>, JournalError> {
    let filter = Filter { kinds: vec![Kind::CreateGuest], text: phone.as_e164().to_owned(), ..Filter::default() };
    let page = engine.journal.list(&filter, PageRequest { after: None, size: CREATIONS_READ }).await?;
    let may_be_done = |operation: &Operation| {
        matches!(operation.state, State::Confirmed | State::Unknown)
            || (operation.state == State::NotApplied && operation.not_seen)
    };
    let is_meant = |operation: &Operation| {
        operation.subject.phone.as_ref() == Some(phone)
            && may_be_done(operation)
            && engine.other_server(operation).is_none()
    };
    Ok(page.rows.into_iter().filter(is_meant).collect())
}

/// Active purchases whose number looks the same in print, typed with another keyboard. Example: `АВ-1` in Cyrillic and `AB-1` in
/// Latin may be one paper receipt, or two receipts of two programs. The operator knows which.
async fn number_twins_in_journal(engine: &Engine, payload: &Payload) -> Result<Vec<Operation>, JournalError> {
    let Claim::Purchase { rest_code, number, .. } = payload.rules().claim() else { return Ok(Vec::new()) };
    let mut twins = Vec::new();
    for twin in number_twins(number) {
        twins.extend(engine.journal.by_outside_number(rest_code, &twin).await?);
    }
    Ok(twins)
}

/// Adds the suspected duplicates of the server's history to those of the journal.
///
/// An entry is left out if it proves this operation, or if it belongs to a listed operation, which it proves or whose short id
/// or GUID it shows: that duplicate would be shown twice.
pub async fn guard_against_history(
    engine: &Engine,
    id: OperationId,
    payload: &Payload,
    history: &Listing,
    duplicates: &mut Vec<SuspectedDuplicate>,
) -> Result<(), Refusal> {
    let since =
        engine.policy.suspects_duplicates_since(engine.host.now() + engine.loyalty.clock_offset().unwrap_or_default());
    for entry in &history.entries {
        let is_within_window = moment_of(&entry.transaction, &engine.policy.time_zone) >= since;
        if !payload.rules().is_suspected_duplicate(&entry.transaction, is_within_window) {
            continue;
        }
        let owner = engine.journal.proves(&engine.policy.server, &entry.key).await?;
        let listed: Vec<OperationId> = duplicates.iter().filter_map(|suspected| suspected.operation).collect();
        if owner.is_some_and(|owner| owner == id || listed.contains(&owner)) {
            continue;
        }
        if !shows_marker_of_any(engine, &listed, &entry.transaction).await? {
            duplicates.push(SuspectedDuplicate::of_entry(&entry.transaction, owner));
        }
    }
    Ok(())
}

/// Whether an entry shows the short id or the GUID of one of these operations.
async fn shows_marker_of_any(
    engine: &Engine,
    operations: &[OperationId],
    entry: &Transaction,
) -> Result<bool, JournalError> {
    for operation in operations {
        if entry.comment.as_deref().is_some_and(|comment| comment.contains(&operation.short())) {
            return Ok(true);
        }
        let Some(guid) = entry.external.check_guid else { continue };
        if engine.load(*operation).await?.payload.check_guid() == Some(guid) {
            return Ok(true);
        }
    }
    Ok(false)
}
