//! The binding as data.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    formats::{Choice, Format, PhoneFormat},
    place::Place,
    problem::Problem,
};
use crate::{
    contract::{Field, MoneyUnit},
    method::Method,
};

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// Who said that a line of the binding is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Source {
    /// The contract table.
    #[default]
    Table,
    /// The server's Swagger document.
    Swagger,
    /// Format discovery: the server answered so when it was asked.
    #[serde(rename = "probe")]
    Discovered,
    /// An administrator.
    Override,
}

/// A value and who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub source: Source,
}

impl<T> Sourced<T> {
    /// `value`, as `source` says.
    pub const fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

/// How one server wants every capability. Exported and imported as JSON with serde.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Binding {
    /// Version of this format; see [`Binding::import`].
    pub version: u32,
    /// The document it was learnt from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// How a permanent API token travels.
    pub token: Sourced<Scheme>,
    /// How the access token of a session travels.
    pub session: Sourced<Scheme>,
    /// How a phone is written where a field does not say otherwise.
    pub phone: Sourced<PhoneFormat>,
    /// The server's clock, in minutes east of UTC: for Unix times and days that carry a zone. Moscow by default \[A].
    pub utc_offset_minutes: Sourced<i16>,
    /// The unit of every sum of which the document says nothing, as an administrator answers for the whole server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Sourced<MoneyUnit>>,
    /// The methods.
    pub methods: BTreeMap<Method, MethodBinding>,
}

/// Which document a binding was learnt from; of several, what they say of themselves stands side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Document {
    /// Its title, as it says.
    pub title: String,
    /// Its version, as it says.
    pub version: String,
    /// `Swagger 2.0`, `OpenAPI 3.0.1`…
    pub dialect: String,
    /// A fingerprint of its bytes: another one means that the document changed.
    pub fingerprint: String,
}

/// How a secret travels with each request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "in")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Scheme {
    /// In a header: `name: <prefix><secret>`. The prefix carries its own space, as in `bearer `.
    Header {
        /// Name of the header.
        name: String,
        /// What stands before the secret.
        prefix: String,
    },
    /// In the query: `?name=<secret>`. Must never be logged.
    Query {
        /// Name of the parameter.
        name: String,
    },
}

/// An HTTP verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// The verb as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request of this verb usually has a body.
    #[must_use]
    pub const fn wants_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// `application/json`
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
}

/// How one capability is called and answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MethodBinding {
    /// The verb.
    pub verb: Sourced<Verb>,
    /// The path under the server's address, with its base path: `/api/v0/accounts/refill`; `{name}` stands for a path
    /// parameter.
    pub path: Sourced<String>,
    /// How the body is written, if anything has its place there.
    #[serde(default)]
    pub body: BodyKind,
    /// The content type of a JSON body, where it is another than `application/json`: `application/vnd.api+json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Where each logical field goes. A field may have several places; one that has none is not sent.
    pub fields: BTreeMap<Field, Vec<Slot>>,
    /// The places of sums of which the document tells no unit. Those of whole numbers are among the fields, in kopecks; the others
    /// are asked. [`Binding::money`] answers for all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub untold: BTreeMap<Field, Vec<Slot>>,
    /// Values that the server wants and that are always the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<Constant>,
    /// How the further pages of a list are asked for (`accounts/transactions` of a period only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
    /// Places that are filled from the account's record as read (`accounts/update` only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record: Vec<Slot>,
    /// The values that the document lists for a code: levels, types of bonuses. For the eye: the server decides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<Field, Vec<Choice>>,
    /// Whether keys of the record that the server does not name may travel too (`accounts/update` only). A document that declares
    /// fields of a profile says no, unless it says that there may be others.
    #[serde(default = "yes")]
    pub open: bool,
    /// How the answer is read.
    #[serde(default)]
    pub answer: AnswerBinding,
    /// Where the document stands that tells the method, if the server spreads its methods over several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Why the capability is impossible; empty if it isn't. See also [`Binding::unsupported`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blockers: Vec<Problem>,
    /// What was understood, but not surely.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Problem>,
}

const fn yes() -> bool {
    true
}

/// The JSON type of a value in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Json {
    /// Text.
    String,
    /// A number, whole or not.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list of texts.
    Array,
    /// A number if it is one, text otherwise: where nobody told the type of an id.
    Any,
}

