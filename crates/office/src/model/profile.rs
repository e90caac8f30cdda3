//! A guest's profile: the name as it is shown, and the differences between two profiles.

use probonus::{Account, AccountUpdate, Profile, ProfileValue, contract::ProfileField};
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
    changes_in(&ProfileField::ALL, before, after)
}

/// Each of `fields` that differs.
pub fn changes_in(fields: &[ProfileField], before: &Profile, after: &Profile) -> Vec<FieldChange> {
    let change = |field: &ProfileField| {
        let (before, after) = (text_of(before.get(*field)), text_of(after.get(*field)));
        (before != after).then(|| FieldChange { field: field.name().to_owned(), before, after })
    };
    fields.iter().filter_map(change).collect()
}

/// The fields that an edit is about: all personal fields if it changes one of them, all terms if it changes one of them.
///
/// Example: an edit of the e-mail is about name and birthday as well, because the operator saw them all. It is not about the
/// level, which the ladder may change by itself while the edit waits.
pub fn concerned(before: &Profile, after: &Profile) -> Vec<ProfileField> {
    let is_changed = |personal: bool| before.differing(after).any(|field| field.is_personal() == personal);
    let (profile, terms) = (is_changed(true), is_changed(false));
    ProfileField::ALL.into_iter().filter(|field| if field.is_personal() { profile } else { terms }).collect()
}

/// What changed in a record although the update did not ask for it: the update's fields must be as it wants them, all others as
/// they were. Fields that the record does not show are not compared.
pub fn unasked(was: &Account, update: &AccountUpdate, is: &Account) -> Vec<FieldChange> {
    let wanted = was.profile.with_change(&update.before, &update.after);
    let visible: Vec<_> = ProfileField::ALL.into_iter().filter(|field| is.shows(*field)).collect();
    let mut unasked = changes_in(&visible, &wanted, &is.profile);
    let rest = |account: &Account| {
        [
            ("phone", account.phone.as_ref().map(|phone| phone.as_e164().to_owned())),
            ("group", account.group.as_ref().and_then(|group| group.name.clone())),
            ("level", account.level.as_ref().map(|level| level.name.clone())),
            ("blocked", account.blocked.map(|blocked| blocked.to_string())),
            ("deleted", account.deleted.map(|deleted| deleted.to_string())),
        ]
    };
    // If the update set the code of a level, the level's name changes with it.
    let level_was_asked = was.profile.discount_level != wanted.discount_level
        && (!is.shows(ProfileField::DiscountLevel) || is.profile.discount_level == wanted.discount_level);
    for ((field, before), (_, after)) in rest(was).into_iter().zip(rest(is)) {
        if before != after && !(field == "level" && level_was_asked) {
            unasked.push(FieldChange { field: field.to_owned(), before, after });
        }
    }
    unasked
}

/// A value as the journal keeps it; `None`: empty. The order of a list does not count.
fn text_of(value: ProfileValue<'_>) -> Option<String> {
    match value {
        ProfileValue::Text(text) => text.as_deref().map(|text| text.trim().to_owned()),
        ProfileValue::Day(day) => day.map(|day| day.to_string()),
        ProfileValue::Sex(sex) => sex.map(|sex| format!("{sex:?}").to_lowercase()),
        ProfileValue::List(list) => {
            let mut list = list.clone();
            list.sort();
            Some(list.join(", "))
        }
        ProfileValue::Code(code) => code.as_deref().map(|code| code.trim().to_owned()),
        ProfileValue::Days(days) => days.map(|days| days.to_string()),
    }
    .filter(|text| !text.is_empty())
}
