//! The client: speaks to one ProBonus server over the network, by its binding, within limits.
//!
//! # May the server have applied it?
//!
//! Every failure answers that ([`Delivery`]). The client sends a write once, whatever is answered. A 401 to a write is no refusal: some
//! servers do the work and then answer 401, and a gateway may answer it while the server behind it is at work.
//! In doubt the answer is *perhaps*: that costs a look at the account, while a wrong *surely not* costs money.
//!
//! | what happened | kind | may it be applied? | because |
//! |---|---|---|---|
//! | name not resolved | `NameNotResolved` | no, not sent | there is no connection |
//! | no connection, connect limit passed | `CannotConnect`, `Unreachable` | no, not sent | there is no connection |
//! | TLS not spoken, or too old | `NoTls`, `TlsTooOld` | no, not sent | the request follows the handshake |
//! | certificate expired, of another host, not trusted | `Certificate…` | no, not sent | the request follows the handshake |
//! | proxy absent, refuses the tunnel, answers it 407 | `Proxy…` | no, not sent | it did not pass the request on |
//! | 407 inside TLS, or without a proxy | `ProxyPassword`, `ProxyScheme` | **perhaps** | no proxy of ours can have said it |
//! | the limit passed before the request was written | `Timeout` | no, not sent | the body was never asked for |
//! | the limit passed after that | `Timeout`, `SlowAnswer` | **perhaps** | the server may still be at work |
//! | reset, end of stream, half an answer | `ConnectionLost` | **perhaps** | it may break after the work as before it |
//! | answer too large | `AnswerTooLarge`, `PackedTooLarge` | **perhaps** | an answer came, whatever it was |
//! | answer not HTTP, wrongly packed | `NotHttp`, `NotProBonus` | **perhaps** | an answer came, whatever it was |
//! | 2xx that can't be read | `Unreadable` | **perhaps** | it may say yes in a way we don't know |
//! | 2xx that names another account | `OtherAccount` | **perhaps** | it is the answer to another request |
//! | 2xx with a page for people | `WebPage` | **perhaps** | a portal may have kept the request, a filter may have replaced the answer |
//! | 2xx that reports an error inside | `Refused` | no, refused | the server itself says so; *perhaps* if it hints at work done |
//! | 401 with a page that has a script, without `WWW-Authenticate` | `WebPage` | **perhaps** | a filter's challenge, not a refusal |
//! | 301, 302, 303, 307 not followed | `Redirect…` | **perhaps** | may lead to the result of finished work |
//! | a status of the allow-list in `classify.rs` | `Refused`, `SignInAgain`… | no, refused | servers answer so before the work |
//! | such a status with "already exists", "timeout" or our GUID | as above | **perhaps** | may be said of our own request |
//! | 407 through a proxy, without TLS | `ProxyPassword`, `ProxyScheme` | no, not sent | a proxy says it instead of passing the request on |
//! | an earlier 429 asked for a pause that is not over | `ServerFault` | no, not sent | the client waits a few seconds at most |
//! | any other status | `ServerFault`, `Timeout`, `Refused`, `WebPage`… | **perhaps** | nobody knows at which point it was said |
//! | the network fails while the session is renewed | as it was | no, not sent | the call was not sent, or its secret was refused |
//!
//! A failed read gets the same answer. A read may be repeated whatever the answer is.

mod address;
pub mod authority;
mod body;
mod build_error;
mod builder;
mod check;
mod classify;
mod cookies;
mod distance;
mod files;
mod formats;
mod masks;
mod network;
mod proxy;
mod redirect;
mod said;
mod session;
mod speech;
mod transport;
mod wire;

use std::{
    fmt,
    sync::{Arc, PoisonError},
};

use async_trait::async_trait;
use jiff::SignedDuration;

pub use address::{AddressError, ServerAddress};
pub use build_error::BuildError;
pub use builder::ClientBuilder;
pub use check::{ANYBODY, CheckReport, CheckStep, StepOutcome, StepResult};
pub use classify::{Asked, read as read_answer};
pub use files::{FileClient, FileLimits};
pub use formats::DiscoveredFormats;
pub use proxy::{Proxy, ProxyAddress, ProxyAddressError, SystemProxy};
pub use session::Auth;
pub use transport::{BodyStream, Departure, OwnConnection, Transport, TransportError, TransportFault};
pub use wire::{Clock, Limits};

