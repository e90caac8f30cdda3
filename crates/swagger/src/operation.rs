//! The operations of a document, each with its inputs and its answer.

use std::cell::OnceCell;

use serde_json::Value;

use crate::{
    document::Doc,
    filling::asks_for_page,
    heuristics::Heuristic,
    leaf::{self, Leaf},
    media::{MOST_EXAMPLES, examples, kind_of, own_json_type},
    paths::{full_path, is_aside, is_version, pairs},
    walk::{Body, Goes, of_body},
};
use probonus_contract::{
    binding::{BodyKind, Json, Place, Verb},
    contract::normal,
};

/// The most operations that are read.
const MOST_OPERATIONS: usize = 3000;

/// One operation.
pub(crate) struct Operation<'a> {
    pub(crate) verb: Verb,
    /// With the base path.
    pub(crate) path: String,
    /// The query that a document writes into the path, to tell two methods apart: `?type=last&count={count}`.
    query: Vec<(String, String)>,
    pub(crate) id: String,
    pub(crate) deprecated: bool,
    /// Whether its path is for an administration, tests and the like. It is chosen only if there is no other.
    pub(crate) aside: bool,
    pub(crate) doc: &'a Doc,
    pub(crate) item: &'a Value,
    pub(crate) json: &'a Value,
    /// What was found out about its bodies. Each method of the contract asks for it.
    pub(crate) takes_phone: OnceCell<bool>,
    pub(crate) tells_parts: OnceCell<bool>,
}

/// What an operation takes.
pub(crate) struct Inputs {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) body: BodyKind,
    /// The content type of a JSON body, if it is not the usual one.
    pub(crate) content_type: Option<String>,
    /// A content type that we can't write.
    pub(crate) unwritable: Option<String>,
    /// Whether its body takes properties that it does not name; `None`: the document does not say.
    pub(crate) open: Option<bool>,
    /// Cookies that it requires: we have none.
    pub(crate) cookies: Vec<String>,
}

/// Every operation of the document. `under`: the path of the server's address, which is removed from their paths.
pub(crate) fn all<'a>(doc: &'a Doc, under: &str) -> Vec<Operation<'a>> {
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
        // The mark `#2` of a path that is listed twice, and a query, are no part of the path.
        let path = path.split('#').next().unwrap_or_default();
        let (path, query) = path.split_once('?').filter(|_| Heuristic::QueryInPath.holds()).unwrap_or((path, ""));
        for (key, json) in item.as_object().into_iter().flatten().filter(|(_, json)| json.is_object()) {
            let word = key.split('#').next().unwrap_or_default().to_ascii_lowercase();
            let Some((_, verb)) = VERBS.into_iter().find(|(known, _)| *known == word) else { continue };
            if operations.len() >= MOST_OPERATIONS {
                return operations;
            }
            let path = full_path(doc, item, json, path, under);
            let aside = is_aside(&path);
            let word = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            operations.push(Operation {
                verb,
                query: pairs(query),
                id: word("operationId"),
                deprecated: json.get("deprecated").and_then(Value::as_bool) == Some(true),
                aside,
                path,
                doc,
                item,
                json,
                takes_phone: OnceCell::new(),
                tells_parts: OnceCell::new(),
            });
        }
    }
    operations
}

