//! The ladder of levels: a higher turnover gives a higher level.

use super::{Core, model::Level};

/// The level that `turnover` kopecks give, but never below `floor`.
#[must_use]
pub fn level_for(levels: &[Level], turnover: i64, floor: i64) -> i64 {
    levels
        .iter()
        .filter(|level| level.from_turnover <= turnover || level.id == floor)
        .map(|level| level.id)
        .max()
        .unwrap_or(floor)
}

impl Core {
    /// Adds `sum` to the turnover and sets the level of the new turnover, up or down, but not below a level that was set by hand.
    pub(super) fn count_turnover(&mut self, account: i64, sum: i64) {
        if let Some(account) = self.accounts.get_mut(&account) {
            account.turnover += sum;
            account.level_by_hand = None;
            account.level = level_for(&self.levels, account.turnover, account.level_floor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turnover_lifts_and_the_floor_holds() {
        let level = |id, from_turnover| Level { id, name: String::new(), percent: 0, from_turnover };
        let ladder = [level(1, 0), level(2, 3_000_000), level(3, 10_000_000)];
        assert_eq!(level_for(&ladder, 2_999_999, 1), 1);
        assert_eq!(level_for(&ladder, 3_000_000, 1), 2);
        assert_eq!(level_for(&ladder, 0, 3), 3);
    }
}
