//! What a balance should be after an operation.

use probonus::Kopecks;

/// What a balance should be after an operation. All sums are kopecks; `None`: not known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expectation {
    /// By how much the operation should change it.
    pub effect: Option<Kopecks>,
    /// The balance before the operation was sent.
    pub before: Option<Kopecks>,
    /// `before` and `effect` together: the balance if nobody else changes it.
    pub expected: Option<Kopecks>,
    /// The part of `effect` that may come on a later day; zero: none.
    pub may_wait: Kopecks,
}

impl Expectation {
    /// The expectation of an operation that should change `before` by `effect`, of which `may_wait` may come later.
    pub fn new(before: Option<Kopecks>, effect: Option<Kopecks>, may_wait: Kopecks) -> Self {
        let expected = before.zip(effect).and_then(|(before, effect)| before.checked_add(effect));
        Self { effect, before, expected, may_wait }
    }

    /// The expectation while the accrual waits; `None`: nothing may wait, or the effect is not known.
    ///
    /// Example: a purchase accrues 45.00 and spends 100.00. The balance changes by −55.00, or by −100.00 while the accrual
    /// waits. Any other change, such as −45.00 or −110.00, is a mismatch.
    pub fn while_waiting(&self) -> Option<Self> {
        let effect = self.effect?.checked_sub(self.may_wait)?;
        (self.may_wait != Kopecks::ZERO).then(|| Self::new(self.before, Some(effect), Kopecks::ZERO))
    }

    /// By how much the operation should change the balance, if the balance before is known.
    pub fn change(&self) -> Option<Kopecks> {
        self.expected.zip(self.before).and_then(|(expected, before)| expected.checked_sub(before))
    }

    /// Whether `after` is exactly the expected balance plus `others`.
    pub fn equals(&self, after: Kopecks, others: Kopecks) -> bool {
        self.expected.and_then(|expected| expected.checked_add(others)) == Some(after)
    }

    /// Whether a balance leaves nothing to be read again: it is the expected one, alone or with what others explain, or
    /// nothing is expected at all.
    pub fn is_met(&self, after: Kopecks, explained: Option<Kopecks>) -> bool {
        self.expected.is_none()
            || self.equals(after, Kopecks::ZERO)
            || self.equals(after, explained.unwrap_or_default())
    }
}
