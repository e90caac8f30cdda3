//! From an answer to the model.

use secrecy::SecretString;
use serde_json::Value;

use super::{
    acknowledged::{acknowledged, says_not_yet},
    answer::{Opened, open, whole_json},
    keys::{LISTS, known},
    read::{Context, Record},
    record::Guest,
    values::{blank, join},
    wire::{Tokens, WireAnswer},
};
use crate::{
    AccountId, Error, ErrorKind, GroupId, Kopecks, Method, ReceiptId,
    binding::Binding,
    contract::Field,
    model::{Account, ExternalRef, Group, LatestTransactions, Transaction, TransactionKind, WriteAnswer},
};

mod balance;
mod burning;
mod order;
mod pages;
mod period;
mod receipt;
mod repeats;
mod signs;
mod totals;

pub use balance::decode_balance;
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
    let said = whole_json(answer)
        .and_then(|whole| pages::more(&whole, &at, rows.len()).or_else(|| pages::counted(&whole, &at, rows.len())));
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

/// The answers of `accounts/transactions`.
///
/// # Errors
/// As [`decode_tokens`].
pub fn decode_transactions(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Vec<Transaction>, Error> {
    let context = Context::new(binding, method, answer.status);
    let listed = listed(&context, binding, answer)?;
    // A part of the rows is right for the last N, but not for a period.
    if method == Method::TransactionsOfPeriod {
        let asked = context.asked_at_most().filter(|most| listed.rows.len() as u64 >= *most);
        let asked = asked.map(|most| format!("as many as were asked for: {most}"));
        if let Some(said) = listed.more.as_ref().or(asked.as_ref()) {
            let part = context.unreadable(&listed.at, format!("only a part of the period's rows came ({said})"));
            return Err(part.with_kind(ErrorKind::OnlyPart));
        }
    }
    transactions(&context, &listed.rows)
}

/// The last transactions of an account, and whether they are all it has. `asked`: how many were asked for.
///
/// # Errors
/// As [`decode_tokens`]; [`Unreadable`](crate::ErrorKind::Unreadable) for the oldest part of a longer list: what is asked of the last
/// rows would seem absent.
pub fn decode_last_transactions(
    binding: &Binding,
    asked: u32,
    answer: &WireAnswer,
) -> Result<LatestTransactions, Error> {
    let context = Context::new(binding, Method::LastTransactions, answer.status);
    let listed = listed(&context, binding, answer)?;
    let transactions = transactions(&context, &listed.rows)?;
    // A page of a list that begins with the oldest is not the last part of it, although it is as long as was asked for.
    if let Some(said) = listed.more.as_ref().or(listed.counted.as_ref())
        && order::is_oldest_first(&transactions)
    {
        let why = format!("the rows begin with the oldest, and the newest are not among them ({said})");
        return Err(context.unreadable(&listed.at, why));
    }
    let at_once = context.answer.and_then(|answer| answer.most_rows).map_or(asked, |most| most.min(asked));
    // The rows as they came count. A server that joins tables gives 50 rows of 25 transactions, and has more.
    Ok(LatestTransactions { complete: listed.rows.len() < at_once as usize && listed.more.is_none(), transactions })
}

/// The rows of a list of transactions.
struct Listing {
    /// JSON pointer to the list.
    at: String,
    rows: Rows,
    /// How the answer says that there are more rows; `None`: it does not.
    more: Option<String>,
    /// A number beside the list that may count all rows, and is larger than the list. It may also be a sum.
    counted: Option<String>,
}

fn listed(context: &Context<'_>, binding: &Binding, answer: &WireAnswer) -> Result<Listing, Error> {
    let opened = open(binding, context.method, answer)?;
    if let Some(other) = two_lists(&opened) {
        return Err(context.unreadable(&other, "a second list of rows: what is in one is not in the other"));
    }
    let rows = rows(opened, &LISTS);
    let at = rows.first().and_then(|(at, _)| at.rsplit_once('/')).map_or("", |(list, _)| list).to_owned();
    let partial = (answer.status == 206).then(|| "HTTP 206".to_owned());
    let whole = whole_json(answer);
    let more = partial.or_else(|| pages::more(whole.as_ref()?, &at, rows.len()));
    let counted = whole.as_ref().and_then(|whole| pages::counted(whole, &at, rows.len()));
    Ok(Listing { at, rows, more, counted })
}

fn transactions(context: &Context<'_>, rows: &Rows) -> Result<Vec<Transaction>, Error> {
    let rows = totals::without(context, repeats::without(context, rows)?)?;
    let read = rows.iter().map(|(at, row)| transaction(&Record::new(context, at.clone(), row)?, row));
    let mut transactions = read.collect::<Result<Vec<_>, Error>>()?;
    let told: Vec<Option<bool>> = rows.iter().map(|(_, row)| signs::told(row)).collect();
    signs::restore(&mut transactions, &told);
    Ok(transactions)
}

/// The JSON pointer to a second list of rows; `None`: there is none. Example: `{"refills": […], "payments": […]}`.
fn two_lists(opened: &Opened) -> Option<String> {
    let Opened::Payload(at, Value::Object(map)) = opened else { return None };
    let is_row = |row: &Value| {
        let has = |field: Field| row.as_object().is_some_and(|row| row.keys().any(|key| field.rank(key).is_some()));
        has(Field::At) && has(Field::Sum)
    };
    let lists = map.iter().filter(|(_, list)| list.as_array().and_then(|list| list.first()).is_some_and(is_row));
    lists.skip(1).map(|(key, _)| join(at, key)).next()
}

fn transaction(record: &Record<'_>, raw: &Value) -> Result<Transaction, Error> {
    let check = record.inner(&["check", "receipt", "external", "purchase", "externalCheck", "bill"]);
    let at = match record.moment(Field::At)? {
        Some(at) => at,
        None => return Err(record.unreadable("the transaction has no date")),
    };
    let told = record.inner(&["type", "kind", "operation", "transactionType"]);
    let kind_name = record.text(Field::KindName).or(told.text(Field::GroupName));
    let code = record.text(Field::Kind).or(told.text(Field::Kind));
    let named = record.name_of_code(Field::Kind);
    let kind = [&kind_name, &code, &named].into_iter().flatten().find_map(|word| signs::kind(word));
    let sum = match record.money(Field::Sum)? {
        Some(sum) => sum,
        None => two_sided(record)?.ok_or_else(|| record.unreadable("the transaction has no sum"))?,
    };
    let receipt = match record.id(Field::Receipt)? {
        // A bare `id` is the id of the row, not of a receipt.
        Some(id) if record.find(Field::Receipt).is_some_and(|found| !found.is_bare_id()) => Some(id),
        _ => check.id(Field::Receipt)?,
    };
    Ok(Transaction {
        id: record.id(Field::Transaction)?,
        at,
        kind: match kind {
            // Bonuses that are taken for a receipt are a payment, whatever the server calls it.
            Some(TransactionKind::Withdrawal) if receipt.is_some() => TransactionKind::Payment,
            kind => kind.unwrap_or(TransactionKind::Other),
        },
        kind_name: kind_name.or(named).or(code),
        sum,
        balance_after: record.money(Field::BalanceAfter)?,
        money_spent: record.money(Field::MoneySpent)?,
        comment: record.text(Field::Comment),
        receipt: receipt.map(ReceiptId::new),
        external: external(record, &check),
        raw: raw.clone(),
    })
}

/// The change of a row that has two sums, one added and one taken; `None`: it has neither.
fn two_sided(record: &Record<'_>) -> Result<Option<Kopecks>, Error> {
    let (added, taken) = (record.money(Field::BonusAccrued)?, record.money(Field::BonusSpent)?);
    if added.is_none() && taken.is_none() {
        return Ok(None);
    }
    let change = added.unwrap_or_default().checked_sub(taken.unwrap_or_default());
    change.map(Some).ok_or_else(|| record.unreadable("the sums are too large"))
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
        raw: value.clone(),
    };
    // A binding may give these fields any spelling, which `acknowledged` does not know. An answer that has one is an acknowledgement.
    // But 202 only accepts the request, and an account that the request named is an echo of it.
    let is_echo = answer.status == 202 && method != Method::InsertByTemplate;
    let names_account = told.account.is_some() && !is_echo;
    let tells = names_account || told.balance.is_some() || told.transaction.is_some() || told.receipt.is_some();
    if acknowledged || tells { Ok(told) } else { Err(unsaid()) }
}
