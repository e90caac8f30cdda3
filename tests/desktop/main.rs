//! The real window, with a real keychain, against a real server. Run by `cargo xtask test --only desktop`.
//!
//! A test with a server outside is a scene that [`house_tests::desktop::play`] puts on; whatever it plays, the journal and the
//! server's ledger must tell the same at its end.

mod accessible;
mod bad_input;
mod dialect;
mod help;
mod keyboard;
mod keychain;
mod keyed;
mod layout;
mod live;
mod network;
mod outage;
mod outside;
mod session;
mod terms;
mod training;
mod trouble;
mod update;
mod ways;
mod wizard;

/// The golden demo guest: receipts of months, burning bonuses, coupons.
const ANNA: &str = "8 (912) 345-67-89";
