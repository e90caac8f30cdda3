//! Refills, burning, balance and history.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};

use super::{
    Core, Refusal, Row, calendar,
    ledger::{Cause, LARGEST, LedgerAccount},
    model::{AppliedKind, Transaction, TransactionKind},
    purse::Lot,
};

/// The longest comment of a refill, characters.
pub const LONGEST_COMMENT: usize = 1000;

/// Which rows of a history are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Business days, both included.
    Days(Date, Date),
    /// Local times, both included; the day change plays no part.
    Moments(DateTime, DateTime),
    /// The last so many.
    Last(usize),
}

impl Core {
    /// Adds bonuses by hand; they live as long as the account's bonuses do. Returns the id of the row.
    ///
    /// # Errors
    /// An unknown or blocked account, a sum that is not above zero or out of bounds, a comment that is too long.
    pub fn refill(&mut self, id: i64, sum: i64, comment: Option<String>) -> Result<i64, Refusal> {
        let account = self.active(id)?;
        if sum <= 0 {
            return Err(Refusal::BadSum("Сумма начисления должна быть больше нуля"));
        }
        if sum > LARGEST || account.purse.balance() > LARGEST {
            return Err(Refusal::BadSum("Слишком большая сумма"));
        }
        if comment.as_ref().is_some_and(|text| text.chars().count() > LONGEST_COMMENT) {
            return Err(Refusal::field("comment", format!("не длиннее {LONGEST_COMMENT} символов")));
        }
        let burns_on = self.burning_day_of_new_bonuses(id);
        let mut applied = self.applied(AppliedKind::Refill, id, sum);
        applied.text.clone_from(&comment);
        self.credit(id, sum, burns_on);
        self.ledger.transfer(
            self.now,
            Cause::Refill,
            Some(applied.number),
            &[(LedgerAccount::Refilled, LedgerAccount::Guest(id), sum)],
        );
        self.applied.push(applied);
        Ok(self.record(Row {
            account: id,
            at: self.now,
            kind: TransactionKind::Refill,
            sum,
            money_spent: None,
            comment,
            receipt: None,
        }))
    }

    /// The rows of an account, oldest first.
    ///
    /// # Errors
    /// [`Refusal::NoAccount`].
    pub fn transactions(&self, id: i64, span: Span) -> Result<Vec<&Transaction>, Refusal> {
        self.account(id)?;
        let rows = self.history.get(&id).map_or(&[][..], Vec::as_slice);
        let between = |from: Timestamp, to: Timestamp| rows.iter().filter(move |row| row.at >= from && row.at < to);
        Ok(match span {
            Span::Days(from, to) => {
                let end = self.calendar.begins(calendar::plus_days(to, 1));
                between(self.calendar.begins(from), end).collect()
            }
            Span::Moments(from, to) => {
                let after = to.saturating_add(jiff::Span::new().seconds(1));
                between(self.calendar.instant(from), self.calendar.instant(after)).collect()
            }
            Span::Last(count) => rows.iter().skip(rows.len().saturating_sub(count)).collect(),
        })
    }

    /// The balance of an account, kopecks, and the lots that will burn, nearest first.
    ///
    /// # Errors
    /// [`Refusal::NoAccount`].
    pub fn balance(&self, id: i64) -> Result<(i64, Vec<Lot>), Refusal> {
        let purse = &self.account(id)?.purse;
        let burning = purse.lots().iter().filter(|lot| lot.burns_on.is_some()).copied().collect();
        Ok((purse.balance(), burning))
    }

    /// The day on which bonuses given now to this account burn.
    pub(super) fn burning_day_of_new_bonuses(&self, id: i64) -> Option<Date> {
        let life = self.accounts.get(&id).and_then(|account| account.bonus_life_days)?;
        Some(calendar::plus_days(self.today(), life))
    }

    /// Puts bonuses into a purse and minds when the nearest burning is.
    pub(super) fn credit(&mut self, id: i64, sum: i64, burns_on: Option<Date>) {
        let Some(account) = self.accounts.get_mut(&id) else { return };
        account.purse.credit(sum, burns_on);
        let nearest = &mut self.index.next_burning;
        *nearest = [*nearest, burns_on].into_iter().flatten().min();
    }

    /// Burns every lot whose day has come, day by day.
    pub(super) fn burn_due(&mut self) {
        let today = self.today();
        while let Some(day) = self.index.next_burning.filter(|day| *day <= today) {
            let at = self.calendar.begins(day);
            let burnt: Vec<(i64, i64)> = self
                .accounts
                .values_mut()
                .map(|account| (account.id, account.purse.burn(day).iter().map(|lot| lot.sum).sum()))
                .filter(|(_, sum)| *sum > 0)
                .collect();
            for (account, sum) in burnt {
                self.ledger.transfer(
                    at,
                    Cause::Burning,
                    None,
                    &[(LedgerAccount::Guest(account), LedgerAccount::Burnt, sum)],
                );
                self.record(Row {
                    account,
                    at,
                    kind: TransactionKind::Burning,
                    sum: -sum,
                    money_spent: None,
                    comment: Some("Сгорание бонусов".to_owned()),
                    receipt: None,
                });
            }
            self.index.next_burning = self.accounts.values().filter_map(|account| account.purse.next_burning()).min();
        }
    }
}
