//! Returns of outside purchases, whole and in part.

use uuid::Uuid;

use super::{
    Core, Refusal, Row,
    checks::moves,
    ledger::Cause,
    model::{AppliedKind, Receipt, TransactionKind},
    purse::Lot,
};

/// How the comment of an entry begins that returns a part of a purchase.
pub const PART_RETURNED: &str = "Возврат части чека";

/// Limits `external/return_check` to purchases that match every given field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnFilter {
    /// `accountId`.
    pub account: Option<i64>,
    /// `restCode`.
    pub rest_code: Option<String>,
    /// `externalCheck`.
    pub number: Option<String>,
}

impl Core {
    /// Undoes an outside purchase:
    /// - its payment with bonuses goes back, with the old burning days, or with that of new bonuses if such a day has passed;
    /// - its accrual is taken back, even if the balance goes below zero;
    /// - its turnover is subtracted, and the level follows.
    ///
    /// If several active purchases have the GUID and match `only`, all of them are undone. Returns the ids of their receipts.
    ///
    /// # Errors
    /// The GUID is unknown, or all its purchases are returned.
    pub fn return_check(&mut self, guid: Uuid, only: &ReturnFilter) -> Result<Vec<i64>, Refusal> {
        let known: Vec<&Receipt> = self
            .index
            .by_guid
            .get(&guid)
            .into_iter()
            .flatten()
            .filter_map(|id| self.receipts.get(id))
            .filter(|receipt| only.matches(receipt))
            .collect();
        if known.is_empty() {
            return Err(Refusal::NoPurchase(guid.to_string()));
        }
        let standing: Vec<Receipt> = known.into_iter().filter(|r| r.returned_at.is_none()).cloned().collect();
        let Some(first) = standing.first() else {
            return Err(Refusal::AlreadyReturned(guid.to_string()));
        };
        let sum = standing.iter().map(|r| r.bonus_spent - r.accrued_so_far()).sum();
        let mut applied = self.applied(AppliedKind::Return, first.account, sum);
        applied.guid = Some(guid);
        applied.outside_number = first.outside.as_ref().map(|outside| outside.number.clone());
        applied.rest_code = Some(first.rest_code.clone());
        applied.receipts = standing.iter().map(|receipt| receipt.id).collect();
        for receipt in &standing {
            if let Some(account) = self.accounts.get_mut(&receipt.account) {
                account.waiting.retain(|part| part.receipt != receipt.id);
            }
            self.give_back(receipt, Some(applied.number), "Возврат чека");
            if let Some(returned) = self.receipts.get_mut(&receipt.id) {
                (returned.returned_at, returned.accrual_due) = (Some(self.now), None);
            }
        }
        let receipts = applied.receipts.clone();
        self.applied.push(applied);
        Ok(receipts)
    }

    /// The outside purchases of an account that are not returned, oldest first.
    pub fn active_outside(&self, account: i64) -> impl Iterator<Item = &Receipt> {
        self.receipts.values().filter(move |receipt| {
            receipt.account == account && receipt.outside.is_some() && receipt.returned_at.is_none()
        })
    }

    /// Returns a part of a purchase, as a POS does with one dish of several: takes back `accrued` of its accrual, gives back `spent` of
    /// its payment. The entry has the GUID of the purchase; what is left can be returned later. An accrual that waits is left alone.
    ///
    /// # Errors
    /// An unknown receipt, more than is left of it, nothing at all.
    pub fn return_part(&mut self, id: i64, accrued: i64, spent: i64) -> Result<(), Refusal> {
        let whole = self.receipts.get(&id).filter(|receipt| receipt.returned_at.is_none()).cloned();
        let mut rest = whole.ok_or_else(|| Refusal::NoPurchase(id.to_string()))?;
        let is_left = (0..=rest.accrued_so_far()).contains(&accrued) && (0..=rest.bonus_spent).contains(&spent);
        if !is_left || accrued + spent == 0 {
            return Err(Refusal::BadSum("От чека столько не осталось"));
        }
        let part = Receipt {
            bonus_accrued: accrued,
            bonus_spent: spent,
            spent_from: take_from(&mut rest.spent_from, spent),
            accrual_due: None,
            paid: 0,
            ..rest.clone()
        };
        rest.bonus_accrued -= accrued;
        rest.bonus_spent -= spent;
        self.give_back(&part, None, PART_RETURNED);
        self.receipts.insert(id, rest);
        Ok(())
    }

    /// Gives back what a receipt, or a part of one, moved.
    fn give_back(&mut self, receipt: &Receipt, applied: Option<u64>, what: &str) {
        let (account, at) = (receipt.account, self.now);
        let fresh = self.burning_day_of_new_bonuses(account);
        let today = self.today();
        for lot in &receipt.spent_from {
            let burns_on = if lot.burns_on.is_some_and(|day| day <= today) { fresh } else { lot.burns_on };
            self.credit(account, lot.sum, burns_on);
        }
        if let Some(account) = self.accounts.get_mut(&account) {
            account.purse.reclaim(receipt.accrued_so_far(), receipt.accrual_burns_on);
        }
        self.record(Row {
            account,
            at,
            kind: TransactionKind::Return,
            sum: receipt.bonus_spent - receipt.accrued_so_far(),
            awaits: None,
            money_spent: Some(-receipt.paid),
            comment: Some(format!("{what} {}", receipt.number)),
            receipt: Some(receipt.id),
        });
        self.count_turnover(account, -receipt.paid);
        let back: Vec<_> = moves(receipt).into_iter().map(|(from, to, sum)| (to, from, sum)).collect();
        self.ledger.transfer(at, Cause::Return, applied, &back);
    }
}

impl ReturnFilter {
    fn matches(&self, receipt: &Receipt) -> bool {
        self.account.is_none_or(|account| account == receipt.account)
            && self.rest_code.as_ref().is_none_or(|code| *code == receipt.rest_code)
            && self.number.as_ref().is_none_or(|number| *number == receipt.number)
    }
}

/// Takes `sum` from the lots, the last first, and returns the parts. They hold at least that much.
fn take_from(lots: &mut Vec<Lot>, mut sum: i64) -> Vec<Lot> {
    let mut taken = Vec::new();
    while sum > 0
        && let Some(mut lot) = lots.pop()
    {
        let part = lot.sum.min(sum);
        taken.push(Lot { sum: part, ..lot });
        (lot.sum, sum) = (lot.sum - part, sum - part);
        if lot.sum > 0 {
            lots.push(lot);
        }
    }
    taken
}
