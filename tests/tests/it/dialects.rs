//! All thirteen capabilities against a server in any dialect, with nothing known of it but its own Swagger.
//!
//! The sandbox's books decide: every capability does what it says, or is reported as impossible; none is silently wrong.

use std::{collections::BTreeMap, fmt::Debug};

use axum::{Router, body::Body, http::Request};
use jiff::civil::date;
use probonus::{
    Account, AccountUpdate, CheckGuid, Delivery, Error, ErrorKind, ExternalCheck, GroupId, Kopecks, Method, NewAccount,
    Period, PersonName, Phone, Profile, ReceiptId, Refill, RestCode, ReturnCheck, Sex, StationCode, TransactionKind,
    binding::{Binding, MethodReport, Scheme},
    client::{Asked, read_answer},
    codec::{self, Call, WireAnswer, WireRequest},
    contract::ProfileField,
};
use probonus_sandbox::{Dialect, HandClock, Options, Sandbox, seed::demo};
use probonus_swagger::Published;
use serde_json::{Map, Value};
use tower::ServiceExt as _;
use uuid::Uuid;

/// How many random dialects are tried here; `DIALECTS` in the environment asks for more.
const RANDOM: u64 = 60;

/// A server in a dialect, and what its description taught us of it.
struct Office {
    name: String,
    sandbox: Sandbox,
    router: Router,
    prefix: String,
    binding: Binding,
    token: Option<String>,
    scheme: Scheme,
}

impl Office {
    async fn open(dialect: &Dialect) -> Self {
        let options =
            Options { guests: 20, clock: HandClock::at("2026-11-20T09:00:00Z".parse().unwrap()), ..Options::default() };
        let token = options.auth.token.clone().filter(|_| dialect.token.is_some());
        let sandbox = Sandbox::seeded(options);
        let mut office = Self {
            name: dialect.name.clone(),
            router: sandbox.router_in(dialect),
            sandbox,
            prefix: dialect.prefix.clone(),
            binding: Binding::default(),
            scheme: Binding::default().token.value,
            token,
        };
        if dialect.document().is_some() {
            let document = office.get(&dialect.description_path).await;
            let learned = probonus_swagger::learn_under(&document, &dialect.prefix);
            office.binding = learned.unwrap_or_else(|error| panic!("{}: {error}", dialect.name)).binding;
            office.learns_from_areas(&document, dialect);
        }
        office.scheme = office.binding.token.value.clone();
        if office.token.is_none() {
            office.sign_in().await;
        }
        office
    }

    /// The same description with a document for each area, as a list of a viewer has it, teaches the same.
    fn learns_from_areas(&self, document: &[u8], dialect: &Dialect) {
        let Ok(whole) = serde_json::from_slice::<Value>(document) else { return };
        let mut areas: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for (path, item) in whole["paths"].as_object().into_iter().flatten() {
            let area = path.trim_matches('/').rsplit('/').nth(1).unwrap_or_default();
            areas.entry(area.to_owned()).or_default().insert(path.clone(), item.clone());
        }
        let of_area = |paths: Map<String, Value>| {
            let mut document = whole.clone();
            document["paths"] = paths.into();
            document.to_string()
        };
        let documents: Vec<(String, String)> = areas.into_iter().map(|(area, paths)| (area, of_area(paths))).collect();
        let published: Vec<_> =
            documents.iter().map(|(address, text)| Published { address, bytes: text.as_bytes() }).collect();
        let plain = probonus_swagger::learn_under(whole.to_string().as_bytes(), &dialect.prefix).unwrap().binding;
        let spread = probonus_swagger::learn_all(&published, &dialect.prefix).unwrap().binding;
        for method in Method::ALL {
            let known = self.binding.unsupported(method).is_none() && plain.unsupported(method).is_none();
            self.same(&format!("{method:?} of an area"), spread.unsupported(method).is_none(), known);
        }
        self.same("what areas teach", spread.diff(&plain), Vec::new());
    }

