//! How much an operation looks like a method of the contract, by its path, its id and its shape.
//!
//! Names are compared word by word from their end, never by a part of a word: `accounts/cancel_refill` is no refill, and
//! `account_groups/update` updates no account. A write is recognised by its name alone; a read may be guessed.

use crate::{
    answers,
    heuristics::Heuristic,
    names::{Words, names_of, spellings_of_group},
    operation::Operation,
    russian, saying, sign_in,
};
use probonus_contract::{
    Method,
    binding::Verb,
    contract::{Field, MethodRow, normal},
};

/// How much an operation looks like a method. Less is better. The fields are compared in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Likeness {
    /// Whether it is only a guess. It is taken if no operation has the method's name.
    pub(crate) guessed: bool,
    /// 0 for the vendor's own path.
    pub(crate) unlikeness: u8,
}

/// Words without meaning between a group and a name: `/Accounts.svc/Refill`, `/accounts/api/refill`, OData's
/// `/Accounts({key})/Default.Refill`.
const BETWEEN: [&str; 15] = [
    "action",
    "api",
    "asmx",
    "ashx",
    "controller",
    "default",
    "do",
    "json",
    "method",
    "methods",
    "php",
    "rest",
    "rpc",
    "service",
    "svc",
];

/// Words that may follow a name in its own segment: `refill.json`.
const AFTER: [&str; 7] = ["json", "php", "aspx", "ashx", "asmx", "svc", "action"];

/// A name with at least this many letters is unmistakable: `findbyphone`.
const TELLING: usize = 10;

/// How unlike the vendor's path (`accounts/refill`, 0) an operation is. Only the order matters; the gaps leave room for
/// [`UNLIKE_ALIAS`] and for another version of the API, which add to it.
const UNLIKE_BETWEEN: u8 = 10;
const UNLIKE_ALIAS: u8 = 20;
const UNLIKE_TURNED: u8 = 22;
const UNLIKE_ID: u8 = 30;
/// An unmistakable name outside its group.
const UNLIKE_TELLING: u8 = 40;
const UNLIKE_CROWDED: u8 = 50;
const UNLIKE_FAR: u8 = 55;
const UNLIKE_NAMELESS: u8 = 60;

/// How much `operation` looks like the method of `row`; `None`: not at all.
pub(crate) fn likeness(operation: &Operation<'_>, row: &MethodRow) -> Option<Likeness> {
    if !may_be_by_verb(operation.verb, row.method) {
        return None;
    }
    let score = by_path(operation, row).into_iter().chain(by_id(operation, row)).chain(by_shape(operation, row));
    let score = score.chain(by_sign_in(operation, row.method));
    let score = score.chain(saying::says_so(operation, row).then_some(guessed(UNLIKE_TELLING)));
    let score = score.chain(russian::says_so(operation, row).then_some(guessed(UNLIKE_TELLING)));
    let best = score.min()?;
    // A write is never guessed, except by an unmistakable name.
    let doubtful = best.guessed && row.method.is_write() && best.unlikeness > UNLIKE_TELLING;
    let version = u8::from(!operation.path.contains("/v0/"));
    (!doubtful).then_some(Likeness { unlikeness: best.unlikeness + version, ..best })
}

/// Likeness of a sign-in under another name: of the address that a scheme tells, or by what it takes.
fn by_sign_in(operation: &Operation<'_>, method: Method) -> Option<Likeness> {
    match method {
        Method::Login if sign_in::gives_tokens(operation) => Some(sure(UNLIKE_ID)),
        Method::Login if sign_in::takes_login_and_password(operation) => Some(guessed(UNLIKE_NAMELESS)),
        _ => None,
    }
}

/// Whether a verb is possible for a method. `DELETE` is possible only for the return of a purchase, `PATCH` only for writes.
fn may_be_by_verb(verb: Verb, method: Method) -> bool {
    match verb {
        Verb::Delete => method == Method::ReturnCheck,
        Verb::Patch => method.is_write(),
        Verb::Get | Verb::Post | Verb::Put => true,
    }
}

const fn sure(unlikeness: u8) -> Likeness {
    Likeness { guessed: false, unlikeness }
}

const fn guessed(unlikeness: u8) -> Likeness {
    Likeness { guessed: true, unlikeness }
}

