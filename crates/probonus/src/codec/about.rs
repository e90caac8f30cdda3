//! Whether an answer is about the account or the receipt that was asked for.
//!
//! A cache whose key lacks the body, or a gateway that mixes its connections up, gives the answer to another request. Example: the
//! transactions of account 103 are asked for, and every row of the answer has `"accountId": 102`. Taken for the history of 103, it
//! would show that a refill is absent.

use serde_json::Value;

use super::{
    answer::whole_json,
    call::Call,
    keys::{Key, LISTS, keys},
    read::{Context, Record},
    values::{is_resource, join, plain_text},
    wire::WireAnswer,
};
use crate::{
    AccountId, Error, Method, ReceiptId,
    binding::Binding,
    contract::{Field, normal},
};

/// Layers of envelopes, lists and records that are searched.
const DEPTH: usize = 6;

/// Fails if a successful answer plainly names another account than the one that the call is about. One row of a list is enough.
///
/// A key names the account plainly if it is one of these; see also [`AccountId::is_surely_not`].
///
/// | key | example | where |
/// |---|---|---|
/// | a plain spelling with "id" | `accountId`, `id_account`, `accId` | where the request calls the account so too, or just `id` |
/// | the key that the request has for the account | `guestId` | everywhere |
///
/// All other keys may be of something else: `account` may be a kind of purse, `id` that of the row, `cardNumber` that of a card, and
/// `accountId` beside a `guestId` in the request that of one of the guest's accounts. The keys are searched in the record, the rows
/// of a list and the envelope around them. Records inside a row are not: they may be about the other side of a transfer.
///
/// # Errors
/// [`OtherAccount`](crate::ErrorKind::OtherAccount) with the JSON path. Of a write it is unknown whether it was applied.
pub fn must_be_about(binding: &Binding, call: &Call<'_>, answer: &WireAnswer) -> Result<(), Error> {
    look(binding, call, answer, false)
}

/// As [`must_be_about`], without the rows of lists. [`Others`] looks at these one by one.
///
/// # Errors
/// As [`must_be_about`].
pub fn envelope_must_be_about(binding: &Binding, call: &Call<'_>, answer: &WireAnswer) -> Result<(), Error> {
    look(binding, call, answer, true)
}

fn look(binding: &Binding, call: &Call<'_>, answer: &WireAnswer, skips_lists: bool) -> Result<(), Error> {
    let Some(asked) = call.account().filter(|_| (200..300).contains(&answer.status)) else { return Ok(()) };
    let Some(whole) = whole_json(answer) else { return Ok(()) };
    let context = Context::new(binding, call.method(), answer.status);
    let bound = context.answer.and_then(|answer| answer.at.as_ref()).map(|at| at.value.clone());
    let search = Search { asked, names: Names::of(binding, call.method(), Field::Account), bound, skips_lists };
    match search.other(String::new(), &whole, false, DEPTH) {
        Some(path) => Err(context.other_account(&path, "another account than the one that was asked for")),
        None => Ok(()),
    }
}

/// The account that a record plainly names, itself or in its record `account`.
pub(super) fn account_of(binding: &Binding, record: &Record<'_>) -> Option<AccountId> {
    let names = Names::of(binding, record.method(), Field::Account);
    let told = |record: &Record<'_>| {
        let mut told = record.keys().iter().filter(|(key, ..)| names.tell_account(&key.name));
        told.find_map(|(.., value)| id_of(value)).map(AccountId::new)
    };
    told(record).or_else(|| told(&record.inner(&["account"])))
}

/// Fails if a receipt's record has plainly another id than the one that was asked for: under a plain spelling (`checkId`), or under
/// the key that the request has for it, which may be a bare `id`.
pub(super) fn must_be_receipt(binding: &Binding, record: &Record<'_>, asked: &ReceiptId) -> Result<(), Error> {
    let names = Names::of(binding, Method::Receipt, Field::Receipt);
    let Some(found) = record.find(Field::Receipt) else { return Ok(()) };
    let key = normal(found.path().rsplit('/').next().unwrap_or_default());
    let is_plain = names.asked.contains(&key) || is_plain(Field::Receipt, &key);
    match id_of(found.value).map(ReceiptId::new) {
        Some(told) if is_plain && asked.is_surely_not(&told) => {
            Err(record.other_account(&found.path(), "another receipt than the one that was asked for"))
        }
        _ => Ok(()),
    }
}

