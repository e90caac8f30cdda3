//! What is wrong with a balance after an operation.

use probonus::Kopecks;

use crate::model::{
    kinds::{Deviation, Parts},
    operation::BalanceVerification,
    payload::Payload,
    queue::HaltCause,
    sums::is_hundredfold,
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
/// −80.00 instead of −100.00, and its entry says −80.00. An accrual that waits is no difference: see `waiting.rs`. `parts`: what the
/// operation should add and take.
///
/// The expected balance may also be reached by chance. Example: 300.00 before, a purchase spends them all, a POS takes 299.00 just
/// before it, and the server takes the 1.00 that is left. The balance is zero as expected, and the own entry says −1.00.
pub fn mismatch_of(
    payload: &Payload,
    effect: Option<Kopecks>,
    balance: &BalanceVerification,
    own_moved: Option<Kopecks>,
    parts: Option<Parts>,
) -> Option<Mismatch> {
    let (sent, before, expected, after) = (effect?, balance.before?, balance.expected?, balance.after?);
    let explained = balance.explained.unwrap_or_default();
    if expected == after {
        let moved = own_moved.filter(|moved| is_met_by_chance(sent, *moved, balance, parts))?;
        return Some(Mismatch { cause: cause(sent, moved), sent, changed: moved });
    }
    if expected.checked_add(explained) == Some(after) {
        return None;
    }
    let changed = after.checked_sub(before)?.checked_sub(explained)?;
    if payload.rules().excuses(&Deviation { expected: sent, changed, own_entries: own_moved, parts }) {
        return None;
    }
    Some(Mismatch { cause: cause(sent, changed), sent, changed })
}

/// Whether the entries add up to the balance, and the own ones among them moved another sum than was sent. A purchase whose accrual
/// is not listed yet moved what it spends: that is no other sum.
fn is_met_by_chance(sent: Kopecks, moved: Kopecks, balance: &BalanceVerification, parts: Option<Parts>) -> bool {
    let (Some(before), Some(after), Some(others)) = (balance.before, balance.after, balance.explained) else {
        return false;
    };
    let is_part = parts.is_some_and(|parts| moved == parts.takes.negated() || moved == parts.adds);
    let adds_up = before.checked_add(moved).and_then(|sum| sum.checked_add(others)) == Some(after);
    moved != sent && !is_part && others != Kopecks::ZERO && adds_up
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
            let mismatch = mismatch_of(&payload, Some(effect), &balance, Some(effect), payload.rules().parts(None));
            assert_eq!(mismatch.is_none(), is_excused, "{accrued} accrued, {spent} spent: {mismatch:?}");
        }
    }

    #[test]
    fn a_balance_that_is_right_by_chance_is_a_mismatch_if_the_own_entry_has_another_sum() {
        let Payload::RegisterCheck(purchase) = sample::purchase(1, "77", "A-1") else { panic!("a purchase") };
        for (others, moved, is_mismatch) in [(-29_900, -100, true), (0, -30_000, false), (-29_900, -30_000, false)] {
            let (bonus_accrued, bonus_spent) = (kop(0), kop(30_000));
            let payload =
                Payload::RegisterCheck(probonus::ExternalCheck { bonus_accrued, bonus_spent, ..purchase.clone() });
            let balance = BalanceVerification {
                before: Some(kop(30_000)),
                expected: Some(kop(0)),
                after: Some(kop(0)),
                explained: Some(kop(others)),
                ..BalanceVerification::default()
            };
            let parts = payload.rules().parts(None);
            let mismatch = mismatch_of(&payload, Some(kop(-30_000)), &balance, Some(kop(moved)), parts);
            assert_eq!(mismatch.is_some(), is_mismatch, "others {others}, own {moved}: {mismatch:?}");
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
