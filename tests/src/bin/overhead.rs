//! What the binding costs: the time of writing a request and reading its answer by a binding, over that of hand-written
//! code for the one spelling, against the time of the whole call to a server on the loopback, in one run.
//!
//! `cargo xtask bench` puts the rows into its table and says which goals are missed.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![expect(clippy::float_arithmetic, reason = "ratios of times")]
#![expect(clippy::expect_used, reason = "a bench has nobody to report an error to")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use bytes::Bytes;
use house_tests::bench::{MARK, Row};
use probonus::{
    AccountId, Client, Kopecks, Loyalty as _, Method, Period, Phone, Refill,
    binding::Binding,
    client::Auth,
    codec::{self, Call, WireAnswer},
};
use probonus_sandbox::{Dialect, Options, Sandbox, seed::demo::ANNA};
use serde::{Deserialize, Serialize};

/// Calls of each kind that are measured, and codings for each of them.
const CALLS: usize = 1_000;
const CODINGS: u32 = 20;
/// The goal: hundredths of a call.
const GOAL: f64 = 5.0;

/// The one spelling of the table, as code that knows nothing else has it.
#[expect(dead_code, reason = "what is read is only measured")]
mod by_hand {
    use super::*;

    #[derive(Serialize)]
    pub struct FindByPhone<'a> {
        pub phone: &'a str,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Account {
        pub id: i64,
        pub phone: String,
        pub surname: Option<String>,
        pub name: Option<String>,
        pub patronymic: Option<String>,
        pub birthday: Option<jiff::civil::Date>,
        pub email: Option<String>,
        pub balance: i64,
        pub turnover: i64,
        #[serde(default)]
        pub identifiers: Vec<String>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Transactions<'a> {
        pub account_id: i64,
        pub from: &'a str,
        pub to: &'a str,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Transaction {
        pub id: i64,
        pub date: jiff::civil::DateTime,
        pub r#type: String,
        pub sum: i64,
        pub balance_after: Option<i64>,
        pub comment: Option<String>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Refill<'a> {
        pub account_id: i64,
        pub sum: i64,
        pub comment: &'a str,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Written {
        pub balance: Option<i64>,
        pub transaction_id: Option<i64>,
    }
}

/// One kind of call: by the client, by the codec alone, by hand alone.
struct Kind<'a> {
    name: &'static str,
    calls: Vec<Duration>,
    bound: Vec<Duration>,
    hand: Vec<Duration>,
    by_binding: Box<dyn Fn() + 'a>,
    by_hand: Box<dyn Fn() + 'a>,
}

impl<'a> Kind<'a> {
    fn new(name: &'static str, by_binding: Box<dyn Fn() + 'a>, by_hand: Box<dyn Fn() + 'a>) -> Self {
        Self { name, calls: Vec::new(), bound: Vec::new(), hand: Vec::new(), by_binding, by_hand }
    }

    fn code(&mut self) {
        self.bound.push(of_one(&self.by_binding));
        self.hand.push(of_one(&self.by_hand));
    }

    /// Prints the figures, and the row for the table.
    fn tell(mut self) {
        let [call, bound, hand] = [&mut self.calls, &mut self.bound, &mut self.hand].map(|times| {
            times.sort();
            times[times.len() / 2].as_secs_f64() * 1e6
        });
        let share = (bound - hand) / call * 100.0;
        let against = format!("call {call:.1} µs, by the binding {bound:.1} µs, by hand {hand:.1} µs");
        println!("{:14} {against}: overhead {share:.2} %", self.name);
        let row = Row::told(format!("binding, {}, share of a call", self.name), share, "%").goal(GOAL).against(against);
        println!("{MARK}{}", serde_json::to_string(&row).expect("JSON"));
    }
}

fn of_one(work: &dyn Fn()) -> Duration {
    let start = Instant::now();
    (0..CODINGS).for_each(|_| work());
    start.elapsed() / CODINGS
}

/// What the server answers to a call, as it is on the wire.
async fn answer(url: &str, binding: &Binding, call: Call<'_>) -> WireAnswer {
    let request = codec::encode(binding, call).expect("a request");
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let sent = http
        .post(format!("{url}{}", request.path_and_query))
        .bearer_auth("sandbox-token")
        .header("content-type", request.content_type.expect("JSON"))
        .body(request.body);
    let response = sent.send().await.expect("an answer");
    let content_type = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    WireAnswer {
        status: response.status().as_u16(),
        content_type,
        pages: Vec::new(),
        body: response.bytes().await.expect("a body"),
    }
}

fn json(value: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(value).expect("JSON"))
}