    async fn get(&self, path: &str) -> Vec<u8> {
        // Some servers show their description, or a part of it, only to who is signed in.
        let request = Request::get(path).header("authorization", "Bearer sandbox-token").body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap().to_vec()
    }

    async fn sign_in(&mut self) {
        let password = "office".into();
        let login = Call::Login { login: "office", password: &password };
        let tokens = self.told(login, codec::decode_tokens).await.unwrap();
        let tokens = match &tokens.refresh {
            Some(refresh) => self.told(Call::RefreshToken(refresh), codec::decode_tokens).await.unwrap(),
            None => tokens,
        };
        self.token = Some(secrecy::ExposeSecret::expose_secret(&tokens.access).to_owned());
        self.scheme = self.binding.session.value.clone();
    }

    /// What the server says to a call, judged and read by the functions that the client uses.
    async fn told<T>(
        &self,
        call: Call<'_>,
        decode: impl FnOnce(&Binding, Method, &WireAnswer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let method = call.method();
        let request = codec::encode(&self.binding, call)?;
        let answer = self.exchange(request.clone()).await;
        let asked = Asked { method, request: &request, by_proxy: false };
        read_answer(&asked, &answer, |answer| decode(&self.binding, method, answer))
    }

    async fn exchange(&self, request: WireRequest) -> WireAnswer {
        let mut path = format!("{}{}", self.prefix, request.path_and_query);
        let mut built = Request::builder().method(request.verb.as_str());
        match (&self.token, &self.scheme) {
            (Some(token), Scheme::Header { name, prefix }) => built = built.header(name, format!("{prefix}{token}")),
            (Some(token), Scheme::Query { name }) => {
                let mark = if path.contains('?') { '&' } else { '?' };
                path = format!("{path}{mark}{name}={token}");
            }
            (None, _) => {}
        }
        for (name, value) in &request.headers {
            built = built.header(name, value);
        }
        if let Some(kind) = &request.content_type {
            built = built.header("content-type", kind);
        }
        let request = built.uri(path).body(Body::from(request.body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
        WireAnswer { status, content_type: kind, pages: Vec::new(), body }
    }

    /// A call that works, or is reported as impossible (`None`).
    async fn call<T>(
        &self,
        call: Call<'_>,
        decode: impl FnOnce(&Binding, Method, &WireAnswer) -> Result<T, Error>,
    ) -> Option<T> {
        let method = call.method();
        if self.binding.unsupported(method).is_some() {
            let error = codec::encode(&self.binding, call).expect_err("an impossible call is not written");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            return None;
        }
        let request = match codec::encode(&self.binding, call) {
            Ok(request) => request,
            Err(error) => self.fail(method, &error, "it was not written"),
        };
        let answer = self.exchange(request.clone()).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let asked = Asked { method, request: &request, by_proxy: false };
        let read = read_answer(&asked, &answer, |answer| {
            let told = decode(&self.binding, method, answer)?;
            codec::must_be_about(&self.binding, &call, answer)?;
            Ok(told)
        });
        match read {
            Ok(value) => Some(value),
            Err(error) => self.fail(method, &error, &format!("HTTP {} {text}", answer.status)),
        }
    }

    fn fail(&self, method: Method, error: &Error, text: &str) -> ! {
        let bound = serde_json::to_string(self.binding.method(method).unwrap()).unwrap();
        let said = error.server_message().unwrap_or_default();
        panic!("{}: {method:?}: {error} {said}\nanswer: {text}\nbinding: {bound}", self.name);
    }

    fn balance(&self, account: &Account) -> i64 {
        self.sandbox.ledger().balance(account.id.as_str().parse().unwrap())
    }

    /// What the books say of an account.
    fn core_account(&self, account: &Account) -> probonus_sandbox::core::model::Account {
        let id: i64 = account.id.as_str().parse().unwrap();
        self.sandbox.with_core(|core| core.accounts().find(|known| known.id == id).unwrap().clone())
    }

    /// Whether the description of an update names a field.
    fn names(&self, field: ProfileField) -> bool {
        let update = self.binding.method(Method::Update).unwrap();
        update.fields.get(&field.logical()).is_some_and(|slots| !slots.is_empty())
    }

    fn same<T: PartialEq + Debug>(&self, what: &str, told: T, truth: T) {
        assert_eq!(told, truth, "{}: {what}", self.name);
    }
}

fn kopecks(sum: i64) -> Kopecks {
    Kopecks::new(sum).unwrap()
}

/// The whole job of an office, every result compared with the books.
async fn works(dialect: &Dialect) {
    let office = Office::open(dialect).await;
    for method in Method::ALL {
        let absent = match method {
            Method::Login | Method::RefreshToken if !dialect.login => true,
            _ => !dialect.methods().any(|theirs| contract_path(method) == theirs.path()),
        };
        let reason = office.binding.unsupported(method);
        office.same(&format!("{method:?} is impossible: {reason:?}"), reason.is_some(), absent);
    }

    let groups = office.call(Call::Groups, codec::decode_groups).await.unwrap();
    office.same("groups with a template", groups.iter().filter(|group| group.have_template).count(), 1);

    let anna: Phone = format!("+{}", demo::ANNA.phone).parse().unwrap();
    let found = office.call(Call::FindByPhone(&anna), codec::decode_accounts).await.unwrap();
    let [account] = found.as_slice() else { panic!("{}: {found:?}", office.name) };
    truly(&office, account);
    let nobody: Phone = "+79000000000".parse().unwrap();
    let found = office.call(Call::FindByPhone(&nobody), codec::decode_accounts).await.unwrap();
    office.same("nobody is found", found.len(), 0);

    reads(&office, account).await;
    creates(&office, dialect, &groups[groups.iter().position(|group| group.have_template).unwrap()].id).await;
    edits(&office, dialect, account).await;
    changes_terms(&office, dialect, account.phone.as_ref().unwrap()).await;
    pays(&office, account).await;
    office.sandbox.check().unwrap();
}

fn contract_path(method: Method) -> &'static str {
    probonus::contract::row(method).path
}

/// What an account's record tells, is so.
fn truly(office: &Office, account: &Account) {
    let id: i64 = account.id.as_str().parse().unwrap();
    let truth = office.sandbox.with_core(|core| core.accounts().find(|known| known.id == id).unwrap().clone());
    office.same("phone", account.phone.as_ref().map(|phone| phone.digits().to_owned()), Some(truth.phone.clone()));
    let name = PersonName {
        surname: truth.profile.surname.clone(),
        name: truth.profile.name.clone(),
        patronymic: truth.profile.patronymic.clone(),
    };
    office.same("name", &account.profile.name, &name);
    office.same("birthday", account.profile.birthday, truth.profile.birthday);
    office.same("e-mail", &account.profile.email, &truth.profile.email);
    office.same("identifiers", &account.profile.identifiers, &truth.profile.identifiers);
    let sex = truth.profile.sex.map(|sex| if format!("{sex:?}") == "Male" { Sex::Male } else { Sex::Female });
    office.same("sex", account.profile.sex, sex);
    office.same("balance", account.balance, Some(kopecks(truth.purse.balance())));
    office.same("turnover", account.turnover, Some(kopecks(truth.turnover)));
    office.same("blocked", account.blocked, Some(truth.blocked));
    office.same("coupons", account.coupons.len(), truth.coupons.len());
    let group = account.group.as_ref().and_then(|group| group.id.as_ref()).map(|id| id.as_str().to_owned());
    office.same("group", group, Some(truth.group.to_string()));
    assert!(account.level.is_some(), "{}: level", office.name);
}

async fn reads(office: &Office, account: &Account) {
    let now = office.sandbox.with_core(|core| core.now());
    let read = |binding: &Binding, _: Method, answer: &WireAnswer| codec::decode_balance(binding, now, answer);
    if let Some(detail) = office.call(Call::BalanceExtended(&account.id), read).await {
        office.same("balance in detail", detail.balance.map(Kopecks::get), Some(office.balance(account)));
        assert!(!detail.burning.is_empty(), "{}: something burns", office.name);
    }
    let today = office.sandbox.with_core(|core| core.today());
    let period = Period::new(today.saturating_sub(jiff::Span::new().days(90)), today).unwrap();
    let of_period = office.call(Call::TransactionsOfPeriod(&account.id, period), codec::decode_transactions).await;
    let last = office.call(Call::LastTransactions(&account.id, 5), codec::decode_transactions).await;
    let (Some(of_period), Some(last)) = (of_period, last) else { return };
    office.same("the last rows", last.len(), 5);
    assert!(of_period.len() > 5, "{}: rows of a period", office.name);
    for row in &of_period {
        let takes = matches!(row.kind, TransactionKind::Payment | TransactionKind::Burning);
        let gives = matches!(row.kind, TransactionKind::Accrual | TransactionKind::Refill | TransactionKind::Welcome);
        assert!(!takes || row.sum < Kopecks::ZERO, "{}: {row:?}", office.name);
        assert!(!gives || row.sum > Kopecks::ZERO, "{}: {row:?}", office.name);
        let day = row.at.local.date();
        assert!(day >= period.from() && day <= today.tomorrow().unwrap(), "{}: {day}", office.name);
    }
    // Two entries may have one time: then the server's order decides, whichever way it goes.
    let (first, end) = (last.first().unwrap(), last.last().unwrap());
    let newest = if first.at.local > end.at.local { first } else { end };
    office.same("balance after the newest row", newest.balance_after.map(Kopecks::get), Some(office.balance(account)));

    let id = of_period.iter().find_map(|row| row.receipt.clone()).expect("a receipt");
    let read = |binding: &Binding, _: Method, answer: &WireAnswer| codec::decode_receipt(binding, &id, answer);
    if let Some(receipt) = office.call(Call::Receipt(&id), read).await {
        let receipt = receipt.expect("the receipt is there");
        assert!(!receipt.lines.is_empty(), "{}: dishes", office.name);
        assert!(receipt.lines.iter().all(|line| line.sum.is_some() && !line.name.is_empty()), "{}", office.name);
        let parts = [receipt.paid, receipt.discount, receipt.bonus_spent].map(|part| part.unwrap().get());
        office.same("the receipt's sums", receipt.total.map(Kopecks::get), Some(parts.iter().sum()));
        let absent = ReceiptId::new("999999999");
        let read = |binding: &Binding, _: Method, answer: &WireAnswer| codec::decode_receipt(binding, &absent, answer);
        let absent = office.call(Call::Receipt(&absent), read).await.unwrap();
        assert!(absent.is_none(), "{}: {absent:?}", office.name);
    }
}

/// What this dialect takes of a profile.
fn taken(dialect: &Dialect, mut profile: Profile) -> Profile {
    for sense in &dialect.unknown {
        match sense.as_str() {
            "identifiers" => profile.identifiers.clear(),
            "email" => profile.email = None,
            "sex" => profile.sex = None,
            "patronymic" => profile.name.patronymic = None,
            _ => {}
        }
    }
    profile
}

async fn creates(office: &Office, dialect: &Dialect, group: &GroupId) {
    let whole = Profile {
        name: PersonName {
            surname: Some("О’Коннор-Ёлкина".into()),
            name: Some("Жанна \"Ж\"".into()),
            patronymic: Some("Ильинична".into()),
        },
        birthday: Some(date(1992, 2, 29)),
        sex: Some(Sex::Female),
        email: Some("zh+1@example.ru".into()),
        identifiers: vec!["100200".into(), "100201".into()],
        ..Profile::default()
    };
    let profile = taken(dialect, whole.clone());
    let phone: Phone = "+79110001122".parse().unwrap();
    if profile != whole {
        let call = NewAccount { group: group.clone(), phone: phone.clone(), profile: whole };
        let refused = codec::encode(&office.binding, Call::InsertByTemplate(&call)).expect_err("nothing is left out");
        assert_eq!(refused.kind(), ErrorKind::InvalidRequest);
    }
    let new = NewAccount { group: group.clone(), phone: phone.clone(), profile };
    office.call(Call::InsertByTemplate(&new), codec::decode_write).await.unwrap();
    let found = office.call(Call::FindByPhone(&phone), codec::decode_accounts).await.unwrap();
    let [account] = found.as_slice() else { panic!("{}: {found:?}", office.name) };
    truly(office, account);
    // The terms of a new account are the template's.
    let told = Profile { discount_level: None, bonus_type: None, bonus_lifetime: None, ..account.profile.clone() };
    office.same("the profile", &told, &new.profile);
    let refused = office.told(Call::InsertByTemplate(&new), codec::decode_write).await.expect_err("known already");
    // Said of a guest whom this very call may have made: looked for by phone, never called refused.
    office.same("known already", (refused.kind(), refused.delivery()), (ErrorKind::Refused, Delivery::Unknown));
    assert!(refused.server_message().is_some(), "{}: the server says why", office.name);
}

async fn edits(office: &Office, dialect: &Dialect, account: &Account) {
    let mut after = account.profile.clone();
    after.name.surname = Some("Новая".into());
    after.birthday = Some(date(1985, 12, 1));
    let before = account.profile.clone();
    let update = AccountUpdate { account: account.id.clone(), record: account.raw.clone(), before, after };
    if office.call(Call::Update(&update), codec::decode_write).await.is_none() {
        return;
    }
    let phone = account.phone.clone().unwrap();
    let found = office.call(Call::FindByPhone(&phone), codec::decode_accounts).await.unwrap();
    truly(office, &found[0]);
    // A server that blanks what it does not even take, blanks it whatever is sent.
    let mut wanted = update.after.clone();
    let mut told = found[0].profile.clone();
    if dialect.update_blanks {
        (wanted, told) = (taken(dialect, wanted), taken(dialect, told));
    }
    office.same("the edited profile", told, wanted);
    office.same("the group stays", &found[0].group, &account.group);
    office.same("the balance stays", found[0].balance, account.balance);
}

/// The level, the type of bonuses and their life are changed one by one; or the call is not even written, or the server
/// passes over what it does not take.
async fn changes_terms(office: &Office, dialect: &Dialect, phone: &Phone) {
    type Change = fn(&mut Profile);
    let changes: [(ProfileField, &str, &str, Change); 3] = [
        (ProfileField::DiscountLevel, "levelId", "2", |profile| profile.discount_level = Some("2".into())),
        (ProfileField::BonusType, "bonusType", "2", |profile| profile.bonus_type = Some("2".into())),
        (ProfileField::BonusLifetime, "bonusLife", "45", |profile| profile.bonus_lifetime = Some(45)),
    ];
    for (field, sense, wanted, change) in changes {
        let is_taken = dialect.takes(probonus_sandbox::Method::Update).any(|prop| prop.sense == sense);
        let found = office.call(Call::FindByPhone(phone), codec::decode_accounts).await.unwrap();
        let account = &found[0];
        let mut after = account.profile.clone();
        change(&mut after);
        let update = AccountUpdate {
            account: account.id.clone(),
            record: account.raw.clone(),
            before: account.profile.clone(),
            after: after.clone(),
        };
        match codec::encode(&office.binding, Call::Update(&update)) {
            Err(error) if error.kind() == ErrorKind::Unsupported => return,
            Err(error) => {
                office.same("refused before it is sent", error.kind(), ErrorKind::InvalidRequest);
                assert!(!office.names(field), "{}: {field:?} is named, and can't be written: {error}", office.name);
                continue;
            }
            Ok(_) => {}
        }
        let before = office.core_account(account);
        office.call(Call::Update(&update), codec::decode_write).await.unwrap();
        let is = office.core_account(account);
        let life = |days: Option<i32>| days.map(|days| days.to_string()).unwrap_or_default();
        let told = [
            (ProfileField::DiscountLevel, is.level.to_string(), before.level.to_string()),
            (ProfileField::BonusType, is.bonus_type.to_string(), before.bonus_type.to_string()),
            (ProfileField::BonusLifetime, life(is.bonus_life_days), life(before.bonus_life_days)),
        ];
        for (of, is, was) in told {
            office.same(&format!("{of:?}"), is, if of == field && is_taken { wanted.to_owned() } else { was });
        }
        office.same(
            "nothing else of the account",
            (&is.profile.email, is.group),
            (&before.profile.email, before.group),
        );
        let again = office.call(Call::FindByPhone(phone), codec::decode_accounts).await.unwrap();
        if account.shows(field) && is_taken {
            office.same("the terms read again", &again[0].profile, &after);
        }
    }
}

async fn pays(office: &Office, account: &Account) {
    let before = office.balance(account);
    let refill = Refill { account: account.id.clone(), sum: kopecks(12_345), comment: "Акция № 7".into() };
    let answer = office.call(Call::Refill(&refill), codec::decode_write).await.unwrap();
    office.same("a refill", office.balance(account), before + 12_345);
    if let Some(balance) = answer.balance {
        office.same("the answered balance", balance.get(), before + 12_345);
    }
    let guid = CheckGuid::from_uuid(Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0));
    let check = ExternalCheck {
        rest_code: RestCode::new(&office.sandbox.with_core(|core| core.restaurants()[0].code.clone())).unwrap(),
        check_guid: guid,
        account: account.id.clone(),
        station: StationCode::default(),
        external_check: "ДЛ-17/3".into(),
        bonus_spent: kopecks(1_001),
        discount: kopecks(99),
        bonus_accrued: kopecks(2_050),
        money_spent: kopecks(150_001),
        check_data: "Пицца × 2\nДоставка".into(),
        purchased_at: None,
    };
    office.call(Call::RegisterCheck(&check), codec::decode_write).await.unwrap();
    office.same("a purchase", office.balance(account), before + 12_345 - 1_001 + 2_050);
    let books = office.sandbox.ledger();
    let applied: Vec<_> = books.by_guid(guid.as_uuid()).collect();
    office.same("one purchase", applied.len(), 1);
    office.same("its number", applied[0].outside_number.as_deref(), Some("ДЛ-17/3"));
    let undo = ReturnCheck {
        check_guid: guid,
        rest_code: check.rest_code.clone(),
        account: account.id.clone(),
        external_check: check.external_check.clone(),
        station: check.station,
    };
    if office.call(Call::ReturnCheck(&undo), codec::decode_write).await.is_some() {
        office.same("a return", office.balance(account), before + 12_345);
        assert!(office.told(Call::ReturnCheck(&undo), codec::decode_write).await.is_err(), "{}: once", office.name);
    }
}

#[tokio::test]
async fn every_named_dialect_is_spoken() {
    for dialect in Dialect::named() {
        works(&dialect).await;
    }
}

#[tokio::test]
async fn random_dialects_are_spoken() {
    let count = std::env::var("DIALECTS").ok().and_then(|count| count.parse().ok()).unwrap_or(RANDOM);
    let mut failed = Vec::new();
    let mut verdicts: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..count {
        for report in verdicts_of(&Dialect::random(seed)) {
            *verdicts.entry(format!("{:?}", report.verdict)).or_default() += 1;
        }
        let run = tokio::spawn(async move { works(&Dialect::random(seed)).await });
        if run.await.is_err() {
            failed.push(seed);
        }
    }
    eprintln!("{count} random dialects, methods by verdict: {verdicts:?}");
    assert!(failed.is_empty(), "{} of {count} dialects failed: {failed:?}", failed.len());
}

/// What is learnt of each method from a dialect's own description, or what the table says where there is none.
fn verdicts_of(dialect: &Dialect) -> Vec<MethodReport> {
    let Some(document) = dialect.document() else { return Binding::default().report().methods };
    let learned = probonus_swagger::learn_under(document.to_string().as_bytes(), &dialect.prefix);
    learned.unwrap_or_else(|error| panic!("{}: {error}", dialect.name)).report.methods
}
