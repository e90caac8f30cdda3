//! A guest's bonuses: lots with an expiry day. Those that burn first are spent first.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Bonuses that burn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The sum that is left, kopecks, above zero.
    pub sum: i64,
    /// The business day at whose beginning it burns; `None`: never.
    pub burns_on: Option<Date>,
}

/// The lots of an account, nearest day first, and its debt.
///
/// A debt arises when a purchase is returned after its bonuses have been spent. The balance is then negative, and the next credit
/// pays the debt first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purse {
    lots: Vec<Lot>,
    debt: i64,
}

impl Purse {
    /// The lots minus the debt, kopecks.
    #[must_use]
    pub fn balance(&self) -> i64 {
        self.lots.iter().map(|lot| lot.sum).sum::<i64>() - self.debt
    }

    /// The lots, nearest day first; those that never burn last.
    #[must_use]
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// The debt, kopecks.
    #[must_use]
    pub fn debt(&self) -> i64 {
        self.debt
    }

    /// The day of the nearest burning.
    pub(crate) fn next_burning(&self) -> Option<Date> {
        self.lots.first().and_then(|lot| lot.burns_on)
    }

    /// Adds `sum`. A debt is paid first.
    pub(crate) fn credit(&mut self, sum: i64, burns_on: Option<Date>) {
        let paid = sum.min(self.debt);
        self.debt -= paid;
        let sum = sum - paid;
        if sum <= 0 {
            return;
        }
        match self.lots.iter_mut().find(|lot| lot.burns_on == burns_on) {
            Some(lot) => lot.sum += sum,
            None => {
                let place = self.lots.partition_point(|lot| sooner(lot.burns_on, burns_on));
                self.lots.insert(place, Lot { sum, burns_on });
            }
        }
    }

    /// Takes `sum` from the lots, nearest day first, and returns the parts. `None` if the lots have less; then nothing is taken.
    pub(crate) fn debit(&mut self, sum: i64) -> Option<Vec<Lot>> {
        (sum <= self.balance()).then(|| self.take(sum, None).0)
    }

    /// Takes `sum` back: first from the lot that burns on `burns_on`, then from the others, nearest day first. The rest becomes debt.
    pub(crate) fn reclaim(&mut self, sum: i64, burns_on: Option<Date>) {
        let (_, missing) = self.take(sum, Some(burns_on));
        self.debt += missing;
    }

    /// Removes and returns every lot whose day has come.
    pub(crate) fn burn(&mut self, today: Date) -> Vec<Lot> {
        let due = self.lots.partition_point(|lot| lot.burns_on.is_some_and(|day| day <= today));
        self.lots.drain(..due).collect()
    }

    fn take(&mut self, sum: i64, first: Option<Option<Date>>) -> (Vec<Lot>, i64) {
        let mut left = sum;
        let mut taken = Vec::new();
        let mut draw = |lot: &mut Lot, left: &mut i64| {
            let part = lot.sum.min(*left);
            if part > 0 {
                lot.sum -= part;
                *left -= part;
                taken.push(Lot { sum: part, burns_on: lot.burns_on });
            }
        };
        if let Some(lot) = self.lots.iter_mut().find(|lot| first == Some(lot.burns_on)) {
            draw(lot, &mut left);
        }
        for lot in &mut self.lots {
            draw(lot, &mut left);
        }
        self.lots.retain(|lot| lot.sum > 0);
        (taken, left)
    }
}

fn sooner(a: Option<Date>, b: Option<Date>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a < b,
        (a, _) => a.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const NOVEMBER: Option<Date> = Some(Date::constant(2026, 11, 30));
    const DECEMBER: Option<Date> = Some(Date::constant(2026, 12, 31));

    fn purse() -> Purse {
        let mut purse = Purse::default();
        purse.credit(300, None);
        purse.credit(200, DECEMBER);
        purse.credit(100, NOVEMBER);
        purse
    }

    #[test]
    fn the_nearest_to_burn_is_spent_first() {
        let mut purse = purse();
        let taken = purse.debit(250).unwrap();
        assert_eq!(taken, [Lot { sum: 100, burns_on: NOVEMBER }, Lot { sum: 150, burns_on: DECEMBER }]);
        assert_eq!(purse.balance(), 350);
    }

    #[test]
    fn more_than_there_is_takes_nothing() {
        let mut purse = purse();
        assert_eq!(purse.debit(601), None);
        assert_eq!(purse.balance(), 600);
    }

    #[test]
    fn bonuses_burn_with_the_beginning_of_their_day() {
        let mut purse = purse();
        assert!(purse.burn(date(2026, 11, 29)).is_empty());
        assert_eq!(purse.burn(date(2026, 11, 30)), [Lot { sum: 100, burns_on: NOVEMBER }]);
        assert_eq!(purse.balance(), 500);
    }

    #[test]
    fn what_was_spent_and_is_reclaimed_becomes_a_debt_that_the_next_credit_pays() {
        let mut purse = Purse::default();
        purse.credit(100, DECEMBER);
        purse.debit(80).unwrap();
        purse.reclaim(100, DECEMBER);
        assert_eq!((purse.balance(), purse.debt()), (-80, 80));
        purse.credit(100, None);
        assert_eq!((purse.balance(), purse.debt()), (20, 0));
    }

    #[test]
    fn a_reclaim_takes_its_own_lot_first() {
        let mut purse = purse();
        purse.reclaim(200, DECEMBER);
        assert_eq!(purse.lots(), [Lot { sum: 100, burns_on: NOVEMBER }, Lot { sum: 300, burns_on: None }]);
    }
}
