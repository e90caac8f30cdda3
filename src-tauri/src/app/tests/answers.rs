//! Records answers of the real program in `ui/src/test/answers`. The page's tests use them, so that they can't differ from the
//! program.
//!
//! The test plays one fixed scene against the seeded sandbox and compares the program's answers with the files. With
//! `RECORD_ANSWERS=1` it writes the files that differ.

mod file;

use file::Answers;
use probonus_sandbox::{
    Method as Call,
    faults::{Fault, Says},
    seed::demo::{ANNA, BLOCKED, GUESTS, RICH},
};

use super::*;
use crate::{form::DecisionForm, view::StoryView};

const NEW_PHONE: &str = "+79051234567";

/// Texts that the page's tests type, by the kind of text.
const TYPED: [(&str, &[&str]); 5] = [
    (
        "sum",
        &[
            "",
            "0",
            "1",
            "100",
            "+100",
            "150,5",
            "150,50",
            "1 234,56 руб.",
            "1 450,50",
            "72,5",
            "12 50",
            "100\t200",
            "1.234,56",
            "1,234",
            "-5",
            "сто",
            "100,00",
            "1 234,56",
            "5,00",
            "61,72",
            "72,52",
            "5 000,00",
            "200 000,00",
            "5000,01",
            "9999",
            "1450,50",
            "101,53",
        ],
    ),
    ("percent", &["", "1", "5", "5 %", "7", "7,5", "7,555", "500", "5001", "5x", "5x1"]),
    ("birthday", &["", "14.03.1991", "12.04.1987", "28.02.87", "28.02.1987", "вчера"]),
    ("receipt_date", &["", "28.02.87", "31.02.2026", "20.11.2026", "23.11.2026", "27.11.2026", "01.01.2099"]),
    ("date", &["", "1.2.26", "01.02.2026", "10.11.2026", "20.11.2026", "01.01.2012", "28.02.87", "28.11.2026"]),
];

/// Percents that the page's tests type, with the sums to apply them to.
const SHARES: [(&str, &[&str]); 6] = [
    ("5", &["1 450,50", "1 234,56 руб.", "1 234,56", "+100", "100", "100,00", "12 50", ""]),
    ("5 %", &["1 450,50"]),
    ("7", &["1 450,50", "1450,50", ""]),
    ("", &["1 450,50"]),
    ("500", &["1 450,50"]),
    ("5x", &["1 450,50"]),
];

/// The program with a sandbox as its server, and its answers so far.
struct Scene {
    app: App,
    sandbox: Sandbox,
    anna: GuestView,
    answers: Answers,
}

