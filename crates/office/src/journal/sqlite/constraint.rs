//! Tells which constraint a write broke, and which operation was first. The database keeps the constraint; here it is named.

use rusqlite::{Connection, Error, ErrorCode, OptionalExtension, Params};
use uuid::Uuid;

use super::operations;
use crate::model::{
    comparable::number_key,
    journal_error::JournalError,
    kinds::Claim,
    operation::{Operation, OperationId},
};

/// The precise error of a failed write of `operation`. SQLite names every column of the index that refused it. The statement is
/// undone, but the transaction goes on, so the other operation can be searched for.
pub(super) fn precise(conn: &Connection, operation: &Operation, error: Error) -> JournalError {
    let Error::SqliteFailure(failure, Some(message)) = &error else { return error.into() };
    if failure.code != ErrorCode::ConstraintViolation {
        return error.into();
    }
    let broken = |column: &str| message.split([',', ' ']).any(|word| word == column);
    let other = match operation.payload.rules().claim() {
        _ if broken("operations.proof") => {
            let proof = operation.proof.as_deref().unwrap_or_default();
            let other = operations::proves(conn, operation.server.as_deref(), proof).ok().flatten();
            other.map(JournalError::ProofTaken)
        }
        Claim::Purchase { guid, .. } if broken("operations.guid") => {
            other(conn, "SELECT id FROM operations WHERE guid = ?1", [guid.as_uuid()]).map(JournalError::GuidTaken)
        }
        Claim::Purchase { rest_code, number, .. } if broken("operations.number_key") => other(
            conn,
            "SELECT id FROM operations WHERE rest_code = ?1 AND number_key = ?2
             AND stands = 1 AND returned_by IS NULL AND late = 0",
            (rest_code.as_str(), number_key(number)),
        )
        .map(JournalError::OutsideNumberTaken),
        Claim::ReturnOf(guid) if broken("operations.undoes") => {
            other(conn, "SELECT id FROM operations WHERE undoes = ?1 AND stands = 1 AND late = 0", [guid.as_uuid()])
                .map(JournalError::ReturnActive)
        }
        _ => None,
    };
    other.unwrap_or_else(|| error.into())
}

fn other(conn: &Connection, sql: &str, params: impl Params) -> Option<OperationId> {
    conn.query_row(sql, params, |row| row.get::<_, Uuid>(0)).optional().ok().flatten().map(OperationId)
}
