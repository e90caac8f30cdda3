//! Reading an account: its record, its balance, its entries.

use probonus::{Account, AccountId, Error, Kopecks, Method, Period, Phone};

use crate::{
    core::engine::Engine,
    ledger::{
        entry::keyed,
        listing::{Listing, Reach},
        search::find_by_phone,
        sent_attempt::SentAttempt,
    },
};

/// Entries read for a pre-send snapshot. More than it keeps, so that the oldest kept is seldom the oldest read.
pub const SNAPSHOT_ENTRIES: u32 = 30;
/// Entries asked for first when an operation is probed. If they do not reach back far enough, four times as many are asked for.
const PROBE_ENTRIES: u32 = 50;
/// The most entries that are asked for.
const PROBE_ENTRIES_MAX: u32 = 1000;
/// How often balance and entries are read, at most, until two reads of the balance agree. Without a limit, a POS that never
/// rests would delay an operation for ever. So would a server that tells one balance in the record and another by its method.
const STEADY_ROUNDS: u32 = 3;
/// Days that are read where the server lists entries by period only: today and this many before.
const DAYS_BACK: i32 = 3;

/// What was read of an account just before a send.
#[derive(Clone, Debug, Default)]
pub struct AccountSnapshot {
    /// The account's record.
    pub account: Option<Account>,
    /// Its balance, kopecks.
    pub balance: Option<Kopecks>,
    /// Its newest entries; `None`: they could not be read.
    pub listing: Option<Listing>,
    /// The [binding](probonus::Loyalty::binding_revision) that it was read with.
    pub binding: u64,
}

/// Which entries of an account are read.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    /// So many of the newest.
    Newest(u32),
    /// Those back to before an attempt.
    Since(&'a SentAttempt),
}

/// The account with this id; `None`: no account with this phone has it. The API reads accounts by phone only. An error also if the
/// search [can't be believed](find_by_phone).
pub async fn read_account(engine: &Engine, phone: &Phone, id: &AccountId) -> Result<Option<Account>, Error> {
    Ok(find_by_phone(engine, phone).await?.into_iter().find(|account| account.id == *id))
}

/// The balance, kopecks; `None`: the server reports none. The guest's record is read instead where the server has no method for
/// a balance, or where that method lists parts without a total.
pub async fn read_balance(
    engine: &Engine,
    account: &AccountId,
    phone: Option<&Phone>,
) -> Result<Option<Kopecks>, Error> {
    if engine.loyalty.unsupported(Method::BalanceExtended).is_none() {
        let detail = engine.loyalty.balance(account).await?;
        if detail.balance.is_some() || phone.is_none() {
            return Ok(detail.balance);
        }
    }
    match phone {
        Some(phone) => Ok(read_account(engine, phone, account).await?.and_then(|account| account.balance)),
        None => Ok(None),
    }
}

/// The balance and the entries of one moment.
///
/// The balance is read before and after the entries, until both are equal, at most [`STEADY_ROUNDS`] times. Otherwise an
/// entry made between the two reads would be in only one of them, and be taken for an effect of our operation. If they never
/// agree, the last reads count. `known`: the balance if it was read just now.
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
        let after = read_balance(engine, account, phone).await;
        let is_steady = matches!((&before, &after), (Ok(before), Ok(after)) if before == after);
        if is_steady || after.is_err() || rounds == STEADY_ROUNDS {
            return (after, listing);
        }
        before = after;
    }
}

/// The newest entries of an account: `count` of them, or those of the last days where the server lists by period only.
pub async fn newest_entries(engine: &Engine, account: &AccountId, count: u32) -> Result<Listing, Error> {
    if engine.loyalty.unsupported(Method::LastTransactions).is_none() {
        let last = engine.loyalty.last_transactions(account, count).await?;
        let reach = if last.complete { Reach::All } else { Reach::Newest };
        return Ok(Listing { entries: keyed(account, last.transactions), reach });
    }
    // Up to tomorrow: the server's business day may begin earlier, and its clock may be ahead.
    let now = engine.host.now() + engine.loyalty.clock_offset().unwrap_or_default();
    let today = now.to_zoned_datetime(engine.policy.time_zone.clone()).date();
    let from = today.saturating_sub(jiff::Span::new().days(DAYS_BACK));
    let to = today.saturating_add(jiff::Span::new().days(1));
    let period = Period::new(from, to).map_err(|error| {
        Error::new(probonus::ErrorKind::InvalidRequest, probonus::Delivery::NotSent).with_detail(error.to_string())
    })?;
    let entries = engine.loyalty.transactions(account, period).await?;
    Ok(Listing { entries: keyed(account, entries), reach: Reach::Since(from) })
}

/// The entries of an account back to before an attempt, and whether they do reach back so far.
///
/// Asks for 50 entries, then 200, 800 and 1000, until the list reaches the attempt ([`SentAttempt::is_reached_by`]). Where the
/// server lists by period only, one list is read.
pub async fn entries_since(engine: &Engine, account: &AccountId, sent: &SentAttempt) -> Result<(Listing, bool), Error> {
    let mut count = PROBE_ENTRIES;
    loop {
        let listing = newest_entries(engine, account, count).await?;
        let is_reached = sent.is_reached_by(&listing, &engine.policy.time_zone);
        if is_reached || count >= PROBE_ENTRIES_MAX || engine.loyalty.unsupported(Method::LastTransactions).is_some() {
            return Ok((listing, is_reached));
        }
        count = (count * 4).min(PROBE_ENTRIES_MAX);
    }
}
