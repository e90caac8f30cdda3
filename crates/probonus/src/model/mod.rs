//! What is sent to a ProBonus server and what it answers, in the words of the domain.
//!
//! Requests are exact; answers are tolerant: what a server leaves out is `None`, and each answer keeps its
//! [`raw`](Account::raw) record, so that a field we don't know can still be seen and is sent back unharmed.

mod account;
mod balance;
mod profile;
mod receipt;
mod requests;
mod transaction;

pub use account::{Account, Coupon, Group, GroupRef, Level};
pub use balance::{BalanceDetail, Burning, WaitingAccrual};
pub use profile::{PersonName, Profile, ProfileSlot, ProfileValue, Sex};
pub use receipt::{Receipt, ReceiptLine};
pub use requests::{AccountUpdate, ExternalCheck, NewAccount, Refill, ReturnCheck, WriteAnswer};
pub use transaction::{ExternalRef, LatestTransactions, Transaction, TransactionKind};

/// A record as the server sent it.
pub type Raw = serde_json::Value;
