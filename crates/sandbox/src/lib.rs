//! A ProBonus server of our own, true to the vendor's page, for training, demo and tests.
//!
//! It shares no type with the client: it has its own model, wire format and ledger, so that an error of the client shows
//! instead of being mirrored.
//!
//! ```text
//! request ─▶ http ─▶ faults ─▶ dialect (reads) ─▶ protocol::handle ─▶ core ─▶ dialect (writes) ─▶ answer
//!                                                                      └─▶ ledger: what really happened
//! ```
//!
//! - [`core`]: the loyalty system, without HTTP
//! - [`protocol`]: its twelve methods, without a wire format
//! - [`dialect`]: wire formats; [`Dialect::table`] is the usual one, then [`Dialect::named`], [`Dialect::unfamiliar`] and
//!   [`Dialect::random`]
//! - [`faults`]: scripted faults of the network, of proxies and of the server's own program
//! - [`foreign`]: servers of other services, with descriptions that must not be taken for ours
//! - [`seed`]: realistic data
//!
//! # In-process
//! [`Sandbox::seeded`] makes a server, [`Sandbox::router`] is its axum router (for `tower`'s `oneshot`),
//! [`Sandbox::serve`] listens. [`Sandbox::ledger`] returns what really happened, [`Sandbox::check`] asserts that the
//! books agree, [`Sandbox::faults`] is the script of faults. Every request is carried out in one step without an
//! `await`, so a client that disconnects never leaves half of one.
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
//! | `79857777777` | Миллионщиков Савва Тимофеевич | 98 765 432,10 that never burn; a second phone, `79857777778` |
//! | `79260000013` | Плутов Остап Ибрагимович | blocked |
//! | `79601234500` | Долгова Марина Игоревна | below zero: spent the bonuses of a purchase that was then returned |
//! | `375291234567` | Лукашик Янина Казимировна | a phone of another country |
//!
//! # Assumptions where nothing is known
//! - A purchase makes one row of history for the payment with bonuses and one for the accrual (at least one of them),
//!   under one `checkId`; its return makes one row with the net sum.
//! - `checkGuid` is not checked for uniqueness, as the vendor's page says. A return undoes **every** standing purchase
//!   with its GUID. Of an unknown GUID, and of one whose purchases have all been returned, it is refused with 400.
//! - A return gives spent bonuses back with the days they would have burnt on (or a new life, if that day has passed),
//!   and takes accrued ones back even if they have been spent: the balance then goes below zero.
//! - Bonuses are spent nearest-to-burn first, and burn with the beginning of their business day.
//! - A refresh token works once. A profile field that is missing from an update empties the record's, unless the dialect
//!   says otherwise: this shows a client that forgets one.
//! - An accrual may wait for a business day ([`Options::deferral`]). Until then it is no part of the balance, and the
//!   history shows an entry «Чек (будет начислено)» whose sum has not moved the balance, or nothing. A return takes back
//!   what waits or what has been added.
//! - «Изъятие бонусов» is made by the administrator alone, nearest to burn first, and shown without a minus.
//! - A level set by an update counts at once and is the lowest that the ladder may set afterwards. The present level sent
//!   back as it was read changes nothing. A new life of bonuses concerns bonuses given later.

pub mod clock;
pub mod core;
pub mod dialect;
pub mod faults;
pub mod foreign;
mod http;
pub mod protocol;
mod sandbox;
pub mod seed;
mod session;

pub use clock::{Clock, HandClock, SystemClock, TokioClock};
pub use core::audit::Books;
pub use dialect::Dialect;
pub use faults::{ConnectionReset, Fault, Faults, Rule, Says, When};
pub use foreign::ForeignService;
pub use http::Running;
pub use protocol::Method;
pub use sandbox::{Auth, Options, Sandbox};
