//! Documents of many dialects. Each file of `tests/data/swagger` says what must be learnt from it; see `expectations`.

use std::path::Path;

use probonus_contract::{
    Method,
    binding::{Binding, Format, MoneyUnit, PhoneFormat, Scheme, Source, Verb},
    contract::Field,
};
use probonus_swagger::{LearnError, learn};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::expectations::{document, unmet};

#[test]
fn each_document_is_learnt_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/swagger");
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let binding = learn(&bytes).unwrap().binding;
        assert_eq!(unmet(&binding, &document(&bytes)), Vec::<String>::new(), "{name}");
        tried += 1;
    }
    assert!(tried >= 50, "{tried}");
}

#[test]
fn what_is_no_document_of_ours_is_refused() {
    for bytes in
        [&b""[..], b"<html></html>", b"{}", b"[1,2]", b"\xff\xfe\x00", b"swagger: '1.2'", b"just words", b"{,}"]
    {
        assert!(learn(bytes).is_err());
    }
    let shop =
        br##"{"openapi":"3.0.0","info":{"title":"Pets","version":"1"},"paths":{"/pets":{"get":{"responses":{}}}}}"##;
    assert_eq!(learn(shop).unwrap_err(), LearnError::OtherService("Pets".into()));
}

/// A slip of the hand in a path is no part of it: no server is asked for an address that ends in a space.
#[test]
fn a_path_is_learnt_without_the_spaces_around_it() {
    let document = json!({
        "swagger": "2.0", "basePath": " /loyalty/ ",
        "paths": {" /api/v0/accounts/find_by_phone ": {"post": {"parameters": [
            {"in": "query", "name": "phone", "type": "string", "required": true}]}}},
    });
    let learned = learn(document.to_string().as_bytes()).unwrap();
    let path = &learned.binding.method(Method::FindByPhone).unwrap().path.value;
    assert_eq!(path, "/loyalty/api/v0/accounts/find_by_phone");
}

/// The document tells the phone's format where a guest is made, and is silent where one is looked for.
#[test]
fn what_is_said_of_a_phone_once_counts_for_all_methods() {
    let phone = |more: Value| {
        let mut schema = json!({"type": "string"});
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"post": {"requestBody": {"content": {"application/json": {"schema": {
            "properties": {"phone": schema, "accountGroupId": {"type": "integer"}}}}}}}})
    };
    let document = |insert: Value, find: Value| {
        json!({"openapi": "3.0.0", "info": {}, "paths": {
            "/api/v0/accounts/insert_by_template": phone(insert), "/api/v0/accounts/find_by_phone": phone(find)}})
    };
    let line = |document: Value| {
        let binding = learn(document.to_string().as_bytes()).unwrap().binding;
        (binding.phone.value, binding.phone.source)
    };
    let plus = json!({"example": "+79123456789"});
    let told = line(document(plus.clone(), json!({})));
    assert_eq!(told, (PhoneFormat::PlusSeven, Source::Swagger));
    // Two methods that say different things: each counts for itself, and nothing for the rest.
    let differing = line(document(plus, json!({"example": "89123456789"})));
    assert_eq!(differing, (PhoneFormat::Seven, Source::Table));
}

