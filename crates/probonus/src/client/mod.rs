//! The client: speaks to one ProBonus server over the network, by its binding, within limits.
//!
//! # May the server have applied it?
//!
//! Every failure answers that ([`Delivery`]). The client never repeats a write; the one exception is a
//! session that has run out, which the server says before it does anything. In doubt the answer is *perhaps*: that costs
//! a look at the account, while a wrong *surely not* costs money.
//!
//! | what happened | kind | may it be applied? | because |
//! |---|---|---|---|
//! | name not resolved, no connection, connect limit passed | `NameNotResolved`, `CannotConnect` | no, not sent | not a byte had a way to go |
//! | certificate expired, of another host, not trusted; TLS not spoken | `Certificate…`, `CannotConnect` | no, not sent | the request follows the handshake |
//! | proxy absent, refuses the tunnel, 407 | `Proxy…` | no, not sent | it did not pass the request on |
//! | 407 inside TLS | `ProxyPassword` | **perhaps** | no proxy of ours can speak there |
//! | the limit passed before the request was written | `Timeout` | no, not sent | the body was never asked for |
//! | the limit passed after | `Timeout` | **perhaps** | the server may be slow, not idle |
//! | reset, end of stream, half an answer | `ConnectionLost` | **perhaps** | it may break after the work as before it |
//! | answer too large, not HTTP, wrongly packed | `AnswerTooLarge`, `NotProBonus` | **perhaps** | the answer came, whatever it was |
//! | 2xx that can't be read | `Unreadable` | **perhaps** | it may say yes in a way we don't know |
//! | 2xx with a page for people | `NotProBonus` | **perhaps** | a portal that swallowed it, or a filter behind it |
//! | 2xx that reports an error inside | `Refused` | no, refused | the server's own word; not if it hints at work done |
//! | 301, 302, 303, 307 not followed | `Redirect` | **perhaps** | may lead to the result of finished work |
//! | a status of the allow-list in `classify.rs` | `Refused`, `SignInAgain`… | no, refused | known to be said before the work |
//! | such a status with "already exists", "timeout" or our GUID | as above | **perhaps** | may be said of our own request |
//! | 407 without TLS | `ProxyPassword` | no, not sent | a proxy says it instead of passing the request on |
//! | any other status | `Refused`, `Timeout`, `ServerFault`, `NotProBonus` | **perhaps** | nobody knows at which point it was said |
//! | the session could not be renewed by the network's fault | as it was | no, not sent | the call itself was never sent, or met a 401 |
//!
//! Of a read it says the same, and a read may be repeated whatever it says.

mod address;
pub mod authority;
mod body;
mod build_error;
mod builder;
mod check;
mod classify;
mod distance;
mod formats;
mod network;
mod proxy;
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
pub use formats::DiscoveredFormats;
pub use proxy::{Proxy, ProxyAddress, ProxyAddressError, SystemProxy};
pub use session::Auth;
pub use transport::{BodyStream, Departure, OwnConnection, Transport, TransportError, TransportFault};
pub use wire::{Clock, Limits};

use crate::{
    AccountId, Delivery, Error, ErrorKind, Loyalty, Method, Period, Phone, ReceiptId,
    binding::{Binding, Verb},
    codec::{self, Call, SecretConstants, WireAnswer, WireRequest},
    model::{
        Account, AccountUpdate, BalanceDetail, ExternalCheck, Group, LatestTransactions, NewAccount, Receipt, Refill,
        ReturnCheck, Transaction, WriteAnswer,
    },
};
use session::{Held, Session};
use speech::Speech;
use wire::Wire;

/// A client of one server. Cheap to clone; clones share connections and session.
#[derive(Clone)]
pub struct Client {
    wire: Arc<Wire>,
    session: Arc<Session>,
    speech: Arc<Speech>,
}

impl Client {
    /// The same client, connections and session, speaking by another binding.
    #[must_use]
    pub fn with_binding(&self, binding: Binding) -> Self {
        let secrets = self.speech.secrets.clone();
        Self { speech: Arc::new(Speech { binding, secrets }), ..self.clone() }
    }

    /// The same client with these values of the binding's secret constants.
    #[must_use]
    pub fn with_secrets(&self, secrets: SecretConstants) -> Self {
        let binding = self.speech.binding.clone();
        Self { speech: Arc::new(Speech { binding, secrets }), ..self.clone() }
    }

    /// The same client and session over a network that is set up otherwise; see [`ClientBuilder::proxy`] and
    /// [`ClientBuilder::extra_roots`].
    ///
    /// # Errors
    /// [`BuildError`], for a proxy or a file of certificates that can't be used.
    pub fn over(&self, proxy: Proxy, extra_roots: Vec<Vec<u8>>) -> Result<Self, BuildError> {
        Ok(Self { wire: Arc::new(self.wire.over(proxy, extra_roots)?), ..self.clone() })
    }

    /// The binding it speaks by.
    #[must_use]
    pub fn binding(&self) -> &Binding {
        &self.speech.binding
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.wire.address
    }

