//! Splits the entries that are new since an operation was sent into its own entries and those of others.

use jiff::{Timestamp, civil::DateTime};
use probonus::{AccountId, Kopecks, TransactionKind};

use crate::{
    core::engine::Engine,
    ledger::{
        effect::undone_by,
        entry::{LedgerEntry, same_sum_and_kind},
        judged::judged_not_own,
        listing::Listing,
        sent_attempt::SentAttempt,
    },
    model::{
        event::{Event, EventRecord},
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        kinds::{Marker, Parts, short_id::names_another},
        operation::Operation,
        payload::Payload,
    },
    verify::expectation::Expectation,
};

/// A balance read after an operation, and what the account's entries say about it.
pub(crate) struct Reading {
    /// The balance, kopecks.
    pub after: Kopecks,
    /// What entries of others moved since the balance before was read, kopecks; `None`: no entries were read, or the sum is more
    /// than an account can hold.
    pub explained: Option<Kopecks>,
    /// The operation's own entries; `None`: no entry can be taken for its own.
    pub own: Option<OwnSummary>,
    /// The entries that were read.
    pub listing: Option<Listing>,
    /// Whether a cache answered, not the server.
    pub is_cached: bool,
}

impl Reading {
    /// A balance that no entry explains.
    pub const fn of_balance(after: Kopecks) -> Self {
        Self { after, explained: None, own: None, listing: None, is_cached: false }
    }
}

/// What the operation's own entries show.
pub(crate) struct OwnSummary {
    /// The first of them.
    pub first: MatchedEntry,
    /// What all of them moved, kopecks; `None`: more than an account can hold.
    pub moved: Option<Kopecks>,
    /// What waiting accruals among them will add, kopecks; `None`: more than an account can hold.
    pub waits: Option<Kopecks>,
    /// All of them.
    pub entries: Vec<LedgerEntry>,
    /// Whether a further new entry has the same sum and kind: the operation may have been applied twice.
    pub has_twin: bool,
}

/// Splits the new entries into the operation's own and those of others, and sums up the latter.
///
/// Example: 500.00 before, a refill of 100.00, 750.00 after. New entries are the refill's own (+100.00) and an accrual of the
/// POS (+150.00). Then `explained` is 150.00, and 500.00 + 100.00 + 150.00 is the balance that was read.
///
/// Without a pre-send snapshot some "new" entries may already be part of the balance before. Then the entries are split by
/// time, and only those after the split count. The first split that makes the sum fit is taken, in this order:
///
/// | expected change | splits tried |
/// |---|---|
/// | the whole effect | by our clock, then [`candidate_read_times`] |
/// | the effect without the accrual that may wait | the same |
///
/// If no split fits, all entries count, and the difference is reported as it is.
pub async fn explain(
    engine: &Engine,
    operation: &Operation,
    account: &AccountId,
    expectation: &Expectation,
    sent: &SentAttempt,
    (after, listing): (Kopecks, &Listing),
) -> Result<Reading, JournalError> {
    let zone = &engine.policy.time_zone;
    let mut sent = sent.clone();
    if sent.snapshot.is_none()
        && let Some(own) = listing.entries.iter().find(|entry| has_marker_of_its_own(operation, entry))
    {
        sent.learn_local_time_shift(own, zone);
    }
    let new_entries = new_entries(engine, operation, &sent, listing).await?;
    let purchase = undone_by(&*engine.journal, operation).await?;
    let judged = judged_not_own(&*engine.journal, operation, purchase).await?;
    let candidates = without_entries_of_others(engine, operation, purchase, &new_entries).await?;
    let candidates: Vec<&LedgerEntry> = candidates.into_iter().filter(|entry| !judged.contains(&entry.key)).collect();
    let own = OwnEntries::among(&candidates, operation, &sent, expectation);
    let is_candidate = |entry: &LedgerEntry| candidates.iter().any(|candidate| candidate.key == entry.key);
    let is_own = |entry: &&LedgerEntry| is_candidate(entry) && own.includes(entry);
    let others: Vec<&LedgerEntry> = new_entries.iter().copied().filter(|entry| !is_own(entry)).collect();

    let all = sum_of(others.iter().copied());
    let explained = if sent.snapshot.is_some() {
        all
    } else {
        let by_our_clock = sum_of(others.iter().copied().filter(|entry| sent.is_surely_after(entry, zone)));
        let split_at = |read: CandidateReadTime| {
            sum_of(others.iter().copied().filter(|entry| read.is_before(entry.transaction.at.local)))
        };
        let fits = |expectation: &Expectation, latest: Option<DateTime>| {
            let by_server_clock = candidate_read_times(latest, &new_entries).into_iter().filter_map(split_at);
            by_our_clock.into_iter().chain(by_server_clock).find(|sum| expectation.equals(after, *sum))
        };
        let made = own.entries.iter().map(|entry| entry.transaction.at.local).min();
        // An accrual that waits may have no entry yet. Then the send may lie before or after any of the entries.
        let latest = made.or_else(|| new_entries.iter().map(|entry| entry.transaction.at.local).max());
        let waiting = expectation.while_waiting();
        fits(expectation, made).or_else(|| fits(waiting.as_ref()?, latest)).or(all)
    };
    let has_twin = new_entries.len() - others.len() > own.entries.len();
    Ok(Reading { after, explained, own: own.summary(account, has_twin), listing: None, is_cached: false })
}