/// A detailed balance that tells parts and no total: the sum of a part that burns or waits is no balance, and the record is not
/// one of the parts.
#[test]
fn a_part_of_a_balance_is_not_its_total() {
    for list in ["awaiting", "pendingBonuses", "burning", "parts"] {
        let part = json!({"type": "object", "properties": {
            "date": {"type": "string", "format": "date"},
            "sum": {"type": "integer", "description": "kopecks"}}});
        let answer = json!({"type": "object", "properties": {
            "accountId": {"type": "integer"}, list: {"type": "array", "items": part}}});
        let document = json!({"openapi": "3.0.0", "info": {}, "paths": {
            "/api/v0/accounts/get_balance_extended": {"post": {
                "requestBody": {"content": {"application/json": {"schema": {
                    "properties": {"accountId": {"type": "integer"}}}}}},
                "responses": {"200": {"content": {"application/json": {"schema": answer}}}}}},
            "/api/v0/accounts/find_by_phone": {"post": {"requestBody": {"content": {"application/json": {"schema": {
                "properties": {"phone": {"type": "string"}}}}}}}}}});
        let binding = learn(document.to_string().as_bytes()).unwrap().binding;
        let answer = &binding.method(Method::BalanceExtended).unwrap().answer;
        assert_eq!(answer.fields.get(&Field::Balance), None, "{list}");
        assert!(answer.at.as_ref().is_none_or(|at| at.value.is_empty()), "{list}: {:?}", answer.at);
    }
}

/// A ring of references, and a schema that contains itself twice, end.
#[test]
fn endless_schemas_end() {
    let document = json!({
        "swagger": "2.0", "info": {"title": "t", "version": "1"},
        "paths": {"/api/v0/accounts/refill": {"post": {"parameters": [
            {"in": "body", "name": "b", "schema": {"$ref": "#/definitions/A"}}], "responses": {}}}},
        "definitions": {
            "A": {"type": "object", "properties": {"accountId": {"type": "integer"}, "sum": {"type": "integer"},
                "left": {"$ref": "#/definitions/A"}, "right": {"$ref": "#/definitions/A"}, "ring": {"$ref": "#/definitions/R"}}},
            "R": {"$ref": "#/definitions/S"}, "S": {"$ref": "#/definitions/R"}
        }
    });
    let learned = learn(document.to_string().as_bytes()).unwrap();
    assert!(learned.binding.method(Method::Refill).unwrap().fields.len() >= 2);
}

/// A schema of many parts that each hold all of them again, and one of very many properties, cost no more than their size.
#[test]
fn schemas_that_multiply_end_soon() {
    let ring: Vec<Value> = (0..32).map(|_| json!({"$ref": "#/definitions/A"})).collect();
    let properties: serde_json::Map<String, Value> = (0..200_000).map(|n| (format!("p{n}"), json!({}))).collect();
    let mut document = json!({
        "swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {},
        "definitions": {
            "A": {"allOf": ring, "properties": {"accountId": {"type": "integer"}, "sum": {"type": "integer"},
                "a": {"$ref": "#/definitions/A"}, "wide": {"$ref": "#/definitions/W"}}},
            "W": {"properties": properties}
        }
    });
    for n in 0..200 {
        document["paths"][format!("/v{}/accounts/refill", n + 1)] = json!({"post": {"parameters": [
            {"in": "body", "name": "b", "schema": {"$ref": "#/definitions/A"}}]}});
    }
    let learned = learn(document.to_string().as_bytes()).unwrap();
    assert!(!learned.binding.blockers(Method::Refill).is_empty(), "two hundred alike");
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "[a-z]{1,8}",
        Just("$ref".to_owned()),
        Just("schema".to_owned()),
        Just("properties".to_owned()),
        Just("allOf".to_owned()),
        Just("items".to_owned()),
        Just("type".to_owned()),
        Just("parameters".to_owned()),
        Just("in".to_owned()),
        Just("name".to_owned()),
        Just("required".to_owned()),
        Just("content".to_owned()),
        Just("responses".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zA-Zа-я#/{}<> .:]{0,12}".prop_map(Value::from),
        Just(json!("#/paths")),
        Just(json!("object")),
        Just(json!("sum")),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_operation_is_learnt_or_refused(operation in any_json(), schemes in any_json(), swagger2: bool) {
        let mut document = json!({
            "info": {}, "paths": {"/api/v0/accounts/refill": {"post": operation}, "/accounts/find_by_phone": operation},
            "securityDefinitions": schemes, "components": {"securitySchemes": schemes},
        });
        if swagger2 { document["swagger"] = json!("2.0") } else { document["openapi"] = json!("3.1.0") }
        if let Ok(learned) = learn(document.to_string().as_bytes()) {
            prop_assert_eq!(Binding::import(&learned.binding.export()).unwrap(), learned.binding);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes: Vec<u8>) {
        let _ = learn(&bytes);
    }
}

/// `PUT` and `PATCH` of one record may replace it or change a part of it. If both say the same, a person decides.
#[test]
fn two_writes_of_one_record_that_say_the_same_are_a_question() {
    let write = |said: &str| {
        json!({"summary": said, "requestBody": {"content": {"application/json": {"schema": {
            "type": "object", "properties": {"surname": {"type": "string"}}}}}}})
    };
    let update = |put: &str, patch: &str| {
        let parameter = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}]);
        let document = json!({"openapi": "3.0.0", "info": {}, "paths": {
            "/api/v0/account_groups/list": {"get": {}},
            "/api/v0/accounts/{id}": {"parameters": parameter, "put": write(put), "patch": write(patch)}}});
        let binding = learn(document.to_string().as_bytes()).unwrap().binding;
        (binding.method(Method::Update).unwrap().verb.value, binding.unsupported(Method::Update))
    };
    let (_, blocked) = update("Обновить данные счёта", "Изменить счёт");
    assert!(blocked.is_some_and(|why| why.contains("could be any of")));
    assert_eq!(update("Обновить данные счёта", "Заблокировать счёт"), (Verb::Put, None));
    assert_eq!(update("Заменить пароль", "Update account"), (Verb::Patch, None));
    assert!(update("Заменить пароль", "Изменить уровень").1.is_some());
}

