//! Writes on a bare record, `PUT /accounts/{id}` and `POST /accounts`, that are known by what the document says of them.
//!
//! A write is bound only if its id or its summary begins with the verb, and names nothing else that could be changed. `PATCH
//! /accounts/{id}` with «Изменить статус счёта» is no update of a guest.

use crate::{
    heuristics::Heuristic,
    names::{Words, names_of, spellings_of_group},
    operation::Operation,
};
use probonus_contract::{
    Method,
    binding::Verb,
    contract::{Field, MethodRow},
};

/// Beginnings of the words by which a document says that a record is changed.
const UPDATES: [&str; 7] = ["update", "edit", "modify", "change", "обнов", "измен", "редактир"];
/// Beginnings of the words by which a document says that a record is made.
const CREATES: [&str; 8] = ["create", "insert", "register", "add", "созда", "добав", "зарегистр", "завести"];

/// Words of an id beside the verb that name the record of a guest, or nothing.
const OF_A_GUEST: [&str; 36] = [
    "account",
    "accounts",
    "guest",
    "guests",
    "client",
    "clients",
    "customer",
    "customers",
    "profile",
    "data",
    "info",
    "details",
    "record",
    "new",
    "by",
    "from",
    "template",
    "id",
    "api",
    "bonus",
    "loyalty",
    "probonus",
    "v0",
    "v1",
    "v2",
    "put",
    "patch",
    "post",
    "using",
    "async",
    "action",
    "endpoint",
    "controller",
    "service",
    "the",
    "an",
];

/// Parts of words of a summary that name something else than the whole record of one guest.
const OF_ELSE: [&str; 16] = [
    "card",
    "карт",
    "coupon",
    "купон",
    "delet",
    "удал",
    "bulk",
    "batch",
    "many",
    "import",
    "импорт",
    "списк",
    "merge",
    "объедин",
    "list",
    "restore",
];
/// The same, of an update alone: a guest is made by a phone and a group.
const OF_A_PART: [&str; 18] = [
    "status",
    "статус",
    "balance",
    "баланс",
    "остат",
    "bonus",
    "бонус",
    "level",
    "уров",
    "password",
    "парол",
    "phone",
    "телефон",
    "group",
    "групп",
    "block",
    "блок",
    "скид",
];

/// Whether `PUT /accounts/{id}` says that it is the update, or `POST /accounts` that it makes an account.
pub(crate) fn says_so(operation: &Operation<'_>, row: &MethodRow) -> bool {
    let (group, _) = row.path.split_once('/').unwrap_or_default();
    let mut words = Words::of_path(names_of(&operation.path));
    let (verbs, fits): (&[&str], bool) = match row.method {
        Method::Update => {
            (&UPDATES, matches!(operation.verb, Verb::Put | Verb::Patch) && operation.ends_in_parameter())
        }
        Method::InsertByTemplate => {
            // `/accounts/create`
            if words.words.last().is_some_and(|(_, word)| matches!(word.as_str(), "create" | "insert" | "add")) {
                words.words.pop();
            }
            (&CREATES, operation.verb == Verb::Post && !operation.ends_in_parameter() && takes_phone(operation))
        }
        _ => return false,
    };
    let of_group = spellings_of_group(group).iter().any(|group| words.tail(group).is_some_and(|at| words.alone(at)));
    fits && of_group
        && Heuristic::BareRecord.holds()
        && (id_says(operation, verbs) || summary_says(operation, row.method, verbs))
}

fn begins(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| word == *stem || (stem.len() > 4 && word.starts_with(stem)))
}

/// `updateAccount`, `accounts_create`, `AccountService_UpdateAccount` with the tag `AccountService`.
fn id_says(operation: &Operation<'_>, verbs: &[&str]) -> bool {
    if !Heuristic::OperationId.holds() {
        return false;
    }
    let tags = operation.json.get("tags").and_then(serde_json::Value::as_array);
    let tags = tags.into_iter().flatten().filter_map(|tag| tag.as_str());
    let id = operation.id.as_str();
    let without = |tag: &str| id.strip_prefix(tag)?.strip_prefix(['_', '.', '-']);
    let own = tags.filter(|tag| !tag.is_empty()).find_map(without).unwrap_or(id);
    let words = Words::of_path(std::iter::once(own)).words;
    let Some(at) = words.iter().position(|(_, word)| begins(word, verbs)) else { return false };
    words.iter().enumerate().all(|(nth, (_, word))| nth == at || OF_A_GUEST.contains(&word.as_str()))
}

/// «Обновить данные счёта», "Create an account by template".
fn summary_says(operation: &Operation<'_>, method: Method, verbs: &[&str]) -> bool {
    let summary = operation.json.get("summary").and_then(serde_json::Value::as_str).unwrap_or_default().to_lowercase();
    let mut words = summary.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let others: &[&str] = if method == Method::Update { &OF_A_PART } else { &[] };
    let is_of_else = |word: &str| OF_ELSE.iter().chain(others).any(|part| word.contains(part));
    words.next().is_some_and(|verb| begins(verb, verbs)) && !words.any(is_of_else)
}

/// Whether its body or a parameter is plainly a phone.
pub(crate) fn takes_phone(operation: &Operation<'_>) -> bool {
    let plain = |name: &str| matches!(Field::Phone.match_of(&probonus_contract::contract::spelt(name)), Some((0, _)));
    let takes = || operation.inputs(0).leaves.iter().any(|leaf| leaf.parents.len() < 2 && plain(&leaf.own));
    *operation.takes_phone.get_or_init(takes)
}
