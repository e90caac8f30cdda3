//! From an answer to the model.

use secrecy::SecretString;
use serde_json::Value;

use super::{
    about::is_echoed,
    acknowledged::{acknowledged, says_not_yet},
    answer::{Opened, open, whole_json},
    keys::known,
    read::{Context, Record},
    record::Guest,
    values::{blank, join},
    wire::{Tokens, WireAnswer},
};
use crate::{
    AccountId, Error, GroupId, Method, Phone, ReceiptId,
    binding::Binding,
    contract::Field,
    model::{Account, ExternalRef, Group, WriteAnswer},
};

mod balance;
mod burning;
mod cancelled;
mod headers;
mod listing;
mod order;
mod pages;
mod period;
mod receipt;
mod repeats;
mod signs;
mod totals;
mod transaction;

pub use balance::decode_balance;
#[cfg(feature = "http")]
pub(crate) use headers::tells_of_pages;
pub use listing::{
    DoubtedTransactions, decode_last_history, decode_last_transactions, decode_latest, decode_transactions,
};
pub use period::{Page, PeriodPages, decode_page};
pub use receipt::decode_receipt;

/// Records of an answer as the server sent them, each with its JSON pointer.
type Rows = Vec<(String, Value)>;

/// The records of a list, which may be under one of the keys `list`; a single record is a list of one.
fn rows(opened: Opened, list: &[&str]) -> Rows {
    let (at, value) = match opened {
        Opened::Nothing => return Vec::new(),
        Opened::Payload(at, value) => (at, value),
    };
    let mut value = value;
    let mut at = at;
    if let Value::Object(map) = &mut value {
        let key = map.iter().find(|(key, value)| value.is_array() && list.contains(&known(key).name.as_str()));
        if let Some(key) = key.map(|(key, _)| key.clone()) {
            value = map.remove(&key).unwrap_or_default();
            at = join(&at, &key);
        }
    }
    match value {
        Value::Array(rows) => rows.into_iter().enumerate().map(|(n, row)| (format!("{at}/{n}"), row)).collect(),
        Value::Null => Vec::new(),
        one => vec![(at, one)],
    }
}

