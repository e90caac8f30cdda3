//! A guest's profile as the page shows and edits it.

use probonus::{
    Profile, ProfileValue, Sex,
    contract::{ProfileField, ProfileGroup, ProfileKind},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::shown::shown_name;

/// The most entries of a list that are shown.
const MOST_SHOWN: usize = 100;

/// A profile with the account's terms. It is also the form of an edit, in which every text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileView {
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub name: String,
    /// Отчество.
    pub patronymic: String,
    /// To the page: ISO. From the page: `30.11.1990` or ISO. Empty: none.
    pub birthday: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// E-mail.
    pub email: String,
    /// Cards and other identifiers.
    pub identifiers: Vec<String>,
    /// «Код скидки».
    pub discount_level: String,
    /// «Код типа бонусов».
    pub bonus_type: String,
    /// The lifetime of new bonuses, in days.
    pub bonus_lifetime: String,
}

/// A value of the page's profile, or its place.
#[derive(Debug)]
pub(crate) enum Typed<T, S, L> {
    /// A text, a day, a code or a number.
    Text(T),
    /// Sex.
    Sex(S),
    /// Several texts.
    List(L),
}

/// Maps each field to its place in the profile. `$borrow` is how the place is borrowed.
macro_rules! place {
    ($profile:ident, $field:ident, $($borrow:tt)+) => {
        match $field {
            ProfileField::Surname => Typed::Text($($borrow)+ $profile.surname),
            ProfileField::Name => Typed::Text($($borrow)+ $profile.name),
            ProfileField::Patronymic => Typed::Text($($borrow)+ $profile.patronymic),
            ProfileField::Birthday => Typed::Text($($borrow)+ $profile.birthday),
            ProfileField::Sex => Typed::Sex($($borrow)+ $profile.sex),
            ProfileField::Email => Typed::Text($($borrow)+ $profile.email),
            ProfileField::Identifiers => Typed::List($($borrow)+ $profile.identifiers),
            ProfileField::DiscountLevel => Typed::Text($($borrow)+ $profile.discount_level),
            ProfileField::BonusType => Typed::Text($($borrow)+ $profile.bonus_type),
            ProfileField::BonusLifetime => Typed::Text($($borrow)+ $profile.bonus_lifetime),
        }
    };
}

impl ProfileView {
    /// The value of a field.
    #[must_use]
    pub const fn get(&self, field: ProfileField) -> Typed<&String, &Option<Sex>, &Vec<String>> {
        place!(self, field, &)
    }

    const fn get_mut(&mut self, field: ProfileField) -> Typed<&mut String, &mut Option<Sex>, &mut Vec<String>> {
        place!(self, field, &mut)
    }

    /// A field as one text: the code of the sex, the entries of a list with commas between them. Empty: no value.
    #[must_use]
    pub fn text(&self, field: ProfileField) -> String {
        match self.get(field) {
            Typed::Text(text) => text.clone(),
            Typed::Sex(sex) => sex.map(|sex| format!("{sex:?}").to_lowercase()).unwrap_or_default(),
            Typed::List(list) => list.join(", "),
        }
    }

    /// The profile with its texts as they are shown. It is no profile to begin an edit with.
    #[must_use]
    pub fn shown(mut self) -> Self {
        for field in ProfileField::ALL {
            match self.get_mut(field) {
                Typed::Text(text) => *text = shown_name(text),
                Typed::Sex(_) => {}
                Typed::List(list) => {
                    list.truncate(MOST_SHOWN);
                    list.iter_mut().for_each(|text| *text = shown_name(text));
                }
            }
        }
        self
    }
}

impl From<&Profile> for ProfileView {
    fn from(profile: &Profile) -> Self {
        let mut view = Self::default();
        for field in ProfileField::ALL {
            match (view.get_mut(field), profile.get(field)) {
                (Typed::Text(place), ProfileValue::Text(text) | ProfileValue::Code(text)) => {
                    *place = text.clone().unwrap_or_default();
                }
                (Typed::Text(place), ProfileValue::Days(days)) => {
                    *place = days.map(|days| days.to_string()).unwrap_or_default();
                }
                (Typed::Text(place), ProfileValue::Day(day)) => {
                    *place = day.map(|day| day.to_string()).unwrap_or_default();
                }
                (Typed::Sex(place), ProfileValue::Sex(sex)) => *place = *sex,
                (Typed::List(place), ProfileValue::List(list)) => place.clone_from(list),
                _ => debug_assert!(false, "{field:?} is of another kind on the page"),
            }
        }
        view
    }
}

/// A field of the profile as the page's forms and cards need it.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileFieldView {
    /// The field.
    pub name: ProfileField,
    /// The kind of its control.
    pub kind: ProfileKind,
    /// The part of the profile that it belongs to.
    pub group: ProfileGroup,
    /// The most characters of the field, or of one entry of a list.
    pub max_length: u32,
}

/// Every field, in the order of the form.
#[must_use]
pub fn profile_fields() -> Vec<ProfileFieldView> {
    let view = |name: ProfileField| ProfileFieldView {
        name,
        kind: name.kind(),
        group: name.group(),
        max_length: name.max_length(),
    };
    ProfileField::ALL.into_iter().map(view).collect()
}
