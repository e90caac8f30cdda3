//! The operations of a document, each with all that it takes and gives.

use serde_json::Value;

use super::{
    document::Doc,
    leaf::{self, Goes, Leaf},
};
use crate::{
    binding::{BodyKind, Place, Verb},
    contract::normal,
};

/// Operations that are looked at.
const MOST_OPERATIONS: usize = 3000;

/// Segments of paths that are for others than a partner's office.
const ASIDE: [&str; 14] = [
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
];

/// One operation.
pub(super) struct Operation<'a> {
    pub(super) verb: Verb,
    /// With the base path.
    pub(super) path: String,
    /// Its path without parameters, in normal form and run together: `apiv0accountsfindbyphone`.
    pub(super) joined: String,
    pub(super) id: String,
    pub(super) deprecated: bool,
    /// Whether its path says that it is for others, or for trying out: taken only where there is no plainer one.
    pub(super) aside: bool,
    doc: &'a Doc,
    item: &'a Value,
    json: &'a Value,
}

/// What an operation takes.
pub(super) struct Inputs {
    pub(super) leaves: Vec<Leaf>,
    pub(super) body: BodyKind,
    /// A content type that we can't write.
    pub(super) unwritable: Option<String>,
    pub(super) open: bool,
    /// Cookies that it demands: we have none.
    pub(super) cookies: Vec<String>,
}

/// Every operation of the document; `under` is the path of the server's address, which is no part of them.
pub(super) fn all<'a>(doc: &'a Doc, under: &str) -> Vec<Operation<'a>> {
    const VERBS: [(&str, Verb); 5] = [
        ("post", Verb::Post),
        ("get", Verb::Get),
        ("put", Verb::Put),
        ("patch", Verb::Patch),
        ("delete", Verb::Delete),
    ];
    let mut operations = Vec::new();
    let paths = doc.root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let item = doc.resolve(item);
        for (key, verb) in VERBS {
            let Some(json) = item.get(key).filter(|json| json.is_object()) else { continue };
            if operations.len() >= MOST_OPERATIONS {
                return operations;
            }
            let path = full_path(doc, item, json, path, under);
            let plain = path.split('/').filter(|segment| !segment.contains('{')).collect::<Vec<_>>();
            operations.push(Operation {
                verb,
                joined: plain.iter().map(|segment| normal(segment)).collect(),
                id: normal(json.get("operationId").and_then(Value::as_str).unwrap_or_default()),
                deprecated: json.get("deprecated").and_then(Value::as_bool) == Some(true),
                aside: plain.iter().any(|segment| ASIDE.contains(&normal(segment).as_str())),
                path: path.clone(),
                doc,
                item,
                json,
            });
        }
    }
    operations
}

