//! Reads the whole file and reports what is wrong with it.

use rusqlite::Connection;
use uuid::Uuid;

use super::{events, generation, operations, tail};
use crate::model::{journal_error::JournalError, operation::OperationId};

/// The most problems that are listed. More would tell nothing new.
const MOST_PROBLEMS: u32 = 100;

/// What a check of the file found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Operations that were folded again.
    pub operations: u64,
    /// What is wrong, in English, for a log and a "details" fold; empty: all is well. At most a hundred.
    pub problems: Vec<String>,
}

impl Health {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        self.problems.is_empty()
    }
}

pub(super) fn check(conn: &Connection) -> Result<Health, JournalError> {
    let tx = conn.unchecked_transaction()?;
    let mut health = Health::default();
    let mut statement = tx.prepare(&format!("PRAGMA integrity_check({MOST_PROBLEMS})"))?;
    for line in statement.query_map([], |row| row.get::<_, String>(0))? {
        match line {
            Ok(line) if line == "ok" => {}
            Ok(line) => health.problems.push(line),
            Err(error) => health.problems.push(error.to_string()),
        }
    }
    if let Err(damage) = refold(&tx, &mut health) {
        health.problems.push(damage.to_string());
    }
    health.problems.truncate(MOST_PROBLEMS as usize);
    Ok(health)
}

/// Folds every operation again and compares it with its row.
fn refold(conn: &Connection, health: &mut Health) -> Result<(), JournalError> {
    let mut statement = conn
        .prepare("SELECT seq, id, kind, state, version, account, proof, returned_by, listed, server FROM operations")?;
    let mut rows = statement.query([])?;
    let after = tail::after(conn)?;
    let mut kept: u64 = 0;
    while let Some(row) = rows.next()? {
        if health.problems.len() >= MOST_PROBLEMS as usize {
            return Ok(());
        }
        let (seq, id) = (row.get::<_, i64>(0)?, OperationId(row.get(1)?));
        let story = events::story(conn, seq);
        let operation = match story.and_then(|story| Ok((operations::fold(id, &story)?, story))) {
            Ok((operation, story)) => {
                kept += story.iter().filter(|record| record.event.must_not_be_forgotten()).count() as u64;
                operation
            }
            Err(damage) => {
                health.problems.push(damage.to_string());
                continue;
            }
        };
        health.operations += 1;
        let same = row.get_ref(2)?.as_str().ok() == Some(operation.payload.kind().name())
            && row.get_ref(3)?.as_str().ok() == Some(operations::state(operation.state))
            && row.get::<_, u32>(4)? == operation.version
            && row.get::<_, Option<String>>(5)?.as_deref() == operations::account(&operation)
            && row.get::<_, Option<String>>(6)? == operation.proof
            && row.get::<_, Option<Uuid>>(7)? == operation.returned_by.map(|by| by.0)
            && row.get::<_, bool>(8)? == (seq <= after)
            && row.get::<_, Option<String>>(9)? == operation.server;
        if !same {
            health.problems.push(format!("operation {id}: its row differs from its events"));
        }
    }
    // Events may have been deleted together with every sign of them in their operation. The count of the generation shows that.
    let written = generation::of(conn)?;
    if health.is_well() && kept != written {
        health.problems.push(format!("{written} events that must not be forgotten were written, and there are {kept}"));
    }
    Ok(())
}
