//! What is wrong with a balance after an operation.

use probonus::Kopecks;

use crate::model::{
    kinds::Deviation, operation::BalanceVerification, payload::Payload, queue::HaltCause, sums::is_hundredfold,
};

/// A difference that nothing explains: the queue must halt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What kind of difference.
    pub cause: HaltCause,
    /// By how much the balance should have changed, kopecks.
    pub sent: Kopecks,
    /// By how much it changed, without what other entries explain, kopecks.
    pub changed: Kopecks,
}

/// The mismatch of a verified balance; `None`: it is as expected, the kind excuses it, or too little is known to say.
///
/// Example: 500.00 before, a refill of 100.00 sent, 10 500.00 after, nothing explained. The balance changed by 10 000.00: a
/// hundred times the sum.
///
/// `own_moved`: what the operation's own entries say they moved; a kind may excuse a difference by them. Example: a return moves
/// −80.00 instead of −100.00, and its entry says −80.00. An accrual that waits is no difference: see `waiting.rs`.
pub fn mismatch_of(
    payload: &Payload,
    effect: Option<Kopecks>,
    balance: &BalanceVerification,
    own_moved: Option<Kopecks>,
) -> Option<Mismatch> {
    let (sent, before, expected, after) = (effect?, balance.before?, balance.expected?, balance.after?);
    let explained = balance.explained.unwrap_or_default();
    if expected == after || expected.checked_add(explained) == Some(after) {
        return None;
    }
    let changed = after.checked_sub(before)?.checked_sub(explained)?;
    if payload.rules().excuses(&Deviation { expected: sent, changed, own_entries: own_moved }) {
        return None;
    }
    Some(Mismatch { cause: cause(sent, changed), sent, changed })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{journal::conformance::sample, ledger::sample::kop};

    /// The entries of a purchase say its whole effect, and the balance stands.
    #[test]
    fn a_balance_may_follow_later_only_for_a_purchase_that_spends_nothing() {
        for (accrued, spent, is_excused) in [(4_500, 0, true), (4_500, 10_000, false), (0, 10_000, false)] {
            let Payload::RegisterCheck(purchase) = sample::purchase(1, "77", "A-1") else { panic!("a purchase") };
            let payload = Payload::RegisterCheck(probonus::ExternalCheck {
                bonus_accrued: kop(accrued),
                bonus_spent: kop(spent),
                ..purchase
            });
            let effect = kop(accrued - spent);
            let balance = BalanceVerification {
                before: Some(kop(50_000)),
                expected: Some(kop(50_000 + accrued - spent)),
                after: Some(kop(50_000)),
                ..BalanceVerification::default()
            };
            let mismatch = mismatch_of(&payload, Some(effect), &balance, Some(effect));
            assert_eq!(mismatch.is_none(), is_excused, "{accrued} accrued, {spent} spent: {mismatch:?}");
        }
    }

    #[test]
    fn a_mismatch_has_its_cause() {
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
