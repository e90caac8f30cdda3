//! The balance in detail: the total, parts that burn, parts that never do, and accruals that wait.

use jiff::Timestamp;
use serde_json::Value;

use super::burning::{Burns, burns, tells_when, tells_when_by_itself};
use crate::{
    Error, Kopecks, Method,
    binding::Binding,
    codec::{
        answer::{Opened, open},
        phrases::waits,
        read::{Context, Record},
        values::blank,
        wire::WireAnswer,
    },
    contract::Field,
    model::{BalanceDetail, Burning, WaitingAccrual},
};

/// A part of a balance, and where it stands.
type Part<'a> = (String, &'a Value);

/// The answer of `accounts/get_balance_extended`. If it has parts but no total, the balance is `None`: there may be other parts,
/// and the caller reads the guest's record. A part that begins to count after `now` waits, whatever list it is in.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens); an answer that tells neither a total nor a part is unreadable.
pub fn decode_balance(binding: &Binding, now: Timestamp, answer: &WireAnswer) -> Result<BalanceDetail, Error> {
    let method = Method::BalanceExtended;
    let context = Context::new(binding, method, answer.status);
    let (at, value) = match open(binding, method, answer)? {
        Opened::Nothing => return Err(context.unreadable("", "the answer has no balance")),
        Opened::Payload(at, value) => (at, value),
    };
    let mut read = Reading { context: &context, now, detail: BalanceDetail::default(), is_by_day: false };
    match &value {
        Value::Array(list) if list.len() != 1 || is_part(&context, &at, &list[0]) => {
            let parts = list.iter().enumerate().map(|(nth, part)| (format!("{at}/{nth}"), part));
            read.detail.tells_burning = true;
            read.burning_parts(parts.collect())?;
        }
        Value::Array(list) => read.record(format!("{at}/0"), &list[0])?,
        record => read.record(at.clone(), record)?,
    }
    let mut detail = read.detail;
    let sums = [detail.never_burns, detail.undated];
    let tells_parts = !detail.burning.is_empty() || !detail.waiting.is_empty() || sums.iter().any(Option::is_some);
    detail.tells_burning |= !detail.burning.is_empty() || sums.iter().any(Option::is_some);
    if detail.balance.is_none() && !tells_parts {
        return Err(context.unreadable(&at, "the answer has no balance"));
    }
    detail.burning.sort_by_key(|part| part.date);
    detail.waiting.sort_by_key(|part| part.from);
    Ok(BalanceDetail { raw: value, ..detail })
}

/// Whether the only record of a list is a part that burns: it has a date, and no field that is plainly named a balance.
fn is_part(context: &Context<'_>, at: &str, value: &Value) -> bool {
    let record = Record::new(context, format!("{at}/0"), value);
    record.is_ok_and(|record| tells_when(&record) && !record.names(Field::Balance))
}

struct Reading<'a> {
    context: &'a Context<'a>,
    /// Now, by the server's clock.
    now: Timestamp,
    detail: BalanceDetail,
    /// Whether a part was found to wait because the day from which it counts is to come.
    is_by_day: bool,
}

