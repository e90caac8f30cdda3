//! An answer of some server, read by some binding.

use std::sync::LazyLock;

use bytes::Bytes;
use probonus::{
    AccountId, Delivery, Error, Kopecks, Method, ReceiptId,
    binding::Binding,
    codec::{self, WireAnswer},
};
use probonus_sandbox::Dialect;
use serde_json::Value;

const STATUSES: [u16; 26] = [
    200, 201, 202, 203, 204, 206, 299, 100, 300, 302, 304, 400, 401, 403, 404, 405, 407, 408, 409, 422, 429, 500, 502,
    503, 504, 0,
];

const KINDS: [Option<&str>; 6] = [
    Some("application/json"),
    Some("application/json; charset=utf-8"),
    Some("text/html"),
    Some("text/plain"),
    Some("application/problem+json"),
    None,
];

/// The table's binding, and those of the training server's dialects.
static BINDINGS: LazyLock<Vec<Binding>> = LazyLock::new(|| {
    let dialects = Dialect::named().into_iter().chain((0..24).map(Dialect::random));
    let documents = dialects.filter_map(|dialect| Some(dialect.document()?.to_string()));
    let learned = documents.map(|text| probonus_swagger::learn(text.as_bytes()).expect("a truthful document").binding);
    std::iter::once(Binding::default()).chain(learned).collect()
});

/// Answers that a server could give, for a binding that was just learnt.
const SAMPLES: [&str; 8] = [
    r#"{"id":7,"phone":"79123456789","balance":12050,"birthday":"1992-02-29","sex":2,"name":"Анна"}"#,
    r#"{"success":true,"data":[{"id":1,"date":"20.11.2026 14:05:00","sum":"-12,50","type":"payment","balance":0}]}"#,
    r#"{"Result":{"Balance":"120.50","burning":[{"date":"2026-12-01","sum":5}]}}"#,
    r#"[{"id":3,"name":"Гости","haveTemplate":true}]"#,
    r#"{"accessToken":"t","refreshToken":"r","expiresIn":3600}"#,
    r#"{"error":{"code":7,"message":"Гость не найден"}}"#,
    "true",
    "",
];

/// Reads one of the sample answers by `binding`, as the answer of every method.
pub(crate) fn read_sample(binding: &Binding, which: usize) {
    let body = Bytes::from_static(SAMPLES[which % SAMPLES.len()].as_bytes());
    let answer = WireAnswer { status: 200, content_type: None, pages: Vec::new(), body };
    for method in Method::ALL {
        read(binding, method, &answer);
    }
}

/// Reads an answer. The first four bytes say which method, binding, status and content type; then come an administrator's lines
/// for the binding, each with a line feed and the last with a zero byte, if there are any; the rest is the body.
///
/// Money that was read is in the answer, digit by digit. A write is done only by a 2xx answer, and refused only by one that a
/// server that has done nothing can give.
pub fn answer(data: &[u8]) {
    let [method, binding, status, kind, rest @ ..] = data else { return };
    let method = of(&Method::ALL, *method);
    let binding = of(&BINDINGS, *binding);
    let (lines, body) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (&rest[..0], rest),
    };
    let answer = WireAnswer {
        status: *of(&STATUSES, *status),
        content_type: of(&KINDS, *kind).map(str::to_owned),
        pages: Vec::new(),
        body: Bytes::copy_from_slice(body),
    };
    match std::str::from_utf8(lines) {
        Ok(lines) if !lines.is_empty() => {
            let mut overruled = binding.clone();
            for line in lines.lines().take(8) {
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                let of_method = (key.contains('.') || key == "path").then_some(*method);
                let _ = overruled.overrule(of_method, key, value);
            }
            read(&overruled, *method, &answer);
        }
        _ => read(binding, *method, &answer),
    }
}

/// The element that a letter stands for: `a` for the first.
fn of<T>(all: &[T], letter: u8) -> &T {
    &all[usize::from(letter.wrapping_sub(b'a')) % all.len()]
}

fn read(binding: &Binding, method: Method, answer: &WireAnswer) {
    let digits = Digits::of(answer);
    match method {
        Method::Login | Method::RefreshToken => {
            judge(method, answer, codec::decode_tokens(binding, method, answer).map(|_| ()))
        }
        Method::Groups => judge(method, answer, codec::decode_groups(binding, method, answer)),
        Method::FindByPhone => accounts(binding, answer, &digits),
        Method::TransactionsOfPeriod | Method::LastTransactions => entries(binding, method, answer, &digits),
        Method::BalanceExtended => balance(binding, answer, &digits),
        Method::Receipt => receipt(binding, answer, &digits),
        // Whatever changes something.
        _ => written(binding, method, answer, &digits),
    }
    if let Some(at) = codec::observed_envelope(binding, method, answer) {
        let body = answer.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&answer.body);
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            assert!(value.pointer(&at).is_some(), "{at:?} is not in the answer");
        }
    }
}

