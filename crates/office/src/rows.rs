//! The server's rows of an account: their keys, which of them are new since a moment, and whose marks they carry.

use jiff::{
    SignedDuration, SignedDurationRound, Timestamp, Unit,
    civil::{Date, DateTime},
};
use probonus::{AccountId, Error, ExternalRef, Kopecks, Method, Period, ReceiptId, Transaction, TransactionKind};

use crate::{
    engine::Engine,
    event::{EntriesSnapshot, Event, EventRecord, MatchedEntry},
    operation::{OperationId, Payload},
};

/// Rows kept as "there before" with each sending.
const KEPT_ROWS: usize = 12;
/// Rows read for that. More than are kept, so that the oldest kept is hardly ever the oldest read.
pub const SNAPSHOT_ROWS: u32 = 30;
/// Rows asked for first when something is looked for; doubled until they reach back far enough.
const LOOK_ROWS: u32 = 50;
/// The most that the server is asked for.
const LOOK_ROWS_MAX: u32 = 1000;
/// How wrong two clocks may be about each other when nothing better than time tells rows apart.
const SLACK: SignedDuration = SignedDuration::from_mins(10);
/// What the clocks of a row and of an answer's date leave out.
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// What a business day and a foreign zone may shift a date by.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A row with its key.
#[derive(Clone, Debug)]
pub struct Row {
    /// Unique on the server; see [`MatchedEntry::proof`].
    pub key: String,
    /// The row.
    pub told: Transaction,
}

impl Row {
    /// The row as evidence.
    pub fn found(&self, account: &AccountId, exact: bool) -> MatchedEntry {
        let told = &self.told;
        let mut summary = format!("{} · {}", told.at.local.strftime("%d.%m.%Y %H:%M"), told.sum);
        // The server's own words only: ours would be in one language.
        for more in [&told.kind_name, &told.external.external_check, &told.comment].into_iter().flatten() {
            summary.push_str(" · ");
            summary.extend(more.chars().take(200));
        }
        MatchedEntry {
            proof: self.key.clone(),
            exact,
            summary,
            sum: Some(told.sum),
            account: Some(account.clone()),
            receipt: told.receipt.clone(),
        }
    }
}

/// The key of a row that the server names by an id.
pub fn key_of_id(account: &AccountId, id: &str) -> String {
    format!("{account}/{id}")
}

/// The key of an account as what a creation made.
pub fn key_of_account(account: &AccountId) -> String {
    format!("account {account}")
}

/// Gives each row its key: the server's id, or a digest of all it tells. Rows that are alike in everything are numbered.
fn keyed(account: &AccountId, rows: Vec<Transaction>) -> Vec<Row> {
    let mut times = std::collections::BTreeMap::<String, u32>::new();
    rows.into_iter()
        .map(|told| {
            let mut key = match &told.id {
                Some(id) => key_of_id(account, id),
                None => format!("{account}/~{:032x}", digest(&told)),
            };
            let time = times.entry(key.clone()).or_default();
            *time += 1;
            if *time > 1 {
                key.push_str(&format!("+{time}"));
            }
            Row { key, told }
        })
        .collect()
}

/// FNV-1a over what a row tells. It names a row for ever in the journal, so it must never change: no hasher of the
/// standard library promises that.
fn digest(row: &Transaction) -> u128 {
    let ExternalRef { check_guid, external_check, rest_code } = &row.external;
    let told = format!(
        "{}|{:?}|{:?}|{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
        row.at.local,
        row.kind,
        row.kind_name,
        row.sum.get(),
        row.balance_after.map(Kopecks::get),
        row.money_spent.map(Kopecks::get),
        row.comment,
        row.receipt.as_ref().map(ReceiptId::as_str),
        check_guid,
        external_check,
        rest_code,
    );
    told.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

/// How far a list of an account's rows reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// They are all the account has.
    All,
    /// They are all since a day: what is not listed is older.
    Since(Date),
    /// They are so many as were asked for, or as the server lists at once: rows that are not listed may be of the same
    /// second as the oldest.
    Newest,
}

/// What an account's list shows.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The rows.
    pub rows: Vec<Row>,
    /// Which of the account's rows they are.
    pub reach: Reach,
}

impl Listing {
    /// The newest rows, to know them again after something was sent.
    pub fn seen(&self) -> EntriesSnapshot {
        let mut times: Vec<DateTime> = self.rows.iter().map(|row| row.told.at.local).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let cut = times.get(KEPT_ROWS - 1).copied();
        let kept = self.rows.iter().filter(|row| cut.is_none_or(|cut| row.told.at.local >= cut));
        let last = times.last().copied();
        // A full snapshot says nothing of rows older than its oldest; a short list that is complete says all.
        let oldest = match self.reach {
            Reach::All => cut,
            Reach::Since(_) => cut.or(last),
            // Of the moment of the oldest that was listed, not all need be listed.
            Reach::Newest if cut.is_none_or(|cut| Some(cut) == last) => last.map(just_after),
            Reach::Newest => cut,
        };
        EntriesSnapshot { keys: kept.map(|row| row.key.clone()).collect(), oldest }
    }
}

