//! Reading of an account's entries and balance.

use probonus::{Account, AccountId, Error, Kopecks, Method, Period, Phone};

use crate::{
    core::engine::Engine,
    ledger::{
        entry::keyed,
        listing::{Listing, Reach},
        sent_attempt::SentAttempt,
    },
    model::evidence::EntriesSnapshot,
};

/// Entries read for that. More than are kept, so that the oldest kept is hardly ever the oldest read.
pub const SNAPSHOT_ENTRIES: u32 = 30;
/// Entries asked for first when something is looked for; doubled until they reach back far enough.
const PROBE_ENTRIES: u32 = 50;
/// The most that the server is asked for.
const PROBE_ENTRIES_MAX: u32 = 1000;
/// How often a balance and its rows are read in search of a quiet moment. A till that never rests, or a record that tells
/// another balance than the balance's own method, must not keep an operation for ever.
const STEADY_ROUNDS: u32 = 3;

/// What was read of an account just now, so that sending need not read it again.
#[derive(Clone, Debug, Default)]
pub struct AccountSnapshot {
    /// The account's record.
    pub account: Option<Account>,
    /// Its balance, kopecks.
    pub balance: Option<Kopecks>,
    /// Its newest entries.
    pub entries: Option<EntriesSnapshot>,
}

/// Which entries of an account are read.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// So many of the newest.
    Newest(u32),
    /// Those back to before something was sent.
    Since(&'a SentAttempt),
}

/// The account with this id among those with this phone.
pub async fn read_account(engine: &Engine, phone: &Phone, id: &AccountId) -> Result<Option<Account>, Error> {
    Ok(engine.loyalty.find_by_phone(phone).await?.into_iter().find(|account| account.id == *id))
}

/// The balance and entries of one moment. What others do between the two readings would stand in
/// one of them and not in the other, and be held against our own operation: both are made anew until the balance stood
/// still meanwhile. `known`: the balance as it was read just before.
pub async fn read_balance_and_entries(
    engine: &Engine,
    account: &AccountId,
    phone: Option<&Phone>,
    known: Option<Kopecks>,
    which: Which<'_>,
) -> (Result<Option<Kopecks>, Error>, Result<Listing, Error>) {
    let mut before = match known {
        Some(known) => Ok(Some(known)),
        None => read_balance(engine, account, phone).await,
    };
    let mut rounds = 0;
    loop {
        rounds += 1;
        let listing = match which {
            Which::Newest(count) => newest_entries(engine, account, count).await,
            Which::Since(sent) => entries_since(engine, account, sent).await.map(|(listing, _)| listing),
        };
        if before.is_err() || listing.is_err() {
            return (before, listing);
        }
        let balance = read_balance(engine, account, phone).await;
        let stood_still = matches!((&before, &balance), (Ok(before), Ok(balance)) if before == balance);
        if stood_still || balance.is_err() || rounds == STEADY_ROUNDS {
            return (balance, listing);
        }
        before = balance;
    }
}

/// The balance, kopecks. Where the server can't detail it, the guest's record is asked for by phone.
pub async fn read_balance(
    engine: &Engine,
    account: &AccountId,
    phone: Option<&Phone>,
) -> Result<Option<Kopecks>, Error> {
    if engine.loyalty.unsupported(Method::BalanceExtended).is_none() {
        return engine.loyalty.balance(account).await.map(|detail| Some(detail.balance));
    }
    match phone {
        Some(phone) => Ok(read_account(engine, phone, account).await?.and_then(|account| account.balance)),
        None => Ok(None),
    }
}

/// The newest entries of an account.
pub async fn newest_entries(engine: &Engine, account: &AccountId, count: u32) -> Result<Listing, Error> {
    if engine.loyalty.unsupported(Method::LastTransactions).is_none() {
        let last = engine.loyalty.last_transactions(account, count).await?;
        let reach = if last.complete { Reach::All } else { Reach::Newest };
        return Ok(Listing { entries: keyed(account, last.rows), reach });
    }
    // The border of the server's day may be moved, and its clock may be ahead: a day more on either side.
    let now = engine.host.now() + engine.loyalty.clock_offset().unwrap_or_default();
    let today = now.to_zoned_datetime(engine.policy.time_zone.clone()).date();
    let (from, to) = (today.saturating_sub(jiff::Span::new().days(3)), today.saturating_add(jiff::Span::new().days(1)));
    let period = Period::new(from, to).map_err(|error| {
        Error::new(probonus::ErrorKind::InvalidRequest, probonus::Delivery::NotSent).with_detail(error.to_string())
    })?;
    let entries = engine.loyalty.transactions(account, period).await?;
    Ok(Listing { entries: keyed(account, entries), reach: Reach::Since(from) })
}

/// The entries of an account back to before something was sent; and whether they do reach back.
pub async fn entries_since(engine: &Engine, account: &AccountId, sent: &SentAttempt) -> Result<(Listing, bool), Error> {
    let mut count = PROBE_ENTRIES;
    loop {
        let listing = newest_entries(engine, account, count).await?;
        let reached = sent.is_reached_by(&listing, &engine.policy.time_zone);
        if reached || count >= PROBE_ENTRIES_MAX || engine.loyalty.unsupported(Method::LastTransactions).is_some() {
            return Ok((listing, reached));
        }
        count = (count * 4).min(PROBE_ENTRIES_MAX);
    }
}
