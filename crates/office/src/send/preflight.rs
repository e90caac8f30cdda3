//! Preflight: what is read and must hold just before a send.

use probonus::{Account, Delivery, Error, ErrorKind, Kopecks};

use crate::{
    core::engine::Engine,
    ledger::{
        control_search::believe_absence,
        effect::undone_by,
        entry::LedgerEntry,
        judged::judged_not_own,
        listing::Listing,
        marker::own_entry,
        reading::{AccountSnapshot, SNAPSHOT_ENTRIES, Which, entries_since, read_balance_and_entries},
        repeats::hold_against_journal,
        search::find_by_phone,
        sent_attempt::SentAttempt,
        unexplained::unexplained_entry,
    },
    model::{
        evidence::EntriesSnapshot,
        failure::{Failure, Precondition, is_passing, is_server_silent},
        journal_error::JournalError,
        kinds::Target,
        operation::Operation,
        payload::Payload,
        profile,
    },
    reconcile::freshness::is_emptied,
    send::owner::{Owner, owner_of},
};

/// How often an operation that waited is put off because something else came in place of the entries. After that the server counts
/// as one that lists none. Example: the journal is an older copy that knows neither of a send nor of any list, and the
/// provider's portal redirects the one list that shows the operation.
const LIST_TRIES: u32 = 3;

/// All that a send needs.
pub(crate) struct Ready {
    /// What is sent: an edit has the whole record as it is now, with the operator's changes.
    pub payload: Payload,
    /// The balance just before, kopecks; `None`: not known.
    pub balance: Option<Kopecks>,
    /// The guest's turnover just before, kopecks, where only it may tell of the operation.
    pub turnover: Option<Kopecks>,
    /// The pre-send snapshot; `None`: the entries could not be read.
    pub entries: Option<EntriesSnapshot>,
    /// The guest's record just before an edit.
    pub record: Option<Account>,
}

/// Why nothing is sent.
pub(crate) enum Stop {
    /// Something could not be read just now: it is tried again later.
    NotNow(Failure),
    /// Something that must hold does not hold any more: the operation is rejected.
    Never(Failure),
    /// It may be about another guest or group than the one that was shown: it waits until a person decides.
    Ask(Failure),
    /// The server has an entry with the operation's own correlation marker, or one that may be its own. It was or may have been
    /// sent before, although the journal does not know it, so it must not be sent.
    AlreadyThere(Failure),
    /// The journal could not be read.
    Journal(JournalError),
}

impl From<JournalError> for Stop {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<Error> for Stop {
    /// A read that failed. Its own delivery does not matter: the operation was not sent.
    fn from(error: Error) -> Self {
        Self::NotNow(Failure { delivery: Delivery::NotSent, ..Failure::from(&error) })
    }
}

impl From<Precondition> for Stop {
    fn from(precondition: Precondition) -> Self {
        Self::Never(broken(precondition))
    }
}

impl Stop {
    /// Leaves it to the operator; `why` is for the journal.
    fn ask(precondition: Precondition, why: impl Into<String>) -> Self {
        Self::Ask(Failure { detail: Some(why.into()), ..broken(precondition) })
    }