impl Reading<'_> {
    fn record(&mut self, at: String, value: &Value) -> Result<(), Error> {
        let record = Record::new(self.context, at.clone(), value)?;
        let inner = record.inner(&["balance", "account", "bonus"]);
        // A record with a date may itself be a part. Its sum is the balance only if the key plainly says so.
        let of_a_part = tells_when_by_itself(&record);
        self.detail.balance = match record.money(Field::Balance)? {
            Some(balance) => Some(balance).filter(|_| !of_a_part || record.names(Field::Balance)),
            None => inner.money(Field::Balance)?,
        };
        let is_zero = inner.is_empty() && !of_a_part && record.leaves_zero_out(Field::Balance);
        self.detail.balance = self.detail.balance.or(is_zero.then_some(Kopecks::ZERO));
        let list = |field| [record.list(field), inner.list(field)].into_iter().find(|list| !list.is_empty());
        self.detail.tells_burning = [&record, &inner]
            .into_iter()
            .any(|of| of.names(Field::Burning) && of.find(Field::Burning).is_some() || list(Field::Burning).is_some());
        let tells = |field| [&record, &inner].into_iter().any(|of| of.names(field) && of.find(field).is_some());
        self.detail.tells_waiting = tells(Field::Waiting) || tells(Field::WaitingTotal);
        let burning = match list(Field::Burning) {
            Some(parts) => parts,
            None => match only_part(&record)? {
                parts if parts.is_empty() => only_part(&inner)?,
                parts => parts,
            },
        };
        // A record that is one part by itself: `{"sum": 500, "expires": "2026-12-31"}`.
        let itself = burning.is_empty() && self.detail.balance.is_none() && of_a_part;
        self.burning_parts(if itself { vec![(at, value)] } else { burning })?;
        let named = |field| if record.names(field) { record.money(field) } else { Ok(None) };
        if let Some(sum) = named(Field::NeverBurns)? {
            self.detail.never_burns = Some(together(&record, self.detail.never_burns, sum)?);
        }
        let waiting = list(Field::Waiting).unwrap_or_else(|| record.list_or_one(Field::Waiting));
        for (path, part) in waiting.into_iter().filter(|(_, part)| !blank(part)) {
            match record.of(path, part) {
                Ok(part) => self.waiting_part(&part)?,
                Err(_) => self.detail.unread_parts += 1,
            }
        }
        if let Some(sum) = record.strong_money(Field::WaitingSum).filter(|_| self.detail.waiting.is_empty()) {
            let from = if record.names(Field::WaitingFrom) { record.day(Field::WaitingFrom)? } else { None };
            self.detail.waiting.push(WaitingAccrual { from, sum });
        }
        self.rest_that_waits(&record, named(Field::WaitingTotal)?)
    }

    fn burning_parts(&mut self, parts: Vec<Part<'_>>) -> Result<(), Error> {
        for (path, part) in parts.into_iter().filter(|(_, part)| !blank(part)) {
            let Ok(part) = Record::new(self.context, path, part) else {
                self.detail.unread_parts += 1;
                continue;
            };
            self.burning_part(&part)?;
        }
        Ok(())
    }

    /// A part whose sum can't be read is counted, and a day that can't be read leaves it without one: the other parts are of use.
    fn burning_part(&mut self, part: &Record<'_>) -> Result<(), Error> {
        if part.plain(&["status", "state"]).is_some_and(|state| waits(&state)) {
            return self.waiting_part(part);
        }
        if self.counts_later(part) {
            self.is_by_day = true;
            return self.waiting_part(part);
        }
        let Ok(Some(sum)) = part.money(Field::BurnSum) else {
            self.detail.unread_parts += 1;
            return Ok(());
        };
        match burns(part, self.context.day_of(self.now)) {
            Burns::On(date) => self.detail.burning.push(Burning { date, sum }),
            Burns::Never => self.detail.never_burns = Some(together(part, self.detail.never_burns, sum)?),
            Burns::Sometime => self.detail.undated = Some(together(part, self.detail.undated, sum)?),
        }
        Ok(())
    }

    /// Whether a part begins to count on a later day: `{"amount": 120, "burns_at": "2027-03-01", "starts_at": "2026-12-05"}`.
    fn counts_later(&self, part: &Record<'_>) -> bool {
        let Some(start) = part.find(Field::WaitingFrom).filter(|_| part.names(Field::WaitingFrom)) else {
            return false;
        };
        // One key `date` may fit both fields. For a part that burns it is the end, not the start.
        if part.find(Field::BurnDate).is_some_and(|end| end.path() == start.path()) {
            return false;
        }
        let start = part.moment(Field::WaitingFrom).unwrap_or_default();
        start.is_some_and(|start| self.context.is_after(start, self.now))
    }

    fn waiting_part(&mut self, part: &Record<'_>) -> Result<(), Error> {
        // In the list of parts that burn, a waiting part has its sum under the name that all parts there have.
        let sum = [Field::WaitingSum, Field::BurnSum].into_iter().find_map(|field| part.money(field).transpose());
        match sum {
            Some(Ok(sum)) => {
                // A day that can't be read hides only itself: the part waits without one.
                let from = part.day(Field::WaitingFrom).unwrap_or_default();
                self.detail.waiting.push(WaitingAccrual { from, sum });
            }
            Some(Err(_)) | None => self.detail.unread_parts += 1,
        }
        Ok(())
    }

    /// Adds the rest of the waiting total that no part explains. Example: `bonusAwaitingIssue` is 700 and one part of 500 is listed:
    /// 200 wait without a date.
    fn rest_that_waits(&mut self, record: &Record<'_>, total: Option<Kopecks>) -> Result<(), Error> {
        let Some(total) = total else { return Ok(()) };
        let told = self.detail.waiting.iter().try_fold(Kopecks::ZERO, |sum, part| sum.checked_add(part.sum));
        let rest = told.and_then(|told| total.checked_sub(told)).filter(|rest| *rest >= Kopecks::ZERO);
        let rest = match rest {
            // By our clock a part still waits, but the server counts it already.
            None if self.is_by_day || self.detail.unread_parts > 0 => Kopecks::ZERO,
            rest => rest.ok_or_else(|| record.unreadable("more waits in parts than in all"))?,
        };
        match rest {
            Kopecks::ZERO => {}
            sum => self.detail.waiting.push(WaitingAccrual { from: None, sum }),
        }
        Ok(())
    }
}

/// Two sums of parts as one.
fn together(part: &Record<'_>, told: Option<Kopecks>, sum: Kopecks) -> Result<Kopecks, Error> {
    told.unwrap_or_default().checked_add(sum).ok_or_else(|| part.unreadable("the sums are too large"))
}

/// The part that burns, if there is one record instead of a list. A record that can't be understood is an error: otherwise the guest
/// would lose bonuses without being told.
fn only_part<'a>(record: &Record<'a>) -> Result<Vec<Part<'a>>, Error> {
    let Some(found) = record.find(Field::Burning).filter(|_| record.names(Field::Burning)) else {
        return Ok(Vec::new());
    };
    if found.value.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok(Vec::new());
    }
    let part = record.of(found.path(), found.value)?;
    match part.find(Field::BurnSum) {
        Some(_) => Ok(vec![(found.path(), found.value)]),
        None => Err(part.unreadable("tells in a way that is not known what burns")),
    }
}
