//! The order of a history: newest first.

use std::cmp::{Ordering, Reverse};

use jiff::{civil::DateTime, tz::TimeZone};
use probonus::{Kopecks, Transaction};

use crate::view::shown;

/// Sorts by the time that is shown. Rows of one second stand in the order of their balances, if these make a chain; else in the
/// server's order, if it is known; else by their numbers.
pub(in crate::app) fn newest_first(rows: Vec<Transaction>, zone: &TimeZone) -> Vec<Transaction> {
    let mut rows: Vec<(DateTime, Transaction)> = rows.into_iter().map(|row| (shown(row.at, zone), row)).collect();
    let neighbours = |wanted: Ordering| rows.windows(2).filter(|pair| pair[0].0.cmp(&pair[1].0) == wanted).count();
    let (ascend, descend) = (neighbours(Ordering::Less), neighbours(Ordering::Greater));
    if ascend > descend {
        rows.reverse();
    }
    rows.sort_by_key(|(at, _)| Reverse(*at));
    // From the oldest second to the newest: the balance after one is the balance before the next.
    let (mut sorted, mut before) = (Vec::with_capacity(rows.len()), None);
    while let Some((at, _)) = rows.last() {
        let at = *at;
        let begin = rows.iter().rposition(|(other, _)| *other != at).map_or(0, |last| last + 1);
        let newest_first: Vec<Transaction> = rows.split_off(begin).into_iter().map(|(_, row)| row).collect();
        let second = of_one_second(newest_first, before, ascend != descend);
        before = second.last().and_then(|row| row.balance_after);
        sorted.extend(second);
    }
    sorted.reverse();
    sorted
}

/// The rows of one second, oldest first. `before`: the balance before them. `is_known`: whether they come newest first.
fn of_one_second(mut rows: Vec<Transaction>, before: Option<Kopecks>, is_known: bool) -> Vec<Transaction> {
    rows.reverse();
    if rows.len() < 2 {
        return rows;
    }
    if let Some(chain) = chain(&rows, before) {
        return chain.into_iter().filter_map(|at| rows.get(at).cloned()).collect();
    }
    let numbers: Option<Vec<u64>> = rows.iter().map(|row| row.id.as_ref()?.parse().ok()).collect();
    if !is_known && numbers.is_some() {
        rows.sort_by_cached_key(|row| row.id.as_ref().and_then(|id| id.parse::<u64>().ok()));
    }
    rows
}

/// The places of rows in the order in which each begins with the balance that the one before it left; `None`: they make no such chain.
fn chain(rows: &[Transaction], before: Option<Kopecks>) -> Option<Vec<usize>> {
    let links: Option<Vec<(Kopecks, Kopecks)>> = rows
        .iter()
        .map(|row| row.balance_after.and_then(|after| Some((after.checked_sub(row.moved())?, after))))
        .collect();
    let links = links?;
    let begins = |balance: Kopecks| links.iter().filter(|(from, _)| *from == balance).count();
    let ends = |balance: Kopecks| links.iter().filter(|(_, to)| *to == balance).count();
    let starts = links.iter().map(|(from, _)| *from).find(|from| begins(*from) > ends(*from));
    let mut balance = before.filter(|before| begins(*before) > 0).or(starts)?;
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut chain = Vec::with_capacity(rows.len());
    while !left.is_empty() {
        let next = left.iter().position(|at| links[*at].0 == balance)?;
        let at = left.remove(next);
        balance = links[at].1;
        chain.push(at);
    }
    Some(chain)
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;
    use probonus::{ExternalRef, ServerTime, TransactionKind};

    use super::*;

    fn kop(sum: i64) -> Kopecks {
        Kopecks::new(sum).unwrap()
    }

    pub(in crate::app::history) fn row(local: DateTime, sum: i64, after: Option<i64>) -> Transaction {
        Transaction {
            id: None,
            at: ServerTime { local, instant: None },
            kind: TransactionKind::Other,
            kind_name: None,
            sum: kop(sum),
            balance_after: after.map(kop),
            money_spent: None,
            comment: None,
            receipt: None,
            external: ExternalRef::default(),
            unsigned: false,
            cancelled: false,
            raw: serde_json::Value::Null,
        }
    }

    fn sums(rows: Vec<Transaction>) -> Vec<i64> {
        newest_first(rows, &TimeZone::UTC).iter().map(|row| row.sum.get()).collect()
    }

    #[test]
    fn rows_of_one_second_stand_in_the_order_of_their_balances() {
        let noon = date(2026, 11, 20).at(12, 0, 0, 0);
        let of = |sum, after| row(noon, sum, Some(after));
        let earlier = row(date(2026, 11, 19).at(12, 0, 0, 0), 500, Some(500));
        let newest = [-50, 30, 20, 500];
        // The balances went 500, 520, 550, 500.
        assert_eq!(sums(vec![of(20, 520), of(-50, 500), of(30, 550), earlier.clone()]), newest);
        assert_eq!(sums(vec![earlier, of(30, 550), of(20, 520), of(-50, 500)]), newest);
        assert_eq!(sums(vec![of(20, 520), of(30, 550), of(40, 590)]), [40, 30, 20], "nothing is older");
    }

    #[test]
    fn rows_of_one_second_without_balances_keep_the_server_s_order_or_stand_by_number() {
        let noon = date(2026, 11, 20).at(12, 0, 0, 0);
        let of = |id: u32, sum| Transaction { id: Some(id.to_string()), ..row(noon, sum, None) };
        let other = |day| row(date(2026, 11, day).at(9, 0, 0, 0), 1, None);
        assert_eq!(sums(vec![of(9, 90), of(10, 100), of(8, 80)]), [100, 90, 80]);
        assert_eq!(sums(vec![other(19), of(9, 90), of(8, 80), other(21)]), [1, 80, 90, 1], "oldest first");
        assert_eq!(sums(vec![other(21), of(9, 90), of(8, 80), other(19)]), [1, 90, 80, 1], "newest first");
    }

    #[test]
    fn rows_with_a_zone_stand_by_their_instant() {
        let at = |local: &str, instant: &str| ServerTime {
            local: local.parse().unwrap(),
            instant: Some(instant.parse().unwrap()),
        };
        let earlier = at("2026-11-20T16:00:00", "2026-11-20T16:00:00+07:00");
        let later = at("2026-11-20T14:00:00", "2026-11-20T11:00:00Z");
        let of = |at, sum| Transaction { at, ..row(date(2026, 11, 20).at(0, 0, 0, 0), sum, None) };
        assert_eq!(sums(vec![of(earlier, 1), of(later, 2)]), [2, 1]);
    }
}