fn by_path(operation: &Operation<'_>, row: &MethodRow) -> Vec<Likeness> {
    let (group, last) = row.path.split_once('/').unwrap_or(("", row.path));
    let groups = spellings_of_group(group);
    let mut words = Words::of_path(names_of(&operation.path));
    if Heuristic::WordsAfter.holds() {
        words.drop_after(&AFTER);
    }
    // A read may begin with `get`.
    words.reads = !row.method.is_write();
    let mut found = Vec::new();
    let names = std::iter::once((last, 0))
        .chain(row.aliases.iter().filter(|_| Heuristic::Alias.holds()).map(|alias| (*alias, UNLIKE_ALIAS)));
    for (name, more) in names {
        let name = normal(name);
        for group in &groups {
            // `accounts/refill`, `AccountRefill`
            if let Some(at) = words.tail(&format!("{group}{name}")) {
                found.push(if words.alone(at) { sure(more) } else { guessed(UNLIKE_CROWDED + more) });
            }
            // `RefillAccount`
            if let Some(at) =
                words.tail(&format!("{name}{group}")).filter(|_| name != *group && Heuristic::NameBeforeGroup.holds())
            {
                found.extend(words.alone(at).then_some(sure(UNLIKE_TURNED + more / 2)));
            }
        }
        let Some(at) = words.tail(&name) else { continue };
        // `Accounts.svc/refill`, `/accounts/bonus/refill`
        if let Some(between) = groups.iter().find_map(|group| words.between(group, at)) {
            let plain = between.iter().all(|word| {
                (BETWEEN.contains(&word.as_str()) && Heuristic::WordsBetween.holds()) || is_own(word, row.method)
            });
            found.push(if plain { sure(UNLIKE_BETWEEN + more) } else { guessed(UNLIKE_FAR + more / 2) });
        }
        if more == 0 && name.len() >= TELLING && words.alone(at) && Heuristic::TellingName.holds() {
            found.push(guessed(UNLIKE_TELLING));
        }
    }
    found
}

/// Whether a word only repeats what the method is about, so that it adds nothing between group and name. Example:
/// `/accounts/bonus/refill`.
fn is_own(word: &str, method: Method) -> bool {
    let own: &[&str] = match method {
        Method::Refill => &["bonus", "bonuses", "balance"],
        Method::Update => &["profile", "anketa"],
        Method::TransactionsOfPeriod | Method::LastTransactions => &["bonus", "bonuses", "history"],
        _ => &[],
    };
    own.contains(&word)
}

/// Likeness by the operation's id: `Accounts_Refill`, `AccountsController_refill`, `postApiV0AccountsRefill`, `findByPhoneUsingGET`.
fn by_id(operation: &Operation<'_>, row: &MethodRow) -> Vec<Likeness> {
    const TAILS: [&str; 9] = ["async", "using", "get", "post", "put", "patch", "delete", "action", "endpoint"];
    let (group, last) = row.path.split_once('/').unwrap_or(("", row.path));
    let last = normal(last);
    let mut words = Words::of_path(std::iter::once(operation.id.as_str()));
    words.drop_after(&TAILS);
    words.words.retain(|(_, word)| word != "controller");
    // `postApiV0AccountsRefill`
    let verb = operation.verb.as_str().to_ascii_lowercase();
    if words.words.first().is_some_and(|(_, word)| *word == verb) {
        words.words.remove(0);
    }
    let mut found = Vec::new();
    if !Heuristic::OperationId.holds() {
        return found;
    }
    for group in spellings_of_group(group) {
        let at = words.tail(&format!("{group}{last}"));
        found.extend(at.filter(|at| words.alone(*at)).map(|_| sure(UNLIKE_ID)));
    }
    let at = words.tail(&last).filter(|at| last.len() >= TELLING && words.alone(*at));
    found.extend(at.map(|_| guessed(UNLIKE_TELLING)));
    found
}

/// Likeness of a read without a name: `GET /account_groups`, `GET /checks/{id}`, `GET /accounts?phone=`,
/// `GET /accounts/{id}/balance` with the parts of the balance.
fn by_shape(operation: &Operation<'_>, row: &MethodRow) -> Option<Likeness> {
    let (group, _) = row.path.split_once('/')?;
    let words = Words::of_path(names_of(&operation.path));
    let groups = spellings_of_group(group);
    let listed = groups.iter().any(|group| words.tail(group).is_some_and(|at| words.alone(at)));
    if operation.verb != Verb::Get || !Heuristic::ReadByShape.holds() {
        return None;
    }
    let ends_in_parameter = operation.ends_in_parameter();
    let takes = |field: Field| operation.parameter_names().any(|name| field.rank(name).is_some());
    let is_of_account = || {
        let names = groups.iter().flat_map(|group| [format!("{group}balance"), format!("{group}balances")]);
        names.into_iter().any(|name| words.tail(&name).is_some_and(|at| words.alone(at)))
    };
    let fits = match row.method {
        Method::Groups => listed && !ends_in_parameter,
        Method::Receipt => listed && ends_in_parameter,
        Method::FindByPhone => listed && !ends_in_parameter && takes(Field::Phone),
        Method::BalanceExtended => is_of_account() && answers::tells_parts_of_balance(operation),
        _ => false,
    };
    fits.then_some(guessed(UNLIKE_NAMELESS))
}
