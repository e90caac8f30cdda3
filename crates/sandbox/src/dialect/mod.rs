//! Dialects: the wire format of a server.
//!
//! The schema of a real server is not public. So the same core is served in many wire formats, each with a correct description.
//! A dialect is a plain value; [`Dialect::table`] follows the vendor's page.

#[cfg(test)]
mod acceptance;
mod document;
mod errors;
mod forms;
mod manners;
mod named;
mod random;
mod read;
mod security;
mod shape;
mod strangers;
mod write;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use forms::{
    Case, DateForm, Description, EmptyDate, Envelope, ErrorForm, KindForm, Missing, MomentForm, MoneyForm, Numbers,
    PhoneForm, Place, SexForm, TokenPlace, Verb, WrittenForm,
};
pub use manners::{Audience, Framework, KeyDeclared, OtherPhone, PageLimit, ServerKey};
pub use read::{Misread, RawRequest};

use crate::protocol::{Method, Need, Prop, spec};

/// The wire format of one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Its name.
    pub name: String,
    /// The beginning of every path: `/api/v0`, or more behind a reverse proxy.
    pub base: String,
    /// The part of the base that belongs to the server's address, as a user types it. Empty unless behind a proxy.
    pub prefix: String,
    /// Whether the description repeats the base in each path.
    pub paths_with_base: bool,
    /// Verb, path and place of the fields, for methods that differ from [`Dialect::usual`].
    pub routes: BTreeMap<Method, Route>,
    /// Verb and place of the fields for all other methods. Its `path` is empty: the vendor's path.
    pub usual: Route,
    /// The key of the record that holds the fields of a JSON body, if they are nested.
    pub nest: Option<String>,
    /// Case of names in requests.
    pub request_case: Case,
    /// Case of names in answers.
    pub answer_case: Case,
    /// Other names in requests, by [`Prop::sense`].
    pub request_names: BTreeMap<String, String>,
    /// Other names in answers, by [`Prop::sense`].
    pub answer_names: BTreeMap<String, String>,
    /// The wrapper of answers.
    pub envelope: Envelope,
    /// The form of errors.
    pub errors: ErrorForm,
    /// The answer for something that does not exist.
    pub missing: Missing,
    /// The answer to a write that was carried out.
    pub written: WrittenForm,
    /// Unit and form of money.
    pub money: MoneyForm,
    /// The same for requests of `external/…`, which are in kopecks on the vendor's page.
    pub external_money: MoneyForm,
    /// Form of identifiers and whole numbers.
    pub numbers: Numbers,
    /// Form of days.
    pub dates: DateForm,
    /// Form of moments.
    pub moments: MomentForm,
    /// Whether the borders of a period are local times instead of business days.
    pub period_of_moments: bool,
    /// The value of an unknown birthday.
    pub empty_date: EmptyDate,
    /// Form of phones.
    pub phone: PhoneForm,
    /// Form of sex.
    pub sex: SexForm,
    /// Form of the kind of a transaction.
    pub kinds: KindForm,
    /// Whether a sum taken from the balance has a minus; otherwise only the kind shows it.
    pub signed: bool,
    /// Whether «Изъятие бонусов» has a minus if other withdrawals and payments have one. The vendor's panel shows none.
    pub signed_withdrawals: bool,
    /// Whether empty fields are left out of answers.
    pub omits_nulls: bool,
    /// Whether a field that an update lacks is emptied in the record.
    pub update_blanks: bool,
    /// Whether sessions can be opened by login and password.
    pub login: bool,
    /// Where the permanent token goes; `None`: there is none.
    pub token: Option<TokenPlace>,
    /// The key that every request needs besides the caller's own token, a login and the description included; `None`: no key.
    #[serde(default)]
    pub key: Option<ServerKey>,
    /// The format of its description.
    pub description: Description,
    /// The path of its description.
    pub description_path: String,
    /// Request fields that this server takes and most servers do not, by [`Prop::sense`].
    pub extras: BTreeSet<String>,
    /// Optional fields that this server does not know, by [`Prop::sense`].
    pub unknown: BTreeSet<String>,
    /// Methods that this server does not have.
    pub absent: BTreeSet<Method>,
    /// Answer fields that this server shows and most servers do not, by [`Prop::sense`].
    pub shown: BTreeSet<String>,
    /// Answer fields that most servers show and this one does not, by [`Prop::sense`].
    pub hidden: BTreeMap<Method, BTreeSet<String>>,
    /// Methods whose description does not say the form of a phone.
    pub silent_phone: BTreeSet<Method>,
    /// How it reads a phone in another form.
    pub other_phone: OtherPhone,
    /// Whether its description lists the levels by id.
    pub lists_levels: bool,
    /// Whether purchases of the POS have a GUID and an outside number too, so that only the station distinguishes them.
    pub marks_pos_receipts: bool,
    /// Whether the newest entry comes first.
    pub newest_first: bool,
    /// The number of entries that it gives at once; `None`: all.
    pub page: Option<PageLimit>,
    /// Who sees the description.
    pub described_to: Audience,
    /// The path of the page that shows the description to people.
    pub viewer_path: String,
    /// The framework that the server and its document imitate.
    pub framework: Framework,
}

