//! Whose account it is: just before money moves, the account must still be that of the guest for whom the operation was prepared.
//!
//! A server whose data were put back to an older day gives the number of a lost account to the next new guest. Then the balance and
//! the entries of that number are another person's, and nothing in them says so. Only the search by the guest's phone does.

use probonus::{Account, AccountId, Error, ErrorKind, Phone};

use crate::{
    core::engine::Engine,
    ledger::{
        control_search::believe_absence,
        search::{Searched, search},
    },
    model::{operation::Operation, profile},
};

/// Whose account an operation is about to change.
pub enum Owner {
    /// The guest's: the phone finds the account.
    Guest(Box<Account>),
    /// Perhaps another's; in words for the journal. A person decides.
    Doubted(&'static str),
    /// The search tells nothing just now: it finds nobody, not even a guest that it found before, or gives one guest for every phone.
    NotToldNow(Error),
    /// This server can't search, or the operation has no phone.
    NotTold,
}

/// Asks the search by the operation's phone whose its account is. May be repeated.
///
/// | the search by the phone | the account is |
/// |---|---|
/// | finds the account | the guest's |
/// | finds it, and its record shows neither the phone nor any word of the name | doubted |
/// | finds others only | doubted |
/// | finds nobody | doubted, if the search finds a known guest; else not told just now |
/// | gives one guest for every phone | not told just now |
/// | fails, and this run knows the account under another name | doubted |
/// | is not supported | not told |
///
/// # Errors
/// Why the search failed, if nothing else is known of the account.
pub async fn owner_of(engine: &Engine, operation: &Operation, account: &AccountId) -> Result<Owner, Error> {
    let Some(phone) = operation.subject.phone.as_ref() else { return Ok(Owner::NotTold) };
    let found = match search(engine, phone).await {
        Ok(Searched::Found(found)) => found,
        Ok(Searched::NotBelieved(error)) => return Ok(Owner::NotToldNow(error)),
        Err(_) if is_known_as_another(engine, operation, account) => {
            return Ok(Owner::Doubted("the account is another guest's by now, and the phone can't be searched"));
        }
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest) => {
            return Ok(Owner::NotTold);
        }
        Err(error) => return Err(error),
    };
    let found_nobody = found.is_empty();
    match found.into_iter().find(|found| found.id == *account) {
        Some(found) if is_another(operation, phone, &found) => {
            Ok(Owner::Doubted("the account shows another phone and another name"))
        }
        Some(found) => Ok(Owner::Guest(Box::new(found))),
        None if found_nobody => Ok(match believe_absence(engine, phone).await {
            Ok(()) => Owner::Doubted("the phone finds nobody"),
            Err(error) => Owner::NotToldNow(error),
        }),
        None => Ok(Owner::Doubted("the phone finds another account")),
    }
}

/// Whether a record that the phone finds is another person's all the same. A guest may have a second phone, or a new name; who has
/// neither the phone nor any word of the name is somebody else.
fn is_another(operation: &Operation, phone: &Phone, found: &Account) -> bool {
    found.phone.as_ref() != Some(phone)
        && are_different_names(&operation.subject.name, &profile::full_name(&found.profile))
}

/// Whether this run heard of the account under another name.
fn is_known_as_another(engine: &Engine, operation: &Operation, account: &AccountId) -> bool {
    let known = engine.known_guests().of(account);
    known.is_some_and(|known| are_different_names(&operation.subject.name, &known.name))
}

/// Whether two names have no word in common. Example: «Иванова Анна» and «Петрова Анна» have one, as after a marriage. An unknown name
/// differs from none.
fn are_different_names(one: &str, other: &str) -> bool {
    let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    !one.is_empty() && !other.is_empty() && !one.iter().any(|word| other.contains(word))
}
