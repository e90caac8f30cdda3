//! Errors of single fields of a form.

use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

/// A field that was filled in wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldError {
    /// Name of the field as the form spells it (camelCase).
    pub field: String,
    /// What is wrong with it.
    pub code: FieldCode,
    /// The most characters or entries it may have (`too_long`, `too_many`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// The largest sum it may be, kopecks (`over_limit`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Kopecks>,
    /// The first day that is accepted, ISO (`too_long_ago`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// The number of digits of the phone (`too_short`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u32>,
    /// The number of digits that it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits_needed: Option<u32>,
}

impl FieldError {
    /// A field that was filled in wrongly.
    pub fn new(field: impl Into<String>, code: FieldCode) -> Self {
        Self { field: field.into(), code, max: None, limit: None, earliest: None, digits: None, digits_needed: None }
    }
}

/// What can be wrong with a field. The list is closed: the page has a text for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldCode {
    /// Nothing was typed where something is needed.
    Required,
    /// Not a number.
    NotANumber,
    /// Characters that no phone has.
    NotAPhone,
    /// Not a possible whole number of days.
    NotDays,
    /// More than two digits after the separator.
    TooPrecise,
    /// Zero or less, but it must be above zero.
    NotPositive,
    /// Less than zero.
    Negative,
    /// Larger than possible.
    TooLarge,
    /// Above the limit of the settings.
    OverLimit,
    /// Fewer digits or characters than needed.
    TooShort,
    /// More digits or characters than allowed.
    TooLong,
    /// No such thing can exist (a phone, a date).
    Impossible,
    /// Not a date.
    NotADate,
    /// In the future.
    InTheFuture,
    /// Too long ago to be true.
    TooLongAgo,
    /// Not a GUID.
    NotAGuid,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not an address of a server.
    NotAUrl,
    /// Not an address of a proxy.
    NotAProxy,
    /// Not in the list that it must be chosen from.
    NotInList,
    /// Control characters or other forbidden ones.
    BadCharacters,
    /// The last day is before the first.
    EndsBeforeBegin,
    /// The same as it was.
    NothingChanged,
    /// The same value stands twice in a list.
    Repeated,
    /// Too many entries.
    TooMany,
    /// The purchase has no sum at all.
    NothingInIt,
    /// Not a valid value for a line of this kind.
    NotUnderstood,
    /// There is no such place in the request.
    NoRoom,
    /// It is named like a secret, but would be kept in a plain file.
    SecretInClear,
}
