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
    let path = operation.path.trim_matches('/');
    operation.doc.password_urls().into_iter().any(|url| {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let url = url.trim_start_matches("./").trim_matches('/');
        let before = path.strip_suffix(url).filter(|_| !url.is_empty());
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
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
