//! The balance watch: after each money operation the balance is read again, and what changed is held against what was
//! sent. What other transactions of the account explain (the POS is at work meanwhile) is taken off first. A surprise
//! halts the whole queue: it is better to stop at the first wrong hundred than to find out in a month.

use std::ops::{Bound, RangeBounds as _};

use jiff::{Timestamp, civil::DateTime};
use probonus::{Delivery, Error, ErrorKind, Kopecks, TransactionKind};
use tokio::time::Instant;

use crate::{
    defect::Defect,
    dispatch::is_not_now,
    engine::Engine,
    event::{Event, EventRecord, Evidence, MatchedEntry},
    gate::{Capability, UnitConfidence},
    intake::is_silent,
    journal::JournalError,
    money,
    operation::{BalanceVerification, Operation, Payload},
    queue::{Halt, HaltCause},
    rows::{Listing, Mark, Row, Sent, mark},
};

/// What was read after an operation.
struct Reading {
    after: Kopecks,
    /// What others did to the balance in between; `None`: the rows were not read.
    explained: Option<Kopecks>,
    /// The operation's own rows, by their marks or else by their sums: the first of them, and what all of them moved.
    ours: Option<(MatchedEntry, Option<Kopecks>)>,
    /// Another row without marks is just like one of them: it may be ours a second time.
    has_twin: bool,
}

impl Engine {
    /// Reads the balance after a confirmed operation, and halts the queue if it surprises. The caller holds the lane.
    pub async fn watch(&self, operation: Operation) -> Result<Operation, JournalError> {
        self.watch_with(operation, false).await
    }

    /// The same some time after: one reading, and only the account's rows since say whether it surprises. The caller
    /// holds the lane.
    pub async fn watch_late(&self, operation: Operation) -> Result<Operation, JournalError> {
        self.watch_with(operation, true).await
    }

    async fn watch_with(&self, operation: Operation, late: bool) -> Result<Operation, JournalError> {
        let Some(account) = operation.subject.account.clone() else { return Ok(operation) };
        if self.policy.broken(Defect::WatchOff) {
            self.gate.set_trust(&*self.journal, UnitConfidence::Proven).await?;
            return Ok(operation);
        }
        let effect = self.effect(&operation.payload).await?;
        let sent = Sent::to_watch(&self.journal.story(operation.id).await?);
        // The rows since the first attempt that may have arrived explain what changed since then, not since the last one.
        let before = sent.as_ref().map_or(operation.balance.before, |sent| sent.before);
        let expected = before.zip(effect).and_then(|(before, effect)| before.checked_add(effect));

        let mut last = None;
        let reads = if late { 1 } else { self.policy.watch_reads.max(1) };
        for read in 0..reads {
            if read > 0 {
                // The POS may have been between two of our reads, or the server needs a moment.
                tokio::time::sleep(self.policy.watch_pause).await;
            }
            match self.read_after(&operation, &account, expected, sent.as_ref()).await {
                Ok(None) => {}
                Ok(Some((after, listing))) => {
                    let reading = match (&sent, listing) {
                        (Some(sent), Some(listing)) => {
                            self.explain(&operation, &account, (before, expected, after), sent, &listing).await?
                        }
                        _ => Reading { after, explained: None, ours: None, has_twin: false },
                    };
                    let fits = fits(expected, &reading);
                    last = Some(reading);
                    if fits {
                        break;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, operation = %operation.id, "the balance could not be read after the operation");
                }
            }
        }
        let Some(reading) = last else { return Ok(operation) };
        if late && reading.explained.is_none() && expected.is_some_and(|expected| expected != reading.after) {
            // Much may have happened since, and what it was can't be read now.
            return Ok(operation);
        }

        let operation = self.claim_row(operation, &reading).await?;
        let told = reading.ours.as_ref().and_then(|(_, moved)| *moved);
        let mut balance =
            BalanceVerification { before, expected, after: Some(reading.after), explained: reading.explained };
        // Nothing was read before, and nobody told when it was done: what others did since can't be told from what they did
        // before. But the operation's own row says that it did what was sent, so the rest is theirs, unless a second such
        // row stands beside it.
        let is_blind = sent.as_ref().is_some_and(|sent| sent.seen.is_none() && !sent.answered);
        if is_blind && told.is_some() && told == effect && !reading.has_twin {
            balance.explained = expected.and_then(|expected| reading.after.checked_sub(expected));
        }
        let surprise = surprise(&operation.payload, effect, &balance, told);
        let operation = self.append(&operation, Event::BalanceRead { balance, mismatch: surprise.is_some() }).await?;
        match (surprise, effect) {
            (Some((cause, changed)), Some(sent)) => {
                let halt = Halt { operation: operation.id, at: self.host.now(), cause, sent, changed, balance };
                tracing::error!(operation = %operation.id, ?cause, "the balance surprised: the queue is halted");
                self.gate.close(&*self.journal, halt).await?;
                self.tell_queue().await;
            }
            _ if self.gate.trust() == UnitConfidence::Canary(operation.id) => {
                // Without a balance before, nothing was learned: the next refill is the first again.
                let trust = if expected.is_some() { UnitConfidence::Proven } else { UnitConfidence::Unproven };
                self.gate.set_trust(&*self.journal, trust).await?;
                self.shelf().release_held(Instant::now());
                self.wake.notify_one();
                self.tell_queue().await;
            }
            _ => {}
        }
        Ok(operation)
    }