impl Operation<'_> {
    /// Verb and path, and the document's address if there are several.
    pub(crate) fn name(&self) -> String {
        let call = format!("{} {}", self.verb.as_str(), self.path);
        if self.doc.address.is_empty() { call } else { format!("{call} ({})", self.doc.address) }
    }

    /// Whether it is the same call, described in another document.
    pub(crate) fn is_told_again_by(&self, other: &Self) -> bool {
        !std::ptr::eq(self.doc, other.doc) && self.verb == other.verb && self.path == other.path
    }

    /// Whether the two are `PUT` and `PATCH` of one record: `/accounts/{id}`.
    pub(crate) fn is_twin_of(&self, other: &Self) -> bool {
        let changes = |verb: Verb| matches!(verb, Verb::Put | Verb::Patch);
        changes(self.verb) && changes(other.verb) && self.path == other.path && self.ends_in_parameter()
    }

    /// Whether its path ends in a parameter: `/accounts/{id}`, OData's `/Accounts({key})` and `/Accounts('{key}')`.
    pub(crate) fn ends_in_parameter(&self) -> bool {
        self.path.trim_end_matches([')', '\'']).ends_with('}')
    }

    /// Whether it is another version of the same call, described in another document.
    pub(crate) fn is_version_of(&self, other: &Self) -> bool {
        let plain = |path: &str| path.split('/').filter(|part| !is_version(part)).collect::<Vec<_>>().join("/");
        !std::ptr::eq(self.doc, other.doc) && self.verb == other.verb && plain(&self.path) == plain(&other.path)
    }

    /// The descriptions of the operation, of its path and of its tags, the nearest first.
    pub(crate) fn said(&self) -> Vec<String> {
        let of = |at: &Value| {
            let word = |key: &str| at.get(key).and_then(Value::as_str).unwrap_or_default();
            format!("{} {}", word("summary"), word("description"))
        };
        let tags = self.json.get("tags").and_then(Value::as_array);
        let told = self.doc.root.get("tags").and_then(Value::as_array);
        let tagged = tags
            .into_iter()
            .flatten()
            .take(8)
            .filter_map(|tag| told?.iter().take(500).find(|told| told.get("name") == Some(tag)));
        [self.json, self.item].into_iter().chain(tagged).map(of).collect()
    }

    /// Whether it says that the newest come first: «последние N транзакций», `sort=date,desc`. A text that names both directions says
    /// nothing: `property,(asc|desc). Default sort order is ascending`.
    pub(crate) fn tells_of_the_last(&self) -> bool {
        const WORDS: [&str; 8] = ["last", "latest", "recent", "newest", "последн", "новые", "новых", "свеж"];
        let mut told = self.said().into_iter().take(2).collect::<Vec<_>>();
        told.extend([self.path.clone(), self.id.clone()]);
        for parameter in self.parameters() {
            for key in ["name", "description", "default", "schema"] {
                told.extend(parameter.get(key).map(Value::to_string));
            }
        }
        told.iter().any(|text| {
            let text = text.to_lowercase();
            let has = |starts: &[&str]| text.split(|c: char| !c.is_alphabetic()).any(|word| starts.contains(&word));
            let descends = has(&["desc", "descending"]) && !has(&["asc", "ascending"]);
            descends || WORDS.iter().any(|word| text.contains(word))
        })
    }

    /// Whether its path or its id names the last rows: `transactions/last`, `lastTransactions`.
    pub(crate) fn names_the_last(&self) -> bool {
        let path = self.path.rsplit('/').next().unwrap_or_default();
        [path, self.id.as_str()].into_iter().any(|name| normal(name).contains("last"))
    }

    /// Whether a parameter asks for a page of the list.
    pub(crate) fn is_paged(&self) -> bool {
        self.parameter_names().any(asks_for_page)
    }

    /// How many alternatives its body has, at most 4.
    pub(crate) fn choices(&self) -> usize {
        const MOST: usize = 4;
        self.body_schema().map_or(1, |schema| self.doc.choices(schema)).min(MOST)
    }

    fn body_schema(&self) -> Option<&Value> {
        let of_parameter =
            || self.parameters().into_iter().find(|p| p.get("in").and_then(Value::as_str) == Some("body"));
        match self.request_media() {
            Some((.., media)) => media.get("schema"),
            None => of_parameter()?.get("schema"),
        }
    }

    /// The names of its parameters.
    pub(crate) fn parameter_names(&self) -> impl Iterator<Item = &str> {
        self.parameters().into_iter().filter_map(|parameter| parameter.get("name")?.as_str())
    }

    /// All its inputs, with this alternative of its [`Operation::choices`].
    pub(crate) fn inputs(&self, choice: usize) -> Inputs {
        let mut inputs = Inputs {
            leaves: Vec::new(),
            body: BodyKind::Json,
            content_type: None,
            unwritable: None,
            open: None,
            cookies: Vec::new(),
        };
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
                    self.body_parameter(parameter, choice, &mut inputs);
                    continue;
                }
                Some("cookie") if parameter.get("required").and_then(Value::as_bool) == Some(true) => {
                    let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
                    inputs.cookies.push(format!("Cookie: {name}"));
                    continue;
                }
                _ => continue,
            };
            let before = inputs.leaves.len();
            leaf::of_parameter(self.doc, parameter, place, &mut inputs.leaves);
            if place == Place::Path {
                self.place_in_path(before, &mut inputs.leaves);
            }
        }
        inputs.leaves.extend(
            self.query.iter().filter(|(_, value)| !value.contains('{')).map(|(name, value)| constant(name, value)),
        );
        self.request_body(choice, &mut inputs);
        without_id_of_call(&mut inputs.leaves);
        inputs
    }

    /// Corrects the parameters of the path. Examples: `{count}` of `/transactions?count={count}` is in the query; `{id}` of
    /// `/guests/{id}` is the id of a guest.
    fn place_in_path(&self, from: usize, leaves: &mut [Leaf]) {
        for leaf in &mut leaves[from..] {
            let hole = format!("{{{}}}", leaf.name);
            if let Some((name, _)) = self.query.iter().find(|(_, value)| *value == hole) {
                leaf.place = Place::Query;
                leaf.name.clone_from(name);
                leaf.chain = vec![(name.clone(), true)];
                continue;
            }
            // The verb of `{id}:refill` is no part of the parameter.
            let segments = self.path.split('/').map(|segment| segment.split_once(':').map_or(segment, |(id, _)| id));
            let segments: Vec<&str> = segments.collect();
            let at = segments.iter().position(|segment| *segment == hole);
            let of_set = segments.iter().find_map(|segment| {
                let (set, key) = segment.split_once('(')?;
                (key.trim_matches([')', '\'']) == hole && leaf.own.eq_ignore_ascii_case("key")).then_some(set)
            });
            if of_set.is_some() {
                // OData: the key of an entity is its id, `Accounts({key})`.
                "id".clone_into(&mut leaf.own);
            }
            let before = at.and_then(|at| segments.get(at.checked_sub(1)?)).copied().or(of_set).map(normal);
            let single = before.map(|segment| segment.strip_suffix('s').unwrap_or(&segment).to_owned());
            leaf.parents = single
                .filter(|segment| OWNERS.contains(&segment.as_str()) && Heuristic::OwnersInPath.holds())
                .into_iter()
                .collect();
        }
    }

    fn body_parameter(&self, parameter: &Value, choice: usize, inputs: &mut Inputs) {
        let Some(schema) = parameter.get("schema") else { return };
        let kinds: Vec<&str> = self.consumes().into_iter().flatten().filter_map(Value::as_str).collect();
        let chosen = [BodyKind::Json, BodyKind::Form, BodyKind::Multipart]
            .into_iter()
            .find(|wanted| kinds.iter().any(|kind| kind_of(kind) == Some(*wanted)));
        match (chosen, kinds.first()) {
            // A list for the whole document does not count here: it is often meant for forms.
            (Some(kind), _) if self.json.get("consumes").is_some() => {
                inputs.body = kind;
                inputs.content_type = own_json_type(kinds.iter().copied());
            }
            (None, Some(foreign)) => {
                inputs.unwritable = Some((*foreign).to_owned());
                return;
            }
            _ => {}
        }
        let said = parameter.get("description").and_then(Value::as_str);
        let body = Body { schema, choice, said, examples: parameter.as_object().map(examples).unwrap_or_default() };
        inputs.open = of_body(self.doc, body, Goes::There, &mut inputs.leaves).open;
    }

    /// The parameters of the path and of the operation. The operation's own replace those of the path with the same name.
    fn parameters(&self) -> Vec<&Value> {
        let own = self.listed(self.json);
        let same = |a: &Value, b: &Value| a.get("name") == b.get("name") && a.get("in") == b.get("in");
        let mut all: Vec<&Value> =
            self.listed(self.item).into_iter().filter(|shared| !own.iter().any(|own| same(own, shared))).collect();
        all.extend(own);
        // A parameter that is listed twice counts once; the first one is used.
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
        // If no kind of form is named, it is `x-www-form-urlencoded`.
        let kinds = || self.consumes().into_iter().flatten().filter_map(Value::as_str).filter_map(kind_of);
        let urlencoded = kinds().any(|kind| kind == BodyKind::Form) || !kinds().any(|kind| kind == BodyKind::Multipart);
        inputs.body = if urlencoded { BodyKind::Form } else { BodyKind::Multipart };
        let before = inputs.leaves.len();
        leaf::of_parameter(self.doc, parameter, Place::Body, &mut inputs.leaves);
        for leaf in &mut inputs.leaves[before..] {
            leaf.name = format!("/{}", leaf.name.replace('~', "~0").replace('/', "~1"));
            leaf.chain = vec![(leaf.name.clone(), leaf.is_required())];
        }
    }

    fn consumes(&self) -> Option<&Vec<Value>> {
        self.json.get("consumes").or(self.doc.root.get("consumes")).and_then(Value::as_array)
    }

    /// The request's body, the kind of it that we write, its content type and media. Kind `None`: we can write none of them.
    fn request_media(&self) -> Option<(&Value, Option<BodyKind>, &String, &Value)> {
        let body = self.doc.resolve(self.json.get("requestBody")?);
        let content = body.get("content")?.as_object()?;
        // The plain content type first: `application/json-patch+json` and the like have the same schema.
        let of_kind = |wanted| {
            let mut named = content.iter().filter(|(name, _)| kind_of(name) == Some(wanted));
            let plain =
                content.iter().find(|(name, _)| wanted == BodyKind::Json && name.starts_with("application/json;"));
            let exact = content.get_key_value("application/json").filter(|_| wanted == BodyKind::Json);
            exact.or(plain).or_else(|| named.next()).map(|found| (Some(wanted), found))
        };
        let chosen = [BodyKind::Json, BodyKind::Form, BodyKind::Multipart].into_iter().find_map(of_kind);
        let (kind, (name, media)) = chosen.or(content.iter().next().map(|first| (None, first)))?;
        Some((body, kind, name, media))
    }

    fn request_body(&self, choice: usize, inputs: &mut Inputs) {
        let Some((body, kind, name, media)) = self.request_media() else { return };
        let Some(kind) = kind else {
            inputs.unwritable = Some(name.clone());
            return;
        };
        inputs.body = kind;
        let names = body.get("content").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str());
        inputs.content_type = own_json_type(names).filter(|_| kind == BodyKind::Json);
        if let Some(schema) = media.get("schema") {
            let said = body.get("description").and_then(Value::as_str);
            let body = Body { schema, choice, said, examples: media.as_object().map(examples).unwrap_or_default() };
            inputs.open = of_body(self.doc, body, Goes::There, &mut inputs.leaves).open;
        }
    }

    /// The response of success.
    fn good(&self) -> Option<&Value> {
        let responses = self.json.get("responses")?;
        // If a 2xx is listed, `default` is the form of refusals.
        let told = responses.as_object()?.keys().any(|code| code.starts_with('2'));
        let codes = ["200", "201", "202", "203", "2XX", "2xx", "default"];
        let good = codes.into_iter().filter(|code| !told || *code != "default").find_map(|code| responses.get(code))?;
        Some(self.doc.resolve(good))
    }

    /// The description of its answer.
    pub(crate) fn answer_said(&self) -> Option<&str> {
        self.good()?.get("description")?.as_str()
    }

    /// The body of its answer of success.
    pub(crate) fn answer(&self) -> Option<Body<'_>> {
        let (good, said) = (self.good()?, self.answer_said());
        if let Some(schema) = good.get("schema") {
            let given = good.get("examples").and_then(Value::as_object);
            let examples = given.into_iter().flat_map(|given| given.values()).take(MOST_EXAMPLES).collect();
            return Some(Body { schema, choice: 0, said, examples });
        }
        let content = good.get("content")?.as_object()?;
        let (_, media) = content.iter().find(|(name, _)| name.contains("json")).or_else(|| content.iter().next())?;
        let schema = media.get("schema")?;
        Some(Body { schema, choice: 0, said, examples: media.as_object().map(examples).unwrap_or_default() })
    }

    /// The names of the security schemes that it requires; `None`: it lists none of its own.
    pub(crate) fn security(&self) -> Option<Vec<&str>> {
        let list = self.json.get("security")?.as_array()?;
        Some(list.iter().filter_map(Value::as_object).flat_map(|one| one.keys()).map(String::as_str).collect())
    }

    /// Its parameters in headers and in the query.
    pub(crate) fn loose_parameters(&self) -> impl Iterator<Item = (Place, &Value)> {
        self.parameters().into_iter().filter_map(|parameter| match parameter.get("in")?.as_str()? {
            "header" => Some((Place::Header, parameter)),
            "query" => Some((Place::Query, parameter)),
            _ => None,
        })
    }
}