/// The path with the base path of the document, without that of the server's address.
fn full_path(doc: &Doc, item: &Value, operation: &Value, path: &str, under: &str) -> String {
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

/// The base path of the server that is meant: of several, the one under the address's own path, else the first that is not the
/// developer's own machine.
fn base_of(servers: &[Value], under: &str) -> String {
    let paths: Vec<String> = servers.iter().take(32).map(server_path).collect();
    let under = under.trim_matches('/');
    let inside = |path: &&String| {
        let rest = path.trim_matches('/').strip_prefix(under);
        !under.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let own = |server: &Value| {
        let url = server.get("url").and_then(Value::as_str).unwrap_or_default();
        ["//localhost", "//127.0.0.1", "//[::1]", "//0.0.0.0"].iter().any(|host| url.contains(host))
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
        url = url.replace(&format!("{{{name}}}"), default);
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map(|(_, path)| path).unwrap_or_default(),
        None => url.strip_prefix("//").map_or(url.as_str(), |rest| rest.split_once('/').map_or("", |(_, path)| path)),
    };
    let path = path.split(['?', '#', '{']).next().unwrap_or_default();
    // Relative to the place of the document, which is not known here.
    path.split('/').filter(|segment| !matches!(*segment, "." | "..")).collect::<Vec<_>>().join("/")
}

impl Operation<'_> {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.verb.as_str(), self.path)
    }

    /// What is said of it in words.
    pub(super) fn said(&self) -> String {
        let word = |key: &str| self.json.get(key).and_then(Value::as_str).unwrap_or_default();
        format!("{} {}", word("summary"), word("description"))
    }

    /// All that it takes.
    pub(super) fn inputs(&self) -> Inputs {
        let mut inputs =
            Inputs { leaves: Vec::new(), body: BodyKind::Json, unwritable: None, open: true, cookies: Vec::new() };
        for parameter in self.parameters() {
            let place = match parameter.get("in").and_then(Value::as_str) {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                Some("header") => Place::Header,
                Some("formData") => {
                    self.form_field(parameter, &mut inputs);
                    continue;
                }
                Some("body") => {
                    if let Some(schema) = parameter.get("schema") {
                        inputs.open = leaf::of_body(self.doc, schema, Goes::There, &mut inputs.leaves);
                    }
                    continue;
                }
                Some("cookie") if parameter.get("required").and_then(Value::as_bool) == Some(true) => {
                    let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
                    inputs.cookies.push(format!("Cookie: {name}"));
                    continue;
                }
                _ => continue,
            };
            leaf::of_parameter(self.doc, parameter, place, &mut inputs.leaves);
        }
        self.request_body(&mut inputs);
        inputs
    }

    /// The parameters of the path and of the operation; the operation's own stand for the path's of the same name.
    fn parameters(&self) -> Vec<&Value> {
        let own = self.listed(self.json);
        let same = |a: &Value, b: &Value| a.get("name") == b.get("name") && a.get("in") == b.get("in");
        let mut all: Vec<&Value> =
            self.listed(self.item).into_iter().filter(|shared| !own.iter().any(|own| same(own, shared))).collect();
        all.extend(own);
        // A parameter that is told twice is one; the first word counts.
        let mut once: Vec<&Value> = Vec::new();
        for parameter in all {
            if !once.iter().any(|known| same(known, parameter)) {
                once.push(parameter);
            }
        }
        once
    }

    fn listed<'v>(&'v self, at: &'v Value) -> Vec<&'v Value> {
        let list = at.get("parameters").and_then(Value::as_array);
        list.into_iter().flatten().take(200).map(|parameter| self.doc.resolve(parameter)).collect()
    }

    fn form_field(&self, parameter: &Value, inputs: &mut Inputs) {
        let consumes = self.json.get("consumes").or(self.doc.root.get("consumes")).and_then(Value::as_array);
        let urlencoded =
            consumes.is_none_or(|list| list.iter().filter_map(Value::as_str).any(|c| c.contains("urlencoded")));
        inputs.body = if urlencoded { BodyKind::Form } else { BodyKind::Multipart };
        let before = inputs.leaves.len();
        leaf::of_parameter(self.doc, parameter, Place::Body, &mut inputs.leaves);
        for leaf in &mut inputs.leaves[before..] {
            leaf.name = format!("/{}", leaf.name.replace('~', "~0").replace('/', "~1"));
            leaf.chain = vec![(leaf.name.clone(), leaf.is_required())];
        }
    }

    fn request_body(&self, inputs: &mut Inputs) {
        let Some(body) = self.json.get("requestBody").map(|body| self.doc.resolve(body)) else { return };
        let Some(content) = body.get("content").and_then(Value::as_object).filter(|content| !content.is_empty()) else {
            return;
        };
        let kind = |name: &str| -> Option<BodyKind> {
            let name = name.to_lowercase();
            match () {
                () if name.contains("json") || name == "*/*" || name == "application/*" => Some(BodyKind::Json),
                () if name.contains("x-www-form-urlencoded") => Some(BodyKind::Form),
                () if name.contains("multipart/form-data") => Some(BodyKind::Multipart),
                () => None,
            }
        };
        let of_kind =
            |wanted| content.iter().find(|(name, _)| kind(name) == Some(wanted)).map(|(_, media)| (wanted, media));
        let chosen = [BodyKind::Json, BodyKind::Form, BodyKind::Multipart].into_iter().find_map(of_kind);
        let Some((kind, media)) = chosen else {
            inputs.unwritable = content.keys().next().cloned();
            return;
        };
        inputs.body = kind;
        if let Some(schema) = media.get("schema") {
            inputs.open &= leaf::of_body(self.doc, schema, Goes::There, &mut inputs.leaves);
        }
    }

    /// The schema of what it answers when all is well.
    pub(super) fn answer(&self) -> Option<&Value> {
        let responses = self.json.get("responses")?;
        // Where another 2xx is told, «default» is the form of refusals.
        let told = responses.as_object()?.keys().any(|code| code.starts_with('2'));
        let codes = ["200", "201", "202", "203", "2XX", "2xx", "default"];
        let good = codes.into_iter().filter(|code| !told || *code != "default").find_map(|code| responses.get(code))?;
        let good = self.doc.resolve(good);
        if let Some(schema) = good.get("schema") {
            return Some(schema);
        }
        let content = good.get("content")?.as_object()?;
        let json = content.iter().find(|(name, _)| name.contains("json")).or_else(|| content.iter().next())?;
        json.1.get("schema")
    }
}
