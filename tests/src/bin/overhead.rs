//! What the binding costs: the time of writing a request and reading its answer by a binding, over that of hand-written
//! code for the one spelling, against the time of the whole call to a server on the loopback, in one run.
//!
//! Ends with an error if it is 5 % or more for any call.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![expect(clippy::float_arithmetic, reason = "ratios of times")]
#![expect(clippy::expect_used, reason = "a bench has nobody to report an error to")]

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use bytes::Bytes;
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

    /// Prints the figures; whether the goal is met.
    fn tell(mut self) -> bool {
        let [call, bound, hand] = [&mut self.calls, &mut self.bound, &mut self.hand].map(|times| {
            times.sort();
            times[times.len() / 2].as_secs_f64() * 1e6
        });
        let share = (bound - hand) / call * 100.0;
        let met = share < GOAL;
        let verdict = if met { "ok" } else { "MISSED" };
        println!(
            "{:14} call {call:7.1} µs, by the binding {bound:6.1} µs, by hand {hand:6.1} µs: overhead {share:.2} % (goal < {GOAL} %) {verdict}",
            self.name
        );
        met
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
    WireAnswer { status: response.status().as_u16(), content_type, body: response.bytes().await.expect("a body") }
}

fn json(value: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(value).expect("JSON"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let sandbox = Sandbox::seeded(Options::default());
    let running = sandbox.serve(([127, 0, 0, 1], 0).into()).await.expect("a server");
    let document = Dialect::table().document().expect("a description").to_string();
    let binding = probonus_swagger::learn(document.as_bytes()).expect("a binding").binding;
    let client = Client::builder(running.url())
        .auth(Auth::Token("sandbox-token".into()))
        .binding(binding.clone())
        .build()
        .expect("a client");

    let phone: Phone = format!("+{}", ANNA.phone).parse().expect("a phone");
    let account: AccountId = client.find_by_phone(&phone).await.expect("an answer")[0].id.clone();
    let number: i64 = account.as_str().parse().expect("a number");
    let today = sandbox.with_core(|core| core.today());
    let period = Period::new(today.saturating_sub(jiff::Span::new().days(60)), today).expect("a period");
    let refill =
        Refill { account: account.clone(), sum: Kopecks::new(100).expect("a sum"), comment: "Акция".to_owned() };
    let (from, to) = (period.from().to_string(), period.to().to_string());

    let url = running.url();
    let found = answer(&url, &binding, Call::FindByPhone(&phone)).await;
    let rows = answer(&url, &binding, Call::TransactionsOfPeriod(&account, period)).await;
    let written = answer(&url, &binding, Call::Refill(&refill)).await;

    let mut find = Kind::new(
        "find_by_phone",
        Box::new(|| {
            black_box(codec::encode(&binding, Call::FindByPhone(&phone)).expect("a request"));
            black_box(codec::decode_accounts(&binding, Method::FindByPhone, &found).expect("accounts"));
        }),
        Box::new(|| {
            black_box(json(&by_hand::FindByPhone { phone: phone.digits() }));
            let account = serde_json::from_slice::<by_hand::Account>(&found.body).expect("an account");
            // A number that nobody has checked is no phone of the model, whoever reads it.
            black_box(format!("+{}", account.phone).parse::<Phone>().expect("a phone"));
            black_box(account);
        }),
    );
    let mut list = Kind::new(
        "transactions",
        Box::new(|| {
            black_box(codec::encode(&binding, Call::TransactionsOfPeriod(&account, period)).expect("a request"));
            black_box(codec::decode_transactions(&binding, Method::TransactionsOfPeriod, &rows).expect("rows"));
        }),
        Box::new(|| {
            black_box(json(&by_hand::Transactions { account_id: number, from: &from, to: &to }));
            black_box(serde_json::from_slice::<Vec<by_hand::Transaction>>(&rows.body).expect("rows"));
        }),
    );
    let mut add = Kind::new(
        "refill",
        Box::new(|| {
            black_box(codec::encode(&binding, Call::Refill(&refill)).expect("a request"));
            black_box(codec::decode_write(&binding, Method::Refill, &written).expect("done"));
        }),
        Box::new(|| {
            black_box(json(&by_hand::Refill { account_id: number, sum: refill.sum.get(), comment: &refill.comment }));
            black_box(serde_json::from_slice::<by_hand::Written>(&written.body).expect("done"));
        }),
    );

    for _ in 0..CALLS {
        let start = Instant::now();
        client.find_by_phone(&phone).await.expect("an answer");
        find.calls.push(start.elapsed());
        find.code();
        let start = Instant::now();
        client.transactions(&account, period).await.expect("an answer");
        list.calls.push(start.elapsed());
        list.code();
        let start = Instant::now();
        client.refill(&refill).await.expect("an answer");
        add.calls.push(start.elapsed());
        add.code();
    }
    let met = [find, list, add].map(Kind::tell);
    if met.into_iter().all(|met| met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
