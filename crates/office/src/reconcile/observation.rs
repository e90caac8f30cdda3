//! What the server shows of an operation that moves money, before it is judged.

use std::collections::BTreeSet;

use probonus::{AccountId, Error, Kopecks, Method, TransactionKind};

use crate::{
    core::engine::Engine,
    ledger::{
        effect::effect,
        entry::LedgerEntry,
        listing::Listing,
        reading::{entries_since, read_account, read_balance},
        repeats::hold_against_journal,
        sent_attempt::SentAttempt,
    },
    model::{
        kinds::{Claim, Marker, Parts, short_id::names_another},
        operation::Operation,
        payload::Payload,
    },
};

/// Receipts opened in search of a GUID that the entries don't show. Each is a request.
const RECEIPTS_OPENED: usize = 5;

/// What the server shows of an operation.
pub(crate) struct Observation {
    /// Entries with the operation's marker.
    pub marked: Vec<LedgerEntry>,
    /// New entries without any marker whose kind and sum could be the operation's.
    pub matching: Vec<LedgerEntry>,
    /// Entries with the operation's marker that may have been there before the send.
    pub doubtful: Vec<LedgerEntry>,
    /// New entries without any marker, of whatever kind and sum; those of `matching` are among them.
    pub unmarked: Vec<LedgerEntry>,
    /// Whether any new entry, of whatever operation, has something in the place where operations of this kind have their marker, not cut.
    pub has_markers: bool,
    /// Whether a new entry is the return of the purchase that the operation registers.
    pub is_undone: bool,
    /// What all new entries moved, kopecks; `None`: more than an account can hold.
    pub moved_by_entries: Option<Kopecks>,
    /// Whether the list shows all new entries.
    pub is_reached: bool,
    /// The balance now, kopecks.
    pub balance: Option<Kopecks>,
    /// The list that was read.
    pub listing: Listing,
    /// By how much the guest's turnover rose, kopecks, less what the new entries say was paid; `None`: not needed, or not known.
    pub turnover_rose: Option<Kopecks>,
    /// Whether the turnover is needed and the server tells it, but it was not read before the send. Example: the provider's portal
    /// redirected that read.
    pub turnover_missed: bool,
}

impl Observation {
    /// What was read, before any entry is looked at.
    fn of(listing: Listing, is_reached: bool, balance: Option<Kopecks>) -> Self {
        Self {
            marked: Vec::new(),
            matching: Vec::new(),
            doubtful: Vec::new(),
            unmarked: Vec::new(),
            has_markers: false,
            is_undone: false,
            moved_by_entries: Some(Kopecks::ZERO),
            is_reached,
            balance,
            listing,
            turnover_rose: None,
            turnover_missed: false,
        }
    }
}

/// Reads the account's entries and balance, and sorts the entries by whether they may be the operation's. The first row that
/// holds decides:
///
/// | entry | sorted as |
/// |---|---|
/// | has the marker of a return, but may be its purchase, applied a second time | doubtful |
/// | has the operation's marker | marked |
/// | has no marker, is new, and its kind and sum fit | matching |
/// | has the operation's outside number, looks too old, but may be dated with the purchase's day | doubtful |
/// | any other | — |
///
/// If none is marked, the receipts behind the matching ones are opened, and then the guest's turnover is read.
pub async fn observe(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    sent: &SentAttempt,
    purchase: Option<Parts>,
    judged: &BTreeSet<String>,
) -> Result<Observation, Error> {
    let payload = &operation.payload;
    let effect = effect(payload, purchase);
    let (listing, is_reached) = entries_since(engine, account, sent).await?;
    hold_against_journal(engine, account, &listing.entries, Some(operation.id)).await;
    let balance = read_balance(engine, account, operation.subject.phone.as_ref()).await?;
    let mut observation = Observation::of(listing.clone(), is_reached, balance);
    let mut paid = Some(Kopecks::ZERO);
    for entry in listing.entries {
        let is_new = sent.is_new(&entry, &engine.policy.time_zone);
        if is_new {
            let moved = observation.moved_by_entries;
            observation.moved_by_entries = moved.and_then(|sum| sum.checked_add(entry.transaction.moved()));
            observation.has_markers |= payload.rules().is_marked_otherwise(&entry.transaction);
            paid = paid.and_then(|sum| sum.checked_add(entry.transaction.money_spent.unwrap_or_default()));
        }
        observation.is_undone |= is_new && is_return_of(payload, &entry);
        if judged.contains(&entry.key) {
            continue;
        }
        let marker_as = |is_new| marker_of(operation, &entry, is_new);
        let marker = marker_as(is_new && sent.is_proven_by_marker(payload));
        if is_new && marker == Marker::None {
            observation.unmarked.push(entry.clone());
        }
        match marker {
            Marker::Ours if may_be_purchase_again(payload, purchase, &entry) => observation.doubtful.push(entry),
            Marker::Ours => observation.marked.push(entry),
            Marker::None if is_new && payload.rules().fits(effect, &entry.transaction) => {
                observation.matching.push(entry)
            }
            Marker::Theirs if sent.may_be_backdated(&entry) && marker_as(true) == Marker::Ours => {
                observation.doubtful.push(entry);
            }
            Marker::None | Marker::Theirs => {}
        }
    }
    if observation.marked.is_empty() {
        open_receipts(engine, operation, &mut observation).await?;
    }
    if observation.marked.is_empty() {
        compare_turnover(engine, operation, sent, paid, &mut observation).await?;
    }
    Ok(observation)
}

