//! A guest's profile as the page shows and edits it.

use probonus::{Profile, Sex};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A profile; also the form it is edited in, where every text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProfileView {
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub name: String,
    /// Отчество.
    pub patronymic: String,
    /// ISO from us; `30.11.1990` or ISO to us; empty: none.
    pub birthday: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// E-mail.
    pub email: String,
    /// Cards and other identifiers.
    pub identifiers: Vec<String>,
}

impl From<&Profile> for ProfileView {
    fn from(profile: &Profile) -> Self {
        Self {
            surname: profile.name.surname.clone().unwrap_or_default(),
            name: profile.name.name.clone().unwrap_or_default(),
            patronymic: profile.name.patronymic.clone().unwrap_or_default(),
            birthday: profile.birthday.map(|day| day.to_string()).unwrap_or_default(),
            sex: profile.sex,
            email: profile.email.clone().unwrap_or_default(),
            identifiers: profile.identifiers.clone(),
        }
    }
}
