//! A control search: whether the server's "no such guest" can be believed just now.

use std::collections::BTreeSet;

use probonus::{Delivery, Error, ErrorKind, Phone};

use crate::{
    core::engine::Engine,
    journal::port::{Filter, PageRequest},
    ledger::search::found_before,
    model::operation::Operation,
};

/// The most guests that are searched for. Each one may have been deleted, or have another phone since.
const MOST_SEARCHES: usize = 3;
/// Operations of the journal among which such guests are looked for.
const OPERATIONS_READ: u32 = 20;

/// Whether the search by phone finds a guest that it found before. It is asked after "no such guest", before a new one is made.
///
/// Example: a gateway answers every search with 404, as if nobody had any phone. A guest who was found an hour ago is not found
/// either, so the answer tells nothing, and no second account may be made.
///
/// Guests of this run come first, then those of the journal's newest operations, whatever became of them: each guest was found before
/// the operation was prepared. May be repeated.
///
/// If no other guest is known, the answer is believed, unless `searched` itself found a guest before: then this very search is the
/// control search, and it finds nobody.
///
/// # Errors
/// Why the server could not be asked.
async fn finds_known_guest(engine: &Engine, searched: &Phone) -> Result<bool, Error> {
    let mut phones = engine.known_guests().phones();
    if phones.len() < MOST_SEARCHES {
        phones.extend(phones_in_journal(engine).await);
    }
    let mut seen = BTreeSet::from([searched.clone()]);
    phones.retain(|phone| seen.insert(phone.clone()));
    phones.truncate(MOST_SEARCHES);
    if phones.is_empty() {
        return Ok(!is_known(engine, searched).await);
    }
    for phone in phones {
        match engine.loyalty.find_by_phone(&phone).await {
            Ok(found) if found.is_empty() => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Believes "no such guest" only if the search finds a known guest; else it is an error: the search could not be read.
///
/// # Errors
/// Those of the reads; [`ErrorKind::Unreadable`] if it does not.
pub async fn believe_absence(engine: &Engine, phone: &Phone) -> Result<(), Error> {
    if finds_known_guest(engine, phone).await? {
        return Ok(());
    }
    let why = "the search finds nobody, not even a guest that it found before";
    Err(Error::new(ErrorKind::Unreadable, Delivery::NotSent).with_detail(why))
}

/// Whether a phone found a guest before. A journal that can't be read tells nothing, so the answer is then doubted.
async fn is_known(engine: &Engine, phone: &Phone) -> bool {
    found_before(engine, phone).await.map_or(true, |accounts| !accounts.is_empty())
}

async fn phones_in_journal(engine: &Engine) -> Vec<Phone> {
    match engine.journal.list(&Filter::default(), PageRequest { after: None, size: OPERATIONS_READ }).await {
        Ok(page) => {
            let of_this_server =
                |one: &&Operation| engine.other_server(one).is_none() && one.payload.account().is_some();
            page.rows.iter().filter(of_this_server).filter_map(|one| one.subject.phone.clone()).collect()
        }
        Err(error) => {
            tracing::warn!(%error, "the journal could not be searched for a known guest");
            Vec::new()
        }
    }
}