    /// The balance, and the account's rows with it where they have to be asked; `None`: the server tells no balance.
    async fn read_after(
        &self,
        operation: &Operation,
        account: &probonus::AccountId,
        expected: Option<Kopecks>,
        sent: Option<&Sent>,
    ) -> Result<Option<(Kopecks, Option<Listing>)>, Error> {
        let phone = operation.subject.phone.as_ref();
        let Some(after) = self.read_balance(account, phone).await? else { return Ok(None) };
        let (Some(sent), true) = (sent, money::is_money(&operation.payload)) else { return Ok(Some((after, None))) };
        let learned = Capability::of(operation.payload.kind()).is_none_or(|sight| self.gate.sees(sight));
        if learned && (expected.is_none() || expected == Some(after)) {
            return Ok(Some((after, None)));
        }
        match self.read_standing(account, phone, Some(after), money::Rows::Since(sent)).await {
            (balance, Ok(listing)) => Ok(balance?.map(|after| (after, Some(listing)))),
            // It listed them before, or will: this reading is no reading, and is made again.
            (_, Err(error)) if sent.seen.is_some() || passes(&error) => Err(error),
            // Some servers never list rows: the balance alone must do.
            (_, Err(error)) => {
                tracing::debug!(%error, "the rows after the operation could not be read");
                Ok(Some((after, None)))
            }
        }
    }

    /// What the rows after an operation tell: which of them are its own, and what the others explain.
    async fn explain(
        &self,
        operation: &Operation,
        account: &probonus::AccountId,
        (before, expected, after): (Option<Kopecks>, Option<Kopecks>, Kopecks),
        sent: &Sent,
        listing: &Listing,
    ) -> Result<Reading, JournalError> {
        let mut sent = sent.clone();
        if sent.seen.is_none()
            && let Some(own) = listing.rows.iter().find(|row| is_marked_alone(operation, row))
        {
            sent.set_clock_by(own, self);
        }
        let mut news: Vec<&Row> = Vec::new();
        for row in listing.rows.iter().filter(|row| sent.is_new(row, self)) {
            // Where nothing was read before, rows of just before look new: of some it is known whose they are, and since when.
            if sent.seen.is_some() || !self.was_there_before(row, operation, sent.at).await? {
                news.push(row);
            }
        }
        let by_marks = sent.tells_by_marks(&operation.payload);
        let ours: Vec<&Row> = news
            .iter()
            .copied()
            .filter(|row| mark(operation.id, &operation.payload, &row.told, by_marks) == Mark::Ours)
            .collect();
        let change = expected.zip(before).and_then(|(expected, before)| expected.checked_sub(before));
        // Without a mark, rows of the right sums are taken for ours: what is left then explains itself or not.
        let unmarked = if ours.is_empty() { unmarked(&operation.payload, change, &news) } else { Vec::new() };
        // Where rows carry no marks, a twin of ours is more likely ours a second time than anybody else's: it explains
        // nothing.
        let is_twin =
            |row: &Row| unmarked.iter().any(|ours| row.told.sum == ours.told.sum && row.told.kind == ours.told.kind);
        let is_ours = |row: &Row| ours.iter().any(|ours| ours.key == row.key) || is_twin(row);
        let sum_of = |is_counted: &dyn Fn(&Row) -> bool| {
            let mut counted = news.iter().filter(|row| !is_ours(row) && is_counted(row));
            counted.try_fold(Kopecks::ZERO, |sum, row| sum.checked_add(row.told.sum))
        };
        let explains = |sum: &Kopecks| expected.and_then(|expected| expected.checked_add(*sum)) == Some(after);
        let own = if ours.is_empty() { &unmarked } else { &ours };
        let all = sum_of(&|_| true);
        let explained = if sent.seen.is_some() {
            all
        } else {
            // Rows of just before are among them: the clocks may tell them apart, or the operation's own row.
            let by_clocks = sum_of(&|row| sent.is_surely_after(row, self));
            let by_moment =
                cuts(own, &news).into_iter().filter_map(|cut| sum_of(&|row| cut.contains(&row.told.at.local)));
            by_clocks.into_iter().chain(by_moment).find(explains).or(all)
        };
        let has_twin = news.iter().filter(|row| is_ours(row)).count() > own.len();
        let moved = own.iter().try_fold(Kopecks::ZERO, |sum, row| sum.checked_add(row.told.sum));
        let ours = own.first().map(|row| (row.found(account, unmarked.is_empty()), moved));
        Ok(Reading { after, explained, ours, has_twin })
    }

