//! An outside receipt: a purchase made outside r_keeper. Its marker is its GUID, else its outside number with the
//! restaurant's code.

use async_trait::async_trait;
use jiff::civil::DateTime;
use probonus::{
    CheckGuid, Error, ExternalCheck, ExternalRef, Kopecks, Loyalty, Method, RestCode, Transaction, TransactionKind,
    WriteAnswer,
};

use crate::model::{
    capability::Capability,
    comparable::{number_key, printed_number_key},
    kinds::{Claim, Deviation, Kind, Marker, OperationRules, Parts, Target},
    operation_id::OperationId,
};

#[async_trait]
impl OperationRules for ExternalCheck {
    fn kind(&self) -> Kind {
        Kind::RegisterCheck
    }

    fn method(&self) -> Method {
        Method::RegisterCheck
    }

    async fn send(&self, loyalty: &dyn Loyalty) -> Result<WriteAnswer, Error> {
        loyalty.register_check(self).await
    }

    fn target(&self) -> Target<'_> {
        Target::Balance(&self.account)
    }

    fn claim(&self) -> Claim<'_> {
        Claim::Purchase { guid: self.check_guid, rest_code: &self.rest_code, number: &self.external_check }
    }

    fn outside_number(&self) -> Option<(&RestCode, &str)> {
        Some((&self.rest_code, &self.external_check))
    }

    /// What was paid in money.
    fn headline_sum(&self) -> Option<Kopecks> {
        Some(self.money_spent)
    }

    fn parts(&self, _purchase: Option<Parts>) -> Option<Parts> {
        Some(parts_of(self))
    }

    /// Example: a purchase that accrues 45.00 and spends 100.00 changes the balance by −55.00 at once, or by −100.00 while its
    /// 45.00 wait.
    fn may_wait(&self, _purchase: Option<Parts>) -> Kopecks {
        self.bonus_accrued
    }

    /// Only if it spends no bonuses: what it accrues may wait, so the balance may not move at all.
    fn turnover_without_balance(&self) -> Option<Kopecks> {
        (self.bonus_spent == Kopecks::ZERO).then_some(self.money_spent)
    }

    fn bonuses_taken(&self) -> Option<Kopecks> {
        Some(self.bonus_spent)
    }

    fn capability(&self) -> Option<Capability> {
        Some(Capability::Purchase)
    }

    /// The payment entry of a purchase that also accrues does not count: the server may still list accruals only on the day on
    /// which they are added.
    fn capability_shown_by(&self, sum: Option<Kopecks>) -> Option<Capability> {
        let is_payment = self.bonus_accrued.is_positive() && sum == Some(self.bonus_spent.negated());
        self.capability().filter(|_| !is_payment)
    }

    fn marker(&self, _id: OperationId, entry: &Transaction, is_new: bool) -> Marker {
        if entry.kind == TransactionKind::Return {
            return Marker::Theirs;
        }
        match entry.external.check_guid {
            Some(guid) if guid == self.check_guid => Marker::Ours,
            Some(_) => Marker::Theirs,
            None => marker_by_number(&entry.external, &self.rest_code, &self.external_check, is_new),
        }
    }

    fn has_marker_place(&self, entry: &Transaction) -> bool {
        has_external_reference(entry)
    }

    /// Any entry except a return, refill, burning or welcome bonus, if its sum is the net sum, the accrued or the spent one. If it
    /// says how much money was paid, that must be equal.
    fn fits(&self, effect: Option<Kopecks>, entry: &Transaction) -> bool {
        !matches!(
            entry.kind,
            TransactionKind::Return | TransactionKind::Refill | TransactionKind::Burning | TransactionKind::Welcome
        ) && entry.money_spent.is_none_or(|money| money == self.money_spent)
            && (Some(entry.sum) == effect || entry.sum == self.bonus_accrued || entry.sum == self.bonus_spent.negated())
    }

    fn sums_of_two_entries(&self) -> Option<[Kopecks; 2]> {
        let has_both = self.bonus_accrued.is_positive() && self.bonus_spent.is_positive();
        has_both.then(|| [self.bonus_accrued, self.bonus_spent.negated()])
    }

    fn may_make_entry_of(&self, sum: Kopecks) -> bool {
        parts_of(self).may_be_listed_as(sum)
    }

    fn dated_at(&self) -> Option<DateTime> {
        self.purchased_at
    }

    fn set_guid(&mut self, guid: CheckGuid) {
        self.check_guid = guid;
    }

    /// Its entries say exactly the effect, and the balance did not change at all: the balance follows later. Example: an entry of
    /// +30.00 for an accrual that is deferred. Bonuses that were spent leave the balance at once, so of a purchase that spends
    /// nothing is excused.
    fn excuses(&self, deviation: &Deviation) -> bool {
        let is_listed = deviation.own_entries == Some(deviation.expected);
        is_listed && deviation.changed == Kopecks::ZERO && !self.bonus_spent.is_positive()
    }

    /// Any entry except a return or a burning, if it has the same GUID, whenever it was made; or if it is recent, and has a number
    /// that looks the same in print, or the same money paid.
    fn is_suspected_duplicate(&self, entry: &Transaction, is_recent: bool) -> bool {
        let is_purchase = !matches!(entry.kind, TransactionKind::Return | TransactionKind::Burning);
        let same_guid = entry.external.check_guid == Some(self.check_guid);
        let number = entry.external.external_check.as_deref();
        let same_number = number
            .is_some_and(|number| printed_number_key(number) == printed_number_key(&self.external_check))
            && fits_restaurant(&entry.external, &self.rest_code);
        let same_sum = self.money_spent.is_positive() && entry.money_spent == Some(self.money_spent);
        is_purchase && (same_guid || ((same_number || same_sum) && is_recent))
    }
}

/// Example: a purchase that accrues 30.00 and spends 50.00.
const fn parts_of(purchase: &ExternalCheck) -> Parts {
    Parts { adds: purchase.bonus_accrued, takes: purchase.bonus_spent }
}

/// Whether an entry shows a GUID or an outside number, whichever purchase's.
pub(super) const fn has_external_reference(entry: &Transaction) -> bool {
    entry.external.check_guid.is_some() || entry.external.external_check.is_some()
}

/// The marker of an entry without a GUID, by its outside number. It is ours only if the entry `is_new`.
pub(super) fn marker_by_number(external: &ExternalRef, rest_code: &RestCode, number: &str, is_new: bool) -> Marker {
    if external.external_check.is_none() {
        return Marker::None;
    }
    if is_new && has_number(external, rest_code, number) { Marker::Ours } else { Marker::Theirs }
}

/// Whether an entry shows this outside number of this restaurant.
pub(super) fn has_number(external: &ExternalRef, rest_code: &RestCode, number: &str) -> bool {
    external.external_check.as_deref().is_some_and(|shown| number_key(shown) == number_key(number))
        && fits_restaurant(external, rest_code)
}

/// Whether an entry may be of this restaurant. An entry without a restaurant code fits every restaurant.
fn fits_restaurant(external: &ExternalRef, rest_code: &RestCode) -> bool {
    external.rest_code.as_deref().is_none_or(|shown| shown == rest_code.as_str())
}