    /// Stops the send because the server has this entry.
    fn by_entry(precondition: Precondition, entry: &LedgerEntry) -> Self {
        let failure = broken(precondition);
        Self::AlreadyThere(Failure { delivery: Delivery::Unknown, detail: Some(entry.key.clone()), ..failure })
    }
}

/// A precondition that does not hold, as the journal keeps it.
pub fn broken(precondition: Precondition) -> Failure {
    Failure {
        kind: ErrorKind::InvalidRequest,
        delivery: Delivery::NotSent,
        status: None,
        server_message: None,
        detail: None,
        precondition: Some(precondition),
    }
}

/// Reads what an operation needs, and checks what must hold for it.
///
/// | operation | must hold |
/// |---|---|
/// | new guest | no account has the phone, and the search finds a guest that is known |
/// | the same, if it waited | the server calls the group as it did, see [`must_be_the_group`] |
/// | edit | the account has the phone and is not deleted, and what the edit is about is as the operator saw it |
/// | purchase | the balance covers the bonuses spent, if a balance is known |
/// | canary refill | a balance is reported: only it can prove the server's unit |
/// | refill, purchase, return | no entry of the server carries its correlation marker |
/// | the same | a balance is told, or the list of entries is not emptied, see [`is_emptied`] |
/// | the same, if it waited | the account is still the guest's, see [`owner_of`] |
/// | the same, if it waited | the account is not deleted, and not blocked unless a purchase is returned |
/// | the same, if it waited | no entry without a marker may be its own, see [`unexplained_entry`] |
///
/// `snapshot`: what was read just now under the same lock. Operations that move money don't read it again, except a canary
/// refill whose balance is missing in it. `None`: the operation waited. `is_canary`: the operation is the canary refill.
pub async fn preflight(
    engine: &Engine,
    operation: &Operation,
    snapshot: Option<AccountSnapshot>,
    is_canary: bool,
) -> Result<Ready, Stop> {
    let waited = snapshot.is_none();
    let snapshot = match (operation.payload.moves_money(), snapshot) {
        (false, _) => read_guest(engine, operation, waited).await?,
        (_, Some(snapshot)) if snapshot.balance.is_some() || !is_canary => snapshot,
        _ => read_before_money(engine, operation, is_canary).await?,
    };
    if let (Some(account), Some(listing)) = (operation.payload.account(), &snapshot.listing) {
        hold_against_journal(engine, account, &listing.entries, None).await;
    }
    if let (Some(account), None, Some(listing)) = (operation.payload.account(), snapshot.balance, &snapshot.listing)
        && is_emptied(engine, account, listing).await?
    {
        let emptied = Error::new(ErrorKind::Unreadable, Delivery::NotSent);
        return Err(emptied.with_detail("neither a balance nor entries are told, and this account had entries").into());
    }
    if let Some(listing) = &snapshot.listing {
        must_not_be_there(engine, operation, listing, waited).await?;
    }
    if is_canary && snapshot.balance.is_none() {
        return Err(Precondition::BalanceNotReported.into());
    }
    let mut payload = operation.payload.clone();
    if let Some(account) = &snapshot.account {
        payload.rules_mut().refresh(account);
    }
    if let (Some(taken), Some(balance)) = (payload.rules().bonuses_taken(), snapshot.balance)
        && taken > balance
    {
        return Err(Precondition::BalanceTooLow.into());
    }
    let entries = snapshot.listing.as_ref().map(Listing::snapshot);
    let turnover = snapshot.account.as_ref().and_then(|account| account.turnover);
    let turnover = turnover.filter(|_| payload.rules().turnover_without_balance().is_some());
    Ok(Ready { payload, balance: snapshot.balance, turnover, entries, record: snapshot.account })
}

async fn read_guest(engine: &Engine, operation: &Operation, waited: bool) -> Result<AccountSnapshot, Stop> {
    let phone = operation.subject.phone.as_ref().ok_or(Precondition::AccountNotFound)?;
    let found = find_by_phone(engine, phone).await?;
    let Target::Record(update) = operation.payload.rules().target() else {
        let is_free = found.iter().all(Account::is_deleted);
        if !is_free {
            return Err(Precondition::PhoneKnown.into());
        }
        believe_absence(engine, phone).await?;
        if waited {
            must_be_the_group(engine, operation).await?;
        }
        return Ok(AccountSnapshot::default());
    };
    let account = found.into_iter().find(|account| account.id == update.account);
    let account = account.ok_or(Precondition::AccountNotFound)?;
    if account.is_deleted() {
        return Err(Precondition::AccountClosed.into());
    }
    let concerned = profile::concerned(&update.before, &update.after);
    if !profile::changes_in(&concerned, &update.before, &account.profile).is_empty() {
        return Err(Precondition::AccountChanged.into());
    }
    Ok(AccountSnapshot { account: Some(account), ..AccountSnapshot::default() })
}

/// Stops a new guest that waited if the server calls the group of its id otherwise than when the operation was prepared, or has no such
/// group any more. Example: the groups were numbered anew, and 3 is «Сотрудники» now.
///
/// If the groups can't be read at all, it goes without that check.
async fn must_be_the_group(engine: &Engine, operation: &Operation) -> Result<(), Stop> {
    let Target::NewGuest(new) = operation.payload.rules().target() else { return Ok(()) };
    let Some(shown) = &operation.subject.group else { return Ok(()) };
    let groups = match engine.loyalty.groups().await {
        Ok(groups) => groups,
        Err(error) if is_passing(&error) => return Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, operation = %operation.id, "the groups could not be read before the send");
            return Ok(());
        }
    };
    match groups.iter().find(|group| group.id == new.group) {
        Some(group) if group.name == *shown => Ok(()),
        Some(group) => Err(Stop::ask(Precondition::GroupChanged, format!("the group is called {:?} now", group.name))),
        None => Err(Stop::ask(Precondition::GroupChanged, "there is no such group any more")),
    }
}