/// What all kinds of calls need: the server's binding, the arguments, and one answer of each kind.
struct Bench {
    binding: Binding,
    client: Client,
    phone: Phone,
    account: AccountId,
    period: Period,
    refill: Refill,
    found: WireAnswer,
    entries: WireAnswer,
    written: WireAnswer,
}

impl Bench {
    async fn new(sandbox: &Sandbox, url: &str) -> Self {
        let document = Dialect::table().document().expect("a description").to_string();
        let binding = probonus_swagger::learn(document.as_bytes()).expect("a binding").binding;
        let auth = Auth::Token("sandbox-token".into());
        let client = Client::builder(url).auth(auth).binding(binding.clone()).build().expect("a client");
        let phone: Phone = format!("+{}", ANNA.phone).parse().expect("a phone");
        let account = client.find_by_phone(&phone).await.expect("an answer")[0].id.clone();
        let today = sandbox.with_core(|core| core.today());
        let period = Period::new(today.saturating_sub(jiff::Span::new().days(60)), today).expect("a period");
        let refill =
            Refill {
                account: account.clone(), sum: Kopecks::new(100).expect("a sum"), comment: "Акция".to_owned()
            };
        let found = answer(url, &binding, Call::FindByPhone(&phone)).await;
        let entries = answer(url, &binding, Call::TransactionsOfPeriod(&account, period)).await;
        let written = answer(url, &binding, Call::Refill(&refill)).await;
        Self { binding, client, phone, account, period, refill, found, entries, written }
    }

    fn find_by_phone(&self) -> Kind<'_> {
        Kind::new(
            "find_by_phone",
            Box::new(|| {
                black_box(codec::encode(&self.binding, Call::FindByPhone(&self.phone)).expect("a request"));
                black_box(codec::decode_accounts(&self.binding, Method::FindByPhone, &self.found).expect("accounts"));
            }),
            Box::new(|| {
                black_box(json(&by_hand::FindByPhone { phone: self.phone.digits() }));
                let account = serde_json::from_slice::<by_hand::Account>(&self.found.body).expect("an account");
                // The model's phone is checked; code by hand that gives one must check it as well.
                black_box(format!("+{}", account.phone).parse::<Phone>().expect("a phone"));
                black_box(account);
            }),
        )
    }

    fn transactions(&self) -> Kind<'_> {
        let account_id = self.number();
        let (from, to) = (self.period.from().to_string(), self.period.to().to_string());
        Kind::new(
            "transactions",
            Box::new(|| {
                let call = Call::TransactionsOfPeriod(&self.account, self.period);
                black_box(codec::encode(&self.binding, call).expect("a request"));
                let method = Method::TransactionsOfPeriod;
                black_box(codec::decode_transactions(&self.binding, method, &self.entries).expect("entries"));
            }),
            Box::new(move || {
                black_box(json(&by_hand::Transactions { account_id, from: &from, to: &to }));
                black_box(serde_json::from_slice::<Vec<by_hand::Transaction>>(&self.entries.body).expect("entries"));
            }),
        )
    }

    fn refill(&self) -> Kind<'_> {
        let account_id = self.number();
        Kind::new(
            "refill",
            Box::new(|| {
                black_box(codec::encode(&self.binding, Call::Refill(&self.refill)).expect("a request"));
                black_box(codec::decode_write(&self.binding, Method::Refill, &self.written).expect("done"));
            }),
            Box::new(move || {
                let Refill { sum, comment, .. } = &self.refill;
                black_box(json(&by_hand::Refill { account_id, sum: sum.get(), comment }));
                black_box(serde_json::from_slice::<by_hand::Written>(&self.written.body).expect("done"));
            }),
        )
    }

    fn number(&self) -> i64 {
        self.account.as_str().parse().expect("a number")
    }
}

/// Measures one call over the network, and codings without it.
async fn measure<T, E: std::fmt::Debug>(kind: &mut Kind<'_>, call: impl Future<Output = Result<T, E>>) {
    let start = Instant::now();
    call.await.expect("an answer");
    kind.calls.push(start.elapsed());
    kind.code();
}

#[tokio::main]
async fn main() {
    let sandbox = Sandbox::seeded(Options::default());
    let running = sandbox.serve(([127, 0, 0, 1], 0).into()).await.expect("a server");
    let bench = Bench::new(&sandbox, &running.url()).await;
    let (mut find, mut list, mut add) = (bench.find_by_phone(), bench.transactions(), bench.refill());
    for _ in 0..CALLS {
        measure(&mut find, bench.client.find_by_phone(&bench.phone)).await;
        measure(&mut list, bench.client.transactions(&bench.account, bench.period)).await;
        measure(&mut add, bench.client.refill(&bench.refill)).await;
    }
    for kind in [find, list, add] {
        kind.tell();
    }
}
