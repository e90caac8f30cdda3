//! Evidence of a refill, a purchase or a return: the account's entries, and its balance.

use probonus::{AccountId, Error, Kopecks, TransactionKind};

use crate::{
    core::{engine::Engine, gate::Capability},
    journal::port::{Filter, PageRequest},
    ledger::{
        effect::{effect, expected_effect, purchase_of},
        entry::LedgerEntry,
        marker::{Marker, marker_of},
        reading::{entries_since, read_balance},
        sent_attempt::SentAttempt,
    },
    model::{
        defect::Defect,
        event::EventRecord,
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        operation::{Operation, State},
        payload::Payload,
    },
    verify::mismatch::is_hundredfold,
};

/// Receipts opened in search of a GUID that the entries don't show.
const RECEIPTS_OPENED: usize = 5;

/// What the server shows, before it is weighed.
struct ObservedEntries {
    /// Entries with a marker of ours.
    ours: Vec<LedgerEntry>,
    /// New entries without any marker whose sum could be ours.
    like: Vec<LedgerEntry>,
    /// Entries with our marker of which it can't be told whether they were there before.
    doubtful: Vec<LedgerEntry>,
    /// Whether some entry carries what such an operation is marked by, whoever's it is: then this server shows it.
    markers: bool,
    /// What all new entries did to the balance.
    moved_by_entries: Option<Kopecks>,
    /// Whether the list reaches back to before it was sent.
    reached: bool,
    /// The balance now.
    balance: Option<Kopecks>,
}

