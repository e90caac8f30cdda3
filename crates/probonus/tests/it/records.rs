//! A guest's record with odd parts: what can be read is shown, and what can't is told.

use jiff::civil::date;
use probonus::{Account, CouponState, ErrorKind, Kopecks, Method, RecordPart, binding::Binding, codec};
use serde_json::{Value, json};

use crate::answers::{accounts, answer};

fn guest(more: &Value) -> Account {
    let mut record = json!({"id": 7, "phone": "79123456789"});
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    accounts(&record).unwrap_or_else(|error| panic!("{record}: {error}")).remove(0)
}

fn unread(guest: &Account) -> Vec<(RecordPart, &str)> {
    guest.unread.iter().map(|unread| (unread.part, unread.said.as_str())).collect()
}

/// The state of the only coupon on 2026-12-01.
fn state(coupon: &Value) -> CouponState {
    let read = guest(&json!({"coupons": [coupon]})).coupons;
    let [only] = read.as_slice() else { panic!("{coupon}: {read:?}") };
    only.state_on(date(2026, 12, 1))
}

#[test]
fn a_coupon_that_can_not_be_used_is_told_apart() {
    for (state_told, coupons) in [
        (
            CouponState::Usable,
            json!([{}, {"status": "active"}, {"status": "Действует"}, {"is_used": false}, {"used_at": null},
                {"is_active": true}, {"valid_from": "2026-12-01"}, {"valid_until": "2026-12-01"}, {"uses_left": 2},
                {"status": "не использован"}, {"used": 1, "uses_max": 3}, {"status": {"code": "ACTIVE"}}]),
        ),
        (
            CouponState::Used,
            json!([{"status": "used"}, {"status": "Использован"}, {"status": "COUPON_REDEEMED"}, {"is_used": true},
                {"used_at": "2026-11-20T10:00:00"}, {"usedDate": "вчера"}, {"uses_left": 0, "uses_max": 3},
                {"used_count": 3, "max_uses": 3}, {"status": "Погашен"}, {"is_active": false, "used_at": "2026-11-20"}]),
        ),
        (
            CouponState::Expired,
            json!([{"status": "expired"}, {"status": "Срок истёк"}, {"is_expired": true}, {"valid_until": "2026-11-30"},
                {"dateEnd": "2026-11-01"}, {"finishDate": "01.11.2026"}, {"expired_at": "2026-11-01"}, {"end": "2026-11-01"},
                {"validity": {"from": "2026-10-01", "to": "2026-11-01"}}, {"valid_until": "2026-11-30", "status": "active"}]),
        ),
        (
            CouponState::Blocked,
            json!([{"status": "blocked"}, {"status": "аннулирован"}, {"is_blocked": true}, {"is_active": false}, {"is_deleted": true},
                {"status": "неактивен"}, {"enabled": 0}]),
        ),
        (
            CouponState::NotYetValid,
            json!([{"valid_from": "2026-12-20"}, {"status": "pending"}, {"period": {"from": "2026-12-20", "to": "2027-01-20"}}]),
        ),
        (CouponState::Unknown, json!([{"status": 2}, {"state": "квантовое"}])),
    ] {
        for coupon in coupons.as_array().unwrap() {
            let mut coupon = coupon.clone();
            coupon["name"] = json!("Кофе");
            coupon["code"] = json!("KF");
            assert_eq!(state(&coupon), state_told, "{coupon}");
        }
    }
    let twice = guest(&json!({"coupons": [{"name": "Кофе", "uses_left": 2, "uses_max": 3, "status": "квантовое"}]}));
    let coupon = &twice.coupons[0];
    assert_eq!((coupon.uses_left, coupon.uses, coupon.state_text.as_deref()), (Some(2), Some(3), Some("квантовое")));
}

/// An end that the program can't read is no endless coupon.
#[test]
fn an_end_that_can_not_be_read_is_shown_as_it_was_written() {
    let end = |coupon: Value| {
        let read = guest(&json!({"coupons": [coupon]})).coupons.remove(0);
        (read.valid_until, read.valid_until_text)
    };
    for key in ["validUntil", "dateEnd", "finishDate", "expired_at", "end", "датаОкончания"] {
        let day = end(json!({"name": "Кофе", key: "2027-01-30"}));
        assert_eq!(day, (Some(date(2027, 1, 30)), None), "{key}");
        let odd = end(json!({"name": "Кофе", key: "2026-02-31"}));
        assert_eq!(odd, (None, Some("2026-02-31".to_owned())), "{key}");
        for endless in [json!("бессрочно"), json!(null), json!("9999-12-31"), json!("")] {
            assert_eq!(end(json!({"name": "Кофе", key: endless})), (None, None), "{key}");
        }
    }
    let nested = end(json!({"name": "Кофе", "validity": {"from": "2026-11-01", "to": "скоро"}}));
    assert_eq!(nested, (None, Some("скоро".to_owned())));
}

