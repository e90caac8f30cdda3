//! The office's settings. They never contain a secret.

mod desktop;
pub mod file;
#[cfg(any(test, feature = "dev-host"))]
pub mod memory;
mod proxy;
pub mod stored;
mod updates;

use probonus::{Kopecks, binding::Choice};
use serde::{Deserialize, Serialize};
use specta::Type;

pub(crate) use self::{desktop::DesktopSettings, proxy::ProxySettings, updates::UpdateSettings};
use crate::{
    error::{AppError, FieldCode, FieldError},
    form::{Fields, percent},
    shape::Language,
};

/// The settings of a mode, as the page sees and saves them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// Version of the settings' shape.
    pub version: u32,
    /// Language of the interface.
    pub language: Language,
    /// The operator's name, as the journal shows it.
    pub operator: String,
    /// Restaurants of outside receipts.
    pub restaurants: Vec<Restaurant>,
    /// Levels of discount or bonus: no server publishes their list.
    pub levels: Vec<Choice>,
    /// Types of bonuses.
    pub bonus_types: Vec<Choice>,
    /// Station of outside receipts.
    pub station: String,
    /// Group of new guests; `null`: the only group with a template, if there is exactly one.
    pub default_group: Option<String>,
    /// Bonuses offered for a receipt, percent of what was paid, as typed: `5`, `7,5`; empty: none.
    pub accrual_percent: String,
    /// Reasons of manual refills.
    pub refill_reasons: Vec<String>,
    /// Limits.
    pub limits: Limits,
    /// Rows of a guest's history on the card, 1…100.
    pub rows_in_history: u32,
}

/// A restaurant of outside receipts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct Restaurant {
    /// `restCode`.
    pub code: String,
    /// Name for the screen.
    pub name: String,
}

/// The largest sums that may be sent, in kopecks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub(crate) struct Limits {
    /// Of one refill.
    pub refill: Kopecks,
    /// Of any sum of one receipt.
    pub check: Kopecks,
}

/// Version of the settings that this program writes.
pub const VERSION: u32 = 1;

