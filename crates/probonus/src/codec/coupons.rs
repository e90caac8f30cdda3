//! The coupons of a guest: in which shapes they are listed, and what their records say.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    coupon_words::{State, state_in},
    keys::known,
    moments::is_endless,
    phrases::says_never,
    read::Record,
    values::{blank, join, plain_text, written},
};
use crate::{
    contract::{Field, normal},
    model::{Coupon, RecordPart, Unread},
};

/// Records that are searched one in the other.
const DEPTH: usize = 3;

/// Records inside a coupon's record that hold its days.
const PERIODS: [&str; 6] = ["validity", "period", "valid", "active", "dates", "срок"];

/// Names of the first day of a coupon.
const FIRST_DAY: [&str; 16] = [
    "validfrom",
    "activefrom",
    "availablefrom",
    "from",
    "datefrom",
    "fromdate",
    "startdate",
    "datestart",
    "startsat",
    "startat",
    "start",
    "begindate",
    "beginsat",
    "validsince",
    "действуетс",
    "датаначала",
];

/// The coupons of a record, and those that can't be read.
#[derive(Default)]
pub(super) struct Coupons {
    pub(super) read: Vec<Coupon>,
    pub(super) unread: Vec<Unread>,
}

impl Coupons {
    /// The coupons under the field of a record.
    pub(super) fn of(record: &Record<'_>) -> Self {
        let mut coupons = Self::default();
        for (path, value) in record.list_or_one(Field::Coupons) {
            coupons.gather(record, path, value, &State::default(), DEPTH);
        }
        coupons
    }

    /// Reads one element: a coupon, or a list or record that holds coupons. `around`: what the list or the record around it says.
    fn gather(&mut self, record: &Record<'_>, path: String, value: &Value, around: &State, depth: usize) {
        match value {
            value if blank(value) => {}
            Value::String(_) | Value::Number(_) => {
                let code = plain_text(value);
                let name = code.clone().unwrap_or_default();
                self.read.push(around.clone().on(Coupon { name, code, ..Coupon::default() }));
            }
            Value::Array(list) if depth > 0 => {
                for (nth, value) in list.iter().enumerate() {
                    self.gather(record, format!("{path}/{nth}"), value, around, depth - 1);
                }
            }
            Value::Object(map) if depth > 0 && holds_coupons(map) => {
                let Ok(outer) = record.of(path.clone(), value) else { return };
                let around = State::of(&outer).or(around.clone());
                for (key, value) in map.iter().filter(|(_, value)| value.is_object() || value.is_array()) {
                    let mut around = around.clone();
                    around.told = state_in(key).or(around.told);
                    self.gather(record, join(&path, key), value, &around, depth - 1);
                }
            }
            value => match record.of(path, value) {
                Ok(own) => self.read.push(State::of(&own).or(around.clone()).on(coupon(&own))),
                Err(_) => self.unread.push(Unread { part: RecordPart::Coupon, said: written(value) }),
            },
        }
    }
}

/// Whether a record holds coupons, and is none itself: `{"active": […], "used": […]}`, `{"items": […]}`, `{"coupon": {…}}`.
fn holds_coupons(map: &serde_json::Map<String, Value>) -> bool {
    let is_told = |field: Field| {
        map.iter()
            .any(|(key, value)| matches!(field.match_of(&known(key)), Some((0, _))) && plain_text(value).is_some())
    };
    let is_holder = |key: &str| {
        let key = known(key);
        key.is_content || state_in(&key.name).is_some() || Field::Coupons.match_of(&key).is_some() || is_one(&key.name)
    };
    let inner = |(key, value): (&String, &Value)| (value.is_array() || value.is_object()) && is_holder(key);
    !is_told(Field::CouponName) && !is_told(Field::CouponCode) && map.iter().any(inner)
}

fn is_one(name: &str) -> bool {
    matches!(name, "coupon" | "voucher" | "promocode" | "promotion" | "купон")
}

/// The coupon without its state.
fn coupon(own: &Record<'_>) -> Coupon {
    let code = own.text(Field::CouponCode);
    let id = || own.plain(&["couponid", "id"]).map(|id| format!("№ {id}"));
    // A coupon whose record has no known field still counts, without a name.
    let name = own.text(Field::CouponName).or_else(|| code.clone()).or_else(id).unwrap_or_default();
    let (valid_until, valid_until_text) = match end(own) {
        End::None => (None, None),
        End::On(day) => (Some(day), None),
        End::Written(text) => (None, Some(text)),
    };
    Coupon { name, code, valid_from: first_day(own), valid_until, valid_until_text, ..Coupon::default() }
}

fn first_day(own: &Record<'_>) -> Option<Date> {
    let inner = own.inner(&PERIODS);
    [own, &inner].into_iter().find_map(|record| {
        let found = FIRST_DAY.iter().find_map(|name| record.under(name))?;
        record.day_at(&found).ok().flatten()
    })
}

/// When a coupon ends.
enum End {
    /// The server tells no end, or says that there is none.
    None,
    On(Date),
    /// What the server wrote is no day that can be read.
    Written(String),
}

fn end(own: &Record<'_>) -> End {
    let inner = own.inner(&PERIODS);
    let told = own.find(Field::ValidUntil).or_else(|| by_shape(own));
    let told =
        told.or_else(|| inner.find(Field::ValidUntil)).or_else(|| by_shape(&inner)).or_else(|| inner.under("to"));
    let Some(found) = told.filter(|found| !found.value.is_null()) else { return End::None };
    match own.day_at(&found) {
        Ok(Some(day)) if is_endless(day) => End::None,
        Ok(Some(day)) => End::On(day),
        Ok(None) => End::None,
        Err(_) if found.value.as_str().is_some_and(says_never) => End::None,
        Err(_) => End::Written(written(found.value)),
    }
}

/// The value under a key that is surely an end, although its name is not listed: `dateEnd`, `finish_date`, `expired_at`. A flag is
/// none: `isExpired: true`.
fn by_shape<'r, 'a>(own: &'r Record<'a>) -> Option<super::read::Found<'r, 'a>> {
    let is_date = |value: &Value| !(value.is_null() || value.is_boolean() || super::values::flag(value).is_some());
    let (key, ..) = own.keys().iter().find(|(key, _, value)| is_end(&key.name) && is_date(value))?;
    own.under(&key.name)
}

fn is_end(name: &str) -> bool {
    const PARTS: [&str; 8] = ["expir", "until", "till", "finish", "dateend", "enddate", "оконч", "истек"];
    let name = normal(name);
    let is_whole = matches!(name.as_str(), "end" | "ends" | "endat" | "endson" | "ended" | "endedat" | "действуетдо");
    is_whole || PARTS.iter().any(|part| name.contains(part))
}
