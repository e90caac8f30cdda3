//! Purchases in r_keeper and outside.

use jiff::{SignedDuration, Timestamp, civil::Date};
use uuid::Uuid;

use super::{
    Core, Refusal, Row, calendar,
    ledger::{Cause, LARGEST, LedgerAccount},
    model::{AppliedKind, Dish, Outside, Receipt, TransactionKind, WaitingAccrual},
};

/// The ten fields of `external/register_check`; sums in kopecks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideCheck {
    /// `restCode`.
    pub rest_code: String,
    /// `checkGuid`. **Not** checked for uniqueness, as on the vendor's page.
    pub guid: Uuid,
    /// `accountId`.
    pub account: i64,
    /// `rkUnit`.
    pub station: i64,
    /// `externalCheck`.
    pub number: String,
    /// `bonusSpentSum`.
    pub bonus_spent: i64,
    /// `discountSum`.
    pub discount: i64,
    /// `bonusAccruedSum`.
    pub bonus_accrued: i64,
    /// `moneySpentSum`.
    pub money_spent: i64,
    /// `checkData`.
    pub data: String,
    /// When the purchase was made, if the server has such a field. It is the receipt's time, and the entries' only if the server
    /// dates them back ([`Core::date_entries_back`]).
    pub purchased_at: Option<Timestamp>,
}

/// A purchase rung up in r_keeper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosCheck {
    /// The account.
    pub account: i64,
    /// Number printed on it.
    pub number: String,
    /// `restCode`.
    pub rest_code: String,
    /// `rkUnit`.
    pub station: i64,
    /// Waiter.
    pub waiter: String,
    /// Dishes.
    pub dishes: Vec<Dish>,
    /// Discount, kopecks.
    pub discount: i64,
    /// Paid with bonuses, kopecks; not above the balance.
    pub bonus_spent: i64,
}

impl Core {
    /// A receipt.
    #[must_use]
    pub fn receipt(&self, id: i64) -> Option<&Receipt> {
        self.receipts.get(&id)
    }

    /// Registers an outside purchase: takes the payment with bonuses, adds the accrual, adds the paid money to the turnover.
    /// Returns the id of its receipt. The same GUID a second time makes a second purchase.
    ///
    /// # Errors
    /// An unknown or blocked account, an unknown restaurant, a negative sum, a payment above the balance.
    pub fn register_check(&mut self, check: OutsideCheck) -> Result<i64, Refusal> {
        let balance = self.active(check.account)?.purse.balance();
        self.known_restaurant(&check.rest_code)?;
        let sums = [check.bonus_spent, check.discount, check.bonus_accrued, check.money_spent];
        if sums.iter().any(|sum| *sum < 0) {
            return Err(Refusal::BadSum("Суммы чека не могут быть отрицательными"));
        }
        if sums.iter().any(|sum| *sum > LARGEST) || balance > LARGEST {
            return Err(Refusal::BadSum("Слишком большая сумма"));
        }
        if !(1..=999_999).contains(&check.station) {
            return Err(Refusal::field("rkUnit", "код станции — от 1 до 999999"));
        }
        if check.bonus_spent > balance.max(0) {
            return Err(Refusal::NotEnough { balance, asked: check.bonus_spent });
        }
        let tomorrow = self.now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(self.now);
        if check.purchased_at.is_some_and(|at| at > tomorrow) {
            return Err(Refusal::field("purchasedAt", "дата покупки в будущем"));
        }
        let awaits = if self.deferral.is_some() { check.bonus_accrued } else { 0 };
        let moved = check.bonus_accrued - awaits - check.bonus_spent;
        let mut applied = self.applied(AppliedKind::Register, check.account, moved);
        applied.awaits = awaits;
        applied.guid = Some(check.guid);
        applied.outside_number = Some(check.number.clone());
        applied.rest_code = Some(check.rest_code.clone());
        applied.text = Some(check.data.clone());
        let id = self.sell(
            Receipt {
                id: 0,
                account: check.account,
                number: check.number.clone(),
                at: check.purchased_at.unwrap_or(self.now),
                rest_code: check.rest_code,
                station: check.station,
                waiter: None,
                dishes: Vec::new(),
                discount: check.discount,
                paid: check.money_spent,
                bonus_spent: check.bonus_spent,
                bonus_accrued: check.bonus_accrued,
                spent_from: Vec::new(),
                accrual_burns_on: None,
                accrual_due: None,
                outside: Some(Outside { guid: check.guid, number: check.number, data: check.data }),
                returned_at: None,
            },
            Some(applied.number),
        );
        self.index.by_guid.entry(check.guid).or_default().push(id);
        applied.receipts.push(id);
        self.applied.push(applied);
        Ok(id)
    }