/// A list with pages, as Spring publishes it: oldest first, if nothing else is asked for.
fn spring(paths: Value) -> Value {
    json!({"openapi": "3.1.0", "info": {}, "paths": paths, "components": {"schemas": {
        "Row": {"type": "object", "properties": {"id": {"type": "integer"}, "createdAt": {"type": "string", "format": "date-time"},
            "amount": {"type": "integer", "description": "в копейках"}}},
        "Page": {"type": "object", "properties": {"totalElements": {"type": "integer"}, "last": {"type": "boolean"},
            "content": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}}}}}})
}

fn pageable(more: Value) -> Value {
    let mut parameters = json!([
        {"name": "accountId", "in": "path", "required": true, "schema": {"type": "integer"}},
        {"name": "page", "in": "query", "description": "Zero-based page index (0..N)", "schema": {"type": "integer", "default": 0}},
        {"name": "size", "in": "query", "description": "The size of the page to be returned", "schema": {"type": "integer", "default": 20}},
    ]);
    parameters.as_array_mut().unwrap().extend(more.as_array().unwrap().clone());
    json!({"get": {"operationId": "transactions", "parameters": parameters, "responses": {"200": {"description": "OK",
        "content": {"*/*": {"schema": {"$ref": "#/components/schemas/Page"}}}}}}})
}

fn sort() -> Value {
    json!({"name": "sort", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "description":
        "Sorting criteria in the format: property,(asc|desc). Default sort order is ascending. Multiple sort criteria are supported."})
}

