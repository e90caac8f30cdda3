//! Refills, withdrawals, balance and history.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};

use super::{
    Core, Refusal, Row, calendar,
    ledger::{Cause, LARGEST, LedgerAccount},
    model::{AppliedKind, Transaction, TransactionKind, WaitingAccrual},
    purse::Lot,
};

/// The longest comment of a refill, characters.
pub const LONGEST_COMMENT: usize = 1000;

/// A selection of an account's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Business days, both included.
    Days(Date, Date),
    /// Local times, both included. The day change has no effect.
    Moments(DateTime, DateTime),
    /// The last entries, this many.
    Last(usize),
}

/// A balance in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceParts {
    /// The bonuses that can be spent now, kopecks.
    pub balance: i64,
    /// Its parts, those that burn first in front. Parts that never burn have no day.
    pub parts: Vec<Lot>,
    /// Accruals that are not in the balance yet, nearest first. Empty if the server does not show them.
    pub waiting: Vec<WaitingAccrual>,
}

impl Core {
    /// Adds bonuses by hand, with the account's lifetime of bonuses. Returns the id of the entry.
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
            awaits: None,
            money_spent: None,
            comment,
            receipt: None,
        }))
    }

    /// Takes bonuses away, as the administrator of the system does: «Изъятие бонусов». Returns the id of the entry.
    ///
    /// # Errors
    /// An unknown account, a sum that is not above zero, a sum above the balance.
    pub fn withdraw(&mut self, id: i64, sum: i64, reason: Option<String>) -> Result<i64, Refusal> {
        let balance = self.account(id)?.purse.balance();
        if sum <= 0 {
            return Err(Refusal::BadSum("Сумма изъятия должна быть больше нуля"));
        }
        let taken = self.accounts.get_mut(&id).and_then(|account| account.purse.debit(sum));
        if taken.is_none() {
            return Err(Refusal::NotEnough { balance, asked: sum });
        }
        let move_ = (LedgerAccount::Guest(id), LedgerAccount::Withdrawn, sum);
        self.ledger.transfer(self.now, Cause::Withdrawal, None, &[move_]);
        Ok(self.record(Row {
            account: id,
            at: self.now,
            kind: TransactionKind::Withdrawal,
            sum: -sum,
            awaits: None,
            money_spent: None,
            comment: reason,
            receipt: None,
        }))
    }

    /// The entries of an account, oldest first.
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

    /// The balance of an account in detail.
    ///
    /// # Errors
    /// [`Refusal::NoAccount`].
    pub fn balance(&self, id: i64) -> Result<BalanceParts, Refusal> {
        let account = self.account(id)?;
        let parts = account.purse.lots().to_vec();
        let is_told = self.deferral.is_none_or(|deferral| deferral.is_shown);
        let waiting = if is_told { account.waiting.clone() } else { Vec::new() };
        Ok(BalanceParts { balance: account.purse.balance(), parts, waiting })
    }

    /// The day on which bonuses given now to this account burn.
    pub(super) fn burning_day_of_new_bonuses(&self, id: i64) -> Option<Date> {
        let life = self.accounts.get(&id).and_then(|account| account.bonus_life_days)?;
        Some(calendar::plus_days(self.today(), life))
    }

    /// Puts bonuses into a purse, and updates the nearest due day.
    pub(super) fn credit(&mut self, id: i64, sum: i64, burns_on: Option<Date>) {
        let Some(account) = self.accounts.get_mut(&id) else { return };
        account.purse.credit(sum, burns_on);
        let nearest = &mut self.index.next_due;
        *nearest = [*nearest, burns_on].into_iter().flatten().min();
    }
}