use crate::{
    AccountId, Delivery, Error, ErrorKind, Loyalty, Method, Period, Phone, ReceiptId,
    binding::{Binding, SecretConstant},
    codec::{self, Call, SecretConstants, WireAnswer, WireRequest},
    model::{
        Account, AccountUpdate, BalanceDetail, ExternalCheck, Group, History, LatestTransactions, NewAccount, Receipt,
        Refill, ReturnCheck, Span, Transaction, WriteAnswer,
    },
};
use redirect::Purpose;
use session::{Held, Session};
use speech::Speech;
use wire::{Outgoing, Pass, Wire};

/// A client of one server. Cheap to clone; clones share connections, session and the server's cookies.
#[derive(Clone)]
pub struct Client {
    wire: Arc<Wire>,
    session: Arc<Session>,
    speech: Arc<Speech>,
}

impl Client {
    /// A client with another binding. It shares this client's connections and session.
    #[must_use]
    pub fn with_binding(&self, binding: Binding) -> Self {
        let secrets = self.speech.secrets.clone();
        Self { speech: Arc::new(Speech { binding, secrets }), ..self.clone() }
    }

    /// A client with these values for the binding's secret constants. It shares this client's connections and session.
    #[must_use]
    pub fn with_secrets(&self, secrets: SecretConstants) -> Self {
        let binding = self.speech.binding.clone();
        Self { speech: Arc::new(Speech { binding, secrets }), ..self.clone() }
    }

