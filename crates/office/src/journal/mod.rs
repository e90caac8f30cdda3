//! The journal: every operation's events, and their projection. The port is narrow, so that another store can take its place.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub(crate) mod decorator;
pub(crate) mod port;
pub mod sqlite;
pub mod witness;
pub mod words;

pub use self::{
    decorator::JournalDecorator,
    port::{Filter, Journal, Page, PageRequest},
    sqlite::SqliteJournal,
};
pub use crate::model::{journal_error::JournalError, queue::Counts};