/// The sum of entries, kopecks; `None`: more than an account can hold.
fn sum_of<'e>(entries: impl IntoIterator<Item = &'e LedgerEntry>) -> Option<Kopecks> {
    entries.into_iter().try_fold(Kopecks::ZERO, |sum, entry| sum.checked_add(entry.transaction.moved()))
}

/// The entries that were made after the operation was sent, as far as snapshot or clock can tell; see [`SentAttempt::is_new`].
///
/// Without a pre-send snapshot, entries of the minutes before look new as well. An entry is left out if the journal knew
/// before the send that it proves an earlier operation.
async fn new_entries<'l>(
    engine: &Engine,
    operation: &Operation,
    sent: &SentAttempt,
    listing: &'l Listing,
) -> Result<Vec<&'l LedgerEntry>, JournalError> {
    let mut new_entries = Vec::new();
    for entry in listing.entries.iter().filter(|entry| sent.is_new(entry, &engine.policy.time_zone)) {
        if sent.snapshot.is_some() || !proved_an_earlier_operation(engine, entry, operation, sent.at).await? {
            new_entries.push(entry);
        }
    }
    Ok(new_entries)
}

/// The entries that are not another operation's.
///
/// | entry | whose |
/// |---|---|
/// | shows the short id or the GUID of another operation | that one's. Example: a purchase spends 2.00 and was not applied; the payment of 2.00 with the GUID of the next one is not its own |
/// | is no return, and has a sum of the purchase that a return undoes | the purchase's. A snapshot of an old copy lacks it, so it looks new |
async fn without_entries_of_others<'l>(
    engine: &Engine,
    operation: &Operation,
    purchase: Option<Parts>,
    entries: &[&'l LedgerEntry],
) -> Result<Vec<&'l LedgerEntry>, JournalError> {
    let mut candidates = Vec::new();
    for entry in entries {
        let is_of_other = is_of_purchase(purchase, entry)
            || names_another(operation.id, entry.transaction.comment.as_deref())
            || match entry.transaction.external.check_guid.filter(|guid| operation.payload.check_guid() != Some(*guid))
            {
                Some(guid) => engine.journal.by_guid(guid).await?.is_some(),
                None => false,
            };
        if !is_of_other {
            candidates.push(*entry);
        }
    }
    Ok(candidates)
}