/// Whether an answer repeats a field of the request: it has it under the key that the request has for it. Under another key it may be
/// something else. Example: the `total` after a refill is a balance.
pub(super) fn is_echoed(binding: &Binding, record: &Record<'_>, field: Field) -> bool {
    let Some(found) = record.find(field) else { return false };
    let key = normal(found.path().rsplit('/').next().unwrap_or_default());
    Names::of(binding, record.method(), field).asked.contains(&key)
}

/// Whether a key is a plain spelling of a field.
fn is_plain(field: Field, key: &str) -> bool {
    matches!(field.match_of(&crate::contract::spelt(key)), Some((0, _)))
}

/// An id: a number or a text, as it is written, without the spaces that fill a column. Zero and an empty GUID are none.
fn id_of(value: &Value) -> Option<String> {
    let id = value.as_str().map(|text| text.trim_end_matches(' ').to_owned()).or_else(|| plain_text(value))?;
    let is_told = !id.trim().trim_matches(['0', '-']).is_empty();
    is_told.then_some(id)
}

/// The keys under which a method's request has an id, without case and separators.
struct Names {
    asked: Vec<String>,
}

impl Names {
    fn of(binding: &Binding, method: Method, field: Field) -> Self {
        let slots = binding.method(method).and_then(|bound| bound.fields.get(&field)).into_iter().flatten();
        Self { asked: slots.map(|slot| normal(slot.name.rsplit('/').next().unwrap_or_default())).collect() }
    }

    /// Whether a key of the answer plainly holds the account's id.
    fn tell_account(&self, key: &str) -> bool {
        let is_id = |key: &str| key == "id";
        let is_asked = self.asked.iter().any(|asked| asked == key) && !is_id(key);
        // Where a request names a guest, `accountId` may be one of several accounts of that guest.
        let asks_for_accounts = self.asked.iter().all(|asked| is_id(asked) || is_plain(Field::Account, asked));
        is_asked || (key != "account" && asks_for_accounts && is_plain(Field::Account, key))
    }
}

/// The search for another account in an answer.
struct Search<'a> {
    asked: &'a AccountId,
    names: Names,
    /// JSON pointer to the record or list, by the binding.
    bound: Option<String>,
    /// Whether the rows of lists are left out.
    skips_lists: bool,
}

impl Search<'_> {
    /// The JSON pointer to another account's id; `None`: there is none. `in_row`: inside the element of a list.
    fn other(&self, at: String, value: &Value, in_row: bool, depth: usize) -> Option<String> {
        match value {
            Value::Array(list) if depth > 0 && !self.skips_lists => {
                list.iter().enumerate().find_map(|(nth, row)| self.other(format!("{at}/{nth}"), row, true, depth - 1))
            }
            Value::Object(map) => {
                let keys = keys(map);
                self.in_record(&at, &keys).or_else(|| {
                    // The fields of a resource of JSON:API are in its attributes.
                    let own = if is_resource(map) { "attributes" } else { "" };
                    let leads_on = |key: &Key<'_>| key.1 == own || self.leads_on(&at, key, &keys, in_row);
                    let mut inner = keys.iter().filter(|key| depth > 0 && leads_on(key));
                    inner.find_map(|(_, key, value)| self.other(join(&at, key), value, in_row, depth - 1))
                })
            }
            _ => None,
        }
    }

    /// The same in the keys of one record. A record that names the asked account beside another one is about it.
    fn in_record(&self, at: &str, keys: &[Key<'_>]) -> Option<String> {
        let told = keys.iter().filter(|(key, ..)| self.names.tell_account(&key.name));
        let mut others = told
            .filter_map(|(_, key, value)| Some((key, AccountId::new(id_of(value)?))))
            .map(|(key, id)| self.asked.is_surely_not(&id).then_some(key));
        let first = others.next()??;
        others.all(|other| other.is_some()).then(|| join(at, first))
    }

    /// Whether a key leads from an envelope to its content, or from a record to its account.
    fn leads_on(&self, at: &str, (known, key, _): &Key<'_>, all: &[Key<'_>], in_row: bool) -> bool {
        let is_only = || all.iter().filter(|(known, ..)| !known.is_noise).count() == 1;
        let is_bound = || self.bound.as_ref().is_some_and(|bound| bound.starts_with(&join(at, key)));
        let is_content = known.is_content || LISTS.contains(&known.name.as_str());
        known.name == "account" || is_only() || (!in_row && (is_content || is_bound()))
    }
}