/// The first page of a list that begins with the oldest does not hold the last rows.
#[test]
fn the_last_rows_are_not_asked_of_a_list_that_may_begin_with_the_oldest() {
    let last = |paths: Value| {
        let binding = learn(spring(paths).to_string().as_bytes()).unwrap().binding;
        let bound = binding.method(Method::LastTransactions).unwrap();
        let sort = bound.constants.iter().find(|constant| constant.name == "sort").map(|sort| sort.value.clone());
        (bound.path.value.clone(), sort, binding.unsupported(Method::LastTransactions).is_some())
    };
    let (list, by_count) = ("/api/accounts/{accountId}/transactions", "/api/accounts/{accountId}/transactions/last");
    let clear = json!({"get": {"operationId": "lastTransactions", "parameters": [
        {"name": "accountId", "in": "path", "required": true, "schema": {"type": "integer"}},
        {"name": "count", "in": "query", "schema": {"type": "integer", "default": 10}}], "responses": {"200": {"description": "OK",
        "content": {"*/*": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}}}}}}});
    // A method of its own is better than a list that could be sorted.
    for more in [json!([]), json!([sort()])] {
        assert_eq!(last(json!({list: pageable(more), by_count: clear})), (by_count.to_owned(), None, false));
    }
    // The list alone is asked for its newest rows. If it can't be sorted, it is not used.
    assert_eq!(last(json!({list: pageable(json!([sort()]))})), (list.to_owned(), Some(json!("createdAt,desc")), false));
    assert!(last(json!({list: pageable(json!([]))})).2);
    let mut unnamed = sort();
    unnamed["description"] = json!("Порядок строк");
    assert!(last(json!({list: pageable(json!([unnamed]))})).2);
}

/// ABP's sign-in: its own path and its own name of a login.
#[test]
fn the_sign_in_of_abp_is_a_login() {
    let document = json!({"openapi": "3.0.0", "info": {}, "paths": {
        "/api/services/app/Account/FindByPhone": {"get": {"parameters": [{"name": "Phone", "in": "query", "schema": {"type": "string"}}]}},
        "/api/TokenAuth/Authenticate": {"post": {"operationId": "TokenAuth_Authenticate", "requestBody": {"content": {"application/json":
            {"schema": {"type": "object", "required": ["userNameOrEmailAddress", "password"], "properties": {
                "userNameOrEmailAddress": {"type": "string"}, "password": {"type": "string"}, "rememberClient": {"type": "boolean"}}}}}}}}}});
    let binding = learn(document.to_string().as_bytes()).unwrap().binding;
    let login = binding.method(Method::Login).unwrap();
    assert_eq!((login.path.value.as_str(), binding.unsupported(Method::Login)), ("/api/TokenAuth/Authenticate", None));
    assert_eq!(login.fields[&Field::Login][0].name, "/userNameOrEmailAddress");
}

/// JSON-RPC: the `id` of the call is not that of a receipt.
#[test]
fn the_number_of_a_call_is_no_id_of_a_receipt() {
    let schema = json!({"type": "object", "required": ["params"], "properties": {
        "jsonrpc": {"type": "string", "const": "2.0"}, "method": {"type": "string", "const": "checks.get_by_id"},
        "id": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "params": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}});
    let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/api/v1/jsonrpc/checks.get_by_id": {
        "post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}}});
    let binding = learn(document.to_string().as_bytes()).unwrap().binding;
    let receipt = &binding.method(Method::Receipt).unwrap().fields[&Field::Receipt];
    assert_eq!(receipt.iter().map(|slot| slot.name.as_str()).collect::<Vec<_>>(), ["/params/id"]);
    assert_eq!(binding.unsupported(Method::Receipt), None);
}