/// Whether an entry is the purchase's that a return undoes, and not the return's own. If both could have made it, it is the return's.
fn is_of_purchase(purchase: Option<Parts>, entry: &LedgerEntry) -> bool {
    let (sum, is_return) = (entry.transaction.sum, entry.transaction.kind == TransactionKind::Return);
    let is_of = |parts: Parts| parts.may_be_listed_as(sum) && !parts.reversed().may_be_listed_as(sum);
    !is_return && purchase.is_some_and(is_of)
}

/// Whether an entry proved an operation that was prepared before this one, and the journal knew so by `moment`.
///
/// Time alone is not enough: our clock may have been set back, and two operations may share a moment. So the order of
/// preparation is compared as well.
async fn proved_an_earlier_operation(
    engine: &Engine,
    entry: &LedgerEntry,
    operation: &Operation,
    moment: Timestamp,
) -> Result<bool, JournalError> {
    let Some(owner) = engine.journal.proves(&engine.policy.server, &entry.key).await? else { return Ok(false) };
    if !engine.journal.precedes(owner, operation.id).await? {
        return Ok(false);
    }
    let story = engine.journal.story(owner).await?;
    Ok(story.iter().any(|record| record.at <= moment && is_proven_in(record, &entry.key)))
}

/// Whether an event proves its operation by the entry with this key.
fn is_proven_in(record: &EventRecord, key: &str) -> bool {
    match &record.event {
        Event::Confirmed { proof, .. } => proof.as_deref() == Some(key),
        Event::Reconciled { found, .. } | Event::Decided { found, .. } => {
            found.as_ref().is_some_and(|found| found.proof == key)
        }
        Event::Probed { evidence: Evidence::Found(found) } => found.proof == key,
        _ => false,
    }
}

/// Whether an entry is surely the operation's, whenever it was made: it carries a marker that no other operation can have.
///
/// A purchase and its return share their GUID. So the entry's kind must fit as well: return for a return, anything else for
/// a purchase.
fn has_marker_of_its_own(operation: &Operation, entry: &LedgerEntry) -> bool {
    let rules = operation.payload.rules();
    rules.may_show_as(entry.transaction.kind) && rules.marker(operation.id, &entry.transaction, false) == Marker::Ours
}

/// The operation's own entries among the new ones.
struct OwnEntries<'e> {
    entries: Vec<&'e LedgerEntry>,
    /// Whether they were found by the operation's marker, and not by their sums.
    by_marker: bool,
}

impl<'e> OwnEntries<'e> {
    /// The entries with the operation's marker; if there are none, the one that the answer named; else those of the right sums.
    fn among(
        new_entries: &[&'e LedgerEntry],
        operation: &Operation,
        sent: &SentAttempt,
        expectation: &Expectation,
    ) -> Self {
        let is_new = sent.is_proven_by_marker(&operation.payload);
        let has_our_marker = |entry: &&LedgerEntry| {
            operation.payload.rules().marker(operation.id, &entry.transaction, is_new) == Marker::Ours
        };
        let marked: Vec<&LedgerEntry> = new_entries.iter().copied().filter(has_our_marker).collect();
        if marked.is_empty() {
            let entries = match named_by_answer(operation, new_entries) {
                Some(named) => vec![named],
                None => entries_of_its_sums(&operation.payload, expectation, new_entries),
            };
            Self { entries, by_marker: false }
        } else {
            Self { entries: marked, by_marker: true }
        }
    }

    /// Whether an entry counts as the operation's own, so that it explains nothing.
    ///
    /// Without markers, every new entry with the sum and kind of an own one counts: that the operation was applied twice is
    /// likelier than that the POS moved the same sum. Example: two new refills of 100.00 after we sent one explain nothing.
    fn includes(&self, entry: &LedgerEntry) -> bool {
        if self.by_marker {
            self.entries.iter().any(|own| own.key == entry.key)
        } else {
            self.entries.iter().any(|own| same_sum_and_kind(own, entry))
        }
    }

    fn summary(&self, account: &AccountId, has_twin: bool) -> Option<OwnSummary> {
        let first = self.entries.first()?.matched(account, self.by_marker);
        let waiting = self.entries.iter().filter(|entry| entry.transaction.kind == TransactionKind::Waiting);
        let waits = waiting.into_iter().try_fold(Kopecks::ZERO, |sum, entry| sum.checked_add(entry.transaction.sum));
        let moved = sum_of(self.entries.iter().copied());
        let entries = self.entries.iter().copied().cloned().collect();
        Some(OwnSummary { first, moved, waits, entries, has_twin })
    }
}

/// The entry of a refill that the server's answer named, whatever its sum. A refill makes one entry; of a purchase the answer may name
/// one of two.
///
/// Example: a server without markers counts a refill of 10.00 a hundredfold, and a POS refills 10.00 as well. The entry of 1 000.00 is
/// ours, not the POS's.
fn named_by_answer<'e>(operation: &Operation, new_entries: &[&'e LedgerEntry]) -> Option<&'e LedgerEntry> {
    let proof = operation.proof.as_ref().filter(|_| operation.payload.rules().proves_unit())?;
    new_entries.iter().copied().find(|entry| entry.key == *proof)
}

