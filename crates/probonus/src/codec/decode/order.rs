//! The order of a list of transactions.

use std::cmp::Ordering;

use crate::model::Transaction;

/// Whether a list begins with the oldest row: more of its neighbours ascend in time than descend.
///
/// One pair does not decide. Example: a purchase that was made offline comes into a list of the newest with an earlier date.
pub(super) fn is_oldest_first(rows: &[Transaction]) -> bool {
    let count = |wanted: Ordering| {
        let pairs = rows.iter().zip(rows.iter().skip(1));
        pairs.filter(|(row, next)| row.at.local.cmp(&next.at.local) == wanted).count()
    };
    count(Ordering::Less) > count(Ordering::Greater)
}
