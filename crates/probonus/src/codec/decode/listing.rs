//! A list of transactions, and what its answer says of it.

use serde_json::Value;

use super::{Rows, headers, order, pages, rows, transaction::transactions};
use crate::{
    AccountId, Error, ErrorKind, Kopecks, Method,
    binding::Binding,
    codec::{
        about::Others,
        answer::{Opened, open, whole_json},
        keys::LISTS,
        read::Context,
        values::join,
        wire::WireAnswer,
    },
    contract::Field,
    model::{History, Lack, LatestTransactions, Transaction, TransactionKind},
};

/// The answers of `accounts/transactions`.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens).
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
    transactions(&context, &listed.rows).whole()
}

/// The last transactions of an account, and whether they are all it has. `asked`: how many were asked for.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens); [`Unreadable`](ErrorKind::Unreadable) for a row that can't be read, and for the oldest
/// part of a longer list, also if it only may be one: what is asked of the last rows would seem absent.
pub fn decode_last_transactions(
    binding: &Binding,
    asked: u32,
    answer: &WireAnswer,
) -> Result<LatestTransactions, Error> {
    let DoubtedTransactions { transactions, doubt } = decode_latest(binding, asked, answer)?;
    doubt.map_or(Ok(transactions), Err)
}

/// The last transactions as they came, and why they may be the oldest part of a longer list.
pub struct DoubtedTransactions {
    /// The transactions.
    pub transactions: LatestTransactions,
    /// The error that they are, unless the server is found to give the newest; `None`: nothing speaks against them.
    pub doubt: Option<Error>,
}

impl DoubtedTransactions {
    /// Whether what came when fewer were asked for shows that the server gives the newest, as it should: no more than were asked for,
    /// and the newest of them is the newest of these.
    ///
    /// Example: 20 rows, the oldest first, of 30 that were asked for. Asked for 10, a server that cuts its lists at 20 gives the first
    /// ten of them or all 20, any other the last ten.
    #[must_use]
    pub fn is_confirmed_by(&self, fewer: &[Transaction], asked: u32) -> bool {
        let newest = |rows: &[Transaction]| rows.iter().map(|row| (row.at.local, row.id.clone(), row.sum)).max();
        fewer.len() <= asked as usize && newest(fewer) == newest(&self.transactions.transactions)
    }
}

/// As [`decode_last_transactions`], with a doubt beside the rows in place of an error.
///
/// # Errors
/// The same, but for the last one.
pub fn decode_latest(binding: &Binding, asked: u32, answer: &WireAnswer) -> Result<DoubtedTransactions, Error> {
    let context = Context::new(binding, Method::LastTransactions, answer.status);
    let listed = listed(&context, binding, answer)?;
    let transactions = transactions(&context, &listed.rows).whole()?;
    // A page of a list that begins with the oldest is not the last part of it, although it is as long as was asked for.
    if let Some(said) = listed.lacks_newest(&transactions) {
        let why = format!("the rows begin with the oldest, and the newest are not among them ({said})");
        return Err(context.unreadable(&listed.at, why));
    }
    let at_once = context.answer.and_then(|answer| answer.most_rows).map_or(asked, |most| most.min(asked));
    let may_lack_newest = listed.rows.len() < at_once as usize && listed.may_lack_newest(&transactions);
    let doubt = may_lack_newest.then(|| {
        let why = "the rows begin with the oldest, and there are as many as servers give at once";
        context.unreadable(&listed.at, why)
    });
    // The rows as they came count. A server that joins tables gives 50 rows of 25 transactions, and has more.
    let is_short = listed.rows.len() < at_once as usize && listed.more.is_none();
    let complete = is_short && (may_lack_newest || !listed.may_be_cut(&transactions));
    Ok(DoubtedTransactions { transactions: LatestTransactions { complete, transactions }, doubt })
}