/// One place of one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slot {
    /// The part of the request.
    pub place: Place,
    /// The name there; in a JSON body a pointer.
    pub name: String,
    /// The JSON type.
    #[serde(rename = "type")]
    pub json: Json,
    /// How the value is written.
    #[serde(default, skip_serializing_if = "Format::is_plain")]
    pub format: Format,
    /// Whether the server demands it.
    #[serde(default)]
    pub required: bool,
    /// Who said so.
    pub source: Source,
}

/// What the parameter of a page counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Pages: the second one has the number after the first.
    Pages,
    /// The rows before it.
    Rows,
}

/// The parameter by which a call asks for a further page of the same list. The first page is asked for without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pages {
    /// The part of the request.
    pub place: Place,
    /// The name there; in a JSON body a pointer.
    pub name: String,
    /// The JSON type.
    #[serde(rename = "type")]
    pub json: Json,
    /// What it counts.
    pub counts: Counts,
    /// The number of the first page; `None`: the document does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Who said so.
    pub source: Source,
}

/// A value that is always the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constant {
    /// The part of the request.
    pub place: Place,
    /// The name there; in a JSON body a pointer.
    pub name: String,
    /// The value; `null` if it is a secret one.
    pub value: Value,
    /// Who said so.
    pub source: Source,
    /// A secret constant: a key whose value is kept in the keychain, and never in a binding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_keychain: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Where a secret constant stands. Its value is one for all methods of a server that have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SecretConstant {
    /// The part of the request.
    pub place: Place,
    /// The name there: `X-Api-Key`; in a JSON body a pointer.
    pub name: String,
}

/// What is known of an answer beforehand. All of it may be empty: the decoder finds its way by spellings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerBinding {
    /// JSON pointer to the record or the list inside its envelope; `""` for a bare answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Sourced<String>>,
    /// The unit of every sum that says nothing of its own; kopecks if nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Sourced<MoneyUnit>>,
    /// The most rows that the server gives at once, if the document says so: a list as long may be a part of a longer one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_rows: Option<u32>,
    /// Whether the server leaves zeros out: a guest's record without the balance that its description names has a balance of zero.
    #[serde(default, skip_serializing_if = "is_false")]
    pub leaves_zeros_out: bool,
    /// Names and formats of fields where the document, or an administrator, tells them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<Field, AnswerField>,
}

/// One field of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerField {
    /// Its name in the record; an empty one says that the field is not read.
    pub name: String,
    /// How the value is written.
    #[serde(default, skip_serializing_if = "Format::is_plain")]
    pub format: Format,
    /// Who said so.
    pub source: Source,
}

/// Why a file is not a binding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Not JSON, or not a binding; the text says where.
    #[error("not a binding: {0}")]
    Malformed(String),
    /// Written by a newer program.
    #[error("the binding has version {0}, this program knows {VERSION}")]
    Newer(u32),
}

impl Constant {
    /// Its name among the secret ones.
    #[must_use]
    pub fn as_secret(&self) -> SecretConstant {
        SecretConstant { place: self.place, name: self.name.clone() }
    }
}

impl Binding {
    /// The binding as a file: pretty JSON.
    #[must_use]
    pub fn export(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The secret constants that some method sends.
    #[must_use]
    pub fn secrets(&self) -> BTreeSet<SecretConstant> {
        let constants = self.methods.values().flat_map(|bound| &bound.constants);
        constants.filter(|constant| constant.in_keychain).map(Constant::as_secret).collect()
    }

    /// Blocks each method with a secret constant that is not at hand.
    pub fn block_without(&mut self, is_at_hand: impl Fn(&SecretConstant) -> bool) {
        for bound in self.methods.values_mut() {
            let secret = bound.constants.iter().filter(|constant| constant.in_keychain).map(Constant::as_secret);
            let missing = secret.filter(|secret| !is_at_hand(secret));
            let missing = missing.map(|SecretConstant { place, name }| Problem::NoSecret { place, name });
            bound.blockers.extend(missing.collect::<Vec<_>>());
        }
    }

    /// How `method` is called.
    #[must_use]
    pub fn method(&self, method: Method) -> Option<&MethodBinding> {
        self.methods.get(&method)
    }
}