    /// Whether a row proves another operation, and was known to before `moment`.
    async fn was_there_before(
        &self,
        row: &Row,
        operation: &Operation,
        moment: Timestamp,
    ) -> Result<bool, JournalError> {
        let Some(owner) = self.journal.proves(&row.key).await? else { return Ok(false) };
        // What was prepared later went later: the account's order tells, of the same moment and of a clock that was set back.
        if !self.journal.precedes(owner, operation.id).await? {
            return Ok(false);
        }
        let proven = |record: &EventRecord| {
            record.at <= moment
                && match &record.event {
                    Event::Confirmed { proof, .. } => proof.as_ref() == Some(&row.key),
                    Event::Reconciled { found, .. } | Event::Decided { found, .. } => {
                        found.as_ref().is_some_and(|found| found.proof == row.key)
                    }
                    Event::Probed { evidence: Evidence::Found(found) } => found.proof == row.key,
                    _ => false,
                }
        };
        Ok(self.journal.story(owner).await?.iter().any(proven))
    }

    /// Keeps the row that the operation made, so that no other is ever proven by it; and learns that such rows are seen.
    async fn claim_row(&self, operation: Operation, reading: &Reading) -> Result<Operation, JournalError> {
        let Some((found, _)) = &reading.ours else { return Ok(operation) };
        if found.exact
            && let Some(sight) = Capability::of(operation.payload.kind())
        {
            self.gate.learn(&*self.journal, sight).await?;
        }
        if operation.proof.is_some() || self.journal.proves(&found.proof).await?.is_some() {
            return Ok(operation);
        }
        self.append(&operation, Event::Probed { evidence: Evidence::Found(found.clone()) }).await
    }
}

/// Whether a row carries a mark that no other operation's row can carry, whenever it was made.
fn is_marked_alone(operation: &Operation, row: &Row) -> bool {
    // The rows of a purchase and of its return carry the same marks: they differ in kind, or not at all.
    let is_return = matches!(operation.payload, Payload::ReturnCheck(_));
    is_return == (row.told.kind == TransactionKind::Return)
        && mark(operation.id, &operation.payload, &row.told, false) == Mark::Ours
}

/// Since when, by the server's own clock, rows may be missing in a balance that was read before an operation: what is later
/// than its own row came after; what is not, is in that balance up to some moment and not from then on. The latest first.
fn cuts(own: &[&Row], news: &[&Row]) -> Vec<(Bound<DateTime>, Bound<DateTime>)> {
    let at = |row: &&Row| row.told.at.local;
    let Some(made) = own.iter().map(at).min() else { return Vec::new() };
    let mut moments: Vec<DateTime> = news.iter().map(at).filter(|moment| *moment <= made).collect();
    moments.sort_unstable_by(|a, b| b.cmp(a));
    moments.dedup();
    let starts = std::iter::once(Bound::Excluded(made)).chain(moments.into_iter().map(Bound::Included));
    starts.map(|start| (start, Bound::Unbounded)).collect()
}

