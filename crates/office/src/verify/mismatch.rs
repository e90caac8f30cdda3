//! What is wrong with a balance.

use probonus::Kopecks;

use crate::{
    model::{operation::BalanceVerification, payload::Payload, queue::HaltCause},
    verify::explanation::Reading,
};

/// Whether a reading leaves nothing to wonder about.
pub fn fits(expected: Option<Kopecks>, reading: &Reading) -> bool {
    let Some(expected) = expected else { return true };
    expected.checked_add(reading.explained.unwrap_or_default()) == Some(reading.after) || expected == reading.after
}

/// What is wrong with a balance, and by how much it changed without what others explain. `reported`: what the operation's own
/// entries tell that they moved.
pub fn mismatch_of(
    payload: &Payload,
    effect: Option<Kopecks>,
    balance: &BalanceVerification,
    reported: Option<Kopecks>,
) -> Option<(HaltCause, Kopecks)> {
    let (effect, before, expected, after) = (effect?, balance.before?, balance.expected?, balance.after?);
    let explained = balance.explained.unwrap_or_default();
    if expected == after || expected.checked_add(explained) == Some(after) {
        return None;
    }
    let changed = after.checked_sub(before)?.checked_sub(explained)?;
    match payload {
        // The server says itself what it could undo: bonuses that burnt or were spent meanwhile can't come back.
        Payload::ReturnCheck(_) if reported == Some(changed) && !is_hundredfold(effect, changed) => return None,
        // A deferred accrual: the entry is there, the balance will follow.
        Payload::RegisterCheck(_)
            if reported.is_some_and(|reported| reported == effect) && changed == Kopecks::ZERO =>
        {
            return None;
        }
        _ => {}
    }
    Some((cause(effect, changed), changed))
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

pub fn is_hundredfold(sent: Kopecks, changed: Kopecks) -> bool {
    let hundred = |sum: Kopecks| sum.get().checked_mul(100);
    sent != Kopecks::ZERO && (hundred(sent) == Some(changed.get()) || hundred(changed) == Some(sent.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kop(kopecks: i64) -> Kopecks {
        Kopecks::new(kopecks).expect("in range")
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
