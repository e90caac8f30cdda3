//! The journal's generation, and the witness that learns of it with each event that is witnessed.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::failure;
use crate::{
    journal::witness::{Testimony, Witness},
    model::journal_error::JournalError,
};

/// A witness that an open journal reports to.
#[derive(Clone, Debug)]
pub(super) struct Reporting {
    pub(super) witness: Arc<dyn Witness>,
    pub(super) life: Uuid,
}

impl Reporting {
    /// Proposes the journal's state, as the transaction of `conn` will leave it, to the witness.
    pub(super) fn propose(&self, conn: &Connection) -> Result<(), JournalError> {
        self.witness.propose(&testimony(conn, self.life)?).map_err(|error| failure::of_witness(&error))
    }

    /// Tells the witness that the transaction is committed. If that fails, the witness lags behind the journal until the next time.
    pub(super) fn accept(&self) {
        if let Err(error) = self.witness.accept() {
            tracing::error!(%error, "the journal's witness could not be written");
        }
    }
}

/// Counts one more event that must not be forgotten.
pub(super) fn advance(conn: &Connection) -> Result<(), JournalError> {
    conn.prepare_cached("UPDATE generation SET count = count + 1")?.execute([]).map(drop)?;
    Ok(())
}

/// The journal's generation.
pub(super) fn of(conn: &Connection) -> Result<u64, JournalError> {
    let count: Option<i64> =
        conn.prepare_cached("SELECT count FROM generation")?.query_row([], |row| row.get(0)).optional()?;
    count.map(i64::unsigned_abs).ok_or_else(|| JournalError::Corrupt("the generation is not told".into()))
}

/// What a witness is told of the journal as it is now.
pub(super) fn testimony(conn: &Connection, life: Uuid) -> Result<Testimony, JournalError> {
    Ok(Testimony { life, generation: of(conn)?, operations: operations(conn)? })
}

/// Operations in the journal: their rows are numbered without gaps.
pub(super) fn operations(conn: &Connection) -> Result<u64, JournalError> {
    let last: Option<i64> = conn.prepare_cached("SELECT max(seq) FROM operations")?.query_row([], |row| row.get(0))?;
    Ok(last.map_or(0, i64::unsigned_abs))
}