fn just_after(moment: DateTime) -> DateTime {
    moment.saturating_add(jiff::Span::new().nanoseconds(1))
}

/// When and after what an operation was sent, for the first time that it may have arrived.
#[derive(Clone, Debug)]
pub struct Sent {
    /// When, by our clock on the wall.
    pub at: Timestamp,
    /// The server's clock minus ours.
    pub offset: SignedDuration,
    /// What was there before.
    pub seen: Option<EntriesSnapshot>,
    /// The balance before, kopecks. What the new rows moved, they moved since this one.
    pub before: Option<Kopecks>,
    /// How far the time of rows without a zone is ahead of what the office's zone makes of it.
    shift: SignedDuration,
    /// Whether the server answered that it did it: then its row was made while we waited for that.
    pub answered: bool,
    /// What its row may be dated, if not with the time of its making: a purchase of days ago.
    dated: Option<DateTime>,
}

impl Sent {
    /// From an operation's story. Attempts that surely did not leave don't count; of the others the first does: a
    /// row made by any of them is the operation's.
    pub fn of(story: &[EventRecord], payload: &Payload) -> Option<Self> {
        let sent = Self::attempts(story).into_iter().next()?;
        let dated = match payload {
            Payload::RegisterCheck(check) => check.purchased_at,
            _ => None,
        };
        Some(Self { dated, ..sent })
    }

    /// The same to hold a balance against: the first of the attempts before which the rows were read, if there is one. Where
    /// they were not, rows of before can't be told from rows of after but by the clocks.
    pub fn to_watch(story: &[EventRecord]) -> Option<Self> {
        let mut attempts = Self::attempts(story);
        let place = attempts.iter().position(|sent| sent.seen.is_some()).unwrap_or_default();
        (place < attempts.len()).then(|| attempts.swap_remove(place))
    }

    /// The attempts that may have arrived, oldest first.
    fn attempts(story: &[EventRecord]) -> Vec<Self> {
        let mut sent: Vec<Self> = Vec::new();
        for record in story {
            match &record.event {
                Event::Sending { clock_offset, snapshot, balance_before, .. } => sent.push(Self {
                    at: record.at,
                    offset: clock_offset.unwrap_or_default(),
                    seen: snapshot.as_deref().cloned(),
                    before: *balance_before,
                    shift: SignedDuration::ZERO,
                    answered: false,
                    dated: None,
                }),
                Event::NotSent { .. } => {
                    sent.pop();
                }
                Event::Confirmed { .. } => {
                    if let Some(last) = sent.last_mut() {
                        last.answered = true;
                    }
                }
                _ => {}
            }
        }
        sent
    }

    /// Learns from the row of this very operation what zone the server's times are of, if it was made when it was sent and
    /// did not arrive late. Only where nothing was read before it does anything depend on that.
    pub fn set_clock_by(&mut self, own: &Row, engine: &Engine) {
        if own.told.at.instant.is_none() && self.answered {
            let apart = engine.moment(&own.told).duration_since(self.at + self.offset);
            // Zones are quarters of an hour apart.
            let zones = SignedDurationRound::new().smallest(Unit::Minute).increment(15);
            self.shift = apart.round(zones).unwrap_or_default();
        }
    }

    /// Whether a row was not there before.
    pub fn is_new(&self, row: &Row, engine: &Engine) -> bool {
        match &self.seen {
            Some(seen) => !seen.keys.contains(&row.key) && seen.oldest.is_none_or(|oldest| row.told.at.local >= oldest),
            None => self.moment(row, engine) >= self.at + self.offset - SLACK,
        }
    }

    /// Whether a row that is not new by its date may yet be: the server may give a purchase its own date, and place its row
    /// among those of that day.
    pub fn may_be_dated_back(&self, row: &Row) -> bool {
        let days = |dated: DateTime| dated.date().saturating_sub(DAY)..=dated.date().saturating_add(DAY);
        self.dated.is_some_and(|dated| days(dated).contains(&row.told.at.local.date()))
            && self.seen.as_ref().is_none_or(|seen| !seen.keys.contains(&row.key))
    }

    /// Whether a new row of a payload's marks may be its own though it is of no kind of its own. The rows of a purchase
    /// carry the marks of its return: only what was read before the return tells which were there before.
    pub fn tells_by_marks(&self, payload: &Payload) -> bool {
        self.seen.is_some() || !matches!(payload, Payload::ReturnCheck(_))
    }

    /// Whether a row was surely made after it was sent, by the clocks alone.
    pub fn is_surely_after(&self, row: &Row, engine: &Engine) -> bool {
        self.moment(row, engine) >= self.at + self.offset - SECOND
    }

    fn moment(&self, row: &Row, engine: &Engine) -> Timestamp {
        let shift = if row.told.at.instant.is_some() { SignedDuration::ZERO } else { self.shift };
        engine.moment(&row.told).saturating_sub(shift).unwrap_or(Timestamp::MIN)
    }

