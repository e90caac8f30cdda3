//! The search by phone, and whether its answer can be believed.

use std::collections::BTreeSet;

use probonus::{Account, AccountId, Delivery, Error, ErrorKind, Phone};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    model::{failure::is_passing, journal_error::JournalError, operation::Operation},
};

/// Operations of the journal, the newest, among which those of a phone or of an account are looked for.
const OPERATIONS_READ: u32 = 20;
/// A phone that no guest has: the prefix 900 with zeros is given to nobody.
const NOBODYS: &str = "+79000000000";

/// What the search by phone gave.
pub enum Searched {
    /// The accounts with the phone.
    Found(Vec<Account>),
    /// Something that can't be believed, as the error says.
    NotBelieved(Error),
}

/// The accounts with a phone, if the search can be believed; see [`search`]. May be repeated.
///
/// # Errors
/// Those of the search; [`ErrorKind::Unreadable`] if it can't be believed.
pub async fn find_by_phone(engine: &Engine, phone: &Phone) -> Result<Vec<Account>, Error> {
    match search(engine, phone).await? {
        Searched::Found(found) => Ok(found),
        Searched::NotBelieved(error) => Err(error),
    }
}

/// Searches a phone, and doubts what contradicts something that is known.
///
/// A server may ignore how the phone is asked for, after an upgrade that renames the parameter, and give the same guest whoever is
/// searched. So an account whose record does not show the phone is doubted if something else is known:
///
/// | known | example |
/// |---|---|
/// | the account was found by another phone, which its record does not show either | the record has none; yesterday it was found by `A`, now by `B` |
/// | the phone is another account's, which is not among those found | `A` is account 1001's in the journal, and finds 1002 |
///
/// Then the server is asked for a phone that nobody has. If it gives the doubted account again, the search is not believed. Otherwise
/// the guest has a new phone, or two. May be repeated.
///
/// # Errors
/// Those of the search.
pub async fn search(engine: &Engine, phone: &Phone) -> Result<Searched, Error> {
    let found = engine.loyalty.find_by_phone(phone).await?;
    for account in found.iter().filter(|account| account.phone.as_ref() != Some(phone)) {
        if is_known_otherwise(engine, phone, account, &found).await && is_given_for_nobody(engine, account).await? {
            let why = "the search gives one account for different phones, and its record shows none of them";
            let error = Error::new(ErrorKind::Unreadable, Delivery::NotSent).with_detail(why);
            return Ok(Searched::NotBelieved(error));
        }
    }
    engine.known_guests().note_search(phone, &found);
    Ok(Searched::Found(found))
}

/// The accounts that had a phone when they were found last, as this run and the journal know it. They are no proof that somebody has
/// it now: a guest may have got another phone since.
///
/// # Errors
/// Those of the journal.
pub async fn found_before(engine: &Engine, phone: &Phone) -> Result<BTreeSet<AccountId>, JournalError> {
    let mut accounts: BTreeSet<AccountId> = engine.known_guests().accounts_of(phone).into_iter().collect();
    accounts.extend(operations_with(engine, phone).await?.iter().filter_map(|one| account_of(one).cloned()));
    Ok(accounts)
}

/// The newest operations on this server whose guest was found by a phone, or was created with it.
///
/// # Errors
/// Those of the journal.
pub async fn operations_with(engine: &Engine, phone: &Phone) -> Result<Vec<Operation>, JournalError> {
    let filter = Filter { text: phone.as_e164().to_owned(), ..Filter::default() };
    let mut rows = engine.journal.list(&filter, PageRequest { after: None, size: OPERATIONS_READ }).await?.rows;
    rows.retain(|one| {
        one.subject.phone.as_ref() == Some(phone) && account_of(one).is_some() && engine.other_server(one).is_none()
    });
    Ok(rows)
}

/// The account that an operation changes, or that it made.
fn account_of(operation: &Operation) -> Option<&AccountId> {
    operation.payload.account().or(operation.subject.account.as_ref())
}

/// Whether something is known that contradicts an account found by a phone which its record does not show; see [`search`].
async fn is_known_otherwise(engine: &Engine, phone: &Phone, account: &Account, found: &[Account]) -> bool {
    let mut phones: BTreeSet<Phone> = engine.known_guests().phones_of(&account.id).into_iter().collect();
    phones.extend(phones_in_journal(engine, &account.id).await);
    let is_other = |known: &Phone| known != phone && account.phone.as_ref() != Some(known);
    if phones.iter().any(is_other) {
        return true;
    }
    match found_before(engine, phone).await {
        Ok(known) => known.iter().any(|known| found.iter().all(|one| one.id != *known)),
        Err(error) => {
            tracing::warn!(%error, "the journal could not be searched for a phone");
            false
        }
    }
}

/// The phones by which the guest of an account was found when its newest operations were prepared.
async fn phones_in_journal(engine: &Engine, account: &AccountId) -> Vec<Phone> {
    let filter = Filter { account: Some(account.clone()), ..Filter::default() };
    match engine.journal.list(&filter, PageRequest { after: None, size: OPERATIONS_READ }).await {
        Ok(page) => {
            let here = page.rows.iter().filter(|one| engine.other_server(one).is_none());
            here.filter_map(|one| one.subject.phone.clone()).collect()
        }
        Err(error) => {
            tracing::warn!(%error, "the journal could not be searched for an account");
            Vec::new()
        }
    }
}

/// Whether the search gives an account also for a phone that nobody has. A refusal of that search says nothing against the account.
async fn is_given_for_nobody(engine: &Engine, account: &Account) -> Result<bool, Error> {
    let Ok(nobodys) = NOBODYS.parse::<Phone>() else { return Ok(false) };
    match engine.loyalty.find_by_phone(&nobodys).await {
        Ok(found) => Ok(found.iter().any(|one| one.id == account.id && one.phone.as_ref() != Some(&nobodys))),
        Err(error) if is_passing(&error) => Err(error),
        Err(_) => Ok(false),
    }
}