/// Reads balance and entries before money moves.
///
/// | what fails | example | the send |
/// |---|---|---|
/// | any read, in a way that may pass | a timeout, status 429 | stops for now |
/// | balance and entries, both as if ProBonus did not answer | a portal's page for people | stops for now |
/// | the entries, on a server that was seen to list such entries | a list that can't be read | stops for now |
/// | entries or guest, up to [`LIST_TRIES`] times, unless there is no such method | a redirect | stops for now |
/// | the balance of a canary refill | any failure | stops for now |
/// | any read, in any other way | the server lacks the method | goes without that read |
///
/// The guest is searched too: the account may have been closed while the operation waited, or be another guest's by now, see
/// [`owner_of`].
async fn read_before_money(engine: &Engine, operation: &Operation, is_canary: bool) -> Result<AccountSnapshot, Stop> {
    let account = operation.payload.account().ok_or(Precondition::AccountNotFound)?;
    let phone = operation.subject.phone.as_ref();
    let (balance, listing) =
        read_balance_and_entries(engine, account, phone, None, Which::Newest(SNAPSHOT_ENTRIES)).await;
    let neither = balance.as_ref().is_err_and(is_server_silent) && listing.as_ref().is_err_and(is_server_silent);
    let balance = match balance {
        Err(error) if is_canary || neither || is_passing(&error) => return Err(error.into()),
        read => read.ok().flatten(),
    };
    let listing = match listing {
        Err(error)
            if is_passing(&error)
                || has_listed_before(engine, operation, &error)
                || may_be_read_next_time(engine, operation, &error) =>
        {
            return Err(error.into());
        }
        read => read.ok(),
    };
    let owner = match owner_of(engine, operation, account).await {
        Err(error) if is_passing(&error) || may_be_read_next_time(engine, operation, &error) => {
            return Err(error.into());
        }
        Ok(Owner::NotToldNow(error)) => return Err(error.into()),
        Ok(Owner::Doubted(why)) => return Err(Stop::ask(Precondition::AccountNotFound, why)),
        Ok(Owner::Guest(found)) if !operation.payload.may_change(&found) => {
            return Err(Precondition::AccountClosed.into());
        }
        Ok(Owner::Guest(found)) => Some(*found),
        Ok(Owner::NotTold) | Err(_) => None,
    };
    Ok(AccountSnapshot { account: owner, balance, listing, ..AccountSnapshot::default() })
}

/// Whether this server was seen to list the entries of such operations, so that a list that can't be read does not mean that it
/// has none. Example: the journal is an older copy that has forgotten a send, and a proxy spoils the one list that shows it.
fn has_listed_before(engine: &Engine, operation: &Operation, error: &Error) -> bool {
    let is_impossible = matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest);
    let capability = operation.payload.rules().capability();
    !is_impossible && capability.is_some_and(|capability| engine.gate.has_observed(capability))
}

/// Whether entries, or a guest, that could not be read may be read at a later try, so that the operation is put off; see
/// [`LIST_TRIES`].
fn may_be_read_next_time(engine: &Engine, operation: &Operation, error: &Error) -> bool {
    use ErrorKind::{Forbidden, InvalidRequest, NoSuchMethod, Unsupported};
    let is_missing = matches!(error.kind(), Unsupported | InvalidRequest | NoSuchMethod | Forbidden);
    !is_missing && engine.backlog().tries(operation.id) < LIST_TRIES
}

/// Stops the send if the server has an entry of this operation, made since it was prepared: one with its own correlation marker,
/// or one without a marker that may be its own. The second is searched for only if the operation `waited`. If it did not, the
/// operator has just seen such entries as suspected duplicates.
///
/// The journal says that the operation was not sent, but a journal put back from a disk image or a copied folder has forgotten
/// what was sent since. Example: an operation is sent on Monday. On Tuesday Sunday's copy of the journal is put back, in which it
/// still waits. Monday's entry carries its marker, so it is not sent a second time.
async fn must_not_be_there(
    engine: &Engine,
    operation: &Operation,
    listing: &Listing,
    waited: bool,
) -> Result<(), Stop> {
    let longer = older_entries(engine, operation, listing).await?;
    let lists = [Some(listing), longer.as_ref()];
    let (zone, offset) = (&engine.policy.time_zone, engine.loyalty.clock_offset());
    let is_zone_known = engine.gate.local_time_agrees(zone) == Some(true);
    let prepared = SentAttempt::at_the_earliest(operation.created_at, offset);
    let is_older = |entry: &LedgerEntry| offset.is_some() && prepared.is_surely_later_than(entry, zone, is_zone_known);
    let purchase = undone_by(&*engine.journal, operation).await?;
    let judged = judged_not_own(&*engine.journal, operation, purchase).await?;
    let is_not_own = |entry: &LedgerEntry| is_older(entry) || judged.contains(&entry.key);
    for listing in lists.into_iter().flatten() {
        if let Some(own) = own_entry(operation.id, &operation.payload, listing, is_not_own) {
            return Err(Stop::by_entry(Precondition::AlreadyOnServer, own));
        }
    }
    if !waited {
        return Ok(());
    }
    match unexplained_entry(engine, operation, longer.as_ref().unwrap_or(listing)).await? {
        Some(similar) => Err(Stop::by_entry(Precondition::SimilarOnServer, &similar)),
        None => Ok(()),
    }
}

/// A longer list, if `listing` does not reach back to when the operation was prepared. Example: it waited while the account had
/// many new entries. `None`: `listing` is long enough, or this server gives no longer one.
async fn older_entries(engine: &Engine, operation: &Operation, listing: &Listing) -> Result<Option<Listing>, Error> {
    let prepared = SentAttempt::at_the_earliest(operation.created_at, engine.loyalty.clock_offset());
    let Some(account) = operation.payload.account() else { return Ok(None) };
    if prepared.is_reached_by(listing, &engine.policy.time_zone) {
        return Ok(None);
    }
    match entries_since(engine, account, &prepared).await {
        Ok((longer, _)) => Ok(Some(longer)),
        Err(error) if is_passing(&error) || has_listed_before(engine, operation, &error) => Err(error),
        Err(error) => {
            tracing::debug!(%error, operation = %operation.id, "older entries could not be searched for the marker");
            Ok(None)
        }
    }
}
