//! A guest's profile: its name as shown, and what differs between two of them.

use probonus::{Account, Profile};
use serde::{Deserialize, Serialize};

/// A field of a guest's record with two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FieldChange {
    /// Its name: one of the profile's (`surname`, `birthday`…), or the server's own spelling.
    pub field: String,
    /// Before; `None`: empty.
    pub before: Option<String>,
    /// After; `None`: empty.
    pub after: Option<String>,
}

/// Surname, name and patronymic, with spaces between.
pub fn full_name(profile: &Profile) -> String {
    let name = &profile.name;
    let parts: Vec<&str> =
        [&name.surname, &name.name, &name.patronymic].into_iter().flatten().map(|part| part.trim()).collect();
    parts.join(" ").trim().to_owned()
}

/// Each field that differs. Spaces around a text, and an empty text for none, are no difference.
pub fn changes(before: &Profile, after: &Profile) -> Vec<FieldChange> {
    fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|((_, was), (_, is))| was != is)
        .map(|((field, before), (_, after))| FieldChange { field: field.to_owned(), before, after })
        .collect()
}

/// What changed in a record beyond what was asked: the profile must be `wanted`, the rest as it was.
pub fn unasked(was: &Account, wanted: &Profile, is: &Account) -> Vec<FieldChange> {
    let mut unasked = changes(wanted, &is.profile);
    let rest = |account: &Account| {
        [
            ("phone", account.phone.as_ref().map(|phone| phone.as_e164().to_owned())),
            ("group", account.group.as_ref().and_then(|group| group.name.clone())),
            ("level", account.level.as_ref().map(|level| level.name.clone())),
            ("blocked", account.blocked.map(|blocked| blocked.to_string())),
        ]
    };
    for ((field, before), (_, after)) in rest(was).into_iter().zip(rest(is)) {
        if before != after {
            unasked.push(FieldChange { field: field.to_owned(), before, after });
        }
    }
    unasked
}

fn fields(profile: &Profile) -> [(&'static str, Option<String>); 7] {
    let text =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let mut identifiers = profile.identifiers.clone();
    identifiers.sort();
    [
        ("surname", text(&profile.name.surname)),
        ("name", text(&profile.name.name)),
        ("patronymic", text(&profile.name.patronymic)),
        ("birthday", profile.birthday.map(|day| day.to_string())),
        ("sex", profile.sex.map(|sex| format!("{sex:?}").to_lowercase())),
        ("email", text(&profile.email)),
        ("identifiers", Some(identifiers.join(", ")).filter(|text| !text.is_empty())),
    ]
}
