//! Translates between the model and the bytes of one server, by its [`Binding`](crate::binding::Binding).
//!
//! [`encode`] makes a request without host and authorisation. The `decode_*` functions read an answer tolerantly; an error names
//! the place in the JSON. Neither touches the network.

mod about;
mod absence;
mod acknowledged;
mod answer;
mod call;
mod coupon_words;
mod coupons;
mod damaged;
mod datum;
mod decode;
mod dishes;
#[cfg(feature = "http")]
mod document;
mod encode;
mod envelope;
mod json;
mod keys;
mod level;
mod message;
mod moments;
mod phrases;
mod place;
mod read;
mod record;
mod secrets;
mod standing;
mod sum_record;
mod sums;
mod update;
mod values;
mod wire;

pub use about::{envelope_must_be_about, must_be_about};
pub use answer::observed_envelope;
#[cfg(feature = "http")]
pub(crate) use answer::says_absent;
pub use call::Call;
#[cfg(feature = "http")]
pub(crate) use decode::tells_of_pages;
pub use decode::{
    DoubtedTransactions, Page, PeriodPages, decode_accounts, decode_balance, decode_groups, decode_last_history,
    decode_last_transactions, decode_latest, decode_page, decode_receipt, decode_tokens, decode_transactions,
    decode_write,
};
#[cfg(feature = "http")]
pub(crate) use document::ask_for_document;
pub use encode::{encode, encode_with};
#[cfg(feature = "http")]
pub(crate) use message::message_of;
#[cfg(feature = "http")]
pub(crate) use phrases::{says_it_may_be_done, says_not_found, says_session_ended};
pub use secrets::SecretConstants;
pub use wire::{Tokens, WireAnswer, WireRequest};