/// The answer of `auth/login` and `auth/refresh_token`.
///
/// # Errors
/// A refusal, or [`crate::ErrorKind::Unreadable`] with the JSON path. So for all functions of this kind.
pub fn decode_tokens(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Tokens, Error> {
    let context = Context::new(binding, method, answer.status);
    let (at, value) = match open(binding, method, answer)? {
        Opened::Nothing => return Err(context.unreadable("", "the answer is empty")),
        Opened::Payload(at, value) => (at, value),
    };
    if let Value::String(token) = &value {
        // Some servers answer with the bare token.
        return Ok(Tokens { access: token.trim().into(), refresh: None, expires_in: None, expires_at: None });
    }
    let record = Record::new(&context, at, &value)?;
    let inner = record.inner(&["tokens", "token", "session", "auth"]);
    let source = if inner.text(Field::AccessToken).is_some() { &inner } else { &record };
    let access = source.text(Field::AccessToken).ok_or_else(|| record.unreadable("there is no access token here"))?;
    Ok(Tokens {
        access: SecretString::from(access),
        refresh: source.text(Field::RefreshToken).map(SecretString::from),
        expires_in: source.text(Field::ExpiresIn).and_then(|seconds| seconds.parse().ok()),
        // Only a hint of when to renew the token, so an unreadable one is ignored.
        expires_at: source.moment(Field::ExpiresAt).unwrap_or_default(),
    })
}

/// The answer of `account_groups/list`. A group that can't be read is left out, and the others say that they are not all.
///
/// # Errors
/// As [`decode_tokens`]; [`Unreadable`](crate::ErrorKind::Unreadable) if no group of the answer can be read.
pub fn decode_groups(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Vec<Group>, Error> {
    let context = Context::new(binding, method, answer.status);
    let rows = rows(open(binding, method, answer)?, &["groups", "accountgroups", "items", "list"]);
    let at = rows.first().and_then(|(at, _)| at.rsplit_once('/')).map_or("", |(list, _)| list).to_owned();
    let (whole, headers) = (whole_json(answer).unwrap_or_default(), headers::as_record(&answer.pages));
    let around = pages::Around::of(&whole, &at, &headers);
    let said = around.more(&rows).or_else(|| around.counted(rows.len()));
    let (mut groups, mut first_error) = (Vec::new(), None);
    for (at, row) in rows.iter().filter(|(_, row)| !row.is_null()) {
        match group(&context, at, row) {
            Ok(group) => groups.push(group),
            Err(error) => {
                tracing::warn!(path = error.json_path(), "a group can't be read, and is left out");
                first_error = first_error.or(Some(error));
            }
        }
    }
    let is_part = said.is_some() || first_error.is_some();
    match first_error {
        Some(error) if groups.is_empty() => Err(error),
        _ => Ok(groups.into_iter().map(|group| Group { of_part: is_part, ..group }).collect()),
    }
}

fn group(context: &Context<'_>, at: &str, row: &Value) -> Result<Group, Error> {
    let record = Record::new(context, at.to_owned(), row)?;
    let is_listed = at.ends_with(|c: char| c.is_ascii_digit());
    let why = if is_listed { "the group has no id" } else { "no list of groups is here" };
    let id = record.id(Field::ListedGroup)?.ok_or_else(|| record.unreadable(why))?;
    Ok(Group {
        name: record.text(Field::GroupName).unwrap_or_else(|| id.clone()),
        // A group of which this can't be told takes no new accounts; all others do.
        have_template: record.flag(Field::HaveTemplate).ok().flatten().unwrap_or(false),
        id: GroupId::new(id),
        of_part: false,
    })
}

/// The answer of `accounts/find_by_phone`: no account, one, or several.
///
/// # Errors
/// As [`decode_tokens`].
pub fn decode_accounts(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Vec<Account>, Error> {
    let context = Context::new(binding, method, answer.status);
    let rows = rows(open(binding, method, answer)?, &["accounts", "guests", "clients", "items", "list"]);
    let accounts = rows.into_iter().filter(|(_, row)| !blank(row)).map(|(at, row)| {
        let account = Guest::new(Record::new(&context, at, &row)?).account()?;
        Ok(Account { raw: row, ..account })
    });
    accounts.collect()
}

fn external(record: &Record<'_>, inner: &Record<'_>) -> ExternalRef {
    // One record may leave the field empty. Then a vague name in the other one is not the field.
    let is_told = |field, of: &Record<'_>, beside: &Record<'_>| !beside.leaves_empty(field) || of.names(field);
    let text = |field| {
        let own = record.text(field).filter(|_| is_told(field, record, inner));
        own.or_else(|| inner.text(field).filter(|_| is_told(field, inner, record)))
    };
    let guid = |field| {
        let own = record.guid(field).filter(|_| is_told(field, record, inner));
        own.or_else(|| inner.guid(field).filter(|_| is_told(field, inner, record)))
    };
    ExternalRef {
        check_guid: guid(Field::CheckGuid),
        external_check: text(Field::ExternalCheck),
        rest_code: text(Field::RestCode),
    }
}

/// The answer of a method that changes something. It must acknowledge the change in some way. Everything else is optional: what
/// can't be understood is left out, and stays in [`WriteAnswer::raw`].
///
/// # Errors
/// As [`decode_tokens`]; [`Unreadable`](crate::ErrorKind::Unreadable) for a 2xx answer that acknowledges nothing.
pub fn decode_write(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<WriteAnswer, Error> {
    let context = Context::new(binding, method, answer.status);
    let opened = open(binding, method, answer)?;
    let whole = whole_json(answer);
    let acknowledged = acknowledged(method, answer, whole.as_ref());
    if whole.as_ref().is_some_and(says_not_yet) {
        return Err(context.unreadable("", "says that it is not done yet"));
    }
    let unsaid = || context.unreadable("", "does not say that it was done");
    let (at, value) = match opened {
        Opened::Nothing if acknowledged => return Ok(WriteAnswer::default()),
        Opened::Nothing => return Err(unsaid()),
        Opened::Payload(at, value) => (at, value),
    };
    let Ok(record) = Record::new(&context, at, &value) else {
        let told = WriteAnswer { raw: value.clone(), ..WriteAnswer::default() };
        return if acknowledged { Ok(told) } else { Err(unsaid()) };
    };
    let makes_account = matches!(method, Method::InsertByTemplate | Method::Update);
    let guest = Guest::new(record);
    let record = guest.record();
    // After a refill, a bare `id` may be the transaction's or the account's, so it is ignored.
    let named = |field| record.find(field).is_some_and(|found| !found.is_bare_id());
    let account = if makes_account || named(Field::Account) { guest.id().ok().flatten() } else { None };
    let transaction = if named(Field::Transaction) { record.id(Field::Transaction).ok().flatten() } else { None };
    let receipt = if named(Field::Receipt) { record.id(Field::Receipt).ok().flatten() } else { None };
    let told = WriteAnswer {
        account: account.map(AccountId::new),
        balance: record.strong_money(Field::Balance),
        transaction,
        receipt: receipt.map(ReceiptId::new),
        guest: if makes_account { None } else { guest_named(&guest) },
        sum: record.money(Field::Sum).ok().flatten().filter(|_| is_echoed(binding, record, Field::Sum)),
        comment: record.text(Field::Comment).filter(|_| is_echoed(binding, record, Field::Comment)),
        check_guid: record.guid(Field::CheckGuid).filter(|_| is_echoed(binding, record, Field::CheckGuid)),
        raw: value.clone(),
    };
    // A binding may give these fields any spelling, which `acknowledged` does not know. An answer that has one is an acknowledgement.
    // But 202 only accepts the request, and an account that the request named is an echo of it.
    let is_echo = answer.status == 202 && method != Method::InsertByTemplate;
    let names_account = told.account.is_some() && !is_echo;
    let tells = names_account || told.balance.is_some() || told.transaction.is_some() || told.receipt.is_some();
    if acknowledged || tells { Ok(told) } else { Err(unsaid()) }
}

/// The id and phone of the guest whose record an answer shows: it has a phone, and an id of its own.
fn guest_named(guest: &Guest<'_>) -> Option<(AccountId, Phone)> {
    let record = guest.record();
    let phone = record.phone(Field::Phone).filter(|_| record.names(Field::Phone))?;
    Some((AccountId::new(guest.id().ok().flatten()?), phone))
}