/// The sign-in of OAuth 2 with a login and a password, at a relative address, as FastAPI publishes it. The grant is sent even where
/// the document does not require it.
#[test]
fn the_sign_in_of_oauth_is_a_login_with_its_grant() {
    let literal = json!({"type": "string", "pattern": "^password$"});
    let grants = [
        (literal.clone(), true),
        (json!({"anyOf": [literal, {"type": "null"}]}), false),
        (json!({"type": "string", "pattern": "password"}), false),
        (json!({"type": "string"}), true),
    ];
    for (url, path) in
        [("token", "/token"), ("./token", "/token"), ("/auth/login", "/auth/login"), ("api/issue", "/api/issue")]
    {
        for (grant, is_required) in &grants {
            let mut required = vec!["username", "password"];
            required.extend(is_required.then_some("grant_type"));
            let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {
                "/api/v0/account_groups/list": {"get": {}},
                path: {"post": {"summary": "Login", "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {"schema": {
                    "type": "object", "required": required, "properties": {"grant_type": grant, "username": {"type": "string"},
                        "password": {"type": "string", "format": "password"}, "scope": {"type": "string", "default": ""},
                        "client_id": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}}}}}}},
                "components": {"securitySchemes": {"OAuth2PasswordBearer": {"type": "oauth2",
                    "flows": {"password": {"scopes": {}, "tokenUrl": url}}}}}});
            let binding = learn(document.to_string().as_bytes()).unwrap().binding;
            assert_eq!(binding.unsupported(Method::Login), None, "{url} {grant}");
            let login = binding.method(Method::Login).unwrap();
            let sent: Vec<_> = login.constants.iter().map(|one| (one.name.as_str(), &one.value)).collect();
            assert_eq!(
                (login.path.value.as_str(), sent),
                (path, vec![("/grant_type", &json!("password"))]),
                "{url} {grant}"
            );
        }
    }
}

/// Where a key, a bearer or OAuth will do, a token goes as bearer. A key of which the document says that it is permanent stays.
#[test]
fn a_token_goes_as_bearer_where_bearer_is_one_of_the_ways() {
    let token = |key: &str, security: Value| {
        let document = json!({"openapi": "3.1.0", "info": {}, "paths": {"/api/v0/account_groups/list": {"get": {}}}, "security": security,
            "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": key},
                "bearer": {"type": "http", "scheme": "bearer"},
                "oauth": {"type": "oauth2", "flows": {"password": {"tokenUrl": "/token", "scopes": {}}}}}}});
        let binding = learn(document.to_string().as_bytes()).unwrap().binding;
        [binding.token.value, binding.session.value].map(|scheme| match scheme {
            Scheme::Header { name, prefix } => format!("{name}: {prefix}"),
            Scheme::Query { name } => name,
        })
    };
    let bearer = || "Authorization: Bearer ".to_owned();
    let any = json!([{"key": []}, {"bearer": []}, {"oauth": []}]);
    assert_eq!(token("", any.clone()), [bearer(), bearer()]);
    assert_eq!(token("Постоянный токен", any), ["X-Api-Key: ".to_owned(), bearer()]);
    // The key alone, or both together.
    assert_eq!(token("", json!([{"key": []}]))[0], "X-Api-Key: ");
    assert_eq!(token("", json!([{"key": [], "bearer": []}]))[0], "X-Api-Key: ");
}

/// The place of an end of the period, of the count and of the pages in a list of parameters.
fn period(parameters: &[(&str, Value)]) -> [Option<String>; 4] {
    let mut all = vec![json!({"name": "accountId", "in": "path", "required": true, "schema": {"type": "integer"}})];
    all.extend(parameters.iter().map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema})));
    let document = json!({"openapi": "3.0.0", "info": {}, "paths": {"/api/v0/accounts/{accountId}/transactions": {"get": {
        "parameters": all, "responses": {"200": {"description": "ok"}}}}}});
    let binding = learn(document.to_string().as_bytes()).unwrap().binding;
    let bound = binding.method(Method::TransactionsOfPeriod).unwrap();
    let place = |field| bound.fields.get(&field).map(|slots| slots[0].name.clone());
    let count = bound.constants.first().map(|one| format!("{}={}", one.name, one.value));
    let pages = bound.pages.as_ref().map(|pages| format!("{} {:?}", pages.name, pages.counts).to_lowercase());
    [place(Field::From), place(Field::To), count, pages]
}