impl Scene {
    async fn open(machine: &Machine) -> (Self, Running) {
        let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
        let sandbox = Sandbox::seeded(Options { auth, guests: GUESTS.len(), ..Options::default() });
        let running = sandbox.serve((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        let today = sandbox.with_core(|core| core.today());
        let mut answers = Answers::new(today, machine.home.path(), &running.url());

        let app = machine.start().await;
        answers.keep("program", "wizard", &app.status().await);
        app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
        app.save_settings(form(settings())).await.unwrap();
        let anna = find(&app, ANNA.phone).await;
        (Self { app, sandbox, anna, answers }, running)
    }

    async fn program(&mut self) {
        let Self { app, answers, .. } = self;
        let checked = || async {
            let status = app.status().await;
            (status.journal.health == JournalHealth::Sound && status.contract.hold.is_none()).then_some(status)
        };
        let status = loop {
            match checked().await {
                Some(status) => break status,
                None => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        };
        answers.keep("program", "status", &status);
        answers.keep("program", "settings", &app.settings());
        answers.keep("program", "groups", &app.groups().await.unwrap());
        answers.keep("program", "network", &app.network());
        answers.keep("program", "connection", &app.check_connection().await.unwrap());
        // Three methods stand for thirteen, so that not every line of the binding is recorded.
        let mut report = app.contract_report().await.unwrap();
        let kept = [probonus::Method::Refill, probonus::Method::RegisterCheck, probonus::Method::Receipt];
        report.methods.retain(|report| kept.contains(&report.method));
        answers.keep("contract", "report", &report);
    }

    /// Records how the program parses each typed text, by its kind and the text: `sum 12 50`, `share 5 of +100`.
    fn typed(&mut self) {
        let Self { app, answers, .. } = self;
        for (kind, texts) in TYPED {
            for text in texts {
                let typed = form(json!({ "key": "", "kind": kind, "text": text }));
                answers.keep("typed", &format!("{kind} {text}"), &app.understand(&[typed])[0]);
            }
        }
        for (percent, sums) in SHARES {
            for of in sums {
                let typed = form(json!({ "key": "", "kind": "share", "text": percent, "of": of }));
                answers.keep("typed", &format!("share {percent} of {of}"), &app.understand(&[typed])[0]);
            }
        }
    }

    async fn guest(&mut self) {
        let Self { app, answers, anna, .. } = self;
        let query = form(json!({ "kind": "last", "count": 50 }));
        let history = app.transactions(&anna.account, &query, 0).await.unwrap();
        let receipt_of = |outside: bool| {
            let mut rows = history.rows.iter();
            let row = rows.find(|row| row.receipt.is_some() && row.external_check.is_some() == outside);
            row.and_then(|row| row.receipt.clone()).unwrap()
        };
        let (dishes, outside) = (receipt_of(false), receipt_of(true));
        answers.keep("guest", "found", &app.find_guest(ANNA.phone).await.unwrap());
        answers.keep("guest", "notFound", &app.find_guest(NEW_PHONE).await.unwrap());
        answers.keep("guest", "card", &app.guest_card(ANNA.phone, &anna.account).await.unwrap());
        answers.keep("guest", "history", &history);
        answers.keep("guest", "receipt", &app.receipt(&dishes).await.unwrap());
        answers.keep("guest", "outsideReceipt", &app.receipt(&outside).await.unwrap());
    }

    /// Records for each kind of operation its preview, its end and its story.
    async fn operations(&mut self) {
        let guid = probonus_sandbox::seed::demo::ANNAS_PURCHASE.to_string();
        self.settled("refill", self.refill("150,50", "")).await;
        let purchase = self.settled("check", self.check("Д-2001", json!({}))).await;
        self.settled("return", json!({ "kind": "return_check", "purchase": purchase.id })).await;
        let foreign = self.form(
            "return_foreign",
            json!({
                "checkGuid": guid, "restCode": "201", "outsideNumber": "Д-1042", "station": "999"
            }),
        );
        self.settled("foreign", foreign).await;
        self.settled("create", self.create(NEW_PHONE)).await;
        self.settled("edit", self.edit(json!({ "email": "anna@example.ru" }))).await;
    }

    /// Records an outcome that stays unknown, the server's evidence, and each decision.
    async fn unknown(&mut self) {
        self.sandbox.faults().next(Call::Refill, Fault::Reset { applied: false });
        let sent = self.app.submit(&self.app.new_operation_id(), &form(self.refill("77", "")), None).await.unwrap();
        self.keep_operation("unknown", &sent.id).await;
        self.answers.keep("operations", "reconciled", &self.app.reconcile(&sent.id).await.unwrap());
        let decision: DecisionForm =
            form(json!({ "verdict": "not_applied", "reason": "в админке нет", "proof": null }));
        self.app.decide(&sent.id, decision).await.unwrap();
        self.keep_operation("notApplied", &sent.id).await;
    }

    async fn refused(&mut self) {
        let rich = find(&self.app, RICH.phone).await;
        let mut refill = self.refill("100", "");
        (refill["phone"], refill["account"]) = (RICH.phone.into(), rich.account.clone().into());
        self.sandbox.faults().next(Call::Refill, Fault::Answer { code: 422, says: Says::Error, applied: false });
        let sent = self.app.submit(&self.app.new_operation_id(), &form(refill), None).await.unwrap();
        assert_eq!(sent.state, State::Rejected);
        self.keep_operation("rejected", &sent.id).await;
    }

    /// Records every refusal that a form of the page shows, by the form.
    async fn refusals(&mut self) {
        for (name, sum) in
            [("zero", "0"), ("negative", "-5"), ("precise", "1,234"), ("words", "сто"), ("limit", "5000,01")]
        {
            self.refusal(name, self.refill(sum, "")).await;
        }
        let without = |mut form: Value| {
            form["account"] = "".into();
            form
        };
        self.refusal("noGuest", without(self.refill("10", ""))).await;
        self.refusal("duplicate", self.refill("150,50", "")).await;
        let taken = self.check("Д-2002", json!({ "moneySpent": "990" }));
        self.settled("standing", taken.clone()).await;
        self.refusal("numberTaken", taken).await;
        self.refusal("aboveBalance", self.check("Д-2003", json!({ "bonusSpent": "9999" }))).await;
        self.refusal("future", self.check("Д-2003", json!({ "purchasedAt": "01.01.2099" }))).await;
        self.refusal("noRestaurant", self.check("Д-2003", json!({ "restCode": "" }))).await;
        self.refusal("emptyCheck", without(self.check("", json!({ "restCode": "", "moneySpent": "" })))).await;
        let foreign = |guid: &str, station: &str| {
            json!({
                "checkGuid": guid, "restCode": "201", "outsideNumber": "Д-1042", "station": station
            })
        };
        let guid = probonus_sandbox::seed::demo::ANNAS_PURCHASE.to_string();
        let mut empty = without(self.form("return_foreign", foreign("не GUID", "")));
        empty["restCode"] = "".into();
        self.refusal("foreignFields", empty).await;
        self.refusal("alreadyReturned", self.form("return_foreign", foreign(&guid, "999"))).await;
        self.refusal("phoneKnown", self.create(ANNA.phone)).await;
        let blocked = find(&self.app, BLOCKED.phone).await;
        let mut refill = self.refill("10", "");
        (refill["phone"], refill["account"]) = (BLOCKED.phone.into(), blocked.account.into());
        self.refusal("accountClosed", refill).await;
        let mut overtaken = self.edit(json!({ "name": "Марина", "surname": "Петрова" }));
        overtaken["before"]["email"] = "old@example.ru".into();
        overtaken["after"]["email"] = "old@example.ru".into();
        self.refusal("overtaken", overtaken).await;
    }

    /// Records refusals of commands that are not operations.
    async fn other_refusals(&mut self) {
        let Self { app, answers, anna, .. } = self;
        for (name, query) in
            [("searchEmpty", " "), ("searchShort", "12"), ("searchShorter", "8 912 345"), ("searchWords", "абв")]
        {
            answers.keep("refusals", name, &app.find_guest(query).await.unwrap_err());
        }
        let backwards = form(json!({ "kind": "period", "from": "20.11.2026", "to": "10.11.2026" }));
        answers.keep("refusals", "period", &app.transactions(&anna.account, &backwards, 0).await.unwrap_err());
        let mut wrong = settings();
        let nameless = |name: &str| json!({ "code": "", "name": name });
        wrong["restaurants"].as_array_mut().unwrap().extend([nameless("Кафе"), nameless("Бар")]);
        answers.keep("refusals", "restaurants", &app.save_settings(form(wrong)).await.unwrap_err());
        let nothing: ConnectForm = token("", "", "memory");
        answers.keep("refusals", "connectEmpty", &app.connect(nothing).await.unwrap_err());
        answers.keep("refusals", "connectWords", &app.connect(token("не адрес", "", "memory")).await.unwrap_err());
        let proxy =
            json!({ "kind": "own", "address": "proxy", "login": "olga", "password": null, "remember": "memory" });
        answers.keep("refusals", "proxy", &app.save_proxy(form(proxy)).await.unwrap_err());
        let not_one = app.add_authority(b"<html>404</html>".to_vec()).await.unwrap_err();
        answers.keep("refusals", "notACertificate", &not_one);
        let no_json = app
            .find_contract(&form(json!({ "kind": "file", "name": "notes.json", "text": "hello" })))
            .await
            .unwrap_err();
        answers.keep("refusals", "notADescription", &no_json);
        let line =
            app.overrule_line(Some(probonus::Method::Refill), "field.sum", Some("moon"), true).await.unwrap_err();
        answers.keep("refusals", "line", &line);
    }

    /// An operation waits when nobody listens at the server's port.
    async fn away(&mut self, running: Running) {
        running.stop().await;
        let sent = self.app.submit(&self.app.new_operation_id(), &form(self.refill("100", "")), None).await.unwrap();
        assert_eq!(sent.state, State::Prepared);
        self.keep_operation("waiting", &sent.id).await;
        self.app.cancel_operation(&sent.id).await.unwrap();
        self.keep_operation("cancelled", &sent.id).await;
        self.answers.keep("refusals", "away", &self.app.find_guest(ANNA.phone).await.unwrap_err());
    }

    async fn refusal(&mut self, name: &str, value: Value) {
        let error = self.app.preview(&form(value.clone())).await.err();
        let error = match error {
            Some(error) => error,
            None => submit(&self.app, value).await.unwrap_err(),
        };
        self.answers.keep("refusals", name, &error);
    }

    /// Previews and submits a form, waits for the verification of the balance, and records all three.
    async fn settled(&mut self, name: &str, value: Value) -> OperationView {
        let preview = self.app.preview(&form(value.clone())).await.unwrap();
        self.answers.keep("previews", name, &preview);
        let sent = submit(&self.app, value).await.unwrap();
        assert_eq!(sent.state, State::Confirmed, "{name}");
        self.keep_operation(name, &sent.id).await
    }

    async fn keep_operation(&mut self, name: &str, id: &str) -> OperationView {
        let story = self.verified(id).await;
        self.answers.keep("operations", name, &story);
        story.operation
    }

    /// The story, after the events that follow by themselves: the read after a confirmation, the first attempt of a waiting
    /// operation, or the first probe of an unknown one.
    async fn verified(&self, id: &str) -> StoryView {
        loop {
            let story = self.app.operation_story(id).await.unwrap();
            let follows = match (story.operation.state, story.operation.kind) {
                (State::Prepared, _) => Some("not_sent"),
                (State::Unknown, _) => Some("probed"),
                (State::Confirmed, Kind::EditGuest) => Some("record_read"),
                (State::Confirmed, _) => Some("balance_read"),
                _ => None,
            };
            let told = serde_json::to_string(&story.events).unwrap();
            // The operation and its events are read one after the other, so an event may come in between.
            let is_whole = story.events.last().is_some_and(|last| last.number == story.operation.version);
            if is_whole && follows.is_none_or(|event| told.contains(event)) {
                return story;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    fn form(&self, kind: &str, mut fields: Value) -> Value {
        (fields["kind"], fields["phone"], fields["account"]) =
            (kind.into(), ANNA.phone.into(), self.anna.account.clone().into());
        fields
    }

    fn refill(&self, sum: &str, note: &str) -> Value {
        self.form("refill", json!({ "sum": sum, "reason": "Компенсация", "note": note }))
    }

    fn check(&self, number: &str, other: Value) -> Value {
        let mut check = self.form("register_check", json!({
            "restCode": "101", "station": "999", "outsideNumber": number, "purchasedAt": "", "moneySpent": "1 450,50",
            "discount": "", "bonusSpent": "100", "bonusAccrued": "72,5", "contents": ""
        }));
        for (field, value) in other.as_object().unwrap() {
            check[field] = value.clone();
        }
        check
    }

    fn create(&self, phone: &str) -> Value {
        let profile = json!({
            "surname": "Орлова", "name": "Вера", "patronymic": "", "birthday": "14.03.1991", "sex": "female", "email": "",
            "identifiers": [], "discountLevel": "", "bonusType": "", "bonusLifetime": ""
        });
        json!({ "kind": "create_guest", "group": "3", "phone": phone, "profile": profile })
    }

    fn edit(&self, changes: Value) -> Value {
        let before = serde_json::to_value(&self.anna.profile).unwrap();
        let mut after = before.clone();
        for (field, value) in changes.as_object().unwrap() {
            after[field] = value.clone();
        }
        self.form("edit_guest", json!({ "before": before, "after": after }))
    }
}

fn settings() -> Value {
    json!({
        "operator": "Ольга Смирнова", "station": "999", "accrualPercent": "5", "defaultGroup": "3",
        "restaurants": [
            { "code": "101", "name": "Ресторан «Веранда» на Покровке" }, { "code": "201", "name": "Доставка «Веранда»" }
        ],
        "refillReasons": ["Компенсация", "День рождения", "Акция"],
        "limits": { "refill": 500_000, "check": 20_000_000 }, "rowsInHistory": 50
    })
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(windows, ignore = "recorded on Linux: an error in the system's own words differs")]
async fn the_answers_that_the_page_is_tested_with_are_the_programs_own() {
    let machine = Machine::new(keychains::in_memory());
    let (mut scene, running) = Scene::open(&machine).await;
    Box::pin(scene.program()).await;
    scene.typed();
    Box::pin(scene.guest()).await;
    Box::pin(scene.operations()).await;
    Box::pin(scene.refusals()).await;
    Box::pin(scene.other_refusals()).await;
    Box::pin(scene.refused()).await;
    Box::pin(scene.unknown()).await;
    Box::pin(scene.away(running)).await;
    scene.answers.keep("program", "backups", &{
        scene.app.backup_journal().await.unwrap();
        scene.app.backups().await.unwrap()
    });
    scene.app.stop().await;
    scene.answers.compare_or_record();
}
