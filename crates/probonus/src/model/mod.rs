//! The requests to a ProBonus server and its answers, as types of the domain.
//!
//! Requests are exact. Answers are tolerant: a field that the server leaves out is `None`. Each answer keeps its
//! [`raw`](Account::raw) record, so that an unknown field can be shown, and an update sends it back unchanged.

mod account;
mod balance;
mod coupon;
mod profile;
mod receipt;
mod requests;
mod transaction;
mod unread;

pub use account::{Account, Group, GroupRef, Level};
pub use balance::{BalanceDetail, Burning, WaitingAccrual};
pub use coupon::{Coupon, CouponState};
pub use profile::{PersonName, Profile, ProfileSlot, ProfileValue, Sex};
pub use receipt::{Payment, Receipt, ReceiptLine};
pub use requests::{AccountUpdate, ExternalCheck, NewAccount, Refill, ReturnCheck, WriteAnswer};
pub use transaction::{ExternalRef, History, Lack, LatestTransactions, Span, Transaction, TransactionKind, UnreadRow};
pub use unread::{RecordPart, Unread};

/// A record as the server sent it.
pub type Raw = serde_json::Value;