fn accounts(binding: &Binding, answer: &WireAnswer, digits: &Digits) {
    let told = codec::decode_accounts(binding, Method::FindByPhone, answer);
    for account in told.iter().flatten() {
        digits.say_all([account.balance, account.turnover]);
        assert!(!account.id.as_str().is_empty());
    }
    judge(Method::FindByPhone, answer, told);
}

fn entries(binding: &Binding, method: Method, answer: &WireAnswer, digits: &Digits) {
    let told = codec::decode_transactions(binding, method, answer);
    for row in told.iter().flatten() {
        digits.say_all([row.balance_after, row.money_spent]);
    }
    if method == Method::LastTransactions {
        let last = codec::decode_last_transactions(binding, 5, answer);
        assert!(last.as_ref().is_ok_and(|last| last.complete <= (last.transactions.len() < 5)) || last.is_err());
        if let Ok(last) = last {
            assert_eq!(Ok(last.transactions), told, "the rows are the same");
        }
        let history = codec::decode_last_history(binding, &AccountId::new("7"), 5, answer);
        if let (Ok(history), Ok(told)) = (history, &told) {
            assert!(history.unread.is_empty());
            assert!(history.foreign > 0 || history.transactions == *told, "the rows are the same");
        }
    }
    judge(method, answer, told);
}

fn balance(binding: &Binding, answer: &WireAnswer, digits: &Digits) {
    let told = codec::decode_balance(binding, jiff::Timestamp::UNIX_EPOCH, answer);
    if let Ok(told) = &told {
        digits.say_all([told.balance]);
        digits.say_all(told.burning.iter().map(|part| Some(part.sum)));
        digits.say_all(told.waiting.iter().map(|part| Some(part.sum)));
    }
    judge(Method::BalanceExtended, answer, told);
}

fn receipt(binding: &Binding, answer: &WireAnswer, digits: &Digits) {
    let told = codec::decode_receipt(binding, &ReceiptId::new("5"), answer);
    for receipt in told.iter().flatten() {
        digits.say_all([receipt.total, receipt.discount, receipt.paid, receipt.bonus_spent]);
        digits.say_all(receipt.lines.iter().map(|line| line.sum));
    }
    judge(Method::Receipt, answer, told);
}

fn written(binding: &Binding, method: Method, answer: &WireAnswer, digits: &Digits) {
    let told = codec::decode_write(binding, method, answer);
    if let Ok(told) = &told {
        digits.say_all([told.balance]);
    }
    let well = (200..300).contains(&answer.status);
    assert!(told.is_err() || well, "{method:?}: done by HTTP {}", answer.status);
    judge(method, answer, told);
}

/// What must hold of every failure: its delivery is that of its status, and it can be told.
fn judge<T>(method: Method, answer: &WireAnswer, told: Result<T, Error>) {
    let Err(error) = told else { return };
    assert!(!error.to_string().is_empty());
    assert_ne!(error.delivery(), Delivery::NotSent, "{method:?}: an answer came");
    if matches!(answer.status, 500.. | 408) {
        assert_eq!(error.delivery(), Delivery::Unknown, "{method:?}: HTTP {} may have done it", answer.status);
    }
}

/// The digits of an answer: a sum that it does not say can't be read out of it.
struct Digits {
    all: String,
    /// Whether a number is so long that it may be rounded: `0.9999999999999999`.
    may_be_rounded: bool,
}

impl Digits {
    fn of(answer: &WireAnswer) -> Self {
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.trim_start_matches('\u{feff}').trim();
        // Through JSON: a digit may be written as an escape.
        let plain = serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| value.to_string());
        let is_long = |number: &str| number.bytes().filter(u8::is_ascii_digit).count() > 15;
        let may_be_rounded = plain.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).any(is_long);
        Self { all: plain.chars().filter(char::is_ascii_digit).collect(), may_be_rounded }
    }

    /// Each sum that was read stands somewhere in the answer.
    fn say_all(&self, sums: impl IntoIterator<Item = Option<Kopecks>>) {
        for sum in sums.into_iter().flatten() {
            let digits = sum.get().unsigned_abs().to_string();
            let is_said = self.all.contains(digits.trim_end_matches('0'));
            assert!(is_said || self.may_be_rounded, "{sum:?} is nowhere in {}", self.all);
        }
    }
}
