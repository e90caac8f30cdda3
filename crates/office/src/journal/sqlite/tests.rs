//! What is true of the journal in SQLite beyond what is true of every journal.

mod conforms;
mod copies;
mod kinds;
mod stops;
mod troubles;
mod witnessed;