/// The new rows that an operation may have made where rows carry no marks: one that moved as much as was sent, or the two
/// of a purchase that was paid with bonuses and accrued some.
fn unmarked<'r>(payload: &Payload, change: Option<Kopecks>, news: &[&'r Row]) -> Vec<&'r Row> {
    let of_sum = |sum: Kopecks| news.iter().copied().find(|row| row.told.sum == sum);
    let pair = match payload {
        // Two of just these sums are less likely a till's than one of their difference.
        Payload::RegisterCheck(check) if check.bonus_accrued.is_positive() && check.bonus_spent.is_positive() => {
            of_sum(check.bonus_accrued).zip(of_sum(check.bonus_spent.negated()))
        }
        _ => None,
    };
    match pair {
        Some((accrued, spent)) => vec![accrued, spent],
        None => change.and_then(of_sum).into_iter().collect(),
    }
}

/// Whether a failure says nothing of whether the server lists rows at all: it passes. One that always fails there does not.
fn passes(error: &Error) -> bool {
    let is_impossible = matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest);
    // Not even the session could be opened: the rows were not asked for.
    let was_not_asked = error.delivery() == Delivery::NotSent && !is_impossible;
    was_not_asked || is_not_now(error) || (is_silent(error) && error.kind() != ErrorKind::ServerFault)
}

/// Whether a reading leaves nothing to wonder about.
fn fits(expected: Option<Kopecks>, reading: &Reading) -> bool {
    let Some(expected) = expected else { return true };
    expected.checked_add(reading.explained.unwrap_or_default()) == Some(reading.after) || expected == reading.after
}

/// What is wrong with a balance, and by how much it changed without what others explain. `told`: what the operation's own
/// rows tell that they moved.
fn surprise(
    payload: &Payload,
    effect: Option<Kopecks>,
    balance: &BalanceVerification,
    told: Option<Kopecks>,
) -> Option<(HaltCause, Kopecks)> {
    let (effect, before, expected, after) = (effect?, balance.before?, balance.expected?, balance.after?);
    let explained = balance.explained.unwrap_or_default();
    if expected == after || expected.checked_add(explained) == Some(after) {
        return None;
    }
    let changed = after.checked_sub(before)?.checked_sub(explained)?;
    match payload {
        // The server says itself what it could undo: bonuses that burnt or were spent meanwhile can't come back.
        Payload::ReturnCheck(_) if told == Some(changed) && !is_hundredfold(effect, changed) => return None,
        // A deferred accrual: the row is there, the balance will follow.
        Payload::RegisterCheck(_) if told.is_some_and(|told| told == effect) && changed == Kopecks::ZERO => {
            return None;
        }
        _ => {}
    }
    Some((cause(effect, changed), changed))
}

fn cause(sent: Kopecks, changed: Kopecks) -> HaltCause {
    if changed == Kopecks::ZERO {
        HaltCause::NoChange
    } else if is_hundredfold(sent, changed) {
        HaltCause::FactorHundred
    } else if sent != Kopecks::ZERO && (sent.get() < 0) != (changed.get() < 0) {
        HaltCause::WrongSign
    } else {
        HaltCause::Mismatch
    }
}

pub fn is_hundredfold(sent: Kopecks, changed: Kopecks) -> bool {
    let hundred = |sum: Kopecks| sum.get().checked_mul(100);
    sent != Kopecks::ZERO && (hundred(sent) == Some(changed.get()) || hundred(changed) == Some(sent.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kop(kopecks: i64) -> Kopecks {
        Kopecks::new(kopecks).expect("in range")
    }

    #[test]
    fn a_surprise_has_its_name() {
        for (sent, changed, expected) in [
            (10_000, 1_000_000, HaltCause::FactorHundred),
            (10_000, 100, HaltCause::FactorHundred),
            (-10_000, -100, HaltCause::FactorHundred),
            (10_000, -10_000, HaltCause::WrongSign),
            (-500, 500, HaltCause::WrongSign),
            (10_000, 0, HaltCause::NoChange),
            (10_000, 20_000, HaltCause::Mismatch),
            (0, 5, HaltCause::Mismatch),
        ] {
            assert_eq!(cause(kop(sent), kop(changed)), expected, "{sent} sent, {changed} changed");
        }
    }
}
