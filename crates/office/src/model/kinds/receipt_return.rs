//! The return of an outside receipt. It carries the markers of its purchase.

use async_trait::async_trait;
use probonus::{Error, Kopecks, Loyalty, Method, RestCode, ReturnCheck, Transaction, TransactionKind, WriteAnswer};

use crate::model::{
    capability::Capability,
    kinds::{
        Claim, Deviation, Kind, Marker, OperationRules, Parts, Target,
        receipt::{has_external_reference, has_number, marker_by_number},
    },
    operation_id::OperationId,
    sums::is_hundredfold,
};

#[async_trait]
impl OperationRules for ReturnCheck {
    fn kind(&self) -> Kind {
        Kind::ReturnCheck
    }

    fn method(&self) -> Method {
        Method::ReturnCheck
    }

    async fn send(&self, loyalty: &dyn Loyalty) -> Result<WriteAnswer, Error> {
        loyalty.return_check(self).await
    }

    fn target(&self) -> Target<'_> {
        Target::Balance(&self.account)
    }

    fn claim(&self) -> Claim<'_> {
        Claim::ReturnOf(self.check_guid)
    }

    fn outside_number(&self) -> Option<(&RestCode, &str)> {
        Some((&self.rest_code, &self.external_check))
    }

    /// Example: the return of a purchase that accrued 30.00 and spent 50.00 adds 50.00 and takes 30.00.
    fn parts(&self, purchase: Option<Parts>) -> Option<Parts> {
        purchase.map(Parts::reversed)
    }

    /// If the accrual of its purchase still waits, the return does not take it back.
    fn may_wait(&self, purchase: Option<Parts>) -> Kopecks {
        purchase.map_or(Kopecks::ZERO, |purchase| purchase.adds.negated())
    }

    fn capability(&self) -> Option<Capability> {
        Some(Capability::Return)
    }

    fn marker(&self, _id: OperationId, entry: &Transaction, is_new: bool) -> Marker {
        let may_be_a_return = entry.kind == TransactionKind::Return || is_new;
        match entry.external.check_guid {
            Some(guid) if guid == self.check_guid && may_be_a_return => Marker::Ours,
            Some(_) => Marker::Theirs,
            None => marker_by_number(&entry.external, &self.rest_code, &self.external_check, is_new),
        }
    }

    fn has_marker_place(&self, entry: &Transaction) -> bool {
        has_external_reference(entry)
    }

    fn shares_marker(&self) -> bool {
        true
    }

    fn may_show_as(&self, kind: TransactionKind) -> bool {
        kind == TransactionKind::Return
    }

    /// A return of any sum; or an entry of the expected sum that is no burning, no welcome bonus and no accrual that waits.
    fn fits(&self, effect: Option<Kopecks>, entry: &Transaction) -> bool {
        match entry.kind {
            TransactionKind::Return => true,
            TransactionKind::Burning | TransactionKind::Welcome | TransactionKind::Waiting => false,
            _ => effect.is_some() && Some(entry.sum) == effect,
        }
    }

    /// Its entries say exactly what the balance changed by, and less was taken back than the purchase had accrued: bonuses that burnt
    /// or were spent meanwhile can't be taken back. What the guest had spent must be given back whole, and nothing beyond it. A sum
    /// that differs a hundredfold is a mismatch all the same.
    ///
    /// Examples, for a purchase that accrued 50.00 and spent 300.00: +250.00 is expected, +280.00 is excused; +0.00 and +350.00 are not.
    fn excuses(&self, deviation: &Deviation) -> bool {
        let changed = deviation.changed;
        let gives_all_back = changed >= deviation.expected;
        let gives_no_more = deviation.parts.is_none_or(|parts| changed <= parts.adds);
        let is_listed = deviation.own_entries == Some(changed);
        is_listed && gives_all_back && gives_no_more && !is_hundredfold(deviation.expected, changed)
    }

    /// A return with the same GUID, whenever it was made; or a recent one without a GUID that has the same outside number.
    fn is_suspected_duplicate(&self, entry: &Transaction, is_recent: bool) -> bool {
        let same_number =
            entry.external.check_guid.is_none() && has_number(&entry.external, &self.rest_code, &self.external_check);
        entry.kind == TransactionKind::Return
            && (entry.external.check_guid == Some(self.check_guid) || (same_number && is_recent))
    }
}