pub async fn evidence_of_money(
    engine: &Engine,
    operation: &Operation,
    story: &[EventRecord],
) -> Result<Result<Evidence, Error>, JournalError> {
    let (Some(sent), Some(account)) = (SentAttempt::of(story, &operation.payload), operation.payload.account()) else {
        return Ok(Ok(Evidence::Ambiguous { candidates: Vec::new() }));
    };
    let purchase = purchase_of(&*engine.journal, &operation.payload).await?;
    let effect = effect(&operation.payload, purchase.as_ref());
    let shown = match observe(engine, operation, account, &sent, effect, purchase.as_ref()).await {
        Ok(shown) => shown,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(entry) = shown.ours.first() {
        return Ok(Ok(Evidence::Found(entry.matched(account, true))));
    }
    if engine.policy.broken(Defect::OneRowProvesTwo)
        && let Some(entry) = shown.like.first()
    {
        return Ok(Ok(Evidence::Found(entry.matched(account, false))));
    }
    let doubtful = unclaimed(engine, operation, &shown.doubtful).await?;
    if !doubtful.is_empty() {
        let candidates = doubtful.iter().map(|entry| entry.matched(account, false)).collect();
        return Ok(Ok(Evidence::Ambiguous { candidates }));
    }
    let like = unclaimed(engine, operation, &shown.like).await?;
    let alone = like.is_empty() || !has_lookalike_operation(engine, operation, effect, &sent).await?;
    Ok(Ok(judge(engine, operation, account, &sent, (effect, alone), &shown, &like)))
}

/// Whether another operation within the duplicate guard's window could have made the same entry: one that arrives late, or
/// that the network brings a second time.
async fn has_lookalike_operation(
    engine: &Engine,
    operation: &Operation,
    effect: Option<Kopecks>,
    sent: &SentAttempt,
) -> Result<bool, JournalError> {
    let since = engine.policy.suspects_duplicates_since(sent.at);
    let (kinds, account) = (vec![operation.payload.kind()], operation.payload.account().cloned());
    let filter = Filter { kinds, account, ..Filter::default() };
    // The duplicate guard asks for those that stand; what was given up may arrive yet.
    let page = engine.journal.list(&filter, PageRequest { after: None, size: 500 }).await?;
    let may_have_arrived = |other: &&Operation| {
        other.id != operation.id
            && other.attempts > 0
            && other.created_at >= since
            && matches!(other.state, State::Sending | State::Unknown | State::Confirmed | State::NotApplied)
    };
    for other in page.rows.iter().filter(may_have_arrived) {
        let is_twin = match &operation.payload {
            Payload::RegisterCheck(_) => other.payload.headline_sum() == operation.payload.headline_sum(),
            _ => expected_effect(&*engine.journal, &other.payload).await? == effect,
        };
        if is_twin {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The entries that prove no other operation.
async fn unclaimed(
    engine: &Engine,
    operation: &Operation,
    entries: &[LedgerEntry],
) -> Result<Vec<LedgerEntry>, JournalError> {
    let mut left = Vec::new();
    for entry in entries {
        if engine.journal.proves(&entry.key).await?.is_none_or(|owner| owner == operation.id) {
            left.push(entry.clone());
        }
    }
    Ok(left)
}

async fn observe(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    sent: &SentAttempt,
    effect: Option<Kopecks>,
    purchase: Option<&Operation>,
) -> Result<ObservedEntries, Error> {
    let (listing, reached) = entries_since(engine, account, sent).await?;
    let balance = read_balance(engine, account, operation.subject.phone.as_ref()).await?;
    let markers = listing.entries.iter().any(|entry| carries_a_mark(&operation.payload, entry));
    let moved_by_entries = Some(Kopecks::ZERO);
    let (ours, like, doubtful) = (Vec::new(), Vec::new(), Vec::new());
    let mut shown = ObservedEntries { ours, like, doubtful, markers, moved_by_entries, reached, balance };
    for entry in listing.entries {
        let new = sent.is_new(&entry, &engine.policy.time_zone) || engine.policy.broken(Defect::OneRowProvesTwo);
        if new {
            shown.moved_by_entries = shown.moved_by_entries.and_then(|sum| sum.checked_add(entry.transaction.sum));
        }
        let by_markers = new && sent.is_proven_by_marker(&operation.payload);
        match marker_of(operation.id, &operation.payload, &entry.transaction, by_markers) {
            Marker::Ours if is_purchase_again(&operation.payload, purchase, &entry) => shown.doubtful.push(entry),
            Marker::Ours => shown.ours.push(entry),
            Marker::None if new && could_be(&operation.payload, effect, &entry) => shown.like.push(entry),
            // An outside number tells whose it is only of an entry that was not there before.
            Marker::Theirs
                if sent.may_be_dated_back(&entry)
                    && marker_of(operation.id, &operation.payload, &entry.transaction, true) == Marker::Ours =>
            {
                shown.doubtful.push(entry);
            }
            Marker::None | Marker::Theirs => {}
        }
    }
    if shown.ours.is_empty() {
        open_receipts(engine, operation, &mut shown).await?;
    }
    Ok(shown)
}

/// Some servers show the GUID only in the receipt behind an entry.
async fn open_receipts(engine: &Engine, operation: &Operation, shown: &mut ObservedEntries) -> Result<(), Error> {
    let Payload::RegisterCheck(check) = &operation.payload else { return Ok(()) };
    if engine.loyalty.unsupported(probonus::Method::Receipt).is_some() {
        return Ok(());
    }
    for entry in shown.like.clone().iter().take(RECEIPTS_OPENED) {
        let Some(id) = &entry.transaction.receipt else { continue };
        let Some(receipt) = engine.loyalty.receipt(id).await? else { continue };
        let marked = receipt.text.as_deref().is_some_and(|text| text.contains(&operation.id.short()));
        match receipt.external.check_guid {
            Some(guid) if guid == check.check_guid => shown.ours.push(entry.clone()),
            None if marked => shown.ours.push(entry.clone()),
            Some(_) => shown.like.retain(|like| like.key != entry.key),
            None => {}
        }
    }
    Ok(())
}

/// Weighs what carries no marker.
fn judge(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    sent: &SentAttempt,
    (effect, alone): (Option<Kopecks>, bool),
    shown: &ObservedEntries,
    like: &[LedgerEntry],
) -> Evidence {
    let marks_are_shown =
        Capability::of(operation.payload.kind()).is_some_and(|capability| engine.gate.has_observed(capability));
    let effect = effect.filter(|effect| *effect != Kopecks::ZERO);
    // How the balance moved since, without what the entries tell.
    let moved = shown
        .balance
        .zip(sent.before)
        .and_then(|(now, before)| now.checked_sub(before))
        .zip(shown.moved_by_entries)
        .and_then(|(moved, by_rows)| moved.checked_sub(by_rows));
    let candidates = || like.iter().map(|entry| entry.matched(account, false)).collect::<Vec<MatchedEntry>>();

    // This server shows markers: an entry without one is not ours.
    if !marks_are_shown && !like.is_empty() {
        let tells_nothing_else =
            like.iter().all(|entry| entry.transaction.comment.as_deref().is_none_or(|text| text.trim().is_empty()));
        return match like {
            [only]
                if alone
                    && tells_nothing_else
                    && !shown.markers
                    && tells_a_sum(&operation.payload, effect, only)
                    && sent.snapshot.is_some()
                    && shown.reached
                    && moved == Some(Kopecks::ZERO) =>
            {
                Evidence::Found(only.matched(account, false))
            }
            _ => Evidence::Ambiguous { candidates: candidates() },
        };
    }
    if effect.is_some() && moved == effect {
        // No entry tells of it, and yet the balance moved by just that much.
        return Evidence::Ambiguous { candidates: candidates() };
    }
    let balance_says_no = effect.is_some() && moved == Some(Kopecks::ZERO);
    Evidence::Absent { conclusive: shown.reached && (marks_are_shown || balance_says_no) }
}

/// Whether an entry tells a sum at all that could be told from another's: nothing moved and nothing paid is no evidence.
fn tells_a_sum(payload: &Payload, effect: Option<Kopecks>, entry: &LedgerEntry) -> bool {
    match payload {
        // What was accrued may be what a till accrued for another purchase; what was paid is seldom the same as well.
        Payload::RegisterCheck(check) => {
            check.money_spent.is_positive() && entry.transaction.money_spent == Some(check.money_spent)
        }
        // What a till took or accrued may be just as much as a return moves.
        Payload::ReturnCheck(_)
            if !matches!(entry.transaction.kind, TransactionKind::Return | TransactionKind::Other) =>
        {
            false
        }
        _ => effect.is_some_and(|effect| effect == entry.transaction.sum),
    }
}

/// Whether an entry with the markers of a return may be one of its purchase, that arrived a second time.
fn is_purchase_again(payload: &Payload, purchase: Option<&Operation>, entry: &LedgerEntry) -> bool {
    if !matches!(payload, Payload::ReturnCheck(_)) || entry.transaction.kind == TransactionKind::Return {
        return false;
    }
    match purchase.map(|purchase| &purchase.payload) {
        Some(Payload::RegisterCheck(check)) => {
            let net = check.bonus_accrued.checked_sub(check.bonus_spent);
            let sum = entry.transaction.sum;
            sum == check.bonus_accrued || sum == check.bonus_spent.negated() || Some(sum) == net
        }
        _ => true,
    }
}

/// Whether an entry carries what an operation of this kind is marked by.
fn carries_a_mark(payload: &Payload, entry: &LedgerEntry) -> bool {
    match payload {
        Payload::Refill(_) => entry.transaction.comment.as_deref().is_some_and(|text| !text.trim().is_empty()),
        _ => entry.transaction.external.check_guid.is_some() || entry.transaction.external.external_check.is_some(),
    }
}

/// Whether a new entry without any marker could be the operation's, by its kind and sum.
fn could_be(payload: &Payload, effect: Option<Kopecks>, entry: &LedgerEntry) -> bool {
    let transaction = &entry.transaction;
    if matches!(transaction.kind, TransactionKind::Burning | TransactionKind::Welcome) {
        return false;
    }
    match payload {
        // A server that takes rubles for kopecks, or the other way round, still did it.
        Payload::Refill(refill) => {
            (transaction.sum == refill.sum || is_hundredfold(refill.sum, transaction.sum))
                && transaction.kind != TransactionKind::Return
        }
        Payload::RegisterCheck(check) => {
            transaction.kind != TransactionKind::Return
                && transaction.kind != TransactionKind::Refill
                && (transaction.money_spent.is_none_or(|money| money == check.money_spent))
                && (Some(transaction.sum) == effect
                    || transaction.sum == check.bonus_accrued
                    || transaction.sum == check.bonus_spent.negated())
        }
        Payload::ReturnCheck(_) => {
            transaction.kind == TransactionKind::Return || (effect.is_some() && Some(transaction.sum) == effect)
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => false,
    }
}
