//! A guest's profile, and its fields one by one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contract::ProfileField;

/// Surname, first name and patronymic; each may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PersonName {
    /// Фамилия.
    pub surname: Option<String>,
    /// Имя.
    pub name: Option<String>,
    /// Отчество.
    pub patronymic: Option<String>,
}

/// Sex, where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Sex {
    /// Мужской.
    Male,
    /// Женский.
    Female,
}

/// The part of an account that an operator types and edits: what a guest tells of themselves, and the account's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Profile {
    /// The guest's name.
    #[serde(flatten)]
    pub name: PersonName,
    /// Birthday; servers' "empty" dates (1899-12-30, 0001-01-01) are `None`.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub birthday: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// E-mail.
    pub email: Option<String>,
    /// Cards and other additional identifiers.
    pub identifiers: Vec<String>,
    /// «Код скидки», as the server spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_level: Option<String>,
    /// «Код типа бонусов», as the server spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bonus_type: Option<String>,
    /// The lifetime in days of bonuses that are accrued from now on, if the record has a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bonus_lifetime: Option<u32>,
}

/// The value of one field of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileValue<'a> {
    /// A text.
    Text(&'a Option<String>),
    /// A day.
    Day(&'a Option<Date>),
    /// Sex.
    Sex(&'a Option<Sex>),
    /// Several texts.
    List(&'a Vec<String>),
    /// A code of one of the server's directories.
    Code(&'a Option<String>),
    /// A number of days.
    Days(&'a Option<u32>),
}

/// The place of one field's value in a profile.
#[derive(Debug)]
pub enum ProfileSlot<'a> {
    /// A text.
    Text(&'a mut Option<String>),
    /// A day.
    Day(&'a mut Option<Date>),
    /// Sex.
    Sex(&'a mut Option<Sex>),
    /// Several texts.
    List(&'a mut Vec<String>),
    /// A code of one of the server's directories.
    Code(&'a mut Option<String>),
    /// A number of days.
    Days(&'a mut Option<u32>),
}

/// Maps each field to its place in the profile. `$kind` is the enum that holds the place, `$borrow` how it is borrowed.
macro_rules! place {
    ($profile:ident, $field:ident, $kind:ident, $($borrow:tt)+) => {
        match $field {
            ProfileField::Surname => $kind::Text($($borrow)+ $profile.name.surname),
            ProfileField::Name => $kind::Text($($borrow)+ $profile.name.name),
            ProfileField::Patronymic => $kind::Text($($borrow)+ $profile.name.patronymic),
            ProfileField::Birthday => $kind::Day($($borrow)+ $profile.birthday),
            ProfileField::Sex => $kind::Sex($($borrow)+ $profile.sex),
            ProfileField::Email => $kind::Text($($borrow)+ $profile.email),
            ProfileField::Identifiers => $kind::List($($borrow)+ $profile.identifiers),
            ProfileField::DiscountLevel => $kind::Code($($borrow)+ $profile.discount_level),
            ProfileField::BonusType => $kind::Code($($borrow)+ $profile.bonus_type),
            ProfileField::BonusLifetime => $kind::Days($($borrow)+ $profile.bonus_lifetime),
        }
    };
}

impl Profile {
    /// The value of a field.
    #[must_use]
    pub const fn get(&self, field: ProfileField) -> ProfileValue<'_> {
        place!(self, field, ProfileValue, &)
    }

    /// The place of a field's value, to change it.
    #[must_use]
    pub const fn get_mut(&mut self, field: ProfileField) -> ProfileSlot<'_> {
        place!(self, field, ProfileSlot, &mut)
    }

    /// The fields in which two profiles differ, compared letter by letter, in the order of the form.
    pub fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = ProfileField> + 'a {
        ProfileField::ALL.into_iter().filter(|field| self.get(*field) != other.get(*field))
    }

    /// This profile with the fields that differ between `before` and `after` set as in `after`. All other fields stay.
    ///
    /// Example: an operator changed the e-mail; meanwhile the server raised the level. The result has the new e-mail and the new
    /// level.
    #[must_use]
    pub fn with_change(&self, before: &Self, after: &Self) -> Self {
        let mut changed = self.clone();
        for field in before.differing(after) {
            match (changed.get_mut(field), after.get(field)) {
                (ProfileSlot::Text(place), ProfileValue::Text(value))
                | (ProfileSlot::Code(place), ProfileValue::Code(value)) => place.clone_from(value),
                (ProfileSlot::Day(place), ProfileValue::Day(value)) => *place = *value,
                (ProfileSlot::Sex(place), ProfileValue::Sex(value)) => *place = *value,
                (ProfileSlot::List(place), ProfileValue::List(value)) => place.clone_from(value),
                (ProfileSlot::Days(place), ProfileValue::Days(value)) => *place = *value,
                // Impossible: a field has the same kind in both.
                _ => {}
            }
        }
        changed
    }
}
