//! The change of a business day: waiting accruals begin to count, and bonuses burn.

use jiff::civil::Date;

use super::{
    Core, Row, calendar,
    ledger::{Cause, LedgerAccount},
    model::{Account, TransactionKind, WaitingAccrual},
};

impl Core {
    /// Applies the change of every day that has begun, in order. The order matters: an accrual that begins to count on one day may
    /// burn on a later one.
    pub(super) fn settle_due_days(&mut self) {
        let today = self.today();
        while let Some(day) = self.index.next_due.filter(|day| *day <= today) {
            self.accrue_due(day);
            self.burn_due(day);
            self.index.next_due = self.accounts.values().filter_map(Account::next_due).min();
        }
    }

    fn accrue_due(&mut self, day: Date) {
        let mut due: Vec<(i64, WaitingAccrual)> = Vec::new();
        for account in self.accounts.values_mut() {
            due.extend(account.waiting.extract_if(.., |part| part.due <= day).map(|part| (account.id, part)));
        }
        for (account, part) in due {
            self.accrue(account, part);
        }
    }

    /// Adds a waiting accrual to the balance. The lifetime of its bonuses begins on its day.
    fn accrue(&mut self, account: i64, part: WaitingAccrual) {
        let at = self.calendar.begins(part.due);
        let life = self.accounts.get(&account).and_then(|account| account.bonus_life_days);
        let burns_on = life.map(|days| calendar::plus_days(part.due, days));
        self.credit(account, part.sum, burns_on);
        let from_shop = (LedgerAccount::Accrued, LedgerAccount::Guest(account), part.sum);
        self.ledger.transfer(at, Cause::DeferredAccrual, None, &[from_shop]);
        let number = self.receipts.get_mut(&part.receipt).map(|receipt| {
            (receipt.accrual_due, receipt.accrual_burns_on) = (None, burns_on);
            receipt.number.clone()
        });
        self.record(Row {
            account,
            at,
            kind: TransactionKind::Accrual,
            sum: part.sum,
            awaits: None,
            money_spent: None,
            comment: number.map(|number| format!("Чек {number}")),
            receipt: Some(part.receipt),
        });
    }

    fn burn_due(&mut self, day: Date) {
        let at = self.calendar.begins(day);
        let burnt: Vec<(i64, i64)> = self
            .accounts
            .values_mut()
            .map(|account| (account.id, account.purse.burn(day).iter().map(|lot| lot.sum).sum()))
            .filter(|(_, sum)| *sum > 0)
            .collect();
        for (account, sum) in burnt {
            let to_ashes = (LedgerAccount::Guest(account), LedgerAccount::Burnt, sum);
            self.ledger.transfer(at, Cause::Burning, None, &[to_ashes]);
            self.record(Row {
                account,
                at,
                kind: TransactionKind::Burning,
                sum: -sum,
                awaits: None,
                money_spent: None,
                comment: Some("Сгорание бонусов".to_owned()),
                receipt: None,
            });
        }
    }
}