#[test]
fn a_period_is_known_by_many_names() {
    for (from, to) in [
        ("startTime", "endTime"),
        ("StartDate", "EndDate"),
        ("since", "until"),
        ("from_date", "to_date"),
        ("periodStart", "periodEnd"),
        ("createdFrom", "createdTo"),
        ("dateFrom", "dateTo"),
        ("filter[from]", "filter[to]"),
        ("filter[created_after]", "filter[created_before]"),
        ("date[gte]", "date[lte]"),
        ("operationDate.from", "operationDate.to"),
        ("create_time_min", "create_time_max"),
    ] {
        let text = json!({"type": "string"});
        let [found_from, found_to, ..] = period(&[(from, text.clone()), (to, text)]);
        assert_eq!((found_from.as_deref(), found_to.as_deref()), (Some(from), Some(to)));
    }
}

/// A bare day at a border that is a moment would leave the last day out.
#[test]
fn an_end_of_a_period_that_is_named_a_moment_is_written_as_one() {
    let format = |name: &str, schema: Value| {
        let document = json!({"openapi": "3.0.0", "info": {}, "paths": {"/api/v0/accounts/transactions": {"get": {"parameters": [
            {"name": "accountId", "in": "query", "schema": {"type": "integer"}},
            {"name": "from", "in": "query", "schema": {"type": "string"}}, {"name": name, "in": "query", "schema": schema}]}}}});
        let binding = learn(document.to_string().as_bytes()).unwrap().binding;
        let line = binding
            .lines()
            .into_iter()
            .find(|line| line.method == Some(Method::TransactionsOfPeriod) && line.key == "field.to");
        line.map(|line| line.value.split(' ').skip(3).collect::<Vec<_>>().join(" "))
    };
    let moment = "yyyy-MM-ddTHH:mm:ss";
    for (name, schema, wanted) in [
        ("endTime", json!({"type": "string"}), moment),
        ("endAt", json!({"type": "string"}), moment),
        ("endTime", json!({"type": "string", "format": "date"}), "yyyy-MM-dd"),
        ("endDate", json!({"type": "string"}), ""),
        ("to", json!({"type": "string"}), ""),
    ] {
        assert_eq!(format(name, schema).as_deref(), Some(wanted), "{name}");
    }
}

/// What has such a name and is something else: a border that is left out, a time of the day, a sum, an id.
#[test]
fn what_only_looks_like_a_period_is_none() {
    for (from, to, schema) in [
        ("date[gt]", "date[lt]", json!({"type": "string"})),
        ("startTime", "endTime", json!({"type": "string", "format": "time"})),
        ("amountFrom", "amountTo", json!({"type": "string"})),
        ("amount[gte]", "amount[lte]", json!({"type": "string"})),
        ("cardFrom", "cardTo", json!({"type": "string"})),
    ] {
        assert_eq!(period(&[(from, schema.clone()), (to, schema)])[..2], [None, None], "{from}");
    }
    // A plain name is better than one that may be more.
    let text = json!({"type": "string"});
    let both = [("startTime", text.clone()), ("endTime", text.clone()), ("dateFrom", text.clone()), ("dateTo", text)];
    assert_eq!(period(&both)[..2], [Some("dateFrom".to_owned()), Some("dateTo".to_owned())]);
}

#[test]
fn the_pages_of_a_period_are_known_by_many_names() {
    let number = || json!({"type": "integer", "format": "int32"});
    let capped = || json!({"type": "integer", "maximum": i32::MAX, "default": 10});
    for (count, page, counts) in [
        ("MaxResultCount", "SkipCount", "rows"),
        ("page[size]", "page[number]", "pages"),
        ("page[limit]", "page[offset]", "rows"),
        ("limit", "offset", "rows"),
        ("PageSize", "PageNumber", "pages"),
        ("$top", "$skip", "rows"),
        ("per_page", "page", "pages"),
    ] {
        let day = || json!({"type": "string", "format": "date"});
        let found = period(&[("from", day()), ("to", day()), (count, capped()), (page, number())]);
        let wanted = [format!("{count}=1000"), format!("{} {counts}", page.to_lowercase())].map(Some);
        assert_eq!(found[2..], wanted, "{count}");
    }
}

