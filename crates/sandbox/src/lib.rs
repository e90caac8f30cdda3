//! A ProBonus server of our own for training, demo and tests. It follows the vendor's page.
//!
//! It shares no type with the client: it has its own model, wire format and ledger. So an error of the client can't be repeated
//! here, and shows in a test.
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
//! - [`foreign`]: servers of other services, whose descriptions the client must not take for ProBonus's
//! - [`seed`]: realistic data
//!
//! # In-process
//! [`Sandbox::seeded`] makes a server, [`Sandbox::router`] is its axum router (for `tower`'s `oneshot`),
//! [`Sandbox::serve`] listens. [`Sandbox::ledger`] returns what really happened, [`Sandbox::check`] asserts that the
//! books agree, [`Sandbox::faults`] is the script of faults. Every request is applied in one step without an `await`, so a
//! client that disconnects never leaves half of it.
//!
//! # The demo guests
//! They are the same for every seed. Phones are in the form of the table's dialect:
//!
//! | phone | guest | what it shows |
//! |---|---|---|
//! | `79123456789` | Кузнецова Анна Сергеевна | gold level, burning bonuses, 14 receipts, two coupons, a card, a purchase `Д-1042` |
//! | `79161234567` | Петров Иван Алексеевич | joined two days ago: 300,00 of welcome bonuses and nothing else |
//! | `79217654321` | Соколова Ольга | balance 0,00: all has burnt |
//! | `79031112233` | — | no name at all |
//! | `79995550001` | Рождественская-Верхнеколымская-… | names as long as the server takes |
//! | `79857777777` | Миллионщиков Савва Тимофеевич | 98 765 432,10 that never burn; a second phone, `79857777778` |
//! | `79260000013` | Плутов Остап Ибрагимович | blocked |
//! | `79601234500` | Долгова Марина Игоревна | below zero: spent the bonuses of a purchase that was then returned |
//! | `375291234567` | Лукашик Янина Казимировна | a phone of another country |
//!
//! # Assumptions where the real server's behaviour is unknown
//! - A purchase makes one entry for the payment with bonuses and one for the accrual (at least one of them), with one
//!   `checkId`. Its return makes one entry with the net sum.
//! - `checkGuid` is not checked for uniqueness, as the vendor's page says. A return undoes **every** active purchase
//!   with its GUID. A return is refused with 400 if the GUID is unknown or all its purchases are returned already.
//! - A return gives spent bonuses back with their old burning days (or a new lifetime, if such a day has passed). It takes
//!   accrued bonuses back even if they have been spent: the balance is then below zero.
//! - Bonuses that burn first are spent first. Bonuses burn at the beginning of their business day.
//! - A refresh token works once. If an update lacks a profile field, the field becomes empty, unless the dialect says
//!   otherwise: so a client that forgets a field is noticed.
//! - An accrual may wait for a business day ([`Options::deferral`]). Until then it is not part of the balance, and the
//!   history shows an entry «Чек (будет начислено)» that has not changed the balance, or nothing. A return takes the
//!   accrual back, whether it still waits or not.
//! - Only the administrator makes «Изъятие бонусов». It takes the bonuses that burn first, and is shown without a minus.
//! - A level set by an update counts at once, and the ladder sets no lower one afterwards. Sending the present level back
//!   changes nothing. A new lifetime of bonuses applies to bonuses given later.

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
