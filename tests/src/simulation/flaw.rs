//! What is broken on purpose, to show that a simulation can fail.

use std::fmt;

use office::defect::Defect;

use super::liar::Lie;

/// Something broken on purpose, which a simulation must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Of the engine.
    Engine(Defect),
    /// Of the client under it.
    Client(Lie),
    /// Of the disk under it: commits are acknowledged before they are on the disk.
    UnsyncedJournal,
}

impl Flaw {
    /// All of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let engines = Defect::ALL.into_iter().map(Self::Engine);
        engines.chain(Lie::ALL.into_iter().map(Self::Client)).chain([Self::UnsyncedJournal]).collect()
    }

    pub(super) fn defect(flaw: Option<Self>) -> Option<Defect> {
        match flaw {
            Some(Self::Engine(defect)) => Some(defect),
            _ => None,
        }
    }

    pub(super) fn lie(flaw: Option<Self>) -> Option<Lie> {
        match flaw {
            Some(Self::Client(lie)) => Some(lie),
            _ => None,
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(defect) => write!(f, "engine: {defect:?}"),
            Self::Client(lie) => write!(f, "client: {lie:?}"),
            Self::UnsyncedJournal => f.write_str("journal: Unsynced"),
        }
    }
}