/// The new entries that the operation may have made, by their sums.
///
/// | operation | entries taken |
/// |---|---|
/// | purchase that accrues 30.00 and spends 50.00 | +30.00 and −50.00, if both are there |
/// | the same, if not both are there | one of −20.00 |
/// | the same, if there is none of −20.00 either: the accrual may wait | one of −50.00 |
/// | any other | one of the expected change |
///
/// Two entries come before one of the net sum: a POS often writes an entry of that net sum, hardly ever both exact parts.
/// An entry of a net sum is looked for only if the balance before is known.
fn entries_of_its_sums<'e>(
    payload: &Payload,
    expectation: &Expectation,
    new_entries: &[&'e LedgerEntry],
) -> Vec<&'e LedgerEntry> {
    let with_sum = |sum: Kopecks| new_entries.iter().copied().find(|entry| entry.transaction.sum == sum);
    let two_sums = payload.rules().sums_of_two_entries();
    let accrual_and_payment = two_sums.and_then(|[accrued, spent]| with_sum(accrued).zip(with_sum(spent)));
    match accrual_and_payment {
        Some((accrual, payment)) => vec![accrual, payment],
        None => {
            let while_waiting = expectation.while_waiting().and_then(|waiting| waiting.change());
            let change = expectation.change().and_then(with_sum);
            change
                .or_else(|| while_waiting.filter(|sum| *sum != Kopecks::ZERO).and_then(with_sum))
                .into_iter()
                .collect()
        }
    }
}

/// A moment, by the server's clock, at which the balance before the send may have been read. Entries made after it are not
/// part of that balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CandidateReadTime {
    /// After all entries of this second.
    After(DateTime),
    /// Before all entries of this second.
    Before(DateTime),
}

impl CandidateReadTime {
    /// Whether the balance was read before an entry of `time` was made.
    fn is_before(self, time: DateTime) -> bool {
        match self {
            Self::After(read) => time > read,
            Self::Before(read) => time >= read,
        }
    }
}

/// The moments at which the balance before the send may have been read, newest first. Only the server's clock is used, so an
/// error of ours does not matter. `latest`: the latest possible moment, when the operation's own entry was made.
///
/// Example: own entry at 12:00:05, others at 12:00:03 and 12:00:01. Candidates are: after 05, before 05, before 03, before 01.
/// The balance was read before our own entry was made, so no later moment is possible. Entries of one second have no order,
/// so a second is either wholly before or wholly after.
fn candidate_read_times(latest: Option<DateTime>, new_entries: &[&LedgerEntry]) -> Vec<CandidateReadTime> {
    let Some(latest) = latest else { return Vec::new() };
    let times = new_entries.iter().map(|entry| entry.transaction.at.local);
    let mut times: Vec<DateTime> = times.filter(|time| *time <= latest).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.dedup();
    std::iter::once(CandidateReadTime::After(latest)).chain(times.into_iter().map(CandidateReadTime::Before)).collect()
}