    /// A client that has not signed in yet, not even in vain. It shares this client's connections.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        Self { session: Arc::new(Session::new(self.session.auth())), ..self.clone() }
    }

    /// The names of the secret constants whose values this client has.
    pub fn keys(&self) -> impl Iterator<Item = &SecretConstant> {
        self.speech.secrets.names()
    }

    /// A client with another proxy and other extra certificates; see [`ClientBuilder::proxy`] and
    /// [`ClientBuilder::extra_roots`]. It shares this client's session and cookies, and opens connections of its own.
    ///
    /// # Errors
    /// [`BuildError`] if the proxy or a file of certificates can't be used.
    pub fn over(&self, proxy: Proxy, extra_roots: Vec<Vec<u8>>) -> Result<Self, BuildError> {
        Ok(Self { wire: Arc::new(self.wire.over(proxy, extra_roots)?), ..self.clone() })
    }

    /// The binding that the client uses.
    #[must_use]
    pub fn binding(&self) -> &Binding {
        &self.speech.binding
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.wire.address
    }

    /// Whether the connection is unprotected (`http://`). The screen must warn the user as long as it is.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        self.wire.address.is_plaintext()
    }

    /// Reads a document of this server: at a path (`/swagger/v1/swagger.json`) or at an absolute address on this server.
    ///
    /// The limits of a call apply. The token goes along if there is one, and so does each [key](Client::with_secrets) that stands in
    /// a header or in the query: a server may want it for its description too. Every 2xx is an answer, also a page for people.
    /// May be repeated.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchMethod`] for 404; otherwise as for any read. [`ErrorKind::InvalidRequest`] for an address on
    /// another server, to which the token must not go.
    pub async fn fetch_document(&self, path: &str) -> Result<WireAnswer, Error> {
        self.document_here(path).await.map_err(|error| self.masked(error))
    }

    async fn document_here(&self, path: &str) -> Result<WireAnswer, Error> {
        let invalid = || Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_detail("not on this server");
        let path_and_query =
            if path.contains("://") { self.wire.address.below(path).ok_or_else(invalid)? } else { path.to_owned() };
        let request = codec::ask_for_document(path_and_query, &self.speech.secrets);
        let held = self.session.at_hand().await;
        let pass = held.as_ref().map(|held| held.pass(&self.speech.binding));
        whole(&request, self.wire.bring(self.for_document(&request, pass)).await?)
    }

    /// Reads a document at any absolute address. On this server it does what [`Client::fetch_document`] does. To another
    /// server it sends no token and no key; network and limits are the same. May be repeated.
    ///
    /// # Errors
    /// As [`Client::fetch_document`]; [`ErrorKind::InvalidRequest`] for a text that is not an address.
    pub async fn fetch_document_anywhere(&self, address: &str) -> Result<WireAnswer, Error> {
        let address = address.trim();
        if !address.contains("://") || self.wire.address.below(address).is_some() {
            return self.fetch_document(address).await;
        }
        let invalid = || Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_detail("not an address");
        let (server, path_and_query) = ServerAddress::split(address).ok_or_else(invalid)?;
        let wire = Wire {
            address: server,
            transport: Arc::clone(&self.wire.transport),
            limits: self.wire.limits,
            clock: Arc::clone(&self.wire.clock),
            offset: std::sync::Mutex::default(),
            cached: Arc::clone(&self.wire.cached),
            distance: Arc::default(),
            sign_in_distance: Arc::default(),
            cookies: Arc::default(),
            user_agent: self.wire.user_agent.clone(),
        };
        let request = codec::ask_for_document(path_and_query, &SecretConstants::default());
        let answer = wire.bring(self.for_document(&request, None)).await;
        answer.and_then(|answer| whole(&request, answer)).map_err(|error| self.masked(error))
    }

    /// An error as it leaves the client: a server may repeat what it was sent, so the client's secrets are masked in each text.
    fn masked(&self, error: Error) -> Error {
        self.session.masked(error, self.speech.secrets.iter().map(|(_, key)| key))
    }

    fn for_document<'a>(&'a self, request: &'a WireRequest, pass: Option<Pass<'a>>) -> Outgoing<'a> {
        let binding = &self.speech.binding;
        Outgoing { method: Method::Groups, request, pass, purpose: Purpose::Document, binding }
    }

    /// Makes one call: encodes it, sends it and decodes the answer. After a 401 it renews the session and repeats a read once.
    ///
    /// A write is never repeated. Its 401 says nothing of the work: a server may do it first, and a gateway may answer while the server
    /// behind it is still at work. The next read renews the session.
    async fn call<T: Send>(
        &self,
        call: Call<'_>,
        decode: impl Fn(&Binding, Method, &WireAnswer) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        self.call_with(call, decode, codec::must_be_about).await
    }

    /// As [`Self::call`]; `check`: whether the answer is about what was asked for.
    async fn call_with<T: Send>(
        &self,
        call: Call<'_>,
        decode: impl Fn(&Binding, Method, &WireAnswer) -> Result<T, Error> + Send + Sync,
        check: Check,
    ) -> Result<T, Error> {
        self.called(call, decode, check).await.map_err(|error| self.masked(error))
    }

    async fn called<T: Send>(
        &self,
        call: Call<'_>,
        decode: impl Fn(&Binding, Method, &WireAnswer) -> Result<T, Error> + Send + Sync,
        check: Check,
    ) -> Result<T, Error> {
        let method = call.method();
        let request = self.speech.encode(call)?;
        let read = |answer: &WireAnswer| {
            let told = decode(&self.speech.binding, method, answer)?;
            check(&self.speech.binding, &call, answer)?;
            Ok(told)
        };
        let held = self.session.enter(&self.wire, &self.speech).await.map_err(|error| error.with_method(method))?;
        let refusal = match self.exchange(method, &request, &held, read).await {
            Err(error) if error.kind() == ErrorKind::SignInAgain && !method.is_write() => error,
            other => return other,
        };
        let renewed = self.session.renew(&held, refusal, &self.wire, &self.speech).await;
        let held = renewed.map_err(|error| error.with_method(method))?;
        self.exchange(method, &request, &held, read).await
    }

    /// The pages of a period, to the end or to the first failure of the list itself, which stands beside them. If the list changed
    /// while it was read, it is read once more.
    async fn pages(
        &self,
        account: &AccountId,
        period: Period,
        check: Check,
    ) -> Result<(codec::PeriodPages<'_>, Option<Error>), Error> {
        let (pages, failure) = self.pages_once(account, period, check).await?;
        if pages.changed() { self.pages_once(account, period, check).await } else { Ok((pages, failure)) }
    }

    async fn pages_once(
        &self,
        account: &AccountId,
        period: Period,
        check: Check,
    ) -> Result<(codec::PeriodPages<'_>, Option<Error>), Error> {
        let first = self.call_with(Call::TransactionsOfPeriod(account, period), codec::decode_page, check).await?;
        let mut pages = codec::PeriodPages::begin(&self.speech.binding, first);
        loop {
            let page = match pages.next() {
                Ok(Some(page)) => page,
                Ok(None) => return Ok((pages, None)),
                Err(part) => return Ok((pages, Some(part))),
            };
            let further = Call::TransactionsPage(account, period, page);
            match self.call_with(further, codec::decode_page, check).await {
                Ok(page) => {
                    if let Err(part) = pages.add(page) {
                        return Ok((pages, Some(part)));
                    }
                }
                Err(error) if pages.only_seeks() && is_no_such_page(&error) => pages.end(),
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a write once. Sends a read again while the server answers 429, up to `MOST_TURNED_AWAY` more times.
    async fn exchange<T: Send>(
        &self,
        method: Method,
        request: &WireRequest,
        held: &Held,
        read: impl Fn(&WireAnswer) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let binding = &self.speech.binding;
        let outgoing = Outgoing { method, request, pass: Some(held.pass(binding)), purpose: Purpose::Call, binding };
        if method.is_write() {
            self.wire.exchange(outgoing, read).await
        } else {
            self.wire.exchange_patiently(outgoing, read).await
        }
    }
}

/// Whether an answer is about what was asked for.
type Check = fn(&Binding, &Call<'_>, &WireAnswer) -> Result<(), Error>;

/// Whether a server refuses a page because it has none with this number.
fn is_no_such_page(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NoSuchMethod | ErrorKind::Refused)
}

/// The answer if its status is below 300, also a page for people; otherwise the error that the status stands for.
fn whole(request: &WireRequest, answer: WireAnswer) -> Result<WireAnswer, Error> {
    if answer.status < 300 {
        return Ok(answer);
    }
    let asked = Asked { method: Method::Groups, request, by_proxy: false };
    classify::read(&asked, &answer, |_| Ok(())).map(|()| answer.clone())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.wire.address)
    }
}

