//! The lives of the journal. They show whether a file is the journal that its witness knows.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{
    append,
    connections::Writer,
    doubt,
    generation::{self, Reporting},
    notes,
};
use crate::{
    journal::witness::{Cause, RollBack, RollBackCause, Testimony, Witness},
    model::journal_error::JournalError,
};

/// The note of a roll-back that nobody has acknowledged yet.
pub(super) const ROLL_BACK: &str = "journal.roll_back";

/// The life that begins if the journal's present one does not go on.
#[derive(Clone, Debug)]
pub struct NewLife {
    /// Its id.
    pub id: Uuid,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// What somebody has just done to the file; `None`: nothing, so the present life may go on.
    pub deed: Option<Deed>,
}

/// What a person did to the journal's file within the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// [`Cause::Restored`] or [`Cause::Anew`].
    pub cause: Cause,
    /// Who did it.
    pub operator: String,
}

/// Compares the journal with its witness, and reports to the witness from now on. The first row that holds decides:
///
/// | the witness | the journal | what follows |
/// |---|---|---|
/// | any | a person has just restored a backup, or begins anew | a new life begins |
/// | knows this life, and no more of it than the journal | | the life goes on |
/// | knows a former life of this journal, and no more of it | | rolled back: another program, with its own witness, used it |
/// | knows another life, or more of this one | | rolled back |
/// | knows nothing, or can't be read | had a witness before, and has operations | rolled back: it may be a copy of any age |
/// | knows nothing, or can't be read | is empty, or was written by a program that knew no witness | a new life begins |
///
/// "Rolled back": each operation that waits becomes Unknown, and a new life begins.
pub(super) fn attest(
    writer: &mut Writer,
    witness: Arc<dyn Witness>,
    new: &NewLife,
) -> Result<Option<RollBack>, JournalError> {
    let said = witness.read().unwrap_or_else(|error| {
        tracing::warn!(%error, "the journal's witness can't be read");
        None
    });
    let present = present(&writer.conn)?;
    let (cause, shown_by) = match (&new.deed, present, said) {
        (Some(deed), ..) => (deed.cause, None),
        (None, Some(life), Some(said)) => {
            let now = generation::testimony(&writer.conn, life)?;
            let knows_no_more = said.generation <= now.generation && said.operations <= now.operations;
            if said.life == life && knows_no_more {
                go_on(writer, Reporting { witness, life })?;
                return Ok(None);
            }
            let was_used_elsewhere = knows_no_more && is_former(&writer.conn, said.life)?;
            let shown_by = if was_used_elsewhere { RollBackCause::OtherProgram } else { RollBackCause::OlderCopy };
            (Cause::RolledBack, Some(shown_by))
        }
        (None, None, Some(_)) => (Cause::RolledBack, Some(RollBackCause::OlderCopy)),
        // A life was begun with a witness, so there was one.
        (None, Some(_), None) => {
            let has_operations = generation::operations(&writer.conn)? > 0;
            (Cause::Unwitnessed, has_operations.then_some(RollBackCause::NoWitness))
        }
        (None, None, None) => (Cause::First, None),
    };
    begin(writer, Reporting { witness, life: new.id }, (cause, shown_by), new, said)
}

fn go_on(writer: &mut Writer, reporting: Reporting) -> Result<(), JournalError> {
    reporting.propose(&writer.conn)?;
    reporting.accept();
    writer.reporting = Some(reporting);
    Ok(())
}

/// Begins a new life, in one transaction with the doubts about a journal that was rolled back.
fn begin(
    writer: &mut Writer,
    reporting: Reporting,
    (cause, shown_by): (Cause, Option<RollBackCause>),
    new: &NewLife,
    said: Option<Testimony>,
) -> Result<Option<RollBack>, JournalError> {
    let doubtful = if shown_by.is_some() { doubt::what_waits(&writer.conn, |_| false)? } else { Vec::new() };
    let operations = generation::operations(&writer.conn)?;
    let forgotten = said.map_or(0, |said| said.operations.saturating_sub(operations));
    let roll_back = shown_by.map(|cause| RollBack { forgotten, doubted: doubtful.len() as u64, cause });
    writer.reporting = Some(reporting);
    let begun = append::all_with(writer, &doubtful, |tx| {
        if let Some(roll_back) = &roll_back {
            notes::set(tx, ROLL_BACK, Some(&json(roll_back)?))?;
        }
        insert(tx, cause, new, said.as_ref())
    });
    if let Err(error) = begun {
        writer.reporting = None;
        return Err(error);
    }
    if roll_back.is_some() {
        tracing::error!(?roll_back, ?said, "the journal may not be the one that was used last");
    }
    Ok(roll_back)
}

fn insert(conn: &Connection, cause: Cause, new: &NewLife, said: Option<&Testimony>) -> Result<(), JournalError> {
    let before = said.map(json).transpose()?;
    let operator = new.deed.as_ref().map_or("", |deed| deed.operator.as_str());
    conn.prepare_cached("INSERT INTO lives (id, began_at, cause, operator, before) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![new.id, new.at.as_microsecond(), name(cause), operator, before])?;
    Ok(())
}

fn present(conn: &Connection) -> Result<Option<Uuid>, JournalError> {
    let sql = "SELECT id FROM lives ORDER BY number DESC LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
}

/// Whether a life is one that this journal had.
fn is_former(conn: &Connection, life: Uuid) -> Result<bool, JournalError> {
    Ok(conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM lives WHERE id = ?1)")?.query_row([life], |row| row.get(0))?)
}

/// The lives of the journal, oldest first.
pub(super) fn all(conn: &Connection) -> Result<Vec<Life>, JournalError> {
    let mut statement = conn.prepare_cached("SELECT began_at, cause, operator FROM lives ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut lives = Vec::new();
    while let Some(row) = rows.next()? {
        let began_at = Timestamp::from_microsecond(row.get(0)?)
            .map_err(|error| JournalError::Corrupt(format!("the beginning of a life: {error}")))?;
        let cause: String = row.get(1)?;
        let cause = CAUSES
            .into_iter()
            .find(|known| name(*known) == cause)
            .ok_or_else(|| JournalError::Corrupt(format!("the cause of a life: {cause}")))?;
        lives.push(Life { began_at, cause, operator: row.get(2)? });
    }
    Ok(lives)
}

/// A life of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it began, by this machine's clock.
    pub began_at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// Who began it; empty: the program by itself.
    pub operator: String,
}

const CAUSES: [Cause; 5] = [Cause::First, Cause::Unwitnessed, Cause::RolledBack, Cause::Restored, Cause::Anew];

/// A cause as the table spells it.
const fn name(cause: Cause) -> &'static str {
    match cause {
        Cause::First => "first",
        Cause::Unwitnessed => "unwitnessed",
        Cause::RolledBack => "rolled_back",
        Cause::Restored => "restored",
        Cause::Anew => "anew",
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| JournalError::Other(error.to_string()))
}
