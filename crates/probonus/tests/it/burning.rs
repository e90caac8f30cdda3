//! When the parts of a balance burn, in the ways in which servers tell it, and what is kept of parts that can't be read.

use jiff::civil::{Date, date};
use probonus::{BalanceDetail, binding::Binding, codec};
use serde_json::{Value, json};

use crate::answers::{answer, noon};

fn read(told: &Value) -> BalanceDetail {
    codec::decode_balance(&Binding::default(), noon(), &answer(200, told)).unwrap_or_else(|e| panic!("{told}: {e}"))
}

/// The days and sums that burn, what burns on a day that is not told, what never burns.
fn parts(told: &Value) -> (Vec<(Date, i64)>, Option<i64>, Option<i64>) {
    let read = read(told);
    let burning = read.burning.iter().map(|part| (part.date, part.sum.get())).collect();
    (burning, read.undated.map(|sum| sum.get()), read.never_burns.map(|sum| sum.get()))
}

/// `noon` is 2026-11-29 by the server's clock.
#[test]
fn a_number_of_days_is_counted_from_the_day_of_the_server() {
    for key in ["days", "daysLeft", "days_left", "inDays", "days_to_burn", "expires_in_days", "remainingDays", "дней"]
    {
        for value in [json!(9), json!("9")] {
            let told = json!({"balance": 1000, "burning": [{key: value, "sum": 1000}]});
            assert_eq!(parts(&told), (vec![(date(2026, 12, 8), 1000)], None, None), "{told}");
        }
    }
    let told = json!({"balance": 1000, "burning": [{"date": null, "days": 9, "sum": 1000}]});
    assert_eq!(parts(&told), (vec![(date(2026, 12, 8), 1000)], None, None));
    let told = json!({"balance": 154_111, "never_expires": 153_111, "expirations": [{"days_left": 9, "amount": 1000}]});
    assert_eq!(parts(&told), (vec![(date(2026, 12, 8), 1000)], None, Some(153_111)));
    let today = json!({"balance": 1000, "burning": [{"days": 0, "sum": 1000}]});
    assert_eq!(parts(&today), (vec![(date(2026, 11, 29), 1000)], None, None));
}

#[test]
fn the_day_is_read_by_many_names() {
    for part in [
        json!({"expiry": "2026-12-31"}),
        json!({"until": "2026-12-31"}),
        json!({"valid_till": "31.12.2026"}),
        json!({"when": "2026-12-31"}),
        json!({"dateEnd": "2026-12-31"}),
        json!({"period": {"from": "2026-11-01", "to": "2026-12-31"}}),
        json!({"validity": {"from": "2026-11-01", "until": "2026-12-31"}}),
        json!({"датаСгорания": "2026-12-31"}),
    ] {
        let mut part = part;
        part["sum"] = json!(1000);
        let told = json!({"balance": 1000, "burning": [part]});
        assert_eq!(parts(&told), (vec![(date(2026, 12, 31), 1000)], None, None), "{told}");
    }
}

/// A balance beside the life of new bonuses is no part that burns.
#[test]
fn the_life_of_new_bonuses_is_no_day_of_burning() {
    for told in [json!({"bonus": 500, "days": 30}), json!({"bonus": 500, "expireDays": 30})] {
        assert_eq!(
            (read(&told).balance.map(|sum| sum.get()), parts(&told)),
            (Some(500), (vec![], None, None)),
            "{told}"
        );
    }
}

/// A guest must not hear that bonuses never burn because the program does not know the name of a date.
#[test]
fn a_part_without_a_readable_day_burns_on_a_day_that_is_not_told() {
    for part in [
        json!({}),
        json!({"someday": "2026-12-31"}),
        json!({"date": "2026-02-31"}),
        json!({"date": "soon"}),
        json!({"burnDate": "32.13.2026"}),
        json!({"year": 2026, "month": 12}),
        json!({"accruedAt": "2026-11-01", "lifetime": 30}),
        json!({"accruedAt": "2026-11-01", "days": 30}),
        json!({"at": null}),
        json!({"period": {"from": "2026-11-01"}}),
        json!({"days": -3}),
        json!({"days": "скоро"}),
    ] {
        let mut part = part;
        part["sum"] = json!(1000);
        let told = json!({"balance": 1000, "burning": [part]});
        assert_eq!(parts(&told), (vec![], Some(1000), None), "{told}");
    }
}

