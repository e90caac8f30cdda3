//! Sign-ins with a login and a password that have another path than the vendor's.

use crate::{
    heuristics::Heuristic,
    leaf,
    names::{Words, names_of},
    operation::Operation,
};
use probonus_contract::{
    binding::Verb,
    contract::{Field, spelt},
};

/// Last words of a path under which servers sign in: `/api/users/login`.
const NAMES: [&str; 8] = ["login", "logon", "signin", "auth", "authenticate", "token", "session", "sessions"];

/// Words of a path under which guests sign in, not the office.
const OF_GUESTS: [&str; 12] = [
    "guest",
    "guests",
    "client",
    "clients",
    "customer",
    "customers",
    "member",
    "members",
    "holder",
    "holders",
    "card",
    "cards",
];

/// Whether an operation gives a token for a login and a password, as a scheme of OAuth 2 says: `tokenUrl: token`.
pub(crate) fn gives_tokens(operation: &Operation<'_>) -> bool {
    if operation.verb != Verb::Post || !Heuristic::TokenUrl.holds() {
        return false;
    }
    let item = |url: &str| -> Option<&serde_json::Value> {
        // The address may have the base path before it: `/api/v1/token` is the path `/token`.
        let url = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let url = format!("/{}", url.trim_start_matches("./").trim_matches('/'));
        let paths = operation.doc.root.get("paths")?.as_object()?.iter();
        let mut found = paths.filter(|(path, _)| url.ends_with(&format!("/{}", path.trim_matches('/'))));
        Some(found.by_ref().max_by_key(|(path, _)| path.len())?.1)
    };
    let mut items = operation.doc.password_urls().into_iter().filter_map(item);
    items.any(|item| std::ptr::eq(operation.doc.resolve(item), operation.item))
}

/// Whether an operation is named like a sign-in of the office, and takes a login and a password.
pub(crate) fn takes_login_and_password(operation: &Operation<'_>) -> bool {
    let words = Words::of_path(names_of(&operation.path)).words;
    let is_named = words.last().is_some_and(|(_, last)| NAMES.contains(&last.as_str()));
    let of_guests = words.iter().any(|(_, word)| OF_GUESTS.contains(&word.as_str()));
    if operation.verb != Verb::Post || !is_named || of_guests || !Heuristic::SignInByInputs.holds() {
        return false;
    }
    let leaves = operation.inputs(0).leaves;
    let takes = |field: Field| {
        let mut names = leaves.iter().flat_map(leaf::names);
        names.any(|name| matches!(field.match_of(&spelt(&name)), Some((0, _))))
    };
    takes(Field::Login) && takes(Field::Password)
}