    /// Whether everything travels unprotected (`http://`), which the user must be told for as long as it is so.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        self.wire.address.is_plaintext()
    }

    /// Reads a document below the server (`/swagger/v1/swagger.json`) or at an absolute address on this same server,
    /// within the same limits; the token goes along if there is one. Any 2xx, pages for people too. May be repeated.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchMethod`] for 404; otherwise as for any read. [`ErrorKind::InvalidRequest`] for an address on
    /// another server, to which the token must not go.
    pub async fn fetch_document(&self, path: &str) -> Result<WireAnswer, Error> {
        let invalid = || Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_detail("not on this server");
        let path_and_query =
            if path.contains("://") { self.wire.address.below(path).ok_or_else(invalid)? } else { path.to_owned() };
        let request = document(path_and_query);
        let held = self.session.at_hand().await;
        let pass = held.as_ref().map(|held| held.pass(&self.speech.binding));
        whole(&request, self.wire.bring(Method::Groups, &request, pass).await?)
    }

    /// Reads a document at any absolute address: on this server as [`Client::fetch_document`] does, elsewhere over the same
    /// network and within the same limits, but without the token. May be repeated.
    ///
    /// # Errors
    /// As [`Client::fetch_document`]; [`ErrorKind::InvalidRequest`] for what is no address.
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
            user_agent: self.wire.user_agent.clone(),
        };
        let request = document(path_and_query);
        whole(&request, wire.bring(Method::Groups, &request, None).await?)
    }

    /// One call, from the words of the domain and back. A session that has run out is renewed, and the call repeated, once.
    ///
    /// A write is repeated only if a read with the same secret is refused too: some servers do the work and then answer 401.
    /// A 401 inside a body, and a second 401, leave a write unknown.
    async fn call<T: Send>(
        &self,
        call: Call<'_>,
        decode: impl Fn(&Binding, Method, &WireAnswer) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let method = call.method();
        let request = self.speech.encode(call)?;
        let read = |answer: &WireAnswer| decode(&self.speech.binding, method, answer);
        let held = self.session.enter(&self.wire, &self.speech).await.map_err(|error| error.with_method(method))?;
        let first = self.exchange(method, &request, &held, read).await;
        let refusal = match first {
            Err(error) if error.kind() == ErrorKind::SignInAgain => error,
            other => return other,
        };
        if method.is_write() && (refusal.delivery() == Delivery::Unknown || !self.is_refused(&held, call).await) {
            return Err(classify::of_a_good_secret(refusal));
        }
        let renewed = self.session.renew(&held, refusal, &self.wire, &self.speech).await;
        let held = renewed.map_err(|error| error.with_method(method))?;
        let second = self.exchange(method, &request, &held, read).await;
        second.map_err(|error| match error.kind() {
            ErrorKind::SignInAgain if method.is_write() => classify::of_a_good_secret(error),
            _ => error,
        })
    }

    /// One exchange: of a write once, of a read until it is not turned away with 429.
    async fn exchange<T: Send>(
        &self,
        method: Method,
        request: &WireRequest,
        held: &Held,
        read: impl Fn(&WireAnswer) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let pass = Some(held.pass(&self.speech.binding));
        if method.is_write() {
            self.wire.exchange(method, request, pass, read).await
        } else {
            self.wire.exchange_patiently(method, request, pass, read).await
        }
    }

    /// Whether the server refuses the secret itself: a read with it, of the account that `write` is about where there is one,
    /// is answered by 401 as well. A read that can't be made or fails otherwise proves nothing.
    async fn is_refused(&self, held: &Held, write: Call<'_>) -> bool {
        let account = match write {
            Call::Refill(refill) => Some(&refill.account),
            Call::Update(update) => Some(&update.account),
            Call::RegisterCheck(check) => Some(&check.account),
            Call::ReturnCheck(check) => Some(&check.account),
            _ => None,
        };
        let of_account = account.map(Call::BalanceExtended);
        let possible = of_account.into_iter().chain([Call::Groups]).find_map(|read| {
            let request = self.speech.encode(read).ok()?;
            Some((read.method(), request))
        });
        let Some((method, request)) = possible else { return false };
        let check = |answer: &WireAnswer| codec::check(&self.speech.binding, method, answer);
        let answer = self.wire.exchange(method, &request, Some(held.pass(&self.speech.binding)), check).await;
        answer.is_err_and(|error| error.kind() == ErrorKind::SignInAgain)
    }
}

/// The request for a document.
fn document(path_and_query: String) -> WireRequest {
    WireRequest { verb: Verb::Get, path_and_query, headers: Vec::new(), body: bytes::Bytes::new(), content_type: None }
}

/// A document's answer, if it is one; pages for people too.
fn whole(request: &WireRequest, answer: WireAnswer) -> Result<WireAnswer, Error> {
    if answer.status < 300 {
        return Ok(answer);
    }
    let asked = Asked { method: Method::Groups, request, over_tls: true };
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
        let first = self.call(Call::TransactionsOfPeriod(account, period), codec::decode_page).await?;
        let mut pages = codec::PeriodPages::begin(&self.speech.binding, first);
        while let Some(page) = pages.next()? {
            pages.add(self.call(Call::TransactionsPage(account, period, page), codec::decode_page).await?)?;
        }
        pages.transactions()
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        let read =
            |binding: &Binding, _: Method, answer: &WireAnswer| codec::decode_last_transactions(binding, count, answer);
        self.call(Call::LastTransactions(account, count), read).await
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
