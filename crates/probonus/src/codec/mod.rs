//! Between the words of the domain and the bytes of one server, by its [`Binding`](crate::binding::Binding).
//!
//! [`encode`] makes a request without host and authorisation; the `decode_*` functions read an answer tolerantly, or say
//! where in it they were lost. Neither touches the network.

mod acknowledged;
mod answer;
mod decode;
mod encode;
mod envelope;
mod json;
mod keys;
mod message;
mod moments;
mod phrases;
mod place;
mod read;
mod record;
mod sums;
mod update;
mod values;

use std::fmt;

use bytes::Bytes;
use secrecy::SecretString;

pub(crate) use answer::says_absent;
pub use answer::{check, observed_envelope};
pub use decode::{
    decode_accounts, decode_balance, decode_groups, decode_last_rows, decode_receipt, decode_tokens,
    decode_transactions, decode_write,
};
pub use encode::encode;
pub(crate) use message::message_of;
pub(crate) use phrases::says_it_may_be_done;

use crate::{
    AccountId, Method, Period, Phone, ReceiptId, ServerTime,
    binding::Verb,
    model::{AccountUpdate, ExternalCheck, NewAccount, Refill, ReturnCheck},
};

/// One call of one capability.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// `auth/login`
    Login {
        /// The login.
        login: &'a str,
        /// The password.
        password: &'a SecretString,
    },
    /// `auth/refresh_token`
    RefreshToken(&'a SecretString),
    /// `account_groups/list`
    Groups,
    /// `accounts/find_by_phone`
    FindByPhone(&'a Phone),
    /// `accounts/insert_by_template`
    InsertByTemplate(&'a NewAccount),
    /// `accounts/update`
    Update(&'a AccountUpdate),
    /// `accounts/refill`
    Refill(&'a Refill),
    /// `accounts/transactions` of a period.
    TransactionsOfPeriod(&'a AccountId, Period),
    /// The last N `accounts/transactions`.
    LastTransactions(&'a AccountId, u32),
    /// `accounts/get_balance_extended`
    BalanceExtended(&'a AccountId),
    /// `checks/get_by_id`
    Receipt(&'a ReceiptId),
    /// `external/register_check`
    RegisterCheck(&'a ExternalCheck),
    /// `external/return_check`
    ReturnCheck(&'a ReturnCheck),
}

impl Call<'_> {
    /// Which capability it is.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Login { .. } => Method::Login,
            Self::RefreshToken(_) => Method::RefreshToken,
            Self::Groups => Method::Groups,
            Self::FindByPhone(_) => Method::FindByPhone,
            Self::InsertByTemplate(_) => Method::InsertByTemplate,
            Self::Update(_) => Method::Update,
            Self::Refill(_) => Method::Refill,
            Self::TransactionsOfPeriod(..) => Method::TransactionsOfPeriod,
            Self::LastTransactions(..) => Method::LastTransactions,
            Self::BalanceExtended(_) => Method::BalanceExtended,
            Self::Receipt(_) => Method::Receipt,
            Self::RegisterCheck(_) => Method::RegisterCheck,
            Self::ReturnCheck(_) => Method::ReturnCheck,
        }
    }
}

/// A request as it goes to the server, but for its host and authorisation, which the client adds.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// The verb.
    pub verb: Verb,
    /// From `/`, percent-encoded: `/api/v0/accounts/find_by_phone?phone=79123456789`.
    pub path_and_query: String,
    /// Headers besides authorisation and content type.
    pub headers: Vec<(String, String)>,
    /// The body; empty if the request has none.
    pub body: Bytes,
    /// The content type of the body, if it has one.
    pub content_type: Option<String>,
}

/// Without what may be a secret or a phone: neither query nor body nor header values.
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        write!(f, "{} {path} ({} bytes)", self.verb.as_str(), self.body.len())
    }
}

/// An answer as it came, unpacked and brought to UTF-8.
#[derive(Clone, PartialEq, Eq)]
pub struct WireAnswer {
    /// HTTP status.
    pub status: u16,
    /// The header `Content-Type`, if there was one.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// Without the body, which may hold a token or a phone.
impl fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {} {} ({} bytes)", self.status, self.content_type.as_deref().unwrap_or("-"), self.body.len())
    }
}

/// What `auth/login` and `auth/refresh_token` give.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The bearer token.
    pub access: SecretString,
    /// What renews it, if the server gives one.
    pub refresh: Option<SecretString>,
    /// Seconds it lives, if the server tells.
    pub expires_in: Option<u64>,
    /// When it ends by the server's clock, if the server tells.
    pub expires_at: Option<ServerTime>,
}
