//! Parts of purchases that a POS returns: one dish of three, say.

use probonus_sandbox::core::{Core, model::Receipt};

use super::random::Random;

/// Returns a part of an outside purchase of an account: of its accrual, of its payment, or of both. Without one that has so much,
/// nothing happens.
///
/// Purchases have whole rubles, and a part has kopecks: an entry of the sum of the whole would stand for the return of the whole.
pub fn return_part(random: &Random, core: &mut Core, account: i64, is: impl Fn(&Receipt) -> bool) {
    let standing: Vec<&Receipt> = core.active_outside(account).filter(|receipt| is(receipt)).collect();
    if standing.is_empty() {
        return;
    }
    let receipt = *random.pick(&standing);
    let (of_accrual, of_payment) = *random.pick(&[(true, false), (false, true), (true, true)]);
    let accrued = if of_accrual { part(receipt.accrued_so_far(), 1) } else { 0 };
    let spent = if of_payment { part(receipt.bonus_spent, 3) } else { 0 };
    let id = receipt.id;
    if (spent - accrued) % 100 != 0 {
        // What is not left any more is refused.
        let _ = core.return_part(id, accrued, spent);
    }
}

/// A little less than half of a sum.
const fn part(kopecks: i64, less: i64) -> i64 {
    let part = kopecks / 2 - less;
    if part > 0 { part } else { 0 }
}
