//! The protocol of ProBonus, the loyalty system of Carbis for restaurants with the r_keeper POS.
//!
//! Three layers, each usable without the next:
//! - [`words`]: the checked values of the protocol ([`Kopecks`], [`Phone`], [`CheckGuid`]…);
//! - [`model`] and the [`Loyalty`] port: the requests to a ProBonus server and its answers;
//! - with the feature `http` (default), the client: it implements the port over the network.
//!
//! ProBonus does not recognise a repeated request, so every [`Error`] answers one question first:
//! *may the server have applied it?* ([`Delivery`]).

#[cfg(feature = "http")]
pub mod client;
pub mod codec;
pub mod error;
pub mod loyalty;
pub mod model;
pub mod words;

#[cfg(feature = "http")]
pub use client::{Auth, Client, ClientBuilder};
pub use error::{Delivery, Error, ErrorKind};
pub use loyalty::Loyalty;
pub use model::*;
pub use probonus_contract::{Method, binding, contract};
pub use words::{AccountId, CheckGuid, GroupId, Kopecks, Period, Phone, ReceiptId, RestCode, ServerTime, StationCode};