/// Path segments whose `{id}` identifies something else than an account, such as a person, a card or an order: `/guests/{id}`.
const OWNERS: [&str; 20] = [
    "guest",
    "client",
    "person",
    "customer",
    "user",
    "holder",
    "member",
    "card",
    "group",
    "accountgroup",
    "restaurant",
    "rest",
    "level",
    "coupon",
    "order",
    "bill",
    "company",
    "organization",
    "terminal",
    "station",
];

/// The `id` beside `jsonrpc` and `method` is the number of the call, as JSON-RPC defines it. It is no id of ours.
fn without_id_of_call(leaves: &mut [Leaf]) {
    let has = |name: &str| leaves.iter().any(|leaf| leaf.place == Place::Body && leaf.name == name);
    if has("/jsonrpc") && has("/method") {
        for leaf in leaves.iter_mut().filter(|leaf| leaf.place == Place::Body && leaf.name == "/id") {
            leaf.own.clear();
        }
    }
}

/// A parameter whose value the document itself writes into the path: `?type=last`.
fn constant(name: &str, value: &str) -> Leaf {
    Leaf {
        place: Place::Query,
        name: name.to_owned(),
        // Without a name it fits no field of ours.
        own: String::new(),
        parents: Vec::new(),
        json: Json::String,
        words: [("const".to_owned(), Value::from(value))].into_iter().collect(),
        chain: vec![(name.to_owned(), true)],
        around: Vec::new(),
        joined: false,
        beside: None,
    }
}