    /// Registers a purchase in r_keeper. The guest's level decides its accrual. Returns the id of its receipt.
    ///
    /// # Errors
    /// As [`Core::register_check`].
    pub fn ring_up(&mut self, check: PosCheck) -> Result<i64, Refusal> {
        let account = self.active(check.account)?;
        let balance = account.purse.balance();
        let percent = self.level(account.level).map_or(0, |level| level.percent);
        self.known_restaurant(&check.rest_code)?;
        if check.bonus_spent > balance.max(0) {
            return Err(Refusal::NotEnough { balance, asked: check.bonus_spent });
        }
        let total: i64 = check.dishes.iter().map(|dish| dish.sum).sum();
        let paid = total - check.discount - check.bonus_spent;
        if paid < 0 || check.bonus_spent < 0 || check.discount < 0 {
            return Err(Refusal::BadSum("Суммы чека не могут быть отрицательными"));
        }
        Ok(self.sell(
            Receipt {
                id: 0,
                account: check.account,
                number: check.number,
                at: self.now,
                rest_code: check.rest_code,
                station: check.station,
                waiter: Some(check.waiter),
                dishes: check.dishes,
                discount: check.discount,
                paid,
                bonus_spent: check.bonus_spent,
                bonus_accrued: paid * percent / 10_000 / 100 * 100,
                spent_from: Vec::new(),
                accrual_burns_on: None,
                accrual_due: None,
                outside: None,
                returned_at: None,
            },
            None,
        ))
    }

    fn sell(&mut self, mut receipt: Receipt, applied: Option<u64>) -> i64 {
        receipt.id = self.next.receipt;
        self.next.receipt += 1;
        let (id, account, now) = (receipt.id, receipt.account, self.now);
        let at = if self.dates_back { receipt.at } else { now };
        let row = |kind, sum, money_spent, comment| Row {
            account,
            at,
            kind,
            sum,
            awaits: None,
            money_spent,
            comment,
            receipt: Some(id),
        };
        let what = match &receipt.outside {
            Some(outside) => format!("Внешний чек {}", outside.number),
            None => format!("Чек {}", receipt.number),
        };
        let mut money_spent = Some(receipt.paid);
        if receipt.bonus_spent > 0 {
            let purse = self.accounts.get_mut(&account).map(|account| &mut account.purse);
            receipt.spent_from = purse.and_then(|purse| purse.debit(receipt.bonus_spent)).unwrap_or_default();
            self.record(row(TransactionKind::Payment, -receipt.bonus_spent, money_spent.take(), Some(what.clone())));
        }
        if let Some(deferral) = self.deferral.filter(|_| receipt.bonus_accrued > 0) {
            self.defer(&mut receipt, calendar::plus_days(self.today(), deferral.days));
            if deferral.is_shown {
                let awaits = Some(receipt.bonus_accrued);
                let waiting = row(TransactionKind::Awaiting, 0, money_spent.take(), Some(what));
                self.record(Row { awaits, ..waiting });
            }
        } else if receipt.bonus_accrued > 0 || money_spent.is_some() {
            receipt.accrual_burns_on = self.burning_day_of_new_bonuses(account);
            self.credit(account, receipt.bonus_accrued, receipt.accrual_burns_on);
            self.record(row(TransactionKind::Accrual, receipt.bonus_accrued, money_spent, Some(what)));
        }
        self.count_turnover(account, receipt.paid);
        self.ledger.transfer(now, Cause::Purchase, applied, &moves(&receipt));
        self.receipts.insert(id, receipt);
        id
    }

    /// Makes the accrual of a receipt wait until its day.
    fn defer(&mut self, receipt: &mut Receipt, due: Date) {
        receipt.accrual_due = Some(due);
        let part = WaitingAccrual { sum: receipt.bonus_accrued, due, receipt: receipt.id };
        if let Some(account) = self.accounts.get_mut(&receipt.account) {
            account.waiting.push(part);
            account.waiting.sort_by_key(|part| part.due);
        }
        let nearest = &mut self.index.next_due;
        *nearest = [*nearest, Some(due)].into_iter().flatten().min();
    }

    fn known_restaurant(&self, code: &str) -> Result<(), Refusal> {
        let known = self.restaurants.iter().any(|restaurant| restaurant.code == code);
        known.then_some(()).ok_or_else(|| Refusal::NoRestaurant(code.to_owned()))
    }
}

/// The movements of a purchase in the ledger.
pub(super) fn moves(receipt: &Receipt) -> [(LedgerAccount, LedgerAccount, i64); 3] {
    let guest = LedgerAccount::Guest(receipt.account);
    [
        (guest, LedgerAccount::Spent, receipt.bonus_spent),
        (LedgerAccount::Accrued, guest, receipt.accrued_so_far()),
        (LedgerAccount::Sales, LedgerAccount::Turnover(receipt.account), receipt.paid),
    ]
}
