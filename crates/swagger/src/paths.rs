//! The paths of a document: its base, its servers, and the query that some documents write into a path.

use serde_json::Value;

use probonus_contract::contract::normal;

use crate::{document::Doc, heuristics::Heuristic};

/// The names and values of a query: `type=last&count={count}`.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).take(16);
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// Whether a segment is a version: `v0`, `v2.1`.
pub(crate) fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix(['v', 'V']).unwrap_or_default();
    number.starts_with(|c: char| c.is_ascii_digit()) && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// A path with the base path of the document, but without the path of the server's address.
pub(crate) fn full_path(doc: &Doc, item: &Value, operation: &Value, path: &str, under: &str) -> String {
    let base = if doc.swagger2 {
        doc.text("/basePath")
    } else {
        let listed = |at: &Value| at.get("servers").and_then(Value::as_array).filter(|list| !list.is_empty()).cloned();
        let servers = [operation, item, &doc.root].into_iter().find_map(listed).unwrap_or_default();
        base_of(&servers, under)
    };
    let base = format!("/{}", base.trim().trim_matches('/'));
    let full = format!("{}/{}", base.trim_end_matches('/'), path.trim().trim_start_matches('/'));
    let under = under.trim_matches('/');
    let inside =
        full.trim_start_matches('/').strip_prefix(under).filter(|rest| !under.is_empty() && rest.starts_with('/'));
    inside.map(str::to_owned).unwrap_or(full)
}

/// The base path of the server to use. Of several, it is the one under the path of our address, else the first that is not the
/// developer's own machine, else the first.
fn base_of(servers: &[Value], under: &str) -> String {
    let paths: Vec<String> = servers.iter().take(32).map(server_path).collect();
    let under = under.trim_matches('/');
    let inside = |path: &&String| {
        let rest = path.trim_matches('/').strip_prefix(under);
        !under.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let own = |server: &Value| {
        let url = server.get("url").and_then(Value::as_str).unwrap_or_default();
        Heuristic::OwnMachine.holds()
            && ["//localhost", "//127.0.0.1", "//[::1]", "//0.0.0.0"].iter().any(|host| url.contains(host))
    };
    let public = servers.iter().zip(&paths).find(|(server, _)| !own(server)).map(|(_, path)| path);
    paths.iter().find(inside).or(public).or(paths.first()).cloned().unwrap_or_default()
}

/// The path of a server's url, its variables filled with their defaults.
fn server_path(server: &Value) -> String {
    let mut url = server.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten().take(16) {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
        if Heuristic::ServerVariables.holds() {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map(|(_, path)| path).unwrap_or_default(),
        None => url.strip_prefix("//").map_or(url.as_str(), |rest| rest.split_once('/').map_or("", |(_, path)| path)),
    };
    let path = path.split(['?', '#', '{']).next().unwrap_or_default();
    // `.` and `..` are relative to the address of the document, which is not known here.
    path.split('/').filter(|segment| !matches!(*segment, "." | "..")).collect::<Vec<_>>().join("/")
}

/// Path segments for other users than an office, or for tests.
const ASIDE: [&str; 17] = [
    "admin",
    "administration",
    "internal",
    "private",
    "test",
    "tests",
    "debug",
    "demo",
    "mock",
    "batch",
    "bulk",
    "webhook",
    "legacy",
    "old",
    "report",
    "reports",
    "export",
];

/// Whether a path is for other users than an office, or for tests.
pub(crate) fn is_aside(path: &str) -> bool {
    Heuristic::SetAside.holds() && path.split('/').any(|segment| ASIDE.contains(&normal(segment).as_str()))
}