/// Verb, path and place of a method's fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Verb.
    pub verb: Verb,
    /// Path under the base, with `{field}` for a field of the path; empty: the vendor's.
    pub path: String,
    /// Where the other fields are.
    pub place: Place,
}

impl Route {
    /// The vendor's path.
    #[must_use]
    pub const fn of(verb: Verb, place: Place) -> Self {
        Self { verb, path: String::new(), place }
    }
}

impl Dialect {
    /// `POST`, JSON, camelCase, bare answers, kopecks: the form on the vendor's page. A client assumes it for a server without a
    /// description.
    #[must_use]
    pub fn table() -> Self {
        Self {
            name: "table".to_owned(),
            base: "/api/v0".to_owned(),
            prefix: String::new(),
            paths_with_base: false,
            routes: BTreeMap::new(),
            usual: Route::of(Verb::Post, Place::Json),
            nest: None,
            request_case: Case::Camel,
            answer_case: Case::Camel,
            request_names: BTreeMap::new(),
            answer_names: BTreeMap::new(),
            envelope: Envelope::Bare,
            errors: ErrorForm::Status { key: "message".to_owned() },
            missing: Missing::Status404,
            written: WrittenForm::Record,
            money: MoneyForm::Kopecks,
            external_money: MoneyForm::Kopecks,
            numbers: Numbers::Plain,
            dates: DateForm::Iso,
            moments: MomentForm::IsoLocal,
            period_of_moments: false,
            empty_date: EmptyDate::Null,
            phone: PhoneForm::Digits,
            sex: SexForm::Zero12,
            kinds: KindForm::Words,
            signed: true,
            signed_withdrawals: false,
            omits_nulls: false,
            update_blanks: true,
            login: true,
            token: Some(TokenPlace::bearer()),
            key: None,
            description: Description::Swagger2,
            description_path: "/swagger/v1/swagger.json".to_owned(),
            extras: BTreeSet::new(),
            unknown: BTreeSet::new(),
            absent: BTreeSet::new(),
            shown: BTreeSet::new(),
            hidden: BTreeMap::new(),
            silent_phone: BTreeSet::new(),
            other_phone: OtherPhone::Refused,
            lists_levels: false,
            marks_pos_receipts: false,
            newest_first: false,
            page: None,
            described_to: Audience::Everyone,
            viewer_path: "/swagger".to_owned(),
            framework: Framework::Plain,
        }
    }

    /// Verb, full path under the base, and place of a method's fields.
    #[must_use]
    pub fn route(&self, method: Method) -> Route {
        let mut route = self.routes.get(&method).unwrap_or(&self.usual).clone();
        if route.path.is_empty() {
            method.path().clone_into(&mut route.path);
        }
        route
    }

    /// The methods of this server.
    pub fn methods(&self) -> impl Iterator<Item = Method> {
        Method::ALL.into_iter().filter(|method| !self.absent.contains(method) && (self.login || !method.is_auth()))
    }

    /// The request fields of a method in this dialect.
    pub fn takes(&self, method: Method) -> impl Iterator<Item = &'static Prop> {
        spec(method).request.iter().filter(|prop| match prop.need {
            Need::Must => true,
            Need::May => !self.unknown.contains(prop.sense),
            Need::Extra => self.extras.contains(prop.sense),
        })
    }

    /// The fields of `props` that a method's answer shows in this dialect.
    pub fn shows(&self, method: Method, props: &'static [Prop]) -> impl Iterator<Item = &'static Prop> {
        let hidden = self.hidden.get(&method);
        props.iter().filter(move |prop| match prop.need {
            Need::Extra => self.shown.contains(prop.sense),
            Need::Must | Need::May => !hidden.is_some_and(|hidden| hidden.contains(prop.sense)),
        })
    }

    /// The name of a field in requests.
    #[must_use]
    pub fn asked_as(&self, prop: &Prop) -> String {
        let name = self.request_names.get(prop.sense).map_or(prop.name, String::as_str);
        self.request_case.apply(name)
    }

    /// The name of a field in answers.
    #[must_use]
    pub fn told_as(&self, prop: &Prop) -> String {
        let name = self.answer_names.get(prop.sense).map_or(prop.name, String::as_str);
        self.answer_case.apply(name)
    }

    /// The form of money in a method's request.
    #[must_use]
    pub fn asked_money(&self, method: Method) -> MoneyForm {
        match method {
            Method::RegisterCheck | Method::ReturnCheck => self.external_money,
            _ => self.money,
        }
    }
}
