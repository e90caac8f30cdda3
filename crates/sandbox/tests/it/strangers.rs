//! What servers do beside the spelling of names: who is shown a description, whose phone a text is, how many entries come
//! at once, and how frameworks tell their errors.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use probonus_sandbox::{Dialect, ForeignService, HandClock, Options, Sandbox, dialect::ServerKey};
use serde_json::{Value as Json, json};
use tower::ServiceExt as _;

use crate::support::{ANNA, GUID, IVAN, monday, read};

struct Stranger {
    sandbox: Sandbox,
    dialect: Dialect,
    router: Router,
}

impl Stranger {
    fn open(dialect: &str) -> Self {
        let clock: Arc<HandClock> = HandClock::at(monday());
        let sandbox = Sandbox::seeded(Options { guests: 9, clock, ..Options::default() });
        let dialect = Dialect::by_name(dialect).unwrap();
        let router = sandbox.router_in(&dialect);
        Self { sandbox, dialect, router }
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, Json) {
        let request = Request::get(path);
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")).header("x-api-key", token),
            None => request,
        };
        read(self.ask(request.body(Body::empty()).unwrap()).await).await
    }

    async fn post(&self, path: &str, body: &Json) -> (StatusCode, Json) {
        let request = Request::post(format!("/api/v0/{path}"))
            .header("content-type", "application/json")
            .header("authorization", "Bearer sandbox-token")
            .header("x-api-key", "sandbox-token");
        read(self.ask(request.body(Body::from(body.to_string())).unwrap()).await).await
    }

    async fn paths(&self, token: Option<&str>) -> Vec<String> {
        let (status, document) = self.get(&self.dialect.description_path, token).await;
        assert_eq!(status, StatusCode::OK);
        document["paths"].as_object().unwrap().keys().cloned().collect()
    }
}