/// The rows of a history that name another account.
pub(super) struct Others<'a> {
    binding: &'a Binding,
    search: Search<'a>,
    method: Method,
}

/// Keys that may name the account or the person; records that may hold the id of either.
const PERSONS: [&str; 12] = [
    "guestid",
    "clientid",
    "customerid",
    "holderid",
    "ownerid",
    "userid",
    "personid",
    "accountid",
    "idaccount",
    "idguest",
    "idclient",
    "idcustomer",
];
const PERSON_RECORDS: [&str; 7] = ["account", "guest", "client", "customer", "holder", "owner", "person"];

impl<'a> Others<'a> {
    pub(super) fn of(binding: &'a Binding, method: Method, asked: &'a AccountId) -> Self {
        let names = Names::of(binding, method, Field::Account);
        Self { binding, search: Search { asked, names, bound: None, skips_lists: false }, method }
    }

    /// Takes the rows of other accounts from a list, and tells how many they are. A row is of another account
    ///
    /// - if it names it plainly, as [`must_be_about`] understands it;
    /// - if it has another id under a key, under which other rows of the list have the id that was asked for: then the key holds
    ///   the same kind of id. Examples: `guestId`, `client: {"id": 55}`.
    ///
    /// # Errors
    /// [`OtherAccount`](crate::ErrorKind::OtherAccount) if each row is of another account.
    pub(super) fn taken_from(&self, rows: &mut Vec<(String, Value)>) -> Result<usize, Error> {
        let own = |(name, id): (String, AccountId)| (id == *self.search.asked).then_some(name);
        let of_this: Vec<String> = rows.iter().flat_map(|(_, row)| persons(row)).filter_map(own).collect();
        let is_other = |row: &Value| {
            let mut told = persons(row).into_iter().filter(|(name, _)| of_this.contains(name));
            told.any(|(_, id)| self.search.asked.is_surely_not(&id))
                || self.search.other(String::new(), row, true, DEPTH).is_some()
        };
        let (came, first) = (rows.len(), rows.first().map(|(at, _)| at.clone()));
        rows.retain(|(_, row)| !is_other(row));
        match first.filter(|_| rows.is_empty()) {
            Some(at) => {
                let context = Context::new(self.binding, self.method, 200);
                Err(context.other_account(&at, "all rows are of another account than the one that was asked for"))
            }
            None => Ok(came - rows.len()),
        }
    }
}

/// The ids of a row that may be of its account or person, by their key.
fn persons(row: &Value) -> Vec<(String, AccountId)> {
    let Some(map) = row.as_object() else { return Vec::new() };
    let id_in =
        |value: &Value| value.as_object()?.iter().find(|(key, _)| normal(key) == "id").and_then(|(_, id)| id_of(id));
    let each = map.iter().filter_map(|(key, value)| {
        let name = normal(key);
        let is_flat = PERSONS.contains(&name.as_str());
        let is_record = PERSON_RECORDS.contains(&name.as_str());
        let id = if is_flat { id_of(value) } else { id_in(value).filter(|_| is_record) };
        Some((name, AccountId::new(id?)))
    });
    each.collect()
}
