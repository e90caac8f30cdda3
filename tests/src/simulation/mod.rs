//! The whole program but its window, in one process and in virtual time: the real client, engine and SQLite journal
//! against the real sandbox router, in a seeded storm of faults.
//!
//! ```text
//! people ─▶ Office ─▶ probonus::Client ─▶ Wire ─▶ the sandbox's router
//!             │                             └── loses, delays, repeats, spoils; checks what leaves
//!             └─▶ Paper ─▶ SqliteJournal on a Disk that is full, torn, cut off
//! ```
//!
//! A seed decides everything: who is served, what is typed, what befalls each request, when the program dies. The same
//! seed tells the same story to the last line ([`Trace::hash`]), so a violation is replayed by its number.
//!
//! The program dies at any await, and in the middle of any write of the journal: its futures are dropped, the files are
//! taken as they lie, and the next life opens them. After every deed, after every life, and at the end, when the storm is over,
//! [`judge`] holds the journal against the server's ledger:
//! - nothing is applied twice, save what the *network* brought twice, and that is noticed by the watch;
//! - nothing is confirmed that was not applied; nothing that is called refused, cancelled or not applied was;
//! - nothing that was accepted is lost, and the server did nothing that the journal does not know;
//! - every unknown outcome ends; what arrives when nobody expects it any more is noticed;
//! - a write leaves only when the journal says so, one of an account at a time, in their order;
//! - a row proves one operation, a GUID stands once, before and after agree, the journal's file is sound.
//!
//! That all this can fail is shown by engines, clients and a disk that are broken on purpose: see [`Defect`].

mod answers;
mod broken;
mod campaign;
mod chance;
mod defect;
mod disk;
mod fault;
mod host;
mod judge;
mod lives;
mod paper;
mod people;
mod plan;
mod stage;
mod tale;
mod trace;
mod wire;

pub use broken::{Caught, catch};
pub use campaign::{Outcome, campaign};
pub use defect::Defect;
pub use tale::{Report, simulate, simulate_broken};
pub use trace::Trace;
