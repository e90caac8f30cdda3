//! The journal's witness in a simulation: it outlives the process runs and the files.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use office::journal::witness::{Testimony, Witness};

/// What the witness says, said before the last write, and is told next.
#[derive(Debug, Default)]
struct Words {
    said: Option<Testimony>,
    before: Option<Testimony>,
    proposed: Option<Testimony>,
}

/// A witness in memory.
#[derive(Debug, Default)]
pub struct SimWitness(Mutex<Words>);

impl SimWitness {
    /// A write begins, which may tell it something.
    pub fn remember(&self) {
        let mut words = self.words();
        words.before = words.said;
    }

    /// Takes back what it was told by the last write: that is lost with the machine.
    pub fn take_back(&self) {
        let mut words = self.words();
        words.said = words.before;
    }

    /// What it says.
    pub fn says(&self) -> Option<Testimony> {
        self.words().said
    }

    /// It says again what it said before: its file is put back.
    pub fn put_back(&self, said: Option<Testimony>) {
        self.words().said = said;
    }

    fn words(&self) -> MutexGuard<'_, Words> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witness for SimWitness {
    fn read(&self) -> io::Result<Option<Testimony>> {
        Ok(self.words().said)
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        self.words().proposed = Some(*testimony);
        Ok(())
    }

    fn accept(&self) -> io::Result<()> {
        let mut words = self.words();
        words.said = words.proposed;
        Ok(())
    }
}
