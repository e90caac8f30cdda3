//! A ProBonus server of our own, true to the vendor's page, for training, demo and tests.
//!
//! It shares nothing with the client: it has its own words, its own wire and its own books, so that a slip of the
//! client shows and does not mirror itself.
//!
//! ```text
//! a request ─▶ http ─▶ faults ─▶ dialect (reads) ─▶ protocol::attend ─▶ core ─▶ dialect (writes) ─▶ an answer
//!                                                                        └─▶ ledger: what really happened
//! ```
//!
//! - [`core`]: the loyalty system, without HTTP
//! - [`protocol`]: its twelve methods, without a spelling
//! - [`dialect`]: spellings of them; [`Dialect::table`] is the usual one, [`Dialect::named`] and [`Dialect::random`] others
//! - [`faults`]: what a network does to a request, on script
//! - [`seed`]: realistic data
//!
//! # In-process
//! [`Sandbox::seeded`] makes a server, [`Sandbox::router`] is its axum router (for `tower`'s `oneshot`),
//! [`Sandbox::serve`] listens. [`Sandbox::ledger`] tells what really happened, [`Sandbox::check`] asserts that the
//! books agree, [`Sandbox::faults`] is the script. Every request is carried out in one step without an `await`, so a
//! client that goes away never leaves half of one.
//!
//! # The demo guests
//! The same under every seed; phones as the table's dialect writes them:
//!
//! | phone | guest | what there is to see |
//! |---|---|---|
//! | `79123456789` | Кузнецова Анна Сергеевна | golden level, bonuses that burn soon, fourteen receipts, two coupons, a card, an outside purchase `Д-1042` |
//! | `79161234567` | Петров Иван Алексеевич | joined two days ago: 300,00 of welcome bonuses and nothing else |
//! | `79217654321` | Соколова Ольга | balance 0,00: all has burnt |
//! | `79031112233` | — | no name at all |
//! | `79995550001` | Рождественская-Верхнеколымская-… | names as long as the server takes |
//! | `79857777777` | Миллионщиков Савва Тимофеевич | 98 765 432,10, never burns |
//! | `79260000013` | Плутов Остап Ибрагимович | blocked |
//! | `79601234500` | Долгова Марина Игоревна | below zero: spent the bonuses of a purchase that was then returned |
//! | `375291234567` | Лукашик Янина Казимировна | a phone of another country |
//!
//! # What was decided where nothing is known
//! - A purchase makes one row of history for the payment with bonuses and one for the accrual (at least one of them),
//!   under one `checkId`; its return makes one row with the net sum.
//! - `checkGuid` is not checked for uniqueness, as the vendor's page says. A return undoes **every** standing purchase
//!   with its GUID. Of an unknown GUID, and of one whose purchases have all been returned, it is refused with 400.
//! - A return gives spent bonuses back with the days they would have burnt on (or a new life, if that day has passed),
//!   and takes accrued ones back even if they have been spent: the balance then goes below zero.
//! - Bonuses are spent nearest-to-burn first, and burn with the beginning of their business day.
//! - A refresh token works once. A field that is missing from an update empties the record's (unless a dialect says
//!   otherwise): a client that forgets one is found out.

pub mod clock;
pub mod core;
pub mod dialect;
pub mod faults;
mod http;
pub mod protocol;
mod sandbox;
pub mod seed;
mod session;

pub use clock::{Clock, HandClock, SystemClock, TokioClock};
pub use core::audit::Books;
pub use dialect::Dialect;
pub use faults::{ConnectionReset, Fault, Faults, Rule, Says, When};
pub use http::Running;
pub use protocol::Method;
pub use sandbox::{Auth, Options, Sandbox};