#[test]
fn coupons_are_found_in_every_shape_of_their_list() {
    let cup = json!({"name": "Кофе", "code": "KF"});
    let cake = json!({"name": "Торт", "code": "TR"});
    let read = |coupons: Value| {
        let read = guest(&json!({"coupons": coupons.clone()}));
        assert!(read.unread.is_empty(), "{coupons}: {:?}", read.unread);
        read.coupons.into_iter().map(|coupon| (coupon.name, coupon.state)).collect::<Vec<_>>()
    };
    let (usable, used) = (("Кофе".to_owned(), CouponState::Usable), ("Торт".to_owned(), CouponState::Used));
    assert_eq!(read(json!({"active": [cup], "used": [cake]})), [usable.clone(), used.clone()]);
    for one in [json!({"items": [cup, null], "total": 1}), json!({"coupon": cup}), json!([null, cup])] {
        assert_eq!(read(one), vec![usable.clone()]);
    }
    assert_eq!(read(json!([{"coupon": cup}, {"coupon": cake, "status": "used"}, null])), [usable, used]);
}

/// The guest is found, and what is odd in the record is told.
#[test]
fn an_odd_part_hides_only_itself() {
    for odd in [json!(123.45), json!(9_007_199_254_740_993_u64), json!("сто"), json!(true)] {
        let read = guest(&json!({"balance": odd, "name": "Анна"}));
        assert_eq!(read.balance, None, "{odd}");
        assert_eq!(read.unread.iter().map(|unread| unread.part).collect::<Vec<_>>(), [RecordPart::Balance], "{odd}");
        assert_eq!(read.profile.name.name.as_deref(), Some("Анна"), "{odd}");
    }
    // A balance that is told twice, and differently, is none.
    let two = guest(&json!({"balance": 100, "currentBalance": 200}));
    assert_eq!((two.balance, two.unread.len()), (None, 1));
    let odd = guest(&json!({"coupons": [{"name": "Кофе"}, true], "birthday": "вчера", "blocked": "может быть",
        "balance": 5, "turnover": "н/д"}));
    let told = unread(&odd);
    for part in [
        (RecordPart::Coupon, "true"),
        (RecordPart::Birthday, "вчера"),
        (RecordPart::Standing, "может быть"),
        (RecordPart::Turnover, "н/д"),
    ] {
        assert!(told.contains(&part), "{part:?} in {told:?}");
    }
    assert_eq!((odd.balance, odd.blocked, odd.coupons.len()), (Some(Kopecks::new(5).unwrap()), None, 1));
    // An account whose id can't be read is no guest.
    assert!(accounts(&json!({"id": 1.5, "phone": "79123456789"})).is_err());
}

#[test]
fn a_level_is_told_by_its_name_its_code_or_its_percent() {
    for (record, name, code, percent) in [
        (json!({"level": {"percent": 7}}), "", None, Some("7")),
        (json!({"level": {"id": 2}}), "", Some("2"), None),
        (json!({"level": {"code": "3", "percent": 10}}), "", Some("3"), Some("10")),
        (json!({"level": [{"id": 2, "name": "Золото", "percent": 7}]}), "Золото", Some("2"), Some("7")),
        (json!({"level": {"name": "Золото", "discount": 10}}), "Золото", None, Some("10")),
        (json!({"level": {"name": "Золото", "value": 10, "unit": "%"}}), "Золото", None, Some("10")),
        (json!({"level": {"name": "Золото", "value": "10 %"}}), "Золото", None, Some("10")),
        (json!({"level": {"name": "Золото", "value": 10}}), "Золото", None, None),
        (json!({"level": {"name": "Золото", "discount": 15000}}), "Золото", None, None),
        (json!({"levelName": "Золото", "percent": "7.5"}), "Золото", None, Some("7.5")),
    ] {
        let level = guest(&record).level.unwrap_or_else(|| panic!("{record}"));
        assert_eq!(
            (level.name.as_str(), level.code.as_deref(), level.percent.as_deref()),
            (name, code, percent),
            "{record}"
        );
    }
    let until = guest(&json!({"level": {"name": "Золото", "validUntil": "2027-01-30"}})).level.unwrap().valid_until;
    assert_eq!(until, Some(date(2027, 1, 30)));
    assert_eq!(guest(&json!({"level": null})).level, None);
}