/// Schemas of which each property refers to the next schema, and the last to none: `width` to the power of `depth` ways.
fn bomb(width: usize, depth: usize, by: &str) -> serde_json::Map<String, Value> {
    let refer = |to: usize| {
        let target = json!({"$ref": format!("#/components/schemas/B{to}")});
        match by {
            "properties" => target,
            "allOf" => json!({"allOf": [target, {"description": "more"}]}),
            "items" => json!({"type": "array", "items": target}),
            _ => json!({"oneOf": [target, {"type": "null"}]}),
        }
    };
    let schema = |at: usize| {
        let properties: serde_json::Map<_, _> = (0..width).map(|nth| (format!("a{nth}"), refer(at + 1))).collect();
        (format!("B{at}"), json!({"type": "object", "properties": properties}))
    };
    (0..depth).map(schema).collect()
}

/// A guest's record, a refill and a balance in rubles, in a document with a bomb in each of their records.
fn with_bomb(by: &str) -> Value {
    let mut schemas = bomb(10, 30, by);
    let boom = json!({"$ref": "#/components/schemas/B0"});
    schemas.insert(
        "Refill".into(),
        json!({"type": "object", "properties": {"a": boom, "accountId": {"type": "integer"},
        "sum": {"type": "number", "description": "Сумма в рублях"}, "comment": {"type": "string"}}}),
    );
    schemas.insert(
        "Balance".into(),
        json!({"type": "object", "properties": {"a": boom,
        "balance": {"type": "number", "description": "Остаток в рублях"}}}),
    );
    let method = |schema: &str| {
        let content = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
        json!({"post": {"requestBody": content(schema), "responses": {"200": content("Balance")}}})
    };
    let mut paths = serde_json::Map::new();
    for path in ["refill", "get_balance_extended", "find_by_phone", "update"] {
        paths.insert(format!("/api/v0/accounts/{path}"), method("Refill"));
    }
    // Calls of something else, which are looked through for what they take.
    paths.extend((0..200).map(|nth| (format!("/api/v0/guests/list{nth}"), method("Refill"))));
    json!({"openapi": "3.0.1", "info": {"title": "t"}, "paths": paths, "components": {"schemas": schemas}})
}

/// What stands near the top of such a record is learnt, as if the bomb were not described.
#[test]
fn a_document_with_ten_to_the_thirtieth_ways_is_read_at_its_top() {
    for by in ["properties", "allOf", "items", "oneOf"] {
        let binding = learn(with_bomb(by).to_string().as_bytes()).unwrap().binding;
        let refill = binding.method(Method::Refill).unwrap();
        assert_eq!(refill.blockers, [], "{by}");
        let sum = &refill.fields[&Field::Sum][0];
        assert_eq!((sum.name.as_str(), &sum.format), ("/sum", &Format::Money(MoneyUnit::Rubles)), "{by}");
        let balance = &binding.method(Method::BalanceExtended).unwrap().answer.fields[&Field::Balance];
        assert_eq!(balance.format, Format::Money(MoneyUnit::Rubles), "{by}");
    }
}

/// A balance that may stand in the part that was not read may be in any unit.
#[test]
fn a_sum_below_a_bomb_is_not_taken_for_kopecks() {
    let mut document = with_bomb("properties");
    let deep =
        json!({"type": "object", "properties": {"balance": {"type": "number", "description": "Остаток в рублях"}}});
    let deep = (0..5).fold(deep, |inner, nth| json!({"type": "object", "properties": {format!("in{nth}"): inner}}));
    document["components"]["schemas"]["Balance"] =
        json!({"type": "object", "properties": {"a": {"$ref": "#/components/schemas/B0"}, "deep": deep}});
    let binding = learn(document.to_string().as_bytes()).unwrap().binding;
    assert!(binding.unsupported(Method::BalanceExtended).is_some());
}