#[test]
fn a_part_never_burns_only_where_that_is_said() {
    for part in [
        json!({"date": null}),
        json!({"burn_date": ""}),
        json!({"expires_at": "0001-01-01T00:00:00"}),
        json!({"expires": "never"}),
        json!({"date": "никогда"}),
        json!({"date": "Бессрочно"}),
        json!({"date": "9999-12-31T23:59:59.9999999"}),
        json!({"date": "3999-12-31"}),
        json!({"never_burns": true}),
        json!({"permanent": true, "date": "2026-12-31"}),
    ] {
        let mut part = part;
        part["sum"] = json!(1000);
        let told = json!({"balance": 1000, "burning": [part]});
        assert_eq!(parts(&told), (vec![], None, Some(1000)), "{told}");
    }
}

/// One odd part must not hide the others.
#[test]
fn a_part_that_can_not_be_read_is_counted_and_the_others_stay() {
    let good = json!({"date": "2026-12-31", "sum": 500});
    for odd in [
        json!({"date": "2026-12-31", "sum": null}),
        json!({"date": "2026-12-31", "sum": "н/д"}),
        json!({"date": "2026-12-31", "sum": 5.5}),
        json!({"date": "2026-12-31"}),
        json!("часть"),
        json!({"status": "pending", "date": "2026-12-31"}),
    ] {
        let told = json!({"balance": 1000, "burning": [good, odd]});
        let read = read(&told);
        assert_eq!((read.burning.len(), read.unread_parts), (1, 1), "{told}");
        assert_eq!(read.sum_of_parts(), None, "{told}");
    }
    let waiting =
        json!({"balance": 1000, "waiting": [{"date": "2026-12-05", "sum": 5}, {"date": "x", "sum": 7}, {"sum": "-"}]});
    let read = read(&waiting);
    let sums: Vec<_> = read.waiting.iter().map(|part| (part.from, part.sum.get())).collect();
    assert_eq!((sums, read.unread_parts), (vec![(None, 7), (Some(date(2026, 12, 5)), 5)], 1));
    let whole = json!({"balance": 1000, "burning": [good, null, {"sum": 100}], "neverBurns": 400});
    assert_eq!(
        (self::read(&whole).unread_parts, self::read(&whole).sum_of_parts().map(|sum| sum.get())),
        (0, Some(1000))
    );
}

#[test]
fn a_server_that_tells_nothing_of_burning_is_told_from_one_where_nothing_burns() {
    for (told, tells) in [
        (json!({"balance": 1000}), false),
        (json!({"balance": 1000, "burning": null}), false),
        (json!({"balance": 1000, "waiting": []}), false),
        (json!({"balance": 1000, "burning": []}), true),
        (json!({"balance": 1000, "neverBurns": 1000}), true),
        (json!({"balance": 1000, "burning": [{"sum": 5}]}), true),
    ] {
        assert_eq!(read(&told).tells_burning, tells, "{told}");
    }
}

#[test]
fn a_server_that_lists_what_waits_is_told_from_one_that_says_nothing_of_it() {
    for (told, expected) in [
        (json!({"balance": 1000, "awaiting": []}), true),
        (json!({"balance": 1000, "waiting": [{"date": "2026-12-05", "sum": 5}]}), true),
        (json!({"balance": 1000, "bonusAwaitingIssue": 0}), true),
        (json!({"balance": 1000}), false),
        (json!({"balance": 1000, "burning": []}), false),
    ] {
        assert_eq!(read(&told).tells_waiting, expected, "{told}");
    }
}