    /// Whether a list reaches back to before it was sent, and to before the day it may be dated: only then does it show all
    /// that came after.
    fn is_reached_by(&self, listing: &Listing, engine: &Engine) -> bool {
        let is_all = listing.reach == Reach::All;
        let reached = match &self.seen {
            // A server that lists less than it was asked for shows at least what it showed before, or not all.
            Some(seen) if !seen.keys.is_empty() => listing.rows.iter().any(|row| seen.keys.contains(&row.key)),
            Some(_) => is_all,
            None => is_all || listing.rows.iter().any(|row| self.moment(row, engine) < self.at + self.offset - SLACK),
        };
        let Some(day) = self.dated.map(|dated| dated.date().saturating_sub(DAY)) else { return reached };
        reached
            && match listing.reach {
                Reach::All => true,
                Reach::Since(from) => from <= day,
                Reach::Newest => listing.rows.iter().any(|row| row.told.at.local.date() < day),
            }
    }
}

/// Whose row it is, by the marks it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A mark of the operation.
    Ours,
    /// A mark of another.
    Theirs,
    /// It carries none.
    None,
}

/// Whose row it is. `new`: it was not there before the operation was sent, as far as [`Sent::tells_by_marks`].
pub fn mark(id: OperationId, payload: &Payload, row: &Transaction, new: bool) -> Mark {
    match payload {
        // The first mark of a comment is its own; what an operator's note quotes after it is another's.
        Payload::Refill(_) => match row.comment.as_deref().and_then(short_id) {
            Some(mark) if id.short()[1..].eq_ignore_ascii_case(mark) => Mark::Ours,
            Some(_) => Mark::Theirs,
            None => Mark::None,
        },
        Payload::RegisterCheck(check) => {
            if row.kind == TransactionKind::Return {
                return Mark::Theirs;
            }
            match row.external.check_guid {
                Some(guid) if guid == check.check_guid => Mark::Ours,
                Some(_) => Mark::Theirs,
                None => by_number(&row.external, check.rest_code.as_str(), &check.external_check, new),
            }
        }
        Payload::ReturnCheck(check) => {
            // The purchase's own rows carry the same marks; they were there before.
            let may_be = row.kind == TransactionKind::Return || new;
            match row.external.check_guid {
                Some(guid) if guid == check.check_guid && may_be => Mark::Ours,
                Some(_) => Mark::Theirs,
                None => by_number(&row.external, check.rest_code.as_str(), &check.external_check, new),
            }
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => Mark::None,
    }
}

/// An outside number may come again after a return: only a new row is ours by it.
fn by_number(row: &ExternalRef, rest: &str, number: &str, new: bool) -> Mark {
    match row.external_check.as_deref() {
        None => Mark::None,
        Some(told) if told == number && row.rest_code.as_deref().is_none_or(|told| told == rest) && new => Mark::Ours,
        Some(_) => Mark::Theirs,
    }
}

/// The first short id in a comment, of whatever operation: its eight hex digits.
fn short_id(comment: &str) -> Option<&str> {
    comment.split('#').skip(1).filter_map(|rest| rest.get(..8)).find(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

impl Engine {
    /// The moment a row tells; local time is taken as the office's.
    pub fn moment(&self, row: &Transaction) -> Timestamp {
        row.at
            .instant
            .or_else(|| row.at.local.to_zoned_datetime(self.policy.time_zone.clone()).ok().map(|z| z.timestamp()))
            .unwrap_or(Timestamp::MIN)
    }

    /// The newest rows of an account.
    pub async fn newest_rows(&self, account: &AccountId, count: u32) -> Result<Listing, Error> {
        if self.loyalty.unsupported(Method::LastTransactions).is_none() {
            let last = self.loyalty.last_transactions(account, count).await?;
            let reach = if last.complete { Reach::All } else { Reach::Newest };
            return Ok(Listing { rows: keyed(account, last.rows), reach });
        }
        // The border of the server's day may be moved, and its clock may be ahead: a day more on either side.
        let now = self.host.now() + self.loyalty.clock_offset().unwrap_or_default();
        let today = now.to_zoned_datetime(self.policy.time_zone.clone()).date();
        let (from, to) =
            (today.saturating_sub(jiff::Span::new().days(3)), today.saturating_add(jiff::Span::new().days(1)));
        let period = Period::new(from, to).map_err(|error| {
            Error::new(probonus::ErrorKind::InvalidRequest, probonus::Delivery::NotSent).with_detail(error.to_string())
        })?;
        let rows = self.loyalty.transactions(account, period).await?;
        Ok(Listing { rows: keyed(account, rows), reach: Reach::Since(from) })
    }

    /// The rows of an account back to before something was sent; and whether they do reach back.
    pub async fn rows_since(&self, account: &AccountId, sent: &Sent) -> Result<(Listing, bool), Error> {
        let mut count = LOOK_ROWS;
        loop {
            let listing = self.newest_rows(account, count).await?;
            let reached = sent.is_reached_by(&listing, self);
            if reached || count >= LOOK_ROWS_MAX || self.loyalty.unsupported(Method::LastTransactions).is_some() {
                return Ok((listing, reached));
            }
            count = (count * 4).min(LOOK_ROWS_MAX);
        }
    }
}