#[tokio::test]
async fn a_description_may_be_shown_to_the_signed_in_alone() {
    let hidden = Stranger::open("described-to-signed-in");
    let path = hidden.dialect.description_path.clone();
    assert_eq!(hidden.get(&path, None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(hidden.get(&path, Some("wrong")).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(hidden.paths(Some("sandbox-token")).await.len(), 12);

    let parted = Stranger::open("writes-for-signed-in");
    let (anonymous, known) = (parted.paths(None).await, parted.paths(Some("sandbox-token")).await);
    assert_eq!((anonymous.len(), known.len()), (7, 12));
    assert!(!anonymous.iter().any(|path| path.ends_with("refill") || path.ends_with("register_check")));
    let login = parted.post("auth/login", &json!({ "login": "office", "password": "office" })).await.1;
    assert_eq!(parted.paths(login["accessToken"].as_str()).await.len(), 12);
}

/// The second account of one person is what a client makes that takes "not found" for "free".
#[tokio::test]
async fn a_phone_in_another_form_is_somebody_elses_number() {
    let eight = Stranger::open("undescribed-eight");
    let find = async |phone: &str| eight.post("accounts/find_by_phone", &json!({ "phone": phone })).await.0;
    assert_eq!(find("89123456789").await, StatusCode::OK);
    for other in ["79123456789", "+79123456789", "9123456789"] {
        assert_eq!(find(other).await, StatusCode::NOT_FOUND, "{other}");
    }
    let new = json!({ "accountGroupId": 3, "phone": "79123456789", "name": "Анна" });
    assert_eq!(eight.post("accounts/insert_by_template", &new).await.0, StatusCode::OK);
    assert_eq!(find("79123456789").await, StatusCode::OK);
    let phones = eight.sandbox.ledger().phones;
    assert_ne!(phones["=79123456789"], phones[ANNA.phone]);
    eight.sandbox.check().unwrap();
    let path = eight.get("/swagger/v1/swagger.json", None).await.0;
    assert_eq!(path, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_may_be_silent_on_the_form_that_other_methods_tell() {
    let silent = Stranger::open("silent-search");
    let document = silent.dialect.document().unwrap();
    let schemas = &document["components"]["schemas"];
    let of = |name: &str| schemas[name]["properties"]["phone"].to_string();
    assert!(!of("AccountsFindByPhoneRequest").contains("7912"));
    for told in ["AccountsInsertByTemplateRequest", "AccountsUpdateRequest"] {
        assert!(of(told).contains("+79123456789"));
    }
    let (status, told) = silent.post("accounts/find_by_phone", &json!({ "phone": "79123456789" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(told["message"].as_str().unwrap().contains("+79123456789"));
}

#[tokio::test]
async fn fastapi_tells_fields_by_422_and_a_wrong_password_by_400() {
    let fastapi = Stranger::open("fastapi");
    let document = fastapi.get("/openapi.json", None).await.1;
    let operation = &document["paths"]["/api/v0/accounts/refill"]["post"];
    assert_eq!(operation["operationId"], "refill_api_v0_accounts_refill_post");
    assert_eq!(operation["responses"].as_object().unwrap().keys().collect::<Vec<_>>(), ["200", "422"]);
    let comment = &document["components"]["schemas"]["AccountsRefillRequest"]["properties"]["comment"];
    assert_eq!(comment["anyOf"][1], json!({ "type": "null" }));
    let scheme = &document["components"]["securitySchemes"]["OAuth2PasswordBearer"];
    assert_eq!(scheme["flows"]["password"]["tokenUrl"], "/api/v0/auth/login");
    assert_eq!(fastapi.ask(Request::get("/docs/api/v1.0").body(Body::empty()).unwrap()).await.status(), 200);

    let (status, told) = fastapi.post("accounts/refill", &json!({ "account_id": 100_001 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((&told["detail"][0]["loc"], &told["detail"][0]["type"]), (&json!(["body", "sum"]), &json!("missing")));
    let (status, told) = fastapi.post("accounts/refill", &json!({ "account_id": 1, "sum": 5 })).await;
    assert_eq!((status, told["detail"].is_string()), (StatusCode::BAD_REQUEST, true));

    let login = async |password: &str| {
        let form = format!("grant_type=password&username=office&password={password}&scope=");
        let request = Request::post("/api/v0/auth/login").header("content-type", "application/x-www-form-urlencoded");
        read(fastapi.ask(request.body(Body::from(form)).unwrap()).await).await
    };
    assert_eq!(login("wrong").await.0, StatusCode::BAD_REQUEST);
    let (status, tokens) = login("office").await;
    assert_eq!((status, &tokens["token_type"]), (StatusCode::OK, &json!("bearer")));
    assert_eq!(tokens.as_object().unwrap().keys().collect::<Vec<_>>(), ["access_token", "token_type"]);
}

#[tokio::test]
async fn aspnet_tells_problems_and_mixes_cases() {
    let aspnet = Stranger::open("aspnet");
    let (status, guest) = aspnet.post("accounts/find_by_phone", &json!({ "Phone": ANNA.phone })).await;
    assert_eq!(status, StatusCode::OK);
    assert!(guest["Balance"].is_i64() && guest["accountGroupId"].is_i64() && guest["LevelName"].is_string());
    let nobody = aspnet.post("accounts/find_by_phone", &json!({ "Phone": "79990000000" })).await;
    assert_eq!(nobody, (StatusCode::NO_CONTENT, Json::Null));
    let (status, problem) = aspnet.post("accounts/refill", &json!({ "AccountId": guest["id"] })).await;
    assert_eq!((status, &problem["status"]), (StatusCode::BAD_REQUEST, &json!(400)));
    assert_eq!(problem["errors"], json!({ "Sum": ["не передано"] }));
    assert!(problem["traceId"].is_string());
}

#[tokio::test]
async fn few_ledger_entries_come_at_once_newest_first() {
    for (name, is_told) in [("few-entries", false), ("few-entries-told", true)] {
        let few = Stranger::open(name);
        let id = few.sandbox.ledger().phones[ANNA.phone];
        let all = json!({ "accountId": id, "count": 1000 });
        let (_, answer) = few.post("accounts/transactions", &all).await;
        let rows = if is_told { &answer["items"] } else { &answer };
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), 20);
        assert!(rows[0]["date"].as_str() > rows[19]["date"].as_str());
        assert_eq!(answer["total"].as_u64().is_some_and(|total| total > 20), is_told, "{name}");
    }
}

#[tokio::test]
async fn receipts_of_the_pos_may_look_like_outside_ones_but_for_the_station() {
    let marked = Stranger::open("marked-pos-receipts");
    let id = marked.sandbox.ledger().phones[ANNA.phone];
    let (_, rows) = marked.post("accounts/transactions", &json!({ "accountId": id, "count": 1000 })).await;
    let of_station = |station: i64| rows.as_array().unwrap().iter().filter(move |row| row["rkUnit"] == station);
    assert!(of_station(3).count() > 10 && of_station(999).count() > 0);
    let row = of_station(3).next().unwrap();
    assert!(row["checkGuid"].is_string() && row["externalCheck"].is_string());
    let (_, receipt) = marked.post("checks/get_by_id", &json!({ "id": row["checkId"] })).await;
    assert_eq!((&receipt["checkGuid"], &receipt["rkUnit"]), (&row["checkGuid"], &json!(3)));
    let refused = marked.post("external/return_check", &json!({ "checkGuid": row["checkGuid"] })).await;
    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_guest_is_found_by_each_phone_and_the_record_may_list_them() {
    let several = Stranger::open("several-phones");
    let by_second = several.post("accounts/find_by_phone", &json!({ "phone": "79857777778" })).await.1;
    assert_eq!(by_second["phone"], "79857777777");
    assert_eq!(by_second["phones"], json!(["79857777777", "79857777778"]));
    let plain = Stranger::open("table");
    let by_second = plain.post("accounts/find_by_phone", &json!({ "phone": "79857777778" })).await.1;
    assert_eq!((&by_second["phone"], &by_second["phones"]), (&json!("79857777777"), &Json::Null));
}

#[tokio::test]
async fn the_detailed_balance_may_tell_parts_and_no_total() {
    let parts = Stranger::open("parts-without-total");
    let id = parts.sandbox.ledger().phones[IVAN.phone];
    parts.sandbox.with_core(|core| {
        core.with_bonus_life(id, None, |core| {
            core.refill(id, 700, None).unwrap();
        });
        core.defer_accruals(Some(probonus_sandbox::core::model::Deferral { days: 14, is_shown: true }));
    });
    let check = json!({
        "restCode": "101", "checkGuid": GUID, "accountId": id, "rkUnit": 999, "externalCheck": "Д-7",
        "bonusSpentSum": 0, "discountSum": 0, "bonusAccruedSum": 450, "moneySpentSum": 9_000,
    });
    parts.post("external/register_check", &check).await;
    let (_, detail) = parts.post("accounts/get_balance_extended", &json!({ "accountId": id })).await;
    let wanted = json!({
        "accountId": id,
        "parts": [{ "date": "2026-12-21", "sum": 30_000 }, { "date": null, "sum": 700 }],
        "bonusAwaitingIssue": 450,
        "awaiting": [{ "date": "2026-12-07", "sum": 450 }],
    });
    assert_eq!(detail, wanted);
    let guest = parts.post("accounts/find_by_phone", &json!({ "phone": IVAN.phone })).await.1;
    assert_eq!(guest["balance"], 30_700);
}

#[tokio::test]
async fn entries_of_a_purchase_may_stand_among_those_of_its_own_day() {
    let dating = Dialect { extras: ["purchasedAt".to_owned()].into(), ..Dialect::table() };
    let table = Stranger::open("table");
    let server = Stranger { router: table.sandbox.router_in(&dating), dialect: dating, sandbox: table.sandbox };
    let id = server.sandbox.ledger().phones[IVAN.phone];
    server.sandbox.with_core(|core| core.date_entries_back(true));
    server.sandbox.with_core(|core| core.refill(id, 700, None)).unwrap();
    let check = json!({
        "restCode": "101", "checkGuid": GUID, "accountId": id, "rkUnit": 999, "externalCheck": "Д-7",
        "bonusSpentSum": 0, "discountSum": 0, "bonusAccruedSum": 450, "moneySpentSum": 9_000,
        "purchasedAt": "2026-11-22T12:00:00",
    });
    let answer = server.post("external/register_check", &check).await.1;
    let rows = server.post("accounts/transactions", &json!({ "accountId": id, "count": 2 })).await.1;
    assert_eq!((&rows[0]["date"], &rows[0]["checkGuid"]), (&json!("2026-11-22T12:00:00"), &json!(GUID)));
    assert_eq!(rows[1]["sum"], json!(700), "what was done before the registration stands behind it");
    assert_eq!(answer["transactionId"], rows[0]["id"], "the answer names the entry of the purchase");
}

#[tokio::test]
async fn the_panels_words_name_what_waits_and_what_was_taken() {
    let panel = Stranger::open("panel");
    let id = panel.sandbox.ledger().phones[ANNA.phone];
    panel.sandbox.with_core(|core| core.withdraw(id, 100, Some("Ошибка".to_owned()))).unwrap();
    let (_, rows) = panel.post("accounts/transactions", &json!({ "accountId": id, "count": 1000 })).await;
    let rows = rows.as_array().unwrap();
    let kinds: std::collections::BTreeSet<_> = rows.iter().map(|row| row["type"].as_str().unwrap()).collect();
    for kind in ["Чек (начислено)", "Чек (списано)", "Пополнение счета", "Изъятие бонусов"]
    {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
    assert!(rows.iter().all(|row| row["type"] == row["typeName"]));
    let update = panel.dialect.document().unwrap()["components"]["schemas"]["AccountsUpdateRequest"].clone();
    assert_eq!(update["properties"]["discountLevelId"]["enum"], json!([1, 2, 3, 4]));
}

#[tokio::test]
async fn another_service_publishes_its_own_description_and_knows_no_method_of_ours() {
    for service in ForeignService::ALL {
        assert_eq!(ForeignService::by_name(service.name()), Some(service));
        let ask = async |request: Request<Body>| service.router().oneshot(request).await.unwrap();
        let described = ask(Request::get(service.description_path()).body(Body::empty()).unwrap()).await;
        let (status, document) = read(described).await;
        assert_eq!(status, StatusCode::OK);
        assert!(document["openapi"].as_str().unwrap().starts_with("3.0"));
        let paths = document["paths"].as_object().unwrap();
        assert!(paths.len() >= 7 && !paths.keys().any(|path| path.contains("register_check")));
        let refill = ask(Request::post("/api/v0/accounts/refill").body(Body::empty()).unwrap()).await;
        assert_eq!(refill.status(), StatusCode::NOT_FOUND);
    }
}

/// A gateway before the server wants a key of the application, whatever is asked.
#[tokio::test]
async fn a_key_of_the_application_may_be_needed_by_every_request() {
    let login = json!({ "login": "office", "password": "office" }).to_string();
    for (name, shown) in [("table-keyed", false), ("table-keyed-scheme", true), ("table-keyed-parameter", true)] {
        let keyed = Stranger::open(name);
        let ask = async |request: axum::http::request::Builder, key: Option<&str>, body: String| {
            let request =
                request.header("content-type", "application/json").header("authorization", "Bearer sandbox-token");
            let request = key.into_iter().fold(request, |request, key| request.header(ServerKey::HEADER, key));
            read(keyed.ask(request.body(Body::from(body)).unwrap()).await).await
        };
        for (path, body) in [("/api/v0/auth/login", login.clone()), ("/api/v0/account_groups/list", "{}".to_owned())] {
            for key in [None, Some("another")] {
                assert_eq!(ask(Request::post(path), key, body.clone()).await.0, StatusCode::FORBIDDEN, "{name} {path}");
            }
            assert_eq!(ask(Request::post(path), Some(ServerKey::VALUE), body).await.0, StatusCode::OK, "{name} {path}");
        }
        let path = keyed.dialect.description_path.clone();
        let (status, document) = ask(Request::get(&path), None, String::new()).await;
        assert_eq!(status == StatusCode::OK, shown, "{name}");
        assert_eq!(document.to_string().contains(ServerKey::HEADER), shown, "{name}");
        assert_eq!(ask(Request::get(&path), Some(ServerKey::VALUE), String::new()).await.0, StatusCode::OK, "{name}");
    }
}