/// The last transactions of an account for people, as [`Loyalty::history`](crate::Loyalty::history) gives them.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens); if no row can be read, or each names another account.
pub fn decode_last_history(
    binding: &Binding,
    account: &AccountId,
    asked: u32,
    answer: &WireAnswer,
) -> Result<History, Error> {
    let context = Context::new(binding, Method::LastTransactions, answer.status);
    let mut listed = listed(&context, binding, answer)?;
    let came = listed.rows.len();
    let foreign = Others::of(binding, Method::LastTransactions, account).taken_from(&mut listed.rows)?;
    let (transactions, unread) = transactions(&context, &listed.rows).in_part()?;
    let lacks = match () {
        () if listed.lacks_newest(&transactions).is_some() => Lack::Newest,
        () if came >= asked as usize => Lack::Nothing,
        () if listed.more.is_some() => Lack::Some,
        () if listed.may_be_cut(&transactions) => Lack::Perhaps,
        () => Lack::Nothing,
    };
    Ok(History { transactions, unread, foreign, lacks, counted: listed.told.total })
}

/// The rows of a list of transactions.
pub(super) struct Listing {
    /// JSON pointer to the list.
    pub(super) at: String,
    pub(super) rows: Rows,
    /// How the answer says that there are more rows; `None`: it does not.
    pub(super) more: Option<String>,
    /// A number beside the list that may count all rows, and is larger than the list. It may also be a sum.
    counted: Option<String>,
    /// Whether the answer says that these are all rows.
    pub(super) is_all: bool,
    /// What it says of its pages.
    pub(super) told: pages::Told,
}

impl Listing {
    /// How the answer says that there are more rows, if the list begins with the oldest.
    fn lacks_newest(&self, rows: &[Transaction]) -> Option<&String> {
        self.more.as_ref().or(self.counted.as_ref()).filter(|_| order::is_oldest_first(rows))
    }

    /// Whether a list that begins with the oldest may be cut, although the answer does not say so. A cut would take the newest. Fewer
    /// than 20 rows are taken for a whole list: many accounts have so few.
    fn may_lack_newest(&self, rows: &[Transaction]) -> bool {
        !self.is_all && self.rows.len() >= 20 && is_usual_cut(self.rows.len()) && order::is_oldest_first(rows)
    }

    /// Whether the list of the last transactions may be cut, although the answer does not say so: it is as long as servers cut their
    /// lists, or the balance was not zero before the oldest of them.
    fn may_be_cut(&self, rows: &[Transaction]) -> bool {
        begins_with_a_balance(rows) || (!self.is_all && is_usual_cut(self.rows.len()))
    }
}

/// Whether a list is as long as servers cut their lists.
pub(super) fn is_usual_cut(rows: usize) -> bool {
    matches!(rows, 10 | 20 | 25 | 50 | 100 | 200 | 250 | 500) || (rows >= 1000 && rows.is_multiple_of(500))
}

/// Whether the account had bonuses before the oldest row: then there are older rows. `false` if that can't be told.
fn begins_with_a_balance(rows: &[Transaction]) -> bool {
    let Some(oldest) = rows.iter().min_by_key(|row| row.at.local) else { return false };
    let is_only = rows.iter().filter(|row| row.at.local == oldest.at.local).count() == 1;
    // The sign of such a sum is not sure.
    let is_plain = !oldest.cancelled && !matches!(oldest.kind, TransactionKind::Other | TransactionKind::Return);
    let before = oldest.balance_after.and_then(|after| after.checked_sub(oldest.moved()));
    is_only && is_plain && before.is_some_and(|before| before != Kopecks::ZERO)
}

pub(super) fn listed(context: &Context<'_>, binding: &Binding, answer: &WireAnswer) -> Result<Listing, Error> {
    let opened = open(binding, context.method, answer)?;
    if let Some(other) = two_lists(&opened) {
        return Err(context.unreadable(&other, "a second list of rows: what is in one is not in the other"));
    }
    let rows = rows(opened, &LISTS);
    let at = rows.first().and_then(|(at, _)| at.rsplit_once('/')).map_or("", |(list, _)| list).to_owned();
    let whole = whole_json(answer).unwrap_or_default();
    let headers = headers::as_record(&answer.pages);
    let around = pages::Around::of(&whole, &at, &headers);
    let told = around.tell(&rows);
    let is_all = around.says_all(rows.len());
    let partial = (answer.status == 206).then(|| "HTTP 206".to_owned());
    let more = partial.or_else(|| around.more(&rows));
    let counted = around.counted(rows.len());
    Ok(Listing { is_all: is_all && more.is_none(), told, more, counted, at, rows })
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
