//! The operation engine against a scripted server, with paused time: each arrow of the state picture, each refusal,
//! races, restarts in every state.

#![expect(clippy::expect_used, reason = "a test says what it expects, in its helpers too")]

mod comments;
mod desk;
mod disk;
mod domain;
mod fake_guest;
mod fake_receipts;
mod fake_server;
mod fault;
mod forgotten;

mod answered;
mod edits;
mod older_journals;
mod outbox;
mod owners;
mod races;
mod reconciliation;
mod refusals;
mod refused;
mod repeats;
mod restarts;
mod returns;
mod searches;
mod stale;
mod states;
mod two_offices;
mod units;
mod verification;
mod waiting;
