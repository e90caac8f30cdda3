//! The witness of a journal: what is known, outside its file, of how far it went.
//!
//! A journal's file may be put back from outside: by a backup program, with a disk image, by hand. The copy is sound, and it
//! has forgotten what was sent since. The witness tells, if it was not put back with it: it lies in another folder, and says at
//! least how often a write had left.

use std::{fmt, io};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a witness says: this journal had gone at least so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimony {
    /// The life of the journal, see [`Cause`].
    pub life: Uuid,
    /// The journal's generation: how many of its events must not be forgotten, see
    /// [`Event::must_not_be_forgotten`](crate::Event::must_not_be_forgotten).
    pub generation: u64,
    /// Operations in it. One that was only written down counts: a copy of before would lose it without a word.
    pub operations: u64,
}

/// Where a [`Testimony`] is kept, outside the journal's folder.
///
/// It is written in two steps around the commit it speaks of. What is likely to fail fails in the first step, and then nothing
/// is committed and nothing is sent. After a crash between the steps the witness lags behind the journal, which is no harm.
///
/// Neither step waits for the disk. After a power cut the witness may say less than it was told; the journal itself, which waits
/// for the disk, lost nothing then. Only a file that is put back after such a cut may pass unnoticed, by the sends of its last
/// seconds; the search for each operation's own marker before it is sent still finds those.
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

/// Why a journal began a new life. A life ends when the file may not be what it was: from then on, copies of the life before
/// are told from the journal as it is now.
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
    /// Somebody began a new journal though one was known.
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

/// A journal was put back from outside, as the program noticed it at a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollBack {
    /// Operations that the journal has forgotten, at least.
    pub forgotten: u64,
    /// Operations that waited to be sent. The server is asked about each of them; none is sent blindly.
    pub doubted: u64,
    /// What shows it. Older programs knew one cause.
    #[serde(default)]
    pub cause: RollBackCause,
}