/// Whether an entry is the return of a purchase, by its GUID.
fn is_return_of(payload: &Payload, entry: &LedgerEntry) -> bool {
    let Claim::Purchase { guid, .. } = payload.rules().claim() else { return false };
    entry.transaction.kind == TransactionKind::Return && entry.transaction.external.check_guid == Some(guid)
}

/// Whose marker an entry carries. The short id of another operation counts for every kind of operation, even if entries of this
/// kind carry their marker in another place.
fn marker_of(operation: &Operation, entry: &LedgerEntry, is_new: bool) -> Marker {
    match operation.payload.rules().marker(operation.id, &entry.transaction, is_new) {
        Marker::None if names_another(operation.id, entry.transaction.comment.as_deref()) => Marker::Theirs,
        marker => marker,
    }
}

/// Compares the guest's turnover with that before the send. `paid`: what the new entries say was paid, kopecks.
async fn compare_turnover(
    engine: &Engine,
    operation: &Operation,
    sent: &SentAttempt,
    paid: Option<Kopecks>,
    observation: &mut Observation,
) -> Result<(), Error> {
    let rose = read_turnover_rise(engine, operation, sent).await?;
    observation.turnover_rose = rose.zip(paid).and_then(|(rose, paid)| rose.checked_sub(paid));
    // Of a send that the journal has forgotten nothing was read.
    let was_sent_without = operation.attempts > 0 && sent.turnover.is_none();
    observation.turnover_missed = was_sent_without && tells_needed_turnover(engine, operation).await;
    Ok(())
}

/// By how much the guest's turnover rose since the send, kopecks; `None`: not needed, or not known. It is the only trace of a
/// purchase whose accrual waits and has no entry yet.
async fn read_turnover_rise(
    engine: &Engine,
    operation: &Operation,
    sent: &SentAttempt,
) -> Result<Option<Kopecks>, Error> {
    let (Some(before), Some(account), Some(phone)) =
        (sent.turnover, operation.payload.account(), operation.subject.phone.as_ref())
    else {
        return Ok(None);
    };
    let now = read_account(engine, phone, account).await?.and_then(|account| account.turnover);
    Ok(now.and_then(|now| now.checked_sub(before)))
}

/// Whether the guest's turnover is needed to tell that the operation was applied, and the server tells it now.
async fn tells_needed_turnover(engine: &Engine, operation: &Operation) -> bool {
    let rules = operation.payload.rules();
    let (Some(_), Some(account), Some(phone)) =
        (rules.turnover_without_balance(), operation.payload.account(), operation.subject.phone.as_ref())
    else {
        return false;
    };
    let read = read_account(engine, phone, account).await;
    read.is_ok_and(|account| account.is_some_and(|account| account.turnover.is_some()))
}

/// Opens the receipts of matching entries: some servers show the GUID of a purchase only there.
///
/// | receipt | its entry |
/// |---|---|
/// | shows our GUID, or no GUID but our short id in its text | is marked |
/// | shows another GUID | is no longer matching |
/// | names another account | stays matching: a cache may have answered another question |
/// | any other | stays matching |
async fn open_receipts(engine: &Engine, operation: &Operation, observation: &mut Observation) -> Result<(), Error> {
    let Claim::Purchase { guid: own_guid, .. } = operation.payload.rules().claim() else { return Ok(()) };
    if engine.loyalty.unsupported(Method::Receipt).is_some() {
        return Ok(());
    }
    for entry in observation.matching.clone().iter().take(RECEIPTS_OPENED) {
        let Some(id) = &entry.transaction.receipt else { continue };
        let Some(receipt) = engine.loyalty.receipt(id).await? else { continue };
        let accounts = receipt.account.as_ref().zip(operation.payload.account());
        if accounts.is_some_and(|(named, own)| named.is_surely_not(own)) {
            continue;
        }
        let has_short_id = receipt.text.as_deref().is_some_and(|text| text.contains(&operation.id.short()));
        match receipt.external.check_guid {
            Some(guid) if guid == own_guid => observation.marked.push(entry.clone()),
            None if has_short_id => observation.marked.push(entry.clone()),
            Some(_) => observation.matching.retain(|matching| matching.key != entry.key),
            None => {}
        }
    }
    Ok(())
}

/// Whether an entry with the marker of a return may come from its purchase, applied a second time.
///
/// Such an entry is not of kind return, and has one of the purchase's sums: accrued, spent, or the net sum. If the purchase
/// is not known, neither are its sums, so every entry that is not of kind return counts.
fn may_be_purchase_again(payload: &Payload, purchase: Option<Parts>, entry: &LedgerEntry) -> bool {
    let sum = entry.transaction.sum;
    payload.rules().shares_marker()
        && entry.transaction.kind != TransactionKind::Return
        && purchase.is_none_or(|purchase| purchase.may_be_listed_as(sum))
}
