//! Refused operations that a new one may correct. A server may say no after the work. Then the operator often corrects the
//! operation and sends it anew, and both would be applied.

use std::time::Duration;

use probonus::Error;

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    model::{
        account_queue::AccountQueue,
        comparable::number_key,
        event::{Event, EventRecord},
        journal_error::JournalError,
        kinds::{Claim, Kind, Target},
        operation::{Operation, OperationId, State},
        payload::Payload,
    },
    reconcile::probe::probe,
};

/// Refused operations that are read: the newest.
const REFUSED_READ: u32 = 50;

/// What the refused operations say of a new one.
#[derive(Debug)]
pub enum RefusedEvidence {
    /// Nothing shows that one of them was applied.
    Clear {
        /// Those of its kind that the server's entries may not show yet: refused just now, or not probed.
        lately: Vec<Operation>,
        /// Why one could not be probed.
        unread: Option<Error>,
    },
    /// This one was applied; it is confirmed by now.
    Applied(OperationId),
    /// This one may have been applied: it is unknown by now.
    InDoubt(OperationId),
}

/// Probes once more each operation that the server refused lately and that the new one may correct. What the probe finds is
/// recorded. The caller holds the account queue of `payload`.
///
/// Example: a refill of 77.00 is applied and answered 422. A minute later the operator corrects it to 76.50: the first is
/// found by its marker, and the second is not sent.
///
/// `prepared`: when the new operation was prepared; `None`: it is not yet. An operation refused after that moment can't be the
/// one it corrects, so if it was applied it does not stop the new one.
pub async fn probe_refused(
    engine: &Engine,
    id: OperationId,
    payload: &Payload,
    prepared: Option<jiff::Timestamp>,
) -> Result<RefusedEvidence, JournalError> {
    let own_queue = AccountQueue::of(payload);
    let (mut lately, mut unread) = (Vec::new(), None);
    for refused in refused_like(engine, id, payload).await? {
        let queue = AccountQueue::of_operation(&refused);
        // Only a free lock is taken: whoever holds the other queue may be waiting for ours.
        let held = if queue == own_queue { None } else { engine.queues.try_lock(queue.clone()) };
        if held.is_none() && queue != own_queue {
            lately.push(refused);
            continue;
        }
        let refused = engine.load(refused.id).await?;
        if !refused.was_refused() {
            continue;
        }
        let was_before = prepared.is_none_or(|prepared| refused.updated_at <= prepared);
        match probe(engine, refused.clone()).await? {
            Ok((looked, _)) => match looked.state {
                State::Confirmed if was_before => return Ok(RefusedEvidence::Applied(looked.id)),
                State::Unknown => return Ok(RefusedEvidence::InDoubt(looked.id)),
                State::Rejected if is_young(engine, &looked) => lately.push(looked),
                _ => {}
            },
            Err(error) => {
                unread = Some(error);
                lately.push(refused);
            }
        }
    }
    lately.retain(|refused| refused.payload.kind() == payload.kind());
    Ok(RefusedEvidence::Clear { lately, unread })
}

/// An operation of the same kind that the new one may correct: it had been refused when the new one was prepared, and was
/// found to be applied while the new one waited.
pub async fn found_applied_since(engine: &Engine, new: &Operation) -> Result<Option<OperationId>, JournalError> {
    let filter = Filter {
        kinds: vec![new.payload.kind()],
        states: vec![State::Confirmed],
        account: new.payload.account().cloned(),
        ..Filter::default()
    };
    let page = engine.journal.list(&filter, PageRequest { after: None, size: REFUSED_READ }).await?;
    let may_be = |other: &&Operation| {
        other.updated_at >= new.created_at && may_be_corrected_by(&other.payload, &new.payload) && other.id != new.id
    };
    for other in page.rows.iter().filter(may_be) {
        let story = engine.journal.story(other.id).await?;
        let was_refused =
            |record: &EventRecord| record.at <= new.created_at && matches!(record.event, Event::Rejected { .. });
        let was_found = |record: &EventRecord| {
            record.at >= new.created_at && matches!(record.event, Event::Reconciled { .. } | Event::Decided { .. })
        };
        if story.iter().any(was_refused) && story.iter().any(was_found) {
            return Ok(Some(other.id));
        }
    }
    Ok(None)
}

/// The operations that the server refused within `Policy::duplicate_window` and that a new one may correct: those of its
/// account; for a new guest, those of the phone; for a purchase also those with its outside number in the restaurant.
pub async fn refused_like(engine: &Engine, id: OperationId, payload: &Payload) -> Result<Vec<Operation>, JournalError> {
    let rejected = Filter { states: vec![State::Rejected], ..Filter::default() };
    let of_kind = |kind: Kind| Filter { kinds: vec![kind], ..rejected.clone() };
    let mut filters = match payload.account() {
        Some(account) => vec![Filter { account: Some(account.clone()), ..rejected.clone() }],
        None => vec![of_kind(payload.kind())],
    };
    if matches!(payload.rules().claim(), Claim::Purchase { .. }) {
        filters.push(of_kind(payload.kind()));
    }
    let since = engine.policy.suspects_duplicates_since(engine.host.now());
    let mut like = Vec::<Operation>::new();
    for filter in filters {
        let page = engine.journal.list(&filter, PageRequest { after: None, size: REFUSED_READ }).await?;
        for refused in page.rows {
            let is_meant = refused.id != id
                && refused.was_refused()
                && refused.updated_at >= since
                && engine.other_server(&refused).is_none()
                && may_be_corrected_by(&refused.payload, payload);
            if is_meant && like.iter().all(|known| known.id != refused.id) {
                like.push(refused);
            }
        }
    }
    Ok(like)
}

/// Whether a new operation may be the correction of a refused one.
fn may_be_corrected_by(refused: &Payload, new: &Payload) -> bool {
    let number = |payload: &Payload| {
        payload.outside_number().and_then(|(rest, number)| Some((rest.clone(), number_key(number)?)))
    };
    let same_number = number(new).is_some() && number(refused) == number(new);
    // A refused edit is left out: the record may be as it wanted because of a later edit.
    let is_edit = matches!(refused.rules().target(), Target::Record(_));
    !is_edit && (AccountQueue::of(refused) == AccountQueue::of(new) || same_number)
}

/// Whether it was refused less than `Policy::late_first` ago, so that the server's entries may not show it yet. A time in the
/// future counts as now.
fn is_young(engine: &Engine, refused: &Operation) -> bool {
    let age = engine.host.now().duration_since(refused.updated_at);
    Duration::try_from(age).unwrap_or(Duration::ZERO) < engine.policy.late_first
}
