//! The whole program without its window, in one process and in virtual time: the real client, office and SQLite journal
//! against the real router of the sandbox, with injected faults.
//!
//! ```text
//! operators ─▶ Office ─▶ probonus::Client ─▶ Network ─▶ the sandbox's router
//!                │                             └── loses, delays, duplicates, corrupts; checks what leaves
//!                └─▶ DiskJournal ─▶ SqliteJournal on a Disk that is full, torn or cut off
//! ```
//!
//! A seed decides everything: the plan, the faults, the crashes. The same seed gives the same trace to the last line
//! ([`Trace::hash`]), so a violation is replayed by its number.
//!
//! The program crashes at any await, and inside any journal write: its futures are dropped, the files are copied as they
//! are, and the next process run opens the copy. After every action, after every crash and at the end, `claims` compares the
//! journal with the server's ledger:
//! - Nothing is applied twice, except what the network duplicated; the balance verification notices that.
//! - Nothing is confirmed that was not applied. Nothing that is rejected, cancelled or not applied was applied.
//! - No accepted operation is lost. The server did nothing that the journal does not know.
//! - Every unknown outcome ends. A late arrival is noticed.
//! - A write leaves only while its operation is in Sending, one at a time per account, in order.
//! - A ledger entry proves one operation, a GUID is active once, before and after agree, the journal file is sound.
//!
//! That these checks can fail is shown by [`Defect`]s.

mod answers;
mod campaign;
mod catch;
mod claims;
mod comments;
mod defect;
mod disk;
mod disk_journal;
mod fault;
mod foreign;
mod guests;
mod hollow;
mod host;
mod network;
mod old_reads;
mod operators;
mod partial;
mod plan;
mod process;
mod random;
mod report;
mod run;
mod scenario;
mod second_pc;
mod seeds;
mod server;
mod shown;
mod trace;
mod trouble;
mod witness;

pub use campaign::{Outcome, campaign, campaign_on};
pub use catch::{Caught, catch};
pub use defect::Defect;
pub use report::Report;
pub use run::{simulate, simulate_broken};
pub use seeds::{NO_TROUBLE, Seed, fresh, historical};
pub use trace::Trace;
pub use trouble::Trouble;
