//! The journal's witness in a simulation: it outlives the process runs and the files.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use office::journal::witness::{Testimony, Witness};

/// What the witness says, said before the last write, and is told next.
#[derive(Debug, Default)]
struct Told {
    said: Option<Testimony>,
    before: Option<Testimony>,
    proposed: Option<Testimony>,
}

/// A witness in memory.
#[derive(Debug, Default)]
pub struct SimWitness(Mutex<Told>);

impl SimWitness {
    /// A write begins, which may tell it something.
    pub fn mark(&self) {
        let mut told = self.told();
        told.before = told.said;
    }

    /// Takes back what it was told by the last write: that is lost with the machine.
    pub fn take_back(&self) {
        let mut told = self.told();
        told.said = told.before;
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness for SimWitness {
    fn read(&self) -> io::Result<Option<Testimony>> {
        Ok(self.told().said)
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        self.told().proposed = Some(*testimony);
        Ok(())
    }

    fn accept(&self) -> io::Result<()> {
        let mut told = self.told();
        told.said = told.proposed;
        Ok(())
    }
}