#[test]
fn an_account_that_is_closed_inactive_or_merged_says_so() {
    for inactive in [
        json!({"is_active": false}),
        json!({"active": 0}),
        json!({"enabled": "нет"}),
        json!({"status": "inactive"}),
        json!({"blockReason": "подозрение"}),
        json!({"isClosed": true}),
    ] {
        let read = guest(&inactive);
        assert!(read.inactive && read.blocked != Some(true) && read.deleted != Some(true), "{inactive}");
        assert!(read.takes_money(), "{inactive}: it is the operator who decides");
    }
    let merged = guest(&json!({"mergedInto": 55}));
    assert_eq!((merged.deleted, merged.standing_text.as_deref()), (Some(true), Some("55")));
    let blocked = guest(&json!({"blocked": true, "blockReason": "подозрение"}));
    assert_eq!((blocked.inactive, blocked.standing_text.as_deref()), (false, Some("подозрение")));
    for normal in
        [json!({"is_active": true}), json!({"mergedInto": null}), json!({"mergedInto": 0}), json!({"enabled": 1})]
    {
        let read = guest(&normal);
        assert!(!read.inactive && read.deleted != Some(true), "{normal}");
    }
}

#[test]
fn an_odd_group_is_left_out_and_the_others_say_that_they_are_not_all() {
    let read = |told: &Value| {
        let answer = crate::answers::answer(200, told);
        let binding = probonus::binding::Binding::default();
        let groups = probonus::codec::decode_groups(&binding, probonus::Method::Groups, &answer);
        groups.map(|groups| groups.into_iter().map(|group| (group.name, group.of_part)).collect::<Vec<_>>())
    };
    let good = json!({"id": 3, "name": "Гости"});
    let of = |is_part: bool| vec![("Гости".to_owned(), is_part)];
    assert_eq!(read(&json!([good, null])).unwrap(), of(false));
    assert_eq!(read(&json!([good, {"id": 0, "name": "Пустая"}, {"name": "Без номера"}, "строка"])).unwrap(), of(true));
    assert_eq!(read(&json!({"groups": [good], "has_more": true})).unwrap(), of(true));
    assert_eq!(read(&json!({"groups": [good], "total": 30})).unwrap(), of(true));
    assert_eq!(read(&json!({"groups": [good], "total": 1})).unwrap(), of(false));
    assert!(read(&json!([{"name": "Без номера"}])).is_err());
}

/// Ids that look like `1`, or would become it when they are shown, typed or trimmed.
const INEXACT: [&str; 10] =
    [" 1", "\u{a0}1", "1\u{a0}", "\t1", "1\n", "1\u{0}", "1\u{1b}2", "1\u{200b}", "\u{202e}1", "1\u{fffd}"];

#[test]
fn an_id_that_may_be_taken_for_another_one_is_none() {
    for id in INEXACT {
        for (record, at) in [
            (json!({"id": id, "name": "Анна"}), "$.id"),
            (json!({"accountId": id, "name": "Анна"}), "$.accountId"),
            (json!({"account": {"id": id}, "name": "Анна"}), "$.account"),
            (json!([{"id": "1", "name": "Анна"}, {"id": id, "name": "Вторая"}]), "$[1].id"),
        ] {
            let error = accounts(&record).unwrap_err();
            assert_eq!((error.kind(), error.json_path()), (ErrorKind::Unreadable, Some(at)), "{id:?} {record}");
        }
        let made = codec::decode_write(&Binding::default(), Method::InsertByTemplate, &answer(201, &json!({"id": id})));
        assert_eq!(made.ok().and_then(|made| made.account), None, "{id:?}");
        let listed = json!([{"id": "1", "name": "Гости"}, {"id": id, "name": "Другие"}]);
        let groups = codec::decode_groups(&Binding::default(), Method::Groups, &answer(200, &listed)).unwrap();
        assert_eq!(groups.iter().map(|group| (group.id.as_str(), group.of_part)).collect::<Vec<_>>(), [("1", true)]);
    }
    // A column of a fixed width.
    assert_eq!(accounts(&json!({"id": "1001      ", "name": "Анна"})).unwrap()[0].id.as_str(), "1001");
    for id in ["1", "01", "A 1", "ё", "{7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01}"] {
        assert_eq!(accounts(&json!({"id": id, "name": "Анна"})).unwrap()[0].id.as_str(), id);
    }
}

/// The name of a group that stands in place of its id is no id.
#[test]
fn a_group_that_is_told_by_its_name_may_have_spaces_around_it() {
    assert_eq!(guest(&json!({"group": "Гости "})).unread, []);
}
