//! The witness of a journal: a record outside the journal's file of how far the journal went.
//!
//! A journal's file may be put back from outside: by a backup program, with a disk image, by hand. The copy is valid, but it has
//! forgotten what was sent since. The witness shows that, unless it was put back as well: it is kept in another folder, and knows
//! how many operations and events the journal had at least.

use std::{fmt, io};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a witness says: the journal had at least this many operations and events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimony {
    /// The life of the journal, see [`Cause`].
    pub life: Uuid,
    /// The journal's generation: how many of its events must not be forgotten, see
    /// [`Event::must_not_be_forgotten`](crate::Event::must_not_be_forgotten).
    pub generation: u64,
    /// Operations in it. One that was only prepared counts as well: otherwise a copy from before would lose it unnoticed.
    pub operations: u64,
}

/// Where a [`Testimony`] is kept, outside the journal's folder.
///
/// It is written in two steps, one before and one after the commit that it describes. What is likely to fail fails in the first
/// step; then nothing is committed and nothing is sent. After a crash between the steps the witness lags behind the journal,
/// which does no harm.
///
/// Neither step waits for the disk. After a power cut the witness may know less than it was told. The journal itself waits for
/// the disk, so it loses nothing. Only if the journal's file is put back after such a cut, the sends of the last seconds before
/// the cut may go unnoticed. The search for each operation's own marker before it is sent still finds those.
pub trait Witness: Send + Sync + fmt::Debug {
    /// What it says; `None`: it knows of no journal.
    ///
    /// # Errors
    /// The system's, and a text that can't be understood.
    fn read(&self) -> io::Result<Option<Testimony>>;

    /// Writes a testimony beside the one that counts.
    ///
    /// # Errors
    /// The system's.
    fn propose(&self, testimony: &Testimony) -> io::Result<()>;

    /// Makes the proposed testimony the one that counts.
    ///
    /// # Errors
    /// The system's.
    fn accept(&self) -> io::Result<()>;
}

/// Why a journal began a new life. A life ends when the file may have been replaced. From then on, copies from the life before
/// can be told from the present journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The journal is new, or was written by a program that knew no lives.
    First,
    /// No witness knew it: it was lost, or the journal came from another machine.
    Unwitnessed,
    /// The witness knew more operations or sends than the journal knows, or knew another life: the file was put back from
    /// outside.
    RolledBack,
    /// A backup took its place within the program.
    Restored,
    /// Somebody began a new journal although there had been one.
    Anew,
}

/// What shows that a journal may not be the one that was used last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RollBackCause {
    /// The witness knows more of it, or a life that the journal does not know.
    #[default]
    OlderCopy,
    /// The journal had a witness, and there is none.
    NoWitness,
    /// The journal is newer than the witness: a program with another witness used it.
    OtherProgram,
}

/// The program noticed at a start that the journal was put back from outside, or may have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollBack {
    /// Operations that the journal has forgotten, at least.
    pub forgotten: u64,
    /// Operations that waited to be sent. The server is asked about each of them; none is sent blindly.
    pub doubted: u64,
    /// What shows it. Older programs knew only the default.
    #[serde(default)]
    pub cause: RollBackCause,
}
