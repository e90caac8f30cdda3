//! What is wrong with a field of a form.

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
    /// The most it may be, kopecks (`over_limit`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Kopecks>,
    /// The first day that is believed, ISO (`too_long_ago`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// The digits that a phone has (`too_short`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u32>,
    /// The digits that it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits_needed: Option<u32>,
}

impl FieldError {
    /// A field that was filled in wrongly.
    pub fn new(field: impl Into<String>, code: FieldCode) -> Self {
        Self { field: field.into(), code, max: None, limit: None, earliest: None, digits: None, digits_needed: None }
    }
}

/// What can be wrong with a field. Closed: the page has words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldCode {
    /// Nothing was typed where something is needed.
    Required,
    /// Not a number.
    NotANumber,
    /// Characters that no phone has.
    NotAPhone,
    /// Not a whole number of days that can be.
    NotDays,
    /// More than two digits after the separator.
    TooPrecise,
    /// Zero or less, where more is needed.
    NotPositive,
    /// Less than zero.
    Negative,
    /// Larger than can be.
    TooLarge,
    /// Above the limit of the settings.
    OverLimit,
    /// Fewer digits or characters than needed.
    TooShort,
    /// More digits or characters than can be.
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
    /// Not in the list it must be chosen from.
    NotInList,
    /// Control characters or other forbidden ones.
    BadCharacters,
    /// The last day is before the first.
    EndsBeforeBegin,
    /// The same as it was.
    NothingChanged,
    /// Twice the same in a list.
    Repeated,
    /// Too many entries.
    TooMany,
    /// The purchase has no sum at all.
    NothingInIt,
    /// Not what a line of this kind says.
    NotUnderstood,
    /// There is no such place in the request.
    NoRoom,
    /// Named like a secret, in a place that is a plain file.
    SecretInClear,
}