impl Default for Settings {
    fn default() -> Self {
        let reasons = ["Компенсация", "День рождения", "Акция", "Ошибка начисления", "Подарок"];
        Self {
            version: VERSION,
            language: Language::default(),
            operator: String::new(),
            restaurants: Vec::new(),
            levels: Vec::new(),
            bonus_types: Vec::new(),
            station: "999".to_owned(),
            default_group: None,
            accrual_percent: String::new(),
            refill_reasons: reasons.map(str::to_owned).to_vec(),
            limits: Limits::default(),
            rows_in_history: 20,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let policy = office::Policy::default();
        Self { refill: policy.refill_limit, check: policy.check_limit }
    }
}

impl Settings {
    /// The settings with spaces trimmed and empty rows dropped, if every field can be used.
    ///
    /// # Errors
    /// Each field that can't be used.
    pub fn checked(mut self) -> Result<Self, AppError> {
        let mut fields = Fields::default();
        self.version = VERSION;
        self.operator = self.operator.trim().to_owned();
        limit_length(&mut fields, "operator", &self.operator, 100);

        for restaurant in &mut self.restaurants {
            restaurant.code = restaurant.code.trim().to_owned();
            restaurant.name = restaurant.name.trim().to_owned();
        }
        self.restaurants.retain(|restaurant| !(restaurant.code.is_empty() && restaurant.name.is_empty()));
        let count = checked_count(&mut fields, "restaurants", self.restaurants.len(), 1000);
        for (row, restaurant) in self.restaurants.iter().enumerate().take(count) {
            fields.rest_code(&format!("restaurants.{row}.code"), &restaurant.code);
            limit_length(&mut fields, &format!("restaurants.{row}.name"), &restaurant.name, 200);
            if self.restaurants[..row].iter().any(|earlier| earlier.code == restaurant.code) {
                fields.add(&format!("restaurants.{row}.code"), FieldCode::Repeated);
            }
        }
        check_directory(&mut fields, "levels", &mut self.levels);
        check_directory(&mut fields, "bonusTypes", &mut self.bonus_types);

        self.station = self.station.trim().to_owned();
        fields.station("station", &self.station);
        self.default_group = self.default_group.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        self.accrual_percent = self.accrual_percent.trim().trim_end_matches('%').trim().to_owned();
        if let Err(code) = percent(&self.accrual_percent)
            && !self.accrual_percent.is_empty()
        {
            fields.add("accrualPercent", code);
        }

        self.refill_reasons = self.refill_reasons.iter().map(|reason| reason.trim().to_owned()).collect();
        self.refill_reasons.retain(|reason| !reason.is_empty());
        let count = checked_count(&mut fields, "refillReasons", self.refill_reasons.len(), 100);
        for (row, reason) in self.refill_reasons.iter().enumerate().take(count) {
            limit_length(&mut fields, &format!("refillReasons.{row}"), reason, 100);
        }

        let ceiling = Limits::default();
        for (field, limit, most) in
            [("limits.refill", self.limits.refill, ceiling.refill), ("limits.check", self.limits.check, ceiling.check)]
        {
            if !limit.is_positive() {
                fields.add(field, FieldCode::NotPositive);
            } else if limit > most {
                fields.push(FieldError { limit: Some(most), ..FieldError::new(field, FieldCode::OverLimit) });
            }
        }
        self.rows_in_history = self.rows_in_history.clamp(1, 100);
        fields.done(Some(self))
    }
}

/// Trims a directory of codes, and notes its problems.
fn check_directory(fields: &mut Fields, name: &str, rows: &mut Vec<Choice>) {
    for row in rows.iter_mut() {
        row.code = row.code.trim().to_owned();
        row.name = row.name.trim().to_owned();
    }
    rows.retain(|row| !(row.code.is_empty() && row.name.is_empty()));
    let count = checked_count(fields, name, rows.len(), 200);
    for (at, row) in rows.iter().enumerate().take(count) {
        let code = format!("{name}.{at}.code");
        fields.line(&code, &row.code);
        limit_length(fields, &code, &row.code, 64);
        limit_length(fields, &format!("{name}.{at}.name"), &row.name, 200);
        if rows[..at].iter().any(|earlier| earlier.code == row.code) {
            fields.add(&code, FieldCode::Repeated);
        }
    }
}

fn limit_length(fields: &mut Fields, field: &str, text: &str, max: u32) {
    if text.chars().any(char::is_control) {
        fields.add(field, FieldCode::BadCharacters);
    }
    if text.chars().count() > max as usize {
        fields.push(FieldError { max: Some(max), ..FieldError::new(field, FieldCode::TooLong) });
    }
}

/// How many rows are to be checked one by one: all, or none if there are more than `max`. Rows are compared with each other, and a
/// list of 50,000 would take seconds before it is refused.
fn checked_count(fields: &mut Fields, field: &str, count: usize, max: u32) -> usize {
    if count > max as usize {
        fields.push(FieldError { max: Some(max), ..FieldError::new(field, FieldCode::TooMany) });
        return 0;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_can_be_used_as_they_are() {
        let settings = Settings::default().checked().unwrap();
        assert_eq!(settings, Settings::default());
        assert_eq!((settings.station.as_str(), settings.refill_reasons.len()), ("999", 5));
    }

    #[test]
    fn empty_rows_are_dropped_and_wrong_ones_named() {
        let restaurant = |code: &str, name: &str| Restaurant { code: code.into(), name: name.into() };
        let settings = Settings {
            restaurants: vec![
                restaurant(" 1 ", "Центр"),
                restaurant("", " "),
                restaurant("1", "Вокзал"),
                restaurant("", "Без кода"),
            ],
            accrual_percent: "101".into(),
            station: "0".into(),
            limits: Limits { refill: Kopecks::ZERO, ..Limits::default() },
            ..Settings::default()
        };
        let error = settings.checked().unwrap_err();
        let named: Vec<_> = error.details.fields.iter().map(|f| (f.field.as_str(), f.code)).collect();
        assert_eq!(
            named,
            [
                ("restaurants.1.code", FieldCode::Repeated),
                ("restaurants.2.code", FieldCode::Required),
                ("station", FieldCode::NotPositive),
                ("accrualPercent", FieldCode::TooLarge),
                ("limits.refill", FieldCode::NotPositive),
            ]
        );
    }

    /// Each row would be wrong as well; only the number of rows is told, and no row is looked at.
    #[test]
    fn a_list_that_is_too_long_is_refused_before_its_rows_are_checked() {
        let choices = |count: usize| vec![Choice { code: "1".into(), name: "x".repeat(300) }; count];
        let settings = |count: usize| Settings {
            restaurants: vec![Restaurant { code: "1".into(), name: "x".repeat(300) }; count],
            levels: choices(count),
            bonus_types: choices(count),
            refill_reasons: vec!["x".repeat(300); count],
            ..Settings::default()
        };
        let told = |count: usize| -> Vec<_> {
            let fields = settings(count).checked().unwrap_err().details.fields;
            fields.into_iter().map(|field| (field.field, field.code, field.max)).collect()
        };
        let too_many = |field: &str, max| (field.to_owned(), FieldCode::TooMany, Some(max));
        let expected = [
            too_many("restaurants", 1000),
            too_many("levels", 200),
            too_many("bonusTypes", 200),
            too_many("refillReasons", 100),
        ];
        assert_eq!(told(1001), expected);
        // Rows without anything in them do not count.
        let empty = vec![Restaurant { code: " ".into(), name: String::new() }; 1001];
        let empty = Settings { restaurants: empty, ..Settings::default() };
        assert!(empty.checked().is_ok_and(|settings| settings.restaurants.is_empty()));
    }
}