#[async_trait]
impl Loyalty for Client {
    async fn groups(&self) -> Result<Vec<Group>, Error> {
        self.call(Call::Groups, codec::decode_groups).await
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        self.call(Call::FindByPhone(phone), codec::decode_accounts).await
    }

    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error> {
        let (pages, part) = self.pages(account, period, codec::must_be_about).await?;
        part.map_or_else(|| pages.transactions(), Err)
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        let read = |binding: &Binding, _: Method, answer: &WireAnswer| codec::decode_latest(binding, count, answer);
        let latest = self.call(Call::LastTransactions(account, count), read).await?;
        let Some(doubt) = latest.doubt.clone() else { return Ok(latest.transactions) };
        // Asked for fewer, the server shows which ones it gives.
        let fewer = u32::try_from(latest.transactions.transactions.len() / 2).unwrap_or(1);
        let last = self.call(Call::LastTransactions(account, fewer), codec::decode_transactions).await?;
        if latest.is_confirmed_by(&last, fewer) { Ok(latest.transactions) } else { Err(doubt) }
    }

    async fn history(&self, account: &AccountId, span: Span) -> Result<History, Error> {
        let check = codec::envelope_must_be_about;
        match span {
            Span::Period(period) => {
                let (pages, part) = self.pages(account, period, check).await?;
                pages.history(account, part.is_some())
            }
            Span::Last(count) => {
                let read = |binding: &Binding, _: Method, answer: &WireAnswer| {
                    codec::decode_last_history(binding, account, count, answer)
                };
                self.call_with(Call::LastTransactions(account, count), read, check).await
            }
        }
    }

    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error> {
        let read =
            |binding: &Binding, _: Method, answer: &WireAnswer| codec::decode_balance(binding, self.wire.now(), answer);
        self.call(Call::BalanceExtended(account), read).await
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error> {
        self.call(Call::Receipt(id), |binding, _, answer| codec::decode_receipt(binding, id, answer)).await
    }

    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error> {
        self.call(Call::InsertByTemplate(account), codec::decode_write).await
    }

    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        self.call(Call::Update(update), codec::decode_write).await
    }

    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        self.call(Call::Refill(refill), codec::decode_write).await
    }

    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        self.call(Call::RegisterCheck(check), codec::decode_write).await
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.call(Call::ReturnCheck(check), codec::decode_write).await
    }

    fn clock_offset(&self) -> Option<SignedDuration> {
        *self.wire.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached_answers(&self) -> u64 {
        self.wire.cached.load(std::sync::atomic::Ordering::SeqCst)
    }

    fn unsupported(&self, method: Method) -> Option<String> {
        self.speech.binding.unsupported(method)
    }
}
